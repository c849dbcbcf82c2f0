"""The audit log on the desk: filtered, paged by key, taken home; a coordinator sees what concerns the own branch."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select

from bot.cli.recording import CLOCKWORK
from bot.db import Database
from bot.domain import deeds
from bot.domain.base import Base
from bot.domain.deed_words import THING, WHERE, did_words, objects_words
from bot.domain.deeds import Deed, Wanted
from bot.domain.people import Grant, Person, Role
from bot.parts import Link, Links, Search, Table, Text
from bot.sheets import read_bytes
from handlers.audit.about import PLACES
from tests.conftest import NOON, Community
from tests.desk_house import Desk
from tests.desk_http import served
from tests.engines import community, url
from tests.operations import operations
from tests.tables import make_tables
from tests.test_cli_deeds import CHANGES, ELSEWHERE

__all__ = ["community", "url"]

OTHER = "双鹤社区离退休党支部"


@pytest.fixture
def town(community: Community) -> Community:
    """韦红梅 administers; 李敏 and 周兰 coordinate a branch each; each branch has a member."""
    community.person("韦红梅", Role.ADMINISTRATOR, address="a1")
    for name, branch in (("李敏", "三海街道离退休党支部"), ("周兰", OTHER)):
        staff = community.person(name, address=f"c{name}", branch=branch)
        community.add(Grant(person_id=staff.id, role=Role.COORDINATOR, branch_id=staff.branch_id))
    community.person("王秀英", address="m1")
    community.person("单建国", address="m2", branch=OTHER)
    pause(community, "李敏", "王秀英")
    community.clock.go(days=1)
    pause(community, "周兰", "单建国")
    return community


def who(town: Community, name: str) -> Person:
    found: Person = town.all(select(Person).where(Person.name == name))[0]
    return found


def pause(town: Community, by: str, name: str) -> None:
    form = {"id": str(who(town, name).id), "to": "paused", "was": "active", "reason": "住院"}
    Desk(town, by).press("members", "standing", **form)


def shown(town: Community, by: str, **query: str) -> list[tuple[Any, ...]]:
    return [row for t in Desk(town, by).of(Table, "audit", **query) for row in t.rows]


def test_a_deed_is_read_in_words_with_whose_it_was(town: Community) -> None:
    (row,) = shown(town, "韦红梅", who="李敏")
    assert row[1:5] == ("李敏", "网页", "会员：改在册状态", "王秀英")
    assert "在册变动" in row[5]


@pytest.mark.parametrize(
    ("query", "whose"),
    [
        ({}, ["单建国", "王秀英"]),
        ({"who": "周兰"}, ["单建国"]),
        ({"whose": "王秀英"}, ["王秀英"]),
        ({"did": "members"}, ["单建国", "王秀英"]),
        ({"did": "visits"}, []),
        ({"from": "2026-11-23"}, ["单建国"]),
        ({"to": "2026-11-22"}, ["王秀英"]),
        ({"from": "2026-11-23", "to": "2026-11-23", "who": "李敏"}, []),
    ],
)
def test_it_is_narrowed_by_who_whose_what_and_when(
    town: Community, query: dict[str, str], whose: list[str]
) -> None:
    assert [row[4] for row in shown(town, "韦红梅", **query)] == whose


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"who": "没有的人"}, "名册里没有"),
        ({"from": "昨天"}, "不是日子"),
        ({"from": "2026-11-23", "to": "2026-11-22"}, "早"),
    ],
)
def test_what_can_not_be_meant_is_refused(
    town: Community, query: dict[str, str], words: str
) -> None:
    page = Desk(town, "韦红梅").page("audit", **query)
    assert words in "".join(part.text for part in page if isinstance(part, Text))
    (search,) = [part for part in page if isinstance(part, Search)]
    assert query.items() <= {field.name: field.value for field in search.fields}.items()


def test_a_coordinator_sees_what_concerns_the_own_branch(town: Community) -> None:
    assert [row[4] for row in shown(town, "李敏")] == ["王秀英"]
    assert [row[4] for row in shown(town, "周兰")] == ["单建国"]
    assert shown(town, "李敏", whose="单建国") == []


def test_looks_have_a_page_of_their_own_by_the_same_reach(town: Community) -> None:
    Desk(town, "周兰").press("members", "look", id=str(who(town, "单建国").id), field="phone")
    assert [row[1:] for row in shown(town, "周兰", log="sights")] == [("周兰", "单建国", "电话")]
    assert shown(town, "李敏", log="sights") == []
    assert len(shown(town, "韦红梅", log="sights", whose="单建国")) == 1


def test_older_ones_follow_by_key_none_twice_and_none_left_out(town: Community) -> None:
    def many(session: Any) -> None:
        for n in range(120):
            at = town.clock() + timedelta(minutes=n // 40)
            session.add(Deed(at=at, by_id=None, via="command", did="x.y", objects=[f"x:{n}"]))

    town.house.db.write_now(many)
    seen, query = [], {"did": "x"}
    while query:
        parts = Desk(town, "韦红梅").page("audit", **query)
        seen += [row[5] for part in parts if isinstance(part, Table) for row in part.rows]
        query = next(older(parts), {})
    assert sorted(seen) == sorted(f"x{n}" for n in range(120))


def older(parts: Any) -> Iterator[dict[str, str]]:
    """The query of 再早的."""
    links = (link for part in parts if isinstance(part, Links) for link in part.links)
    for link in links:
        if isinstance(link, Link) and link.label == "再早的":
            yield dict(parse_qsl(urlsplit(link.to).query))


@pytest.mark.parametrize(
    "wanted", [Wanted(), Wanted(by_id=1), Wanted(person_id=1), Wanted(after=(NOON, 5))], ids=str
)
def test_a_page_of_the_log_is_read_by_an_index(tmp_path: Path, wanted: Wanted) -> None:
    db = Database(f"sqlite:///{tmp_path / 'plan.db'}")
    make_tables(db)
    query = deeds.deeds(wanted).limit(51).with_only_columns(Deed.id)
    sql = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    with db.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()
    db.close()
    assert "SCAN deed USING" in str(plan) or "SEARCH deed USING" in str(plan)


@pytest.mark.parametrize("name", ["xlsx", "csv"])
def test_what_is_taken_home_is_a_deed_and_holds_no_live_formula(town: Community, name: str) -> None:
    evil = town.add(Person(number="=1+1", name="=HYPERLINK(1)", created_at=town.clock()))
    town.add(
        Deed(at=town.clock(), by_id=None, via="command", did="=cmd", objects=[], person_id=evil.id)
    )
    with served(town) as opens:
        answer = opens("韦红梅").client.get(f"/desk/audit/{name}?did=%3Dcmd")
    assert answer.status_code == 200
    if name == "csv":
        assert answer.content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[1][3:5] == ["'=cmd", "'=HYPERLINK(1)"]
    else:
        assert b"<f>" not in answer.content
        assert read_bytes(answer.content).rows[1].cells[3:5] == ("=cmd", "=HYPERLINK(1)")
    taken = town.all(select(Deed).order_by(Deed.id))[-1]
    assert (taken.did, taken.by.name, taken.objects) == ("audit.export", "韦红梅", ["rows:1"])


def test_a_coordinator_takes_home_what_the_page_shows(town: Community) -> None:
    text = Desk(town, "李敏").file("audit", "csv").content.decode("utf-8-sig")
    assert "王秀英" in text
    assert "单建国" not in text


# ── its words ───────────────────────────────────────────────────────────────────────────────────


DONE = sorted(
    {op.name for op in operations() if op.kind in ("action", "dialog")}
    | {name.replace(" ", ".") for name in {*CHANGES, *ELSEWHERE} - CLOCKWORK}
    | {*deeds.SIGN_IN, "audit.export"}
)
NAMED = sorted({*Base.metadata.tables} - deeds.MACHINERY | {"outbox", "inbox", "web_session"})


@pytest.mark.parametrize("did", DONE)
def test_whatever_can_be_done_has_a_title(did: str) -> None:
    assert not re.search("[A-Za-z_]", did_words(did)), "say it in bot/domain/deed_words.py"


@pytest.mark.parametrize("table", NAMED)
def test_whatever_can_be_written_has_a_title(table: str) -> None:
    assert not re.search("[A-Za-z_]", objects_words([f"{table}:1"])), "bot/domain/deed_words.py"


def test_no_title_is_left_of_a_table_that_is_gone() -> None:
    assert {*THING} - {*Base.metadata.tables} == {"rows"}


def test_what_was_done_at_the_doors_is_read_as_a_sentence() -> None:
    assert did_words("signin.failed") == "登录没有成功"


def test_each_kind_of_deed_is_offered_once_and_finds_page_and_command() -> None:
    titles = [title for _, title in PLACES]
    assert len(titles) == len(set(titles))
    assert dict(PLACES)["branch"] == "支部"
    assert all(
        any(one.startswith(start) and WHERE[one] == title for start, title in PLACES)
        for one, title in WHERE.items()
    )
