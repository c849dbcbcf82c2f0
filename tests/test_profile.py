"""我的资料: what a member sees, has corrected, takes along, and how a new phone is asked for."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.base import Refused
from bot.domain.correction import Correction, Step, What, due_on, read
from bot.domain.organisations import Organisation
from bot.domain.people import Person, Role
from bot.members import columns
from bot.talk import Reply
from handlers.profile.titles import COLUMN_TITLE, ENUM_TITLE, TABLE_TITLE, TECHNICAL
from tests.conftest import NOON, Community, labels


@pytest.fixture
def town(community: Community) -> Community:
    """A coordinator at c1 and 王秀英 at m1."""
    community.person("韦红梅", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    return community


def go(town: Community, who: str, *words: str, channel: str = "terminal") -> list[Reply]:
    """Say one thing after the other; returns the replies to the last."""
    replies: list[Reply] = []
    for text in words:
        replies = town.say(who, text, channel=channel)
    return replies


def text_of(replies: list[Reply]) -> str:
    return "\n".join(reply.text for reply in replies)


def heard(town: Community, who: str) -> str:
    return "\n".join(reply.text for _, reply in town.fetch(who))


def wang(town: Community) -> Person:
    (person,) = town.all(select(Person).where(Person.name == "王秀英"))
    assert isinstance(person, Person)
    return person


def on_telegram(town: Community) -> None:
    town.bind(wang(town), "77", "telegram")


# ── seeing ──────────────────────────────────────────────────────────────────────────────────────


def test_a_member_sees_everything_in_short_messages(town: Community) -> None:
    replies = go(town, "m1", "我的资料")
    for kept in ("王秀英", "三海街道离退休党支部", "13800001234", "青年路8号", "1948年3月5日"):
        assert kept in text_of(replies)
    assert all(len(reply.text) <= 100 for reply in replies)
    assert labels(replies[-1]) == ["改一改", "导出", "退出登记", "看繁体"]


def test_on_a_channel_that_is_not_private_phone_and_address_are_hidden(town: Community) -> None:
    on_telegram(town)
    text = text_of(go(town, "77", "我的资料", channel="telegram"))
    assert "138****1234" in text
    assert "青年路" not in text


def test_a_relative_sees_neither_the_dates_nor_the_address(town: Community) -> None:
    town.bind(wang(town), "s1", relation="儿子")
    text = text_of(go(town, "s1", "我的资料"))
    assert "138****1234" in text
    assert "1948" not in text
    assert "青年路" not in text


def test_a_question_whether_the_data_are_right_shows_them(town: Community) -> None:
    assert "编号0002" in text_of(go(town, "m1", "我登记的信息对不对"))


# ── correcting ──────────────────────────────────────────────────────────────────────────────────


def test_a_correction_is_checked_made_and_told(town: Community) -> None:
    reply = go(town, "m1", "改我的资料", "电话", "139 0000 5678", "对")[-1]
    assert "最迟11月25日(周三)" in reply.text
    assert "13900005678" in heard(town, "c1")
    assert wang(town).phone == "13800001234"
    go(town, "c1", "待更正", "1", "1")
    assert wang(town).phone == "13900005678"
    assert "改好了" in heard(town, "m1")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("我的电话换了，新号码13900005678", "电话改成：13900005678"),
        ("我搬家了地址要改，搬到新华路6号", "住址改成：新华路6号"),
        ("電話號碼要更改", "新的电话号码是多少"),
    ],
)
def test_the_first_sentence_may_say_what_is_to_change(
    town: Community, words: str, shown: str
) -> None:
    assert shown in go(town, "m1", words)[-1].text


def test_an_address_by_its_other_name_is_corrected_and_no_danger(town: Community) -> None:
    assert "新的住址" in text_of(go(town, "m1", "改我的资料", "地址"))
    assert "燕塘街9号1栋101" in text_of(go(town, "m1", "燕塘街9号1栋101"))
    assert "危险" not in text_of(go(town, "m1", "主菜单", "燕塘街9号1栋101"))


def test_a_correction_may_be_refused(town: Community) -> None:
    go(town, "m1", "改我的资料", "姓名", "王秀音", "对")
    go(town, "c1", "待更正", "1", "不改")
    assert wang(town).name == "王秀英"
    assert "没有改" in heard(town, "m1")


def test_a_corrected_admission_date_moves_the_birthday(town: Community) -> None:
    go(town, "m1", "改我的资料", "更多", "入党日期", "1976年7月1日", "对")
    go(town, "c1", "待更正", "1", "1")
    assert wang(town).joined_month_day == 701


def test_a_date_that_contradicts_the_others_is_not_made(town: Community) -> None:
    go(town, "m1", "改我的资料", "更多", "转正日期", "1970年7月1日", "对")
    assert "对不上" in go(town, "c1", "待更正", "1", "1")[-1].text
    assert wang(town).full_member_on.isoformat() == "1976-12-26"  # type: ignore[union-attr]


def test_asking_twice_renews_what_waits(town: Community) -> None:
    go(town, "m1", "改我的资料", "住址", "新华路6号", "对")
    go(town, "m1", "改我的资料", "住址", "新华路8号", "对")
    assert [row.new for row in town.all(select(Correction))] == ["新华路8号"]


def test_a_member_takes_a_correction_back_while_it_waits(town: Community) -> None:
    go(town, "m1", "改我的资料", "住址", "新华路6号", "对", "撤销", "1")
    assert town.all(select(Correction)) == []


def test_a_coordinator_takes_a_correction_back(town: Community) -> None:
    go(town, "m1", "改我的资料", "住址", "新华路6号", "对")
    go(town, "c1", "待更正", "1", "1", "撤销", "1")
    assert wang(town).address == "青年路8号"
    assert town.all(select(Correction))[0].step is Step.OPEN


def test_an_address_is_not_asked_for_where_it_must_not_be_spelled(town: Community) -> None:
    on_telegram(town)
    reply = go(town, "77", "改我的资料", "住址", channel="telegram")[-1]
    assert "联络员打电话问您" in reply.text
    go(town, "77", "对", channel="telegram")
    assert "请打电话问" in heard(town, "c1")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (What.PHONE, "12345"), (What.NAME, "小王2"), (What.BORN_ON, "1948年"),
        (What.JOINED_ON, "2099年1月1日"), (What.OTHER, "字" * 61),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_asked_again(what: What, said: str) -> None:
    with pytest.raises(Refused):
        read(what, said, NOON.date())


def test_three_working_days_leave_weekends_out() -> None:
    assert due_on(NOON.date()).isoformat() == "2026-11-25"
    assert due_on(NOON.date().replace(day=26)).isoformat() == "2026-12-01"


# ── taking along ────────────────────────────────────────────────────────────────────────────────


def exported(town: Community) -> str:
    (file,) = go(town, "m1", "导出我的资料")[-1].media
    return (Path(town.house.folder) / file.path).read_text(encoding="utf-8-sig")


def test_the_export_holds_everything_and_says_for_whom(town: Community) -> None:
    go(town, "m1", "请人上门", "想有人聊聊", "星期五上午", "对")
    text = exported(town)
    assert text.startswith("王秀英(0002)的资料，本人导出，2026年11月22日")
    for kept in ("13800001234", "青年路8号", "【上门走访】", "【说过的话】", "想有人聊聊"):
        assert kept in text


def test_the_export_is_in_plain_chinese(town: Community) -> None:
    go(town, "m1", "请人上门", "想有人聊聊", "星期五上午", "对")
    go(town, "m1", "请假")
    text = exported(town)
    assert "入党：1976年12月26日" in text
    assert "走访谁" not in text
    assert not re.search(r"[A-Za-z_]{3,}", text.replace("terminal", ""))


def test_the_export_names_organisations_and_why_somebody_was_called(town: Community) -> None:
    def join(session: Any) -> None:
        person = session.scalars(select(Person).where(Person.name == "王秀英")).unique().one()
        person.organisations.append(Organisation(name="老体协"))

    town.house.db.write_now(join)
    go(town, "m1", "找人帮忙")
    text = exported(town)
    assert "参加的组织：老体协" in text
    assert "为什么：想找人" in text


def test_every_column_that_may_be_taken_along_has_a_title() -> None:
    """A new one must be named, or said to be the machine's own."""
    for table, names in columns().items():
        assert table in TABLE_TITLE or set(names) <= TECHNICAL
        for name, kind in names.items():
            assert name in TECHNICAL or name in COLUMN_TITLE, f"{table}.{name}"
            assert kind is None or name in TECHNICAL or set(ENUM_TITLE[kind]) == set(kind)


