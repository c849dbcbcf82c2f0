"""Notices on their way: each exactly once, stopped, confirmed, sent again, never left unread."""

# ruff: noqa: F811 - the fixtures of tests.notice_house are imported by name

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import notices as desk
from bot import outbox
from bot.domain.base import Refused
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.notices import Notice, NoticeReceipt, State, to_send_again
from bot.domain.people import Person, Sender, Status
from bot.notices.expand import Batch, Turns, chunk
from bot.now import real_now
from bot.outbox import Outcome
from bot.talk import Note
from tests.conftest import Community, labels
from tests.notice_house import (
    TEXT,
    doubtful,
    got,
    house,  # noqa: F401
    last,
    recipients,
    report,
    rows_do,
    say_yes,
    send,
    small,  # noqa: F401
    strict,  # noqa: F401
    turn,
    who,
    write,
)

# ── several on one phone ────────────────────────────────────────────────────────────────────────────


def test_a_couple_on_one_phone_gets_one_copy_and_both_count(house: Community) -> None:
    house.bind(house.person("韦小明"), "m1")
    send(house)
    assert len(got(house, "m1")) == 1
    assert report(house).states == {"sent": 2, "waiting": 2, "unreachable": 1}
    house.say("m1", "收到")
    assert report(house).read == 2


def test_a_chat_shared_by_two_gets_one_copy(house: Community) -> None:
    for name in ("韦小明", "韦小红"):
        house.bind(house.person(name), "77", "telegram")
    send(house)
    wanted = outbox.Wanted("w", "telegram", 30, 30)

    def claim() -> list[outbox.Outgoing]:
        return house.house.db.write_now(
            lambda s: outbox.claim(s, wanted, house.clock(), real_now())
        )

    (first,) = claim()
    assert claim() == []
    house.house.db.write_now(lambda s: outbox.settle(s, first.id, Outcome.SENT, real_now()))
    assert claim() == []
    states = [(row.state, row.reason) for row in recipients(house) if row.channel == "telegram"]
    assert states == [(Sending.SENT, ""), (Sending.SENT, "same_device")]


# ── stopping ───────────────────────────────────────────────────────────────────────────────────────


def test_undo_takes_back_what_nobody_fetched(house: Community) -> None:
    send(house)
    got(house, "m1")
    house.say("c1", "撤销")
    house.say("c1", "撤销它")
    assert got(house, "m2") == []
    assert report(house).states == {"sent": 1, "cancelled": 3}


def test_stopping_from_the_report(house: Community) -> None:
    send(house)
    house.say("c1", "通知进度")
    assert "停了" in house.say("c1", "停发")[-1].text
    assert got(house, "m1") == []


def test_a_paused_member_gets_nothing_from_that_second_on(house: Community) -> None:
    send(house)
    person = who(house, "王秀英")
    house.house.db.write_now(lambda s: setattr(s.get(Person, person.id), "status", Status.PAUSED))
    assert got(house, "m1") == []
    assert report(house).states["cancelled"] == 1


# ── exactly once ───────────────────────────────────────────────────────────────────────────────────


def expand(house: Community, size: int, most: int) -> None:
    """`most` chunks of `size`, each in a transaction of its own, and then the process dies."""
    for _ in range(most):

        def one(session: Any) -> bool:
            notice = session.get(Notice, last(house).id)
            notice.state = State.SENDING
            return chunk(session, Batch(notice, house.house.post, "三海街道", house.clock()), size)

        house.house.db.write_now(one)


def test_a_restart_in_the_middle_reaches_each_exactly_once(house: Community) -> None:
    for n in range(87):
        house.person(f"党员{n}", address=f"x{n}")
    write(house, TEXT, "全体在册", "现在发", "不放", "对")
    say_yes(house)
    expand(house, 10, 4)
    assert len(recipients(house)) == 40
    turn(house)
    assert Counter(row.person_id for row in recipients(house)).most_common(1)[0][1] == 1
    assert report(house).audience == len(recipients(house)) == 91


