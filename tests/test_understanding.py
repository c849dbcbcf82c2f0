"""What members mean: figures on the project's own set, danger, slots, homophones."""

import io
import json
import random
from datetime import datetime

import pytest

from bot.now import SHANGHAI
from bot.understand import Alarm, Understood, emergency, understand
from bot.understand.clauses import clauses
from bot.understand.corpus import lines, sayings, written_out
from bot.understand.features import LEXICON
from bot.understand.jsonl import main_jsonl
from bot.understand.labels import GRAVE, LABELS, SAFE, URGENCY
from tests.understanding.report import SETS, figures, read

# At least (or, under "at most", no more than) this on the project's own set; measured figures are
# in docs/understanding.md. A fall below means that wordings understood before no longer are.
AT_LEAST = {
    "macro_f1": 0.955,
    "within_one_tap": 0.985,
    "emergency_recall": 0.97,
    "emergency_acted_or_offered": 1.0,
    "oos_recall": 0.92,
    "oos_precision": 0.95,
    "typo": 0.96,
    "trad": 0.96,
    "cantonese": 0.96,
    "voice": 0.92,
    "precision_when_acted": 0.985,
    "share_acted": 0.75,
}
AT_MOST = {"emergency_false_alarm": 0.01, "emergency_false_on_traps": 0.025}


@pytest.fixture(scope="module")
def own() -> dict[str, float]:
    return figures(read(SETS["own"]))


@pytest.mark.parametrize("measure", AT_LEAST)
def test_the_figures_on_our_own_set_do_not_fall(own: dict[str, float], measure: str) -> None:
    assert own[measure] >= AT_LEAST[measure]


@pytest.mark.parametrize("measure", AT_MOST)
def test_false_alarms_on_our_own_set_do_not_rise(own: dict[str, float], measure: str) -> None:
    assert own[measure] <= AT_MOST[measure]


def test_the_own_set_holds_every_label_and_enough_rows() -> None:
    rows = read(SETS["own"])
    assert len(rows) >= 500
    assert {row["intent"] for row in rows} == set(LABELS)


def test_the_own_set_is_not_what_is_trained_on() -> None:
    longer = {row["text"] for row in read(SETS["own"]) if len(row["text"]) > 5}
    trained = {said.text for said in sayings()}
    assert len(longer & trained) < len(longer) / 50


def test_every_label_has_many_ways_of_saying() -> None:
    few = {label for label in LABELS if len(lines(LEXICON / f"{label}.txt")) < 45}
    assert not few


def test_every_label_has_enough_authored_texts() -> None:
    counts = dict.fromkeys(LABELS, 0)
    for said in sayings():
        counts[said.label] += 1
    assert min(counts.values()) >= 250


def test_the_labels_are_those_of_the_guide() -> None:
    assert len(set(LABELS)) == 31
    assert set(URGENCY) == set(LABELS)
    assert not SAFE & GRAVE


HOMOPHONES = {
    "我要抱名参加志愿服务": "service_join",
    "申请走方": "visit_request",
    "我有个微信愿想要轮椅": "wish_post",
    "卫星院有哪些": "wish_list",
    "一诊是哪天": "event",
    "我要接书": "book_borrow",
    "最近有什么火动": "event",
    "申请棒扶": "fund_apply",
    "我的正直生日是哪天": "birthday",
    "我想青假": "leave",
    "我来前到": "checkin",
    "鸡精账目": "fund_ledger",
    "给鸡精捐两百": "fund_donate",
    "去校家访": "visit_manage",
    "申请松学上门": "study_home",
    "第二个新期四去哪里做义工": "service_info",
    "自愿服务我报名": "service_join",
    "我身病了": "care",
    "老伴祖院了": "care",
    "输屋有什么书": "book_search",
    "水龙头包修": "wish_post",
    "我来环书": "book_return",
    "才单": "help",
}


def test_two_wishes_are_not_taken_for_a_third_that_neither_says() -> None:
    understood = understand("我想约家访，另外我电话也换了")
    assert understood.intents == ("visit_request", "profile")
    assert understood.action != "act"


def test_a_number_alone_is_no_wish() -> None:
    assert understand("13800001234").intent == "oos"
    assert understand("我的电话改成13800001234").intent == "profile"


def test_homophones_reach_what_is_meant() -> None:
    reached = [said for said, label in HOMOPHONES.items() if label in understand(said).intents]
    assert len(reached) >= 21


