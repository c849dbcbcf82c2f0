"""/desk/calendar over a real HTTP server: looking, changing with what follows shown first, two at once, holidays."""

import csv
import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from sqlalchemy import select

from bot.domain.deeds import Deed
from bot.domain.mail import Mail
from bot.domain.people import Grant, Role
from bot.domain.schedule import CalendarException, CalendarRule, DayKind, HolidayYear, What
from tests.calendar_house import BRANCH, OTHER, queued, rule, said, talk, texts, tick
from tests.calendar_house import town as town
from tests.conftest import Community
from tests.desk_http import Browser, served
from tests.sheets import hostile, packed

Opens = Callable[[str], Browser]
HERE = "/desk/calendar"
SERVICE = f"{HERE}?day=rule%3A2%402026-12-10"
SPRING = (
    (date(2027, 2, 5), "春节", "放假"), (date(2027, 2, 8), "春节", "放假"), (date(2027, 2, 9), "春节", "放假"),
    (date(2027, 2, 10), "春节", "放假"), (date(2027, 2, 11), "春节", "放假"), (date(2027, 2, 12), "春节", "放假"),
    (date(2027, 2, 20), "春节", "上班"),
)  # fmt: skip


@pytest.fixture
def browser(town: Community) -> Iterator[Opens]:
    """Browsers of coordinators: 韦红梅 of all branches, 黄丽 of the other one, 陆明 of all."""
    rule(town, "20 15:00", DayKind.STUDY, branch=OTHER)
    town.person("陆明", Role.COORDINATOR, address="c3")
    theirs = town.person("黄丽", Role.VOLUNTEER, address="c2", branch=OTHER)
    town.add(Grant(person_id=theirs.id, role=Role.COORDINATOR, branch_id=town.branch(OTHER).id))
    with served(town) as opens:
        yield opens


@pytest.fixture
def page(browser: Opens) -> Browser:
    """韦红梅's browser."""
    return browser("韦红梅")


def decisions(town: Community) -> list[CalendarException]:
    found: list[CalendarException] = town.all(
        select(CalendarException).order_by(CalendarException.id)
    )
    return found


# ── looking ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("month", ["2026-06", "2026-07", "2026-08", "2026-09"])
def test_the_service_days_of_the_summer_stand_in_month_and_list(page: Browser, month: str) -> None:
    day = {"2026-06": 11, "2026-07": 9, "2026-08": 13, "2026-09": 10}[month]
    words = f"{int(month[5:])}月{day}日(周四)上午9点"
    listed = page.open(f"{HERE}?month={month}&list=1")
    assert f"{words} {BRANCH} 志愿服务日" in listed
    assert "志愿服务日1次" in listed
    sheet = page.open(f"{HERE}?month={month}")
    assert f" {day}日 上午9点志愿服务日 {BRANCH}" in sheet


def test_holidays_and_days_worked_instead_stand_in_the_month(page: Browser) -> None:
    words = page.open(f"{HERE}?month=2026-02")
    assert "17日 春节放假" in words
    assert "14日 调休上班" in words
    words = page.open(f"{HERE}?month=2027-02")
    assert "可能是春节（待确认）" in words
    assert "可能是假期，待确认" in words
    assert "2027年的放假安排还没有确认" in words


def test_today_is_marked_in_its_month_alone(page: Browser) -> None:
    assert "22日 今天 " in page.open(HERE)
    assert "今天 " not in page.open(f"{HERE}?month=2026-12").partition("2026年12月：")[2]


def test_months_are_turned_and_one_branch_is_chosen(page: Browser, town: Community) -> None:
    page.open(HERE)
    assert page.links("下个月") == [f"{HERE}?month=2026-12"]
    assert page.links("上个月") == [f"{HERE}?month=2026-10"]
    (theirs,) = page.links(OTHER)[:1]
    assert theirs == f"{HERE}?branch={town.branch(OTHER).id}"
    words = page.open(f"{theirs}&month=2026-12")
    assert "学习日1次。" in words
    assert f"{HERE}?month=2027-01&branch={town.branch(OTHER).id}" in page.links("下个月")


def test_what_waits_for_a_word_stands_above_the_month(page: Browser, town: Community) -> None:
    assert "等您定的" in page.open(HERE)
    assert "等您定的" not in page.open(f"{HERE}?branch={town.branch(OTHER).id}"), "of that branch"


