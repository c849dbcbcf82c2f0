import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understand.amounts import parse_amount, read_back
from bot.understand.numerals import amount_in_words

_DATA = Path(__file__).parent / "understanding"


def _rows(name: str) -> list[tuple[str, float | None]]:
    lines = (_DATA / name).read_text("utf-8").splitlines()
    return [(row["text"], row["yuan"]) for row in map(json.loads, lines)]


@pytest.mark.parametrize(("said", "yuan"), _rows("amounts_sample.jsonl"))
def test_the_shared_sample_is_read_rightly(said: str, yuan: float | None) -> None:
    assert parse_amount(said) == (None if yuan is None else round(yuan * 100))


def test_our_own_wordings_are_read_rightly_and_none_wrongly() -> None:
    rows = [(said, yuan, parse_amount(said)) for said, yuan in _rows("amounts_own.jsonl")]
    right = [said for said, yuan, fen in rows if fen == (None if yuan is None else yuan * 100)]
    wrong = [
        said for said, yuan, fen in rows if fen is not None and fen != round((yuan or 0) * 100)
    ]
    assert wrong == []
    assert len(right) >= 0.98 * len(rows)


@pytest.mark.parametrize(
    ("said", "fen"),
    [
        ("三万五", 3_500_000),
        ("二十块五", 2050),
        ("十块零五毛", 1050),
        ("两毛", 20),
        ("三舊水", 30_000),
        ("1万2", 1_200_000),
        ("半嚿水", 5_000),
        ("十嚿水", 100_000),
    ],
)
def test_short_forms_are_whole_fen(said: str, fen: int) -> None:
    assert parse_amount(said) == fen


@pytest.mark.parametrize(
    ("said", "yuan"),
    [
        ("卖猪得两千三拿三百出来捐", 300),
        ("养老金三千二，捐五百", 500),
        ("上次捐了五百这次三百", 300),
        ("我两百老伴三百一共五百", 500),
        ("拿一千，不，八百吧", 800),
        ("三百太多了，一百吧", 100),
        ("低保一个月四百多，捐二十", 20),
        ("两张一百三张五十", 350),
    ],
)
def test_of_several_sums_the_one_given_is_taken(said: str, yuan: int) -> None:
    assert parse_amount(said) == yuan * 100


@pytest.mark.parametrize(
    "said",
    ["老韦捐三百我捐两百", "一百到两百", "捐了两次，一次一百，一次两百", "捐500元或者800元"],
)
def test_several_sums_that_may_all_be_meant_are_asked_about(said: str) -> None:
    assert parse_amount(said) is None


@pytest.mark.parametrize(
    "said",
    [
        *("块八毛", "块儿八毛", "百十块", "没有一分钱", "九牛一毛", "跟大家在一块"),
        *("鸡蛋十块钱一斤", "一袋五十块", "米三块五一斤", "还差二十块", "两张一百分的卷子"),
        *("老李捐了三百", "人家都捐五百", "彩票中了十块钱", "每斤涨了五毛"),
        *(
            "骗子叫我转五万块",
            "有人说我中奖十万块",
            "一个鸡蛋一块二",
            "米涨到三块八了",
            "他欠我两千块不还",
        ),
    ],
)
def test_prices_sayings_and_the_gifts_of_others_are_no_wish(said: str) -> None:
    assert parse_amount(said) is None


@pytest.mark.parametrize(
    ("said", "yuan"),
    [
        ("零点五元", 0.5),
        ("三十五点五块", 35.5),
        ("一百十块", 110),
        ("就一百，多了没有", 100),
        ("一百，再多就没有了", 100),
        ("两百，写我老伴的名字", 200),
        ("二百得不得", 200),
        ("加起来四百", 400),
        ("我五十老伴五十共一百", 100),
        ("看病花了三千，申请一千", 1000),
        ("1 000元", 1000),
        ("老规矩，五十", 50),
        ("彩票中了十块钱，捐五块", 5),
    ],
)
def test_sums_with_a_point_a_total_or_words_behind_are_read(said: str, yuan: float) -> None:
    assert parse_amount(said) == round(yuan * 100)


@pytest.mark.parametrize(
    "said", ["13977112345", "八月十五号", "三个人", "几百块", "一百来块", "捐五本书", "我们一块去"]
)
def test_what_is_no_sum_is_left_alone(said: str) -> None:
    assert parse_amount(said) is None


@pytest.mark.parametrize(
    "said",
    [
        "每人一百，我们三个人",
        "我和老伴各五十",
        "一个月五十捐半年",
        "一百块两份",
        "捐百分之十的退休金",
        "十块钱打八折",
        "拿出十分之一",
        "比上次多捐一百",
        "捐上次的两倍",
        "要是三百不够我出五百",
        "五百不是五千",
        "100~200元",
    ],
)
def test_what_a_share_or_a_rate_comes_to_is_asked_not_reckoned(said: str) -> None:
    assert parse_amount(said) is None


@pytest.mark.parametrize(
    "said", ["没有五百块", "拿不出五百", "一百块钱都没有", "五百元购物卡", "五块腊肉", "100美元"]
)
def test_money_that_is_not_there_or_not_ours_is_no_sum(said: str) -> None:
    assert parse_amount(said) is None


@pytest.mark.parametrize(
    "said", ["捐五百，不是五千", "是五百不是五千", "五百，别听成五千", "不是五千是五百"]
)
def test_a_sum_is_told_from_the_one_it_is_not(said: str) -> None:
    assert parse_amount(said) == 50_000


@given(
    st.text(max_size=60)
    | st.text("零一二三十百千万亿半点块元毛角分旧水0123456789.,￥", max_size=30)
)
def test_no_text_makes_it_raise(said: str) -> None:
    fen = parse_amount(said)
    assert fen is None or fen > 0


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (35_000, "三百五十元整"),
        (2050, "二十元五角"),
        (100_502, "一千零五元零二分"),
        (1_000, "十元整"),
        (50, "五角"),
        (5, "五分"),
        (0, "零元整"),
        (1_050_000, "一万零五百元整"),
        (10_000_100, "十万零一元整"),
        (123_456_789, "一百二十三万四千五百六十七元八角九分"),
        (2_001_000, "二万零一十元整"),
    ],
)
def test_a_sum_is_read_back_in_words(fen: int, words: str) -> None:
    assert amount_in_words(fen) == words


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (3_500_000, "35000元（三万五千元整）"),
        (2050, "20.50元（二十元五角）"),
        (5, "0.05元（五分）"),
    ],
)
def test_a_sum_is_read_back_in_digits_and_words(fen: int, said: str) -> None:
    assert read_back(fen) == said


@given(st.integers(min_value=100, max_value=10**10))
def test_a_sum_read_back_is_understood_again(fen: int) -> None:
    assert parse_amount(amount_in_words(fen)) == fen
