"""通知电话: those whom a notice did not reach are called, one after the other."""

from bot import notices as desk
from bot.domain.base import Refused
from bot.domain.deeds import Field
from bot.domain.notices import Notice, Outcome
from bot.domain.people import Person
from bot.feature import STAFF, Place
from bot.notices import Missed
from bot.talk import Choice, GoTo, Talk
from handlers.notice.about import CALLS, excerpt, feature, to_call

TOLD, NOT_NOW, LIST, NEXT, ENOUGH = "说到了", "没打通", "看名单", "往下看", "看好了"
LINES = 5


@feature.dialog(
    "notice_calls", "打通知电话", words=(CALLS, "电话名单", "打电话名单"), place=Place("办", CALLS, 32),
    roles=STAFF,
)  # fmt: skip
async def calls(talk: Talk) -> None:
    """One person at a time; who could not be got stays on the list."""
    me = talk.staff()
    notice = await _which(talk, [n for n, _ in to_call(talk.rows, me, talk.now)])
    after = talk.slots.get("after", "")
    missed = desk.call_list(talk.rows, notice)
    one = next((m for m in missed if m.number > after), missed[0])
    phone = f"，电话{one.phone}" if talk.private and one.phone else ""
    if phone:
        talk.shows(talk.rows.get(Person, one.person_id), Field.PHONE)
    text = f"请打给{one.name}({one.number}){phone}：{one.why}。名单上还有{len(missed)}位。"
    did = await talk.choose(f"told:{one.person_id}", text, [TOLD, NOT_NOW, LIST])
    if did == NOT_NOW:
        desk.called(talk.rows, notice, one, me, Outcome.NO_ANSWER, talk.now)
        raise GoTo("notice_calls", which=f"通知{notice.id}", after=one.number)
    if did == LIST:
        await _list(talk, missed)
        return
    desk.called(talk.rows, notice, one, me, Outcome.TOLD, talk.now)
    left = len(missed) - 1
    talk.say(
        f"记下了，{one.name}知道了。" + (f"还有{left}位。" if left else "都打完了，辛苦您。"),
        [CALLS][:left],
    )


async def _which(talk: Talk, found: list[Notice]) -> Notice:
    if not found:
        raise Refused("现在没有要打的通知电话。")
    if len(found) == 1:
        return found[0]
    names = {f"通知{n.id}": n for n in found}
    choices = [Choice(name, excerpt(f"{n.id} {n.text}", 8)) for name, n in names.items()]
    return names[await talk.choose("which", "打哪一条通知的电话？", choices, slot="which")]


async def _list(talk: Talk, missed: tuple[Missed, ...]) -> None:
    """Five lines a page."""
    for start in range(0, len(missed), LINES):
        lines = "\n".join(_line(m, talk) for m in missed[start : start + LINES])
        for m in missed[start : start + LINES]:
            talk.shows(talk.rows.get(Person, m.person_id) if m.phone else None, Field.PHONE)
        if start + LINES >= len(missed):
            talk.say(lines, [CALLS])
            return
        if await talk.choose(f"list{start}", lines, [NEXT, ENOUGH]) == ENOUGH:
            talk.say("好的。", [CALLS])
            return


def _line(missed: Missed, talk: Talk) -> str:
    return f"{missed.name} {missed.phone}" if talk.private and missed.phone else missed.name
