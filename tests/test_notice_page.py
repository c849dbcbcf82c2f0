"""A notice on the desk from its words to its last call: seen, tested, approved by one, put right; on both engines."""

# ruff: noqa: F811 - the fixtures of tests.engines stand before those of conftest, others are imported

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import notices as desk
from bot.db import SessionRows
from bot.domain import notices
from bot.domain.base import Refused
from bot.domain.deeds import Sight
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.notices import Notice, NoticeCall, State
from bot.domain.people import Person, Role
from bot.feature import Done
from bot.now import real_now
from bot.parts import Facts, Form, Heading, Links, Live, Press, Preview, Sheet, Table, Tabs, Text
from handlers import FEATURES
from tests.conftest import Community
from tests.desk_house import Desk, at_once, flat
from tests.engines import community, url  # noqa: F401
from tests.notice_house import (
    TEXT,
    approved,
    got,
    house,  # noqa: F401
    last,
    recipients,
    report,
    rows_do,
    send,
    small,  # noqa: F401
    strict,  # noqa: F401
    turn,
    who,
    write,
)


@pytest.fixture
def me(house: Community) -> Desk:
    return Desk(house, "李敏")


def draft(me: Desk, text: str = TEXT, **more: str) -> Notice:
    """Written on the page, and not confirmed."""
    done = me.press("notices", "write", **{"audience": "all", "text": text} | more)
    assert isinstance(done, Done)
    assert done.to == f"/desk/notices?id={last(me.town).id}"
    return last(me.town)


def change(house: Community, name: str, **values: Any) -> None:
    def job(session: Any) -> None:
        for column, value in values.items():
            setattr(session.get_one(Person, who(house, name).id), column, value)

    house.house.db.write_now(job)


# ── words for each reader ──────────────────────────────────────────────────────────────────────────


def test_each_reader_gets_the_own_words_in_the_own_script(house: Community, me: Desk) -> None:
    change(house, "韦建国", traditional=True)
    notice = draft(me, "{称呼}您好，{支部}开会。")
    me.press("notices", "confirm", id="1", seen=notices.digest(notice))
    turn(house)
    assert "王秀英同志您好，三海街道离退休党支部开会。" in got(house, "m1")[0]
    assert "韋建國同志您好，三海街道離退休黨支部開會。" in got(house, "m2")[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{名字}您好", "{名字}”填不了。您是不是想写{姓名}"),
        ("{支部名}开会", "您是不是想写{支部}"),
        ("{{姓名}}", "没有配对"),
        ("｛称乎｝您好", "您是不是想写{称呼}"),
        ("{0.__class__}", "填不了"),
        ("一个{没关上", "没有配对"),
    ],
)
def test_what_cannot_be_filled_is_refused_with_the_nearest(me: Desk, text: str, why: str) -> None:
    with pytest.raises(Refused) as no:
        draft(me, text)
    assert why in str(no.value)


def test_nobodys_name_is_filled_in_where_everybody_reads(me: Desk) -> None:
    with pytest.raises(Refused, match="公开栏"):
        draft(me, "{姓名}您好", public="1")


def phones(me: Desk, who: str = "") -> dict[str, list[Any]]:
    (tabs,) = me.of(Tabs, "notices", id="1", who=who)
    return {title: list(parts) for title, parts in tabs.tabs}


def test_it_is_seen_as_the_person_picked_will_see_it_on_each_channel(
    house: Community, me: Desk
) -> None:
    house.bind(who(house, "韦建国"), "7001", "telegram")
    change(house, "韦建国", traditional=True)
    draft(me, "{称呼}，请来开会。")
    seen = phones(me, "韦建国")
    assert list(seen) == ["电报（在用）", "网页", "终端（在用）", "电话"]
    assert isinstance(seen["电报（在用）"][0], Preview)
    assert "韋建國同志，請來開會。" in seen["电报（在用）"][0].texts[0]
    assert "填好后" in seen["电报（在用）"][1].text
    assert "陆秀兰同志" in phones(me, "0006")["电话（在用）"][0].text
    assert any("没有“张三”" in t.text for t in me.of(Text, "notices", id="1", who="张三"))


