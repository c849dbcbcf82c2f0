"""Writing a change: by whom, what file or release say instead; what isn't allowed is refused in words."""

import json
from datetime import datetime

from bot.domain.base import Refused
from bot.domain.people import Person
from bot.domain.settings import SettingChange, history
from bot.talk import Rows
from bot.tuning.holder import Tuned
from bot.tuning.knobs import Knob


def knob_of(settings: Tuned, name: str, *, fixed: bool = False) -> Knob:
    """The setting of this name; one that the environment says only where `fixed`. Raises Refused otherwise."""
    knob = settings.knobs.get(name)
    if knob is None:
        raise Refused("没有这一项设置，请从“设置”那一页里选。")
    if knob.fixed and not fixed:
        raise Refused(f"这一项由服务器的环境变量 {knob.variable} 定着，要改请找管服务器的人。")
    return knob


def change(
    rows: Rows, settings: Tuned, to: tuple[str, str], by: Person | None, now: datetime
) -> str:
    """Change a setting (its name, what was typed); returns what holds now, in words."""
    name, said = to
    knob = knob_of(settings, name)
    value = knob.read(said, getattr(settings, knob.section))
    if held(rows, name) != json.dumps(value):
        rows.add(_row(settings, knob, json.dumps(value), by, now))
    return knob.words(value)


def back(rows: Rows, settings: Tuned, name: str, by: Person | None, now: datetime) -> str:
    """Take a setting back to what file or default say; returns that, in words."""
    knob = knob_of(settings, name)
    if held(rows, name) is not None:
        rows.add(_row(settings, knob, None, by, now))
    return knob.words(knob.of(settings.started))


def held(rows: Rows, name: str) -> str | None:
    """The changed value that holds, of a setting or a phrase, as JSON."""
    last = rows.all(history(name).limit(1))
    return last[0].value if last else None


def _row(
    settings: Tuned, knob: Knob, value: str | None, by: Person | None, now: datetime
) -> SettingChange:
    file = json.dumps(knob.of(settings.started))
    return SettingChange(
        name=knob.name, value=value, file=file, at=now, by_id=by.id if by else None
    )
