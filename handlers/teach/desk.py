"""教它认字 on the desk: the texts that wait, the oldest first; one press says what one of them means."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from bot.domain.base import Refused
from bot.domain.doubt import DoubtfulText, how_many_open, open_texts
from bot.domain.people import Person
from bot.domain.wording import day_words
from bot.feature import Action, Look, Need, Page, Waits
from bot.listing import ahead, page_of
from bot.now import local_day
from bot.parts import Field, Form, Heading, Part, Press, Presses, Text
from bot.talk import Rows, Talk, numbered
from handlers.teach.about import TEACH, TITLES, decide, feature, likely, still_open

PATH: Final = "words"
SHOWN: Final = 10
"""Texts of one page: each has a list of all labels beside it."""
GUESSES: Final = 3
_ABOUT: Final = (
    "同意留下来的会员说过这些话，余热没听准。没有留名字和电话。请您说说每句是什么意思："
    "管电脑的同事让余热重新学一遍以后，它就认得了。按错了，在对话里说“撤销”。"
)
_MEANINGS: Final = (("", "请选一样"), *TITLES.items())


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """A page of the texts, each with what it may mean."""
    found = rows.all(ahead(open_texts(), look.query, DoubtfulText.id, most=SHOWN, latest=False))
    shown, ways = page_of(found, look.query, lambda row: str(row.id), SHOWN)
    if not shown:
        return [Text("这一页没有要教的话了。" if ways else "现在没有要教的话。谢谢。"), *ways]
    today = local_day(look.now)
    return [Text(_ABOUT), *(part for row in shown for part in _asked(row, today)), *ways]


def _asked(row: DoubtfulText, today: date) -> Iterator[Part]:
    """One text: when it was said, what was guessed, all it could mean, and that it needs no teaching."""
    id_ = ("id", str(row.id))
    guesses = [
        Press(f"是“{TITLES[label]}”", "teach", (id_, ("label", label)), about=row.text)
        for label in likely(row)[:GUESSES]
    ]
    yield Heading(f"“{row.text}”")
    heard = f"{day_words(row.heard_on, today)}听到的。"
    yield Text(f"{heard}余热猜是：" if guesses else f"{heard}余热猜不出来。")
    yield Presses((*guesses, Press("不用教", "drop", (id_,), about=row.text)))
    meaning = Field("label", "要是别的意思", "choice", options=_MEANINGS)
    yield Form("teach", "就教这个", (Field("id", "", "hidden", str(row.id)), meaning))


async def teach(talk: Talk, form: dict[str, str]) -> str:
    """Say what a text means, as in chat."""
    row, label = await _named(talk, form), form.get("label", "")
    if label not in TITLES:
        raise Refused(f"请选一选，“{row.text}”是什么意思。")
    return (await decide(talk, row, label))[0]


async def drop(talk: Talk, form: dict[str, str]) -> str:
    """Nothing is to be learned of it, as by 跳过 in chat."""
    return (await decide(talk, await _named(talk, form), ""))[0]


async def _named(talk: Talk, form: dict[str, str]) -> DoubtfulText:
    return await still_open(talk, numbered(talk.rows, DoubtfulText, form.get("id", "")))


def waits(rows: Rows, viewer: Person, now: datetime, settings: Any) -> Iterable[Waits]:
    """Texts that nobody has explained yet, as one thing."""
    if count := rows.all(how_many_open())[0]:
        yield Waits(
            f"{count}句没听懂的话，请您教一教", f"一句按一下就好。在对话里说“{TEACH}”也行。", None,
            command=TEACH, kind=Need.WORDS, to=f"/desk/{PATH}",
        )  # fmt: skip


ACTIONS: dict[str, Action] = {"teach": teach, "drop": drop}
feature.waiting, feature.waits_on = waits, (DoubtfulText,)
feature.pages.append(Page(PATH, "没听懂的话", view, actions=ACTIONS, order=60, by=""))
