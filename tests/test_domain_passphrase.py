"""What a passphrase may be."""

import pytest

from bot.domain.base import Refused
from bot.domain.passphrase import LONGEST, SHORTEST, check, plain
from bot.domain.people import Person


@pytest.fixture
def me() -> Person:
    """Who sets it."""
    return Person(name="李敏", phone="13977712345")


@pytest.mark.parametrize(
    "words",
    [
        "去年腊月二十三在河边钓到大鱼",
        "outside the old mill it rained",
        "三只小猫爬上了老屋的青瓦",
        "Tr0ub4dor&3x9!kettle",
        "我家门前有条小河，河里有鸭子",
        "没有共产党就没有新中国，我家老牛也知道今天下雨",
    ],
)
def test_a_long_sentence_of_ones_own_is_taken(words: str, me: Person) -> None:
    check(plain(words), me)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("短口令", "太短"),
        ("今天天气好不好呢啊", "太短"),
        ("", "太短"),
        ("我" * (LONGEST + 1), "太长"),
        ("李敏最喜欢在阳台上养兰花", "名字"),
        ("李 敏最喜欢在阳台上养兰花", "名字"),
        ("我的号码就是13977712345对吧", "电话"),
        ("兰花和茉莉712345都好看极了", "电话"),
        ("password1234", "很多人"),
        ("passwordpassword", "很多人"),
        ("１２３４５６７８９０１２", "很多人"),
        ("qwertyuiop123456", "很多人"),
        ("1qaz2wsx3edc4rfv", "很多人"),
        ("aaaaaaaaaaaaaaaa", "很多人"),
        ("我爱家我爱家我爱家我爱家", "很多人"),
        ("床前明月光疑是地上霜", "太短"),
        ("床前明月光，疑是地上霜，举头望明月", "很多人"),
        ("不忘初心，牢记使命，为人民服务", "很多人"),
        ("三海街道老党员服务站2026", "很多人"),
    ],
)
def test_what_others_guess_is_refused_with_the_reason(words: str, why: str, me: Person) -> None:
    with pytest.raises(Refused, match=why):
        check(plain(words), me)


def test_full_width_and_spaces_around_make_no_difference() -> None:
    assert plain(" ｋｅｔｔｌｅ　Ａ１ ") == plain("kettle A1") == "kettle A1"


def test_too_short_says_how_long_it_must_be(me: Person) -> None:
    with pytest.raises(Refused, match=f"现在是3个字，至少要{SHORTEST}个"):
        check("一二三", me)


def test_somebody_without_a_phone_may_use_any_figures() -> None:
    check("河边钓到大鱼共三斤七两八", Person(name="李敏", phone=""))