def test_a_kill_before_the_place_was_kept_doubles_nobody(house: Community) -> None:
    write(house)
    expand(house, 2, 1)
    house.house.db.write_now(lambda s: setattr(s.get(Notice, 1), "cursor", 0))
    turn(house)
    assert len(recipients(house)) == 4


def test_the_bulk_insert_chooses_addresses_as_the_post_does(house: Community) -> None:
    """Own before a relative's, last seen first; blocked, ended and long unseen ones never."""
    now, post = house.clock(), house.house.post
    cases: list[list[dict[str, Any]]] = [
        [],
        [{"channel": "web"}],
        [{"channel": "web", "seen_at": now - timedelta(days=31)}],
        [{"channel": "web", "seen_at": now - timedelta(days=31)}, {"channel": "telegram"}],
        [{"channel": "telegram", "unreachable_at": now}],
        [{"channel": "telegram", "relation": "儿子"}, {"channel": "web"}],
        [{"channel": "telegram", "ended_at": now}, {"channel": "terminal"}],
        [{"channel": "wechat"}],
        [{"channel": "telegram", "seen_at": now - timedelta(days=2)}, {"channel": "web", "seen_at": now}],
    ]  # fmt: skip
    for n, senders in enumerate(cases):
        person = house.person(f"党员{n}")
        for k, values in enumerate(senders):
            base = {"address": f"a{n}-{k}", "person_id": person.id, "bound_at": now}
            house.add(Sender(**base | values))
    send(house)
    for row in recipients(house):
        assert (row.channel, row.address) == _by_post(house, post, row), row.person_id


def _by_post(house: Community, post: outbox.Post, row: Outbox) -> tuple[str, str]:
    def job(session: Any) -> tuple[str, str]:
        sender = post.reach(session, session.get(Person, row.person_id), house.clock())
        return (sender.channel, sender.address) if sender else (outbox.PHONE, "")

    return house.house.db.read_now(job)


def test_the_bulk_insert_writes_the_row_that_a_note_writes(house: Community) -> None:
    """Everything but key, person and address is what `Post.note` would have stored."""
    send(house)
    row = recipients(house)[0]
    reply = desk.reply_of(last(house), "社区居委会")
    note = Note(
        row.person_id or 0, reply.text, "other", Mail.NOTICE, choices=reply.choices, notice_id=1
    )
    other = house.house.db.write_now(lambda s: house.house.post.note(s, note, row.created_at))
    skip = {"id", "key", "settled_at", "reply_sealed"}
    columns = [c.name for c in Outbox.__table__.columns if c.name not in skip] + ["reply"]
    assert [getattr(row, c) for c in columns] == [getattr(other, c) for c in columns]


def test_who_reads_traditional_characters_gets_them(house: Community) -> None:
    house.person("区伯", address="t1", traditional=True)
    send(house, "请备好饮用水。")
    assert "請備好飲用水" in got(house, "t1")[0]


# ── who has it ─────────────────────────────────────────────────────────────────────────────────────


def test_a_button_records_that_it_was_read(house: Community) -> None:
    send(house)
    got(house, "m1")
    assert "谢谢您" in house.say("m1", "收到")[-1].text
    assert report(house).read == 1


def test_saying_it_twice_is_one_receipt(house: Community) -> None:
    send(house)
    got(house, "m1")
    house.say("m1", "收到")
    assert house.say("m1", "收到")[-1].text == "好的。您有事随时说。"
    assert len(house.all(select(NoticeReceipt))) == 1


def test_it_is_only_politeness_without_a_notice(house: Community) -> None:
    assert house.say("m1", "收到")[-1].text == "好的。您有事随时说。"


def test_a_relative_confirms_for_a_member(house: Community) -> None:
    son = house.person("陆家明", address="s1")
    house.bind(who(house, "陆秀兰"), "s1", relation="儿子")
    send(house, TEXT, "某一位", "陆秀兰", "现在发", "对")
    got(house, "s1")
    house.say("s1", "收到")
    (receipt,) = house.all(select(NoticeReceipt))
    assert (receipt.person_id, receipt.by_id) == (who(house, "陆秀兰").id, son.id)


