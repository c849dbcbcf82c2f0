"""`Talk`: a dialog's side of the conversation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from bot.db.touched import Trace
from bot.domain.base import Refused
from bot.domain.deeds import Field
from bot.domain.people import Person, Role, Status
from bot.domain.standing import check_standing
from bot.now import local_day
from bot.talk.channel import Can
from bot.talk.choosing import (
    CHANGE,
    MORE,
    YES,
    Parser,
    as_choice,
    as_choices,
    either,
    one_of,
    page_of,
)
from bot.talk.rows import Row, Rows
from bot.talk.signals import Change, Waiting
from bot.talk.telling import Tell, untold
from bot.talk.values import Answer, Choice, Media, Note, Reply, Said

if TYPE_CHECKING:
    from sqlalchemy import Select, Update

T = TypeVar("T")


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
    files: Mapping[str, Any] = field(default_factory=dict)
    """Of an action of a page: what was read from the files of its form, by field."""
    progress: Tell = untold
    """Of an action of a page: says how far it is to whoever looks meanwhile."""
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
    standings: list[tuple[Person, Status, str]] = field(default_factory=list)
    topic: dict[str, str] = field(default_factory=dict)
    """What was answered last here; a dialog sets it by `about`."""
    sights: list[tuple[int, Field]] = field(default_factory=list)
    """Whose sensitive fields the speaker reads in this answer."""
    refusal: str = ""
    """Why the words just heard were no answer; the engine counts misses by it."""
    doing: str = ""
    """Under which name the audit log keeps what staff do here: the dialog, or the page and its action."""
    written: Trace = field(default_factory=Trace)
    """The rows written by a run that ended."""
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
        self.replies.append(Reply(text, as_choices(choices), media=media))

    def shows(self, person: Person | None, kind: Field) -> None:
        """Write down that the speaker reads somebody else's sensitive field in what is said next.

        It stands and falls with the words: a dialog run again notes no look that was noted before.
        """
        if person is None or self.me is None or not self.private:
            return
        if all(own.id != person.id for own in (self.me, *self.people)):
            self.sights.append((person.id, kind))

    def tell(self, note: Note) -> None:
        """Queue a message to another person, in this transaction."""
        self.notes.append(note)

    def call_person(self, why: str, words: str = "") -> None:
        """Put this conversation on the list of people who wait for a person, and tell the coordinators."""
        self.handovers.append((why, words or self.said.text))

    def set_standing(self, person: Person, status: Status, reason: str) -> None:
        """Change where a person stands on the roster once this dialog is done, with all that follows.

        Raises Refused where `check_standing` does.
        """
        check_standing(self.rows, person, status)
        self.standings.append((person, status, reason))

    def about(self, **topic: str) -> None:
        """Keep what this answer is about, for a question that follows ("几点开始", "那下一次呢")."""
        self.topic = {**topic, "at": self.now.isoformat()}

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
        shown = as_choices(choices)
        for answer in self._candidates(key, slot):
            try:
                value = parse(as_choice(answer, shown, text))
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
        self,
        key: str,
        text: str,
        choices: Sequence[Choice | str],
        *,
        slot: str = "",
        also: Parser[str] | None = None,
    ) -> str:
        """The `says` of the choice taken. More than four are shown in pages, the last button being 更多.

        `also` reads words that are none of them; what it makes of them is returned.
        """
        options, page = as_choices(choices), 0
        while True:
            shown, more = page_of(options, page)
            parse = one_of(options, more=more)
            taken = await self.ask(
                f"{key}" if page == 0 else f"{key}#{page}",
                text,
                parse if also is None else either(parse, also),
                choices=shown,
                slot=slot if page == 0 else "",
            )
            if taken != MORE:
                return taken
            page, self._step = page + 1, self._step - 1

    async def confirm(self, text: str, changes: dict[str, str], key: str = "confirm") -> None:
        """Read back in one sentence and wait for 对. 改一下 asks which of `changes` {key: label} to give anew."""
        taken = await self.ask(
            key, text, one_of(as_choices([YES, CHANGE]), more=False), choices=[YES, CHANGE]
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
        if self.me is None or not (self.me.powers & set(roles)):
            raise Refused("这件事由社区联络员来办。您可以说“找人帮忙”。")
        return self.me

    def staff(self) -> Person:
        """Who acts for the office: a coordinator or an administrator; raises Refused for anybody else."""
        return self.require(Role.COORDINATOR, Role.ADMINISTRATOR)

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
        self.sights.clear()

    def _put(self, text: str, shown: tuple[Choice, ...]) -> None:
        if self.steps and self._step > 1 and self._step <= self.steps:
            text = f"第{self._step}步，共{self.steps}步：{text}"
        self.replies.append(Reply(text, shown))


def _alone(person: Person, people: Sequence[Person]) -> bool:
    return sum(other.name == person.name for other in people) == 1
