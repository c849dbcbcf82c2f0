"""/desk/settings: quiet hours, lead times, approvals and keeping times: what holds, from where, and another value."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from bot.domain.base import Refused
from bot.domain.settings import SettingChange, standing
from bot.feature import Action, Look, Page
from bot.parts import Facts, Field, Form, Heading, Part, Table, Text
from bot.talk import Rows, Talk
from bot.tuning import Tuned, back, change
from bot.tuning.changing import knob_of
from bot.tuning.telling import Held, held, source_words
from handlers.settings.about import (
    READ_ONLY,
    VALUES,
    administers,
    administrator,
    by_administrators,
    changes_of,
    feature,
    settings_of,
    ways,
)
from handlers.settings.trying import trying, value_field

_HEAD = ("哪一项", "现在", "从哪来")
_TIMED = ("lead_days", "_at", "quiet", "reminders_a_day")
"""What moves reminders has one of these in its name: what would change is shown before it is saved."""
_NOT_SENT = (
    "改了以后，还没发的提醒照新的来；发过的不再发。照新的算已经过了的时刻不补发。"
    "等着早上发的消息，会避开新的不打扰时间。"
)


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """All of them by group; or the one that `name` names, with its history and the form."""
    settings = settings_of(look)
    name = look.query.get("name", "")
    every = list(held(settings, _last(rows)))
    if name:
        knob_of(settings, name, fixed=True)
        one = next(one for one in every if one.knob.name == name)
        return list(_one(rows, look, one))
    return [ways(VALUES), Text(_ORDER), *_groups(every)]


_ORDER = (
    "页面上改的马上算数，不用重启；配置文件里写的是原来的值，环境变量定着的在这里改不了。"
    "密码、地址、端口这些不在这里。"
)


def _last(rows: Rows) -> Mapping[str, SettingChange]:
    return {change.name: change for change in rows.all(standing())}


def _groups(every: Sequence[Held]) -> Iterator[Part]:
    for group, found in groupby(every, lambda one: one.knob.group):
        ones = list(found)
        lines = tuple((one.knob.title, one.words, source_words(one)) for one in ones)
        links = tuple(f"/desk/{VALUES}?name={one.knob.name}" for one in ones)
        yield Table(_HEAD, lines, links=links, caption=group)


def _one(rows: Rows, look: Look, one: Held) -> Iterator[Part]:
    knob = one.knob
    yield ways(VALUES)
    yield Heading(f"{knob.group}：{knob.title}")
    yield Facts((("现在", one.words), ("从哪来", source_words(one)), ("能写什么", knob.wanted)))
    timed = any(mark in knob.name for mark in _TIMED)
    if timed:
        yield Text(_NOT_SENT)
    if knob.fixed:
        yield Text(f"服务器的环境变量 {knob.variable} 定着这一项，在这里改不了。", "warning")
    elif administers(look):
        yield from trying(rows, look, one) if timed else _forms(one)
    else:
        yield READ_ONLY
    yield from changes_of(rows, look, knob.name, knob.shown, "恢复原来的")


def _forms(one: Held) -> Iterator[Part]:
    name, was = Field("name", "", "hidden", one.knob.name), Field("was", "", "hidden", one.words)
    yield Form("change", "改", (name, was, value_field(one, one.words)))
    if one.source == "page":
        yield Form("back", f"恢复成 {one.file}", (name, was))


async def put(talk: Talk, form: dict[str, str]) -> str:
    """Another value, from now on."""
    me, settings, name = administrator(talk), settings_of(talk), form.get("name", "")
    _unchanged(talk.rows, settings, form)
    words = change(talk.rows, settings, (name, form.get("value", "")), me, talk.now)
    return f"“{settings.knobs[name].title}”改成 {words} 了。"


async def put_back(talk: Talk, form: dict[str, str]) -> str:
    """What the file says, again."""
    me, settings, name = administrator(talk), settings_of(talk), form.get("name", "")
    _unchanged(talk.rows, settings, form)
    words = back(talk.rows, settings, name, me, talk.now)
    return f"“{settings.knobs[name].title}”恢复成 {words} 了。"


def _unchanged(rows: Rows, settings: Tuned, form: Mapping[str, str]) -> None:
    """Refused where somebody else changed it since the page was shown."""
    name, was = form.get("name", ""), form.get("was", "")
    knob_of(settings, name)
    now = next(one for one in held(settings, _last(rows)) if one.knob.name == name)
    if was and was != now.words:
        raise Refused(f"刚才有人把“{now.knob.title}”改成了 {now.words}，请再看一看。")


ACTIONS: dict[str, Action] = {"change": put, "back": put_back}
feature.pages.append(
    Page(VALUES, "设置", view, actions=ACTIONS, touches=by_administrators(ACTIONS), by="", order=90)
)
