"""Two months of notices gone by: written, approved, sent, read, called about, one of them put right.

Each is made by what the product does with a notice, at the moment at which it would have happened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Final

from sqlalchemy.orm import Session

from bot import notices as desk
from bot.config import OfficeSection
from bot.db import SessionRows
from bot.domain import notices
from bot.domain.mail import Sending
from bot.domain.notices import Draft, Notice, NoticeSettings, Outcome, State
from bot.domain.people import Person
from bot.domain.wording import day_words
from bot.now import SHANGHAI, local_day
from bot.outbox import Addresses, Post, fetch

CHANNEL: Final = "terminal"
SEED: Final = 20261122
SLOW: Final = 20
"""The members entered last, so many, may not have opened the latest notice yet; all others have."""
TEN: Final = time(10)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SOON, EVENING, SAID = 0.55, 0.9, 0.75
"""Below this chance somebody opens a notice within the hour, or in the evening; and says 收到 then."""
OUTCOMES: Final = (Outcome.TOLD, Outcome.TOLD, Outcome.TOLD, Outcome.KIN, Outcome.NO_ANSWER)
FEW: Final = 11
"""So many of those who must be called about the latest notice have been."""
FILM: Final = "{day}下午3点在双鹤社区活动室放老电影，欢迎带上老伴。"


@dataclass(frozen=True, slots=True)
class _Story:
    """One notice: how many days ago, for whom, in which words; `day`: what it is about, so many days later."""

    back: int
    to: str
    text: str
    day: int = 4
    sign: str = ""
    right: str = ""
    """The words that put it right the next day."""


STORIES: Final = (
    _Story(61, "all", "{day}上午9点，社区卫生服务中心来量血压、测血糖，在一楼会议室，请空腹来。"),
    _Story(54, "branch:三海", "{day}上午8点到下午5点检修水管停水，请提前存些水。", 2),
    _Story(47, "org:老体协", "{day}早上7点半在文化广场练太极拳，想来的直接来。", 3, "老体协"),
    _Story(40, "all", "有人冒充社区打电话，说能帮您办补贴。社区办事从来不收钱，不放心就打电话问我们。"),
    _Story(33, "role:志愿者", "{day}下午3点志愿者碰头，商量下个月上门的事，请带上记录本。", 3),
    _Story(26, "all", "{day}起，街道办事窗口中午不休息。行动不便的，说“请人上门”，我们去您家。"),
    _Story(19, "branch:双鹤", FILM, right="{day}放老电影的时间是下午2点半，不是3点，请早点来。"),
    _Story(12, "age:80-", "{day}上午请80岁以上的老同志领慰问品，走不开的请家里人代领。"),
    _Story(4, "all", "{day}上午9点体检车到社区门口，请空腹来，带好医保卡。", 6),
)  # fmt: skip
"""The latest last: it is still being read and called about."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a notice asks of the settings."""

    office: OfficeSection
    notice: NoticeSettings = field(default_factory=NoticeSettings)


@dataclass(frozen=True, slots=True)
class People:
    """Who writes, and who reads: `members` as they were entered."""

    members: Sequence[Person]
    volunteers: Sequence[Person]
    staff: Sequence[Person]
    """The first two write by turns, and each approves what the other wrote."""


def notices_gone(
    session: Session, post: Post, office: OfficeSection, people: People, now: datetime
) -> None:
    """All the stories, by `post`: the product's own way to an address."""
    village = _Village(session, post, _Rules(office), people)
    for turn, story in enumerate(STORIES):
        at = datetime.combine(local_day(now) - timedelta(days=story.back), TEN, SHANGHAI)
        pair = people.staff[turn % 2], people.staff[1 - turn % 2]
        village.tell(story, pair, at, ended=story is not STORIES[-1])


Pair = tuple[Person, Person]
"""Who writes, and who approves."""


