"""取消请假: coming after all, by a word and not only by 撤销."""

import re

from sqlalchemy import select

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.schedule import Leave
from bot.domain.wording import day_words
from bot.talk import Choice, Talk
from handlers.schedule.about import feature
from handlers.schedule.leave import come_after_all

COME, STAY = "不请了", "还是请假"
_SAID = re.compile(
    r"(?:取消|撤[销回]?|收回|退掉?)(?:了|掉)?(?:我|刚才|上次)?的?(?:这|那)?[次个]?请?假|不(?:用|想|要)?再?请假|假不请|假取消"
)


def said_so(words: str) -> dict[str, str] | None:
    """No slots, but whether a sentence takes a leave back."""
    return {} if _SAID.search(words) else None


@feature.dialog("leave_back", "不请假了", words=("取消请假", "不请假了"), reads=said_so)
async def come(talk: Talk) -> None:
    """Of several leaves the one meant; read back, then the same as taking it back by 撤销."""
    person = await talk.member()
    found = await talk.all(
        select(Leave)
        .where(Leave.person_id == person.id, Leave.ended_at.is_(None), Leave.day >= talk.today)
        .order_by(Leave.day)
    )
    if not found:
        raise Refused("您现在没有请假，到时候来就行。")
    named = {f"{day_words(row.day)}的{schedule.KIND_TITLE[row.kind]}": row for row in found}
    taken = next(iter(named))
    if len(named) > 1:
        choices = [Choice(name, name.split("(")[0]) for name in named]
        taken = await talk.choose("which", "哪一天的假不请了？", choices)
    if await talk.choose("sure", f"{taken}，假不请了，会来参加，对吗？", [COME, STAY]) != COME:
        talk.say("好的，假还是请着，您安心休息。")
        return
    await come_after_all(talk, str(named[taken].id))
