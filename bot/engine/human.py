"""While a person answers in a conversation the bot is silent: it passes the words on."""

from datetime import timedelta

from bot.domain.handover import Handover, HandoverState
from bot.domain.mail import Mail
from bot.engine.phrases import ANSWERED, BOT_AGAIN, PASSED_ON
from bot.engine.turn import Turn
from bot.engine.words import safety_word
from bot.outbox import Post
from bot.talk import MENU, Choice, Note

WAKE = ("机器人", "余热", "小余")


def pass_on(turn: Turn, post: Post) -> bool:
    """Whether a person has this conversation; if so the words go to that person."""
    conversation = turn.conversation
    if conversation.handover_id is None:
        return False
    handover = turn.session.get(Handover, conversation.handover_id)
    over = (
        handover is None
        or handover.state is not HandoverState.TAKEN
        or handover.taken_at is None
        or turn.now - handover.taken_at > timedelta(hours=turn.settings.person.silent_hours)
    )
    if over or safety_word(turn.said.text) == MENU or turn.said.text.strip() in WAKE:
        conversation.handover_id = None
        if handover is not None and handover.state is HandoverState.TAKEN:
            handover.state, handover.closed_at = HandoverState.CLOSED, turn.now
            _taken_back(turn, post, handover)
        return False
    assert handover is not None  # noqa: S101 - `over` is True where it is None
    _forward(turn, post, handover)
    return True


def _taken_back(turn: Turn, post: Post, handover: Handover) -> None:
    """Who was answering reads that the bot does again, and never waits for words that won't come."""
    if handover.taken_by_id is None:
        return
    name = turn.me.name if turn.me else "没登记的朋友"
    text = BOT_AGAIN(turn.settings, who=name)
    note = Note(
        handover.taken_by_id, text, f"back:{handover.id}:{handover.taken_by_id}", Mail.PERSON
    )
    post.note(turn.session, note, turn.now)


def _forward(turn: Turn, post: Post, handover: Handover) -> None:
    if handover.taken_by_id is None:
        return
    name = turn.me.name if turn.me else "没登记的朋友"
    words = turn.said.text or "（发来一段语音或图片）"
    note = Note(
        handover.taken_by_id,
        PASSED_ON(turn.settings, who=name, words=words),
        f"pass:{turn.said.channel}:{turn.said.who}:{turn.said.id}",
        Mail.PERSON,
        ANSWERED(turn.settings, who=name),
        (Choice("回复"),),
    )
    post.note(turn.session, note, turn.now)