class _Village:
    """A community that is written to; each move with the clock of its own day."""

    def __init__(self, session: Session, post: Post, rules: _Rules, people: People) -> None:
        """Where everybody can be written to is looked up once."""
        self.session, self.rows, self.post = session, SessionRows(session), post
        self.rules, self.people = rules, people
        self.random = Random(SEED)  # noqa: S311 - the same in every run
        everybody = (*people.members, *people.volunteers, *people.staff)
        self.known: Addresses = post.addresses(session, [person.id for person in everybody])

    def tell(self, story: _Story, pair: Pair, at: datetime, *, ended: bool) -> None:
        """One notice from its writing to its last call, unless that is still to come."""
        by, today = pair[0], local_day(at)
        about = day_words(today + timedelta(days=story.day))
        to = desk.read_audience(self.rows, by, story.to, today)
        reach = desk.reach_of(self.post.channels, at)
        draft = Draft(story.text.format(day=about), to, at, sign=story.sign)
        notice = desk.put_down(self.rows, draft, by, reach, at)
        self._send(notice, pair, at)
        self._heard(notice, pair, at, ended=ended)
        if story.right:
            at += 27 * HOUR
            words = story.right.format(day=about)
            right = desk.correct(self.rows, notice, words, by, reach, at)
            self._send(right, pair, at)
            self._heard(right, pair, at, ended=ended)

    def _send(self, notice: Notice, pair: Pair, at: datetime) -> None:
        """Confirmed, approved where it must be, tried on a few, sent; staff read what they are told."""
        (by, other), rules = pair, self.rules
        reach = desk.reach_of(self.post.channels, at)
        told = desk.confirm(self.rows, notice, by, reach, rules, at)
        if notice.state is State.PENDING:
            seen, at = notices.digest(notice), at + 7 * MINUTE
            told += desk.approve(self.rows, notice, other, seen, rules, at)
        for note in told:
            self.post.note(self.session, note, at)
        for turn in (at + MINUTE, at + 3 * MINUTE):
            while desk.tick(self.session, self.post, rules, turn, turn):
                pass
        self._open(self.people.staff, at + 5 * MINUTE)

    def _heard(self, notice: Notice, pair: Pair, at: datetime, *, ended: bool) -> None:
        """Opened within the hour or in the evening; next morning the others are called, and open it late."""
        soon, evening, late = self._by_pace()
        for people, opened in ((soon, at + HOUR), (evening, at + 9 * HOUR)):
            self._open(people, opened)
            self._say_received(notice, people, opened + 2 * MINUTE)
        desk.escalate(self.session, self.post, self.rules, at + 22 * HOUR)
        if ended:
            self._call(notice, pair, at + 23 * HOUR)
            self._open(late, at + 25 * HOUR)
        else:
            self._call(notice, pair, at + 23 * HOUR, FEW)
            slow = {person.id for person in self.people.members[-SLOW:]}
            self._open([person for person in late if person.id not in slow], at + 25 * HOUR)

    def _by_pace(self) -> tuple[list[Person], list[Person], list[Person]]:
        """Who opens a notice soon, in the evening, and late."""
        found: tuple[list[Person], list[Person], list[Person]] = ([], [], [])
        for person in (*self.people.members, *self.people.volunteers):
            chance = self.random.random()
            found[(chance >= SOON) + (chance >= EVENING)].append(person)
        return found

    def _open(self, people: Iterable[Person], at: datetime) -> None:
        places = [self.known.of(person, at) for person in people]
        addresses = [place[1] for place in places if place and place[0] == CHANNEL]
        fetch(self.session, CHANNEL, addresses, at, at)

    def _say_received(self, notice: Notice, people: Iterable[Person], at: datetime) -> None:
        has = {id_ for id_, *_ in self.rows.all(notices.recipients(notice.id, Sending.SENT))}
        for person in people:
            if person.id in has and self.random.random() < SAID:
                desk.receive(self.rows, [person], person, notice.created_at, at)

    def _call(self, notice: Notice, pair: Pair, at: datetime, most: int | None = None) -> None:
        """Down the call list; who isn't at home is tried again and told in the afternoon."""
        for again in (False, True):
            for missed in desk.call_list(self.rows, notice)[:most]:
                at += 4 * MINUTE
                outcome = Outcome.TOLD if again else self.random.choice(OUTCOMES)
                desk.called(self.rows, notice, missed, pair[0], outcome, at)
            if most is not None:
                return
            at += 4 * HOUR
