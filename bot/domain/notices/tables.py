"""Tables of notices: what was written for whom, and who confirmed having got it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base
from bot.domain.people import Person


class NoticeSettings(BaseModel):
    """[notice] What a community decides about notices."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="通知")

    approval_above: int = Field(30, ge=0, title="超过多少人要第二个人批准")
    """A notice to more people needs a second coordinator, and a trial batch first."""
    trial: int = Field(5, ge=0, title="先发几人", description="写0就是不试。")
    """How many get it first; 0: no trial."""
    trial_pause: int = Field(60, ge=0, title="先发几人后，停几秒再发其余的")
    """Seconds of real time between the trial and the rest."""
    read_after_hours: int = Field(12, ge=1, le=240, title="网页上几小时没看，就换别的办法")
    """Not fetched from the page for so long: the next channel, else the call list."""
    approve_minutes: int = Field(30, ge=1, title="多少分钟没有第二个人批，就退回")
    """Nobody approved it for so long: it goes back to its writer, who asks again when somebody is there."""
    salutation: str = "同志"
    """What stands behind a name where {称呼} is written."""
    repeat_hours: int = Field(12, ge=0)
    """The same words to the same people within so long are warned about."""
    risky_words: tuple[str, ...] = (
        "转账", "汇款", "验证码", "银行卡", "密码", "保健品", "红包", "中奖", "投资", "理财",
    )  # fmt: skip
    """Words that swindlers use, too: a second look is asked for."""


class State(StrEnum):
    """Where a notice stands."""

    DRAFT = "draft"
    PENDING = "pending"
    APPROVED = "approved"
    TRIAL = "trial"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


STATE_TITLE = {
    State.DRAFT: "没发",
    State.PENDING: "待批",
    State.APPROVED: "等着发",
    State.TRIAL: "先发几位",
    State.SENDING: "发送中",
    State.PAUSED: "先停着",
    State.SENT: "已发",
    State.CANCELLED: "停发了",
    State.REJECTED: "没批准",
}
EDITABLE = (State.DRAFT, State.PENDING, State.APPROVED, State.REJECTED)
STARTED = (State.TRIAL, State.SENDING, State.PAUSED, State.SENT)
GOING = (State.APPROVED, State.TRIAL, State.SENDING)
"""The clock has something to do."""


class Notice(Base):
    """One notice: its words, its audience, who stands behind it and how far it has gone.

    Who gets it is not kept here: each recipient is a row of the outbox, keyed by notice, revision and person.
    """

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_state_starts_at", "state", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    """The short number that stands under the words, so that anybody can ask whether it is real."""
    text: Mapped[str]
    media: Mapped[list[Any]] = mapped_column(default=list)
    """[[kind, name, path], …]"""
    text_hash: Mapped[str] = mapped_column(index=True)
    audience: Mapped[str]
    """ "all", "branch:2&org:1,3", "member:17": conditions that all hold, with ids, not names."""
    audience_title: Mapped[str]
    scope: Mapped[list[Any]] = mapped_column(default=list)
    """Ids of the branches that the writer looks after; empty: all."""
    public: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Also shown on the public page, to everybody."""
    sign: Mapped[str] = mapped_column(default="", server_default="")
    """The organisation in whose name it goes out; empty: the office's own."""
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"), index=True)
    """The notice that it puts right; it goes to those who got that one."""
    corrects_code: Mapped[str] = mapped_column(default="", server_default="")
    """That one's code, by which readers know which is meant."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    reachable: Mapped[int] = mapped_column(default=0)
    """Counted when it was written."""
    by_phone: Mapped[int] = mapped_column(default=0)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    approved_hash: Mapped[str] = mapped_column(default="")
    """`digest` of what was approved; an edit makes it worthless."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it was not approved."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    starts_at: Mapped[datetime]
    """Calendar time."""
    trial: Mapped[int] = mapped_column(default=0)
    trial_until: Mapped[datetime | None]
    """Real time."""
    revision: Mapped[int] = mapped_column(default=0)
    """Grows each time it is sent again to those who have not got it."""
    again_doubtful: Mapped[bool] = mapped_column(default=False)
    """Whether this revision also goes to those of whom nobody knows."""
    cursor: Mapped[int] = mapped_column(default=0)
    """The id of the last person put into the outbox; a restart goes on from here."""
    expanded_at: Mapped[datetime | None]
    """When everybody had a row in the outbox: from then on the audience stands."""
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person] = relationship(lazy="joined", foreign_keys=[by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])

    @property
    def audience_size(self) -> int:
        """How many people it was written for."""
        return self.reachable + self.by_phone


class How(StrEnum):
    """How somebody confirmed having got a notice."""

    CHAT = "chat"
    PHONE = "phone"


class NoticeReceipt(Base):
    """One person has got one notice: said 收到, or was told on the phone."""

    __tablename__ = "notice_receipt"
    __table_args__ = (UniqueConstraint("notice_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    how: Mapped[How] = mapped_column(default=How.CHAT)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who said so: the person, a relative, or the coordinator who called."""


class Outcome(StrEnum):
    """How a call about a notice ended."""

    TOLD = "told"
    KIN = "kin"
    """Somebody at home passes it on."""
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


OUTCOME_TITLE = {
    Outcome.TOLD: "说到了", Outcome.KIN: "请家里人转告", Outcome.NO_ANSWER: "没打通",
    Outcome.WRONG_NUMBER: "号码不对",
}  # fmt: skip
REACHED = frozenset({Outcome.TOLD, Outcome.KIN})


class NoticeCall(Base):
    """One call to one person about one notice, however it ended."""

    __tablename__ = "notice_call"
    __table_args__ = (Index("ix_notice_call_notice_id_person_id", "notice_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    outcome: Mapped[Outcome]

    by: Mapped[Person] = relationship(lazy="joined", foreign_keys=[by_id])


class Move(StrEnum):
    """What somebody did with a notice."""

    WRITTEN = "written"
    EDITED = "edited"
    CONFIRMED = "confirmed"
    APPROVED = "approved"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    STOPPED = "stopped"
    AGAIN = "again"
    STUCK = "stuck"
    PAUSED = "paused"
    WENT_ON = "went_on"


MOVE_TITLE = {
    Move.WRITTEN: "写好", Move.EDITED: "改了", Move.CONFIRMED: "确认发送", Move.APPROVED: "批准",
    Move.REJECTED: "没批准", Move.LAPSED: "没人批，退回", Move.STOPPED: "停发", Move.AGAIN: "再发",
    Move.STUCK: "先发的没有一位确定收到，停在这里", Move.PAUSED: "先停一停", Move.WENT_ON: "接着发",
}  # fmt: skip


class NoticeMove(Base):
    """One thing that happened to a notice: who did what, when."""

    __tablename__ = "notice_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: the clock."""
    at: Mapped[datetime]
    move: Mapped[Move]
    detail: Mapped[str] = mapped_column(default="")
    """What was edited ("文字、时间"), why it was not approved, to how many it went again."""
    was: Mapped[str] = mapped_column(default="")
    """The words before they were edited; of what is sent again, when it went out before that (ISO, UTC)."""

    by: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=[by_id])
