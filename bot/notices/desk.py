"""What a coordinator does with notices, the same for chat, page and command: functions of rows, no channel.

Messages to others come back as notes; a dialog gives them to `talk.tell`, a command to `Post.note`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain import notices
from bot.domain.access.notices import access_notice, access_notices
from bot.domain.base import Refused
from bot.domain.mail import Mail
from bot.domain.notices import Audience, Count, Draft, Notice, Reach, State
from bot.domain.people import (
    ROLE_TITLE,
    Branch,
    Person,
    Role,
    Status,
    holding,
    with_number,
)
from bot.domain.schedule import branches
from bot.notices.reach import count
from bot.outbox import Quiet
from bot.talk import Choice, Note, Rows
from bot.text import name_key

APPROVALS = "待批的通知"
EVERYBODY = "全体在册"


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown before somebody confirms."""

    text: str
    """As recipients read it; the number is given when it is confirmed."""
    count: Count
    goes_at: datetime
    """Calendar time at which the first may have it: after the quiet hours."""
    waits_for_morning: bool
    needs_approval: bool
    warnings: tuple[str, ...]
    """Sentences for the coordinator: a second look is asked for."""


# ── whom ────────────────────────────────────────────────────────────────────────────────────────


def read_audience(rows: Rows, author: Person, words: str) -> Audience:
    """Reads all | branch:NAME | role:ROLE | member:WHO (编号 or unambiguous name); Refused with what is expected."""
    scope = notices.scope_of(author)
    kind, _, value = words.partition(":")
    match kind.strip().lower():
        case "all" | "全体":
            return Audience("all", EVERYBODY, scope)
        case "branch" | "支部":
            branch = _branch(rows, scope, value.strip())
            return Audience(f"branch:{branch.id}", branch.name, scope)
        case "role" | "角色":
            role = _role(value.strip())
            return Audience(f"role:{role.value}", ROLE_TITLE[role], scope)
        case "member" | "个人":
            person = find_person(rows, scope, value.strip())
            return Audience(f"member:{person.id}", person.name, scope)
    raise Refused("发给谁？请写 all、branch:支部名、role:角色 或 member:姓名或编号。")


def branches_of(rows: Rows, scope: Sequence[int]) -> list[Branch]:
    """The branches within a scope (empty: all)."""
    every = rows.all(branches())
    return [branch for branch in every if not scope or branch.id in scope]


def _branch(rows: Rows, scope: Sequence[int], name: str) -> Branch:
    own = branches_of(rows, scope)
    found = [b for b in own if b.name == name] or [b for b in own if name and name in b.name]
    if len(found) != 1:
        names = "、".join(b.name for b in own)
        raise Refused(f"没有找到支部“{name}”。您可以选：{names}。")
    return found[0]


def _role(name: str) -> Role:
    for role, title in ROLE_TITLE.items():
        if name.lower() == role.value or name == title:
            return role
    raise Refused(f"没有“{name}”这类人。您可以选：{'、'.join(ROLE_TITLE.values())}。")


def find_person(rows: Rows, scope: Sequence[int], who: str) -> Person:
    """Somebody active by 编号 or by a name that only one has, within a scope."""
    found = list(rows.all(with_number(who)))
    if not found:
        found = list(rows.all(select(Person).where(Person.name == who)))
    if not found:
        every = rows.all(select(Person).where(Person.status == Status.ACTIVE))
        found = [p for p in every if name_key(p.name) == name_key(who)]
    found = [p for p in found if p.status is Status.ACTIVE and (not scope or p.branch_id in scope)]
    if not found:
        raise Refused(f"在册的人里没有找到“{who}”。请再看一看姓名，或者写编号。")
    if len(found) > 1:
        numbers = "、".join(f"{p.name}({p.number})" for p in found[:5])
        raise Refused(f"有{len(found)}位叫“{who}”：{numbers}。请写编号。")
    return found[0]


# ── before it goes out ──────────────────────────────────────────────────────────────────────────


def preview(rows: Rows, draft: Draft, reach: Reach, settings: Any, now: datetime) -> Preview:
    """How it will look, whom it reaches, when it goes, and what to look at twice."""
    rules = settings.notice
    counted = count(rows, draft.audience, reach)
    quiet = Quiet(settings.quiet.start, settings.quiet.end)
    starts = max(now, draft.starts_at)
    goes = quiet.after(starts)
    words = notices.risky(draft.text, rules)
    warnings = [f"里面有“{'”“'.join(words)}”，容易被当成骗子的话。"] if words else []
    repeated = _repeated(rows, draft, now - timedelta(hours=rules.repeat_hours))
    if repeated:
        warnings.append(f"同样的话{rules.repeat_hours}小时内已经发给其中{repeated}位。")
    return Preview(
        text=f"【{settings.office.name}】{draft.text.strip()}",
        count=counted,
        goes_at=goes,
        waits_for_morning=goes > starts,
        needs_approval=counted.all > rules.approval_above,
        warnings=tuple(warnings),
    )


