"""Whether somebody of the staff may come in: counted first, then compared, then settled in one transaction.

Whoever isn't let in reads the same words after the same work: an unknown name, a wrong passphrase, a wrong
code, somebody without a passphrase and somebody who isn't of the staff can't be told apart.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session
from starlette.requests import Request

from bot.db import SessionRows, insert_once
from bot.domain import cards, credentials, doors, tries
from bot.domain.base import Refused
from bot.domain.credentials import Credential
from bot.domain.deeds import at_the_door
from bot.domain.doors import CHANNEL, Access, How, Signed, WebSession
from bot.domain.passphrase import LONGEST, plain
from bot.domain.people import STAFF_ROLES, Person, bound_to
from bot.domain.tries import SignInTries
from bot.domain.wording import time_words
from bot.members import keep_consent
from bot.now import local
from bot.pages import Door, Hashing, device_of, net_of
from bot.web.acting import Running
from bot.web.desk.frame import Frame

WRONG: Final = "没有登录成：姓名、口令或者动态码有不对的地方。请再试一次。忘了口令，请管理员给您发一个新的登录链接。"
WRONG_NOW: Final = "原来的口令不对，请再输一次。忘了口令，请管理员给您发一个新的登录链接。"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in the form. `who` is empty where a browser only asks for the passphrase again."""

    who: str
    passphrase: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class _Try:
    """One try, counted: whom it is about (0: nobody we know), and the hash to compare with."""

    person_id: int
    hash: str
    buckets: tuple[str, ...]


class Entering:
    """Lets staff in, and asks those who are in for their passphrase once more."""

    def __init__(self, frame: Frame, running: Running, hashing: Hashing) -> None:
        """`hashing` compares passphrases."""
        self.db, self.doors, self.hashing = frame.db, frame.doors, hashing
        self.now, self.real = running.now, running.real

    async def enter(self, request: Request, door: Door, typed: Typed) -> Door:
        """The browser signed in, with a new secret. Raises Refused in words that give nothing away."""
        passphrase = plain(typed.passphrase)[:LONGEST]
        tried = await self.db.write(lambda s: self._count(s, request, door, typed.who))
        fits = await self.hashing.fits(tried.hash, passphrase)
        newer = ""
        if fits and self.hashing.is_old(tried.hash):
            newer = await self.hashing.make(passphrase)

        def settle(session: Session) -> Door | None:
            opened = self._settle(session, request, door, tried, typed, fits=fits)
            if opened is None:
                session.add(at_the_door("signin.failed", self.now(), tried.person_id, by_id=None))
            elif newer:
                session.get_one(Credential, tried.person_id).hash = newer
            return opened

        opened = await self.db.write(settle)
        if opened is None:
            raise Refused(WRONG)
        return opened

    async def confirm(self, door: Door, passphrase: str) -> str:
        """The hash of the passphrase of whoever is signed in, typed once more. Raises Refused where it is wrong."""
        tried = await self.db.write(lambda s: self._count_here(s, door))
        if not await self.hashing.fits(tried.hash, plain(passphrase)[:LONGEST]):
            raise Refused(WRONG_NOW)
        await self.db.write(lambda s: tries.forgive(_locked(s, tried.buckets)))
        return tried.hash

    # ── counting ────────────────────────────────────────────────────────────────────────────────

    def _count(self, session: Session, request: Request, door: Door, who: str) -> _Try:
        """Count a try before it is known whether it fails. Raises Refused where one must wait."""
        if not who and door.access is Access.IDLE:
            return self._count_here(session, door)
        found = [(row.person_id, row.hash) for row in session.execute(credentials.of_staff(who))]
        # Of namesakes nobody is meant: they use their phone number.
        person_id, hash_ = found[0] if len(found) == 1 else (0, "")
        if person_id and person_id == door.person_id:
            return self._count_here(session, door)
        buckets = tries.buckets_elsewhere(who, net_of(request))
        return self._counted(session, person_id, hash_, buckets)

    def _count_here(self, session: Session, door: Door) -> _Try:
        known = session.get(Credential, door.person_id)
        buckets = tries.buckets_here(door.session_id)
        return self._counted(session, door.person_id, known.hash if known else "", buckets)

    def _counted(self, session: Session, person_id: int, hash_: str, buckets: list[str]) -> _Try:
        real = self.real()
        for bucket in buckets:
            insert_once(
                session,
                SignInTries,
                [{"bucket": bucket, "failed": 0, "at": real}],
                returning=SignInTries.bucket,
            )
        rows = _locked(session, buckets)
        until = tries.wait_for(rows, real)
        if until is not None:
            raise Refused(_wait_words(until))
        tries.count(rows, real)
        return _Try(person_id, hash_, tuple(buckets))

    # ── coming in ───────────────────────────────────────────────────────────────────────────────

    def _settle(
        self,
        session: Session,
        request: Request,
        door: Door,
        tried: _Try,
        typed: Typed,
        *,
        fits: bool,
    ) -> Door | None:
        """Let in whose passphrase `fits`, if all else does. What proves it is looked up for whoever fails, too."""
        id_, real = tried.person_id, self.real()
        known = session.scalars(credentials.credential_of(id_)).first()
        left = session.scalars(credentials.recovery_codes(id_)).all()
        second = credentials.second_of(known, left, typed.code, real)
        again = door.access is Access.IDLE and not typed.who
        proved = fits and (again or second.fits)
        if not proved or known is None or known.hash != tried.hash:
            return None
        person = session.get(Person, id_)
        if person is None or not person.powers & STAFF_ROLES:
            return None
        did = "signin.again" if again else credentials.use(known, second, real)
        tries.forgive(_locked(session, tried.buckets))
        session.add(at_the_door(did, self.now(), id_, by_id=id_))
        signed = Signed(id_, How.PASSPHRASE, real, device_of(request), net_of(request))
        if again:
            row = session.get_one(WebSession, door.session_id)
            signed = replace(signed, at=row.signed_at or signed.at)
            return self.doors.change(session, door, door.address, signed)
        return self._bind(session, door, person, signed)

    def _bind(self, session: Session, door: Door, person: Person, signed: Signed) -> Door:
        """The browser speaks for this person from now on, in the conversation they had on the web before."""
        now, rows = self.now(), SessionRows(session)
        live = session.scalars(bound_to(CHANNEL, door.address)).unique().all()
        if any(sender.person_id == person.id for sender in live):
            return self.doors.change(session, door, door.address, signed)
        earlier = session.scalars(doors.own_addresses(person.id).limit(1)).first()
        opened = self.doors.change(session, door, earlier or doors.new_address(), signed)
        if not session.scalars(doors.open_at(door.address)).first():
            cards.end(live, now)
        sender = session.scalars(cards.earlier_binding(person.id, CHANNEL, opened.address)).first()
        if sender is None:
            session.add(cards.binding(person.id, CHANNEL, opened.address, now))
        else:
            cards.renew(sender, now)
        keep_consent(rows, person, now)
        return opened


def _locked(session: Session, buckets: list[str] | tuple[str, ...]) -> list[SignInTries]:
    return [session.scalars(tries.locked(bucket)).one() for bucket in buckets]


def _wait_words(until: datetime) -> str:
    """Rounded up to the minute, so that the time that is named is late enough."""
    shown = time_words(local(until + timedelta(seconds=59)).time())
    return f"试得太多了。请在{shown}以后再试。急着用，请同事给您发一个新的登录链接。"
