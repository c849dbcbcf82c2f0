"""会员 on the desk: who is found and by whom, one person's page, standings, cards."""

from urllib.parse import parse_qsl

import pytest
from sqlalchemy import select

from bot.domain.base import Refused
from bot.domain.correction import Correction, What
from bot.domain.imports import Doing, Kind, RosterImport, RosterImportLine, Stage
from bot.domain.people import Grant, Person, Role, Status, senders_of
from bot.parts import Code, Facts, Form, Heading, Links, Sheet, Table
from tests.conftest import Community
from tests.desk_house import Desk

OTHER = "双鹤社区离退休党支部"


@pytest.fixture
def town(community: Community) -> Community:
    """A coordinator of one branch; members of two."""
    community.branch(OTHER)
    staff = community.person("李敏", address="c1")
    community.add(Grant(person_id=staff.id, role=Role.COORDINATOR, branch_id=staff.branch_id))
    community.person("韦建国", address="m1", phone="13900005678")
    community.person("覃秀英")
    community.person("单建国", branch=OTHER)
    return community


@pytest.fixture
def desk(town: Community) -> Desk:
    return Desk(town, "李敏")


def names(desk: Desk, **query: str) -> list[str]:
    return [row[0] for row in desk.rows("members", **query)]


def number(town: Community, name: str) -> str:
    return str(town.all(select(Person).where(Person.name == name))[0].id)


@pytest.mark.parametrize(
    "words",
    [
        "韦",
        "韦建",
        "韦建国",
        "韋建國",
        "wjg",
        "WJ",
        "jg",
        "建国",
        "0002",
        "5678",
        "13900005678",
        "139 0000 5678",
        "+86 139-0000-5678",
    ],
)
def test_a_member_is_found_by_what_one_remembers(desk: Desk, words: str) -> None:
    assert names(desk, q=words) == ["韦建国"]


def test_a_surname_is_read_as_a_surname(desk: Desk) -> None:
    assert names(desk, q="qxy") == ["覃秀英"]


@pytest.mark.parametrize("words", ["张", "zzz", "9999", "%", "_", "{"])
def test_nobody_is_found_by_what_fits_nobody(desk: Desk, words: str) -> None:
    assert names(desk, q=words) == []


def test_the_list_shows_the_own_branch_only(desk: Desk) -> None:
    assert names(desk) == ["李敏", "韦建国", "覃秀英"]


def test_phones_are_masked_in_the_list(desk: Desk) -> None:
    assert "139****5678" in desk.rows("members", q="wjg")[0]


def test_filters_narrow_it_down(desk: Desk) -> None:
    assert names(desk, role="coordinator") == ["李敏"]
    assert names(desk, status="paused") == []


def test_a_long_list_has_pages(desk: Desk, town: Community) -> None:
    for place in range(60):
        town.person(f"黄{place}")
    assert len(names(desk, q="黄")) == 50
    (links,) = desk.of(Links, "members", branch=str(town.branch("三海街道离退休党支部").id))
    (link,) = links.links
    assert link.label == "下一页"
    asked = dict(parse_qsl(link.to.removeprefix("?")))
    assert asked.keys() == {"branch", "after"}
    assert len(names(desk, **asked)) == 13
    (back,) = desk.of(Links, "members", **asked)
    assert [link.label for link in back.links] == ["回到开头"]


def test_a_members_page_shows_all_that_belongs_to_it(desk: Desk, town: Community) -> None:
    id_ = number(town, "韦建国")
    (facts,) = desk.of(Facts, "members", id=id_)
    assert ("电话", "139****5678") in facts.pairs
    captions = [table.caption for table in desk.of(Table, "members", id=id_)]
    assert captions == [
        "手机和网页",
        "同意书",
        "学习和服务",
        "走访",
        "消息来往",
        "找过人的话",
        "每次改动",
        "谁看过电话和住址",
    ]


def test_what_a_members_page_is_opened_for_stands_above_its_lists(
    desk: Desk, town: Community
) -> None:
    id_ = number(town, "韦建国")
    page = desk.page("members", id=id_)
    lists = next(place for place, part in enumerate(page) if isinstance(part, Table))
    above = [link.to for part in page[:lists] if isinstance(part, Links) for link in part.links]
    assert f"/desk/visits?person={id_}" in above
    assert f"/desk/members?id={id_}&to=paused" in above