def test_a_text_too_long_under_a_picture_is_said_for_telegram_alone(me: Desk) -> None:
    draft(me, "好" * 990 + "{支部}{支部}", picture="uploads/a.jpg")
    seen = phones(me)
    assert any("图片和文字会分成两条" in t.text for t in seen["电报"] if isinstance(t, Text))
    assert not any("分成两条" in t.text for t in seen["网页"] if isinstance(t, Text))


def test_a_test_goes_to_the_own_addresses_marked_and_counted_nowhere(
    house: Community, me: Desk
) -> None:
    house.bind(who(house, "李敏"), "7002", "telegram")
    draft(me, "{称呼}，请来开会。")
    assert "2处" in me.press("notices", "test", id="1")
    tests = house.all(select(Outbox).where(Outbox.kind == Mail.PERSON))
    assert {row.channel for row in tests} == {"terminal", "telegram"}
    assert all(
        row.reply["text"].startswith("【试发】【社区居委会】李敏同志，请来开会。") for row in tests
    )
    assert (recipients(house), report(house).states) == ([], {"planned": 4})


# ── a second yes ───────────────────────────────────────────────────────────────────────────────────


def test_of_fifty_who_approve_at_once_one_does_and_the_others_read_who(strict: Community) -> None:
    write(strict)
    others = [strict.person(f"联络员{n}", Role.COORDINATOR) for n in range(49)]
    staff = [who(strict, "黄志强").id, *(one.id for one in others)]
    seal, id_, settings = notices.digest(last(strict)), last(strict).id, strict.house.settings

    def approve(by: int) -> Callable[[], Any]:
        def job(session: Any) -> None:
            rows, me = SessionRows(session), session.get_one(Person, by)
            notice = session.get_one(Notice, id_)
            desk.approve(rows, notice, me, seal, settings, strict.clock())

        return lambda: strict.house.db.write_now(job)

    said = at_once([approve(by) for by in staff])
    assert said.count("") == 1
    winner = strict.all(select(Person).where(Person.id == last(strict).approved_by_id))[0].name
    assert all(f"刚才由{winner}批了" in one for one in said if one)


def test_an_edit_voids_an_approval_and_the_editor_cannot_give_it(strict: Community) -> None:
    approved(strict)
    other = Desk(strict, "黄志强")
    (form,) = [f for f in other.of(Form, "notices", id="1") if f.action == "edit"]
    seen = next(f.value for f in form.fields if f.name == "seen")
    other.press("notices", "edit", id="1", seen=seen, text="改到后天停水。")
    assert (last(strict).state, last(strict).by_id) == (State.DRAFT, who(strict, "黄志强").id)
    other.press("notices", "confirm", id="1", seen=notices.digest(last(strict)))
    with pytest.raises(Refused, match="自己写的"):
        other.press("notices", "approve", id="1", seen=notices.digest(last(strict)))
    Desk(strict, "李敏").press("notices", "approve", id="1", seen=notices.digest(last(strict)))
    assert last(strict).state is State.APPROVED


def test_of_two_who_edit_the_second_sees_what_the_first_did(house: Community, me: Desk) -> None:
    draft(me)
    (form,) = [f for f in me.of(Form, "notices", id="1") if f.action == "edit"]
    seen = next(f.value for f in form.fields if f.name == "seen")
    me.press("notices", "edit", id="1", seen=seen, text="第一个人改的。")
    with pytest.raises(Refused, match="刚刚改过：李敏"):
        Desk(house, "黄志强").press("notices", "edit", id="1", seen=seen, text="第二个人改的。")
    assert last(house).text == "第一个人改的。"


def test_nobody_approves_after_half_an_hour_and_the_writer_is_told(strict: Community) -> None:
    write(strict)
    seal = notices.digest(last(strict))
    strict.clock.go(minutes=31)
    with pytest.raises(Refused, match="过了30分钟没有批，请李敏再确认"):
        Desk(strict, "黄志强").press("notices", "approve", id="1", seen=seal)
    strict.fetch("c1")
    turn(strict)
    assert last(strict).state is State.DRAFT
    assert any("没有人批" in reply.text for _, reply in strict.fetch("c1"))


def test_risky_words_stand_above_all_else_for_writer_and_approver(strict: Community) -> None:
    page = Desk(strict, "李敏")
    page.press("notices", "write", audience="all", text="领保健品的请来。")
    page.press("notices", "confirm", id="1", seen=notices.digest(last(strict)))
    for name in ("李敏", "黄志强"):
        warned = [
            t.text for t in Desk(strict, name).of(Text, "notices", id="1") if t.tone == "warning"
        ]
        assert warned == ["注意：里面有“保健品”，容易被当成骗子的话。请再看一遍。"]


