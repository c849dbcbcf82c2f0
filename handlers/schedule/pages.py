"""The public page of the next sixty days, without anybody's name."""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain import schedule
from bot.domain.schedule import Day
from bot.feature import ANYONE, Look, Page
from bot.now import local_day
from bot.parts import Part, Table, Text
from bot.talk import Rows
from handlers.schedule.about import feature

SHOWN = timedelta(days=60)
HEAD = ("日子", "支部", "做什么", "地点", "内容", "说明")


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """One table; a member's page and a stranger's are the same."""
    today = local_day(look.now)
    days = schedule.coming(rows, None, today, today + SHOWN)
    table = Table(HEAD, tuple(_row(day) for day in days), empty="最近还没有排学习日和服务日。")
    return [Text("以后两个月的学习日、服务日和活动。有改动会写在说明里。"), table]


def _row(day: Day) -> tuple[str, ...]:
    note = schedule.note(day).strip("（）")
    when, topic = schedule.when_words(day), day.topic if day.topic != day.title else ""
    return (when, day.branch, day.title, day.place, topic, note)


feature.pages.append(Page("schedule", "学习日和服务日", view, roles=ANYONE))
