"""What staff prove themselves by: the hash of a passphrase, a code from the phone (TOTP), recovery codes.

A code counts once: the step of 30 seconds that was used last is kept, and only a later one is taken. A
recovery code stands in for the phone, once. Nothing here can be read back but the secret of the codes,
which is sealed: the phone and we must both know it.
"""

import hmac
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import ForeignKey, Select, exists, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.base import Base
from bot.domain.cards import SIGNS
from bot.domain.people import STAFF_ROLES, Grant, Person, Status
from bot.domain.registration import plain_phone
from bot.domain.sealed import Cipher, RowKey, Sealed
from bot.text import normal

STEP: Final = 30
"""Seconds that one code lasts."""
AROUND: Final = (-1, 0, 1)
"""Steps that a phone's clock may be off."""
RECOVERY_CODES: Final = 8
RECOVERY_LENGTH: Final = 16
"""Signs of a recovery code: 79 bits, so that a bare hash of it tells nothing."""
_GROUP: Final = 4
_WHOLE_PHONE: Final = 7
_JOINTS: Final = re.compile(r"[\W_]+")


class Credential(RowKey, Base):
    """One person's passphrase and second factor."""

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    hash: Mapped[str]
    """Argon2id, as PHC writes it: parameters and salt stand in it."""
    set_at: Mapped[datetime]
    code_secret_sealed: Mapped[Cipher]
    """Of the codes; empty while none are asked for."""
    next_secret_sealed: Mapped[Cipher]
    """Offered, and not confirmed by a code yet."""
    code_since: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)
    """The step whose code was used last."""

    code_secret = Sealed(str)
    next_secret = Sealed(str)

    @property
    def asks_code(self) -> bool:
        """Whether signing in takes a code besides."""
        return bool(self.code_secret_sealed)


class RecoveryCode(Base):
    """A code for the day on which the phone is lost; only its hash is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]


def of_staff(who: str) -> Select[int, str]:
    """(person, hash) of the active staff with a passphrase who may be meant by a name or a whole phone number."""
    digits = plain_phone(who)
    by_phone = Person.phone.is_found("whole", digits if len(digits) >= _WHOLE_PHONE else "")
    staff = exists(Grant.id).where(Grant.person_id == Person.id, Grant.role.in_(STAFF_ROLES))
    return (
        select(Credential.person_id, Credential.hash)
        .join(Person, Person.id == Credential.person_id)
        .where(
            Person.status == Status.ACTIVE,
            staff,
            or_(Person.name.in_({who.strip(), normal(who)}), by_phone),
        )
        .limit(2)
    )


def credential_of(person_id: int) -> Select[Credential]:
    """Somebody's passphrase; locked until the transaction ends, so that a code is used once."""
    return select(Credential).where(Credential.person_id == person_id).with_for_update()


def second_factor_of(person_id: int) -> Select[bytes]:
    """A row where somebody has set a passphrase: the secret of the codes, sealed; empty where none are asked for."""
    return select(Credential.code_secret_sealed).where(Credential.person_id == person_id)


def all_recovery_codes(person_id: int) -> Select[RecoveryCode]:
    """Used ones too: what a new set replaces."""
    return select(RecoveryCode).where(RecoveryCode.person_id == person_id)


def recovery_codes(person_id: int) -> Select[RecoveryCode]:
    """The recovery codes of a person that were not used."""
    return all_recovery_codes(person_id).where(RecoveryCode.used_at.is_(None))


def new_secret() -> str:
    """A secret for a phone: 160 bits in base 32, as RFC 4226 asks for."""
    import pyotp  # only who has set up a phone needs it (decision 43)

    return str(pyotp.random_base32())


def address_for_phone(secret: str, name: str, issuer: str) -> str:
    """What the QR code says to the phone."""
    import pyotp

    maker = pyotp.TOTP(secret, interval=STEP)
    return str(maker.provisioning_uri(name=name, issuer_name=issuer))


def step_of(secret: str, code: str, real: datetime) -> int | None:
    """The step whose code this is, within the clock's slack; None for any other code."""
    import pyotp

    digits = _bare(code)
    now = int(real.timestamp()) // STEP
    maker = pyotp.TOTP(secret, interval=STEP)
    found = None
    for step in (now + off for off in AROUND):
        if hmac.compare_digest(maker.at(step * STEP).encode(), digits.encode()):
            found = step
    return found


@dataclass(frozen=True, slots=True)
class Second:
    """What a typed code is good for, looked up and not used yet."""

    asked: bool
    """Whether a code is asked for at all."""
    step: int | None
    recovery: RecoveryCode | None

    @property
    def fits(self) -> bool:
        """Whether this is the second factor, or none is asked for."""
        return not self.asked or self.step is not None or self.recovery is not None


def second_of(
    known: Credential | None, left: Sequence[RecoveryCode], code: str, real: datetime
) -> Second:
    """The same work whoever is meant, nobody too: how long it takes tells nothing."""
    asked = known is not None and known.asks_code
    secret = known.code_secret if known is not None and asked else _NOBODYS
    step = step_of(secret, code, real)
    if not asked or known is None or (step is not None and step <= known.last_step):
        step = None
    wanted = _hash(_bare(code).upper())
    fitting = [one for one in left if hmac.compare_digest(one.code_hash, wanted)]
    return Second(asked, step, fitting[0] if asked and fitting else None)


def use(known: Credential, second: Second, real: datetime) -> str:
    """Use it up, so that it counts once; how somebody came in."""
    if second.step is not None:
        known.last_step = second.step
    elif second.recovery is not None:
        second.recovery.used_at = real
        return "signin.recovery"
    return "signin.in"


def new_recovery_codes(person_id: int) -> tuple[list[RecoveryCode], list[str]]:
    """A fresh set, and how each is shown, once: "K7MF-3XQP-…"."""
    rows, shown = [], []
    for _ in range(RECOVERY_CODES):
        code = "".join(secrets.choice(SIGNS) for _ in range(RECOVERY_LENGTH))
        rows.append(RecoveryCode(person_id=person_id, code_hash=_hash(code)))
        parts = (code[at : at + _GROUP] for at in range(0, RECOVERY_LENGTH, _GROUP))
        shown.append("-".join(parts))
    return rows, shown


_NOBODYS: Final = "A" * 32
"""A secret for whoever has none: see `second_of`."""


def _bare(code: str) -> str:
    """A code as it was typed: width, spaces and hyphens aside."""
    return _JOINTS.sub("", unicodedata.normalize("NFKC", code))


def _hash(code: str) -> str:
    return sha256(f"yure:recovery:{code}".encode()).hexdigest()