def test_a_doubt_is_shown_and_waits_for_a_person(house: Community) -> None:
    doubtful(house)
    assert report(house).states["doubtful"] == 1
    assert "苏大姐" in [m.name for m in report(house).not_reached]


def test_a_receipt_lifts_a_doubt(house: Community) -> None:
    doubtful(house)
    house.say("t9", "收到", channel="telegram")
    assert "doubtful" not in report(house).states


def test_sending_again_reaches_only_those_who_have_not_got_it(house: Community) -> None:
    send(house)
    got(house, "m1")
    house.bind(who(house, "陆秀兰"), "m4")
    for words in ("通知进度", "再发一次", "再发"):
        replies = house.say("c1", words)
    assert "再发给1位" in replies[-1].text
    turn(house)
    assert (len(got(house, "m4")), got(house, "m1")) == (1, [])
    assert report(house).states == {"sent": 2, "waiting": 2}


def test_who_left_the_roster_is_not_counted_for_sending_again(house: Community) -> None:
    notice = send(house)
    gone = who(house, "陆秀兰")
    house.house.db.write_now(lambda s: setattr(s.get(Person, gone.id), "status", Status.DECEASED))
    left = rows_do(house, lambda rows: rows.all(to_send_again(notice.id, doubtful=True)))
    assert gone.id not in left


def test_in_doubt_it_is_sent_again_only_if_a_person_says_so(house: Community) -> None:
    doubtful(house)
    for words in ("通知进度", "再发一次"):
        replies = house.say("c1", words)
    assert labels(replies[-1]) == ["也发", "不发"]
    for words in ("也发", "再发"):
        house.say("c1", words)
    turn(house)
    assert report(house).states["queued"] == 1
    assert len([r for r in recipients(house) if r.address == "t9"]) == 2


def test_there_is_nobody_to_send_it_to_again(house: Community) -> None:
    notice = send(house, TEXT, "某一位", "韦建国", "现在发", "对")
    with pytest.raises(Refused, match="没有要再发的人"):
        rows_do(
            house,
            lambda rows: desk.send_again(
                rows, rows.get(Notice, notice.id), who(house, "李敏"), house.clock(), doubtful=True
            ),
        )


# ── unread ─────────────────────────────────────────────────────────────────────────────────────────


def test_unread_on_the_page_it_goes_to_the_next_channel(house: Community) -> None:
    both = house.person("甘叔", address="w1", channel="web")
    house.bind(both, "t1", "telegram")
    house.house.db.write_now(
        lambda s: setattr(s.scalar(select(Sender).where(Sender.address == "t1")), "seen_at", None)
    )
    send(house)
    house.clock.set("2026-11-22T22:10")
    turn(house)
    rows = [r for r in recipients(house) if r.person_id == both.id]
    assert [(r.channel, r.state) for r in rows] == [
        ("web", Sending.CANCELLED),
        ("telegram", Sending.QUEUED),
    ]
    assert report(house).audience == 5


def test_unread_without_another_channel_it_is_on_the_call_list_and_still_there(
    house: Community,
) -> None:
    house.person("甘叔", address="w1", channel="web")
    send(house)
    house.clock.go(hours=13)
    turn(house)
    assert "甘叔" in [m.name for m in report(house).not_reached]
    house.clock.set("2026-11-23T09:00")
    assert len(got(house, "w1", "web")) == 1
    assert "甘叔" not in [m.name for m in report(house).not_reached]


def test_within_twelve_hours_nobody_is_called(house: Community) -> None:
    house.person("甘叔", address="w1", channel="web")
    send(house)
    house.clock.go(hours=11)
    turn(house)
    assert [m.name for m in report(house).not_reached] == ["陆秀兰"]


def test_as_many_are_put_out_at_once_as_others_can_wait_for() -> None:
    turns = Turns(seconds=0.03, people=2000, least=500, most=6000)
    turns.learn(2000, 0.02)
    assert turns.people == 3000
    turns.learn(1200, 0.001)
    assert turns.people == 3000, "the last few say nothing"
    turns.learn(3000, 3.0)
    assert turns.people == 1500, "one that was held up halves it, no more"
    for _ in range(9):
        turns.learn(turns.people, 0.0)
    assert turns.people == 6000