@pytest.mark.parametrize(
    "text",
    [
        "救命",
        "我摔倒了起不来",
        "老伴晕倒了叫不醒",
        "家里着火了",
        "煤气漏了头好晕",
        "我不想活了",
        "学习我不去了，我胸口疼得站不住",
        "阿婆跌親，郁唔到",
        "胸口痛喘不過氣",
        "我和手机一起摔了，我起不来了",
        "奶奶叫不醒了我好怕",
        "我摔在菜地里腿断了动不得，快来人",
        "老伴打完针浑身起疙瘩，气都喘不匀",
        "去年做过支架，现在胸口痛得厉害",
        "我以前摔过，刚才又摔了爬不起来",
    ],
)
def test_danger_now_is_an_alarm(text: str) -> None:
    assert emergency(text) is Alarm.ALARM


@pytest.mark.parametrize(
    "text",
    [
        "你好",
        "1",
        "黄桂英",
        "下星期三下午",
        "学习日是哪天",
        "《家庭急救》有没有",
        "手机摔坏了",
        "手机掉水里了",
        "呜噜噜",
        "库鲁西",
        "笑死我了哈哈",
        "急救讲座几点开始",
        "谢谢你们",
        "对",
        "13812345678",
        "人民路18号",
        "",
        "。",
    ],
)
def test_what_is_no_danger_is_left_alone(text: str) -> None:
    assert not emergency(text)


@pytest.mark.parametrize("text", ["痛", "晕", "救"])
def test_one_word_that_may_be_a_cry_is_asked_about(text: str) -> None:
    assert emergency(text) is Alarm.ASK


@pytest.mark.parametrize(
    "text",
    [
        "要不是你们叫救护车我就没命了，谢谢",
        "屋里进过小偷，警察已经抓到了",
        "羊被车撞死了",
        "以前想过轻生，现在想开了",
        "前年被车撞断了腿，钢板已经取了",
        "要不是社区的人来得快，我早没命了",
        "炒股输得想跳楼",
        "噼里啪啦",
        "煤气灶打不着火",
        "楼下老陈中风了，送到医院了",
        "新闻里说哪里爆炸了",
        "我三叔煤气中毒救过来了，在家休养",
        "梦见自己掉进河里喊救命",
        "医生说血管有点堵，控制得挺好，走几步会喘",
        "我年轻时候落水差点淹死，现在怕水",
        "老张被电动车撞了，腿上打了钢钉",
        "牙龈老是出血，刷牙一口红的",
        "楼下小孩哭得要断气，吵得我头疼",
    ],
)
def test_thanks_what_is_settled_and_an_animal_are_no_alarm(text: str) -> None:
    assert emergency(text) is not Alarm.ALARM


@pytest.mark.parametrize(
    "text",
    [
        "人老了活着也没什么意思",
        "不想再拖累儿女了，药我都攒着",
        "后事我都交代好了",
        "遗书写好了",
        "老伴走了，我也想跟他去",
        "我死了你们就省心了",
        "这是我最后一次麻烦你们",
        "這日子冇盼頭，早啲走咗好",
    ],
)
def test_a_dark_hint_is_asked_about_and_never_answered_cheerfully(text: str) -> None:
    meant = understand(text)
    assert meant.intent == "emergency" or meant.options[0] == "emergency"


@pytest.mark.parametrize(
    "text", ["以前想过轻生，现在想开了", "天天锻炼身体，不想拖累孩子", "想死你们了，好久不见"]
)
def test_a_dark_word_that_is_over_or_cheerful_is_no_alarm(text: str) -> None:
    assert emergency(text) is not Alarm.ALARM


@pytest.mark.parametrize(
    "text",
    [
        "早上量了血压，高压一百五，老样子",
        "说句心口的话，你们比亲儿女还亲",
        "什么叫脑溢血",
        "怕煤气漏，想装个报警器",
        "楼下阿姨摔了，送去拍片了，打着石膏",
    ],
)
def test_what_is_measured_asked_or_treated_does_not_lead(text: str) -> None:
    assert understand(text).intent != "emergency"


def test_a_fall_that_is_over_is_no_alarm() -> None:
    assert emergency("我昨天摔了一跤，现在没事了") is not Alarm.ALARM


