"""The call list on the desk: one after the other with the words to say, how each call ended, and a sheet to print."""

from collections.abc import Sequence
from typing import Final

from bot import notices as desk
from bot.domain import notices
from bot.domain.base import Refused
from bot.domain.deeds import Field as Sensitive
from bot.domain.deeds import look as look_at
from bot.domain.notices import OUTCOME_TITLE, REACHED, Notice, Outcome
from bot.domain.people import Person
from bot.domain.wording import moment_words
from bot.feature import Action, Look
from bot.notices import Missed
from bot.parts import (
    Facts,
    Field,
    Form,
    Heading,
    Link,
    Links,
    Part,
    Press,
    Sheet,
    Table,
    Text,
)
from bot.talk import Rows, Talk
from bot.text import mask_phone
from handlers.notice.about import call_words, notice_in, own, page_of

_DONE: Final = "都打完了，辛苦您。"
_PAPER: Final = (
    "电话只给打电话的人看。打完请收回这张纸，不要拍照，不要发群。看过哪几位的电话，已经记下了。"
)
_HEAD: Final = ("姓名", "编号", "电话", "为什么", "打过", "")


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """Everybody still to be called, whom nobody tried first; phones masked."""
    notice = own(rows, look.viewer, look.query["id"])
    missed = desk.call_list(rows, notice)
    id_ = str(notice.id)
    lines = tuple(
        (
            m.name, m.number, mask_phone(m.phone) if m.phone else "没登记", m.why, _tried(m),
            Press("打给这位", "call", (("id", id_), ("person", str(m.person_id))), about=m.name),
        )
        for m in missed
    )  # fmt: skip
    presses = [
        Press("打下一位", "call", (("id", id_),)),
        Press("打印（带电话）", "call_sheet", (("id", id_),)),
    ]
    return [
        Links((Link(f"回到第{notice.id}号通知", page_of(notice)),)),
        Heading(f"第{notice.id}号通知：还有{len(missed)}位要打电话"),
        *(presses if missed else []),
        Table(_HEAD, lines, _DONE),
    ]


def _tried(missed: Missed) -> str:
    if not missed.tries:
        return ""
    last = missed.tries[-1]
    return f"{len(missed.tries)}次，{moment_words(last.at)}{OUTCOME_TITLE[last.outcome]}"


async def call(talk: Talk, form: dict[str, str]) -> tuple[Part, ...]:
    """The phone and the words for one person, or for the next."""
    notice = notice_in(talk, form)
    return await _next(talk, notice, form.get("person", ""))


async def called(talk: Talk, form: dict[str, str]) -> tuple[Part, ...]:
    """How it ended, and the next one."""
    notice, me = notice_in(talk, form), talk.staff()
    outcome = next((one for one in Outcome if one.value == form.get("outcome", "told")), None)
    if outcome is None:
        raise Refused("请选一选电话打得怎么样。")
    one = _on_list(desk.call_list(talk.rows, notice), form.get("person", ""))
    desk.called(talk.rows, notice, one, me, outcome, talk.now)
    still = "" if outcome in REACHED else "，名字还在名单上"
    said = Text(f"记下了：{one.name}，{OUTCOME_TITLE[outcome]}{still}。", "good")
    return (said, *await _next(talk, notice, "", one))


async def _next(
    talk: Talk, notice: Notice, person: str, after: Missed | None = None
) -> tuple[Part, ...]:  # fmt: skip
    """One call to make; looking at the phone is written down."""
    missed = desk.call_list(talk.rows, notice)
    back = Links((Link("回到名单", f"{page_of(notice)}&calls=1"),))
    others = [m for m in missed if after is None or m.person_id != after.person_id]
    if not person and not others:
        return (Text(_DONE if not missed else "别的都打完了。", "good"), back)
    one = _on_list(missed, person) if person else others[0]
    who = await talk.get(Person, one.person_id)
    if who is None:
        raise Refused("这位不在名册上了。")
    await talk.add(look_at(talk.staff(), who, Sensitive.PHONE, talk.now))
    facts = Facts(
        (
            ("姓名", f"{one.name}（{one.number}）"),
            ("电话", one.phone or "没登记"),
            ("为什么打", one.why),
        )
    )
    options = tuple((outcome.value, title) for outcome, title in OUTCOME_TITLE.items())
    fields = (
        Field("id", "", "hidden", str(notice.id)),
        Field("person", "", "hidden", str(one.person_id)),
        Field("outcome", "打得怎么样", "choice", options=options),
    )
    tried = _tried(one)
    return (
        Heading(f"打给{one.name}，名单上还有{len(missed)}位"),
        facts,
        *([Text(f"打过{tried}。")] if tried else []),
        Text(call_words(talk.staff(), notice, who, talk.settings), "lead"),
        Form("called", "记下，打下一位", fields),
        back,
    )


async def sheet(talk: Talk, form: dict[str, str]) -> tuple[Part, ...]:
    """The whole list with phones, to print; each look is written down."""
    notice, me = notice_in(talk, form), talk.staff()
    missed = desk.call_list(talk.rows, notice)
    if not missed:
        raise Refused(_DONE)
    for one in missed:
        who = await talk.get(Person, one.person_id)
        if who is not None and one.phone:
            await talk.add(look_at(me, who, Sensitive.PHONE, talk.now))
    lines = tuple((m.name, m.number, m.phone or "没登记", m.why, _tried(m), "") for m in missed)
    table = Table((*_HEAD[:-1], "打得怎么样"), lines)
    office = notice.sign or talk.settings.office.name
    # One paper for all: what differs from reader to reader is said by whoever calls.
    anybody = notices.Reader("（姓名）", "（支部名）", "（支部电话）")
    text = notices.filled(notice.text, anybody, talk.settings.notice.salutation)
    words = Text(f"【{office}】{text}（通知号{notice.code}）")
    return Text(_PAPER, "warning"), Sheet((words, table), f"第{notice.id}号通知电话单")


def _on_list(missed: Sequence[Missed], person: str) -> Missed:
    for one in missed:
        if str(one.person_id) == person:
            return one
    raise Refused("这位不在电话名单上了，可能刚刚有人打通了。")


ACTIONS: dict[str, Action] = {"call": call, "called": called, "call_sheet": sheet}
