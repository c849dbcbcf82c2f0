"""/desk/branches: the branches with place, hours and phone; a new one, another name, an end with what follows."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from bot.domain.access.people import access_branch, access_branches
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.people import Branch, Role
from bot.domain.recurrence import describe
from bot.domain.schedule import rule_of
from bot.domain.wording import moment_words
from bot.feature import Action, Look, Page
from bot.members import branches
from bot.parts import Field, Form, Heading, Link, Links, Part, Table, Text
from bot.talk import Rows, Talk, numbered
from handlers.settings.about import (
    BRANCHES,
    READ_ONLY,
    administers,
    administrator,
    by_administrators,
    feature,
    ways,
)

_HEAD = ("支部", "活动地点", "办公时间", "电话", "在不在")
_EVERY = select(Branch).order_by(Branch.id)


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """All of them; or the one that `id` names."""
    if look.query.get("id"):
        return list(_one(rows, look))
    found = rows.all(_EVERY if administers(look) else access_branches(look.viewer, _EVERY))
    lines = tuple((b.name, b.place, b.hours, b.phone, _there(b)) for b in found)
    links = tuple(f"/desk/{BRANCHES}?id={b.id}" for b in found)
    parts: list[Part] = [ways(BRANCHES), Table(_HEAD, lines, links=links)]
    if administers(look):
        return [*parts, Form("add", "加上", _fields(None), "新的支部")]
    return [*parts, READ_ONLY]


def _there(branch: Branch) -> str:
    return "在" if branch.ended_at is None else f"{moment_words(branch.ended_at)}停了"


def _one(rows: Rows, look: Look) -> Iterator[Part]:
    branch = _found(rows, look.query["id"])
    if not administers(look):
        access_branch(look.viewer, branch)
    yield ways(BRANCHES)
    yield Heading(branch.name)
    if not administers(look) or branch.ended_at is not None:
        yield Table(
            _HEAD, ((branch.name, branch.place, branch.hours, branch.phone, _there(branch)),)
        )
        return
    if look.query.get("end"):
        yield from _ending(rows, look, branch)
        return
    yield Form("change", "改", _fields(branch))
    yield Links((Link("停掉这个支部", f"/desk/{BRANCHES}?id={branch.id}&end=1"),), "停掉")


def _fields(branch: Branch | None) -> tuple[Field, ...]:
    id_ = (Field("id", "", "hidden", str(branch.id)),) if branch else ()
    shown = branch or Branch(name="", place="", hours="", phone="")
    return (
        *id_,
        Field("name", "名字", value=shown.name, note="会员和公开页上看到的全名。"),
        Field("place", "活动地点", value=shown.place, required=False),
        Field("hours", "办公时间", value=shown.hours, required=False, note="例如 周一到周五上午8点半到11点半。"),
        Field("phone", "电话", value=shown.phone, required=False),
    )  # fmt: skip


def _ending(rows: Rows, look: Look, branch: Branch) -> Iterator[Part]:
    found = branches.follows(rows, branch, look.now)
    if found.people:
        yield Text(
            f"还有{found.people}位在册或暂停的，要先转到别的支部（导入名册），或者改为迁出。",
            "warning",
        )
        query = f"/desk/members?branch={branch.id}"
        yield Links((Link(f"看这{found.people}位", query),), "支部的人")
        return
    rules = "；".join(describe(rule_of(rule.rule)) for rule in found.rules) or "没有"
    coordinators = sum(grant.role is Role.COORDINATOR for grant in found.grants)
    lines = (
        ("以后的活动", f"{len(found.rules)}条规律到昨天为止：{rules}"),
        ("联络员", f"{coordinators}位不再管这个支部"),
        ("订阅的日历", "地址停用" if found.feeds else "没有"),
        ("公开页和各处的选择", "不再出现"),
        ("发生过的事", "都留着"),
    )
    yield Table(("停了以后", "会怎样"), lines)
    yield Form("end", f"停掉{branch.name}", (Field("id", "", "hidden", str(branch.id)),))


def _found(rows: Rows, number: str) -> Branch:
    branch = numbered(rows, Branch, number)
    if branch is None:
        raise Refused("没有这个支部，或者不归您管。")
    return branch


def _wanted(form: dict[str, str]) -> branches.Wanted:
    return branches.Wanted(*(form.get(key, "") for key in ("name", "place", "phone", "hours")))


async def add(talk: Talk, form: dict[str, str]) -> str:
    """A new one."""
    administrator(talk)
    branch = branches.add(talk.rows, _wanted(form))
    return f"加上了{branch.name}。请再定它的学习日和联络员。"


async def change(talk: Talk, form: dict[str, str]) -> str:
    """Other words for it."""
    administrator(talk)
    branch = _found(talk.rows, form.get("id", ""))
    branches.change(talk.rows, branch, _wanted(form))
    return f"{branch.name}改好了。"


async def end(talk: Talk, form: dict[str, str]) -> str:
    """No more of it."""
    administrator(talk)
    branch = _found(talk.rows, form.get("id", ""))
    branches.end(talk.rows, branch, talk.now)
    return f"{branch.name}停了，发生过的都留着。"


ACTIONS: dict[str, Action] = {"add": add, "change": change, "end": end}
feature.pages.append(
    Page(
        BRANCHES,
        "支部",
        view,
        actions=ACTIONS,
        touches=by_administrators(ACTIONS),
        about=Thing.BRANCH,
        order=0,
    )
)
