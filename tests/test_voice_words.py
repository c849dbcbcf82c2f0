"""What is read out says dates, hours, phone numbers and amounts as a person would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.voice import Voice
from bot.understand.numerals import number
from bot.voice.words import numeral, spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("学习日是12月10日(周四)上午9点", "学习日是十二月十日，周四，上午九点"),
        ("下午2:05到3:30", "下午两点零五分到三点三十分"),
        ("上午9:00-11:00", "上午九点到十一点"),
        ("8点05分开门", "八点零五分开门"),
        ("12月1日—12月3日", "十二月一日到十二月三日"),
        ("2026年七一，2026-12-10", "二零二六年七一，二零二六年十二月十日"),
        ("2位老人，2月2日，第2步", "两位老人，二月二日，第二步"),
        ("党龄50年", "党龄五十年"),
        ("人民路18号3栋", "人民路十八号三栋"),
    ],
)
def test_days_and_counts_are_words(written: str, said: str) -> None:
    assert spoken(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("急的话请打0777-1234567。", "急的话请打零七七七幺二三四五六七。"),
        ("电话13800001234", "电话幺三八零零零零幺二三四"),
        ("请马上打120", "请马上打幺二零"),
        ("可以打96110问", "可以打九六幺幺零问"),
        ("编号(0012)", "编号，零零幺二"),
        ("卡号12345678", "卡号幺二三四五六七八"),
    ],
)
def test_a_number_to_dial_or_to_show_is_told_figure_by_figure(written: str, said: str) -> None:
    assert spoken(written) == said


def test_cantonese_has_no_word_of_its_own_for_one_on_the_phone() -> None:
    assert spoken("打110", Voice.CANTONESE) == "打一一零"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("120元", "一百二十元"),
        ("￥35.50", "三十五元五角"),
        ("12.05元", "十二元零五分"),
        ("0.5元", "五角"),
        ("35000.00元", "三万五千元"),
        ("2块", "两元"),
        ("30%", "百分之三十"),
        ("12.5公斤", "十二点五公斤"),
    ],
)
def test_amounts_are_told_as_money(written: str, said: str) -> None:
    assert spoken(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("您好！\n回“0”是主菜单。😀", "您好！回零是主菜单。"),
        ("【紧急】王秀英", "紧急，王秀英"),
        ("请看https://a.example/in/abc", "请看链接"),
        ("😀✓", ""),
        ("", ""),
    ],
)
def test_what_cant_be_heard_is_left_out(written: str, said: str) -> None:
    assert spoken(written) == said


@given(st.integers(0, 10**12))
def test_a_numeral_is_read_back_as_the_number_it_says(value: int) -> None:
    assert number(numeral(value)) == value


@given(st.text(st.sampled_from("0123456789年月日号点:：.-—元%第()（）【】\n，。 好2两位￥")))
def test_no_figure_is_left_and_nothing_breaks(written: str) -> None:
    assert not any(char.isascii() and char.isdigit() for char in spoken(written))