def test_it_may_go_to_others_instead(house: Community, me: Desk) -> None:
    draft(me)
    (press,) = me.of(Press, "notices", new="1", **{"for": "1", "who": "王秀英"})
    assert press.label == "改成发给这1位"
    me.press("notices", press.action, **dict(press.values))
    assert (last(house).audience_title, last(house).text) == ("王秀英", TEXT)


# ── how it goes ────────────────────────────────────────────────────────────────────────────────────


def test_progress_follows_and_each_figure_leads_to_its_people(house: Community, me: Desk) -> None:
    send(house)
    got(house, "m1")
    house.say("m1", "收到")
    assert me.of(Live, "notices", id="1")
    table = me.of(Table, "notices", id="1")[0]
    assert dict(table.rows)["一共"] == "4"
    assert "?id=1&list=waiting" in table.links
    everybody = me.rows("notices", id="1", list="")
    assert [row[0] for row in everybody] == ["王秀英", "韦建国", "覃桂芳", "陆秀兰"]
    assert me.rows("notices", id="1", list="sent") == [("王秀英", "0003", "终端", "送到", "说了")]
    sums = sum(len(me.rows("notices", id="1", list=s)) for s in ("sent", "waiting", "unreachable"))
    assert sums == len(everybody)


def test_before_it_goes_the_list_shows_who_is_planned(house: Community, me: Desk) -> None:
    write(house)
    assert [row[3] for row in me.rows("notices", id="1", list="planned")] == ["待发"] * 4


def test_a_correction_goes_to_exactly_those_who_got_the_first(house: Community, me: Desk) -> None:
    send(house)
    got(house, "m1")
    call(me, "陆秀兰")
    me.press("notices", "called", id="1", person=str(who(house, "陆秀兰").id), outcome="told")
    done = me.press("notices", "correct", id="1", text="是后天停水。")
    assert done.to == "/desk/notices?id=2"
    second = last(house)
    assert (second.audience_size, second.state) == (2, State.DRAFT)
    me.press("notices", "confirm", id="2", seen=notices.digest(second))
    turn(house)
    first = house.all(select(Notice).order_by(Notice.id))[0]
    assert first.state is State.CANCELLED
    (text,) = got(house, "m1")
    assert text.startswith("【社区居委会】更正：是后天停水。")
    assert f"更正通知号{first.code}的那一条" in text
    assert got(house, "m2") == []
    assert report(house, second).states == {"sent": 1, "unreachable": 1}
    assert ("更正", "第2号，已发") in me.of(Facts, "notices", id="1")[0].pairs


def test_a_correction_whose_readers_grew_in_number_needs_a_second_yes(strict: Community) -> None:
    approved(strict)
    turn(strict)
    assert len(got(strict, "m1")) == 1
    page = Desk(strict, "李敏")
    page.press("notices", "correct", id="1", text="是后天停水。")
    turn(strict, real_now() + timedelta(minutes=2))
    assert [len(got(strict, name)) for name in ("m2", "m3")] == [1, 1]
    page.press("notices", "confirm", id="2", seen=notices.digest(last(strict)))
    assert (last(strict).state, last(strict).audience_size) == (State.PENDING, 3)


def test_two_on_one_phone_get_their_own_words_and_the_same_words_once(
    house: Community, me: Desk
) -> None:
    house.bind(who(house, "陆秀兰"), "m1")
    for n, (text, copies) in enumerate((("{称呼}，请来开会。", 2), ("请来开会。", 1)), 1):
        draft(me, text)
        me.press("notices", "confirm", id=str(n), seen=notices.digest(last(house)))
        turn(house)
        assert len(got(house, "m1")) == copies


def test_what_nobody_has_yet_is_edited_not_corrected(house: Community, me: Desk) -> None:
    write(house, TEXT, "全体在册", "明天上午9点", "不放", "对")
    with pytest.raises(Refused, match="直接改就行"):
        me.press("notices", "correct", id="1", text="是后天停水。")


