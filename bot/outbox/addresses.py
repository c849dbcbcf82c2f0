"""Where some people can be written to, looked up for all of them at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from bot.domain.people import Person, Sender, living_at, senders_of
from bot.talk import Can

WEB_REACH = timedelta(days=30)
"""A page that was not opened for so long reaches nobody."""
PHONE = "phone"
"""The channel of those whom somebody has to call."""
_AT_ONCE = 500

Address = tuple[str, str]
"""A channel and the channel's own id of a chat or browser."""


class Addresses:
    """The people of these ids and their addresses: two queries, and one more where phones may be shared."""

    def __init__(self, session: Session, channels: Mapping[str, Can], ids: Iterable[int]) -> None:
        """`channels`: those that this deployment runs, by name."""
        self.session, self.channels = session, channels
        self.people: dict[int, Person] = {}
        self._senders: defaultdict[int, list[Sender]] = defaultdict(list)
        self._at_home: dict[Address, set[int]] | None = None
        wanted = sorted({id_ for id_ in ids if id_})
        for start in range(0, len(wanted), _AT_ONCE):
            self._look_up(wanted[start : start + _AT_ONCE])

    def _look_up(self, ids: list[int]) -> None:
        known = [self.session.get(Person, ids[0])] if len(ids) == 1 else self._all(ids)
        self.people |= {person.id: person for person in known if person is not None}
        for sender in self.session.scalars(senders_of(*ids).options(lazyload(Sender.person))):
            self._senders[sender.person_id].append(sender)

    def _all(self, ids: list[int]) -> Iterable[Person]:
        return self.session.scalars(select(Person).where(Person.id.in_(ids))).unique().all()

    def reach(self, person_id: int, now: datetime) -> Sender | None:
        """The best address of a person: own before a relative's, last seen first; None: must be called."""
        for sender in self._senders[person_id]:
            can = self.channels.get(sender.channel)
            if can is None or sender.unreachable_at is not None:
                continue
            seen = sender.seen_at or sender.bound_at
            if can.push or sender.channel == "terminal" or now - seen <= WEB_REACH:
                return sender
        return None

    def of(self, person: Person | None, now: datetime) -> Address | None:
        """Where a message to somebody goes: an address, or the call list; None without a person."""
        if person is None:
            return None
        sender = self.reach(person.id, now)
        return (sender.channel, sender.address) if sender else (PHONE, "")

    def shared(self, to: Address) -> bool:
        """Whether several people read what is sent there."""
        if self._at_home is None or to not in self._at_home:
            self._at_home = self._homes(to)
        return len(self._at_home[to]) > 1

    def _homes(self, to: Address) -> dict[Address, set[int]]:
        """Who is bound to each address of these people, and to `to`."""
        places = {(s.channel, s.address) for senders in self._senders.values() for s in senders}
        found: dict[Address, set[int]] = {place: set() for place in places | {to}}
        listed = sorted(found)
        for start in range(0, len(listed), _AT_ONCE):
            for channel, address, person_id in self.session.execute(
                living_at(listed[start : start + _AT_ONCE])
            ):
                found[channel, address].add(person_id)
        return found
