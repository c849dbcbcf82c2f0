"""待更正 for coordinators, in chat and on a page."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.domain import correction
from bot.domain.access.people import access_person
from bot.domain.access.queues import access_correction, access_corrections
from bot.domain.base import Refused
from bot.domain.correction import WHAT_TITLE, Correction, What
from bot.domain.deeds import Field as Sensitive
from bot.domain.people import Person
from bot.domain.wording import day_words
from bot.feature import STAFF, Look, Need, Page, Place, Waits
from bot.now import local_day
from bot.parts import Field, Form, Part, Table
from bot.talk import Choice, Note, Rows, Talk, gate_of, numbered
from handlers.profile.about import MADE, NOT_MADE, feature, value_words
from handlers.profile.correct import DESK

_SHOWN = {What.PHONE: Sensitive.PHONE, What.ADDRESS: Sensitive.ADDRESS}
MAKE, REFUSE = "核对好了，改", "不改"


@feature.dialog(
    "corrections",
    "核对要改的资料",
    words=(DESK, "更正资料"),
    roles=STAFF,
    place=Place("办", DESK, 16),
)
async def desk(talk: Talk) -> None:
    """One correction at a time: make it, or leave it."""
    me = talk.staff()
    found = seen_by(talk.rows, me)
    if not found:
        raise Refused("现在没有要改的资料。")
    labels = [Choice(f"更正单{r.id}", f"{r.id}号{r.person.name}"[:8]) for r in found]
    taken = await talk.choose("which", f"有{len(found)}条要核对，先看哪一条？", labels)
    row = next(r for r in found if f"更正单{r.id}" == taken)
    done = await talk.choose("do", _about(talk, row), [MAKE, REFUSE])
    await decide(talk, row, made=done == MAKE)
    talk.say(f"好的，{'改好了' if done == MAKE else '没有改'}，已经告诉{row.person.name}。", [DESK])


def _about(talk: Talk, row: Correction) -> str:
    old = value_words(row.what, correction.kept(row.person, row.what), private=talk.private)
    new = value_words(row.what, row.new, private=talk.private) if row.new else "请打电话问本人"
    if row.what in _SHOWN:
        talk.shows(row.person, _SHOWN[row.what])
    by = "" if row.relation == "self" else f"（{row.relation}代说）"
    return f"{row.person.name}{by}的{WHAT_TITLE[row.what]}，现在：{old}；改成：{new}。核对过了吗？"


async def decide(talk: Talk, row: Correction, *, made: bool) -> None:
    """Make or refuse it, in chat and on the page alike; the member is told."""
    talk.rows.hold(row)
    by_id, title = talk.me.id if talk.me else None, WHAT_TITLE[row.what]
    if made:
        access_person(talk.staff(), row.person, change=True)
        correction.make(row, by_id, talk.now)
        text = MADE(talk.settings, what=title)
        talk.can_undo("profile.made", row.id, f"改{row.person.name}的{title}")
    else:
        correction.refuse(row, by_id, talk.now)
        text = NOT_MADE(talk.settings, what=title)
    await talk.flush()
    key = f"correction:{row.id}:{row.step}:{talk.now.isoformat()}"
    talk.tell(Note(row.person_id, text, key))


@feature.undo("profile.made", gate_of(Correction, access_correction))
async def unmake(talk: Talk, ref: str) -> None:
    """As it was; it waits again."""
    row = await talk.get(Correction, int(ref))
    if row is not None:
        talk.rows.hold(row)
        correction.take_back(row, talk.now)


def seen_by(rows: Rows, viewer: Person) -> list[Correction]:
    """What waits in the viewer's reach."""
    return list(rows.all(access_corrections(viewer, correction.waiting())))


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """What waits, and one form to decide."""
    viewer, now = look.viewer, look.now
    found = seen_by(rows, viewer)
    today = local_day(now)
    table = Table(
        ("更正单", "姓名", "改什么", "现在", "改成", "最迟"),
        tuple(
            (
                str(r.id), f"{r.person.name}({r.person.number})", WHAT_TITLE[r.what],
                value_words(r.what, correction.kept(r.person, r.what)),
                value_words(r.what, r.new) if r.new else "请打电话问", day_words(r.due_on, today),
            )
            for r in found
        ),
        "没有要改的资料。",
    )  # fmt: skip
    if not found:
        return [table]
    options = tuple((str(r.id), f"{r.id}号{r.person.name}{WHAT_TITLE[r.what]}") for r in found)
    which = Field("id", "哪一条", "choice", options[0][0], options)
    return [table, Form("make", MAKE, (which,)), Form("refuse", REFUSE, (which,))]


async def make(talk: Talk, form: dict[str, str]) -> str:
    """Change what is kept, as in chat."""
    row = _found(talk, form)
    await decide(talk, row, made=True)
    return f"{row.person.name}的{WHAT_TITLE[row.what]}改好了，已经告诉本人。"


async def refuse(talk: Talk, form: dict[str, str]) -> str:
    """Leave it, as in chat."""
    row = _found(talk, form)
    await decide(talk, row, made=False)
    return f"{row.person.name}的{WHAT_TITLE[row.what]}没有改，已经告诉本人。"


def _found(talk: Talk, form: dict[str, str]) -> Correction:
    me = talk.staff()
    row = access_correction(me, numbered(talk.rows, Correction, form.get("id", "")))
    if row not in seen_by(talk.rows, me):
        raise Refused("这一条已经办过了。")
    return row


def waits(rows: Rows, viewer: Person, now: datetime, settings: Any) -> Iterable[Waits]:
    """Corrections for the Today page; the overdue are urgent."""
    today = local_day(now)
    for row in seen_by(rows, viewer):
        late = "，过期了" if row.due_on < today else ""
        detail = f"最迟{day_words(row.due_on, today)}{late}"
        title = f"改资料：{row.person.name}的{WHAT_TITLE[row.what]}"
        yield Waits(title, detail, row.at, bool(late), DESK, Need.REGISTRATION, "/desk/corrections")


feature.waiting, feature.waits_on = waits, (Correction,)
feature.pages.append(
    Page("corrections", "更正资料", view, actions={"make": make, "refuse": refuse}, by="")
)
