"""Wherever a dialog stands: 主菜单, 上一步, 取消, 找人帮忙 and words of danger do what they do everywhere."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.mail import Conversation, Mail, Outbox
from bot.domain.people import Role
from bot.domain.schedule import DayKind
from bot.feature import ANYONE, STAFF, VOLUNTEERS, Dialog
from bot.talk import Reply
from handlers import FEATURES
from tests.calendar_house import rule
from tests.conftest import Community

DANGER = "我摔倒了起不来"
KEPT = ("dialog", "answers", "slots", "shown", "offered", "paused", "for_id", "misses", "topic")
"""All that says where a conversation stands."""
STRANGER = "s2"
GUESSES = ("王秀英", "1234", "11月30日上午", "腿疼", "每月15日 上午9点", "青年路9号", "1")
"""Answers that some free question takes."""
DEEPEST = 6
ASKING = frozenset(
    {
        "register", "register_other", "visit_request", "visit_manage", "visit_change", "visit_cancel",
        "visit_desk", "answer", "leave_register",
    }
)  # fmt: skip
"""Some that surely ask: a walk that meets no question of these has gone wrong."""
DIALOGS = [d for f in FEATURES for d in f.dialogs if d.words]


@pytest.fixture
def town(community: Community) -> Community:
    """Enough going on for staff, volunteers and members to be asked something."""
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("黄明", Role.COORDINATOR, address="c2")
    community.person("李四", Role.VOLUNTEER, address="v1")
    community.person("王秀英", address="m1")
    community.person("陈桂英", address="m2")
    rule(community, "15 09:00", DayKind.STUDY)
    rule(community, "2nd thu 09:00", DayKind.SERVICE)
    for words in ("请人上门", "想有人聊聊", "星期五上午", "对", "找人帮忙"):
        community.say("m1", words)
    for words in ("走访", "1", "请志愿者", "李四", "对"):
        community.say("c2", words)
    for words in ("登记", "同意", "覃小玉", "4321", "对"):
        community.say("s1", words)
    return community


@dataclass
class Walk:
    """One conversation, which can be put back to where it stood."""

    town: Community
    who: str
    last: list[Reply] = field(default_factory=list)

    def says(self, text: str) -> list[Reply]:
        self.last = self.town.say(self.who, text)
        return self.last

    def stands(self) -> dict[str, Any]:
        row = self.town.house.db.read_now(lambda s: s.get_one(Conversation, ("terminal", self.who)))
        return {name: getattr(row, name) for name in KEPT}

    def back_to(self, place: dict[str, Any]) -> None:
        def put(session: Any) -> None:
            row = session.get_one(Conversation, ("terminal", self.who))
            for name, value in place.items():
                setattr(row, name, value)

        self.town.house.db.write_now(put)

    def goes_on(self, place: dict[str, Any], shown: list[Reply]) -> bool:
        """Give the open question an answer that it takes; whether it took one."""
        choices = [choice.says for choice in shown[-1].choices] if shown else []
        for text in (*choices[:1], *GUESSES):
            self.says(text)
            now = self.stands()
            if now["dialog"] != place["dialog"] or now["answers"] != place["answers"]:
                return True
            self.back_to(place)
        return False


def speaker(dialog: Dialog) -> str:
    if dialog.roles <= STAFF:
        return "c1"
    return "v1" if dialog.roles <= VOLUNTEERS else "m1"


def alarms(town: Community) -> int:
    return len([row for row in town.all(select(Outbox)) if row.kind is Mail.ALARM])


def text_of(replies: list[Reply]) -> str:
    return "\n".join(reply.text for reply in replies)


def look_around(walk: Walk, place: dict[str, Any], shown: list[Reply], *, composes: bool) -> None:
    """Say each word that always works from here, and put the conversation back after each."""
    walk.says("主菜单")
    assert walk.stands()["dialog"] == "menu"
    walk.back_to(place)
    assert "已经告诉社区同志" in text_of(walk.says("找人帮忙"))
    walk.back_to(place)
    cancelling = any(c.says.startswith("取消") for reply in shown for c in reply.choices)
    if not cancelling:
        # Where a button is called 取消走访, a bare 取消 is that button.
        assert "先不办了" in text_of(walk.says("取消"))
        assert walk.stands()["dialog"] is None
        walk.back_to(place)
    walk.says("上一步")
    now = walk.stands()
    assert now["dialog"] == place["dialog"]
    assert len(now["answers"]) <= max(0, len(place["answers"]) - 1)
    walk.back_to(place)
    if not composes:
        before = alarms(walk.town)
        assert "120" in text_of(walk.says(DANGER))
        now = walk.stands()
        assert (now["dialog"], now["answers"]) == (place["dialog"], place["answers"])
        # A stranger who goes on crying is one alarm: see test_engine_answers.
        assert alarms(walk.town) > before or walk.who == STRANGER
        walk.back_to(place)


def walk_through(walk: Walk, dialog: Dialog) -> int:
    """Go from question to question until nothing is open; how many states there were."""
    walk.says(dialog.words[0])
    states = 0
    composing = {d.name for d in DIALOGS if d.composes}
    while states < DEEPEST and (place := walk.stands())["dialog"]:
        states += 1
        shown = list(walk.last)
        look_around(walk, place, shown, composes=place["dialog"] in composing)
        if not walk.goes_on(place, shown):
            break
    return states


@pytest.mark.parametrize("dialog", DIALOGS, ids=lambda dialog: dialog.name)
def test_what_always_works_works_at_every_question(town: Community, dialog: Dialog) -> None:
    states = walk_through(Walk(town, speaker(dialog)), dialog)
    if not states and dialog.roles == ANYONE:
        states = walk_through(Walk(town, STRANGER), dialog)
    assert states or dialog.name not in ASKING
