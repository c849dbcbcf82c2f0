"""The calendar of a branch for other calendars: its address at the desk, and what that answers."""

from collections.abc import Sequence

from bot.domain import schedule
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.people import Branch
from bot.domain.schedule import CalendarFeed
from bot.feature import ANYONE, Look, Page
from bot.now import local_day
from bot.parts import Download, Heading, Part, Press, Table, Text
from bot.talk import Rows, Talk
from handlers.calendar.about import branch_of, by_of, feature

PATH, FILE = "calendar", "ics"
_HOW = (
    "把地址贴到手机或电脑日历的“订阅日历”里，学习日、服务日就会自己出现，改期也跟着变。"
    "谁有地址谁就看得到日程（里面没有姓名）。地址传出去了，按“换一个地址”，旧的马上不能用。"
)


def addresses(rows: Rows, look: Look) -> Sequence[Part]:
    """Each branch of the viewer with its address, and a button that makes a new one."""
    known = {feed.branch_id: feed for feed in rows.all(schedule.feeds())}
    lines = tuple(
        (branch.name, _address(look, known.get(branch.id)), _press(branch, known.get(branch.id)))
        for branch in schedule.reached(rows, look.viewer)
    )
    return [Heading("订阅到手机日历"), Text(_HOW), Table(("支部", "地址", ""), lines)]


def _address(look: Look, feed: CalendarFeed | None) -> str:
    if feed is None:
        return "还没有"
    return f"{look.settings.web.address}/p/{PATH}/{FILE}?key={feed.key}"


def _press(branch: Branch, feed: CalendarFeed | None) -> Press:
    label = "换一个地址" if feed else "做一个地址"
    return Press(label, "feed", (("branch", str(branch.id)),), about=branch.name)


async def renew(talk: Talk, form: dict[str, str]) -> str:
    """A new address for a branch of the actor's."""
    by = by_of(talk)
    branch = branch_of(talk, form)
    former = talk.rows.get(CalendarFeed, branch.id)
    await talk.add(schedule.new_feed(former, branch, by))
    old = "，旧的不能用了" if former else ""
    return f"{branch.name}的订阅地址做好了{old}。"


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """For whoever finds the page: what it is for."""
    return [Text("支部的日程可以订阅到手机日历里。地址请向您支部的联络员要。")]


def read(rows: Rows, look: Look) -> Download:
    """The feed that `key` opens. Raises Refused where it opens none, or none any more."""
    for feed in rows.all(schedule.feed_with(look.query.get("key", ""))):
        first, last = schedule.feed_span(local_day(look.now))
        sheet = schedule.read_sheet(rows, feed.branch_id, first, last)
        days = schedule.calendar_of(sheet, first, last, schedule.holidays_in(rows))
        title = f"{feed.branch.name}日程"
        return Download(
            "calendar.ics", "text/calendar; charset=utf-8", schedule.ics(days, title, look.now)
        )
    raise Refused("这个地址不能用了。请向您支部的联络员要新的地址。")


feature.pages.append(
    Page(PATH, "订阅日程", view, roles=ANYONE, about=Thing.NOTHING, by="", files={FILE: read})
)
