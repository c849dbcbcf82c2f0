"""The product as processes that are killed: the short form of `tests/faults`."""

import http.client
import signal
import subprocess
import sys
from contextlib import closing
from datetime import time
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.telegram import CAN
from bot.domain.mail import Heard, Inbox, Mail, Outbox, Sending
from bot.now import real_now
from bot.outbox import Post, Quiet
from bot.talk import Note
from tests.botapi import BotApi
from tests.faults import instant, kills, power, refusing, stops, twins
from tests.faults.traffic import Page
from tests.faults.yure import FIRST, Yure, community, quiet, rows, wait
from tests.postgres import server
from tests.texts import DEADLY


def test_kill_9_under_traffic_loses_nothing_and_does_nothing_twice() -> None:
    found = kills.run(3, seed=1, engine="sqlite")
    assert found.heard > 10
    assert found.reminders >= 40
    assert not found.bad, found


def test_kill_9_of_one_of_several_processes_loses_nothing_and_does_nothing_twice() -> None:
    found = kills.run(3, seed=1, engine="postgresql")
    assert found.heard > 10
    assert found.reminders >= 40
    assert not found.bad, found


def test_reminders_due_at_one_instant_survive_a_kill() -> None:
    found = instant.run(1)
    assert not found.bad, found


def test_a_worker_that_stood_still_past_its_lease_doubles_no_notice() -> None:
    found = stops.run(1)
    assert found.held_by_sleeper
    assert not found.bad, found


def test_a_power_cut_loses_nothing_that_was_acknowledged() -> None:
    found, careless = power.run(20), power.run(10, careless=True)
    assert (found.cuts, found.bad) == (20, False), found
    assert not careless.bad, "the test would not see a loss"


def test_on_a_full_disk_nobody_gets_a_false_yes_and_with_room_all_goes_on() -> None:
    found = refusing.run(1, refusing.full)
    assert found.told_to_call == refusing.SAID
    assert not found.bad, found


def test_no_text_kills_on_any_channel(tmp_path: Path) -> None:
    with (
        BotApi() as api,
        closing(community(tmp_path / "data", "", len(DEADLY) + 1)) as house,
        Yure(api, tmp_path / "data", YURE_SENDING__CHAT_GAP="0") as yure,
    ):
        page = Page(yure.page)
        for n, words in enumerate(DEADLY):
            api.say(FIRST + n, words)
            assert page.say(words)[0] in (303, 409), ascii(words[:9])
        api.say(FIRST + len(DEADLY), "菜单")
        api.wait_sent(1, FIRST + len(DEADLY), within=30)
        wait(lambda: quiet(house), 30, "all are answered")
        heard = rows(house, select(Inbox.channel, Inbox.state))
        assert {state for _, state in heard} == {Heard.DONE}
        assert sum(channel == "telegram" for channel, _ in heard) == len(DEADLY) + 1
        assert {sent.chat for sent in api.sent()} == {FIRST + n for n in range(len(DEADLY) + 1)}
        assert page.say("您好")[0] == 303


def test_a_restart_of_postgresql_ends_no_process(tmp_path: Path) -> None:
    with (
        BotApi() as api,
        server().database() as url,
        closing(community(tmp_path / "data", url, 5)) as house,
        Yure(api, tmp_path / "data", url) as yure,
    ):
        page = Page(yure.page)
        assert page.say("您好")[0] == http.client.SEE_OTHER
        with page.follow():  # an open page looks for its answers all the time
            server().stop()
            told = page.say("记得住吗")
            for n in range(5):
                api.say(FIRST + n, "菜单")
            sleep(2.5)
            server().start()
            api.wait_sent(5, within=40)
        wait(lambda: quiet(house), 30, "all are answered")
        assert told[0] == http.client.SERVICE_UNAVAILABLE
        assert "暂时记不下" in told[1]
        assert yure.process is not None
        assert yure.process.poll() is None
        assert page.say("好了吗")[0] == http.client.SEE_OTHER


def broadcast(session: Session, post: Post, members: int) -> None:
    now = real_now()
    for n in range(1, members + 1):
        note = Note(n, "明天停水，请您提前接水。", f"n:{n}", Mail.NOTICE)
        post.note(session, note, now)


def test_sigterm_in_the_middle_of_a_broadcast_ends_within_five_seconds(tmp_path: Path) -> None:
    with BotApi(latency=0.3) as api, closing(community(tmp_path / "data", "", 300)) as house:
        # No quiet hours: the test must find people to write to at night too.
        post = Post({"telegram": CAN}, Quiet(time(0), time(0)))
        house.db.write_now(lambda s: broadcast(s, post, 300))
        yure = Yure(api, tmp_path / "data", YURE_SENDING__A_SECOND="30").start()
        try:
            api.wait_sent(1, within=20)
        finally:
            seconds = yure.end(signal.SIGTERM)
        left = select(func.count(Outbox.id)).where(Outbox.state == Sending.SENDING)
        assert rows(house, left)[0][0] == 0
    assert seconds < 5


def test_a_second_instance_is_refused_with_exit_code_3_and_the_reason(tmp_path: Path) -> None:
    with BotApi() as api, Yure(api, tmp_path / "data"):
        again = second(tmp_path / "data")
    assert again.returncode == 3
    assert "已经有一个余热" in again.stderr


def test_of_two_instances_started_at_once_one_is_refused() -> None:
    found = twins.run(0)
    assert not found.bad, found


def second(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "run", "--data", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_what_was_said_while_the_product_was_off_is_answered_after_the_start(
    tmp_path: Path,
) -> None:
    community(tmp_path / "data", "", 2).close()
    with BotApi() as api:
        api.say(FIRST, "菜单")
        start = monotonic()
        with Yure(api, tmp_path / "data"):
            wait(lambda: api.sent(FIRST), 20, "an answer")
        assert monotonic() - start < 20