def test_the_list_of_rules_names_the_year_of_a_day_in_another_one(
    page: Browser, town: Community
) -> None:
    rule(town, "yearly 07-01 09:00", DayKind.COLLECTIVE)
    assert "2027年7月1日、2028年7月1日" in page.open(f"{HERE}?rules=1")


@pytest.mark.parametrize("path", ["?month=2026-13", "?day=rule:1", "?rule=99", "?holidays=99"])
def test_an_address_that_names_nothing_says_so(page: Browser, path: str) -> None:
    page.open(HERE + path)
    assert page.status == 409
    assert 'role="alert"' in page.html


def test_a_coordinator_of_another_branch_sees_and_changes_nothing_here(
    browser: Opens, town: Community
) -> None:
    other = browser("黄丽")
    assert BRANCH not in other.open(f"{HERE}?month=2026-12")
    for path in (SERVICE, f"{HERE}?rule=2", f"{HERE}?branch=1"):
        other.open(path)
        assert other.status == 403
    other.open(HERE)
    token = other.form("/look").values
    form = {"form_token": _token(other), "day": "rule:2@2026-12-10", "reason": "不该"} | token
    answer = other.client.post(f"{HERE}/cancel", data=form)
    assert answer.status_code == 403
    assert decisions(town) == []


def _token(browser: Browser) -> str:
    browser.open(f"{HERE}?feeds=1")
    return browser.form("/feed").values["form_token"]


# ── one day ─────────────────────────────────────────────────────────────────────────────────────


def test_a_day_is_moved_with_what_follows_shown_first(page: Browser, town: Community) -> None:
    tick(town, "2026-12-07T09:00")
    town.fetch("m1")
    page.open(f"{SERVICE}&do=move")
    words = page.send("search", to="2026-12-15", at="", place="")
    assert "请留意：同一时间还有学习日（也在一楼会议室）。" in words
    assert "已经提醒过1位，会再告诉他们" in words
    assert decisions(town) == []
    words = page.send("/move", reason="会议室维修")
    assert "已经改期：12月10日(周四)的志愿服务日，改到12月15日(周二)。" in words
    assert "改期到12月15日 韦红梅，12月7日(周一)上午9点 会议室维修" in words
    tick(town, "2026-12-07T09:05")
    assert texts(queued(town, Mail.VISIT))[-1].startswith("志愿服务日改到12月15日(周二)")


@pytest.mark.parametrize(
    ("to", "why"), [("2026-11-20", "已经过去了"), ("2027-03-01", "太远了"), ("2026-12-10", "不用改")]
)  # fmt: skip
def test_a_new_day_that_cant_be_says_why(page: Browser, to: str, why: str) -> None:
    page.open(f"{SERVICE}&do=move")
    assert why in page.send("search", to=to, at="")
    assert not [one for one in page.forms() if one.action.endswith("/move")]


def test_a_day_is_cancelled_seen_as_cancelled_and_taken_back(
    page: Browser, town: Community
) -> None:
    talk(town, "m1", "我参加", "对")
    assert "有1位报了名、请了假或正要收到提醒，会告诉他们" in page.open(f"{SERVICE}&do=cancel")
    page.send("/cancel", reason="台风")
    assert "取消了：台风" in page.open(f"{HERE}?month=2026-12&list=1")
    for public in ("/schedule", "/p/board?month=2026-12"):
        assert "取消了，台风" in page.open(public), "who read of it there must read that it is off"
    page.open(SERVICE)
    assert "撤销了：12月10日的取消。" in page.send("/undo")
    assert "照常办" in texts(queued(town, Mail.VISIT))[-1]
    assert "12月10日" in said(town, "m1", "服务日")


def test_a_reason_is_needed_and_kept_words_are_not_lost(page: Browser, town: Community) -> None:
    page.open(f"{SERVICE}&do=cancel")
    assert "请写明原因" in page.send("/cancel", reason=" ")
    assert page.status == 409
    assert decisions(town) == []


def test_of_two_at_once_the_second_sees_what_the_first_did(browser: Opens, town: Community) -> None:
    first, second = browser("韦红梅"), browser("陆明")
    for one in (first, second):
        one.open(f"{SERVICE}&do=cancel")
    first.open(f"{SERVICE}&do=move")
    first.send("search", to="2026-12-10", at="15:00")
    first.send("/move", reason="上午会议室有人")
    words = second.send("/cancel", reason="台风")
    assert second.status == 409
    assert "刚才有人改过了，现在是12月10日(周四)下午3点的志愿服务日" in words
    assert [row.what for row in decisions(town)] == [What.MOVED]


