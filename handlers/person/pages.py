"""/desk/conversations: who waits for a person; one conversation to take over, answer and hand back."""

from collections.abc import Sequence
from datetime import date

from bot.domain import handover as rules
from bot.domain import versions
from bot.domain.access.queues import access_canned_answers, access_conversation
from bot.domain.base import Refused
from bot.domain.handover import WHY_TITLE, Handover, HandoverState
from bot.domain.mail import Conversation, Mail, Outbox
from bot.domain.people import CHANNEL_TITLE, Person
from bot.domain.versions import ROSTER
from bot.domain.wording import moment_words
from bot.feature import Action, Look, Page
from bot.now import local_day
from bot.parts import Facts, Field, Form, Heading, Link, Links, Live, Part, Press, Table, Text
from bot.talk import Rows, Talk, numbered
from handlers.person import canned
from handlers.person.about import (
    PATH,
    far,
    feature,
    holder,
    machine_again,
    name_of,
    overdue,
    presses,
    settings_of,
    stands,
    waiting,
    write_to,
)

TAKES_OVER = "一发出去，这个对话就由您接着，机器人不插话。"
LONGEST = 500
SHORT = 40


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """Everybody who waits, or the one that `id` names."""
    if look.query.get("id"):
        return _one(rows, look, _found(rows, look.viewer, look.query["id"]))
    return [Live("waiting", (_list(rows, look),)), *canned.view(rows, look.viewer)]


def hangs_on(rows: Rows, look: Look) -> object:
    """Who waits, and the last message heard and said of the conversation that is open, or of each that is taken."""
    known = versions.of(rows.table(versions.versions()), (*ROSTER, Handover))
    if not look.query.get("id"):
        taken = (row for row in waiting(rows, look.viewer) if row.state is HandoverState.TAKEN)
        spoke = (rows.table(rules.last_numbers(row.channel, row.address)) for row in taken)
        return (known, *map(tuple, spoke))
    row = _found(rows, look.viewer, look.query["id"])
    return (known, *rows.table(rules.last_numbers(row.channel, row.address)))


def _list(rows: Rows, look: Look) -> Table:
    found, today = waiting(rows, look.viewer), local_day(look.now)
    late = settings_of(look.settings).escalate_minutes
    lines = tuple(
        (
            name_of(row), WHY_TITLE.get(row.why, row.why), _short(row.words), moment_words(row.at, today),
            far(rows, row) + ("，等久了" if overdue(rows, row, look.now, late) else ""),
        )
        for row in found
    )  # fmt: skip
    links = tuple(f"/desk/{PATH}?id={row.id}" for row in found)
    return Table(
        ("谁", "为什么", "说了什么", "从何时", "现在"),
        lines,
        "现在没有人在等。",
        links,
        "等人回话的",
    )


def _one(rows: Rows, look: Look, row: Handover) -> Sequence[Part]:
    today = local_day(look.now)
    facts = (
        ("谁", name_of(row)), ("为什么", WHY_TITLE.get(row.why, row.why)),
        ("在哪里", CHANNEL_TITLE.get(row.channel, row.channel)),
        ("从何时", moment_words(row.at, today)), ("现在", stands(rows, row)),
    )  # fmt: skip
    person = (Link("看这位的资料", f"/desk/members?id={row.person_id}"),) if row.person_id else ()
    return [
        Links((Link("回到名单", f"/desk/{PATH}"), *person)),
        Heading(name_of(row)),
        Facts(facts),
        *presses(row, look.viewer),
        Live("talk", (_talk(rows, row, today),)),
        *_forms(rows, look.viewer, row),
        _notes(rows, row, today),
    ]


def _talk(rows: Rows, row: Handover, today: date) -> Table:
    heard = [
        (m.at, name_of(row), m.text) for m in rows.all(rules.heard_at(row.channel, row.address))
    ]
    said = [
        (m.created_at, _who_said(m), str(m.reply.get("text", "")))
        for m in rows.all(rules.said_to(row.channel, row.address))
    ]
    lines = sorted([*heard, *said])[-rules.LATELY :]
    shown = tuple(
        (moment_words(at, today), who, text or "（语音或图片）") for at, who, text in lines
    )
    return Table(("何时", "谁", "说了什么"), shown, "还没有说过话。", caption="最近的对话")


def _who_said(message: Outbox) -> str:
    """A colleague's words begin with the name."""
    return "联络员" if message.kind is Mail.PERSON else "余热"


