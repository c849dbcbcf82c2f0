"""/desk/roles: who coordinates which branch and who administers; a role given or taken holds from the next request."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, select, tuple_

from bot.domain.access.people import access_people
from bot.domain.base import Refused
from bot.domain.people import (
    ROLE_TITLE,
    STATUS_TITLE,
    Branch,
    Grant,
    Person,
    Role,
    Sender,
    Status,
)
from bot.domain.schedule import branches, chosen_branch
from bot.feature import Action, Look, Page
from bot.listing import AFTER, SHOWN, number_in, page_of
from bot.members.roles import GIVEN, give, meant, take
from bot.parts import Field, Form, Part, Press, Table, Text
from bot.talk import Rows, Talk, numbered
from handlers.settings.about import (
    READ_ONLY,
    ROLES,
    administers,
    administrator,
    by_administrators,
    feature,
    ways,
)

_ORDER = (Grant.role, func.coalesce(Grant.branch_id, 0), Person.id)
_STAFF: Any = (
    select(Grant, Person)
    .join(Person, Person.id == Grant.person_id)
    .where(Grant.role.in_((Role.COORDINATOR, Role.ADMINISTRATOR)))
    .order_by(*_ORDER)
)
_TOLD = (
    "收回的身份，从下一次打开页面、下一句话起就不算数了。联络员和管理员要用登记卡登记，"
    "给了身份还没登记的，请在“登记卡”里做一张。"
)


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The staff in reach, a line for each role, a page at a time."""
    acts = administers(look)
    found = _STAFF if acts else access_people(look.viewer, _STAFF)
    page = rows.table(_behind(found, look.query.get(AFTER, "")).limit(SHOWN + 1))
    shown, more = page_of(page, look.query, _key)
    head = ("姓名", "编号", "身份", "管哪个支部", "登记了吗", *(("收回",) if acts else ()))
    table = Table(head, _lines(rows, shown, acts=acts))
    if not acts:
        return [ways(ROLES), table, *more, READ_ONLY]
    return [ways(ROLES), table, *more, Text(_TOLD), _giving(rows)]


def _key(row: tuple[Any, ...]) -> str:
    grant: Grant = row[0]
    return f"{grant.role.value}_{grant.branch_id or 0}_{grant.person_id}"


def _behind(found: Any, after: str) -> Any:
    """What comes after this key; all of it where it is none."""
    try:
        role, branch, person = after.split("_")
        key = (Role(role), number_in(branch), number_in(person))
    except ValueError:
        return found
    return found.where(tuple_(*_ORDER) > key)


def _lines(
    rows: Rows, shown: Sequence[tuple[Any, ...]], *, acts: bool
) -> tuple[tuple[str | Press, ...], ...]:
    names = {branch.id: branch.name for branch in rows.all(select(Branch))}
    known = _registered(rows, {person.id for _, person in shown})
    lines = []
    for grant, person in shown:
        what = ROLE_TITLE[grant.role]
        cells = (
            f"{person.name}{_away(person)}", person.number, what, names.get(grant.branch_id or 0, "全部"),
            "登记了" if person.id in known else "还没有",
        )  # fmt: skip
        press = Press("收回", "take", (("id", str(grant.id)),), about=f"{person.name}的{what}")
        lines.append((*cells, press) if acts else cells)
    return tuple(lines)


def _away(person: Person) -> str:
    return "" if person.status is Status.ACTIVE else f"（{STATUS_TITLE[person.status]}）"


def _registered(rows: Rows, people: Collection[int]) -> frozenset[int]:
    """Those of them who can be written to."""
    return frozenset(
        rows.all(
            select(Sender.person_id).where(Sender.person_id.in_(people), Sender.ended_at.is_(None))
        )
    )


def _giving(rows: Rows) -> Form:
    roles = tuple((role.value, ROLE_TITLE[role]) for role in GIVEN)
    where = (("", "全部支部"), *((str(b.id), b.name) for b in rows.all(branches())))
    return Form("give", "给身份", (
        Field("who", "编号或姓名"),
        Field("role", "身份", "choice", options=roles),
        Field("branch", "管哪个支部", "choice", options=where, required=False, note="只有联络员按支部管。"),
    ), "给一个身份")  # fmt: skip


async def grant_role(talk: Talk, form: dict[str, str]) -> str:
    """One role more."""
    administrator(talk)
    try:
        role = Role(form.get("role", ""))
    except ValueError:
        raise Refused("请选联络员、管理员或志愿者。") from None
    person = meant(talk.rows, form.get("who", ""))
    branch = chosen_branch(talk.rows, form.get("branch", ""))
    give(talk.rows, person, role, branch)
    of = f"（{branch.name}）" if branch and role is Role.COORDINATOR else ""
    return f"{person.name}现在是{ROLE_TITLE[role]}{of}了。"


async def take_role(talk: Talk, form: dict[str, str]) -> str:
    """One role less, at once."""
    administrator(talk)
    grant = numbered(talk.rows, Grant, form.get("id", ""))
    if grant is None:
        raise Refused("这个身份刚才已经收回了。")
    title = ROLE_TITLE[grant.role]
    return f"{take(talk.rows, grant).name}不再是{title}了。"


ACTIONS: dict[str, Action] = {"give": grant_role, "take": take_role}
feature.pages.append(
    Page(
        ROLES, "谁管什么", view, actions=ACTIONS, touches=by_administrators(ACTIONS), by="", order=0
    )
)
