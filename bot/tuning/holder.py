"""`Tuned`: what is handed about as `settings`; its sections change while the product runs."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.config import Settings
from bot.domain.phrase import Phrase
from bot.domain.settings import PHRASE, SettingChange
from bot.log import log
from bot.tuning.knobs import Knob


@dataclass(frozen=True, slots=True)
class _Now:
    """What holds at one moment; exchanged as a whole."""

    revision: int = 0
    sections: Mapping[str, BaseModel] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


class Tuned:
    """The sections of `Settings` as they hold now: `settings.quiet.start`.

    The environment of a process stands over the page, the page over the file, the file over the defaults.
    """

    def __init__(
        self, started: Settings, knobs: Sequence[Knob] = (), phrases: Sequence[Phrase] = ()
    ) -> None:
        """`started`: what file and environment said when the process began."""
        self.started, self.knobs = started, {knob.name: knob for knob in knobs}
        self.known_phrases = {phrase.name: phrase for phrase in phrases}
        self.on_change: list[Callable[[], None]] = []
        """Called after a change: for what copies a setting at its beginning."""
        self._now = _Now()

    def __getattr__(self, name: str) -> Any:
        """The section of this name."""
        changed = self._now.sections.get(name)
        return changed if changed is not None else getattr(self.started, name)

    @property
    def revision(self) -> int:
        """The number of the last change that is in force here."""
        return self._now.revision

    @property
    def phrases(self) -> Mapping[str, str]:
        """The words of automatic messages that were changed, by name."""
        return self._now.phrases

    @property
    def left_out(self) -> tuple[str, ...]:
        """Names whose changed value this release refuses: file or default hold instead."""
        return self._now.left_out

    def take(self, changes: Iterable[SettingChange], revision: int) -> None:
        """Put the last changes of each name in force."""
        now = self._with(changes, revision)
        if now.left_out and now.left_out != self.left_out:
            log.warning("settings_left_out", names=list(now.left_out))
        self._now = now
        for tell in self.on_change:
            tell()

    def supposing(self, knob: Knob, value: Any) -> "Tuned":
        """These settings with one of them changed; nothing else sees it."""
        other = Tuned(self.started, tuple(self.knobs.values()), tuple(self.known_phrases.values()))
        section = knob.put(value, getattr(self, knob.section))
        sections = {**self._now.sections, knob.section: section}
        other._now = _Now(self.revision, sections, self.phrases, self.left_out)
        return other

    def _with(self, changes: Iterable[SettingChange], revision: int) -> _Now:
        sections: dict[str, BaseModel] = {}
        phrases: dict[str, str] = {}
        left_out = []
        for change in changes:
            if change.value is None:
                continue
            value, knob = json.loads(change.value), self.knobs.get(change.name)
            if change.name.startswith(PHRASE):
                fits = self._fits(change.name.removeprefix(PHRASE), value)
                phrases |= {change.name.removeprefix(PHRASE): value} if fits else {}
            else:
                fits = knob is not None and self._put(sections, knob, value)
            if not fits:
                left_out.append(change.name)
        return _Now(revision, sections, phrases, tuple(left_out))

    def _fits(self, name: str, words: str) -> bool:
        """Whether this release knows the phrase and can fill these words."""
        phrase = self.known_phrases.get(name)
        return phrase is not None and not phrase.unknown(words)

    def _put(self, sections: dict[str, BaseModel], knob: Knob, value: Any) -> bool:
        """False where the value is refused; what the environment says stays and is no fault."""
        if knob.fixed:
            return True
        try:
            before = sections.get(knob.section) or getattr(self.started, knob.section)
            sections[knob.section] = knob.put(value, before)
        except ValidationError:
            return False
        return True
