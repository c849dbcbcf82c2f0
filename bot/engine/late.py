"""What waited too long because the product was off, or came too fast: kept, and answered by one summary.

Danger is never summed up, nor are pictures and voices, nor words to a person who answers here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import inbox
from bot.domain.mail import Conversation, Heard, Inbox
from bot.engine import danger
from bot.engine.turn import open_turn
from bot.now import real_now
from bot.outbox import Post, in_characters
from bot.talk import MENU, Choice, Reply, choice_said
from bot.understand import Alarm

LATE = "late"
FLOOD = "flood"
"""The reasons kept with each message that was summed up."""
MORE = "more"
"""The same of those whose summary comes with the next."""
MOST = 500
"""So many are summed up in one transaction."""
QUOTED = 20
"""Characters of the last sentence that are read back."""


def sum_up(
    session: Session, row: Inbox, post: Post, settings: Any, now: datetime, waiting: int = 1
) -> int:
    """Answer `row` and what waits behind it at once, where it is late or one of too many; returns how many.

    0: it is to be answered as ever. `waiting`: how many messages of this address wait, at the most.
    """
    most = settings.limits.waiting
    flooded = waiting > most and len(_behind(session, row, most + 1)) > most
    # By both clocks: a channel's moments are the machine's, and the calendar may have been moved.
    before = min(now, real_now()) - timedelta(hours=settings.limits.late_hours)
    if row.at >= before and not flooded:
        return 0
    turn = open_turn(session, inbox.said(row), now, settings, private=False)
    if turn.conversation.handover_id is not None:
        return 0
    behind = _behind(session, row)
    rows = list(takewhile(lambda one: (flooded or one.at < before) and _plain(one), behind))
    if not rows:
        return 0
    reason = LATE if row.at < before else FLOOD
    _done(rows, reason)
    session.flush()
    if len(rows) == MOST and _goes_on(session, row, before, most):
        _done(rows, MORE)
        return len(rows)
    summary = _summary(rows, _earlier(session, row, reason), reason, turn.conversation, settings)
    reply = in_characters(session, summary, turn.me)
    post.answer(session, f"a:{row.id}:{reason}", row.channel, row.address, reply, now)
    return len(rows)


def _done(rows: Sequence[Inbox], reason: str) -> None:
    for one in rows:
        one.state, one.reason, one.done_at, one.lease_until = Heard.DONE, reason, real_now(), None


def _goes_on(session: Session, row: Inbox, before: datetime, most: int) -> bool:
    """Whether the next message of this address is summed up, too: one summary is for all of them."""
    behind = _behind(session, row, most + 1)
    return bool(behind) and _plain(behind[0]) and (behind[0].at < before or len(behind) > most)


def _earlier(session: Session, row: Inbox, reason: str) -> int:
    """How many before these have no summary yet; now they have."""
    here = (Inbox.channel == row.channel, Inbox.address == row.address, Inbox.reason == MORE)
    done = session.execute(update(Inbox).where(*here).values(reason=reason))
    return int(getattr(done, "rowcount", 0))


def _behind(session: Session, row: Inbox, most: int = MOST) -> Sequence[Inbox]:
    return inbox.waiting_at(session, row.channel, row.address, most)


def _plain(row: Inbox) -> bool:
    return not row.media and danger.level(row.text, busy=False, known=False) is Alarm.NONE


def _summary(
    rows: Sequence[Inbox], earlier: int, reason: str, conversation: Conversation, settings: Any
) -> Reply:
    choices = [Choice(str(shown[0]), str(shown[1])) for shown in conversation.shown]
    said = [row.text for row in rows if choice_said(row.text, choices) is None]
    phone = settings.office.phone
    late = reason == LATE
    text = "我停了一阵，刚刚才看到您的话。" if late else "您发得太快，我来不及一句一句回。"
    if said:
        last = said[-1] if len(said[-1]) <= QUOTED else f"{said[-1][:QUOTED]}…"
        words = f"{len(said) + earlier}句话" + ("现在才看到" if late else "都收到了")
        text = f"{'我停了一阵，' if late else ''}您说的{words}，最后一句是“{last}”。"
    if len(said) < len(rows):
        text += "按过的按钮已过期。" if late else "按过的按钮没有办。"
    text += "还要办的请再说一遍"
    return Reply(f"{text}，急事请打{phone}。" if phone else f"{text}。", (Choice(MENU),))