def test_of_many_at_once_one_wins(browser: Opens, town: Community) -> None:
    page = browser("韦红梅")
    page.open(f"{SERVICE}&do=cancel")
    form = page.form("/cancel")
    many = [form.values | {"reason": f"台风{n}"} for n in range(20)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda values: page.client.post(form.action, data=values), many))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    assert len(decisions(town)) == 1


def test_a_day_is_planned_and_confirmed(page: Browser, town: Community) -> None:
    page.open(f"{HERE}?day=rule%3A1%402026-12-15&do=plan")
    page.send("/plan", topic="《实践论》", place="活动室")
    assert "在活动室，内容：《实践论》" in said(town, "m1", "学习日")
    page.open(f"{HERE}?day=rule%3A2%402027-02-11&do=keep")
    assert "照常办：2月11日" in page.send("/keep")
    assert "等您定的" not in page.open(HERE)


def test_the_sign_in_sheet_shows_who_came_and_who_is_on_leave(
    page: Browser, town: Community
) -> None:
    town.person("黄玉兰", address="m2")
    talk(town, "m1", "请假 腿疼", "对")
    town.clock.set("2026-12-15T08:50")
    town.say("m2", "签到")
    words = page.open(f"{HERE}?day=rule%3A1%402026-12-15")
    assert "应到2位，签到1位，报名0位，请假1位。" in words
    assert "王秀英 是 腿疼" in words


def test_an_event_is_added_with_what_it_meets_and_taken_back(
    page: Browser, town: Community
) -> None:
    page.open(f"{HERE}?add=1")
    words = page.send("search", branch="1", kind="event", to="2026-12-10", at="10:00", topic="联欢")
    assert "请留意：同一时间还有志愿服务日（也在一楼会议室）。" in words
    assert "加上了：12月10日，联欢。" in page.send("/add", reason="冬至")
    assert "12月10日(周四)上午10点 联欢" in said(town, "m1", "下个月安排")
    page.open(page.links("10点联欢")[0])
    assert "临时加 韦红梅" in page.words()
    page.send("/undo")
    assert "联欢" not in said(town, "m1", "下个月安排")


def test_an_event_without_a_name_is_not_added(page: Browser) -> None:
    page.open(f"{HERE}?add=1")
    assert "请写明是什么活动" in page.send(
        "search", branch="1", kind="event", to="2026-12-20", topic=""
    )


# ── rules ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("how", "fields", "text"),
    [
        ("nth", {"nth": "last", "weekday": "fri", "at": "15:00"}, "last fri 15:00"),
        ("days", {"days": "1，15"}, "1,15"),
        (
            "week",
            {"weekday": "mon", "weekday2": "wed", "on_holiday": "skip"},
            "mon,wed skip holidays",
        ),
        ("weeks", {"weeks": "2", "on": "2026-12-07"}, "every 2 weeks from 2026-12-07"),
        ("yearly", {"on": "2027-10-18", "until": "2030-12-31"}, "yearly 10-18 until 2030-12-31"),
        ("lunar", {"lunar_month": "9", "lunar_day": "9"}, "lunar 9-9"),
        ("once", {"on": "2026-12-24"}, "2026-12-24"),
        ("own", {"text": "每月第二个星期四 09:00，遇节假日顺延"}, "2nd thu 09:00 shift holidays"),
    ],
)
def test_a_rule_is_added_from_fields_with_its_next_days_shown_first(
    page: Browser, town: Community, how: str, fields: dict[str, str], text: str
) -> None:
    page.open(f"{HERE}?new={how}")
    words = page.send("search", branch="1", kind="event", topic="读书会", **fields)
    assert f"短写：{text}" in words
    assert "以后12次" in words or how == "once" or "until" in fields
    assert len(town.all(select(CalendarRule))) == 3
    page.send("/rule_add")
    row = town.all(select(CalendarRule).order_by(CalendarRule.id.desc()))[0]
    assert (row.rule, row.topic, row.branch.name) == (text, "读书会", BRANCH)
    assert "读书会" in page.open(f"{HERE}?rule={row.id}")
    assert "读书会" in page.open(f"{HERE}?rules=1")


