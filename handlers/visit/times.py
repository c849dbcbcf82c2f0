"""Reading when a visit is to be: a day and its half, also in place of a 对."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain import schedule, visits
from bot.domain.base import Refused
from bot.domain.visits import HALF_TITLE, Half, HalfDay, VisitSettings
from bot.domain.wording import day_words
from bot.talk import CHANGE, YES, Answer, Change, Choice, Parser, Talk, choice_said
from bot.understand.when import When, parse_when

TIME_ONLY = 12
"""So long is a sentence at most that names nothing but a time."""
_EVENING, _DAWN, _NOON = 18, 5, 12


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the half of it where the words named one."""

    day: date
    half: Half | None


def said_when(talk: Talk, words: str, at: datetime) -> When | None:
    """The time in `words`, said at `at`; 服务日 is the next one of the branch of those this address stands for."""
    return parse_when(words, at, named=schedule.days_called(talk.rows, talk.people))


def as_moment(talk: Talk, settings: VisitSettings, keep: HalfDay | None = None) -> Parser[Moment]:
    """Reads "星期五上午" against the moment it was said. `keep`: the day or the half that isn't named."""

    def parse(answer: Answer) -> Moment:
        when = said_when(talk, answer.text, answer.at)
        if when is None:
            raise Refused("请您说哪一天，比如“星期五上午”。")
        moment = half_day(when, keep.half if keep else None)
        if keep is not None and not when.has_day:
            moment = Moment(keep.day, moment.half)
        # A day without its half is good as long as its afternoon is.
        visits.bookable(HalfDay(moment.day, moment.half or Half.AFTERNOON), talk.now, settings)
        return moment

    return parse


def by_day(when: When) -> bool:
    """Whether the hour named, if any, lies in the day."""
    middle = when.start + (when.end - when.start) / 2
    return when.has_hour and _DAWN <= middle.hour < _EVENING


def half_day(when: When, default: Half | None) -> Moment:
    if when.kind in {"days", "vague"}:
        raise Refused(f"请您说是哪一天，比如“{day_words(when.day)}上午”。")
    if not when.has_hour:
        return Moment(when.day, default)
    middle = when.start + (when.end - when.start) / 2
    if middle.hour >= _EVENING or middle.hour < _DAWN:
        raise Refused("晚上不上门，怕打扰您休息。请您选上午或者下午。")
    return Moment(when.day, Half.MORNING if middle.hour < _NOON else Half.AFTERNOON)


async def confirm(
    talk: Talk, text: str, changes: dict[str, str], slot: HalfDay, key: str = "confirm"
) -> None:
    """Read back and wait for 对; another time said instead ("改到星期五") is taken as the change."""

    def parse(answer: Answer) -> str:
        if choice_said(answer.text, (Choice(YES), Choice(CHANGE))) is not None:
            return ""
        when = said_when(talk, answer.text, answer.at)
        if when is None or len(answer.text) > TIME_ONLY:
            raise Refused("请按一下按钮，或者回一个数字。")
        other = half_day(when, slot.half)
        return (
            day_words(other.day if when.has_day else slot.day) + HALF_TITLE[other.half or slot.half]
        )

    time = await talk.ask(key, text, parse, choices=[YES, CHANGE])
    if time:
        talk.slots["when"] = time
        raise Change(frozenset({"when", key}))
    await talk.confirm(text, changes, key)


async def ask_slot(
    talk: Talk, text: str, settings: VisitSettings, keep: HalfDay | None = None
) -> HalfDay:
    """The half-day; what isn't named is taken from `keep`, or the half is asked for."""
    offered = [Choice(slot.words(talk.today)) for slot in visits.nearest(talk.now, settings)]
    moment = await talk.ask(
        "when", text, as_moment(talk, settings, keep), choices=offered, slot="when"
    )
    if moment.half is not None:
        return HalfDay(moment.day, moment.half)
    halves = [half for half in Half if _possible(HalfDay(moment.day, half), talk.now, settings)]
    if len(halves) == 1:
        return HalfDay(moment.day, halves[0])
    titles = {HALF_TITLE[half]: half for half in halves}
    taken = await talk.choose("when#half", f"{day_words(moment.day)}上午还是下午？", list(titles))
    return HalfDay(moment.day, titles[taken])


def _possible(slot: HalfDay, now: datetime, settings: VisitSettings) -> bool:
    try:
        visits.bookable(slot, now, settings)
    except Refused:
        return False
    return True
