"""我的上门: how it stands, another time, cancelling; both sides hear of it; back within a day."""

import re
from collections.abc import Sequence
from datetime import date

from bot.domain import visits
from bot.domain.base import Refused
from bot.domain.visits import HALF_TITLE, Half, HalfDay, State, Visit
from bot.domain.wording import day_words
from bot.feature import Place
from bot.talk import Answer, Choice, GoTo, Parser, Talk, choice_said
from bot.understand.when import parse_when
from handlers.visit import office, phrases
from handlers.visit.about import act_of, feature, found, settings_of, when_words
from handlers.visit.asking import called
from handlers.visit.telling import cancelled, invitation, note_to, send, to_askers, to_staff
from handlers.visit.times import TIME_ONLY, ask_slot, confirm

MOVE, CANCEL, LEAVE = "改走访时间", "取消走访", "就这样"
_CANCELS = re.compile(r"取消|不用来|不用上门|别来|不要来|不必来|不用了")
_MOVES = re.compile(r"改|换|推迟|提前|挪|延")
_STANDS = {State.REQUESTED: "正在请人", State.INVITED: "正在等志愿者答复"}


@feature.dialog(
    "visit_manage",
    "查看或改动上门走访",
    words=("我的上门", "上门进度", "走访进度"),
    intents=("visit_manage",),
    place=Place("帮", "我的上门", 11),
)
async def manage(talk: Talk) -> None:
    """How it stands; the first sentence may already say what is wanted."""
    _first_words(talk)
    visit = await _pick(talk)
    if visit is None:
        talk.say("您现在没有约上门。要约的话，请说“请人上门”。", ["请人上门"])
        return
    choices = [Choice(MOVE, "改时间"), Choice(CANCEL), Choice(LEAVE)]
    text = f"{_standing(talk, visit)}。要改吗？"
    wanted = await talk.ask("do", text, _wanted(choices), choices=choices, slot="do")
    if wanted == LEAVE:
        talk.about(visit=str(visit.id))
        talk.say("好的，还照原来的办。")
        return
    if wanted == CANCEL:
        raise GoTo("visit_cancel", visit=str(visit.id))
    when = talk.slots.get("when", "") if wanted == MOVE else wanted
    raise GoTo("visit_change", visit=str(visit.id), **({"when": when} if when else {}))


@feature.dialog(
    "visit_change", "改走访时间", words=(MOVE, "改上门时间", "改时间", "换时间", "改日子")
)
async def change(talk: Talk) -> None:
    """Another half-day; who said only a day keeps the half."""
    visit = await _pick(talk)
    if visit is None:
        raise Refused("您现在没有约上门。要约的话，请说“请人上门”。")
    slot = await ask_slot(talk, "改到哪一天？比如“星期五上午”。", settings_of(talk), visit.slot)
    when = day_words(slot.day, talk.today) + HALF_TITLE[slot.half]
    if slot == visit.slot:
        raise Refused(f"本来就是{when}，不用改。")
    await confirm(talk, f"看{_whose(talk, visit)}的时间改到{when}，对吗？", {"when": "时间"}, slot)
    old = visit.slot
    await move_and_tell(talk, visit, slot)
    talk.about(visit=str(visit.id))
    talk.say(f"改好了：{when}去看{_whose(talk, visit)}。来的人和联络员我都告诉。")
    title = f"走访改到{when}"
    talk.can_undo("visit.change", f"{visit.id}/{old.day.isoformat()}/{old.half}", title)


@feature.dialog(
    "visit_cancel", "取消上门走访", words=(CANCEL, "取消上门", "不用来了", "不用上门了")
)
async def cancel(talk: Talk) -> None:
    """Asked once, no blame."""
    visit = await _pick(talk)
    if visit is None:
        raise Refused("您现在没有约上门。要约的话，请说“请人上门”。")
    text = f"{when_words(visit)}看{_whose(talk, visit)}，不用来了，对吗？"
    if await talk.choose("sure", text, [CANCEL, "还是要来"]) != CANCEL:
        talk.say(f"好的，{when_words(visit)}照常。")
        return
    asked = visit.asked.volunteer_id if visit.asked else visit.volunteer_id
    visits.cancel(visit, act_of(talk, visit))
    await talk.flush()
    send(talk, cancelled(talk.rows, talk.settings, visit, asked))
    talk.say("好的，已经取消。什么时候想约，说“请人上门”就行。")
    talk.can_undo("visit.cancel", visit.id, f"取消{when_words(visit)}的走访")