def test_the_twelve_days_show_where_a_holiday_puts_them_and_what_they_meet(page: Browser) -> None:
    page.open(f"{HERE}?new=nth")
    words = page.send("search", branch="1", kind="service", nth="2nd", weekday="tue", at="09:00")
    assert "12月8日(周二)" in words
    page.open(f"{HERE}?new=days")
    words = page.send("search", branch="1", kind="service", days="15", at="10:00")
    assert "请留意，12月15日(周二)上午10点：同一时间还有学习日（也在一楼会议室）。" in words
    assert "只看了以后四个月的日子。" in words
    page.open(f"{HERE}?new=own")
    words = page.send("search", branch="1", kind="service", text="每年10月1日 09:00")
    assert "可能是假期，待确认" in words


@pytest.mark.parametrize(
    ("how", "fields", "why"),
    [
        ("own", {"text": "第二周的星期四"}, "第二"),
        ("days", {"days": "40"}, "1到31"),
        ("once", {"on": "2026-11-01"}, "一天也没有"),
        ("weeks", {"weeks": "2", "on": ""}, "请选一个日子"),
        ("own", {"text": "15 09:00", "kind": "study"}, "已经有这条规律"),
        ("own", {"text": "15 09:00", "kind": "event", "topic": " "}, "请写明是什么活动"),
    ],
)
def test_a_rule_that_cant_be_says_why_and_keeps_what_was_typed(
    page: Browser, how: str, fields: dict[str, str], why: str
) -> None:
    page.open(f"{HERE}?new={how}")
    asked = {"branch": "1", "kind": "event"} | fields
    assert why in page.send("search", **asked)
    assert page.form("search").values.items() >= fields.items()


def test_a_rule_rests_goes_on_and_ends_with_the_days_shown_first(
    page: Browser, town: Community
) -> None:
    talk(town, "m1", "我参加", "对")
    page.open(f"{HERE}?rule=2&do=pause")
    words = page.send("search", **{"from": "2026-12-01", "to": "2026-12-31"})
    assert "12月10日(周四)上午9点 三海街道离退休党支部志愿服务日 不办了" in words
    assert "有1位报了名、请了假或正要收到提醒" in words
    page.send("/rule_pause", reason="会议室装修")
    assert "取消了，请您别跑空：会议室装修" in texts(queued(town, Mail.VISIT))[0]
    page.open(f"{HERE}?rule=2&do=resume")
    page.send("search", **{"from": "2026-12-05"})
    assert "恢复了" in page.send("/rule_resume")
    assert "12月10日" in said(town, "m1", "服务日")
    page.open(f"{HERE}?rule=2&do=end")
    page.send("search", **{"from": "2026-12-31"})
    assert "到2026年12月31日为止" in page.send("/rule_end")


def test_a_rules_hour_and_place_are_edited_with_what_follows_shown_first(
    page: Browser, town: Community
) -> None:
    talk(town, "m1", "我参加", "对")
    words = page.open(f"{HERE}?edit=2")
    assert "以前的日子在月历上也照新的写" in words
    words = page.send("search", at="14:30", place="二楼活动室")
    assert "改成：志愿服务日，每月第二个星期四 下午2点半，在二楼活动室" in words
    assert "12月10日(周四)下午2点半 三海街道离退休党支部志愿服务日" in words
    assert "有1位报了名、请了假或正要收到提醒，会告诉他们" in words
    assert "以后12次" in words
    assert "改好了" in page.send("/rule_edit", reason="换地方")
    (told,) = texts(queued(town, Mail.VISIT))
    assert "改到12月10日(周四)下午2点半，在二楼活动室：换地方" in told
    assert "下午2点半" in said(town, "m1", "服务日")


def test_a_rule_edited_to_what_it_is_or_can_not_be_is_refused(page: Browser) -> None:
    page.open(f"{HERE}?edit=2")
    assert "跟原来一样，没有改。" in page.send("search", at="09:00")
    assert "改成" in page.send("search", at="10:00")


def test_of_two_who_edit_a_rule_the_second_sees_what_the_first_did(
    browser: Opens, town: Community
) -> None:
    first, second = browser("韦红梅"), browser("陆明")
    for one, at in ((first, "10:00"), (second, "11:00")):
        one.open(f"{HERE}?edit=2")
        one.send("search", at=at)
    first.send("/rule_edit")
    words = second.send("/rule_edit")
    assert "刚才有人改过了，现在是“志愿服务日，每月第二个星期四 上午10点" in words
    assert town.all(select(CalendarRule).where(CalendarRule.id == 2))[0].rule == "2nd thu 10:00"


