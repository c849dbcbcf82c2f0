"""What is wrong with a setting, in words: section, key, value, what is expected, the nearest known key."""

import difflib
import re
from collections.abc import Callable, Mapping
from datetime import time
from typing import Any, Final, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic_core import ErrorDetails

_SECRET: Final = re.compile("token|secret|key|password|url")
_KINDS: Final = {
    "int": "整数 / a whole number", "float": "数 / a number", "str": "文字 / text", "bool": "true | false",
    "time": "时间 / a time HH:MM", "Path": "路径 / a path", "SecretStr": "文字 / text",
    "tuple": "列表 / a list",
}  # fmt: skip
_BOUNDS: Final[dict[type, Callable[[Any], str]]] = {
    Ge: lambda bound: f"≥ {bound.ge}",
    Gt: lambda bound: f"> {bound.gt}",
    Le: lambda bound: f"≤ {bound.le}",
    Lt: lambda bound: f"< {bound.lt}",
}


def fault_of(error: ErrorDetails, every: Mapping[str, type[BaseModel]]) -> str:
    """One fault that pydantic found, as a line."""
    section, *rest = (str(part) for part in error["loc"])
    key = ".".join(rest)
    kind = every.get(section)
    known = list(kind.model_fields) if kind and key else list(every)
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key or section, known, 1, 0.5)
        hint = f"；您是不是想写 {near[0]} / did you mean {near[0]}?" if near else ""
        said = f" = {_value(error, f'{key} {near}')}" if key else ""
        return (
            f"[{section}] {key}{said} 没有这一项 / unknown{hint}（有 / known: {', '.join(known)}）"
        )
    wanted = _wanted(kind, rest)
    value = _value(error, key)
    return f"[{section}] {key} = {value} 不对 / is wrong: {error['msg']}（要 / expected: {wanted}）"


def _value(error: ErrorDetails, key: str) -> str:
    """What stands there; of what may be a secret, only that something does."""
    return "***" if _SECRET.search(key) else repr(error.get("input"))


def _wanted(kind: type[BaseModel] | None, rest: list[str]) -> str:
    if kind is None or not rest or rest[0] not in kind.model_fields:
        return "一节 / a [section]"
    field = kind.model_fields[rest[0]]
    known = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    options = " | ".join(map(str, known))
    name = getattr(field.annotation, "__name__", str(field.annotation))
    bounds = [_BOUNDS[type(each)](each) for each in field.metadata if type(each) in _BOUNDS]
    default = _shown(field.get_default(call_default_factory=True))
    example = f"，例如 / e.g. {default}" if default else ""
    return " ".join([options or _KINDS.get(name, name), *bounds]) + example


def _shown(default: Any) -> str:
    if isinstance(default, time):
        return f"{default:%H:%M}"
    return ", ".join(map(str, default)) if isinstance(default, tuple) else str(default)


def bare_times(values: Mapping[str, Any], every: Mapping[str, type[BaseModel]]) -> list[str]:
    """Times written as a bare number: `end = 7` would be read as seven seconds past midnight."""
    return [
        f"[{section}] {key} = {said!r} 不对 / is wrong（要 / expected: {_wanted(kind, [key])}）"
        for section, kind in every.items()
        for key, said in _table(values, section).items()
        if key in kind.model_fields
        and kind.model_fields[key].annotation is time
        and isinstance(said, int | float)
    ]


def _table(values: Mapping[str, Any], section: str) -> dict[str, Any]:
    found = values.get(section)
    return found if isinstance(found, dict) else {}
