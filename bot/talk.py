"""What crosses between a channel and a dialog: Said, Reply, Choice, Media; and `Talk`, a dialog's side of it.

A dialog is one async function, run again from its first line on every message. An `ask` that is already
answered returns at once; the next one takes the words just heard; the one after that stops the run with
`Waiting`. Only raw answers are kept, so a restart, "上一步" and a new release cost nothing.

    BaseException
     ├─ Waiting      a question stands open (also: the answer to it was not usable)
     ├─ GoTo         the dialog hands over to another dialog
     └─ Change       the person wants to answer some questions anew
    Exception
     ├─ Refused      (bot.domain.base) a rule says no
     ├─ Busy         the channel asks to wait; surely not sent
     ├─ Unreachable  the channel says this address gets nothing any more
     └─ Doubtful     nobody knows whether the message went out
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from bot.domain.base import Refused
from bot.domain.mail import Mail
from bot.domain.people import Person, Role
from bot.now import local_day
from bot.text import clean, digit_choice, polite_tail_off, squeeze, yes_or_no

if TYPE_CHECKING:
    from sqlalchemy import Select, Update

T = TypeVar("T")
Row = TypeVar("Row")

MENU, PERSON, BACK, LESS = "主菜单", "找人帮忙", "上一步", "少提醒我"
YES, CHANGE, MORE = "对", "改一下", "更多"
MAX_CHOICES = 4
_NUMBERED = re.compile(r"^\d+号")
PAIR = 2
WAYS_OUT = ("都不是", "就这样", "不用了", "先不用", "没事了")
"""The last of several choices that leaves everything as it is."""


@dataclass(frozen=True, slots=True)
class Media:
    """Something that is not text. `path` is a file in the data folder; `ref` the channel's own handle.

    kind: picture, voice, video, file, sticker, location, contact. A contact's `name` is its phone number,
    given only where the channel vouches that it is the sender's own.
    """

    kind: str
    name: str = ""
    path: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One message heard. `who` is the channel's address of the sender, `at` an aware moment."""

    channel: str
    who: str
    id: str
    at: datetime
    text: str = ""
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. Pressing it is the same as typing `says`; `label` (≤ 8 characters) is what it shows."""

    says: str
    label: str = ""

    def __post_init__(self) -> None:
        """A label left out is the words themselves."""
        if not self.label:
            object.__setattr__(self, "label", self.says)


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a person: text, up to four choices, the fixed row, pictures or voice."""

    text: str
    choices: tuple[Choice, ...] = ()
    fixed: tuple[str, ...] = (MENU, PERSON)
    media: tuple[Media, ...] = ()
    own_words: bool = False
    """Written by a coordinator: the rules of wording for the bot's own texts don't apply."""

    def values(self) -> dict[str, Any]:
        """As plain values, for the outbox and for JSON."""
        return {
            "text": self.text,
            "choices": [{"says": c.says, "label": c.label} for c in self.choices],
            "fixed": list(self.fixed),
            "media": [{"kind": m.kind, "name": m.name, "path": m.path} for m in self.media],
            "own_words": self.own_words,
        }

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Reply:
        """The inverse of `values`."""
        return cls(
            text=values["text"],
            choices=tuple(Choice(c["says"], c["label"]) for c in values["choices"]),
            fixed=tuple(values["fixed"]),
            media=tuple(Media(m["kind"], m["name"], m["path"]) for m in values["media"]),
            own_words=values.get("own_words", False),
        )


class Waiting(BaseException):
    """A question stands open; the run ends here until the next message."""


class GoTo(BaseException):
    """Hand over to the dialog `name`, giving it `slots`."""

    def __init__(self, name: str, **slots: str) -> None:
        """Name a dialog of `handlers`."""
        super().__init__(name)
        self.name, self.slots = name, slots


class Change(BaseException):
    """Forget the answers to `keys` and ask them anew."""

    def __init__(self, keys: frozenset[str]) -> None:
        """Keys of questions already answered."""
        super().__init__(keys)
        self.keys = keys


