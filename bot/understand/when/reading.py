"""A text → one `When`: which of the days said is meant, and which hours belong to it."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from itertools import pairwise
from typing import Final

from bot.now import SHANGHAI
from bot.understand.when.almanac import Impossible
from bot.understand.when.day import WEAK, Day, Found, Today, one
from bot.understand.when.hours import Hours, hours_in
from bot.understand.when.marks import Marks, best_hours, hours_of, is_record
from bot.understand.when.patterns import NUM
from bot.understand.when.rules import days_in
from bot.understand.when.scan import Token, scan, spelled
from bot.understand.when.value import Kind, NamedDay, Prefer, When, at_hour

_DAY_MINUTES: Final = 24 * 60
_NOON: Final = 12 * 60
_ONE: Final = timedelta(1)
_NEAR_DAYS: Final = 10
_REQUEST: Final = re.compile(
    "想|请|最好|约(?![了的过])|不如|干脆|索性|(?:你们|您)$|希望|那就|那么|那我|能不能|能否|可不可以|麻烦|定在|安排|预订|报名|参加"
)
# 十六号的提前一天: the day said is not the day meant.
_MOVED_BY: Final = re.compile(
    f"(?:提[前早]|推[迟后]|延[后迟]|往[前后][推挪移]){NUM}个?(?:[天日周]|星期|礼拜)"
)
# Any day, the day of a market, of somebody's wedding: hours alone would be put on the wrong one.
_UNKNOWN_DAY: Final = re.compile(
    "每[天日晚]|[圩街墟集][日天期]|赶[圩街墟集](?=[日天那])|(?:那|当|同一?)[天日晚]|生日|老(?:时间|钟点)|上[次回]|到时候?|改天|改日"
)
_INVITES_LAST: Final = re.compile(
    "(?<!回)来(?!不)|去(?:你们|街道|社区)|先[啦喇]|吧|行(?:吗|不行|么)|可以|好不好|有空|得闲"
)
# 学习日是哪天 asks for the day and names none, and so does the bare word, which is a command.
_ASKED_FOR: Final = re.compile(r"哪[天日]|几[号点时]|什么时候|何时|^\w{2,4}日\W*$")


def parse_when(
    text: str, at: datetime, *, prefer: Prefer = "future", named: NamedDay | None = None
) -> When | None:
    """When `text` speaks of, seen from `at`; None if it names no day or hour that can be used.

    `prefer` decides where the words leave it open: bookings lie ahead, records behind. `named`
    tells the days only the branch knows, where the text doesn't ask for them. Impossible dates (二月三十号) give
    None. Never raises.
    """
    now = at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)
    said = spelled(text)
    known = None if _ASKED_FOR.search(said) else named
    future = prefer == "future" and not is_record(said)
    today = Today(now, now.date(), future, known)
    kinds, tokens = scan(said)
    try:
        return _read(today, kinds, tokens)
    except (Impossible, OverflowError):
        # OverflowError: a distance beyond the calendar (九千年后).
        return None


def _read(today: Today, kinds: str, tokens: list[Token]) -> When | None:
    days = days_in(today, kinds, tokens)
    marks = Marks(_without_days(kinds, days), tokens, frozenset(found.begin for found in days))
    hours = hours_in(marks.kinds, tokens)
    chosen = _chosen(today, marks, days)
    if chosen is None:
        return None if days or not hours else _of_hours_alone(today, marks, hours)
    if marks.unread(chosen) or _MOVED_BY.search(tokens[0].found.string):
        return None
    day = chosen.day
    if day.at is not None:
        return When(day.at, day.at, "moment")
    return _joined(today, day, hours_of(marks, chosen, days, hours))


def _of_hours_alone(today: Today, marks: Marks, hours: list[Hours]) -> When | None:
    """下午三点: on the next day that fits, unless a day was said that nobody here knows."""
    if _UNKNOWN_DAY.search(marks.tokens[0].found.string):
        return None
    return _of_hours(today, best_hours(marks, hours, len(marks.kinds)))


def _without_days(kinds: str, days: list[Found]) -> str:
    """`kinds` with the tokens that days were read from as plain marks, so hours ignore them."""
    signs = list(kinds)
    for found in days:
        for index in range(found.begin, found.end):
            signs[index] = "D"
    return "".join(signs)


def _chosen(today: Today, marks: Marks, days: list[Found]) -> Found | None:
    """The day meant: not one said to be impossible, rather one ahead than one behind."""
    if not days:
        return None
    possible = [found for found in days if not _busy(marks, days, found)]
    allowed = [found for found in days if not marks.excluded(found.begin)]
    open_days = [found for found in possible if found in allowed]
    changed = marks.changed_at()
    pool = (
        [found for found in open_days if found.begin > changed >= 0]
        or [found for found in allowed if found.begin > changed >= 0]
        or open_days
        or allowed
    )
    if not pool or (len(days) == 1 and marks.refused(pool[0].end, len(marks.kinds))):
        return None
    best = max(found.day.strength for found in pool)
    pool = _dated([found for found in pool if found.day.strength == best], marks.tokens)
    if not today.future:
        return next((found for found in pool if found.day.first <= today.day), pool[0])
    ahead = [found for found in pool if found.day.last >= today.day]
    wished = next((found for found in ahead if _wished(marks.tokens, found)), None)
    if wished and len(ahead) > 1 and marks.own_plan(wished.end, _next(days, wished)):
        wished = None
    best_fit = (
        wished
        or _last_word(marks, ahead)
        or _invited(marks, days, ahead)
        or _only(marks, ahead or pool)
    )
    return None if best_fit is None else _counted_on(today, days, best_fit)


def _only(marks: Marks, pool: list[Found]) -> Found | None:
    """The first, or the days from 四号走 to 六号回; None where several days tell no wish."""
    first, *rest = pool
    if marks.changed_at() >= 0 or all(found.day.first == first.day.first for found in rest):
        return first
    if len(rest) == 1 and first.day.first < rest[0].day.first and marks.away(first, rest[0]):
        return replace(first, day=replace(first.day, last=rest[0].day.last, then=None))
    if all(marks.listed(one_day, other) for one_day, other in pairwise(pool)):
        others = tuple(found.day.first for found in rest)
        return replace(first, day=replace(first.day, others=(*first.day.others, *others)))
    if any(found.day.vague or found.day.strength == WEAK for found in pool):
        return first
    return None


def _busy(marks: Marks, days: list[Found], found: Found) -> bool:
    """明天没空 …, 割到礼拜四 …, 三月三来过 …: not that day, where another is named."""
    begin = found.begin
    until = marks.kinds[:begin].endswith("x-") and marks.tokens[begin - 1].text.endswith("到")
    next_day = _next(days, found)
    return until or marks.denied(found.end, next_day) or marks.over(found.end, next_day)


def _dated(pool: list[Found], tokens: list[Token]) -> list[Found]:
    """清明回老家, 四月四号走: beside a date of those days the festival is no date."""
    dates = [found for found in pool if tokens[found.end - 1].kind in "de"]
    feasts = [
        found
        for found in pool
        if tokens[found.end - 1].kind == "f"
        and any(abs((found.day.first - date.day.first).days) <= _NEAR_DAYS for date in dates)
    ]
    return [found for found in pool if found not in feasts]


def _invited(marks: Marks, days: list[Found], ahead: list[Found]) -> Found | None:
    """家长会在后天, 大后天我再去: the only day whose own words speak of coming."""
    fit = [found for found in ahead if marks.offered(found.end, _next(days, found))]
    if not fit and len(ahead) > 1:
        fit = [found for found in ahead if marks.invites(found.end, _next(days, found))]
        fit = fit if len(fit) == 1 else []
    return fit[0] if fit else None


def _last_word(marks: Marks, ahead: list[Found]) -> Found | None:
    """…，二十八号上午吧: of several days told, the only one of a last clause that invites."""
    said = marks.tokens[0].found.string
    last = 1 + max(said.rfind(sign, 0, -1) for sign in ",。;!")
    fit = [found for found in ahead if marks.tokens[found.begin].found.start() >= last > 0]
    if len(fit) != 1 or len(ahead) < 2:
        return None
    return fit[0] if _INVITES_LAST.search(said, last) else None


def _counted_on(today: Today, days: list[Found], chosen: Found) -> Found:
    """星期天不得, 礼拜一吧: said on a Monday, the Monday behind that Sunday; and tomorrow is called so."""
    then = chosen.day.then
    if then is None or chosen.day.first > today.day + _ONE:
        return chosen
    before = [found.day.first for found in days if found.begin < chosen.begin]
    later = any(chosen.day.first < day < then for day in before)
    return replace(chosen, day=one(then)) if later else chosen


def _next(days: list[Found], found: Found) -> int:
    """Where the next day behind `found` begins."""
    return next((other.begin for other in days if other.begin >= found.end), 10**6)


def _wished(tokens: list[Token], found: Found) -> bool:
    """礼拜五出院, 想请你们下礼拜二来: the day behind the request is the one asked for."""
    said = [token for token in tokens[: found.begin] if token.kind not in "xn&"]
    since = said[-1].found.end() if said else 0
    first = tokens[found.begin].found
    return bool(_REQUEST.search(first.string[since : first.start()]))


def _of_hours(today: Today, hours: Hours) -> When | None:
    """Hours without a day: the next (or last) time they come round."""
    when = _joined(today, one(today.day, then=today.day + _ONE), hours)
    if not today.future and when.start > today.now:
        when = _joined(today, one(today.day - _ONE), hours)
    return replace(when, has_day=False)


def _joined(today: Today, day: Day, hours: Hours | None) -> When:
    if hours is None:
        return _whole_days(day)
    first = _with_hours(day.first, hours)
    stretch = first.start < first.end
    if today.future and (first.end < today.now or (stretch and first.end == today.now)):
        evening = replace(hours, start=hours.start + _NOON, end=hours.end + _NOON)
        if day.then is not None:
            first = _with_hours(day.then, hours)
        elif hours.bare and hours.start < _NOON and day.first == today.day:
            first = _with_hours(day.first, evening)
    others = tuple(_with_hours(other, hours) for other in day.others)
    if day.last > day.first and day.strength == WEAK:
        # 下周下午: which of the days is to be asked; the hours are not enough.
        return _whole_days(day)
    if day.last > day.first:
        others += tuple(_with_hours(other, hours) for other in _days_between(day))
    return replace(first, ambiguous=others)


def _days_between(day: Day) -> list[date]:
    return [
        day.first + timedelta(step) for step in range(1, min((day.last - day.first).days, 6) + 1)
    ]


def _with_hours(day: date, hours: Hours) -> When:
    midnight = at_hour(day, clock_time())
    start = midnight + timedelta(minutes=hours.start)
    end = midnight + timedelta(minutes=hours.end)
    kind: Kind = "moment" if hours.exact else "period"
    return When(start, end, kind)


def _whole_days(day: Day) -> When:
    start = at_hour(day.first, clock_time())
    end = at_hour(day.last + _ONE, clock_time())
    kind: Kind = "vague" if day.vague else "day" if day.first == day.last else "days"
    others = tuple(_whole_days(one(other)) for other in day.others)
    return When(start, end, kind, ambiguous=others)