def test_nobody_opens_a_member_of_another_branch(desk: Desk, town: Community) -> None:
    with pytest.raises(Refused, match="不归您"):
        desk.page("members", id=number(town, "单建国"))
    with pytest.raises(Refused, match="不归您"):
        desk.press("members", "new_phone", id=number(town, "单建国"))


@pytest.mark.parametrize("id_", ["x", "99", "²", "-1", "9" * 30])
def test_a_wrong_number_is_answered_kindly(desk: Desk, id_: str) -> None:
    with pytest.raises(Refused, match="名册上没有"):
        desk.page("members", id=id_)


def test_what_follows_is_shown_before_somebody_is_paused(desk: Desk, town: Community) -> None:
    town.say("m1", "请人上门")
    id_ = number(town, "韦建国")
    assert [h.text for h in desk.of(Heading, "members", id=id_, to="paused")] == [
        "韦建国（0002）：在册 → 暂停"
    ]
    assert ("登记的手机", "1部，什么都收不到了") in desk.rows("members", id=id_, to="paused")


def test_somebody_is_paused_with_a_reason_and_taken_back(desk: Desk, town: Community) -> None:
    id_ = number(town, "韦建国")
    done = desk.press("members", "standing", id=id_, to="paused", was="active", reason="住院")
    assert done.text == "韦建国暂停了，从现在起什么都不发。"
    assert done.to == f"/desk/members?id={id_}"
    history = [row[1:] for row in table(desk, town, "韦建国", "每次改动")]
    assert history == [("李敏", "改为暂停", "住院")]
    desk.press("members", "standing", id=id_, to="active", was="paused", reason="出院")
    assert names(desk, status=Status.ACTIVE.value) == ["李敏", "韦建国", "覃秀英"]


def test_a_standing_changed_meanwhile_is_shown_first(desk: Desk, town: Community) -> None:
    id_ = number(town, "韦建国")
    desk.press("members", "standing", id=id_, to="moved", was="active", reason="迁往南宁")
    with pytest.raises(Refused, match="刚才有人"):
        desk.press("members", "standing", id=id_, to="paused", was="active", reason="住院")


