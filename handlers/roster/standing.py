"""暂停, 恢复, 迁出, 去世: what follows from it is shown first, then done."""

from collections.abc import Sequence

from sqlalchemy import func, select

from bot.domain import cards, visits
from bot.domain.base import Refused
from bot.domain.mail import Outbox, Sending
from bot.domain.people import STATUS_TITLE, Person, Status, senders_of
from bot.domain.standing import check_standing
from bot.feature import Action, Done, Look
from bot.parts import Field, Form, Heading, Link, Links, Part, Table, Text
from bot.talk import Rows, Talk
from handlers.roster.about import PATH, in_hand

LONGEST_REASON = 200
DONE = {
    Status.ACTIVE: "恢复在册了，从现在起照常通知", Status.PAUSED: "暂停了，从现在起什么都不发",
    Status.MOVED: "迁出了，从现在起什么都不发", Status.DECEASED: "记下了，从现在起一切都停了",
}  # fmt: skip
_UNSENT = (Sending.QUEUED, Sending.WAITING, Sending.HELD)


def links(one: Person) -> Links:
    """To what the person's standing may be changed."""
    ways = [status for status in Status if status is not one.status]
    found = tuple(
        Link(f"改为{STATUS_TITLE[s]}", f"/desk/{PATH}?id={one.id}&to={s.value}") for s in ways
    )
    return Links(found, "改在册状态")


def view(rows: Rows, look: Look, one: Person) -> Sequence[Part]:
    """What follows, and the form that does it."""
    status = _status(look.query.get("to", ""))
    check_standing(rows, one, status)
    fields = (
        Field("id", "", "hidden", str(one.id)),
        Field("to", "", "hidden", status.value),
        Field("was", "", "hidden", one.status.value),
        Field("reason", "原因", note="只有联络员看得到。"),
    )
    return [
        Heading(f"{one.name}（{one.number}）：{STATUS_TITLE[one.status]} → {STATUS_TITLE[status]}"),
        *_follows(rows, look, one, status),
        Form("standing", f"改为{STATUS_TITLE[status]}", fields),
    ]


def _follows(rows: Rows, look: Look, one: Person, status: Status) -> list[Part]:
    if status is Status.ACTIVE:
        return [Text("恢复以后，提醒和通知照常发；以前停下的消息不再补发。")]
    unsent = select(func.count()).where(Outbox.person_id == one.id, Outbox.state.in_(_UNSENT))
    lines = [
        ("还没发出去的消息", f"{rows.all(unsent)[0]}条，都不发了"),
        ("没办完的走访", f"{len(rows.all(visits.open_about(one.id)))}次，会取消并告诉志愿者"),
        ("答应去的走访", f"{len(rows.all(visits.taken_by(one.id)))}次，会重新找人"),
    ]
    if status is not Status.PAUSED:
        count = len(rows.all(cards.unspent(one.id, look.now)))
        lines.append(("没用过的登记卡", f"{count}张，都作废"))
    lines.append(("登记的手机", f"{len(rows.all(senders_of(one.id)))}部，什么都收不到了"))
    return [Table(("会怎样", "多少"), tuple(lines)), Text("名册上的资料都留着，可以再改回来。")]


async def change(talk: Talk, form: dict[str, str]) -> Done:
    """Do it. Refused where somebody else changed it since the page was shown."""
    one = in_hand(talk, form.get("id", ""))
    status, reason = _status(form.get("to", "")), form.get("reason", "").strip()
    if one.status.value != form.get("was"):
        raise Refused(f"刚才有人把{one.name}改成了“{STATUS_TITLE[one.status]}”，请再看一看。")
    if not reason:
        raise Refused("请写下原因，比如住院、迁往南宁。")
    talk.set_standing(one, status, reason[:LONGEST_REASON])
    # Not back to the question: it can't be asked of somebody who stands there already.
    return Done(f"{one.name}{DONE[status]}。", f"/desk/{PATH}?id={one.id}")


def _status(value: str) -> Status:
    try:
        return Status(value)
    except ValueError:
        raise Refused("没有这种状态。") from None


ACTIONS: dict[str, Action] = {"standing": change}