class Busy(Exception):
    """The channel asks to wait `seconds` for this `address`, or for all where it is None. Surely not sent."""

    def __init__(self, seconds: float, address: str | None = None) -> None:
        """`seconds` as the channel said."""
        super().__init__(f"busy for {seconds} s")
        self.seconds, self.address = seconds, address


class Unreachable(Exception):
    """This address gets nothing any more: blocked, deactivated, unknown."""


class Doubtful(Exception):
    """The message may have gone out or not: a lost answer, a reset, a server's 5xx."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Raw words given to one question, with the moment they were said (aware)."""

    key: str
    text: str
    at: datetime
    media: tuple[Media, ...] = ()


Parser = Callable[[Answer], T]
"""Reads an answer; raises Refused with what is expected where it can't."""


@dataclass(frozen=True, slots=True)
class Note:
    """A message to another person, queued in the same transaction as the dialog's own writes.

    `key` makes it unique: the same key is never sent twice. `plain` stands instead of `text` on channels
    that are not private (Telegram): no address and no health there. `due_at`/`useful_until`: calendar time.
    """

    person_id: int
    """0 for somebody unregistered: then `address` says where."""
    text: str
    key: str
    kind: Mail = Mail.VISIT
    plain: str = ""
    choices: tuple[Choice, ...] = ()
    media: tuple[Media, ...] = ()
    due_at: datetime | None = None
    useful_until: datetime | None = None
    occurrence_id: int | None = None
    notice_id: int | None = None
    address: tuple[str, str] | None = None
    """(channel, address) where the answer must go back to exactly there."""


class Rows(Protocol):
    """What a dialog may do with the database; sessions stay behind it."""

    def all(self, query: Select[Row]) -> Sequence[Row]:
        """Every row of the query's first column."""

    def add(self, row: object) -> None:
        """Keep a new row; its `id` is known afterwards."""

    def get(self, table: type[Row], key: object) -> Row | None:
        """One row by its primary key."""

    def remove(self, row: object) -> None:
        """Delete a row."""

    def flush(self) -> None:
        """Write what was changed, so that queries see it."""

    def change(self, statement: Update) -> int:
        """Change many rows at once by an UPDATE; returns how many."""