@pytest.mark.parametrize("joined", ["{wish}，{danger}", "{danger}，{wish}", "{wish}{danger}"])
@pytest.mark.parametrize(
    "wish",
    [
        "取消明天的家访",
        "学习我请假",
        "帮我报名服务日",
        "不要再发消息了",
        "捐一百块",
        "有哪些微心愿",
    ],
)
@pytest.mark.parametrize(
    "danger",
    ["我老伴不省人事了", "家里着火了", "我妈走丢了", "我爸吐血了", "有人在撬门", "孙子掉水里了"],
)
def test_no_other_wish_drowns_a_danger(joined: str, wish: str, danger: str) -> None:
    understood = understand(joined.format(wish=wish, danger=danger))
    assert "emergency" in (understood.intent, *understood.options)
    assert understood.action != "act" or understood.intent == "emergency"


def test_danger_beside_a_wish_is_all_that_counts() -> None:
    meant = understand("书改天还，我妈晕过去了叫不醒")
    assert (meant.intent, meant.intents, meant.action) == ("emergency", ("emergency",), "act")


def test_of_two_wishes_none_is_lost_and_the_urgent_one_is_first() -> None:
    meant = understand("谢谢，不过别再发消息给我了")
    assert meant.intent == "stop"
    assert set(understand("学习是几号，顺便帮我报名服务日").intents) == {
        "schedule",
        "service_join",
    }


def test_a_doubtful_message_is_offered_at_most_three_labels() -> None:
    meant = [understand(row["text"]) for row in read(SETS["own"])[::7]]
    doubtful = [one for one in meant if one.action == "confirm"]
    assert doubtful
    assert all(1 <= len(one.options) <= 3 for one in doubtful)


def test_a_question_about_danger_offers_it_first() -> None:
    texts = [row["text"] for row in read(SETS["own"])]
    asked = [understand(text) for text in texts if emergency(text) is Alarm.ASK]
    assert asked
    assert all(one.action == "confirm" and one.options[0] == "emergency" for one in asked)


def test_days_and_sums_are_read_when_the_moment_is_known() -> None:
    at = datetime(2026, 11, 22, 9, tzinfo=SHANGHAI)
    meant = understand("12月2号下午请人来看看我", at)
    assert meant.when is not None
    assert meant.when.day.isoformat() == "2026-12-02"
    assert understand("我想捐二百块").fen == 20_000


def test_without_a_moment_no_day_is_read() -> None:
    assert understand("明天来看我").when is None


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("我叫陆桂英，电话13800001234", {"person": "陆桂英", "phone": "13800001234"}),
        ("我要借《平凡的世界》", {"book": "平凡的世界"}),
        ("幫我找找三國演義", {"book": "三國演義"}),
        ("我住新华路6号，请来家访", {"addr": "新华路6号"}),
        ("给基金会捐三百块钱", {"amount": "三百块"}),
        ("下礼拜三两个人去", {"when": "下礼拜三", "count": "两个人"}),
        ("隔壁陈伯病了", {"person": "陈伯"}),
        ("原約週三來訪，可否改至週五？", {"when": "週五"}),
        ("谢谢你们昨天来看我，下个月还来坐吗", {"when": "下个月"}),
        ("七一之前要集中学一次吗", {"when": "七一之前"}),
        ("损款200，交给谁", {"amount": "200"}),
        ("你好", {}),
    ],
)
def test_slots_are_the_words_as_they_stand(text: str, slots: dict[str, str]) -> None:
    assert understand(text).slots == slots


@pytest.mark.parametrize("text", ["", " ", "。。。", "\ud800", "a" * 4000, "{|}<人>", "\x00"])
def test_no_text_is_too_strange(text: str) -> None:
    assert isinstance(understand(text), Understood)


def test_clauses_end_at_signs_and_before_words_that_add_a_wish() -> None:
    assert clauses("谢谢，学习几点") == ["谢谢", "学习几点"]
    assert clauses("我要还书另外想问学习日") == ["我要还书", "另外想问学习日"]
    assert clauses("。") == ["。"]


def test_every_choice_of_a_line_is_written_out() -> None:
    texts = written_out("{我|}要<书>", {"书": ["甲", "乙", "丙"]}, random.Random(1))
    assert {text[-1] for text in texts} == {"甲", "乙", "丙"}


def test_a_line_in_is_a_line_out_and_a_bad_one_stops_nothing() -> None:
    asked = '{"text": "捐三万五", "at": "2026-11-22T09:00"}\nnonsense\n\n{"text": "菜单"}\n'
    answered = io.StringIO()
    main_jsonl(io.StringIO(asked), answered)
    first, bad, last = (json.loads(line) for line in answered.getvalue().splitlines())
    assert (first["intent"], first["fen"]) == ("fund_donate", 3_500_000)
    assert set(bad) == {"error"}
    assert last["intent"] == "help"
