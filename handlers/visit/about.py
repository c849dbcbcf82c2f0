"""The feature itself, and what all its dialogs share: settings, the actor, words for a visit."""

from datetime import date, datetime
from typing import Any

from bot.domain import visits
from bot.domain.access.things import Thing
from bot.domain.access.visits import access_visit
from bot.domain.base import Refused
from bot.domain.people import Person
from bot.domain.visits import (
    HALF_TITLE,
    STATE_TITLE,
    Act,
    Half,
    HalfDay,
    Reason,
    State,
    Visit,
    VisitSettings,
)
from bot.domain.wording import day_words
from bot.feature import Feature
from bot.talk import Rows, Talk, numbered

feature = Feature("visit", "上门走访", about=Thing.VISIT, settings=VisitSettings)

NOT_TOLD = (Reason.ILLNESS, Reason.HARDSHIP)
"""Reasons that stand on private channels only, and before a volunteer's yes nowhere."""
SHORT = 40
"""Characters of an address or a note that fit into one message."""


def act_of(talk: Talk, visit: Visit | None = None) -> Act:
    """The true actor: the registered device, and how it stands to its person.

    `visit`: which one is decided about; of two who decide at once the second sees what the first did.
    """
    if visit is not None:
        talk.rows.hold(visit)
    return Act(talk.now, talk.me.id if talk.me else None, talk.relation)


def found(rows: Rows, viewer: Person, number: str) -> Visit:
    """The visit with this number, within the viewer's reach; Refused otherwise."""
    return access_visit(viewer, numbered(rows, Visit, number))


def slot_of(form: dict[str, str]) -> HalfDay:
    """The half-day of a form's `day` and `half`. Raises Refused where either is missing."""
    try:
        return HalfDay(date.fromisoformat(form.get("day", "")), Half(form.get("half", "")))
    except ValueError:
        raise Refused("请选哪一天、上午还是下午。") from None


def settings_of(talk: Talk) -> VisitSettings:
    """The section [visit]."""
    settings: VisitSettings = talk.settings.visit
    return settings


def when_words(visit: Visit) -> str:
    """ "12月10日(周四)上午"."""
    return day_words(visit.day) + HALF_TITLE[visit.half]


def is_over(visit: Visit, now: datetime, settings: VisitSettings) -> bool:
    """Whether its half-day is past."""
    return visits.over(visit.slot, settings) <= now


def stands_words(visit: Visit, now: datetime, settings: VisitSettings) -> str:
    """Where an open visit stands: "待请人", "有人去"; once its half-day is past, that the outcome is missing."""
    gone = visit.state is State.ACCEPTED and is_over(visit, now, settings)
    return "还没登记结果" if gone else STATE_TITLE[visit.state]


def reason_words(reason: Reason, *, private: bool) -> str:
    """The reason with its comma in front, or nothing where it may not be told."""
    return "" if reason in NOT_TOLD and not private else f"，{visits.REASON_TITLE[reason]}"


def errand_words(visit: Visit, *, private: bool) -> str:
    """Why somebody is visited, as a volunteer reads it: for a festival with what is to be brought."""
    if visit.reason is Reason.FESTIVAL and visit.words:
        return f"，{visit.words}"
    return reason_words(visit.reason, private=private)


def address_of(visit: Visit) -> str:
    """Where to go, cut to what fits; "" where nobody has said yet."""
    return shortened(visit.place or (visit.person.address if visit.person else ""))


def has_address(visit: Visit) -> bool:
    """Whether there is one, without opening it."""
    return bool(visit.place_sealed or (visit.person and visit.person.address_sealed))


def shortened(text: str, most: int = SHORT) -> str:
    """`text`, or its beginning."""
    return text if len(text) <= most else text[: most - 1] + "…"


def where_to_read(settings: Any) -> str:
    """What a channel that isn't private says instead of an address; `settings` are all sections."""
    url = settings.web.public_url
    return f"住址请点链接登录查看：{url}/chat" if url else "住址请登录网页聊天查看，或者问联络员。"
