"""The page 通知: the list, the switch that stops everything, and which file makes what an address asks for."""

from collections.abc import Sequence

from bot.domain import notices
from bot.domain.access.notices import access_notices
from bot.domain.access.things import Thing
from bot.domain.notices import STATE_TITLE, Notice
from bot.domain.wording import moment_words
from bot.feature import Look, Page, Touch
from bot.now import local_day
from bot.parts import Link, Links, Part, Table
from bot.talk import Rows
from handlers.notice import call_sheet, compose, freeze, one, recipients, seen
from handlers.notice.about import excerpt, feature, page_of

PATH = "notices"


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """What the query asks for, else the latest notices."""
    asked = look.query
    if asked.get("new"):
        return compose.choosing(rows, look)
    if asked.get("write"):
        return compose.writing(rows, look)
    if asked.get("id") and asked.get("calls"):
        return call_sheet.view(rows, look)
    if asked.get("id") and "list" in asked:
        return recipients.view(rows, look)
    if asked.get("id"):
        return one.view(rows, look)
    return _list(rows, look)


def _list(rows: Rows, look: Look) -> Sequence[Part]:
    found = access_notices(look.viewer, rows.all(notices.recent()))
    lines = tuple(_line(n, look) for n in found)
    head = ("号", "状态", "发给", "内容", "时间")
    return [
        Links((Link("写通知", "?new=1"),), "写通知"),
        Table(head, lines, "还没有发过通知。", tuple(map(page_of, found)), "最近的通知"),
        *freeze.presses(rows, look.viewer),
    ]


def _line(notice: Notice, look: Look) -> tuple[str, ...]:
    count = notices.count_words(notice)
    at = moment_words(notice.starts_at, local_day(look.now))
    return str(notice.id), STATE_TITLE[notice.state], count, excerpt(notice.text, 30), at


ACTIONS = {
    **compose.ACTIONS, **seen.ACTIONS, **one.ACTIONS, **call_sheet.ACTIONS, **freeze.ACTIONS,
}  # fmt: skip
TOUCHES = {name: Touch(Thing.NOTICE, by="") for name in ("write", *freeze.ACTIONS)}
feature.pages.append(
    Page(PATH, "通知", view, actions=ACTIONS, files=seen.FILES, touches=TOUCHES, order=35)
)
