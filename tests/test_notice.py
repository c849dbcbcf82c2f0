"""Notices end to end: coordinators in chat, the clock's turns, members on three channels."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import notices as desk
from bot import outbox
from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.notices import Notice, NoticeReceipt, State
from bot.domain.people import Grant, Person, Role, Sender, Status
from bot.notices.expand import Batch, chunk
from bot.now import real_now
from bot.outbox import Outcome
from bot.talk import Note
from tests.conftest import Community, labels

TEXT = "明天上午九点停水，请先备好水。"
OTHER_BRANCH = "双鹤社区离退休党支部"


@pytest.fixture
def house(community: Community) -> Community:
    """A coordinator c1 of everything, a second one c2; three members m1–m3 at the terminal, one with no phone."""
    for n, name in enumerate(("李敏", "黄志强"), 1):
        community.person(name, Role.COORDINATOR, address=f"c{n}")
    for n, name in enumerate(("王秀英", "韦建国", "覃桂芳"), 1):
        community.person(name, address=f"m{n}")
    community.person("陆秀兰", phone="07771234567")
    return community


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Community:
    """The same where more than two readers need an approval and the trial has two."""
    monkeypatch.setenv("YURE_NOTICE__APPROVAL_ABOVE", "2")
    monkeypatch.setenv("YURE_NOTICE__TRIAL", "2")
    house: Community = request.getfixturevalue("house")
    return house


def turn(house: Community, real: datetime | None = None) -> None:
    """Turns of the clock until there is nothing more to do at once."""
    post, settings, real = house.house.post, house.house.settings, real or real_now()

    def once(session: Any) -> bool:
        more = desk.tick(session, post, settings, house.clock(), real)
        return desk.escalate(session, post, settings, house.clock()) or more

    while house.house.db.write_now(once):
        pass


def write(house: Community, text: str = TEXT, *answers: str, by: str = "c1") -> str:
    """发通知 to all, now, confirmed; `answers` stand for those three. Returns the last reply's text."""
    for words in ("发通知", text, *(answers or ("全体在册", "现在发", "对"))):
        replies = house.say(by, words)
    return replies[-1].text


def send(house: Community, text: str = TEXT, *answers: str) -> Notice:
    """Written and expanded."""
    write(house, text, *answers)
    turn(house)
    return last(house)


def last(house: Community) -> Notice:
    found: Notice = house.all(select(Notice).order_by(Notice.id.desc()).limit(1))[0]
    return found


def recipients(house: Community) -> list[Outbox]:
    rows: list[Outbox] = house.all(
        select(Outbox).where(Outbox.kind == Mail.NOTICE).order_by(Outbox.id)
    )
    return rows


def report(house: Community, notice: Notice | None = None) -> desk.Report:
    notice = notice or last(house)
    return house.house.db.read_now(lambda s: desk.report(SessionRows(s), notice))


def got(house: Community, address: str, channel: str = "terminal") -> list[str]:
    """The notices that a member fetches."""
    return [reply.text for kind, reply in house.fetch(address, channel) if kind == "notice"]


def rows_do(house: Community, job: Any) -> Any:
    return house.house.db.write_now(lambda s: job(SessionRows(s)))


def who(house: Community, name: str) -> Person:
    person: Person = house.all(select(Person).where(Person.name == name))[0]
    return person


# ── writing ─────────────────────────────────────────────────────────────────────────────────────


def test_the_audience_is_counted_by_reach_before_anything_goes_out(house: Community) -> None:
    write(house, TEXT, "全体在册")
    replies = house.say("c1", "现在发")
    assert replies[0].text == f"【社区居委会】{TEXT}"
    assert "全体在册 3 可达, 1 电话" in replies[-1].text
    assert labels(replies[-1]) == ["对", "改一下"]
    assert not house.all(select(Notice))


