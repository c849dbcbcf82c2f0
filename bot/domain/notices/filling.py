"""Words in braces that stand for something of each reader: {姓名}. There are few, and all else is refused."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from bot.domain.base import Refused

PLACEHOLDERS: Final = ("姓名", "称呼", "支部", "支部电话")
_BRACES: Final = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")
_LONE: Final = re.compile(r"[{}｛｝]")


@dataclass(frozen=True, slots=True)
class Reader:
    """What may be filled in of somebody."""

    name: str
    branch: str = ""
    branch_phone: str = ""


def check(text: str) -> None:
    """Raises Refused for anything in braces that can't be filled, naming what was perhaps meant."""
    for name in _BRACES.findall(text):
        if name.strip() not in PLACEHOLDERS:
            near = get_close_matches(name.strip(), PLACEHOLDERS, 1, 0)
            meant = near[0] if near else PLACEHOLDERS[0]
            every = "、".join(f"{{{one}}}" for one in PLACEHOLDERS)
            raise Refused(f"“{{{name}}}”填不了。您是不是想写{{{meant}}}？能用的有：{every}。")
    lone = _LONE.search(_BRACES.sub("", text))
    if lone:
        raise Refused(f"有一个“{lone[0]}”没有配对。花括号只用来写{{姓名}}这样的词，请改一改。")


def has_any(text: str) -> bool:
    """Whether each reader gets other words."""
    return _BRACES.search(text) is not None


def filled(text: str, reader: Reader, salutation: str) -> str:
    """The words as this reader gets them."""
    values = {
        "姓名": reader.name, "称呼": f"{reader.name}{salutation}",
        "支部": reader.branch or "社区", "支部电话": reader.branch_phone or "社区电话",
    }  # fmt: skip
    return _BRACES.sub(lambda found: values.get(found[1].strip(), found[0]), text)