def _repeated(rows: Rows, draft: Draft, since: datetime) -> int:
    """To how many of the audience the same words went since then."""
    same = rows.all(notices.same_words(notices.text_hash(draft.text.strip(), draft.media), since))
    audience = draft.audience
    shared = [rows.all(notices.also_in(n, audience.key, audience.scope))[0] for n in same]
    return max(shared, default=0)


def put_down(rows: Rows, draft: Draft, by: Person, reach: Reach, now: datetime) -> Notice:
    """Keep a draft; nothing goes out before `confirm`. Raises Refused where members are named in public."""
    named = rows.all(notices.members_in(draft.text)) if draft.public else ()
    if named:
        raise Refused(f"公开栏人人看得到，请把{'、'.join(named)}的名字去掉，或者不放到公开栏。")
    counted = count(rows, draft.audience, reach)
    notice = notices.write(draft, by, counted, _free_code(rows), now)
    rows.add(notice)
    return notice


def _free_code(rows: Rows) -> str:
    while True:
        code = notices.new_code()
        if not rows.all(select(Notice.id).where(Notice.code == code)):
            return code


def confirm(rows: Rows, notice: Notice, settings: Any, now: datetime) -> list[Note]:
    """The writer means it. Returns what to tell those who may approve it, where that is needed."""
    notices.confirm(notice, settings.notice, now)
    rows.flush()
    return _ask_approval(rows, notice) if notice.state is State.PENDING else []


def _ask_approval(rows: Rows, notice: Notice) -> list[Note]:
    seal = notices.digest(notice)[:8]
    writer = rows.get(Person, notice.by_id)
    name = writer.name if writer else ""
    text = f"{name}写了一条通知，要发给{notice.audience_size}人，请您看一看、批一批。"
    return [
        Note(p.id, text, f"notice:{notice.id}:approve:{seal}:{p.id}", Mail.ALARM, choices=(Choice(APPROVALS),))
        for p in approvers(rows, notice)
    ]  # fmt: skip


def approvers(rows: Rows, notice: Notice) -> list[Person]:
    """Who may approve it: staff who look after its whole scope, the writer apart."""
    staff = {
        p.id: p for role in (Role.COORDINATOR, Role.ADMINISTRATOR) for p in rows.all(holding(role))
    }
    return [p for p in staff.values() if p.id != notice.by_id and access_notices(p, [notice])]


def approve(rows: Rows, notice: Notice, by: Person, seen: str, now: datetime) -> list[Note]:
    """A second coordinator agrees to what was `seen` (`bot.domain.notices.digest`); the writer is told."""
    notices.approve(notice, by, seen, now)
    rows.flush()
    return _tell_writer(notice, f"{by.name}批准了第{notice.id}号通知，到时间就发。", "approved")


def reject(rows: Rows, notice: Notice, by: Person, reason: str) -> list[Note]:
    """A second coordinator does not agree; the writer is told why."""
    notices.reject(notice, by, reason)
    rows.flush()
    why = f"，说：“{reason[:40]}”" if reason else ""
    return _tell_writer(notice, f"{by.name}没有批准第{notice.id}号通知{why}。", "rejected")


def _tell_writer(notice: Notice, text: str, what: str) -> list[Note]:
    seal = notices.digest(notice)[:8]
    return [Note(notice.by_id, text, f"notice:{notice.id}:{what}:{seal}", Mail.ALARM)]


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────


def cancel(rows: Rows, notice: Notice, by: Person, now: datetime, real: datetime) -> int:
    """Stop at once and take back what has not gone out; returns how many rows were withdrawn."""
    notices.cancel(notice, by, now)
    rows.flush()
    return rows.change(notices.withdraw(notice.id, real))


def send_again(rows: Rows, notice: Notice, by: Person, now: datetime, *, doubtful: bool) -> int:
    """To those who have not got it, never to those who have; returns to how many. Refused where there is none."""
    access_notice(by, notice)
    left = rows.all(notices.to_send_again(notice.id, doubtful=doubtful))
    if notice.state is State.SENT and not left:
        raise Refused("没有要再发的人：该收到的都收到了，或者还在路上。")
    notices.send_again(notice, doubtful=doubtful, now=now)
    rows.flush()
    return len(left)


def get(rows: Rows, viewer: Person, id_: int) -> Notice:
    """A notice that this coordinator may see; Refused where there is none."""
    return access_notice(viewer, rows.get(Notice, id_))
