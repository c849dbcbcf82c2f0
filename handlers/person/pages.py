"""/desk/conversations: who waits for a person; one conversation to take over, answer and hand back."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from bot.domain import handover as rules
from bot.domain.access.people import access_branches
from bot.domain.access.queues import access_canned, access_canned_answers, access_conversation
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.handover import WHY_TITLE, CannedAnswer, Handover, HandoverState
from bot.domain.mail import Conversation
from bot.domain.people import CHANNEL_TITLE, Branch, Person
from bot.domain.wording import moment_words
from bot.feature import Action, Look, Page, Touch
from bot.now import local_day
from bot.parts import Facts, Field, Form, Heading, Link, Links, Live, Part, Press, Table, Text
from bot.talk import Rows, Talk, numbered
from handlers.person.about import (
    PATH,
    feature,
    name_of,
    overdue,
    settings_of,
    waiting,
    write_to,
)

TAKES_OVER = "一发出去，这个对话就由您接着，机器人不插话。"
LONGEST = 500
SHORT = 40
STATE_TITLE = {
    HandoverState.OPEN: "等着",
    HandoverState.TAKEN: "在谈",
    HandoverState.CLOSED: "谈完了",
}


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """Everybody who waits, or the one that `id` names."""
    if look.query.get("id"):
        return _one(rows, look, _found(rows, look.viewer, look.query["id"]))
    return [Live("waiting", (_list(rows, look),)), *_canned(rows, look.viewer)]


def _list(rows: Rows, look: Look) -> Table:
    found, today = waiting(rows, look.viewer), local_day(look.now)
    late = settings_of(look.settings).escalate_minutes
    lines = tuple(
        (
            name_of(row), WHY_TITLE.get(row.why, row.why), _short(row.words), moment_words(row.at, today),
            _stands(rows, row) + ("，等久了" if overdue(row, look.now, late) else ""),
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


def _stands(rows: Rows, row: Handover) -> str:
    by = rows.get(Person, row.taken_by_id) if row.taken_by_id else None
    return f"{by.name}在谈" if by and row.state is HandoverState.TAKEN else STATE_TITLE[row.state]


def _one(rows: Rows, look: Look, row: Handover) -> Sequence[Part]:
    today = local_day(look.now)
    facts = (
        ("谁", name_of(row)), ("为什么", WHY_TITLE.get(row.why, row.why)),
        ("在哪里", CHANNEL_TITLE.get(row.channel, row.channel)),
        ("从何时", moment_words(row.at, today)), ("现在", _stands(rows, row)),
    )  # fmt: skip
    person = (Link("看这位的资料", f"/desk/members?id={row.person_id}"),) if row.person_id else ()
    return [
        Links((Link("回到名单", f"/desk/{PATH}"), *person)),
        Heading(name_of(row)),
        Facts(facts),
        Live("talk", (_talk(rows, row, today),)),
        *_forms(rows, look.viewer, row),
        _notes(rows, row, today),
    ]


def _talk(rows: Rows, row: Handover, today: date) -> Table:
    heard = [
        (m.at, name_of(row), m.text) for m in rows.all(rules.heard_at(row.channel, row.address))
    ]
    said = [
        (m.created_at, "我们", str(m.reply.get("text", "")))
        for m in rows.all(rules.said_to(row.channel, row.address))
    ]
    lines = sorted([*heard, *said])[-rules.LATELY :]
    shown = tuple(
        (moment_words(at, today), who, text or "（语音或图片）") for at, who, text in lines
    )
    return Table(("何时", "谁", "说了什么"), shown, "还没有说过话。", caption="最近的对话")


def _forms(rows: Rows, viewer: Person, row: Handover) -> list[Part]:
    if row.state is HandoverState.CLOSED:
        return [Text("这个对话交还给机器人了。要再联系，请打电话，或者等对方再找人。")]
    id_ = Field("id", "", "hidden", str(row.id))
    branch = row.person.branch_id if row.person else None
    ready = rows.all(access_canned_answers(viewer, rules.canned_for(branch)))
    buttons = tuple(
        (c.text, Press("发这一句", "reply", (("id", str(row.id)), ("text", c.text)), about=c.text))
        for c in ready
    )
    return [
        Form("reply", "发给对方", (id_, Field("text", "您要说的话", "area", note=TAKES_OVER),)),
        *([Table(("常用的话", "发"), buttons, caption="常用的话")] if buttons else []),
        Form("note", "记一笔", (id_, Field("text", "只给联络员看的话", "area"))),
        Press("谈完了，交还给机器人", "back", (("id", str(row.id)),), about=name_of(row)),
    ]  # fmt: skip


def _notes(rows: Rows, row: Handover, today: date) -> Table:
    lines = []
    for one in rows.all(rules.notes_of(row.id)):
        by = rows.get(Person, one.by_id) if one.by_id else None
        lines.append((moment_words(one.at, today), by.name if by else "自动", one.text))
    return Table(
        ("何时", "谁", "记了什么"), tuple(lines), "还没有记过什么。", caption="联络员的记录"
    )


def _canned(rows: Rows, viewer: Person) -> list[Part]:
    """The branch's ready answers, to add and to drop."""
    mine = access_canned_answers(viewer, rules.canned_for(viewer.branch_id))
    lines = tuple(
        (c.text, Press("不要了", "drop", (("id", str(c.id)),), about=c.text))
        for c in rows.all(mine)
    )
    return [
        Table(("常用的话", ""), lines, "还没有常用的话。", caption="常用的话"),
        Form(
            "keep",
            "加上",
            (Field("text", "一句常用的话", note="比如：我下午三点前给您打电话。"),),
            "加一句常用的话",
        ),
    ]


