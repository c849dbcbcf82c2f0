"""Another value tried before it is saved: what it would change in the coming 30 days. Nothing is stored."""

from collections.abc import Iterator

from bot.domain.base import Refused
from bot.domain.foreseen import Difference, Shift, rule_words
from bot.domain.people import looked_after
from bot.domain.wording import day_words, moment_words
from bot.feature import Look
from bot.now import local_day
from bot.parts import Field, Found, Link, Links, Part, Press, Search, Table, Text
from bot.talk import Rows
from bot.text import clean
from bot.tuning.telling import Held
from handlers.settings.about import VALUES, settings_of

_HEAD = ("谁", "什么事", "现在是", "改了以后")
_NONE = "不发"


def value_field(one: Held, value: str) -> Field:
    """Where a value is typed, of the kind that fits it."""
    knob = one.knob
    kind = "time" if knob.is_time else "number" if knob.is_number else "text"
    return Field("value", knob.title, kind, value, note=knob.note or knob.wanted)  # type: ignore[arg-type]


def trying(rows: Rows, look: Look, one: Held) -> Iterator[Part]:
    """The form that asks first, what follows from the value in it, and the button that saves it."""
    tried = clean(look.query.get("value", "")) or one.words
    name = Field("name", "", "hidden", one.knob.name)
    yield Search((name, value_field(one, tried)), "看看会怎样")
    if one.source == "page":
        back = f"/desk/{VALUES}?name={one.knob.name}&value={one.file}"
        yield Links((Link(f"看看恢复成 {one.file} 会怎样", back),), "恢复")
    yield Found(tuple(_outcome(rows, look, one, tried)))


def _outcome(rows: Rows, look: Look, one: Held, tried: str) -> Iterator[Part]:
    settings, knob = settings_of(look), one.knob
    try:
        value = knob.read(tried, getattr(settings, knob.section))
    except Refused as no:
        yield Text(str(no), "warning")
        return
    words = knob.words(value)
    if words == one.words:
        return
    if look.compare is not None:
        reach = looked_after(look.viewer)
        yield from _effect(look, look.compare(rows, settings.supposing(knob, value), reach))
    values = (("name", knob.name), ("was", one.words))
    if one.source == "page" and words == one.file:
        yield Press(f"恢复成 {words}", "back", values)
    else:
        yield Press(f"改成 {words}", "change", (*values, ("value", words)))


def _effect(look: Look, found: Difference) -> Iterator[Part]:
    today = local_day(look.now)
    counts = ((found.moved, "换个时候发"), (found.dropped, "不再发"), (found.added, "多发"))
    said = "，".join(f"{many}条{what}" for many, what in counts if many)
    yield Text(f"未来30天的提醒：{said or '一条也不变'}。还没有存。", "lead")
    if found.until is not None:
        yield Text(f"人多，只算到{day_words(found.until, today)}为止的事，后面的没有算。")
    if found.few:
        lines = tuple(_line(look, shift) for shift in found.few)
        yield Table(_HEAD, lines, caption=f"最先的{len(lines)}条")


def _line(look: Look, shift: Shift) -> tuple[str, ...]:
    moments = (shift.before, shift.after)
    when = [moment_words(at, local_day(look.now)) if at else _NONE for at in moments]
    return (f"{shift.person.name}（{shift.person.number}）", rule_words(shift.rule), *when)
