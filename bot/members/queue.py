"""The queue of registrations: put down, approved, rejected, taken back; in chat, on the page, by command."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain import registration
from bot.domain.base import Refused
from bot.domain.mail import Mail
from bot.domain.people import Person, Sender, Status
from bot.domain.phrase import Phrase, Slot
from bot.domain.registration import MOST_OPEN, SELF, RegistrationRequest, Stage, Told, Verdict, Why
from bot.members.binding import Device, acts_told, bind, unbind, welcome_words
from bot.talk import MENU, Choice, Note, Rows
from bot.text import one_missing, same_name, sounds_like

DECIDED = "这份登记已经有人办过了。"
WELCOME_KIN = Phrase(
    "registration.welcome_kin", "替家里老人登记通过了，发给家里人",
    "登记好了，以后您可以在这里替{姓名}办事了。", (Slot("name", "姓名", "韦建国", needed=True),),
)  # fmt: skip
REFUSED = Phrase(
    "registration.refused", "登记没有通过，发给登记的人",
    "您的登记和名册没有对上，不要紧。{怎么联系}，我们帮您查一查。",
    (Slot("call", "怎么联系", "请打电话给社区，或者说“找人帮忙”", "填了办公电话就是电话", needed=True),),
)  # fmt: skip
TAKEN_BACK = Phrase(
    "registration.taken_back", "登记撤销了，发给那部手机",
    "这部手机上的登记已经撤销。要登记，请说“登记”，或者打电话给社区。",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asking:
    """Who registers, from which device, and in what relation to the person."""

    told: Told
    device: Device
    at: datetime
    relation: str = SELF
    by_id: int | None = None
    """Who was registered on that device already."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decides, and when (aware)."""

    by_id: int | None
    at: datetime


def put_down(rows: Rows, asking: Asking, verdict: Verdict, why: Why) -> RegistrationRequest:
    """Wait for a coordinator. Asking again renews what waits: one request a person, few an address."""
    device, told = asking.device, asking.told
    open_ones = list(rows.all(registration.waiting_at(device.channel, device.address)))
    same = [r for r in open_ones if _same_person(r, asking, verdict.candidates)]
    for old in same[1:] if same else _beyond(open_ones):
        old.stage, old.decided_at = Stage.REPLACED, asking.at
    if same:
        request = same[0]
        request.name, request.phone, request.vouched = told.name, told.phone, told.vouched
    else:
        request = _new(asking)
        rows.add(request)
    request.relation, request.why = asking.relation, why.value
    request.candidates = [person.id for person in verdict.candidates]
    rows.flush()
    return request


def _same_person(
    request: RegistrationRequest, asking: Asking, candidates: Iterable[Person]
) -> bool:
    """Whether this is another try at what waits; a couple on one phone are two."""
    one, other = request.name, asking.told.name
    if same_name(one, other) or sounds_like(one, other) or one_missing(one, other):
        return True
    return any(person.id in request.candidates for person in candidates)


def _beyond(open_ones: list[RegistrationRequest]) -> list[RegistrationRequest]:
    """Which give way to one more: the oldest, where the address has as many as it may."""
    return open_ones[: max(0, len(open_ones) - MOST_OPEN + 1)]


def _new(asking: Asking) -> RegistrationRequest:
    told, device = asking.told, asking.device
    return RegistrationRequest(
        channel=device.channel, address=device.address, name=told.name, phone=told.phone,
        vouched=told.vouched, relation=asking.relation, at=asking.at, stage=Stage.OPEN,
        candidates=[], asked_by_id=asking.by_id,
    )  # fmt: skip


def bind_at_once(rows: Rows, asking: Asking, person: Person) -> RegistrationRequest:
    """The rule is sure: bind, and keep how it came about. What the device had waiting for this is done."""
    device, now = asking.device, asking.at
    for old in rows.all(registration.waiting_at(device.channel, device.address)):
        if _same_person(old, asking, [person]):
            old.stage, old.decided_at = Stage.REPLACED, now
    request = _new(asking)
    rows.add(request)
    _bound(rows, request, person, Decided(None, now), Stage.BOUND)
    return request


def approve(
    rows: Rows, request: RegistrationRequest, person: Person, decided: Decided, settings: Any
) -> list[Note]:
    """Bind the device to `person`; what to tell. Raises Refused where it was decided, or the person is gone."""
    rows.hold(request)
    if request.stage is not Stage.OPEN:
        raise Refused(DECIDED)
    if person.status is not Status.ACTIVE:
        raise Refused(f"{person.name}现在不在册或已暂停，先恢复了再通过。")
    sender = _bound(rows, request, person, decided, Stage.APPROVED)
    if request.relation == SELF:
        return [_back(request, decided.at, welcome_words(person, settings), person.id)]
    words = WELCOME_KIN(settings, name=person.name)
    told = acts_told(rows, settings, person, sender, decided.at)
    return [_back(request, decided.at, words, person.id), *told]


def _bound(
    rows: Rows, request: RegistrationRequest, person: Person, decided: Decided, stage: Stage
) -> Sender:
    device = Device(request.channel, request.address)
    sender = bind(rows, person, device, decided.at, request.relation)
    request.stage, request.person_id, request.sender_id = stage, person.id, sender.id
    request.person = person
    request.decided_by_id, request.decided_at = decided.by_id, decided.at
    rows.flush()
    return sender


def reject(rows: Rows, request: RegistrationRequest, decided: Decided, settings: Any) -> list[Note]:
    """Say no, kindly, with the office's number. Raises Refused where it was decided before."""
    rows.hold(request)
    if request.stage is not Stage.OPEN:
        raise Refused(DECIDED)
    request.stage = Stage.REJECTED
    request.decided_by_id, request.decided_at = decided.by_id, decided.at
    rows.flush()
    office = settings.office.phone
    call = f"请打电话{office}" if office else "请打电话给社区，或者说“找人帮忙”"
    return [_back(request, decided.at, REFUSED(settings, call=call))]


def take_back(rows: Rows, request: RegistrationRequest, now: datetime, settings: Any) -> list[Note]:
    """End what was bound: by the rule it is over, by a coordinator it waits again. Tells the device."""
    rows.hold(request)
    sender = rows.get(Sender, request.sender_id) if request.sender_id else None
    if sender is None or request.stage not in (Stage.BOUND, Stage.APPROVED):
        raise Refused("这次登记已经撤销过了。")
    again = request.stage is Stage.APPROVED
    request.stage = Stage.OPEN if again else Stage.TAKEN_BACK
    request.decided_at = None if again else now
    if sender.ended_at is None:
        unbind(rows, sender, now)
    rows.flush()
    return [_back(request, now, TAKEN_BACK(settings))]


def _back(request: RegistrationRequest, at: datetime, text: str, person_id: int = 0) -> Note:
    """To the device that asked. The moment stands in the key: a request may be decided twice."""
    key = f"register:{request.id}:{request.stage}:{at.isoformat()}"
    to = (request.channel, request.address)
    # A coordinator decided just now: whoever waits for it may hear it at night, too.
    return Note(person_id, text, key, Mail.ALARM, choices=(Choice(MENU),), address=to)