@dataclass
class Talk:
    """A dialog's side of the conversation. Made by the engine for one run."""

    said: Said
    me: Person | None
    """The registered person behind the sender (the true actor); None for a stranger."""
    people: tuple[Person, ...]
    """All for whom this address stands: oneself, and whom one acts for."""
    rows: Rows
    now: datetime
    """Calendar moment of this message, aware."""
    settings: Any
    """`bot.config.Settings`."""
    private: bool = True
    """Whether the channel may carry an address or a health reason."""
    channels: Mapping[str, Can] = field(default_factory=dict)
    """The channels that this deployment runs, by name: who can be reached depends on them."""
    answers: list[Answer] = field(default_factory=list)
    slots: dict[str, str] = field(default_factory=dict)
    heard: Answer | None = None
    """The words just heard, until a question takes them."""
    steps: int = 0
    for_id: int | None = None
    relation: str = "self"

    replies: list[Reply] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    undos: list[tuple[str, str, str]] = field(default_factory=list)
    handovers: list[tuple[str, str]] = field(default_factory=list)
    refusal: str = ""
    """Why the words just heard were no answer; the engine counts misses by it."""
    _step: int = 0

    # ── the database ────────────────────────────────────────────────────────────────────────────

    @property
    def today(self) -> date:
        """The date in Asia/Shanghai."""
        return local_day(self.now)

    async def all(self, query: Select[Row]) -> Sequence[Row]:
        """Every row of the query's first column."""
        return self.rows.all(query)

    async def one(self, query: Select[Row]) -> Row | None:
        """The first row of the query's first column, or None."""
        found = self.rows.all(query.limit(1))
        return found[0] if found else None

    async def get(self, table: type[Row], key: object) -> Row | None:
        """One row by its primary key."""
        return self.rows.get(table, key)

    async def add(self, row: Row) -> Row:
        """Keep a new row; its `id` is known afterwards. An unfinished dialog's rows are undone."""
        self.rows.add(row)
        return row

    async def remove(self, row: object) -> None:
        """Delete a row."""
        self.rows.remove(row)

    async def flush(self) -> None:
        """Write changes made to rows, so that the next query sees them."""
        self.rows.flush()

    async def change(self, statement: Update) -> int:
        """Change many rows at once by an UPDATE; returns how many. Undone with an unfinished dialog."""
        return self.rows.change(statement)

    # ── saying ──────────────────────────────────────────────────────────────────────────────────

    def say(
        self, text: str, choices: Sequence[Choice | str] = (), media: tuple[Media, ...] = ()
    ) -> None:
        """Add a message to the answer, without waiting. Shown once, though the dialog runs again."""
        self.replies.append(Reply(text, _choices(choices), media=media))

    def tell(self, note: Note) -> None:
        """Queue a message to another person, in this transaction."""
        self.notes.append(note)

    def call_person(self, why: str, words: str = "") -> None:
        """Put this conversation on the list of people who wait for a person, and tell the coordinators."""
        self.handovers.append((why, words or self.said.text))

    def can_undo(self, name: str, ref: object, title: str) -> None:
        """Let 撤销 take this back for 24 hours; `name` is what the feature registered with `undo`."""
        self.undos.append((name, str(ref), title))

    # ── asking ──────────────────────────────────────────────────────────────────────────────────

    async def ask(
        self,
        key: str,
        text: str,
        parse: Parser[T],
        *,
        choices: Sequence[Choice | str] = (),
        slot: str = "",
    ) -> T:
        """The answer to question `key`, read by `parse`.

        `slot` names words of the first sentence that may already answer it. Raises Waiting where the
        question stands open; an answer that `parse` refuses is asked for again with the refusal's words.
        """
        self._step += 1
        shown = _choices(choices)
        for answer in self._candidates(key, slot):
            try:
                value = parse(_as_choice(answer, shown, text))
            except Refused as no:
                self._forget(key)
                if answer is self.heard:
                    self.refusal, self.heard = str(no), None
                continue
            self._accept(answer)
            return value
        self._put(text, shown)
        raise Waiting

    async def choose(
        self, key: str, text: str, choices: Sequence[Choice | str], *, slot: str = ""
    ) -> str:
        """The `says` of the choice taken. More than four are shown in pages, the last button being 更多."""
        options = _choices(choices)
        page = 0
        while True:
            shown, more = _page(options, page)
            taken = await self.ask(
                f"{key}" if page == 0 else f"{key}#{page}",
                text,
                _one_of(options, more=more),
                choices=shown,
                slot=slot if page == 0 else "",
            )
            if taken != MORE:
                return taken
            page, self._step = page + 1, self._step - 1

    async def confirm(self, text: str, changes: dict[str, str], key: str = "confirm") -> None:
        """Read back in one sentence and wait for 对. 改一下 asks which of `changes` {key: label} to give anew."""
        taken = await self.ask(
            key, text, _one_of(_choices([YES, CHANGE]), more=False), choices=[YES, CHANGE]
        )
        if taken == YES:
            return
        labels = {label: name for name, label in changes.items()}
        which = next(iter(labels))
        if len(labels) > 1:
            which = await self.choose(f"{key}#which", "要改哪一样？", list(labels))
        name = labels[which]
        raise Change(frozenset({name, key, f"{key}#which"}))

    async def member(self) -> Person:
        """For whom this is done: oneself, or one of several on this phone, asked once (为谁办？).

        Raises Refused for a stranger.
        """
        if not self.people:
            raise Refused("这件事要先登记。您说“登记”就可以开始。")
        if len(self.people) == 1:
            return self.people[0]
        for person in self.people:
            if person.id == self.for_id:
                return person
        names = {
            f"{p.name}" if _alone(p, self.people) else f"{p.name}({p.number})": p
            for p in self.people
        }
        taken = await self.choose("for_whom", "您为谁办？", list(names), slot="person")
        return names[taken]

    def require(self, *roles: Role) -> Person:
        """The registered actor, who holds one of `roles`; raises Refused otherwise."""
        if self.me is None or not (self.me.roles & set(roles)):
            raise Refused("这件事由社区联络员来办。您可以说“找人帮忙”。")
        return self.me

    # ── the run ─────────────────────────────────────────────────────────────────────────────────

    def _candidates(self, key: str, slot: str) -> Iterator[Answer]:
        """What may answer the question, one after the other: told before, said at first, said now."""
        stored = next((answer for answer in self.answers if answer.key == key), None)
        if stored is not None:
            yield stored
        if slot in self.slots:
            # Taken once: after 上一步 the question is really asked.
            yield Answer(key, self.slots.pop(slot), self.said.at)
        if self.heard is not None:
            self.heard = Answer(key, self.heard.text, self.heard.at, self.heard.media)
            yield self.heard

    def _forget(self, key: str) -> None:
        self.answers[:] = [answer for answer in self.answers if answer.key != key]

    def _accept(self, answer: Answer) -> None:
        """What was said before an answered question was shown in an earlier run."""
        if answer not in self.answers:
            self.answers.append(answer)
        if answer is self.heard:
            self.heard = None
        self.replies.clear()

    def _put(self, text: str, shown: tuple[Choice, ...]) -> None:
        if self.steps and self._step > 1 and self._step <= self.steps:
            text = f"第{self._step}步，共{self.steps}步：{text}"
        self.replies.append(Reply(text, shown))