# ── actions ─────────────────────────────────────────────────────────────────────────────────────


async def reply(talk: Talk, form: dict[str, str]) -> str:
    """Take over, and send the words."""
    me, words = talk.staff(), form.get("text", "").strip()
    row = _found(talk.rows, me, form.get("id", ""))
    if not words:
        raise Refused("请写下要说的话。")
    conversation = await talk.get(Conversation, (row.channel, row.address))
    if conversation is None:
        raise Refused("这位的对话已经不在了，请打电话联系。")
    rules.take(row, conversation, me, talk.now)
    write_to(talk, row, words[:LONGEST])
    return f"发给{name_of(row)}了。对方的话会显示在这里。"


async def note(talk: Talk, form: dict[str, str]) -> str:
    """For coordinators only."""
    me, words = talk.staff(), form.get("text", "").strip()
    row = _found(talk.rows, me, form.get("id", ""))
    if not words:
        raise Refused("请写下要记的话。")
    await talk.add(rules.note(row, words[:LONGEST], me.id, talk.now))
    return "记下了。"


async def back(talk: Talk, form: dict[str, str]) -> str:
    """The bot answers again."""
    row = _found(talk.rows, talk.staff(), form.get("id", ""))
    if row.state is HandoverState.CLOSED:
        raise Refused("这个对话已经交还了。")
    rules.hand_back(row, await talk.get(Conversation, (row.channel, row.address)), talk.now)
    await talk.flush()
    return f"{name_of(row)}的对话交还给机器人了。"


async def keep(talk: Talk, form: dict[str, str]) -> str:
    """One more ready answer of the branch."""
    me, words = talk.staff(), form.get("text", "").strip()
    if not words:
        raise Refused("请写下这句话。")
    own = access_branches(me, select(Branch.id).order_by(Branch.id != me.branch_id, Branch.id))
    branch = (await talk.all(own.limit(1)))[0]
    await talk.add(CannedAnswer(branch_id=branch, text=words[:LONGEST]))
    return "加上了，下次按一下就能发。"


async def drop(talk: Talk, form: dict[str, str]) -> str:
    """One ready answer less."""
    me, number = talk.staff(), form.get("id", "")
    row = access_canned(me, numbered(talk.rows, CannedAnswer, number))
    talk.rows.remove(row)
    return "拿掉了。"


def _found(rows: Rows, viewer: Person, number: str) -> Handover:
    return access_conversation(viewer, numbered(rows, Handover, number))


def _short(words: str) -> str:
    return words if len(words) <= SHORT else words[: SHORT - 1] + "…"


ACTIONS: dict[str, Action] = {
    "reply": reply,
    "note": note,
    "back": back,
    "keep": keep,
    "drop": drop,
}
TOUCHES = {"keep": Touch(Thing.CANNED, by=""), "drop": Touch(Thing.CANNED)}
feature.pages.append(Page(PATH, "对话", view, actions=ACTIONS, touches=TOUCHES, order=10))
