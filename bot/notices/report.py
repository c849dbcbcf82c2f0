"""How a notice stands: each recipient in exactly one state, the states sum to the audience."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain import notices
from bot.domain.base import Refused
from bot.domain.mail import Sending
from bot.domain.notices import (
    CALLED,
    PLANNED,
    REACHED,
    How,
    Notice,
    NoticeCall,
    NoticeReceipt,
    Outcome,
    State,
)
from bot.domain.people import Person
from bot.talk import Rows

WHY = {
    Sending.UNREACHABLE: "没有能收消息的手机",
    Sending.FAILED: "没发成",
    Sending.DOUBTFUL: "不知道收到没有",
    Sending.EXPIRED: "过了时候",
    Sending.WAITING: "一直没打开看",
}
STATE_WORDS = {
    "sent": "送到", CALLED: "电话告知", "waiting": "等打开", "queued": "排队", PLANNED: "待发",
    "unreachable": "要打电话", "doubtful": "不确定", "failed": "没发成", "expired": "过时", "held": "压着",
    "cancelled": "停发",
}  # fmt: skip
"""In the order in which a report names them."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody who must be called."""

    person_id: int
    number: str
    name: str
    row_key: str
    phone_sealed: bytes
    state: str
    reason: str
    tries: tuple[NoticeCall, ...] = ()
    """The calls made so far, the last one last."""

    @property
    def phone(self) -> str:
        """Opened when it is read: of a long list few are."""
        return Person.phone.unseal(self.row_key, self.phone_sealed)

    @property
    def why(self) -> str:
        """In words."""
        return WHY[Sending(self.state)]


@dataclass(frozen=True, slots=True)
class Report:
    """One notice in figures. `states` sums to `audience`; `read`: how many said 收到."""

    id: int
    state: State
    audience: int
    states: Mapping[str, int]
    not_reached: tuple[Missed, ...]
    read: int

    def words(self) -> str:
        """ "共91人：送到60，等打开20，要打电话7。说收到的58位。"."""
        parts = [
            f"{title}{self.states[state]}"
            for state, title in STATE_WORDS.items()
            if state in self.states
        ]
        return f"共{self.audience}人：{'，'.join(parts)}。说收到的{self.read}位。"


def report(rows: Rows, notice: Notice, *, calls: bool = True) -> Report:
    """Count it now; without `calls` those who must be called are not named."""
    states = dict(rows.all(notices.tally(notice.id)))
    if notice.expanded_at is None:
        left = rows.all(notices.without_row(notice))[0]
        if left:
            state = state_without_row(notice)
            states[state] = states.get(state, 0) + left
    read = rows.all(notices.receipts(notice.id))[0]
    total = sum(states.values())
    missed = call_list(rows, notice) if calls else ()
    return Report(notice.id, notice.state, total, states, missed, read)


def state_without_row(notice: Notice) -> str:
    """The state of those of the audience who are not in the outbox yet."""
    ended = notice.state in (State.CANCELLED, State.REJECTED)
    return Sending.CANCELLED.value if ended else PLANNED


def call_list(rows: Rows, notice: Notice) -> tuple[Missed, ...]:
    """Who has not got it and must be called, whom nobody tried first; nobody once it was stopped."""
    if notice.state is State.CANCELLED:
        return ()
    tries: dict[int, list[NoticeCall]] = {}
    for call in rows.all(notices.calls_of(notice.id)):
        tries.setdefault(call.person_id, []).append(call)
    found = [
        Missed(id_, number, name, key, phone, state.value, reason, tuple(tries.get(id_, ())))
        for id_, number, name, key, phone, state, reason in rows.all(notices.call_list(notice.id))
    ]
    # The sort is stable: of equal rank by 编号.
    return tuple(sorted(found, key=lambda one: one.tries[-1].id if one.tries else 0))


def receive(
    rows: Rows, people: list[Person], by: Person | None, since: datetime, now: datetime
) -> int:
    """These people say 收到 to what they got since then; a doubt is lifted by it. Returns how many notices."""
    found = rows.all(notices.unanswered([p.id for p in people], since))
    for row in found:
        if row.state is Sending.DOUBTFUL:
            row.state = Sending.SENT
    for notice_id, person_id in dict.fromkeys((row.notice_id, row.person_id) for row in found):
        rows.add(
            NoticeReceipt(
                notice_id=notice_id, person_id=person_id, at=now, by_id=by.id if by else None
            )
        )
    return len({row.notice_id for row in found})


def called(
    rows: Rows, notice: Notice, missed: Missed, by: Person, outcome: Outcome, now: datetime
) -> None:  # fmt: skip
    """How a call ended; who was told, or has somebody who passes it on, is off the list."""
    rows.add(
        NoticeCall(
            notice_id=notice.id, person_id=missed.person_id, by_id=by.id, at=now, outcome=outcome
        )
    )
    if outcome not in REACHED:
        return
    receipt = NoticeReceipt(
        notice_id=notice.id, person_id=missed.person_id, at=now, how=How.PHONE, by_id=by.id
    )
    if not rows.add_once(receipt):
        raise Refused(f"{missed.name}刚刚有人打通了，看下一位吧。")
