"""The coordinators' page of registrations, and what waits for them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.base import Refused
from bot.domain.people import CHANNEL_TITLE, Person
from bot.domain.registration import WHY_TITLE, RegistrationRequest, Stage, Why
from bot.domain.wording import moment_words
from bot.feature import Look, Need, Page, Waits
from bot.listing import behind, page_of
from bot.members import take_back as end
from bot.now import local_day
from bot.parts import Field, Form, Part, Press, Table, Text
from bot.talk import Rows, Talk
from handlers.register.about import (
    DESK,
    feature,
    known_words,
    likely_words,
    said_words,
    send,
)
from handlers.register.desk import (
    accept,
    candidates_of,
    find_person,
    lately_seen,
    named_by,
    refuse,
    seen_by,
)


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """What waits with who may be meant; below, what was bound by itself within a day."""
    viewer, now = look.viewer, look.now
    today = local_day(now)
    found = behind(seen_by(rows, viewer), look.query, _key)
    waiting, ways = page_of(found, look.query, _key)
    people = candidates_of(rows, viewer, waiting)
    table = Table(
        ("登记单", "说的姓名", "像是", "为什么要核对", "从哪里来", "何时"),
        tuple(
            (
                str(r.id), said_words(r, private=True),
                "、".join(known_words(p) for p in people[r.id]) or "没有相近的",
                WHY_TITLE[Why(r.why)], CHANNEL_TITLE.get(r.channel, r.channel),
                moment_words(r.at, today),
            )
            for r in waiting
        ),
        "没有等着登记的。",
    )  # fmt: skip
    return [table, *ways, *_forms(waiting, people), *_lately(rows, viewer, now)]


def _key(request: RegistrationRequest) -> str:
    return f"{request.at:%Y%m%d%H%M%S%f}{request.id:012}"


def _forms(
    waiting: Sequence[RegistrationRequest], people: Mapping[int, Sequence[Person]]
) -> list[Part]:
    if not waiting:
        return []
    options = tuple((str(r.id), f"{r.id}号{r.name}") for r in waiting)
    which = Field("id", "哪一份", "choice", options[0][0], options)
    first = people[waiting[0].id]
    who = Field("who", "是名册上的哪一位（编号或姓名）", value=first[0].number if first else "")
    return [Form("approve", "通过", (which, who)), Form("reject", "不通过", (which,))]


def _lately(rows: Rows, viewer: Person, now: datetime) -> list[Part]:
    found = lately_seen(rows, viewer, now)
    if not found:
        return []
    options = tuple((str(r.id), known_words(r.person)) for r in found if r.person)
    which = Field("id", "哪一位", "choice", options[0][0], options)
    return [
        Text("下面是24小时内用姓名和电话自动登记的。不是本人的，请撤回。"),
        Form("take_back", "撤回", (which,)),
    ]


async def approve(talk: Talk, form: dict[str, str]) -> str:
    """Bind to the person named, as in chat."""
    me = talk.staff()
    request = _found(talk, form, Stage.OPEN)
    person = find_person(talk.rows, me, form.get("who", ""))
    if person is None:
        raise Refused("名册上找不到这一位，或者不止一位。请写编号。")
    await accept(talk, request, person)
    return f"通过了：{known_words(person)}。"


async def reject(talk: Talk, form: dict[str, str]) -> str:
    """Say no, as in chat."""
    request = _found(talk, form, Stage.OPEN)
    await refuse(talk, request)
    return f"{request.name}的登记没有通过，已经请对方打电话来。"


async def take_back(talk: Talk, form: dict[str, str]) -> str:
    """End what the rule bound by itself."""
    request = _found(talk, form, Stage.BOUND)
    send(talk, end(talk.rows, request, talk.now, talk.settings))
    return f"撤回了{request.name}的登记。"


def _found(talk: Talk, form: dict[str, str], stage: Stage) -> RegistrationRequest:
    """The request named, within the viewer's reach; Refused otherwise."""
    me = talk.staff()
    seen = seen_by(talk.rows, me) if stage is Stage.OPEN else lately_seen(talk.rows, me, talk.now)
    request = named_by(talk.rows, me, form.get("id", ""))
    if request not in seen:
        raise Refused("这份登记已经办过了。")
    return request


def waits(rows: Rows, viewer: Person, now: datetime, settings: Any) -> Iterable[Waits]:
    """Registrations for the Today page."""
    found = seen_by(rows, viewer)
    candidates = candidates_of(rows, viewer, found)
    for request in found:
        people = candidates[request.id]
        detail = f"{WHY_TITLE[Why(request.why)]}{likely_words(request, people)}"
        yield Waits(
            f"登记：{request.name}", detail, request.at, command=DESK, kind=Need.REGISTRATION,
            to="/desk/registrations", presses=_presses(request, people),
        )  # fmt: skip


def _presses(request: RegistrationRequest, people: Sequence[Person]) -> tuple[Press, ...]:
    """One press settles it where one certain person may be meant."""
    no = Press("不通过", "reject", (("id", str(request.id)),), "registrations", request.name)
    if len(people) != 1:
        return (no,)
    values = (("id", str(request.id)), ("who", people[0].number))
    return (
        Press(f"就是{known_words(people[0])}", "approve", values, "registrations", request.name),
        no,
    )


feature.waiting, feature.waits_on = waits, (RegistrationRequest,)
feature.pages.append(
    Page(
        "registrations", "登记", view, by="",
        actions={"approve": approve, "reject": reject, "take_back": take_back},
    )
)  # fmt: skip
