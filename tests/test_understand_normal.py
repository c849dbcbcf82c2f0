import pytest

from bot.understand.normal import plain


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("聽日上晝得唔得閒嚟", "明天上午有没有空来"),
        ("琴晚冇瞓好", "昨天晚上没有睡好"),
        ("喺屋企", "在家"),
        ("晏晝三點", "午后三点"),
        ("嗰日同𠮶日", "那天同那天"),
        ("係邊個", "是谁"),
    ],
)
def test_cantonese_is_read_as_mandarin(said: str, meant: str) -> None:
    assert plain(said).text == meant


@pytest.mark.parametrize("said", ["关系", "系统", "联系", "以前日子", "听晚会", "大家下午好"])
def test_mandarin_words_are_left_alone(said: str) -> None:
    assert plain(said).text == said


def test_pauses_are_left_out_and_things_kept() -> None:
    assert plain("嗯，那个，我想呃问那个星期三").text == "我想问那个星期三"


def test_the_original_is_kept() -> None:
    assert plain("聽日").original == "聽日"