def test_each_member_gets_it_once_with_its_number_and_a_button(house: Community) -> None:
    notice = send(house)
    (text,) = got(house, "m1")
    assert text == f"【社区居委会】{TEXT}\n（通知号{notice.code}）"
    assert got(house, "m1") == []


def test_states_sum_to_the_audience(house: Community) -> None:
    send(house)
    got(house, "m1")
    found = report(house)
    assert (found.audience, found.states) == (4, {"sent": 1, "waiting": 2, "unreachable": 1})


def test_who_has_no_phone_is_on_the_call_list(house: Community) -> None:
    send(house)
    (missed,) = report(house).not_reached
    assert (missed.name, missed.phone, missed.state) == ("陆秀兰", "07771234567", "unreachable")


def test_before_it_goes_out_everybody_is_planned(house: Community) -> None:
    write(house)
    assert report(house).states == {"planned": 4}


def test_a_person_with_many_hats_gets_it_once(house: Community) -> None:
    for role in (Role.VOLUNTEER, Role.COORDINATOR):
        house.add(Grant(person_id=who(house, "王秀英").id, role=role))
    send(house)
    assert len(got(house, "m1")) == 1


def test_one_branch_reaches_its_members_only(house: Community) -> None:
    house.person("莫大叔", address="n1", branch=OTHER_BRANCH)
    send(house, TEXT, "一个支部", OTHER_BRANCH, "现在发", "对")
    assert (len(got(house, "n1")), got(house, "m1")) == (1, [])


def test_volunteers_can_be_written_to(house: Community) -> None:
    house.person("农小妹", Role.VOLUNTEER, address="v1")
    send(house, TEXT, "志愿者", "现在发", "对")
    assert (len(got(house, "v1")), got(house, "m1")) == (1, [])


def test_one_person_can_be_written_to(house: Community) -> None:
    send(house, TEXT, "某一位", "韦建国", "现在发", "对")
    assert (len(got(house, "m2")), got(house, "m1")) == (1, [])


def test_a_name_that_two_have_is_asked_for_by_number(house: Community) -> None:
    house.person("王秀英", address="m9")
    assert "请写编号" in write(house, TEXT, "某一位", "王秀英")


def test_a_branch_coordinator_reaches_the_own_branch_only(house: Community) -> None:
    branch = house.branch(OTHER_BRANCH)
    person = house.person("莫大叔", address="n1", branch=OTHER_BRANCH)
    house.add(Grant(person_id=person.id, role=Role.COORDINATOR, branch_id=branch.id))
    write(house, by="n1")
    assert report(house).audience == 1


def test_a_member_cannot_write_notices(house: Community) -> None:
    assert "联络员" in house.say("m1", "发通知")[-1].text


def test_the_preview_can_be_changed(house: Community) -> None:
    write(house, TEXT, "全体在册", "现在发", "改一下", "文字", "改到后天停水。")
    assert house.say("c1", "对")[-1].text.startswith("第1号通知开始发了")
    assert last(house).text == "改到后天停水。"


def test_words_that_swindlers_use_ask_for_a_second_look(house: Community) -> None:
    write(house, "请把钱转账到这里", "全体在册")
    replies = house.say("c1", "现在发")
    assert "“转账”" in replies[-1].text
    assert labels(replies[-1]) == ["要发", "改文字"]


def test_after_a_second_look_the_words_can_be_changed(house: Community) -> None:
    write(house, "请把钱转账到这里", "全体在册", "现在发", "改文字")
    replies = house.say("c1", TEXT)
    assert replies[0].text == f"【社区居委会】{TEXT}"


def test_the_same_words_within_half_a_day_are_warned_about(house: Community) -> None:
    send(house)
    assert "12小时内已经发给其中4位" in write(house, TEXT, "全体在册", "现在发")


def test_the_same_words_a_day_later_are_no_matter(house: Community) -> None:
    send(house)
    house.clock.go(hours=13)
    house.clock.set("2026-11-23T10:00")
    assert "对吗？" in write(house, TEXT, "全体在册", "现在发")