def test_the_export_holds_nothing_of_others_and_no_secret(town: Community) -> None:
    town.person("韦建国", address="m2", phone="13911115678")
    go(town, "m2", "你好")
    text = exported(town)
    assert "韦建国" not in text
    assert "hash" not in text


def test_an_export_has_a_random_name_and_is_for_the_owner_alone(town: Community) -> None:
    exported(town)
    exported(town)
    files = list((town.house.folder / "exports").iterdir())
    assert len(files) == 2
    assert {oct(file.stat().st_mode)[-3:] for file in files} == {"600"}


def test_an_export_does_not_leave_by_a_channel_that_is_not_private(town: Community) -> None:
    on_telegram(town)
    reply = go(town, "77", "导出我的资料", channel="telegram")[-1]
    assert (reply.media, "网页聊天" in reply.text) == ((), True)


def test_a_relative_gets_no_export(town: Community) -> None:
    town.bind(wang(town), "s1", relation="儿子")
    assert "本人来办" in go(town, "s1", "导出我的资料")[-1].text


# ── a new phone, the script ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", ["换手机了", "我换了新手机", "我的手机丢了"])
def test_a_new_phone_needs_a_new_card_and_coordinators_hear_of_it(
    town: Community, words: str
) -> None:
    assert "新的登记卡" in go(town, "m1", words)[-1].text
    assert "要一张新的登记卡" in heard(town, "c1")


def test_on_the_new_phone_itself_one_registers(town: Community) -> None:
    assert "同意登记吗" in go(town, "s1", "换手机了")[-1].text


def test_who_chose_traditional_characters_reads_them_in_every_answer(town: Community) -> None:
    go(town, "m1", "看繁体")
    replies = go(town, "m1", "我的資料")
    assert "編號0002" in text_of(replies)
    assert "看簡體" in [choice.label for choice in replies[-1].choices]
    assert replies[-1].fixed == ("主菜單", "找人幫忙")
    assert "您想辦什麼" in text_of(go(town, "m1", "主菜單"))
    go(town, "m1", "看簡體")
    assert "编号0002" in text_of(go(town, "m1", "我的资料"))