def test_in_chat_a_correction_is_read_back_and_sent(house: Community) -> None:
    send(house)
    got(house, "m1")
    house.say("c1", "通知进度")
    house.say("c1", "发更正")
    assert "发给收到第1号的 1 可达, 0 电话，原来的停发" in house.say("c1", "是后天停水。")[-1].text
    house.say("c1", "对")
    turn(house)
    assert "更正：是后天停水。" in got(house, "m1")[0]


def test_who_did_not_see_it_gets_it_again(house: Community, me: Desk) -> None:
    send(house)
    house.bind(who(house, "陆秀兰"), "m4")
    assert "再发给没看到的" in {p.label for p in me.of(Press, "notices", id="1")}
    me.press("notices", "again", id="1")
    turn(house)
    assert len(got(house, "m4")) == 1


def test_whoever_waits_for_a_second_yes_sees_it_begin_without_pressing_a_key(
    strict: Community,
) -> None:
    """The live part holds the state, from the first yes to the last recipient, under one name."""
    write(strict)
    mine = Desk(strict, "李敏")
    waiting = mine.of(Live, "notices", id="1")[0]
    assert [str(part.text) for part in flat([waiting]) if isinstance(part, Heading)] == [
        "第1号通知：待批"
    ]
    Desk(strict, "黄志强").press("notices", "approve", id="1", seen=notices.digest(last(strict)))
    approved = mine.of(Live, "notices", id="1")[0]
    assert approved.name == waiting.name
    shown = str(approved.parts)
    assert "第1号通知：等着发" in shown
    assert "待发" in shown
    turn(strict)
    assert "第1号通知：先发几位" in str(mine.of(Live, "notices", id="1")[0].parts)


def test_an_open_page_grows_the_buttons_of_the_second_yes_with_the_words(strict: Community) -> None:
    me, other = Desk(strict, "李敏"), Desk(strict, "黄志强")
    draft(me)
    (live,) = other.of(Live, "notices", id="1")
    assert not [part for part in live.parts if isinstance(part, Press)]
    me.press("notices", "confirm", id="1", seen=notices.digest(last(strict)))
    (live,) = other.of(Live, "notices", id="1")
    (yes,) = [part for part in live.parts if isinstance(part, Press)]
    assert (yes.label, dict(yes.values)["seen"]) == ("批准", notices.digest(last(strict)))
    assert any(TEXT in part.text for part in live.parts if isinstance(part, Text))
    assert len(other.of(Facts, "notices", id="1")) == 1, "said once"


def test_pictures_do_not_follow_so_the_second_yes_stands_below_them(strict: Community) -> None:
    write(strict)
    picture = [["picture", "a.jpg", "media/a.jpg"]]
    rows_do(strict, lambda rows: setattr(rows.get(Notice, 1), "media", picture))
    other = Desk(strict, "黄志强")
    (live,) = other.of(Live, "notices", id="1")
    assert not [part for part in live.parts if isinstance(part, Press)]
    assert "approve" in [p.action for p in other.of(Press, "notices", id="1")]


def test_what_was_sent_is_shown_as_a_reader_got_it(house: Community, me: Desk) -> None:
    number = str(draft(me, "{称呼}，明天停水。").id)
    me.press("notices", "confirm", id=number, seen=notices.digest(last(house)))
    turn(house)
    (phone,) = me.of(Preview, "notices", id=number)
    assert "{" not in phone.texts[0]
    assert f"{phone.who}同志，明天停水。" in phone.texts[0]
    assert last(house).code in phone.texts[0]


def test_the_preview_of_a_call_has_the_words_for_the_call(me: Desk) -> None:
    draft(me)
    (call,) = phones(me)["电话"]
    assert call.text.startswith("可以这样说：“请问是")
    assert "我是" in call.text
    assert "通知号" in call.text


def test_of_what_was_sent_again_the_first_time_stands_too(house: Community, me: Desk) -> None:
    send(house)
    house.bind(who(house, "陆秀兰"), "m4")
    house.clock.go(days=1)
    me.press("notices", "again", id="1")
    turn(house)
    when = facts(tuple(me.page("notices", id="1")))["几时发"]
    assert when == "11月22日(周日)上午10点05分，11月23日(周一)上午10点06分再发"


