"""Phrases: the words of automatic messages, with placeholders, a default, and what any change must keep to.

A phrase stands in the file that says it. Its words are plain text: `{日子}` is replaced, nothing is
computed, and a value that looks like a placeholder is not replaced again.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.text import squeeze

LONGEST: Final = 100
"""Characters that a member reads at once, with the example's values."""
_SLOT: Final = re.compile(r"\{([^{}]*)\}")
_UNFIT: Final = (
    "提交", "异常", "无效", "系统", "参数", "非法", "操作失败", "报错", "登录失败",
)  # fmt: skip
_MONEY: Final = (
    "转账", "汇款", "打款", "付款", "扫码", "二维码", "验证码", "校验码", "银行卡", "卡号", "账号", "账户",
    "密码", "身份证", "红包", "中奖", "投资", "理财", "保健品", "手续费", "保证金", "下载", "点击",
)  # fmt: skip
"""What a message of ours never speaks of: members are told that whoever does is a swindler."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One placeholder: `{日子}` in the words, `day=…` where the code fills it."""

    key: str
    name: str
    """As coordinators write it between the braces."""
    example: str
    note: str = ""
    """What stands there, where the name does not say it."""
    needed: bool = False
    """Without it the message says nothing ("which day")."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words of one automatic message. `name` begins with its feature: "birthday.note"."""

    name: str
    title: str
    """When it is sent and to whom: "政治生日前几天，发给本人"."""
    words: str
    slots: tuple[Slot, ...] = ()

    @property
    def feature(self) -> str:
        """The name of the feature whose words these are."""
        return self.name.partition(".")[0]

    def __call__(self, settings: Any, **values: object) -> str:
        """The message: the words in force, filled."""
        changed: Mapping[str, str] = getattr(settings, "phrases", {})
        named = {slot.name: values[slot.key] for slot in self.slots}
        return self.fill(changed.get(self.name, self.words), named)

    def fill(self, words: str, values: Mapping[str, object]) -> str:
        """`words` with the values in place, by name. Raises KeyError for a placeholder that has none."""
        return _SLOT.sub(lambda found: str(values[found[1]]), words)

    def example(self, words: str) -> str:
        """`words` as a member might read them. Unknown placeholders stay as they are."""
        values = {slot.name: slot.example for slot in self.slots}
        return _SLOT.sub(lambda found: values.get(found[1], found[0]), words)

    def unknown(self, words: str) -> list[str]:
        """Placeholders that this message has no value for."""
        known = {slot.name for slot in self.slots}
        return [name for name in _SLOT.findall(words) if name not in known]

    def faults(self, words: str) -> list[str]:
        """What must be changed before these words are sent to anybody; sentences for whoever writes."""
        return [fault for check in _CHECKS for fault in check(self, words)]


def _placeholders(phrase: Phrase, words: str) -> Iterator[str]:
    if not words.strip():
        yield "还没有写话。"
    for name in phrase.unknown(words):
        yield f"{{{name}}}认不得，能用的写在下面。"
    if _SLOT.sub("", words).translate({ord("{"): None, ord("}"): None}) != _SLOT.sub("", words):
        yield "花括号要成对，里面只写名称。"
    for slot in phrase.slots:
        if slot.needed and f"{{{slot.name}}}" not in words:
            yield f"要有{{{slot.name}}}，不然看不明白。"


def _length(phrase: Phrase, words: str) -> Iterator[str]:
    length = len(phrase.example(words))
    if length > LONGEST:
        yield f"填好有{length}个字，最多{LONGEST}个，请短一点。"


def _tone(phrase: Phrase, words: str) -> Iterator[str]:
    if "你" in words:
        yield "请称“您”，不称“你”。"
    if len(re.findall(r"[?？]", words)) > 1:
        yield "一条消息只问一个问题。"
    if re.search(r"[A-Za-z]{2,}", _SLOT.sub("", words)):
        yield "请不要用英文，老人家不一定看得懂。"
    for word in _UNFIT:
        if word in words:
            yield f"“{word}”不好懂，请换个说法。"


def _safety(phrase: Phrase, words: str) -> Iterator[str]:
    plain = _SLOT.sub("", words)
    # As it is heard: without spaces and signs between, Traditional read as Simplified.
    heard = squeeze(plain)
    for word in _MONEY:
        if word in heard:
            yield f"不能说“{word}”：骗子常这么说，我们从来不说。"
    if re.search(r"://|www|\.(?:cn|com|net|org)", plain, re.IGNORECASE):
        yield "不能写网址，要给网址请发通知。"
    if re.search(r"\d(?:[\s-]?\d){6,}", plain):
        yield "不能写电话和长号码，电话请写在支部那一页。"


_CHECKS: Final[tuple[Callable[[Phrase, str], Iterator[str]], ...]] = (
    _placeholders,
    _length,
    _tone,
    _safety,
)