def test_of_two_who_change_a_rule_at_once_the_second_sees_what_the_first_did(
    browser: Opens, town: Community
) -> None:
    first, second = browser("韦红梅"), browser("陆明")
    for one, do in ((first, "pause"), (second, "end")):
        one.open(f"{HERE}?rule=2&do={do}")
        one.send("search", **{"from": "2026-12-01"})
    first.send("/rule_pause")
    words = second.send("/rule_end")
    assert "刚才有人改过了，现在是“每月第二个星期四 上午9点，2026年12月1日起暂停”" in words
    assert town.all(select(CalendarRule).where(CalendarRule.id == 2))[0].rule.endswith(
        "pause 2026-12-01.."
    )


# ── holidays ────────────────────────────────────────────────────────────────────────────────────


def xlsx(rows: object, head: object = ("日期", "名称", "安排")) -> dict[str, object]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (head, *rows):  # type: ignore[misc]
        sheet.append(list(row))
    body = io.BytesIO()
    book.save(body)
    return {"sheet": ("2027.xlsx", body.getvalue())}


def as_csv(encoding: str) -> dict[str, object]:
    out = io.StringIO()
    csv.writer(out).writerows([("名称", "日期", "放假或上班"), *((n, d, w) for d, n, w in SPRING)])
    return {"sheet": ("2027.csv", out.getvalue().encode(encoding))}


@pytest.mark.parametrize(
    "files", [xlsx(SPRING), as_csv("utf-8-sig"), as_csv("gb18030")], ids=["xlsx", "utf8", "gbk"]
)
def test_a_year_is_compared_from_a_file_then_kept(
    page: Browser, town: Community, files: dict[str, object]
) -> None:
    page.open(f"{HERE}?holidays=2027")
    words = page.send("/holidays_file", files=files)
    assert "2027年放假安排：已确认，放假6天，调休上班1天" in words
    assert "2月11日(周四)上午9点 三海街道离退休党支部志愿服务日 2月15日(周一)上午9点" in words
    assert "同一时间还有学习日（也在一楼会议室）" in words
    assert town.all(select(HolidayYear)) == []
    assert "存好了：2027年放假安排，已确认。" in page.send("/holidays_keep")
    assert "2月15日(周一)上午9点" in said(town, "m1", "2月的服务日是几号")
    deed = town.all(select(Deed).order_by(Deed.id.desc()))[0]
    assert (deed.did, deed.objects) == ("calendar.holidays_keep", ["holiday_year:2027"])


def test_a_year_is_typed_unconfirmed_and_moves_nothing(page: Browser, town: Community) -> None:
    page.open(f"{HERE}?holidays=2027")
    text = "2027-02-05..2027-02-12,放假,春节\n2027-02-20,上班,春节"
    words = page.send("/holidays_typed", text=text, state="open")
    assert "未确认，放假8天" in words
    assert "学习日、服务日都不用挪。" in words
    page.send("/holidays_keep")
    assert "还没有确认，日子不会自己挪" in page.open(f"{HERE}?holidays=2027")
    assert "2月11日" in said(town, "m1", "2月的服务日是几号")


@pytest.mark.parametrize(
    "spring",
    ["2月5日至2月12日，放假，春节", "2月5日至12日,放假,春节", "2027年2月5日到2月12日，放假，春节"],
)
def test_days_are_typed_as_the_notice_writes_them(page: Browser, spring: str) -> None:
    page.open(f"{HERE}?holidays=2027")
    words = page.send("/holidays_typed", text=f"{spring}\n2月20日，上班，春节")
    assert "放假8天，调休上班1天" in words
    assert "2月5日(周五)至2月12日(周五) 可能是春节 春节放假" in words


