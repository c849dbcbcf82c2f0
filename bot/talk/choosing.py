"""Buttons: how many are shown, and which one the words mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.domain.base import Refused
from bot.talk.values import Answer, Choice
from bot.text import clean, digit_choice, polite_tail_off, squeeze, yes_or_no

T = TypeVar("T")

YES, CHANGE, MORE = "对", "改一下", "更多"
MAX_CHOICES = 4
PAIR = 2
WAYS_OUT = ("都不是", "就这样", "不用了", "先不用", "没事了")
"""The last of several choices that leaves everything as it is."""
_NUMBERED = re.compile(r"^\d+号")

Parser = Callable[[Answer], T]
"""Reads an answer; raises Refused with what is expected where it can't."""


def as_text(most: int = 200) -> Parser[str]:
    """Any words, at most `most` characters."""

    def parse(answer: Answer) -> str:
        words = clean(answer.text)
        if not words:
            raise Refused("请您打字告诉我，好吗？")
        if len(words) > most:
            raise Refused(f"有点长了，请您用{most}个字以内说一说。")
        return words

    return parse


def as_choices(choices: Sequence[Choice | str]) -> tuple[Choice, ...]:
    return tuple(Choice(c) if isinstance(c, str) else c for c in choices)


def page_of(options: tuple[Choice, ...], page: int) -> tuple[tuple[Choice, ...], bool]:
    if len(options) <= MAX_CHOICES:
        return options, False
    size = MAX_CHOICES - 1
    # The last page holds four: then everything is one 更多 nearer.
    pages = -(-(len(options) - 1) // size)
    start = page % pages * size
    shown = options[start:] if page % pages == pages - 1 else options[start : start + size]
    return (shown, True) if len(shown) == MAX_CHOICES else ((*shown, Choice(MORE)), True)


def as_choice(answer: Answer, shown: tuple[Choice, ...], question: str) -> Answer:
    """A digit means the choice shown at that place; a label means its words; 好的 may mean 对."""
    said = choice_said(answer.text, shown) or said_by_yes(answer.text, shown, question)
    return answer if said is None else Answer(answer.key, said, answer.at, answer.media)


def choice_said(words: str, shown: Sequence[Choice]) -> str | None:
    """The `says` of the choice that `words` mean: by digit, label or words, or None."""
    number = digit_choice(words)
    if number is not None and 1 <= number <= len(shown):
        return shown[number - 1].says
    return _named(words, shown)


def said_by_yes(words: str, shown: Sequence[Choice], question: str) -> str | None:
    """The `says` of the choice that a plain yes or no ("好的", "不用") means under `question`, or None."""
    yes = yes_or_no(words)
    names = [choice.says for choice in shown]
    drops = CHANGE in names and words.strip("。！ ").startswith(("不用", "不要", "不了"))
    if yes is None or not names or drops:
        return None
    if "吗？" in question and len(names) <= PAIR:
        return _of_pair(names, yes=yes)
    # Of several choices only the way out is meant by a no.
    return None if yes or names[-1] not in WAYS_OUT else names[-1]


def _of_pair(names: Sequence[str], *, yes: bool) -> str | None:
    """The first is the yes, the second the no; one alone is what it says."""
    if len(names) == PAIR:
        return names[0 if yes else 1]
    return names[0] if (yes_or_no(names[0]) is not False) is yes else None


def _named(words: str, shown: Sequence[Choice]) -> str | None:
    for form in (squeeze, lambda text: squeeze(polite_tail_off(text))):
        wanted = form(words)
        for choice in shown:
            # "8号王春梅" is also called by the name alone.
            name = squeeze(_NUMBERED.sub("", choice.label))
            if wanted and wanted in (squeeze(choice.label), squeeze(choice.says), name):
                return choice.says
    return None


def either(first: Parser[str], other: Parser[str]) -> Parser[str]:
    """What `first` reads, else what `other` does, whose words say no."""

    def parse(answer: Answer) -> str:
        try:
            return first(answer)
        except Refused:
            return other(answer)

    return parse


def one_of(options: tuple[Choice, ...], *, more: bool) -> Parser[str]:
    def parse(answer: Answer) -> str:
        # Digits were turned into words against what was shown; here only words and labels count.
        said = _named(answer.text, (*options, Choice(MORE)) if more else options)
        if said is None:
            raise Refused("请按一下按钮，或者回一个数字。")
        return said

    return parse