def test_a_long_text_goes_out_whole(house: Community) -> None:
    send(house, "停水通知。" * 200)
    assert "停水通知。" * 200 in got(house, "m1")[0]


# ── when ────────────────────────────────────────────────────────────────────────────────────────


def test_a_notice_can_wait_for_its_hour(house: Community) -> None:
    assert "11月23日(周一)上午9点发" in write(house, TEXT, "全体在册", "明天上午9点", "对")
    turn(house)
    assert report(house).states == {"planned": 4}
    house.clock.set("2026-11-23T09:00")
    turn(house)
    assert len(got(house, "m1")) == 1


def test_an_hour_that_has_gone_is_refused(house: Community) -> None:
    assert "已经过了" in write(house, TEXT, "全体在册", "今天早上8点")


def test_at_night_a_notice_waits_for_the_morning(house: Community) -> None:
    house.clock.set("2026-11-22T22:30")
    write(house, TEXT, "全体在册")
    assert "夜里不打扰，11月23日(周一)早上7点发" in house.say("c1", "现在发")[-1].text
    house.say("c1", "对")
    turn(house)
    assert got(house, "m1") == []
    house.clock.set("2026-11-23T07:00")
    assert len(got(house, "m1")) == 1


# ── approval ────────────────────────────────────────────────────────────────────────────────────


def test_above_the_size_nothing_goes_out_before_a_second_yes(strict: Community) -> None:
    assert "请另一位联络员来批" in write(strict)
    turn(strict)
    assert (last(strict).state, recipients(strict)) == (State.PENDING, [])


def test_the_second_coordinator_is_told_and_approves_in_chat(strict: Community) -> None:
    write(strict)
    told = [reply for _, reply in strict.fetch("c2")]
    assert "请您看一看" in told[-1].text
    replies = strict.say("c2", "待批的通知")
    assert TEXT in replies[0].text
    assert labels(replies[-1]) == ["批准", "不批准"]
    assert "批准了" in strict.say("c2", "批准")[-1].text
    assert any("批准了第1号" in reply.text for _, reply in strict.fetch("c1"))


def test_the_writer_finds_nothing_to_approve(strict: Community) -> None:
    write(strict)
    assert strict.say("c1", "待批的通知")[-1].text == "现在没有要批的通知。"


def test_a_rejection_reaches_the_writer_with_its_reason(strict: Community) -> None:
    write(strict)
    for words in ("待批的通知", "不批准", "日期写错了"):
        strict.say("c2", words)
    assert last(strict).state is State.REJECTED
    assert any("日期写错了" in reply.text for _, reply in strict.fetch("c1"))


def test_an_edit_while_the_other_reads_asks_anew(strict: Community) -> None:
    write(strict)
    strict.say("c2", "待批的通知")
    for words in ("通知进度", "改文字", "改到后天停水。", "对"):
        strict.say("c1", words)
    assert "刚刚改过了" in strict.say("c2", "批准")[-1].text
    assert last(strict).state is State.PENDING
    assert "改到后天停水" in strict.say("c2", "待批的通知")[0].text


def test_without_a_second_coordinator_the_writer_is_told(strict: Community) -> None:
    two = who(strict, "黄志强")
    strict.house.db.write_now(lambda s: setattr(s.get(Person, two.id), "status", Status.PAUSED))
    assert "没有别的联络员能批" in write(strict)


def approved(strict: Community) -> Notice:
    write(strict)
    for words in ("待批的通知", "批准"):
        strict.say("c2", words)
    return last(strict)


def test_the_trial_goes_first_and_the_rest_after_the_pause(strict: Community) -> None:
    approved(strict)
    start = real_now()
    turn(strict, start)
    assert [row.state for row in recipients(strict)] == [Sending.WAITING] * 2
    turn(strict, start + timedelta(seconds=59))
    assert len(recipients(strict)) == 2
    turn(strict, start + timedelta(seconds=60))
    assert len(recipients(strict)) == 4


