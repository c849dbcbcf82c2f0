"""Dialogs as transcripts: every file of tests/scripts is played against the engine.

# words of the script
: at 2026-11-22T10:00                    the calendar's clock
: member 王秀英 m1                        somebody on the roster and a terminal sender
: coordinator 韦建国 c1
: member 覃秀英 -                        on the roster, with no sender yet; phone 13800001234
: study 15 09:00                         a rule of the branch; also `: service 2nd thu 09:00`
: topic 2026-12-15 《论十大关系》          what a study day is about
m1> 菜单                                  said
m1< 您想办什么                             in one of the replies, or in what waited, in this order
m1! 党龄                                  in none of the replies to the last words
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from bot.domain.people import Role
from bot.domain.schedule import DayKind
from tests.calendar_house import plan, rule
from tests.conftest import Community
from tests.understanding.coverage import missing

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.txt"))


@dataclass
class Play:
    """One script being played."""

    community: Community
    heard: dict[str, list[str]] = field(default_factory=dict)

    def line(self, text: str) -> None:
        if text.startswith(": at "):
            self.community.clock.set(text.removeprefix(": at ").strip())
        elif text.startswith(": tick"):
            self.community.house.clock.tick_now()
        elif text.startswith(":"):
            self.there_is(text[1:].split())
        else:
            self.said_or_heard(text)

    def there_is(self, words: list[str]) -> None:
        match words:
            case [("study" | "service") as kind, *when]:
                rule(self.community, " ".join(when), DayKind(kind))
            case ["topic", day, topic]:
                plan(self.community, date.fromisoformat(day), topic)
            case [role, name, address, *branch]:
                values = {"branch": branch[0]} if branch else {}
                own = None if address == "-" else address
                self.community.person(name, Role(role), address=own, **values)

    def said_or_heard(self, text: str) -> None:
        at = min(place for sign in "><!" if (place := text.find(sign)) > 0)
        who, sign, words = text[:at], text[at], text[at + 1 :].strip()
        if sign == ">":
            self.heard[who] = [r.text for r in self.community.say(who, words)]
            return
        waiting = self.heard.setdefault(who, [])
        waiting += [r.text for _, r in self.community.fetch(who)]
        if sign == "!":
            assert not any(words in reply for reply in waiting), f"{text}: {waiting}"
            return
        found = next((n for n, reply in enumerate(waiting) if words in reply), None)
        assert found is not None, f"{text}: heard {waiting}"


def test_there_are_scripts() -> None:
    assert SCRIPTS


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(community: Community, path: Path) -> None:
    play = Play(community)
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if text.strip() and not text.startswith("#"):
            try:
                play.line(text)
            except AssertionError as wrong:
                raise AssertionError(f"{path.name}:{number}: {wrong}") from None


def test_scripts_play_every_label_danger_trap_and_slip() -> None:
    assert missing() == []
