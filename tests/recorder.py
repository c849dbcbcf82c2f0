"""Rules of wording that hold for every reply any test produces (domain.md C(a)); coordinators' words apart."""

import re
from collections.abc import Iterator

from bot.talk import MENU, PERSON, Reply
from bot.text import normal

MOST = 160
FORBIDDEN = (
    "提交",
    "异常",
    "无效",
    "token",
    "系统错误",
    "参数",
    "非法",
    "请输入正确",
    "操作失败",
    "error",
    "null",
    "None",
)
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{2}:\d{2}:\d{2}")
LATIN = re.compile(r"[A-Za-z]{2,}")
ADDRESS = re.compile(r"https?://\S+")


def check(reply: Reply) -> None:
    """Raise AssertionError, with the reply, where it breaks a rule."""
    faults = list(_faults(reply))
    assert not faults, f"{faults} in {reply!r}"


def _faults(reply: Reply) -> Iterator[str]:
    if len(reply.choices) > 4:
        yield "more than four choices"
    yield from (f"label longer than 8: {c.label}" for c in reply.choices if len(c.label) > 8)
    if not {MENU, PERSON} <= {normal(label) for label in reply.fixed}:
        yield "no way back or to a person"
    if not reply.own_words:
        yield from _wording(reply.text)


def _wording(text: str) -> Iterator[str]:
    if len(text) > MOST:
        yield f"{len(text)} characters"
    text = ADDRESS.sub("", text)
    yield from (f"says {word}" for word in FORBIDDEN if word in text)
    if ISO_DATE.search(text):
        yield "a date no member reads"
    if LATIN.search(re.sub(r"“[^”]*”|《[^》]*》", "", text)):
        yield "English"
    if "你" in text and "您" not in text:
        yield "says 你"
