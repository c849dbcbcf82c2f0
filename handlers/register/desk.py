"""待登记 for coordinators in chat: one request, who it may be, yes or no; and what was bound lately."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain import registration
from bot.domain.access.people import access_people, access_person, access_persons
from bot.domain.access.queues import access_registration, access_registrations
from bot.domain.base import Refused
from bot.domain.people import CHANNEL_TITLE, Person, called, with_number
from bot.domain.registration import WHY_TITLE, RegistrationRequest, Stage, Why
from bot.domain.wording import moment_words
from bot.feature import STAFF, Place, own
from bot.members import Decided, approve, reject, take_back
from bot.talk import Choice, Rows, Talk, as_text, numbered
from bot.text import normal
from handlers.register.about import (
    DESK,
    LATELY,
    feature,
    known_words,
    likely_words,
    said_words,
    send,
    tell_staff,
)
from handlers.register.told import UNDONE

SOMEBODY, NO = "另选一位", "不通过"


@feature.dialog(
    "registrations",
    "核对登记",
    words=(DESK, "核对登记", "谁要登记", "审核登记", "登记审核"),
    roles=STAFF,
    place=Place("办", DESK, 15),
)
async def desk(talk: Talk) -> None:
    """One request at a time."""
    me = talk.staff()
    request = await _pick(talk, seen_by(talk.rows, me))
    people = candidates_of(talk.rows, me, [request])[request.id]
    choices = [Choice(f"就是{known_words(p)}", f"是{p.name}"[:8]) for p in people[:2]]
    taken = await talk.choose("do", _about(talk, request, people), [*choices, SOMEBODY, NO])
    if taken == NO:
        await _reject(talk, request)
        return
    named = {choice.says: person for choice, person in zip(choices, people, strict=False)}
    person = named.get(taken) or await _somebody(talk)
    await talk.confirm(
        f"让这部手机登记为{known_words(person)}，对吗？对方马上会收到通知。", {"do": "选谁"}
    )
    await accept(talk, request, person)
    talk.say(f"通过了：{known_words(person)}。", [DESK])


async def _pick(talk: Talk, found: Sequence[RegistrationRequest]) -> RegistrationRequest:
    if not found:
        raise Refused(f"现在没有等着登记的。要看自动通过的，请说“{LATELY}”。")
    labels = [Choice(f"登记单{r.id}", f"{r.id}号{r.name}"[:8]) for r in found]
    taken = await talk.choose("which", f"有{len(found)}份登记等着核对，先看哪一份？", labels)
    return next(r for r in found if f"登记单{r.id}" == taken)


def _about(talk: Talk, request: RegistrationRequest, people: Sequence[Person]) -> str:
    where = CHANNEL_TITLE.get(request.channel, request.channel)
    why = WHY_TITLE[Why(request.why)]
    said = said_words(request, private=talk.private)
    return f"{request.id}号：{said}，从{where}来{likely_words(request, people)}（{why}）。怎么办？"


async def _somebody(talk: Talk) -> Person:
    words = await talk.ask("who", "是名册上的哪一位？请说姓名或编号。", as_text(20))
    person = find_person(talk.rows, talk.staff(), words)
    if person is None:
        raise Refused(f"名册上找不到，或者不止一位。请再说“{DESK}”，用编号试试。")
    return person


async def _reject(talk: Talk, request: RegistrationRequest) -> None:
    await talk.confirm(f"{request.name}这份登记不通过，请对方打电话来，对吗？", {"do": "怎么办"})
    await refuse(talk, request)
    talk.say("好的，已经请对方打电话来。", [DESK])


async def accept(talk: Talk, request: RegistrationRequest, person: Person) -> None:
    """Approve, in chat and on the page alike; whoever may be bound to anybody could become anybody."""
    access_person(talk.staff(), person, change=True)
    send(talk, approve(talk.rows, request, person, _decided(talk), talk.settings))
    talk.can_undo("register.approve", request.id, f"{person.name}的登记")


async def refuse(talk: Talk, request: RegistrationRequest) -> None:
    """Reject, in chat and on the page alike."""
    send(talk, reject(talk.rows, request, _decided(talk), talk.settings))


@feature.dialog("bound_lately", "看刚登记的", words=(LATELY, "登记有误"), roles=STAFF)
async def lately(talk: Talk) -> None:
    """What the rule bound by itself in the last 24 hours; a wrong one is taken back."""
    me = talk.staff()
    found = lately_seen(talk.rows, me, talk.now)
    if not found:
        raise Refused("最近24小时没有自动通过的登记。")
    names = [Choice(f"登记单{r.id}", r.person.name[:8]) for r in found if r.person]
    taken = await talk.choose("which", "这些是刚登记的，哪一位不对？", [*names, "都没问题"])
    if taken == "都没问题":
        talk.say("好的。")
        return
    request = next(r for r in found if f"登记单{r.id}" == taken)
    at = moment_words(request.decided_at, talk.today) if request.decided_at else ""
    await talk.confirm(f"撤回{request.name}{at}的登记，对吗？", {"which": "哪一位"})
    send(talk, take_back(talk.rows, request, talk.now, talk.settings))
    talk.say("撤回了，那部手机看不到什么了。请打电话问问本人。")


@feature.undo("register.bind", own)
async def take_back_bound(talk: Talk, ref: str) -> None:
    """By the member, on the new phone or on an old one."""
    request = await talk.get(RegistrationRequest, int(ref))
    if request is None or request.stage is not Stage.BOUND:
        raise Refused("这次登记已经撤销过了。")
    person = request.person
    notes = take_back(talk.rows, request, talk.now, talk.settings)
    here = (talk.said.channel, talk.said.who)
    send(talk, [note for note in notes if note.address != here])
    if person is not None:
        text = UNDONE(talk.settings, who=known_words(person))
        tell_staff(talk, person.branch_id, f"register:{request.id}:undone", text)
    talk.say("已经撤销，那部手机上的登记停用了。社区同志也知道了。")


def seen_by(rows: Rows, viewer: Person) -> list[RegistrationRequest]:
    """What waits and is in the viewer's reach; what resembles nobody is everybody's."""
    waiting = rows.all(registration.waiting())
    who = _every_candidate(rows, waiting)
    return access_registrations(viewer, [(r, who[r.id]) for r in waiting])


def named_by(rows: Rows, viewer: Person, number: str) -> RegistrationRequest:
    """The request with this number; OutOfReach where it is another branch's, or nobody's."""
    request = numbered(rows, RegistrationRequest, number)
    likely = [] if request is None else _every_candidate(rows, [request])[request.id]
    if request is not None and request.person is not None:
        likely = [request.person]
    return access_registration(viewer, request, likely)


@feature.undo("register.approve", named_by)
async def take_back_approved(talk: Talk, ref: str) -> None:
    """By the coordinator: it waits again."""
    request = await talk.get(RegistrationRequest, int(ref))
    if request is not None:
        send(talk, take_back(talk.rows, request, talk.now, talk.settings))


def lately_seen(rows: Rows, viewer: Person, now: datetime) -> list[RegistrationRequest]:
    """What was bound lately in the viewer's reach."""
    found = rows.all(registration.bound_lately(now))
    return access_registrations(viewer, [(r, [r.person]) for r in found if r.person])


def candidates_of(
    rows: Rows, viewer: Person, requests: Sequence[RegistrationRequest]
) -> dict[int, list[Person]]:
    """By request, who of the viewer's people may be meant, the likeliest first; another branch's stay unnamed."""
    every = _every_candidate(rows, requests)
    return {id_: access_persons(viewer, people) for id_, people in every.items()}


def _every_candidate(
    rows: Rows, requests: Sequence[RegistrationRequest]
) -> dict[int, list[Person]]:
    """The same of whatever branch, read at once."""
    people = {person.id: person for person in rows.all(registration.resembled(requests))}
    return {
        r.id: [people[int(id_)] for id_ in r.candidates if int(id_) in people] for r in requests
    }


def find_person(rows: Rows, viewer: Person, words: str) -> Person | None:
    """The one of the viewer's people with this number, or the only one of this name."""
    for query in (with_number(words.strip()), called(words), called(normal(words))):
        found = rows.all(access_people(viewer, query))
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _decided(talk: Talk) -> Decided:
    return Decided(talk.me.id if talk.me else None, talk.now)