def test_what_is_under_way_is_stopped_above_all_else_and_a_draft_is_just_not_sent(
    house: Community, me: Desk
) -> None:
    draft(me)
    assert me.of(Press, "notices", id="1")[-1].label == "不发了"
    me.press("notices", "confirm", id="1", seen=notices.digest(last(house)))
    assert me.of(Press, "notices", id="1")[0].label == "停发"


def test_stopping_takes_back_what_is_not_out(house: Community, me: Desk) -> None:
    send(house)
    got(house, "m1")
    assert "已经有1位收到了" in me.press("notices", "stop", id="1")
    assert {row.state for row in recipients(house)} == {Sending.SENT, Sending.CANCELLED}
    number = len(recipients(house))
    shown = str(me.of(Live, "notices", id="1")[0].parts)
    assert f"停发前发了1位，停下{number - 1}位，一共{number}位" in shown


# ── calls ──────────────────────────────────────────────────────────────────────────────────────────


def call(me: Desk, name: str = "") -> tuple[Any, ...]:
    person = str(who(me.town, name).id) if name else ""
    parts: tuple[Any, ...] = me.press("notices", "call", id="1", person=person)
    return parts


def facts(parts: tuple[Any, ...]) -> dict[str, str]:
    return dict(next(p for p in parts if isinstance(p, Facts)).pairs)


@pytest.fixture
def missed(house: Community) -> Community:
    """Two who can't be written to, and a notice that is out."""
    house.person("玉奶奶", phone="13900002222")
    send(house)
    return house


def test_the_call_list_masks_phones_and_a_call_shows_one_and_says_so(
    missed: Community, me: Desk
) -> None:
    assert [row[2] for row in me.rows("notices", id="1", calls="1")] == ["****567", "139****2222"]
    parts = call(me, "玉奶奶")
    assert facts(parts)["电话"] == "13900002222"
    script = next(p.text for p in parts if isinstance(p, Text) and p.tone == "lead")
    assert "请问是玉奶奶同志吗？我是社区居委会的李敏" in script
    assert TEXT in script
    (looked,) = missed.all(select(Sight))
    assert (looked.person_id, looked.by_id) == (who(missed, "玉奶奶").id, who(missed, "李敏").id)


def test_who_was_told_is_off_the_list_and_the_next_one_is_shown(
    missed: Community, me: Desk
) -> None:
    first = facts(call(me))["姓名"]
    assert "陆秀兰" in first
    parts = me.press(
        "notices", "called", id="1", person=str(who(missed, "陆秀兰").id), outcome="kin"
    )
    assert "玉奶奶" in facts(parts)["姓名"]
    assert report(missed).states == {"waiting": 3, "called": 1, "unreachable": 1}


def test_who_was_not_got_stays_and_comes_last_with_the_tries(missed: Community, me: Desk) -> None:
    id_ = str(who(missed, "陆秀兰").id)
    me.press("notices", "called", id="1", person=id_, outcome="no_answer")
    rows = me.rows("notices", id="1", calls="1")
    assert [row[0] for row in rows] == ["玉奶奶", "陆秀兰"]
    assert "1次，" in rows[1][4]
    assert rows[1][4].endswith("没打通")
    assert [c.outcome.value for c in missed.all(select(NoticeCall))] == ["no_answer"]


def test_of_two_who_call_the_same_the_second_is_told(missed: Community, me: Desk) -> None:
    id_ = str(who(missed, "陆秀兰").id)
    call(me, "陆秀兰")
    Desk(missed, "黄志强").press("notices", "called", id="1", person=id_, outcome="told")
    with pytest.raises(Refused, match="刚刚有人打通"):
        me.press("notices", "called", id="1", person=id_, outcome="told")


def test_the_last_call_ends_the_list(house: Community, me: Desk) -> None:
    send(house)
    parts = me.press("notices", "called", id="1", person=str(who(house, "陆秀兰").id))
    assert [p.text for p in parts if isinstance(p, Text)][-1] == "都打完了，辛苦您。"
    assert me.rows("notices", id="1", calls="1") == []
    assert any("还有0位" in h.text for h in me.of(Heading, "notices", id="1", calls="1"))


def test_a_sheet_with_phones_is_printed_and_each_look_kept(missed: Community, me: Desk) -> None:
    parts = me.press("notices", "call_sheet", id="1")
    (sheet,) = [p for p in parts if isinstance(p, Sheet)]
    table = next(p for p in sheet.parts if isinstance(p, Table))
    assert [row[2] for row in table.rows] == ["07771234567", "13900002222"]
    assert len(missed.all(select(Sight))) == 2


