"""全停: what goes out to many stops for all processes at once, and only who may lets it go on; on both engines."""

# ruff: noqa: F811 - the fixtures of tests.engines stand before those of conftest

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from bot import outbox
from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.freeze import Freeze
from bot.domain.mail import Mail
from bot.domain.people import Role
from bot.notices import freeze, thaw
from bot.now import real_now
from bot.outbox import Wanted
from bot.parts import Press, Text
from bot.talk import Note, Reply
from handlers import FEATURES
from tests.commands import invoke
from tests.conftest import Community
from tests.desk_house import Desk
from tests.engines import community, url  # noqa: F401
from tests.notice_house import got, last, moved_in, recipients, rows_do, send, turn, who, write
from tests.test_checks import checks
from tests.web_house import house as web_house
from tests.web_house import sign_in, token


@pytest.fixture
def town(community: Community) -> Community:
    """c1 李敏 and c2 黄志强 coordinate, 韦主任 administers, 王秀英 is on Telegram."""
    house = moved_in(community)
    house.person("韦主任", Role.ADMINISTRATOR, address="a1")
    house.person("农大哥", address="1001", channel="telegram")
    return house


def stop(town: Community, by: str = "李敏") -> list[Note]:
    notes: list[Note] = rows_do(
        town, lambda rows: freeze(rows, who(town, by), "发错了", town.clock(), town.house.settings)
    )
    return notes


def put(town: Community, kind: Mail, name: str = "农大哥") -> None:
    note = Note(who(town, name).id, f"{kind.value}的话", f"key-{kind.value}", kind)
    town.house.db.write_now(lambda s: town.house.post.note(s, note, town.clock()))


def claimed(town: Community) -> list[str]:
    """What a sender takes, over and over, until there is nothing."""
    wanted, taken = Wanted("w", "telegram", 9, 9), []
    while found := town.house.db.write_now(
        lambda s: outbox.claim(s, wanted, town.clock(), real_now())
    ):
        taken += [one.reply.text for one in found]
        for one in found:
            town.house.db.write_now(lambda s, one=one: outbox.confirm(s, [one.id], real_now()))
    return taken


def test_notices_and_reminders_stop_and_all_else_goes_on(town: Community) -> None:
    stop(town)
    for kind in (Mail.NOTICE, Mail.REMINDER, Mail.VISIT, Mail.PERSON, Mail.ALARM):
        put(town, kind)
    answer = lambda s: town.house.post.answer(s, "a", "telegram", "1001", Reply("答"), town.clock())  # noqa: E731
    town.house.db.write_now(answer)
    assert sorted(claimed(town)) == sorted(["visit的话", "person的话", "alarm的话", "答"])
    rows_do(town, lambda rows: thaw(rows, who(town, "李敏"), town.clock(), town.house.settings))
    assert sorted(claimed(town)) == ["notice的话", "reminder的话"]


def test_a_page_that_fetches_gets_no_notice_either(town: Community) -> None:
    send(town)
    stop(town)
    assert got(town, "m1") == []
    rows_do(town, lambda rows: thaw(rows, who(town, "李敏"), town.clock(), town.house.settings))
    assert len(got(town, "m1")) == 1


def test_a_notice_written_meanwhile_waits(town: Community) -> None:
    stop(town)
    write(town)
    turn(town)
    assert recipients(town) == []
    rows_do(town, lambda rows: thaw(rows, who(town, "李敏"), town.clock(), town.house.settings))
    turn(town)
    assert len(recipients(town)) == last(town).audience_size


def test_who_did_not_set_it_cannot_lift_it_unless_administrator(town: Community) -> None:
    stop(town)
    with pytest.raises(Refused, match="李敏按的"):
        rows_do(
            town, lambda rows: thaw(rows, who(town, "黄志强"), town.clock(), town.house.settings)
        )
    rows_do(town, lambda rows: thaw(rows, who(town, "韦主任"), town.clock(), town.house.settings))
    with pytest.raises(Refused, match="没有全停"):
        rows_do(
            town, lambda rows: thaw(rows, who(town, "韦主任"), town.clock(), town.house.settings)
        )


def test_the_others_are_told_who_and_why(town: Community) -> None:
    told = stop(town)
    assert {note.person_id for note in told} == {who(town, n).id for n in ("黄志强", "韦主任")}
    assert "李敏按了全停（发错了）" in told[0].text


def test_of_many_presses_at_once_one_counts_and_the_others_read_whose(town: Community) -> None:
    me, results = who(town, "李敏"), []

    def press() -> None:
        try:
            town.house.db.write_now(
                lambda s: freeze(SessionRows(s), me, "", town.clock(), town.house.settings)
            )
            results.append("won")
        except Refused as no:
            results.append(str(no))

    threads = [threading.Thread(target=press) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert results.count("won") == 1
    assert all("李敏" in said for said in results if said != "won")
    assert len(town.all(Freeze.__table__.select())) == 1


def test_in_chat_one_word_stops_and_one_lets_go(town: Community) -> None:
    assert "全停了" in town.say("c1", "全停")[-1].text
    assert "李敏" in town.say("c2", "全停")[-1].text
    assert "请李敏或者管理员" in town.say("c2", "恢复发送")[-1].text
    assert "恢复了" in town.say("c1", "恢复发送")[-1].text
    assert "全停" not in town.say("m1", "全停")[-1].text


def test_on_the_page_the_switch_shows_to_whom_it_obeys(town: Community) -> None:
    desk = Desk(town, "李敏")
    desk.press("notices", "freeze")
    assert [p.action for p in desk.of(Press, "notices")] == ["thaw"]
    other = Desk(town, "黄志强")
    assert other.of(Press, "notices") == []
    assert any("请找李敏" in t.text for t in other.of(Text, "notices"))


def test_health_says_so_without_a_name(town: Community) -> None:
    stop(town)
    found = checks(town)["freeze"]
    assert found.alarm
    assert "全停" in found.trouble
    assert "李敏" not in found.trouble


def test_every_page_of_the_desk_says_so_until_it_is_lifted(tmp_path: Path) -> None:
    with web_house(tmp_path, *FEATURES) as home, home.browser() as browser:
        sign_in(browser, home.link(home.person("卢桂芳", Role.COORDINATOR)))
        page = browser.get("/desk/notices").text
        browser.post("/desk/notices/freeze", data={"form_token": token(page)})
        for path in ("/desk", "/desk/notices", "/desk/members"):
            assert "卢桂芳12月3日(周四)上午10点按了全停" in browser.get(path).text
        page = browser.get("/desk/notices").text
        browser.post("/desk/notices/thaw", data={"form_token": token(page)})
        assert "按了全停" not in browser.get("/desk").text


def test_by_command(tmp_path: Path) -> None:
    def yure(*words: str) -> Any:
        result = invoke([*words, "--data", str(tmp_path), "--json"])
        return json.loads(result.output) if not result.exception else str(result.exception)

    yure("members", "add", "韦小兰", "--role", "administrator")
    assert yure("notice", "freeze", "--as", "韦小兰") == {"frozen": True}
    assert "韦小兰" in yure("notice", "freeze", "--as", "韦小兰")
    assert yure("notice", "thaw", "--as", "韦小兰") == {"frozen": False}
