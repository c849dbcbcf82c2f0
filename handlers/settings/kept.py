"""/desk/keeping: what the nightly purge removed, what goes next, how long each kind is kept, what stays for good."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.db import SessionRows
from bot.domain.keeping import PurgeNight, nights
from bot.domain.wording import day_words, moment_words
from bot.feature import Look, Page
from bot.keeping import FROZEN, TITLES, Terms, due
from bot.now import real_now
from bot.parts import Part, Table, Text
from bot.talk import Rows
from handlers.settings.about import KEPT, VALUES, feature, ways

LATELY = 14
"""Nights that are shown."""
MOST = 10_000
"""So many of a kind are counted: after years without a purge there are millions."""


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The same as `yure keep`, in a coordinator's words."""
    last = rows.all(nights().limit(LATELY))
    return [ways(KEPT), Text(_last(last)), _kinds(rows, look), _reports(last), _frozen()]


def _last(found: Sequence[PurgeNight]) -> str:
    if not found:
        return "还没有清理过。每天夜里清理一次。"
    night = found[0]
    end = f"{moment_words(night.done_at)}做完的" if night.done_at else "没做完，下次接着做"
    return f"上一次清理是{day_words(night.day)}夜里，{end}。"


def _kinds(rows: Rows, look: Look) -> Table:
    if not isinstance(rows, SessionRows):
        raise TypeError("the purge counts with the session of a job")
    terms = Terms(look.settings, lambda: look.now, real_now)
    found = due(rows.session, terms, Path(look.settings.data.dir), MOST)
    lines = tuple((one.title, f"{one.days}天", _many(one.count)) for one in found)
    links = tuple(_where(one.kind) for one in found)
    return Table(("什么", "留多久", "今夜到期"), lines, links=links, caption="到期就清理的")


def _many(count: int) -> str:
    return f"{count}" if count < MOST else f"{MOST}以上"


def _where(kind: str) -> str:
    """Where its time is changed."""
    name = "voice.keep_days" if kind == "recording" else f"keep.{kind}_days"
    return f"/desk/{VALUES}?name={name}"


def _reports(found: Sequence[PurgeNight]) -> Table:
    lines = tuple(
        (day_words(night.day), "、".join(_gone(night)) or "没有到期的", "做完了" if night.done_at else "没做完")
        for night in found
    )  # fmt: skip
    return Table(("哪一夜", "清理了", "做完了吗"), lines, "还没有清理过。", caption="最近清理的")


def _gone(night: PurgeNight) -> Iterator[str]:
    for kind, count in night.gone.items():
        yield f"{TITLES.get(kind, kind)}{count}"


def _frozen() -> Table:
    """Why, each reason once; what is a row a part or a branch is nobody's record."""
    reasons = dict.fromkeys(why for why in FROZEN.values() if "一行" not in why)
    return Table(("为什么",), tuple((why,) for why in reasons), caption="一直留着的")


feature.pages.append(Page(KEPT, "保存和清理", view, order=0, by=""))