def _forms(rows: Rows, viewer: Person, row: Handover) -> list[Part]:
    if row.state is HandoverState.CLOSED:
        return [Text("这个对话交还给机器人了。要再联系，请打电话，或者等对方再找人。")]
    id_ = Field("id", "", "hidden", str(row.id))
    note = Form("note", "记一笔", (id_, Field("text", "只给联络员看的话", "area")))
    back = Press("谈完了，交还给机器人", "back", (("id", str(row.id)),), about=name_of(row))
    if row.taken_by_id not in (None, viewer.id):
        return [Text(f"{stands(rows, row)}。要换您来谈，按“换我来谈”。"), note, back]
    branch = row.person.branch_id if row.person else None
    ready = rows.all(access_canned_answers(viewer, rules.canned_for(branch)))
    buttons = tuple(
        (c.text, Press("发这一句", "reply", (("id", str(row.id)), ("text", c.text)), about=c.text))
        for c in ready
    )
    return [
        Form("reply", "发给对方", (id_, Field("text", "您要说的话", "area", note=TAKES_OVER),)),
        *([Table(("常用的话", "发"), buttons, caption="常用的话")] if buttons else []),
        note,
        back,
    ]  # fmt: skip


def _notes(rows: Rows, row: Handover, today: date) -> Table:
    lines = []
    for one in rows.all(rules.notes_of(row.id)):
        by = rows.get(Person, one.by_id) if one.by_id else None
        lines.append((moment_words(one.at, today), by.name if by else "自动", one.text))
    return Table(
        ("何时", "谁", "记了什么"), tuple(lines), "还没有记过什么。", caption="联络员的记录"
    )


# ── actions ─────────────────────────────────────────────────────────────────────────────────────


async def take(talk: Talk, form: dict[str, str]) -> str:
    """Take over without a word yet, from the machine or from a colleague whom the page named."""
    me = talk.staff()
    row = _held(talk, form)
    if form.get("was", "") != holder(row):
        raise Refused(f"{name_of(row)}：刚才有变化，现在{stands(talk.rows, row)}。请看一看再按。")
    rules.take(row, await _conversation(talk, row), me, talk.now, instead_of=row.taken_by_id)
    await talk.flush()
    return f"{name_of(row)}由您接着了，机器人不插话。谈完了请按“谈完了”。"


async def reply(talk: Talk, form: dict[str, str]) -> str:
    """Take over, and send the words."""
    me, words = talk.staff(), form.get("text", "").strip()
    row = _held(talk, form)
    if not words:
        raise Refused("请写下要说的话。")
    if holder(row) not in ("", str(me.id)):
        # What was typed is not lost: it can be copied from here.
        raise Refused(
            f"{name_of(row)}：现在{stands(talk.rows, row)}，您的话没有发：“{words[:LONGEST]}”"
        )
    rules.take(row, await _conversation(talk, row), me, talk.now)
    write_to(talk, row, words[:LONGEST])
    return f"发给{name_of(row)}了。对方的话会显示在这里。"


async def note(talk: Talk, form: dict[str, str]) -> str:
    """For coordinators only."""
    me, words = talk.staff(), form.get("text", "").strip()
    row = _held(talk, form)
    if not words:
        raise Refused("请写下要记的话。")
    await talk.add(rules.note(row, words[:LONGEST], me.id, talk.now))
    return "记下了。"


async def back(talk: Talk, form: dict[str, str]) -> str:
    """The bot answers again."""
    row = _held(talk, form)
    if row.state is HandoverState.CLOSED:
        raise Refused("这个对话已经交还了。")
    if row.state is HandoverState.TAKEN:
        talk.tell(machine_again(talk.rows, row, talk.settings))
    rules.hand_back(row, await talk.get(Conversation, (row.channel, row.address)), talk.now)
    await talk.flush()
    return f"{name_of(row)}的对话交还给机器人了。"


async def _conversation(talk: Talk, row: Handover) -> Conversation:
    found = await talk.get(Conversation, (row.channel, row.address))
    if found is None:
        raise Refused("这位的对话已经不在了，请打电话联系。")
    return found


def _held(talk: Talk, form: dict[str, str]) -> Handover:
    """The one that a form names, as it stands now; of two who press at once the second sees what the first did."""
    row = _found(talk.rows, talk.staff(), form.get("id", ""))
    talk.rows.all(rules.held(row.id))
    return row


def _found(rows: Rows, viewer: Person, number: str) -> Handover:
    return access_conversation(viewer, numbered(rows, Handover, number))


def _short(words: str) -> str:
    return words if len(words) <= SHORT else words[: SHORT - 1] + "…"


ACTIONS: dict[str, Action] = {
    "take": take,
    "reply": reply,
    "note": note,
    "back": back,
    **canned.ACTIONS,
}
feature.pages.append(
    Page(PATH, "回话", view, actions=ACTIONS, touches=canned.TOUCHES, order=10, hangs_on=hangs_on)
)
