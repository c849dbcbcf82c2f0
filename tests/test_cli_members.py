"""`yure members …` as scripts and coordinators use it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.command import stamp
from PIL import Image
from sqlalchemy import select
from typer.testing import Result

from bot.domain.base import Refused
from bot.domain.people import Card
from bot.migrations import configuration
from tests.commands import invoke
from tests.conftest import Community
from tests.sheets import healthy

Run = Callable[..., Result]


@pytest.fixture
def members(tmp_path: Path) -> Run:
    """Run a command on a data folder of its own."""

    def run(*words: str) -> Result:
        return invoke(["members", *words, "--data", str(tmp_path)])

    return run


@pytest.fixture
def on(community: Community, members: Run) -> Run:
    """Run a command beside a running community."""
    with community.house.db.engine.begin() as connection:
        stamp(configuration(connection), "head")
    return members


def lines(result: Result) -> list[dict[str, Any]]:
    """The JSON documents printed; the command must have succeeded."""
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def refusal(result: Result) -> str:
    assert isinstance(result.exception, Refused)
    return str(result.exception)


def admin(run: Run) -> None:
    assert run("add", "韦红梅", "--role", "administrator").exit_code == 0


# ── import ──────────────────────────────────────────────────────────────────────────────────────


def test_import_says_what_is_new_changed_unchanged_missing_and_faulty(
    members: Run, tmp_path: Path
) -> None:
    path = healthy.xlsx(tmp_path / "roster.xlsx")
    expected = {"new": 2, "changed": 0, "unchanged": 0, "missing": 0, "faulty": [], "left": 0}
    assert lines(members("import", str(path), "--json")) == [expected]
    assert lines(members("import", str(path), "--json"))[0]["unchanged"] == 2


def test_a_dry_run_stores_nothing(members: Run, tmp_path: Path) -> None:
    path = healthy.xls(tmp_path / "roster.xls")
    assert lines(members("import", str(path), "--dry-run", "--json"))[0]["new"] == 2
    assert lines(members("list", "--json")) == []


def test_a_faulty_row_names_its_line_and_stores_nothing(tmp_path: Path) -> None:
    table = [*healthy.ROSTER, [3, "覃玉兰", "女", "1952年2月30日", "1976-01-01", 13700000000]]
    path = healthy.xlsx(tmp_path / "roster.xlsx", table)
    command = [sys.executable, "-m", "bot", "members"]
    where = ["--data", str(tmp_path / "data"), "--json"]
    done = subprocess.run(
        [*command, "import", str(path), *where], capture_output=True, text=True, check=False
    )
    (fault,) = json.loads(done.stdout)["faulty"]
    assert (done.returncode, fault["row"], fault["column"]) == (1, 5, "出生日期")
    assert "什么都没有存" in done.stderr
    listed = subprocess.run([*command, "list", *where], capture_output=True, text=True, check=True)
    assert listed.stdout == ""


def test_import_in_words_lists_faults_for_a_coordinator(members: Run, tmp_path: Path) -> None:
    table = [*healthy.ROSTER, [3, "", "女", "1952-02-03", "1976-01-01", 13700000000]]
    result = members("import", str(healthy.xlsx(tmp_path / "roster.xlsx", table)))
    assert "第5行 姓名：缺少姓名" in result.output


def test_a_missing_file_is_refused_kindly(members: Run) -> None:
    assert "找不到这个文件" in refusal(members("import", "nowhere.xlsx"))


# ── add ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_administrator_is_added_without_anybody(members: Run) -> None:
    (value,) = lines(members("add", "韦红梅", "--role", "administrator", "--invite", "--json"))
    assert (value["number"], value["roles"]) == ("0001", ["administrator"])
    assert len(value["code"]) == 8
    assert "/in/" in value["url"]


def test_afterwards_only_an_administrator_adds(members: Run) -> None:
    admin(members)
    assert "--as" in refusal(members("add", "王秀英", "--role", "member"))
    done = members("add", "王秀英", "--role", "member", "--as", "韦红梅")
    assert done.exit_code == 0
    assert "--as" in refusal(members("add", "李国强", "--role", "member", "--as", "王秀英"))


def test_a_coordinator_is_given_a_branch(members: Run) -> None:
    admin(members)
    more = ("--role", "coordinator", "--branch", "三海支部", "--as", "韦红梅", "--json")
    (value,) = lines(members("add", "陆志强", *more))
    assert (value["branch"], value["roles"]) == ("三海支部", ["coordinator"])


def test_a_namesake_is_added_only_on_purpose(members: Run) -> None:
    admin(members)
    assert "0001 韦红梅" in refusal(members("add", "韦红梅", "--role", "member", "--as", "0001"))
    done = members("add", "韦红梅", "--role", "member", "--as", "0001", "--namesake", "--json")
    assert lines(done)[0]["number"] == "0002"


def test_a_role_is_added_to_somebody_known_by_the_number(members: Run) -> None:
    admin(members)
    (value,) = lines(members("add", "0001", "--role", "volunteer", "--as", "0001", "--json"))
    assert value["roles"] == ["volunteer", "administrator"]


def test_an_unknown_branch_is_refused_with_the_known_ones(members: Run) -> None:
    admin(members)
    members("add", "陆志强", "--role", "member", "--branch", "三海支部", "--as", "0001")
    no = members("add", "李国强", "--role", "member", "--branch", "双鹤", "--as", "0001")
    assert "有：三海支部" in refusal(no)


# ── list, show, status ──────────────────────────────────────────────────────────────────────────


def test_list_gives_a_stable_document_a_person(community: Community, on: Run) -> None:
    community.person("王秀英", address="m1")
    assert lines(on("list", "--json")) == [
        {
            "number": "0001", "name": "王秀英", "branch": "三海街道离退休党支部", "status": "active",
            "roles": ["member"], "joined_on": "1976-12-26", "full_member_on": "1976-12-26",
            "born_on": "1948-03-05", "senders": [{"channel": "terminal", "id": "m1"}],
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "status"), [("pause", "paused"), ("moved", "moved"), ("deceased", "deceased")]
)
def test_a_status_is_changed_with_who_and_why(
    community: Community, on: Run, command: str, status: str
) -> None:
    community.person("王秀英")
    admin(on)
    (value,) = lines(on(command, "王秀英", "--reason", "住院", "--as", "韦红梅", "--json"))
    assert value["status"] == status
    (shown,) = lines(on("show", "王秀英", "--json"))
    (last,) = shown["history"]
    assert (last["status"], last["by"], last["reason"]) == (status, "韦红梅", "住院")


def test_one_who_moved_leaves_ninety_on_the_roster(community: Community, on: Run) -> None:
    for n in range(91):
        community.person(f"王秀{chr(0x4E00 + n)}")
    on("moved", "0091", "--reason", "随子女迁居")
    active = [one for one in lines(on("list", "--json")) if one["status"] == "active"]
    assert len(active) == 90


def test_resume_brings_somebody_back(community: Community, on: Run) -> None:
    community.person("王秀英")
    on("pause", "王秀英")
    assert lines(on("resume", "王秀英", "--json"))[0]["status"] == "active"


def test_members_do_not_change_anybodys_status(community: Community, on: Run) -> None:
    community.person("王秀英")
    community.person("韦建国")
    assert "不能办" in refusal(on("pause", "王秀英", "--as", "韦建国"))


def test_an_ambiguous_name_is_refused_with_the_numbers(community: Community, on: Run) -> None:
    community.person("王秀英")
    community.person("王秀英")
    assert "0001 王秀英、0002 王秀英" in refusal(on("pause", "王秀英"))


def test_show_masks_the_phone(community: Community, on: Run) -> None:
    community.person("王秀英")
    assert "138****1234" in on("show", "王秀英").output


# ── approve ─────────────────────────────────────────────────────────────────────────────────────


def ask(community: Community, name: str, tail: str = "1234") -> None:
    for words in ("登记", "同意", name, tail, "对"):
        community.say("s1", words)


@pytest.mark.parametrize("who", ["王秀英", "0001", "王秀音"])
def test_approve_finds_the_request_by_person_or_by_the_name_said(
    community: Community, on: Run, who: str
) -> None:
    community.person("王秀英")
    ask(community, "王秀音")
    (value,) = lines(on("approve", who, "--json"))
    assert value["senders"] == [{"channel": "terminal", "id": "s1"}]
    assert "登记好了" in community.fetch("s1")[0][1].text


def test_approve_without_a_request_is_refused(community: Community, on: Run) -> None:
    community.person("王秀英")
    assert "没有等着王秀英的登记" in refusal(on("approve", "王秀英"))


# ── cards ───────────────────────────────────────────────────────────────────────────────────────


def test_an_invited_member_registers_with_the_code(community: Community, on: Run) -> None:
    community.person("王秀英")
    (value,) = lines(on("invite", "王秀英", "--json"))
    assert set(value) == {"number", "name", "code", "url", "telegram"}
    assert value["telegram"] is None
    for words in (f"卡号 {value['code']}", "同意", "对"):
        replies = community.say("s1", words)
    assert "登记好了，王秀英" in replies[-1].text


def test_with_a_bots_name_the_card_has_a_link_that_opens_the_bot(
    community: Community, on: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YURE_TELEGRAM__BOT_NAME", "yure_bot")
    community.person("王秀英")
    (value,) = lines(on("invite", "王秀英", "--json"))
    assert value["telegram"] == f"https://t.me/yure_bot?start={value['code']}"
    assert "https://t.me/yure_bot?start=" in on("invite", "王秀英").output


def test_invite_all_makes_a_card_and_a_picture_for_everybody_on_the_roster(
    community: Community, on: Run, tmp_path: Path
) -> None:
    community.person("王秀英")
    community.person("韦建国")
    on("pause", "韦建国")
    values = lines(on("invite", "--all", "--qr", str(tmp_path / "qr"), "--json"))
    assert [value["name"] for value in values] == ["王秀英"]
    (picture,) = (tmp_path / "qr").iterdir()
    assert picture.name == "0001.png"
    with Image.open(picture) as image:
        assert image.width >= 250


def test_only_hashes_of_codes_are_kept(community: Community, on: Run) -> None:
    community.person("王秀英")
    (value,) = lines(on("invite", "王秀英", "--json"))
    (card,) = community.all(select(Card))
    assert value["code"] not in (card.code_hash, card.token_hash)


def test_revoked_cards_open_nothing(community: Community, on: Run) -> None:
    community.person("王秀英", address="m1")
    (value,) = lines(on("invite", "王秀英", "--json"))
    assert lines(on("revoke", "王秀英", "--devices", "--json"))[0] == {
        "number": "0001", "name": "王秀英", "cards": 1, "devices": 1,
    }  # fmt: skip
    community.say("s1", f"卡号 {value['code']}")
    assert "作废" in community.say("s1", "同意")[-1].text


def test_invite_needs_one_person_or_all(members: Run) -> None:
    assert members("invite").exit_code == 2


@pytest.mark.parametrize(
    "command",
    ["import", "add", "list", "show", "approve", "pause", "resume", "moved", "deceased", "invite",
     "revoke"],
)  # fmt: skip
def test_every_command_shows_an_example_and_where_the_data_are(members: Run, command: str) -> None:
    text = invoke(["members", command, "--help"]).output
    for word in ("Example: yure members", "--data", "--config", "--json"):
        assert word in text.replace("\n", "").replace("  ", " ") or word in " ".join(text.split())
