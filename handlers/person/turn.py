"""Each tick: who waits too long is told to all once more; a conversation held too long is handed back."""

from datetime import datetime, timedelta
from typing import Any

from bot.domain import handover as rules
from bot.domain.mail import Conversation, Handover, Mail
from bot.feature import Tells
from bot.talk import Note, Rows, staff_for
from handlers.person.about import WHY, feature, name_of, overdue, settings_of


def turn(rows: Rows, tell: Tells, now: datetime, settings: Any) -> None:
    """Escalate and hand back what is due."""
    limits = settings_of(settings)
    for row in rows.all(rules.never_taken(now - timedelta(minutes=limits.escalate_minutes))):
        if overdue(row, now, limits.escalate_minutes):
            _escalate(rows, tell, row, limits.escalate_minutes)
            row.escalated_at = now
    for row in rows.all(rules.held_since(now - timedelta(hours=limits.silent_hours))):
        _give_back(rows, tell, row, now, limits.silent_hours)
    rows.flush()


def _escalate(rows: Rows, tell: Tells, row: Handover, minutes: int) -> None:
    for person in staff_for(rows, row.person.branch_id if row.person else None):
        text = f"{name_of(row)}（{WHY.get(row.why, row.why)}）等了{minutes}分钟，还没有人回。请哪位有空的联系一下。"
        tell(Note(person.id, text, f"handover:{row.id}:late:{person.id}", Mail.ALARM))


def _give_back(rows: Rows, tell: Tells, row: Handover, now: datetime, hours: int) -> None:
    conversation = rows.get(Conversation, (row.channel, row.address))
    rules.hand_back(row, conversation, now)
    rows.add(rules.note(row, f"接着谈了{hours}小时，自动交还给机器人。", None, now))
    if row.taken_by_id is not None:
        text = f"您和{name_of(row)}的对话过了{hours}小时，已经交还给机器人。还要联系，请打电话。"
        tell(Note(row.taken_by_id, text, f"back:{row.id}:{row.taken_by_id}", Mail.PERSON))


feature.turns.append(turn)