def test_today_leads_to_the_calls(missed: Community, me: Desk) -> None:
    (one,) = me.waits("notice")
    assert (one.to, [p.action for p in one.presses]) == ("/desk/notices?id=1&calls=1", ["call"])


def test_who_said_nothing_can_be_written_to(missed: Community, me: Desk) -> None:
    links = [link for part in me.of(Links, "notices", id="1") for link in part.links]
    assert "?new=1&about=1&said=silent" in {link.to for link in links}


# ── a second look, and what a paper for all says ────────────────────────────────────────────────────


def test_a_web_address_of_others_is_warned_of_on_the_page_and_in_chat(strict: Community) -> None:
    me, other = Desk(strict, "李敏"), Desk(strict, "黄志强")
    draft(me, "领补贴请点www.buti.top/a，谢谢。")
    confirm_it(me)
    assert "里面有网址“www.buti.top/a”" in repr(other.page("notices", id="1"))
    replies = strict.say("c2", "待批的通知")
    assert any("里面有网址" in reply.text for reply in replies)


def confirm_it(me: Desk) -> None:
    """As it stands."""
    notice = last(me.town)
    me.press("notices", "confirm", id=str(notice.id), seen=notices.digest(notice))


def test_the_paper_with_calls_has_no_braces(house: Community, me: Desk) -> None:
    draft(me, "{称呼}您好，{支部}开会。")
    confirm_it(me)
    turn(house)
    paper = repr(me.press("notices", "call_sheet", id="1"))
    assert "（姓名）同志您好，（支部名）开会。" in paper


def test_nothing_goes_again_where_nobody_can_get_it(house: Community, me: Desk) -> None:
    send(house)
    with pytest.raises(Refused, match="这1位现在都没有能收消息的手机"):
        me.press("notices", "again", id="1")
    assert last(house).revision == 0
    house.bind(who(house, "陆秀兰"), "m4")
    assert me.press("notices", "again", id="1") == "第1号再发给1位。"


def test_a_name_beside_other_conditions_says_that_these_do_not_count(me: Desk) -> None:
    both = repr(me.page("notices", new="1", who="王秀英", branch="三海街道离退休党支部"))
    assert "别的选了不算" in both
    assert "别的选了不算" not in repr(me.page("notices", new="1", who="王秀英", said="silent"))


def test_who_got_nothing_of_what_was_put_right_is_offered_the_right_words(
    house: Community, me: Desk
) -> None:
    send(house)
    got(house, "m1")
    me.press("notices", "correct", id="1", text="上午十点停水。")
    me.press("notices", "confirm", id="2", seen=notices.digest(last(house)))
    turn(house)
    assert "有3位还没收到；更正也不发给他们" in repr(me.page("notices", id="1"))
    me.press("notices", "rest", id="1")
    confirm_it(me)
    turn(house)
    assert last(house).audience_title == "没收到第1号的"
    assert "【社区居委会】上午十点停水。" in got(house, "m2")[-1]
    assert "更正：上午十点停水。" in got(house, "m1")[-1]
    assert report(house).audience == 3


def test_what_was_never_begun_leaves_nobody_over(me: Desk) -> None:
    draft(me)
    me.press("notices", "stop", id="1")
    assert "另写一条" not in repr(me.page("notices", id="1"))
    send(me.town)
    with pytest.raises(Refused, match="没有停发"):
        me.press("notices", "rest", id="2")


def test_a_notice_with_a_time_of_its_own_stands_among_what_is_coming(
    house: Community, me: Desk
) -> None:
    draft(me, "明早停水。", day="2026-11-24", at="09:30")
    confirm_it(me)
    (feature,) = [one for one in FEATURES if one.name == "notice"]
    assert feature.coming
    asked = feature.coming
    said = house.house.db.read_now(lambda s: [*asked(SessionRows(s), me.who(), house.clock())])
    assert [(c.day.isoformat(), c.title) for c in said] == [
        ("2026-11-24", "上午9点半发第1号通知：明早停水。")
    ]


def test_an_audience_of_nobody_says_so(me: Desk) -> None:
    assert "没有符合的人" in repr(me.page("notices", new="1", **{"from": "120"}))
