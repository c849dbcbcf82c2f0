"""The messages of a district: a quarter of them notices, the others what members said and were told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.domain.mail import Heard, Inbox, Mail, Outbox, Sending, heard_as, said_as
from bot.domain.notices import Notice, NoticeReceipt
from bot.domain.notices import State as NoticeState
from bot.talk import Reply
from tests.bench.district.town import Town, Values, evenly


def fill(town: Town) -> None:
    """All of them."""
    _notices(town)
    _talks(town)


def _notices(town: Town) -> None:
    """A quarter of all messages: notices to all members, spread over the two years."""
    count = max(2, town.size.messages // 4 // town.size.members)
    notices = [_notice(town, number, count) for number in range(1, count + 1)]
    town.write(Notice, notices)
    for notice in notices:
        if notice["state"] is NoticeState.SENT:
            town.write(Outbox, _recipients(town, notice))
            town.write(NoticeReceipt, _receipts(town, notice))


def _notice(town: Town, number: int, count: int) -> Values:
    at = evenly(number, count) - timedelta(hours=1)
    sent = number < count
    return {
        "id": number, "code": f"T{number:04d}", "text": f"第{number}次通知：明天上午停水，请您提前接好水。",
        "media": [], "text_hash": f"h{number}", "audience": "all", "audience_title": "全体", "scope": [],
        "public": number % 3 == 0, "by_id": town.administrator,
        "state": NoticeState.SENT if sent else NoticeState.PENDING,
        "reachable": town.size.members, "created_at": at, "confirmed_at": at, "starts_at": at,
        "expanded_at": at if sent else None, "approved_at": at if sent else None, "needs_approval": True,
        "approved_by_id": town.size.members + 2 if sent else None,
    }  # fmt: skip


def _recipients(town: Town, notice: Values) -> Iterator[Values]:
    words = Outbox.reply.seal(said_as("", notice["id"]), Reply(notice["text"]).values())
    for id_ in town.members:
        phone = id_ % 10 == 0
        state = town.random.choices((Sending.SENT, Sending.WAITING, Sending.FAILED), (90, 8, 2))[0]
        yield _mail(
            key=f"notice:{notice['id']}:0:{id_}", kind=Mail.NOTICE, lane=1, person_id=id_,
            channel="phone" if phone else "web", address="" if phone else f"a{id_}", notice_id=notice["id"],
            state=Sending.UNREACHABLE if phone else state, at=notice["starts_at"], sealed=words,
        )  # fmt: skip


def _receipts(town: Town, notice: Values) -> Iterator[Values]:
    for id_ in town.members:
        if town.random.random() < 0.6:
            at = notice["starts_at"] + timedelta(minutes=town.random.randint(1, 2000))
            how = "phone" if id_ % 10 == 0 else "chat"
            yield {"notice_id": notice["id"], "person_id": id_, "at": at, "how": how, "by_id": id_}


def _talks(town: Town) -> None:
    """The other messages: what members said, and what they were told."""
    left = town.size.messages * 3 // 4
    heard, said = left // 2, left - left // 2
    town.write(Inbox, (_heard(town, number, heard) for number in range(heard)))
    town.write(Outbox, (_said(town, number, said) for number in range(said)))


def _heard(town: Town, number: int, count: int) -> Values:
    id_, update = town.anybody(), f"u{number}"
    at = evenly(number, count)
    return {
        "channel": "web", "update_id": update, "address": f"a{id_}", "at": at, "media": [],
        **Inbox.text.values(heard_as("web", update), "学习日是哪天？"), "raw_sealed": b"",
        "state": Heard.DONE, "attempts": 1, "reason": "", "done_at": at,
    }  # fmt: skip


def _said(town: Town, number: int, count: int) -> Values:
    id_, key = town.anybody(), f"s{number}"
    at = evenly(number, count)
    kind = town.random.choice((Mail.ANSWER, Mail.ANSWER, Mail.REMINDER))
    state = town.random.choices((Sending.SENT, Sending.EXPIRED, Sending.DOUBTFUL), (985, 10, 5))[0]
    sealed = Outbox.reply.seal(said_as(key, None), _ANSWER)
    return _mail(
        key=key, kind=kind, lane=int(kind is Mail.REMINDER), person_id=id_, channel="web", address=f"a{id_}",
        notice_id=None, state=state, at=at, sealed=sealed,
    )  # fmt: skip


_ANSWER = Reply("下次学习日是12月10日(周四)上午9点，在一楼会议室。").values()


def _mail(*, at: datetime, sealed: bytes, **values: Any) -> Values:
    return {**values, "reply_sealed": sealed, "due_at": at, "created_at": at, "settled_at": at, "attempts": 1,
            "claimed_by": "", "reason": ""}  # fmt: skip
