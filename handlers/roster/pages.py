"""/desk/members: the list with its search, and with `id` one person's page."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.domain import finding
from bot.domain.access.people import access_branches, access_people
from bot.domain.access.things import Level, Thing
from bot.domain.finding import Filter
from bot.domain.organisations import organisations
from bot.domain.people import (
    CHANNEL_TITLE,
    ROLE_TITLE,
    STATUS_TITLE,
    Branch,
    Person,
    Role,
    Sender,
    Status,
)
from bot.domain.schedule import branches
from bot.feature import Action, Look, Page, Touch
from bot.listing import AFTER, SHOWN, page_of
from bot.parts import Field, Found, Part, Search, Table
from bot.talk import Rows
from bot.text import mask_phone
from handlers.roster import new_phone, person, sight, standing
from handlers.roster.about import PATH, feature, roles_words

HEAD = ("姓名", "编号", "支部", "身份", "状态", "电话", "怎么联系")
EVERY = ("", "全部")


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """Everybody in reach, or the one that `id` names."""
    if look.query.get("id"):
        return person.view(rows, look)
    return [_search(rows, look), Found(tuple(_list(rows, look)))]


def _search(rows: Rows, look: Look) -> Search:
    asked = look.query
    branches = tuple((str(b.id), b.name) for b in _branches(rows, look.viewer))
    states = tuple((status.value, title) for status, title in STATUS_TITLE.items())
    roles = tuple((role.value, title) for role, title in ROLE_TITLE.items())
    signs = tuple((str(one.id), one.name) for one in rows.all(organisations()))
    in_one = Field("org", "组织", "choice", asked.get("org", ""), (EVERY, *signs), required=False)
    return Search((
        Field("q", "姓名、拼音头（wjg）、编号、电话或后四位", "search", asked.get("q", ""), required=False),
        Field("branch", "支部", "choice", asked.get("branch", ""), (EVERY, *branches), required=False),
        Field("status", "状态", "choice", asked.get("status", ""), (EVERY, *states), required=False),
        Field("role", "身份", "choice", asked.get("role", ""), (EVERY, *roles), required=False),
        *([in_one] if signs else []),
    ))  # fmt: skip


def _list(rows: Rows, look: Look) -> list[Part]:
    query = access_people(look.viewer, finding.people(_wanted(look.query)))
    if after := look.query.get(AFTER):
        query = query.where(Person.number > after)
    shown, ways = page_of(rows.all(query.limit(SHOWN + 1)), look.query, lambda one: one.number)
    devices = _devices(rows, shown)
    lines = tuple(_line(one, devices.get(one.id, ())) for one in shown)
    links = tuple(f"/desk/{PATH}?id={one.id}" for one in shown)
    return [Table(HEAD, lines, "没有找到。换一个字，或者只写姓试试。", links), *ways]


def _line(one: Person, devices: Sequence[Sender]) -> tuple[str, ...]:
    ways = dict.fromkeys(CHANNEL_TITLE.get(d.channel, d.channel) for d in devices)
    return (
        one.name, one.number, one.branch.name if one.branch else "", roles_words(one),
        STATUS_TITLE[one.status], mask_phone(one.phone), "、".join(ways) or "只有电话",
    )  # fmt: skip


def _wanted(asked: dict[str, str]) -> Filter:
    branch = asked.get("branch", "")
    status = next((one for one in Status if one.value == asked.get("status")), None)
    role = next((one for one in Role if one.value == asked.get("role")), None)
    org = asked.get("org", "")
    return Filter(
        asked.get("q", ""), int(branch) if branch.isdecimal() else None, status, role,
        int(org) if org.isdecimal() else None,
    )  # fmt: skip


def _branches(rows: Rows, viewer: Person) -> list[Branch]:
    return list(rows.all(access_branches(viewer, branches())))


def _devices(rows: Rows, people: Sequence[Person]) -> dict[int, list[Sender]]:
    ids = [one.id for one in people]
    query = select(Sender).where(Sender.person_id.in_(ids), Sender.ended_at.is_(None))
    found: dict[int, list[Sender]] = {}
    for sender in rows.all(query.order_by(Sender.id)):
        found.setdefault(sender.person_id, []).append(sender)
    return found


ACTIONS: dict[str, Action] = {**standing.ACTIONS, **new_phone.ACTIONS, **sight.ACTIONS}
TOUCHES = {"look": Touch(Thing.PERSON, level=Level.SEE)}
feature.pages.append(Page(PATH, "会员", view, actions=ACTIONS, touches=TOUCHES, order=45))
