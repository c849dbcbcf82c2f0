"""The second yes to a notice: to what stands there now, whoever edited it, and what comes back without one."""

# ruff: noqa: F811 - the fixtures of tests.engines stand before those of conftest, others are imported

from datetime import timedelta
from typing import Any

import pytest

from bot.domain import notices
from bot.domain.base import Refused
from bot.domain.notices import State
from bot.parts import Form, Press, Progress
from tests.conftest import Community
from tests.desk_house import Desk
from tests.engines import community, url  # noqa: F401
from tests.notice_house import (
    TEXT,
    approved,
    house,  # noqa: F401
    last,
    small,  # noqa: F401
    strict,  # noqa: F401
    turn,
    write,
)


def draft(me: Desk, text: str) -> None:
    """Written on the page, and not confirmed."""
    me.press("notices", "write", audience="all", text=text)


def edit(desk: Desk, text: str, id_: str = "1") -> None:
    """New words, on the page."""
    (form,) = [f for f in desk.of(Form, "notices", id=id_) if f.action == "edit"]
    seen = next(f.value for f in form.fields if f.name == "seen")
    desk.press("notices", "edit", id=id_, seen=seen, text=text)


def confirm(desk: Desk, id_: str = "1") -> Any:
    """As it stands now."""
    return desk.press("notices", "confirm", id=id_, seen=notices.digest(last(desk.town)))


def alarms(house: Community, address: str) -> list[str]:
    """What a coordinator was told, and is told no more."""
    return [reply.text for kind, reply in house.fetch(address) if kind == "alarm"]


def words(desk: Desk) -> str:
    """All that stands on the page of the first notice."""
    return repr(desk.page("notices", id="1"))


def test_who_approves_after_an_edit_reads_who_edited_what_when_and_what_stood_there(
    strict: Community,
) -> None:
    write(strict)
    me, other = Desk(strict, "李敏"), Desk(strict, "黄志强")
    read = notices.digest(last(strict))
    edit(me, "改到后天停水。")
    said = "李敏11月22日(周日)上午10点"
    with pytest.raises(Refused, match=r"刚刚改过：李敏.*改了文字。改好再送来"):
        other.press("notices", "approve", id="1", seen=read)
    confirm(me)
    with pytest.raises(Refused, match="改了文字。请看新的内容"):
        other.press("notices", "approve", id="1", seen=read)
    assert f"送批以后又改过：{said}" in words(other)
    assert f"改以前写的是：“{TEXT}”" in words(other)
    (wait,) = other.waits("notice")
    assert said in wait.detail
    assert "11月22日(周日)上午10点36分前没人批就退回。" in wait.detail, (
        "half an hour after it was asked for"
    )
    assert said in alarms(strict, "c2")[-1]
    assert said in strict.say("c2", "待批的通知")[-1].text


def test_whoever_approved_is_told_that_an_edit_voids_it(strict: Community) -> None:
    approved(strict)
    alarms(strict, "c2")
    edit(Desk(strict, "李敏"), "改到后天停水。")
    (told,) = alarms(strict, "c2")
    assert "改了文字，您批的不算数了" in told


def test_a_writer_is_told_who_edited_the_notice(strict: Community) -> None:
    write(strict)
    alarms(strict, "c1")
    edit(Desk(strict, "黄志强"), "改到后天停水。")
    assert any("黄志强" in told and "改了文字" in told for told in alarms(strict, "c1"))


def test_pressing_edit_with_nothing_changed_leaves_the_approval(strict: Community) -> None:
    approved(strict)
    with pytest.raises(Refused, match="跟原来一样"):
        edit(Desk(strict, "李敏"), TEXT)
    assert last(strict).state is State.APPROVED


def test_nobody_sends_and_approves_alone_what_another_has_only_drafted(strict: Community) -> None:
    me, other = Desk(strict, "李敏"), Desk(strict, "黄志强")
    draft(me, "还没写完")
    assert "confirm" not in [p.action for p in other.of(Press, "notices", id="1")]
    with pytest.raises(Refused, match="请李敏自己确认"):
        confirm(other)
    assert "等另一位联络员批准" in confirm(me)


def test_who_is_asked_once_more_after_half_an_hour_hears_of_it(strict: Community) -> None:
    write(strict)
    assert len(alarms(strict, "c2")) == 1
    strict.clock.at += timedelta(minutes=31)
    turn(strict)
    (wait,) = Desk(strict, "李敏").waits("notice")
    assert (wait.title, [p.label for p in wait.presses]) == (
        "第1号通知没有人批，退回来了", ["再送去批", "不发了"],
    )  # fmt: skip
    for said in ("通知进度", "确认发送", "对"):
        reply = strict.say("c1", said)[-1]
    assert "已经请另一位联络员来批" in reply.text
    assert len(alarms(strict, "c2")) == 1


def test_what_was_refused_waits_for_its_writer_and_is_mended(strict: Community) -> None:
    write(strict)
    me, other = Desk(strict, "李敏"), Desk(strict, "黄志强")
    other.press("notices", "reject", id="1", why="日期写错了")
    (wait,) = me.waits("notice")
    assert wait.title == "第1号通知没批准：“日期写错了”"
    assert not any(isinstance(part, Progress) for part in me.page("notices", id="1"))
    edit(me, "改到后天停水。")
    confirm(me)
    assert last(strict).state is State.PENDING
    assert "没批准：日期写错了" in words(other)


def test_a_yes_is_one_press_from_today_but_not_to_words_of_swindlers(strict: Community) -> None:
    write(strict)
    me, other = Desk(strict, "李敏"), Desk(strict, "黄志强")
    (wait,) = other.waits("notice")
    assert TEXT in wait.detail
    (yes,) = wait.presses
    edit(me, "请转账。")
    confirm(me)
    (yes,) = other.waits("notice")[0].presses
    done = other.press("notices", yes.action, **dict(yes.values))
    assert "转账" in done.text
    assert last(strict).state is State.PENDING
    other.press("notices", "approve", id="1", seen=notices.digest(last(strict)))
    assert last(strict).state is State.APPROVED


def test_at_night_the_page_says_that_it_waits_for_the_morning(house: Community) -> None:
    house.clock.at = house.clock.at.replace(hour=22)
    me = Desk(house, "李敏")
    draft(me, TEXT)
    assert "确认以后夜里不打扰，11月23日(周一)早上7点发" in words(me)
    assert confirm(me) == "第1号确认了，夜里不打扰，11月23日(周一)早上7点发。"
