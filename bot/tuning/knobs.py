"""The settings that may be changed on the page: fields of a section that have a `title`.

Whoever gives a field a title puts it there; secrets, addresses, paths and ports have none (a test looks).
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Final, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, ValidationError

from bot.domain.base import Refused
from bot.text import clean, normal

_CLOCK: Final = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_BETWEEN: Final = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting that may be changed on the page."""

    section: str
    key: str
    group: str
    """What the section is called there: "安静时间"."""
    title: str
    note: str
    kind: type[BaseModel]

    @property
    def name(self) -> str:
        """ "quiet.start"."""
        return f"{self.section}.{self.key}"

    @property
    def variable(self) -> str:
        """The environment variable of that name."""
        return f"YURE_{self.section}__{self.key}".upper()

    @property
    def fixed(self) -> bool:
        """Whether the environment of this process says it: then neither file nor page does."""
        names = {name.upper() for name in os.environ}
        return self.variable in names or f"YURE_{self.section}".upper() in names

    @property
    def is_time(self) -> bool:
        """Whether it is a time of day."""
        return self._annotation is time

    @property
    def is_number(self) -> bool:
        """Whether it is one whole number."""
        return self._annotation is int

    def of(self, settings: Any) -> Any:
        """Its value, as JSON holds it."""
        section: BaseModel = getattr(settings, self.section)
        return section.model_dump(mode="json")[self.key]

    def read(self, said: str, section: BaseModel) -> Any:
        """What was typed, as JSON holds it. Raises Refused in words where the section's class refuses it."""
        plain = normal(clean(said))
        typed = [word for word in _BETWEEN.split(plain) if word] if self._is_many else plain
        refused = Refused(f"“{self.title}”写“{said}”不行。{self.wanted}")
        if self.is_time:
            # "8" alone would be read as eight seconds past midnight.
            if not _CLOCK.fullmatch(plain):
                raise refused
            typed = plain.zfill(len("08:00"))
        try:
            changed = self.put(typed, section)
        except ValidationError:
            raise refused from None
        return changed.model_dump(mode="json")[self.key]

    def put(self, value: Any, section: BaseModel) -> BaseModel:
        """`section` with this value. Raises ValidationError where its class refuses it."""
        return self.kind.model_validate(section.model_dump() | {self.key: value})

    def words(self, value: Any) -> str:
        """A JSON value as it stands on the page and is typed there."""
        if self.is_time:
            return str(value)[:5]
        return "、".join(map(str, value)) if isinstance(value, list) else str(value)

    def shown(self, stored: str) -> str:
        """A stored value (JSON) in words."""
        return self.words(json.loads(stored))

    @property
    def wanted(self) -> str:
        """What may be typed, in one sentence."""
        if self.is_time:
            return "要写几点几分，例如 21:00。"
        bounds = self._bounds
        if self._is_many:
            each = f"，每个{bounds}" if bounds else ""
            return f"可以写几个整数{each}，中间用顿号隔开，例如 3、1。"
        return f"要写整数，{bounds}。" if bounds else "要写整数。"

    @property
    def _bounds(self) -> str:
        """ "1到40", "不小于0" of the number, or of each of several; "" where it has none."""
        found = self._field.metadata
        if self._is_many:
            within = getattr(get_args(self._annotation)[0], "__metadata__", ())
            found = [one for info in within for one in info.metadata]
        least = next((m.ge for m in found if isinstance(m, Ge)), None)
        most = next((m.le for m in found if isinstance(m, Le)), None)
        if least is None:
            return ""
        return f"{least}到{most}" if most is not None else f"不小于{least}"

    @property
    def _field(self) -> Any:
        return self.kind.model_fields[self.key]

    @property
    def _annotation(self) -> Any:
        return self._field.annotation

    @property
    def _is_many(self) -> bool:
        return get_origin(self._annotation) in (tuple, frozenset)


def knobs_of(sections: Mapping[str, type[BaseModel]]) -> tuple[Knob, ...]:
    """Every setting that may be changed on the page, in the order of the sections."""
    return tuple(
        Knob(
            section, key, str(kind.model_config.get("title") or section), field.title,
            field.description or "", kind,
        )
        for section, kind in sections.items()
        for key, field in kind.model_fields.items()
        if field.title
    )  # fmt: skip
