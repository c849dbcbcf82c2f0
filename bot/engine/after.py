"""What a finished dialog leaves to do: messages to others, calls for a person, taking things back."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.mail import URGENT_WHY, Conversation, Handover, Mail, Undo, open_handover, undoable
from bot.domain.people import Person, Role, holding
from bot.engine.turn import clear
from bot.feature import Ask, Feature, TakeBack
from bot.outbox import Post
from bot.standing import Decision, Standing
from bot.talk import Note, Talk

UNDO_FOR = timedelta(hours=24)
MENU_DIALOG = "menu"
WHY = {
    "asked": "想找人", "lost": "说的话机器人没听懂", "emergency": "可能有危险", "media": "发来语音或图片",
    "care": "身体或家里有事", "safe": "说没有危险了", "fraud": "可能遇到骗子", "failed": "消息没办成",
}  # fmt: skip


def carry_out(session: Session, talk: Talk, post: Post, features: Sequence[Feature]) -> None:
    """Do what a finished dialog left to do: notes, standings, calls for a person, what can be taken back."""
    standing = Standing(features, lambda note: post.note(session, note, talk.now))
    for person, status, reason in talk.standings:
        decision = Decision(talk.me, reason, talk.now)
        standing.change(SessionRows(session), person, status, decision)
    for note in talk.notes:
        post.note(session, note, talk.now)
    for name, ref, title in talk.undos:
        session.add(
            Undo(
                channel=talk.said.channel, address=talk.said.who, name=name, ref=ref, title=title,
                at=talk.now, until=talk.now + UNDO_FOR,
            )
        )  # fmt: skip
    for why, words in talk.handovers:
        _call(session, talk, post, why, words)


def _call(session: Session, talk: Talk, post: Post, why: str, words: str) -> None:
    """One open request an address; a graver reason replaces a lighter one, and everybody is told again."""
    said, me = talk.said, talk.me
    row = session.scalars(open_handover(said.channel, said.who)).first()
    if row is None:
        row = Handover(
            channel=said.channel, address=said.who, why=why, words=words, at=talk.now,
            person_id=me.id if me else None,
        )  # fmt: skip
        session.add(row)
        session.flush()
    elif why in URGENT_WHY or row.why == why:
        row.why, row.words = why, words
    told = f"handover:{row.id}:{why}:{said.id if why == 'emergency' else ''}"
    for person in staff(session, me.branch_id if me else None):
        post.note(session, _alarm(me, person, why, words, told), talk.now)


def staff(session: Session, branch_id: int | None) -> list[Person]:
    """Who is called: the branch's coordinators, else every coordinator, else the administrators."""
    for query in (
        holding(Role.COORDINATOR, branch_id),
        holding(Role.COORDINATOR),
        holding(Role.ADMINISTRATOR),
    ):
        found = list(session.scalars(query).unique())
        if found:
            return found
    return []


def _alarm(about: Person | None, to: Person, why: str, words: str, key: str) -> Note:
    name = about.name if about else "一位没登记的朋友"
    head = "【紧急】" if why in URGENT_WHY else ""
    plain = (
        f"{head}{name}{WHY.get(why, why)}，请您马上联系。"
        if head
        else f"{name}{WHY.get(why, why)}，请您回个话。"
    )
    said = words if len(words) <= 60 else words[:59] + "…"
    phone = f"电话{about.phone}。" if about and about.phone and head else ""
    return Note(
        to.id,
        f"{plain}{phone}原话：“{said}”" if said else plain,
        f"{key}:{to.id}",
        Mail.ALARM,
        plain,
    )


def put_aside(conversation: Conversation) -> None:
    """Keep a half-done dialog for 接着办 and clear the table."""
    if conversation.dialog and conversation.answers and conversation.dialog != MENU_DIALOG:
        conversation.paused = {
            "dialog": conversation.dialog,
            "answers": conversation.answers,
            "slots": conversation.slots,
        }
    clear(conversation)
    conversation.offered = []


def take_up_again(conversation: Conversation) -> bool:
    """Put the half-done dialog back on the table, in place of what lies there; False where there is none."""
    if not conversation.paused:
        return False
    conversation.dialog = conversation.paused["dialog"]
    conversation.answers = conversation.paused["answers"]
    conversation.slots = conversation.paused["slots"]
    conversation.paused = {}
    return True


def undo_dialog(undos: Mapping[str, TakeBack]) -> Ask:
    """The dialog behind 撤销: names the last thing done, asks once, takes it back."""

    async def undo(talk: Talk) -> None:
        last = await talk.one(undoable(talk.said.channel, talk.said.who, talk.now))
        if last is None:
            raise Refused("最近一天没有可以撤销的事。要改别的，请说“找人帮忙”。")
        if await talk.choose("sure", f"要撤销“{last.title}”吗？", ["撤销它", "不撤销"]) != "撤销它":
            talk.say("好的，还照原来的办。")
            return
        last.used_at = talk.now
        await undos[last.name](talk, last.ref)
        if not talk.replies:
            talk.say(f"已经撤销“{last.title}”。")

    return undo
