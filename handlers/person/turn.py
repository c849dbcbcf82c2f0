"""Each tick: who waits too long is told to all once more; a conversation held too long is handed back."""

from datetime import datetime, timedelta
from typing import Any

from bot.domain import handover as rules
from bot.domain.handover import WHY_TITLE, Handover, HandoverState
from bot.domain.mail import Conversation, Mail
from bot.domain.people import Person
from bot.domain.phrase import Slot
from bot.feature import Tells
from bot.outbox import Quiet
from bot.talk import Choice, Note, Rows, staff_for
from handlers.person.about import (
    feature,
    machine_again,
    name_of,
    overdue,
    settings_of,
    to_who_waits,
    unanswered,
)

_WHO = Slot("who", "姓名", "王秀英", needed=True)
WAITS_LONG = feature.phrase(
    "late", "找人的等久了，发给支部的全部联络员",
    "{姓名}（{为什么}）等了{分钟}分钟，还没有人回。请哪位有空的联系一下。",
    _WHO, Slot("why", "为什么", "想找人"), Slot("minutes", "分钟", "30"),
)  # fmt: skip
TAKEN_LONG = feature.phrase(
    "taken_late", "有人接了还没回，发给支部的全部联络员",
    "{姓名}（{为什么}）等了{分钟}分钟，{同事}接着，还没有回话。请催一催，或者换您来谈。",
    _WHO, Slot("why", "为什么", "想找人"), Slot("minutes", "分钟", "30"),
    Slot("colleague", "同事", "李敏", needed=True),
)  # fmt: skip
WAITS_AGAIN = feature.phrase(
    "waits_again", "有人接了很久没有回话，发给支部的全部联络员",
    "{姓名}被接了{小时}小时，没有人回过话，现在又在等。请哪位有空的联系一下。",
    _WHO, Slot("hours", "小时", "24"),
)  # fmt: skip
STILL_WAITS = feature.phrase(
    "still_waits", "有人接了很久没有回话，发给会员",
    "让您久等了，同志还没顾得上回您，我又去催了。这会儿有事，也可以直接跟我说。",
)  # fmt: skip
HANDED_BACK = feature.phrase(
    "back", "接着谈得太久，交还给余热，发给接着谈的人",
    "您和{姓名}的对话过了{小时}小时，已经交还给机器人。还要联系，请打电话。",
    _WHO, Slot("hours", "小时", "24"),
)  # fmt: skip


def turn(rows: Rows, tell: Tells, now: datetime, settings: Any) -> None:
    """Escalate and hand back what is due."""
    limits = settings_of(settings)
    for row in rows.all(rules.waited_since(now - timedelta(minutes=limits.escalate_minutes))):
        if overdue(rows, row, now, limits.escalate_minutes):
            _escalate(rows, tell, row, now, settings)
            row.escalated_at = now
    for row in rows.all(rules.held_since(now - timedelta(hours=limits.silent_hours))):
        _give_back(rows, tell, row, now, settings)
    rows.flush()


def _escalate(rows: Rows, tell: Tells, row: Handover, now: datetime, settings: Any) -> None:
    who, why = name_of(row), WHY_TITLE.get(row.why, row.why)
    minutes = int((now - row.at).total_seconds()) // 60
    by = rows.get(Person, row.taken_by_id) if row.state is HandoverState.TAKEN else None
    if by is None:
        text = WAITS_LONG(settings, who=who, why=why, minutes=minutes)
    else:
        text = TAKEN_LONG(settings, who=who, why=why, minutes=minutes, colleague=by.name)
    _tell_all(rows, tell, row, "late", text)


def _give_back(rows: Rows, tell: Tells, row: Handover, now: datetime, settings: Any) -> None:
    hours = settings_of(settings).silent_hours
    conversation = rows.get(Conversation, (row.channel, row.address))
    if unanswered(rows, row):
        _wait_again(rows, tell, row, conversation, now, settings)
        return
    rules.hand_back(row, conversation, now)
    rows.add(rules.note(row, f"接着谈了{hours}小时，自动交还给机器人。", None, now))
    if row.taken_by_id is not None:
        text = HANDED_BACK(settings, who=name_of(row), hours=hours)
        tell(Note(row.taken_by_id, text, f"back:{row.id}:{row.taken_by_id}", Mail.PERSON))
    tell(machine_again(rows, row, settings, _by_day(settings, now)))


def _wait_again(
    rows: Rows, tell: Tells, row: Handover, conversation: Conversation | None, now: datetime, settings: Any
) -> None:  # fmt: skip
    """Nobody has said a word to who waits: that is not over, and somebody else may be free."""
    hours = settings_of(settings).silent_hours
    rules.put_back(row, conversation)
    rows.add(rules.note(row, f"接了{hours}小时没有回话，又放回“等人回话”。", None, now))
    text = WAITS_AGAIN(settings, who=name_of(row), hours=hours)
    event = f"again:{now.isoformat()}"
    _tell_all(rows, tell, row, event, text)
    tell(to_who_waits(row, STILL_WAITS(settings), event, _by_day(settings, now)))


def _by_day(settings: Any, now: datetime) -> datetime:
    """Nobody is woken for this: now, or the end of the quiet hours."""
    return Quiet(settings.quiet.start, settings.quiet.end).after(now)


def _tell_all(rows: Rows, tell: Tells, row: Handover, event: str, text: str) -> None:
    """The coordinators who look after whoever waits, once an event."""
    for person in staff_for(rows, row.person.branch_id if row.person else None):
        key = f"handover:{row.id}:{event}:{person.id}"
        tell(Note(person.id, text, key, Mail.ALARM, choices=(Choice("回复"),)))


feature.turns.append(turn)
