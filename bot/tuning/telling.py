"""What holds and where it comes from, for pages, commands and doctor."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.settings import SettingChange
from bot.now import local_day
from bot.tuning.holder import Tuned
from bot.tuning.knobs import Knob


@dataclass(frozen=True, slots=True)
class Held:
    """One setting: what holds, in words, and what stands under it."""

    knob: Knob
    words: str
    source: str
    """ "environment", "page", "file" or "default"."""
    file: str
    """What file or default say, in words."""
    change: SettingChange | None = None
    """The change on the page that holds, or that the environment stands over."""

    @property
    def edited_since(self) -> bool:
        """Whether somebody has edited the file since it was changed on the page."""
        return (
            self.change is not None
            and self.source == "page"
            and self.knob.shown(self.change.file) != self.file
        )


def held(settings: Tuned, changes: Mapping[str, SettingChange]) -> Iterator[Held]:
    """Every setting of the page. `changes`: the last change of each name, by name."""
    for knob in settings.knobs.values():
        file = knob.words(knob.of(settings.started))
        last = changes.get(knob.name)
        change = last if last is not None and last.value is not None else None
        changed = change is not None and knob.name not in settings.left_out
        in_file = knob.key in getattr(settings.started, knob.section).model_fields_set
        words, source = file, "file" if in_file else "default"
        if knob.fixed:
            source = "environment"
        elif change is not None and change.value is not None and changed:
            words, source = knob.shown(change.value), "page"
        yield Held(knob, words, source, file, change)


SOURCE_TITLE = {
    "environment": "环境变量定的", "page": "页面上改的", "file": "配置文件写的", "default": "原来就是",
}  # fmt: skip


def source_words(one: Held) -> str:
    """ "韦红梅2026年11月28日在页面上改的；配置文件写的是 21:00"."""
    said = f"写的是 {one.file}" if one.source == "page" else ""
    if one.change is None:
        return SOURCE_TITLE[one.source]
    who = one.change.by.name if one.change.by else "命令"
    day = local_day(one.change.at)
    when = f"{day.year}年{day.month}月{day.day}日"
    if one.source != "page":
        return f"{SOURCE_TITLE[one.source]}；{who}{when}在页面上改的没有用上"
    since = "，后来又改过，没有用上" if one.edited_since else ""
    return f"{who}{when}在页面上改的；文件或默认{said}{since}"
