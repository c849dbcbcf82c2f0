"""全停 and 恢复发送, the same for page, chat and command; everybody in the office is told of both."""

from datetime import datetime
from typing import Any

from bot.domain import freeze as rules
from bot.domain.base import Refused
from bot.domain.freeze import Freeze
from bot.domain.mail import Mail
from bot.domain.people import Person
from bot.domain.wording import moment_words
from bot.notices.phrases import FROZEN, THAWED
from bot.now import local_day
from bot.talk import Choice, Note, Rows, all_staff

FREEZE, THAW = "全停", "恢复发送"


def freeze(rows: Rows, by: Person, reason: str, now: datetime, settings: Any) -> list[Note]:
    """Stop everything that goes out to many; returns what to tell the others. Refused where it is stopped."""
    row = Freeze(active=True, at=now, by_id=by.id, reason=reason.strip()[:100])
    if not rows.add_once(row):
        raise Refused(frozen_words(rows, now) or "刚刚有人全停过，请看一看再按。")
    why = f"（{row.reason}）" if row.reason else ""
    return _tell(rows, by, f"freeze:{row.id}", FROZEN(settings, who=by.name, why=why))


def thaw(rows: Rows, by: Person, now: datetime, settings: Any) -> list[Note]:
    """Let everything go on; returns what to tell the others."""
    found = rows.all(rules.current().with_for_update(of=Freeze))
    if not found:
        raise Refused("现在没有全停，通知和提醒都在照常发。")
    rules.lift(found[0], by, now)
    rows.flush()
    return _tell(rows, by, f"thaw:{found[0].id}", THAWED(settings, who=by.name))


def frozen_words(rows: Rows, now: datetime) -> str:
    """ "韦小兰今天下午2点05分全停了通知和提醒。答复和急事照常。", "" while nothing is stopped."""
    for one in rows.all(rules.current()):
        why = f"原因：{one.reason}。" if one.reason else ""
        at = moment_words(one.at, local_day(now))
        return f"{one.by.name}{at}按了全停：通知和提醒都没有在发。{why}答复和急事照常。"
    return ""


def _tell(rows: Rows, by: Person, key: str, text: str) -> list[Note]:
    choice = (Choice(THAW),) if key.startswith("freeze") else ()
    return [
        Note(p.id, text, f"{key}:{p.id}", Mail.ALARM, choices=choice)
        for p in all_staff(rows)
        if p.id != by.id
    ]