@pytest.mark.parametrize(
    ("to", "reason", "why"), [("paused", " ", "写下原因"), ("gone", "x", "没有这种")]
)
def test_a_standing_needs_a_reason_and_a_name(
    desk: Desk, town: Community, to: str, reason: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        desk.press(
            "members", "standing", id=number(town, "韦建国"), to=to, was="active", reason=reason
        )


def test_a_new_phone_ends_the_old_one_and_shows_a_fresh_card(desk: Desk, town: Community) -> None:
    told, sheet, back = desk.press("members", "new_phone", id=number(town, "韦建国"))
    assert [link.to for link in back.links] == [f"/desk/members?id={number(town, '韦建国')}"]
    assert "原来的1部手机停用了" in told.text
    code = next(part for part in sheet.parts if isinstance(part, Code))
    assert "/in/" in code.data
    assert desk.rows("members", q="wjg")[0][-1] == "只有电话"


def with_kin(town: Community) -> str:
    """A member whose son acts for them on his own phone."""
    one = next(p for p in town.all(select(Person)) if p.name == "韦建国")
    town.bind(one, "son", relation="儿子")
    return str(one.id)


def kept(town: Community, id_: str) -> list[str]:
    return sorted(s.address for s in town.all(senders_of(int(id_))))


def test_which_devices_end_with_a_phone_is_shown_first(desk: Desk, town: Community) -> None:
    id_ = with_kin(town)
    rows = desk.rows("members", id=id_, phone="new")
    assert [(row[1], row[3]) for row in rows] == [("本人", "停用"), ("儿子", "照常用")]
    told, *_ = desk.press("members", "new_phone", id=id_)
    assert "原来的1部手机停用了。家里人的1部照常用。" in told.text
    assert kept(town, id_) == ["son"]


def test_a_relatives_device_ends_where_that_is_asked_for(desk: Desk, town: Community) -> None:
    id_ = with_kin(town)
    told, *_ = desk.press("members", "new_phone", id=id_, kin="1")
    assert "原来的2部手机停用了。新卡" in told.text
    assert kept(town, id_) == []


def test_a_device_that_came_meanwhile_is_shown_before_it_ends(desk: Desk, town: Community) -> None:
    id_ = number(town, "韦建国")
    (form,) = desk.of(Form, "members", id=id_, phone="new")
    seen = next(field.value for field in form.fields if field.name == "seen")
    with_kin(town)
    with pytest.raises(Refused, match="刚才有变动"):
        desk.press("members", "new_phone", id=id_, seen=seen)


@pytest.fixture
def bot_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YURE_TELEGRAM__BOT_NAME", "yure_bot")


@pytest.mark.usefixtures("bot_named")
def test_a_printed_card_also_opens_the_bot_that_is_configured(desk: Desk, town: Community) -> None:
    _, sheet, _ = desk.press("members", "new_phone", id=number(town, "韦建国"))
    pages, bot = (part.data for part in sheet.parts if isinstance(part, Code))
    assert pages.startswith("http://127.0.0.1:8000/in/")
    assert bot.startswith("https://t.me/yure_bot?start=")


def test_cards_are_made_for_those_without_a_phone(desk: Desk) -> None:
    parts = desk.press("cards", "make", whom="never")
    names = [part.parts[0].pairs[0][1] for part in parts if isinstance(part, Sheet)]
    assert names == ["覃秀英"]
    code = parts[1].parts[0].pairs[2][1]
    assert (len(code), code[4]) == (9, " ")
    assert "手机上打开 http://127.0.0.1:8000/chat ，" in str(parts[1].parts)
    assert len(desk.press("cards", "make", whom="all")) == 4
    with pytest.raises(Refused, match="没有人要做卡"):
        desk.press("cards", "make", whom="all", **{"from": "9999"})


@pytest.mark.parametrize(
    ("status", "word"), [(Status.DECEASED, "去世"), (Status.MOVED, "迁出"), (Status.PAUSED, "暂停")]
)
def test_no_card_for_who_is_gone_and_the_coordinator_reads_why(
    desk: Desk, town: Community, status: Status, word: str
) -> None:
    id_ = number(town, "韦建国")
    town.house.db.write_now(lambda s: setattr(s.get_one(Person, int(id_)), "status", status))
    with pytest.raises(Refused, match=f"韦建国现在是“{word}”，不能做登记卡。.*改为在册"):
        desk.press("members", "new_phone", id=id_)


# ── one person's page: what changed, what was said ──────────────────────────────────────────────


def table(desk: Desk, town: Community, name: str, caption: str) -> list[tuple[str, ...]]:
    """The rows of one table of a person's page."""
    found = desk.of(Table, "members", id=number(town, name))
    return [row for one in found if one.caption == caption for row in one.rows]


def test_a_deed_about_a_person_is_told_with_who_did_it(desk: Desk, town: Community) -> None:
    desk.press("members", "new_phone", id=number(town, "韦建国"))
    ((_, who, what, _),) = table(desk, town, "韦建国", "每次改动")
    assert (who, what) == ("李敏", "会员：换手机")


def test_an_import_and_a_correction_stand_in_the_history(desk: Desk, town: Community) -> None:
    one = town.all(select(Person).where(Person.name == "韦建国"))[0]
    at = town.clock()
    imported = town.add(RosterImport(by_id=1, at=at, stage=Stage.STORED, stored_at=at, sheet=[]))
    changes = {"name": "韦建国", "changes": [["address", "青年路8号", "建设路1号"]]}
    town.add(RosterImportLine(
        import_id=imported.id, row=2, kind=Kind.CHANGED, doing=Doing.STORED, person_id=one.id, plan=changes,
    ))  # fmt: skip
    asked = town.add(Correction(
        person_id=one.id, what=What.PHONE, new="13911112222", asked_by_id=one.id, at=at, due_on=at.date(),
    ))  # fmt: skip
    desk.press("corrections", "make", id=str(asked.id))
    done = [row[1:] for row in table(desk, town, "韦建国", "每次改动")]
    assert ("李敏", "导入名册", "改了住址") in done
    assert ("李敏", "更正电话", "本人提的") in done
    assert "建设路" not in str(done)
    assert not [row for row in table(desk, town, "覃秀英", "每次改动") if row[2] == "导入名册"]


def test_what_was_said_to_the_machine_is_nobodys_to_read(desk: Desk, town: Community) -> None:
    town.say("m1", "下次学习是哪天")
    town.say("m1", "找人帮忙")
    town.say("m1", "想问问补贴")
    both = table(desk, town, "韦建国", "消息来往")
    assert {row[1] for row in both} == {"我们", "本人"}
    page = str(desk.page("members", id=number(town, "韦建国")))
    assert "下次学习是哪天" not in page
    (asked,) = table(desk, town, "韦建国", "找过人的话")
    assert asked[1] == "想问问补贴"
    assert asked[2] == "还没有人接"