def test_a_stop_during_the_trial_spares_the_rest(strict: Community) -> None:
    approved(strict)
    turn(strict)
    got(strict, "m1")
    assert "已经有1位收到了" in [strict.say("c1", w) for w in ("撤销", "撤销它")][-1][-1].text
    turn(strict, real_now() + timedelta(hours=1))
    assert report(strict).states == {"sent": 1, "cancelled": 3}


# ── stopping ────────────────────────────────────────────────────────────────────────────────────


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


# ── exactly once ────────────────────────────────────────────────────────────────────────────────


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
    write(house, TEXT, "全体在册", "现在发", "对")
    write_approval(house)
    expand(house, 10, 4)
    assert len(recipients(house)) == 40
    turn(house)
    assert Counter(row.person_id for row in recipients(house)).most_common(1)[0][1] == 1
    assert report(house).audience == len(recipients(house)) == 91


def write_approval(house: Community) -> None:
    for words in ("待批的通知", "批准"):
        house.say("c2", words)


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
    skip = {"id", "key", "settled_at"}
    columns = [c.name for c in Outbox.__table__.columns if c.name not in skip]
    assert [getattr(row, c) for c in columns] == [getattr(other, c) for c in columns]


def test_who_reads_traditional_characters_gets_them(house: Community) -> None:
    house.person("区伯", address="t1", traditional=True)
    send(house, "请备好饮用水。")
    assert "請備好飲用水" in got(house, "t1")[0]


# ── who has it ──────────────────────────────────────────────────────────────────────────────────


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


def doubtful(house: Community) -> Outbox:
    """One recipient on Telegram of whom nobody knows whether it arrived."""
    house.person("苏大姐", address="t9", channel="telegram")
    send(house)
    row = next(r for r in recipients(house) if r.channel == "telegram")

    def job(session: Any) -> None:
        outbox.claim(session, "w", {"telegram": []}, house.clock(), real_now(), 9)
        outbox.settle(session, row.id, Outcome.DOUBTFUL, real_now())

    house.house.db.write_now(job)
    return row


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


# ── unread ──────────────────────────────────────────────────────────────────────────────────────


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


# ── the call list and the page ──────────────────────────────────────────────────────────────────


def test_a_call_is_recorded_and_the_list_gets_shorter(house: Community) -> None:
    send(house)
    assert "陆秀兰(0006)，电话07771234567" in house.say("c1", "通知电话")[-1].text
    assert "都打完了" in house.say("c1", "说到了")[-1].text
    assert report(house).states == {"waiting": 3, "called": 1}
    assert report(house).not_reached == ()


def test_who_could_not_be_got_stays_on_the_list(house: Community) -> None:
    house.person("玉奶奶", phone="13900002222")
    send(house)
    house.say("c1", "通知电话")
    assert "玉奶奶" in house.say("c1", "没打通")[-1].text
    assert len(report(house).not_reached) == 2


def test_the_list_shows_five_at_a_time(house: Community) -> None:
    for n in range(6):
        house.person(f"老人{n}", phone="07770000000")
    send(house)
    house.say("c1", "通知电话")
    reply = house.say("c1", "看名单")[-1]
    assert (reply.text.count("\n"), labels(reply)) == (4, ["往下看", "看好了"])
    assert "老人5" in house.say("c1", "往下看")[-1].text


def waiting(house: Community, name: str) -> list[str]:
    from handlers.notice.about import waits

    def job(session: Any) -> list[str]:
        return [w.title for w in waits(SessionRows(session), who(house, name), house.clock())]

    return house.house.db.read_now(job)


def test_what_waits_for_staff_is_listed(strict: Community) -> None:
    write(strict)
    assert (waiting(strict, "李敏"), waiting(strict, "黄志强")) == ([], ["有通知等您批"])


def test_an_unfinished_call_list_waits_for_staff(house: Community) -> None:
    send(house)
    assert waiting(house, "李敏") == ["第1号通知还有1位要打电话"]
