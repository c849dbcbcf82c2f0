"""The feature itself, and the words and people its dialogs share."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.domain.access.things import Thing
from bot.domain.cards import OLD_DEVICE
from bot.domain.people import Person
from bot.domain.registration import SELF, TAIL, RegisterSettings, RegistrationRequest
from bot.feature import Feature
from bot.members import ACTING, REFUSED, TAKEN_BACK, WELCOME, WELCOME_KIN, Device, staff_notes
from bot.talk import Note, Talk

feature = Feature("registration", "登记", about=Thing.REGISTRATION, settings=RegisterSettings)
feature.phrases += [WELCOME, WELCOME_KIN, REFUSED, TAKEN_BACK, ACTING, OLD_DEVICE]

QUEUED = "已经记下了，社区同志核对后告诉您。核对好以前，您可以先看学习日和服务日。"
"""All that a stranger reads who wasn't bound at once, whatever the reason."""
LATELY, DESK = "刚登记的", "待登记"


def kept(office: Any) -> str:
    """Who runs this, what is kept and why (PIPL art. 17); a new version where its sense changes."""
    call = f"（电话{office.phone}）" if office.phone else ""
    return (
        f"登记由{office.name}{call}管。会留下您的姓名、支部、电话和这部手机的代号，"
        "只用来通知学习、服务和走访。"
    )


def device_of(talk: Talk) -> Device:
    """Where these words come from."""
    return Device(talk.said.channel, talk.said.who)


def settings_of(talk: Talk) -> RegisterSettings:
    """The section [registration]."""
    settings: RegisterSettings = talk.settings.registration
    return settings


def tell_staff(
    talk: Talk, branch_id: int | None, key: str, text: str, plain: str = "", says: str = ""
) -> None:
    """To the branch's coordinators; `plain` is without digits of a phone."""
    send(talk, staff_notes(talk.rows, branch_id, key, text, plain, says))


def send(talk: Talk, notes: Iterable[Note]) -> None:
    """Queue what the rules say is to be told."""
    for note in notes:
        talk.tell(note)


def by_words(relation: str) -> str:
    """ "（儿子代办）", or nothing."""
    return "" if relation == SELF else f"（{relation}代办）"


def said_words(request: RegistrationRequest, *, private: bool) -> str:
    """The name and, where the channel may carry it, the phone as they were said."""
    phone = (
        f"，电话{'尾号' if len(request.phone) == 4 else ''}{request.phone}" if request.phone else ""
    )
    return f"{request.name}{by_words(request.relation)}{phone if private else ''}"


def known_words(person: Person) -> str:
    """ "王秀英(0001)"."""
    return f"{person.name}({person.number})"


def likely_words(request: RegistrationRequest, candidates: Sequence[Person]) -> str:
    """Who may be meant, for the coordinator's eyes only, with the comma in front."""
    if not candidates:
        return "，名册上没有相近的"
    same = candidates[0]
    differs = len(request.phone) >= TAIL and not same.phone.endswith(request.phone[-TAIL:])
    return f"，像是{known_words(same)}{'，电话对不上' if differs else ''}"
