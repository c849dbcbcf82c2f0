"""/desk/calendar: the month, one day, the rules, the holidays of a year, and the addresses for other calendars."""

from collections.abc import Callable, Sequence

from bot.domain import schedule
from bot.domain.access.things import Thing
from bot.feature import Action, Look, Page, Touch
from bot.listing import behind, page_of
from bot.now import local_day
from bot.parts import Heading, Link, Links, Part
from bot.talk import Rows
from handlers.calendar import deciding, edit_rule, extra, feed, holidays, month, newrule, one, rules
from handlers.calendar.about import ahead, feature
from handlers.calendar.finding import HERE, branches_shown
from handlers.calendar.sheet import lately

View = Callable[[Rows, Look], Sequence[Part]]
ASKING = 12
"""So many days that wait for a word are listed above the month, a page of them."""
ASKS = "asks"
"""The name in the query of the key that the next of these pages begins behind."""


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """What the query names; without one, this month below what waits for a word."""
    asked = next((name for name in VIEWS if look.query.get(name)), "")
    return [_ways(asked, look), *VIEWS.get(asked, _month)(rows, look)]


def _ways(asked: str, look: Look) -> Links:
    year = local_day(look.now).year
    ways = {
        "": Link("月历", HERE),
        "rules": Link("规律", f"{HERE}?rules=1"),
        "holidays": Link("放假安排", f"{HERE}?holidays={year}"),
        "add": Link("临时加一次", f"{HERE}?add=1"),
        "rehearsal": Link("未来30天：谁会收到什么", "/desk/rehearsal"),
        "feeds": Link("订阅到手机日历", f"{HERE}?feeds=1"),
    }
    here = ways[_TAB.get(asked, asked)].to
    return Links(tuple(ways.values()), "日程", here)


def _month(rows: Rows, look: Look) -> list[Part]:
    today = local_day(look.now)
    if look.query.get("month") or look.query.get("list"):
        return [*month.view(rows, look)]
    mine = {branch.id for branch in branches_shown(rows, look.viewer, look.query)}
    asks = [day for day in ahead(rows, look.viewer, today) if day.asks and day.branch_id in mine]
    waiting = behind(
        sorted(asks, key=schedule.from_the_first), look.query, schedule.from_the_first, ASKS
    )
    asking, on = page_of(waiting, look.query, schedule.from_the_first, ASKING, ASKS)
    first: list[Part] = [Heading("等您定的"), month.list_of(asking), *on] if asks else []
    held = [day for day in lately(rows, look.viewer, today) if day.branch_id in mine]
    past = behind(held, look.query, schedule.from_the_last)
    shown, more = page_of(past, look.query, schedule.from_the_last)
    lines = month.list_of(shown, "最近一个月没有办过。")
    return [*first, *month.view(rows, look), Heading("刚办过的"), lines, *more]


VIEWS: dict[str, View] = {
    "day": one.view, "add": extra.view, "rule": rules.view, "edit": edit_rule.view,
    "new": newrule.view, "rules": rules.every, "holidays": holidays.view, "feeds": feed.addresses,
}  # fmt: skip
_TAB = {"day": "", "rule": "rules", "edit": "rules", "new": "rules"}
"""Under which of the ways above a view stands, where it is not one of them."""
ACTIONS: dict[str, Action] = {
    **deciding.ACTIONS, **rules.ACTIONS, **holidays.ACTIONS, "rule_add": newrule.add, "add": extra.add,
    "rule_edit": edit_rule.edit,
    "feed": feed.renew,
}  # fmt: skip
_OF_BRANCH = ("add", "feed", "rule_add", "rule_edit", *(f"rule_{doing}" for doing in rules.DOING))
_OF_YEAR = (*holidays.ACTIONS, "holidays")
"""The holidays of a year are no branch's: the notice is the same for all."""
TOUCHES = {
    **{name: Touch(Thing.BRANCH, by="branch") for name in _OF_BRANCH},
    **{name: Touch(Thing.NOTHING, by="") for name in _OF_YEAR},
}
feature.pages.append(
    Page(
        "calendar", "日程", view, actions=ACTIONS, files={"holidays": holidays.file},
        reads={"sheet": holidays.read_sheet}, by="day", touches=TOUCHES, order=40,
    )
)  # fmt: skip