class Hears(Protocol):
    """What a channel gives its messages to; returns once they are committed to the inbox."""

    async def __call__(self, said: Sequence[Said], spoiled: Sequence[Spoiled] = ()) -> None:
        """Commit; only afterwards may the channel confirm them."""


@dataclass(frozen=True, slots=True)
class Spoiled:
    """An update that could not be read: kept raw, quarantined, confirmed all the same."""

    channel: str
    id: str
    raw: str
    reason: str


@dataclass(frozen=True, slots=True)
class Can:
    """What a channel can do."""

    push: bool = True
    """False: the other side fetches (web page, terminal)."""
    buttons: bool = True
    voice: bool = False
    picture: bool = True
    private: bool = False
    """Whether an address or a health reason may be spelled out there."""


class Channel(Protocol):
    """One way to reach people. A channel is one file in `bot/channels`, listed once in `CHANNELS`."""

    name: str
    can: Can

    async def send(self, address: str, reply: Reply) -> None:
        """Send now. Raises Busy, Unreachable or Doubtful; returns once the channel said yes."""

    async def run(self, hear: Hears) -> None:
        """Receive until cancelled. Never ends by itself because of one bad update or a network gap."""

    def state(self) -> str:
        """ "" when well, else one Chinese sentence for `yure doctor` and /health."""


# ── parsers ─────────────────────────────────────────────────────────────────────────────────────


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


def _choices(choices: Sequence[Choice | str]) -> tuple[Choice, ...]:
    return tuple(Choice(c) if isinstance(c, str) else c for c in choices)


def _page(options: tuple[Choice, ...], page: int) -> tuple[tuple[Choice, ...], bool]:
    if len(options) <= MAX_CHOICES:
        return options, False
    size = MAX_CHOICES - 1
    # The last page holds four: then everything is one 更多 nearer.
    pages = -(-(len(options) - 1) // size)
    start = page % pages * size
    shown = options[start:] if page % pages == pages - 1 else options[start : start + size]
    return (shown, True) if len(shown) == MAX_CHOICES else ((*shown, Choice(MORE)), True)


def _as_choice(answer: Answer, shown: tuple[Choice, ...], question: str) -> Answer:
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


def _one_of(options: tuple[Choice, ...], *, more: bool) -> Parser[str]:
    def parse(answer: Answer) -> str:
        # Digits were turned into words against what was shown; here only words and labels count.
        said = _named(answer.text, (*options, Choice(MORE)) if more else options)
        if said is None:
            raise Refused("请按一下按钮，或者回一个数字。")
        return said

    return parse


def _alone(person: Person, people: Sequence[Person]) -> bool:
    return sum(other.name == person.name for other in people) == 1