@feature.undo("visit.change", lambda rows, me, ref: found(rows, me, ref.partition("/")[0]))
async def move_back(talk: Talk, ref: str) -> None:
    """Back to the time before, where that can still be kept."""
    number, day, half = ref.split("/")
    visit = await talk.get(Visit, int(number))
    if visit is None:
        return
    slot = HalfDay(date.fromisoformat(day), Half(half))
    await move_and_tell(talk, visit, visits.bookable(slot, talk.now, settings_of(talk)))


@feature.undo("visit.cancel", found)
async def bring_back(talk: Talk, ref: str) -> None:
    """The visit stands again; whoever had accepted was told it is off, so somebody is asked anew."""
    visit = await talk.get(Visit, int(ref))
    if visit is None:
        return
    visits.bookable(visit.slot, talk.now, settings_of(talk))
    again = None if visit.person_id is None else await talk.one(visits.open_about(visit.person_id))
    if again is not None:
        raise Refused("已经另约了一次，不用恢复了。想看看，请说“我的上门”。")
    visits.reopen(visit, act_of(talk, visit))
    await talk.flush()
    when = when_words(visit)
    told = office.RESTORED(talk.settings, when=when, name=visit.name)
    mine = phrases.RESTORED(talk.settings, when=when)
    other = phrases.RESTORED_ASKER(talk.settings, when=when, name=visit.name)
    send(talk, [*to_staff(talk.rows, visit, told), *to_askers(visit, mine, other)])


async def move_and_tell(talk: Talk, visit: Visit, slot: HalfDay) -> None:
    """Move it and tell both sides and the coordinators."""
    before = when_words(visit)
    visits.move(visit, slot, act_of(talk, visit))
    await talk.flush()
    when, name = when_words(visit), visit.name
    mine = phrases.MOVED(talk.settings, when=when)
    other = phrases.MOVED_ASKER(talk.settings, name=name, before=before, when=when)
    notes = [*to_staff(talk.rows, visit, other), *to_askers(visit, mine, other)]
    if visit.volunteer_id is not None:
        text = phrases.MOVED_GOER(talk.settings, name=name, before=before, when=when)
        notes.append(note_to(visit.volunteer_id, visit, text, choices=["去不了"]))
    elif visit.asked is not None:
        text = phrases.MOVED_ASKED(talk.settings, name=name, before=before, when=when)
        notes.append(note_to(visit.asked.volunteer_id, visit, text, choices=invitation(visit)))
    send(talk, notes)


def _wanted(choices: Sequence[Choice]) -> Parser[str]:
    """A choice; or nothing but another time ("12月8日上午"), which is what it is to be moved to."""

    def parse(answer: Answer) -> str:
        taken = choice_said(answer.text, choices)
        when = None if taken or len(answer.text) > TIME_ONLY else parse_when(answer.text, answer.at)
        if taken is None and (when is None or not (when.has_day or when.has_hour)):
            raise Refused("请按一下按钮，或者回一个数字。")
        return taken or answer.text

    return parse


def _first_words(talk: Talk) -> None:
    """What the very first sentence asks for ("家访取消吧") needs no second question."""
    if talk.heard is not None or talk.answers or "visit" in talk.slots:
        return
    if _CANCELS.search(talk.said.text):
        talk.slots["do"] = CANCEL
    elif "when" in talk.slots or _MOVES.search(talk.said.text):
        talk.slots["do"] = MOVE


async def _pick(talk: Talk) -> Visit | None:
    """The open visit meant: the one named, the only one, or the one chosen."""
    mine = {person.id for person in talk.people} | ({talk.me.id} if talk.me else set())
    found = {visit.id: visit for visit in await talk.all(visits.asked_by(mine))}
    named = int(talk.slots.get("visit", "0"))
    if named:
        return found.get(named)
    if len(found) <= 1:
        return next(iter(found.values()), None)
    choices = [Choice(f"登记号{v.id}", f"{v.id}号{v.name}"[:8]) for v in found.values()]
    taken = await talk.choose("which", "您说的是哪一次走访？", choices)
    return found[int(taken.removeprefix("登记号"))]


def _standing(talk: Talk, visit: Visit) -> str:
    """ "登记号3：12月10日(周四)上午去看您，正在请人"."""
    who = visit.volunteer.name if visit.volunteer else ""
    stands = _STANDS.get(visit.state, f"由{who}上门")
    if visit.state is not State.ACCEPTED and visits.over(visit.slot, settings_of(talk)) <= talk.now:
        stands = "时间过了还没请到人，社区在接着安排"
    return f"登记号{visit.id}：{when_words(visit)}去看{_whose(talk, visit)}，{stands}"


def _whose(talk: Talk, visit: Visit) -> str:
    return called(talk, visit.person or visit.name)
