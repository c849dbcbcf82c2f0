"""Who is in which state: the people behind each figure of a notice."""

from collections.abc import Sequence

from bot import notices as desk
from bot.domain import notices
from bot.domain.notices import Notice
from bot.domain.people import CHANNEL_TITLE
from bot.feature import Look
from bot.notices.report import STATE_WORDS, state_without_row
from bot.parts import Heading, Link, Links, Part, Table
from bot.talk import Rows
from handlers.notice.about import own, page_of

SHOWN = 100
"""People on one page."""
HEAD = ("姓名", "编号", "怎么发的", "情况", "收到")
Line = tuple[str, str, str, str, str]


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """Everybody in the state that `list` names, or all; the figures in the links sum to the audience."""
    notice = own(rows, look.viewer, look.query["id"])
    state = look.query["list"] if look.query["list"] in STATE_WORDS else ""
    begin = _begin(look.query.get("from", ""))
    report = desk.report(rows, notice, calls=False)
    ways = [Link(f"全部 {report.audience}", f"?id={notice.id}&list=")]
    ways += [
        Link(f"{title} {report.states[one]}", f"?id={notice.id}&list={one}")
        for one, title in STATE_WORDS.items()
        if one in report.states
    ]
    number = report.states.get(state, 0) if state else report.audience
    here = f"?id={notice.id}&list={state}"
    table = Table(HEAD, tuple(_lines(rows, notice, state, begin)), caption=f"{number}位")
    steps = _steps(here, begin, number)
    return [
        Links((Link(f"回到第{notice.id}号通知", page_of(notice)),)),
        Heading(f"第{notice.id}号通知：谁收到了"),
        Links(tuple(ways), "看哪一种", here),
        table,
        *([Links(steps, "翻页")] if steps else []),
    ]


def _lines(rows: Rows, notice: Notice, state: str, begin: int) -> list[Line]:
    """One page of them: those in the outbox, then those who are not there yet."""
    query = notices.recipients(notice.id, state)
    found = [
        (
            name,
            number,
            CHANNEL_TITLE.get(channel, channel),
            STATE_WORDS[one],
            "说了" if said else "",
        )
        for _, number, name, channel, one, said in rows.all(query.offset(begin).limit(SHOWN))
    ]
    without = state_without_row(notice)
    if len(found) < SHOWN and notice.expanded_at is None and state in ("", without):
        before = sum(
            count for one, count in rows.all(notices.tally(notice.id)) if state in ("", one)
        )
        later = notices.planned(notice).offset(max(0, begin - before)).limit(SHOWN - len(found))
        found += [(p.name, p.number, "", STATE_WORDS[without], "") for p in rows.all(later)]
    return found


def _steps(here: str, begin: int, number: int) -> tuple[Link, ...]:
    back = (Link("上一页", f"{here}&from={max(0, begin - SHOWN)}"),) if begin else ()
    on = (Link("下一页", f"{here}&from={begin + SHOWN}"),) if begin + SHOWN < number else ()
    return (*back, *on)


def _begin(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
