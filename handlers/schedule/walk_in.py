"""Who came without standing on the list of a day: found on the roster by name or 编号."""

from bot.domain import finding, schedule
from bot.domain.access.people import access_people
from bot.domain.base import Refused
from bot.domain.finding import Filter
from bot.domain.people import Person, Status
from bot.domain.schedule import Day
from bot.parts import Field, Form
from bot.talk import Talk

_MOST = 5
"""So many people of one name are told apart in a sentence."""


def form(day: Day) -> Form:
    """Where such a person is written."""
    fields = (
        Field("day", "", "hidden", schedule.ref_of(day)),
        Field("who", "姓名或编号", note="没报名的、别的支部的，来了写在这里。"),
    )
    return Form("came", "签到", fields, "名单上没有的人来了")


def meant(talk: Talk, words: str) -> Person:
    """The one person on the roster whom these words mean. Raises Refused, naming several."""
    words = words.strip()
    if not words:
        raise Refused("请写姓名或编号。")
    query = finding.people(Filter(words, status=Status.ACTIVE))
    near = talk.rows.all(access_people(talk.staff(), query).limit(_MOST + 1))
    exact = [one for one in near if words in (one.number, one.name)] or near
    if not exact:
        raise Refused(f"名册上没有找到“{words[:20]}”，请写姓名或编号。")
    if len(exact) > 1:
        named = "、".join(f"{one.number} {one.name}" for one in exact[:_MOST])
        raise Refused(f"有好几位，请写编号：{named}")
    return exact[0]
