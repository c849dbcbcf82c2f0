"""Tables of visits: the visit itself, whom a coordinator invited to go, and all that happened to it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base
from bot.domain.keeping import Forgets, not_forgotten
from bot.domain.people import Person
from bot.domain.sealed import Cipher, RowKey, Sealed
from bot.domain.visits.slots import Half, HalfDay


class Reason(StrEnum):
    """Why somebody is visited. Source: 四必访/六必访 as branches practise them."""

    TALK = "talk"
    ILLNESS = "illness"
    HARDSHIP = "hardship"
    FESTIVAL = "festival"
    STUDY = "study"
    OTHER = "other"


REASON_TITLE = {
    Reason.TALK: "想有人聊聊",
    Reason.ILLNESS: "生病了",
    Reason.HARDSHIP: "有困难",
    Reason.FESTIVAL: "节日慰问",
    Reason.STUDY: "送学上门",
    Reason.OTHER: "别的事",
}


class State(StrEnum):
    """Where a visit stands."""

    REQUESTED = "requested"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DONE = "done"
    NOT_HOME = "not_home"
    CANCELLED = "cancelled"


OPEN = (State.REQUESTED, State.INVITED, State.ACCEPTED)
STATE_TITLE = {
    State.REQUESTED: "待请人",
    State.INVITED: "等答复",
    State.ACCEPTED: "有人去",
    State.DONE: "见到了",
    State.NOT_HOME: "没见到",
    State.CANCELLED: "取消了",
}


class Invited(StrEnum):
    """What became of an invitation."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class What(StrEnum):
    """What happened to a visit."""

    REQUESTED = "requested"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    DONE = "done"
    NOT_HOME = "not_home"
    CANCELLED = "cancelled"
    REOPENED = "reopened"
    NOTED = "noted"
    IDENTIFIED = "identified"
    ADDRESS_SHOWN = "address_shown"


_IS_OPEN = text("state IN ('requested', 'invited', 'accepted') AND person_id IS NOT NULL")


class Visit(Forgets, RowKey, Base):
    """One home visit. About a person on the roster, or somebody whom a neighbour could only name."""

    __tablename__ = "visit"
    __table_args__ = (
        # Asking five times makes one request, whatever devices are used at the same moment.
        Index(
            "uq_visit_open_person",
            "person_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_visit_state_due_on", "state", "due_on"),
        # When somebody was seen last is read from the index alone.
        Index("ix_visit_person_id_state_day", "person_id", "state", "day"),
        Index("ix_visit_state_closed_at", "state", "closed_at"),
        Index("ix_visit_created_at", "created_at"),
        not_forgotten("visit", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person_words: Mapped[str] = mapped_column(default="")
    """How the asker called somebody not found on the roster ("隔壁陈伯")."""
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"), index=True)
    """Whose coordinators see it: the person's branch, else the asker's."""
    reason: Mapped[Reason]
    words_sealed: Mapped[Cipher]
    """The asker's own words for a reason that has no name here."""
    health_note_sealed: Mapped[Cipher]
    """≤ 200 characters, only with a consent to "health"; never on a channel that is not private."""
    place_sealed: Mapped[Cipher]
    """Where, if not at the address on the roster."""
    day: Mapped[date] = mapped_column(index=True)
    half: Mapped[Half]
    due_on: Mapped[date]
    """The last day on which it is in time; afterwards it is overdue."""
    state: Mapped[State] = mapped_column(default=State.REQUESTED)
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Who accepted."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Who asked, by their registered device."""
    by_relation: Mapped[str] = mapped_column(default="self")
    """In which relation that device stands to `by_id` ("self", "儿子" …)."""
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    """The visit that found nobody at home and is made good by this one."""
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime]
    """When the time was agreed on last."""
    closed_at: Mapped[datetime | None]

    words = Sealed(str)
    health_note = Sealed(str)
    place = Sealed(str)

    person: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=[person_id])
    volunteer: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=[volunteer_id])
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])
    events: Mapped[list["VisitEvent"]] = relationship(
        cascade="all, delete-orphan", order_by="VisitEvent.id"
    )
    invitations: Mapped[list["VisitInvitation"]] = relationship(
        cascade="all, delete-orphan", order_by="VisitInvitation.id", back_populates="visit"
    )

    @property
    def slot(self) -> HalfDay:
        """When it takes place."""
        return HalfDay(self.day, self.half)

    @property
    def name(self) -> str:
        """Who is visited."""
        return self.person.name if self.person else self.person_words

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state in OPEN

    @property
    def asked(self) -> "VisitInvitation | None":
        """The invitation that waits for an answer."""
        return next((i for i in self.invitations if i.state is Invited.OPEN), None)


class VisitInvitation(Base):
    """A coordinator asked a volunteer to go; only the volunteer's own yes makes it theirs."""

    __tablename__ = "visit_invitation"
    __table_args__ = (Index("ix_visit_invitation_volunteer", "volunteer_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    state: Mapped[Invited] = mapped_column(default=Invited.OPEN)
    answered_at: Mapped[datetime | None]

    visit: Mapped[Visit] = relationship(lazy="joined", back_populates="invitations")
    volunteer: Mapped[Person] = relationship(lazy="joined", foreign_keys=[volunteer_id])


class VisitEvent(RowKey, Base):
    """One thing that happened to a visit: who, when, what, and how it stood afterwards."""

    __tablename__ = "visit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[What]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_relation: Mapped[str] = mapped_column(default="self")
    state: Mapped[State]
    day: Mapped[date]
    half: Mapped[Half]
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note_sealed: Mapped[Cipher]

    note = Sealed(str)
