import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import text as t
from bot.text.readings import lines
from bot.text.sound import TABLE


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  你好 \r\n再见\r", "你好 \n再见"),
        ("a\u202eb\u200b\u2066c", "abc"),
        ("坏\ud800字\x00符\x07", "坏字符"),
        ("字\u2028行", "字\n行"),
        ("\u3164\u200b", ""),
        ("\ufeff登记", "登记"),
        ("姓\ue123名", "姓\ue123名"),
    ],
)
def test_a_text_is_cleaned_of_what_nobody_can_see(raw: str, kept: str) -> None:
    assert t.clean(raw) == kept


def test_a_very_long_text_is_cut_not_refused() -> None:
    assert len(t.clean("啊" * 100_000)) == t.LONGEST


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_no_text_makes_a_function_raise(raw: str) -> None:
    for function in (t.clean, t.normal, t.squeeze, t.polite_tail_off, t.pinyin, t.to_traditional):
        function(raw)
    for function in (t.digit_choice, t.initials, t.masked_name, t.mask_phone):
        function(raw)
    t.same_name(raw, raw[::-1])
    t.sounds_like(raw, raw[::-1])
    t.one_missing(raw, raw[1:])


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    assert t.clean(t.clean(raw)) == t.clean(raw)


@pytest.mark.parametrize(
    ("written", "same"),
    [("ＡＢ１２", "ab12"), ("聽日見", "听日见"), ("嗰個", "嗰个"), ("𠮶个", "嗰个"), ("1️⃣", "1")],
)
def test_one_spelling_stands_for_all(written: str, same: str) -> None:
    assert t.normal(written) == same


def test_squeezing_leaves_letters_only() -> None:
    assert t.squeeze(" 你 好，Ａb！👍 ") == "你好ab"


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("取消吧。", "取消"),
        ("好的，谢谢您啦！", "好的"),
        ("登記，唔該", "登记"),
        ("我不要了啊", "我不要"),
        ("谢谢", "谢谢"),
        ("算了", "算了"),
        ("", ""),
    ],
)
def test_politeness_at_the_end_does_not_hide_a_button_word(said: str, word: str) -> None:
    assert t.polite_tail_off(said) == word


@pytest.mark.parametrize(
    ("said", "place"),
    [
        *[(said, 1) for said in ("1", "１", "一", "第一个", "第1", "选一", "1号", "1.", "①", "1️⃣")],
        ("我选2吧", 2),
        ("第二项，谢谢", 2),
        ("（3）", 3),
        ("十二", 12),
        ("第二十个", 20),
        ("我要3", 3),
    ],
)
def test_a_choice_may_be_said_in_many_ways(said: str, place: int) -> None:
    assert t.digit_choice(said) == place


@pytest.mark.parametrize(
    "said",
    ["²", "一百", "一下", "一样", "三个", "0", "21", "25", "1 2", "12月", "1号楼", "", str(2**63)],
)
def test_other_words_are_no_choice(said: str) -> None:
    assert t.digit_choice(said) is None


def test_a_name_keeps_its_surname_in_traditional() -> None:
    said = t.to_traditional("于秀英，后天在里面见", names=["于秀英"])
    assert said == "于秀英，後天在裏面見"


def test_of_many_names_the_longest_is_meant_and_the_rest_converted() -> None:
    said = t.to_traditional("余志见了余志强，余下的后天见", names=["余志", "余志强", ""])
    assert said == "余志見了余志強，餘下的後天見"


def test_the_surnames_that_a_conversion_spoils_are_known() -> None:
    assert {"于", "余", "范"} <= set(t.surnames_spoiled())
    assert "胡" not in t.surnames_spoiled(), "it is its own Traditional form in any word"


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("覃桂英", "qin gui ying"),
        ("曾国强", "zeng guo qiang"),
        ("单雄", "shan xiong"),
        ("区家明", "ou jia ming"),
        ("仇英", "qiu ying"),
        ("解放", "xie fang"),
        ("尉迟恭", "yu chi gong"),
        ("歐陽修", "ou yang xiu"),
        ("乐山", "yue shan"),
        ("冼星海", "xian xing hai"),
        ("查良", "zha liang"),
        ("韦建国", "wei jian guo"),
        ("吕布", "lv bu"),
    ],
)
def test_a_surname_is_read_as_a_surname(name: str, reading: str) -> None:
    assert " ".join(t.name_pinyin(name)) == reading


def test_words_of_ours_are_read_as_words() -> None:
    assert " ".join(t.pinyin("重阳去银行还书")) == "chong yang qu yin hang huan shu"


def test_initials_are_the_first_letters() -> None:
    assert t.initials("韦建国") == "wjg"


def test_sounds_are_folded_as_they_are_heard() -> None:
    assert t.folded(["zhang", "shen", "ning"]) == ("zan", "sen", "nin")
    assert t.folded(["nan"], n_as_l=True) == ("lan",)


@pytest.mark.parametrize(
    ("a", "b"), [("黃文峯", "黄 文峰"), ("吳·羣", "吴群"), ("鄧於", "邓于"), ("溫德", "温徳")]
)
def test_spellings_of_one_name_are_one_name(a: str, b: str) -> None:
    assert t.same_name(a, b)


def test_different_or_empty_names_are_not_the_same() -> None:
    assert not t.same_name("韦建国", "韦建强")
    assert not t.same_name("", " ")


def test_names_heard_alike_are_found() -> None:
    assert t.sounds_like("覃桂英", "秦贵音")
    assert t.sounds_like("张申", "章深")
    assert not t.sounds_like("王秀英", "王英")


def test_one_character_missing_or_changed_is_found() -> None:
    assert t.one_missing("王英", "王秀英")
    assert t.one_missing("王秀英", "王秀莲")


def test_two_short_names_with_one_surname_are_not_near() -> None:
    assert not t.one_missing("王英", "王强")
    assert not t.one_missing("", "王")


@pytest.mark.parametrize(
    ("name", "shown"), [("王秀英", "王**"), ("欧阳明", "欧阳*"), ("王", "王*"), ("", "")]
)
def test_a_public_page_shows_only_the_surname(name: str, shown: str) -> None:
    assert t.masked_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("138 0000 1234", "138****1234"), ("0771-2345678", "****678"), ("12", "****")],
)
def test_a_shown_phone_keeps_its_middle_hidden(phone: str, shown: str) -> None:
    assert t.mask_phone(phone) == shown


def test_importing_loads_nothing_heavy() -> None:
    code = "import sys, bot.text; print({'opencc', 'numpy'} & sys.modules.keys())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_the_table_of_sounds_is_what_pypinyin_reads() -> None:
    assert list(lines()) == TABLE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("said", "sounds"),
    [
        ("重阳去银行，abc 12", "chong yang qu yin hang abc 1 2"),
        ("〇女\ud800😀 ", "ling nv"),
        ("", ""),
    ],
)
def test_text_is_read_by_words_then_by_characters(said: str, sounds: str) -> None:
    assert t.pinyin(said) == tuple(sounds.split())