def test_a_year_is_compared_in_words_and_days_alike_stand_together(page: Browser) -> None:
    page.open(f"{HERE}?holidays=2027")
    text = "2027-02-05..2027-02-12,放假,春节\n2027-02-20,上班,春节"
    words = page.send("/holidays_typed", text=text)
    assert "2月5日(周五)至2月12日(周五) 可能是春节 春节放假" in words
    assert "2月20日(周六) 平常 调休上班" in words
    page.send("/holidays_keep")
    kept = page.open(f"{HERE}?holidays=2027")
    assert "2月5日(周五)至2月12日(周五) 放假 春节" in kept
    assert "2027-02-05..2027-02-12" not in kept


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2027-02-31,放假,春节", "不是一个日子"), ("2027-02-05,歇,春节", "第1行：没看懂"), ("x" * 20_001, "太长了"),
        ("2026-02-05,放假,春节", "不在2027年"), ("1月1日,放假,元旦\n\n2月30日,放假,春节", "第3行：“2027年2月30日”"),
        ("2027-02-05,放假,春节\n2027-02-05,上班,春节", "写了两次"),
    ],
)  # fmt: skip
def test_typed_lines_that_cant_be_are_named(
    page: Browser, town: Community, text: str, why: str
) -> None:
    page.open(f"{HERE}?holidays=2027")
    assert why in page.send("/holidays_typed", text=text)
    assert town.all(select(HolidayYear)) == []


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (xlsx(SPRING, ("一", "二", "三")), "没有找到表头"),
        (xlsx([(date(2027, 2, 5), "春节", "也许")]), "不知道是放假还是上班"),
        (xlsx([("随便", "春节", "放假")]), "第2行：“随便”不是一个日子"),
        (xlsx([(date(2027, 1, 1), "元旦", "放假")] * 401), "太多了"),
        (xlsx([]), "一天也没有"),
        (xlsx([(None, None, None), ("2027-13-01", "元旦", "放假")]), "第3行：“2027-13-01”"),
        ({"sheet": ("a.xlsx", b"\x89PNG")}, "这个文件不是表格"),
    ],
    ids=["head", "what", "day", "many", "none", "line", "picture"],
)
def test_a_table_that_cant_be_is_named(page: Browser, files: dict[str, object], why: str) -> None:
    page.open(f"{HERE}?holidays=2027")
    words = page.send("/holidays_file", files=files)
    assert why in words
    assert "2027年放假安排" in words, "the form stands there again"


@pytest.mark.parametrize("make", [hostile.wide_line, hostile.letters, packed.far_cell, packed.bomb])
def test_a_hostile_file_is_refused_in_words(
    page: Browser, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    page.open(f"{HERE}?holidays=2027")
    body = make(tmp_path / "hostile.xlsx").read_bytes()
    page.send("/holidays_file", files={"sheet": ("2027.xlsx", body)})
    assert page.status in (409, 413)


def test_a_file_over_the_limit_is_refused_in_words_about_tables(page: Browser) -> None:
    page.open(f"{HERE}?holidays=2027")
    words = page.send("/holidays_file", files={"sheet": ("2027.csv", b"a,b\n" * 3_000_000)})
    assert page.status == 413
    assert "文件太大了" in words
    assert "照片" not in words
    assert page.links("再选一个文件") == [HERE]


def test_of_two_who_give_a_year_at_once_the_second_looks_again(
    browser: Opens, town: Community
) -> None:
    first, second = browser("韦红梅"), browser("陆明")
    for one in (first, second):
        one.open(f"{HERE}?holidays=2027")
        one.send("/holidays_typed", text="2027-02-05..2027-02-12,放假,春节")
    first.send("/holidays_keep")
    assert "刚才有人录入过" in second.send("/holidays_keep")
    assert len(town.all(select(HolidayYear))) == 1


def test_a_year_is_taken_home_and_comes_back_the_same(page: Browser) -> None:
    body = page.client.get(f"{HERE}/holidays?year=2026").content
    page.open(f"{HERE}?holidays=2026")
    words = page.send("/holidays_file", files={"sheet": ("2026.txt", body)})
    assert "放假和上班的日子跟现在一样" in words


def test_who_joined_a_day_that_a_holiday_moves_is_told(page: Browser, town: Community) -> None:
    town.clock.set("2027-02-01T10:00")
    talk(town, "m1", "我参加", "对")
    page.open(f"{HERE}?holidays=2027")
    words = page.send("/holidays_typed", text="2027-02-05..2027-02-12,放假,春节")
    assert "有1位报了名、请了假或正要收到提醒" in words
    page.send("/holidays_keep")
    assert (
        "2月11日(周四)的志愿服务日改到2月15日(周一)上午9点" in texts(queued(town, Mail.VISIT))[-1]
    )
