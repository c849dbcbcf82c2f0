"""Ready answers: sentences that a branch's coordinators send often, to add and to drop."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.domain import handover as rules
from bot.domain.access.people import access_branches
from bot.domain.access.queues import access_canned, access_canned_answers
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.handover import CannedAnswer
from bot.domain.people import Branch, Person
from bot.feature import Action, Touch
from bot.parts import Cell, Field, Form, Part, Press, Table
from bot.talk import Rows, Talk, numbered

LONGEST = 500
EVERY = ("", "每个支部都要")


def view(rows: Rows, viewer: Person) -> list[Part]:
    """Those of all branches in reach, and a form for one more."""
    branches = _branches(rows, viewer)
    names = {branch.id: branch.name for branch in branches}
    several = len(branches) > 1
    found = rows.all(access_canned_answers(viewer, rules.canned_for(None)))
    lines: tuple[tuple[Cell, ...], ...] = tuple(
        (c.text, *([names[c.branch_id]] if several else []), _drop(c))
        for c in found
        if c.branch_id in names
    )
    head = ("常用的话", *(["支部"] if several else []), "")
    which = Field(
        "branch", "哪个支部用", "choice", str(viewer.branch_id or ""),
        (EVERY, *((str(one), name) for one, name in names.items())), required=False,
    )  # fmt: skip
    words = Field("text", "一句常用的话", note="比如：我下午三点前给您打电话。")
    return [
        Table(head, lines, "还没有常用的话。", caption="常用的话"),
        Form("keep", "加上", (words, *([which] if several else [])), "加一句常用的话"),
    ]


def _drop(one: CannedAnswer) -> Press:
    return Press("不要了", "drop", (("id", str(one.id)),), about=one.text)


def _branches(rows: Rows, viewer: Person) -> Sequence[Branch]:
    return rows.all(access_branches(viewer, select(Branch).order_by(Branch.id)))


async def keep(talk: Talk, form: dict[str, str]) -> str:
    """One more ready answer, of the branch that is named or of each in reach."""
    me, words = talk.staff(), form.get("text", "").strip()
    if not words:
        raise Refused("请写下这句话。")
    wanted = form.get("branch", "")
    branches = [one for one in _branches(talk.rows, me) if wanted in ("", str(one.id))]
    if not branches:
        raise Refused("没有这个支部，或者不归您管。请再选一次。")
    for branch in branches:
        await talk.add(CannedAnswer(branch_id=branch.id, text=words[:LONGEST]))
    return "加上了，下次按一下就能发。"


async def drop(talk: Talk, form: dict[str, str]) -> str:
    """One ready answer less."""
    row = access_canned(talk.staff(), numbered(talk.rows, CannedAnswer, form.get("id", "")))
    talk.rows.remove(row)
    return "拿掉了。"


ACTIONS: dict[str, Action] = {"keep": keep, "drop": drop}
TOUCHES = {"keep": Touch(Thing.CANNED, by=""), "drop": Touch(Thing.CANNED)}
