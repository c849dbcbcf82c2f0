"""走访 for coordinators in chat: the list by state, then one visit: invite, enter the result, move, note."""

from collections.abc import Awaitable, Callable, Sequence

from bot.domain import visits
from bot.domain.access.people import access_person
from bot.domain.access.visits import access_visits
from bot.domain.base import Refused
from bot.domain.deeds import Field
from bot.domain.people import Person, Status, with_number
from bot.domain.visits import HALF_TITLE, State, Visit
from bot.domain.wording import day_words
from bot.feature import STAFF, Place
from bot.talk import Choice, Talk, as_text
from handlers.visit import phrases
from handlers.visit.about import (
    act_of,
    address_of,
    errand_words,
    feature,
    found,
    reason_words,
    settings_of,
    shortened,
    when_words,
)
from handlers.visit.change import move_and_tell
from handlers.visit.closing import close
from handlers.visit.telling import cancelled, elsewhere, invitation, note_to, send
from handlers.visit.times import ask_slot

PAGE = 3
NEXT = "下一页"
INVITE, RESULT, MOVE, JOT, WHO = "请志愿者", "登记结果", "改走访时间", "记一笔", "认人"
NOTHING = "没有"
OUTCOMES = {"见到了": State.DONE, "没见到": State.NOT_HOME, "取消走访": State.CANCELLED}


@feature.dialog(
    "visit_desk", "安排走访", words=("走访", "走访单"), roles=STAFF, place=Place("办", "走访", 20)
)
async def desk(talk: Talk) -> None:
    """One visit at a time."""
    me = talk.staff()
    visit = await _pick(talk, await talk.all(access_visits(me, visits.by_urgency())))
    about = await _describe(talk, visit)
    actions: dict[str, Callable[[Talk, Visit], Awaitable[None]]] = {
        INVITE: _invite, RESULT: _result, MOVE: _move, JOT: _jot,
    }  # fmt: skip
    if visit.person is None:
        del actions[MOVE]
        actions[WHO] = _identify
    taken = await talk.choose("do", about, list(actions))
    await actions[taken](talk, visit)


async def _pick(talk: Talk, found: Sequence[Visit]) -> Visit:
    """A page of the list, then the next; the text names state and day."""
    if not found:
        raise Refused("现在没有要办的走访。")
    named = next((v for v in found if str(v.id) == talk.slots.get("visit")), None)
    if named is not None:
        return named
    pages = [found[i : i + PAGE] for i in range(0, len(found), PAGE)]
    turned = 0
    while True:
        page = pages[turned % len(pages)]
        lines = "\n".join(_line(visit) for visit in page)
        choices = [Choice(f"登记号{v.id}", f"{v.id}号{v.name}"[:8]) for v in page]
        more = [NEXT] if len(pages) > 1 else []
        text = f"要办的走访有{len(found)}件：\n{lines}"
        taken = await talk.choose(f"which#{turned}", text, [*choices, *more])
        if taken != NEXT:
            return next(v for v in found if f"登记号{v.id}" == taken)
        turned += 1


def _line(visit: Visit) -> str:
    day = f"{visit.day.month}月{visit.day.day}日{HALF_TITLE[visit.half]}"
    return f"{visit.id}号{shortened(visit.name, 8)} {day} {visits.STATE_TITLE[visit.state]}"


async def _describe(talk: Talk, visit: Visit) -> str:
    """Reason and address only where the channel may carry them."""
    stands = visits.STATE_TITLE[visit.state]
    who = visit.volunteer or (visit.asked.volunteer if visit.asked else None)
    by = await talk.get(Person, visit.by_id) if visit.by_id else None
    asker = "" if by is None or by.id == visit.person_id else f"，{by.name}代约"
    about = (
        f"{visit.id}号：{when_words(visit)}看{visit.name}"
        f"{reason_words(visit.reason, private=talk.private)}{asker}，{stands}{who.name if who else ''}。"
    )
    where = address_of(visit)
    if where:
        talk.shows(visit.person, Field.ADDRESS)
    return f"{about}\n住址：{shortened(where, 30)}" if where and talk.private else about


async def _invite(talk: Talk, visit: Visit) -> None:
    """A volunteer is asked, never sent."""
    visits.still_to_come(visit.slot, talk.now, settings_of(talk))
    found = await talk.all(visits.volunteers_for(visit))
    if not found:
        raise Refused("现在没有可以请的志愿者。您可以自己去，回来说“走访”登记。")
    choices = [Choice(f"{p.name}({p.number})", p.name[:8]) for p in found]
    taken = await talk.choose("volunteer", "请哪一位？对方答应了才算。", choices)
    volunteer = next(p for p in found if f"{p.name}({p.number})" == taken)
    await talk.confirm(
        f"请{volunteer.name}{when_words(visit)}去看{visit.name}，对吗？", {"volunteer": "志愿者"}
    )
    await ask_volunteer(talk, visit, volunteer)
    talk.say(f"已经去问{volunteer.name}了，有回音就告诉您。")


