"""What waited too long because the product was off: kept, and answered by one summary, not sentence by sentence.

Danger is never summed up, nor are pictures and voices, nor words to a person who answers here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy.orm import Session

from bot import inbox
from bot.domain.mail import Conversation, Heard, Inbox
from bot.engine import danger
from bot.engine.script import in_script
from bot.engine.turn import open_turn
from bot.now import real_now
from bot.outbox import Post
from bot.talk import MENU, Choice, Reply, choice_said
from bot.understand import Alarm

LATE = "late"
"""The reason kept with each message that was summed up."""
QUOTED = 20
"""Characters of the last sentence that are read back."""


def sum_up(session: Session, row: Inbox, post: Post, settings: Any, now: datetime) -> bool:
    """Answer `row` and the late messages behind it at once; False where it is to be answered as ever."""
    # By both clocks: a channel's moments are the machine's, and the calendar may have been moved.
    before = min(now, real_now()) - timedelta(hours=settings.limits.late_hours)
    if row.at >= before:
        return False
    turn = open_turn(session, inbox.said(row), now, settings, private=False)
    if turn.conversation.handover_id is not None:
        return False
    waiting = inbox.waiting_at(session, row.channel, row.address)
    rows = list(takewhile(lambda one: one.at < before and _plain(one), waiting))
    if not rows:
        return False
    for one in rows:
        one.state, one.reason, one.done_at, one.lease_until = Heard.DONE, LATE, real_now(), None
    reply = in_script(_summary(rows, turn.conversation, settings), turn.me)
    post.answer(session, f"a:{row.id}:{LATE}", row.channel, row.address, reply, now)
    return True


def _plain(row: Inbox) -> bool:
    return not row.media and danger.level(row.text, busy=False, known=False) is Alarm.NONE


def _summary(rows: Sequence[Inbox], conversation: Conversation, settings: Any) -> Reply:
    choices = [Choice(str(shown[0]), str(shown[1])) for shown in conversation.shown]
    said = [row.text for row in rows if choice_said(row.text, choices) is None]
    phone = settings.office.phone
    text = "我停了一阵，刚刚才看到您的话。"
    if said:
        last = said[-1] if len(said[-1]) <= QUOTED else f"{said[-1][:QUOTED]}…"
        text = f"我停了一阵，您说的{len(said)}句话现在才看到，最后一句是“{last}”。"
    if len(said) < len(rows):
        text += "按过的按钮已过期。"
    text += "还要办的请再说一遍"
    return Reply(f"{text}，急事请打{phone}。" if phone else f"{text}。", (Choice(MENU),))
