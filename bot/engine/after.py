"""What a finished dialog leaves to do: messages to others, calls for a person, taking things back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.db.remembering import Done, remember
from bot.db.touched import Trace, touched
from bot.domain.base import Refused
from bot.domain.mail import Conversation, Undo, undoable
from bot.engine.calling import call
from bot.engine.turn import clear
from bot.feature import STAFF, Ask, Feature, Undoing
from bot.outbox import Post
from bot.standing import Decision, Standing
from bot.talk import Talk

UNDO_FOR = timedelta(hours=24)
THINKING = timedelta(hours=1)
"""Whoever asks for 撤销 in time may take so long to say that it is meant."""
MENU_DIALOG = "menu"


def carry_out(session: Session, talk: Talk, post: Post, features: Sequence[Feature]) -> None:
    """Do what a finished dialog left to do: notes, standings, calls for a person, what can be taken back."""
    standing = Standing(features, lambda note: post.note(session, note, talk.now), talk.settings)
    with touched(session) as written:
        for person, status, reason in talk.standings:
            decision = Decision(talk.me, reason, talk.now)
            standing.change(SessionRows(session), person, status, decision)
        session.flush()
    _remember(session, talk, written)
    for note in talk.notes:
        post.note(session, note, talk.now)
    for name, ref, title in talk.undos:
        session.add(
            Undo(
                channel=talk.said.channel, address=talk.said.who, name=name, ref=ref, title=title,
                staff=_for_the_office(talk, features), at=talk.now, until=talk.now + UNDO_FOR,
            )
        )  # fmt: skip
    for why, words in talk.handovers:
        call(session, talk, post, why, words)


def _for_the_office(talk: Talk, features: Sequence[Feature]) -> bool:
    """Whether what is done here is staff's alone: every action of a page, and dialogs for staff."""
    spoken = (dialog for feature in features for dialog in feature.dialogs)
    return "." in talk.doing or any(d.name == talk.doing and d.roles <= STAFF for d in spoken)


def _remember(session: Session, talk: Talk, followed: Trace) -> None:
    """What staff did goes into the audit log; who only looked something up did nothing."""
    if talk.me is not None and talk.me.is_staff:
        talk.written.join(followed)
        done = Done(talk.me.id, talk.said.channel, talk.doing, talk.now)
        remember(session, done, talk.written)


def put_aside(conversation: Conversation) -> None:
    """Keep a half-done dialog for 接着办 and clear the table."""
    # What the first sentence ("words") answers beforehand is as much told as what was asked for.
    told = conversation.answers or conversation.slots.keys() - {"words"}
    if conversation.dialog and told and conversation.dialog != MENU_DIALOG:
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


def undo_dialog(undos: Mapping[str, Undoing]) -> Ask:
    """The dialog behind 撤销: names the last thing done, asks once, takes it back."""

    async def undo(talk: Talk) -> None:
        asked = datetime.fromisoformat(talk.slots.setdefault("asked", talk.now.isoformat()))
        last = await _latest(talk, undos, max(asked, talk.now - THINKING))
        if await talk.choose("sure", f"要撤销“{last.title}”吗？", ["撤销它", "不撤销"]) != "撤销它":
            talk.say("好的，还照原来的办。")
            return
        last.used_at = talk.now
        await undos[last.name].run(talk, last.ref)
        if not talk.replies:
            talk.say(f"已经撤销“{last.title}”。")

    return undo


async def _latest(talk: Talk, undos: Mapping[str, Undoing], at: datetime) -> Undo:
    """What was done last here and is still the speaker's to take back; the same until the question is answered.

    What was done for the office passes its gate anew each time: the role or the branch may be lost by now.
    """
    refused: Refused | None = None
    asked_of = talk.slots.get("undo")
    for row in await talk.all(undoable(talk.said.channel, talk.said.who, at)):
        if asked_of in (None, str(row.id)):
            try:
                if row.staff:
                    undos[row.name].gate(talk.rows, talk.staff(), row.ref)
            except Refused as no:
                refused = refused or no
            else:
                talk.slots["undo"] = str(row.id)
                return row
    raise refused or Refused("最近一天没有可以撤销的事。要改别的，请说“找人帮忙”。")