async def ask_volunteer(talk: Talk, visit: Visit, volunteer: Person) -> None:
    """Write the invitation and send it; nobody reads an address or a health reason before saying yes."""
    visits.still_to_come(visit.slot, talk.now, settings_of(talk))
    before = visit.asked
    visits.invite(visit, volunteer, act_of(talk, visit))
    await talk.flush()
    if before is not None and before.volunteer_id != volunteer.id:
        send(talk, [elsewhere(talk.settings, visit, before.volunteer_id)])
    reason = errand_words(visit, private=False)
    text = phrases.INVITED(talk.settings, when=when_words(visit), name=visit.name, reason=reason)
    send(talk, [note_to(volunteer.id, visit, text, choices=invitation(visit))])
    talk.can_undo("visit.invite", visit.id, f"请{volunteer.name}走访")


@feature.undo("visit.invite", found)
async def withdraw(talk: Talk, ref: str) -> None:
    """Taken back as long as nobody has answered."""
    visit = await talk.get(Visit, int(ref))
    if visit is None:
        return
    asked = visit.asked
    visits.withdraw(visit, act_of(talk, visit))
    await talk.flush()
    if asked is not None:
        send(talk, [elsewhere(talk.settings, visit, asked.volunteer_id)])


async def _result(talk: Talk, visit: Visit) -> None:
    """What came of it, by whoever went."""
    outcome = OUTCOMES[await talk.choose("outcome", "结果怎么样？", list(OUTCOMES))]
    note = await talk.ask("note", "有什么要记的吗？", as_text(200), choices=[NOTHING])
    note = "" if note == NOTHING else note
    await settle(talk, visit, outcome, note)
    talk.say(f"记下了：{visit.id}号{visits.STATE_TITLE[outcome]}。")


async def settle(talk: Talk, visit: Visit, outcome: State, note: str) -> None:
    """Close a visit with an outcome, or cancel it; in chat and on the page alike."""
    if outcome is State.NOT_HOME and visit.day > talk.today:
        raise Refused(f"{day_words(visit.day)}还没到，到了那天再登记没见到。改了日子，请先改时间。")
    if outcome is not State.CANCELLED:
        await close(talk, visit, outcome, note)
        return
    asked = visit.asked.volunteer_id if visit.asked else visit.volunteer_id
    visits.cancel(visit, act_of(talk, visit), note)
    await talk.flush()
    send(talk, cancelled(talk.rows, talk.settings, visit, asked))
    talk.can_undo("visit.cancel", visit.id, f"取消{when_words(visit)}的走访")


async def _move(talk: Talk, visit: Visit) -> None:
    slot = await ask_slot(talk, "改到哪一天？比如“星期五上午”。", settings_of(talk), visit.slot)
    when = day_words(slot.day, talk.today) + HALF_TITLE[slot.half]
    await talk.confirm(f"看{visit.name}改到{when}，对吗？", {"when": "时间"})
    await move_and_tell(talk, visit, slot)
    talk.say(f"改好了：{when}。双方都会知道。")


async def _jot(talk: Talk, visit: Visit) -> None:
    note = await talk.ask("note", "请写下要记的话。", as_text(200))
    visits.jot(visit, note, act_of(talk, visit))
    talk.say("记下了。")


async def _identify(talk: Talk, visit: Visit) -> None:
    """Who on the roster was meant by "隔壁陈伯"."""
    words = await talk.ask("who", f"“{visit.name}”是名册上的哪一位？请说姓名或编号。", as_text(20))
    found = list(await talk.all(with_number(words))) or list(await talk.all(visits.named(words)))
    if len(found) != 1:
        raise Refused("名册上找不到，或者不止一位。请再说“走访”，用编号试试。")
    me = talk.staff()
    person = access_person(me, found[0])
    already = await talk.one(visits.open_about(person.id))
    if person.status is not Status.ACTIVE or already is not None:
        raise Refused(f"{person.name}已经有一次走访，或者不在册，请先核对。")
    await talk.confirm(f"“{visit.name}”就是{person.name}({person.number})，对吗？", {"who": "是谁"})
    visits.identify(visit, person, act_of(talk, visit))
    talk.say(f"对上了：{visit.id}号去看{person.name}。")
