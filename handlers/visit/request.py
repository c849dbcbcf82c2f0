"""请人上门: reason, half-day, read back with the address, done. By oneself, a relative or a neighbour."""

from functools import partial

from bot.domain import visits
from bot.domain.base import Refused
from bot.domain.people import Consent, Person
from bot.domain.visits import HALF_TITLE, HalfDay, Reason, Visit, Wish
from bot.domain.wording import day_words
from bot.feature import Place
from bot.talk import Change, GoTo, Talk, as_text, staff_for
from handlers.visit import office, phrases
from handlers.visit.about import (
    act_of,
    feature,
    found,
    reason_words,
    settings_of,
    shortened,
    when_words,
)
from handlers.visit.asking import (
    SOMEBODY,
    Why,
    ask_reason,
    ask_whom,
    asked_for,
    called,
    is_own,
    note_first_words,
)
from handlers.visit.telling import cancelled, note_to, send, to_staff
from handlers.visit.times import ask_slot, confirm

HEALTH_VERSION = "1"
NOTE = "补充说明"
ELSEWHERE, WHO = "地方", "为谁"
ASK_PLACE = "另一处（请电话问清楚）"


@feature.dialog(
    "visit_request",
    "预约上门走访",
    words=("请人上门", "上门走访", "上门", "走访预约", "走访"),
    intents=("visit_request",),
    place=Place("帮", "请人上门", 10),
    reads=asked_for,
)
async def request(talk: Talk) -> None:
    """One request at a time: asking again shows the one that is open."""
    settings = settings_of(talk)
    talk.steps = 3
    await note_first_words(talk)
    whom = await ask_whom(talk)
    await _show_open(talk, whom)
    why = await ask_reason(talk, called(talk, whom))
    slot = await ask_slot(talk, "哪天方便？可以按按钮，也可以说“星期五上午”。", settings)
    place = await _read_back(talk, whom, slot, why)
    due = visits.due_on(why.reason, slot, talk.now, settings)
    branch = _branch(talk, whom)
    visit = visits.request(
        whom, Wish(why.reason, slot, place, why.words), branch, act_of(talk), due
    )
    await talk.add(visit)
    _tell(talk, visit)
    talk.about(visit=str(visit.id))
    talk.can_undo("visit.request", visit.id, f"{when_words(visit)}的上门走访")


@feature.dialog(
    "visit_for_other", "替别人请人上门", words=(SOMEBODY, "替别人请人上门"), place=Place("为", SOMEBODY, 12)
)  # fmt: skip
async def for_other(talk: Talk) -> None:
    """A neighbour or a relative asks for somebody else."""
    raise GoTo("visit_request", person=SOMEBODY)


@feature.dialog("visit_note", "补充走访说明", words=(NOTE,))
async def health_note(talk: Talk) -> None:
    """A free note on the state of health: optional, with consent, on private channels only (PIPL art. 29)."""
    person = await talk.member()
    visit = await talk.one(visits.open_about(person.id))
    if visit is None:
        talk.say("您现在没有约上门。要约的话，请说“请人上门”。", ["请人上门"])
        return
    if not talk.private:
        talk.say("身体情况请在网页聊天里说，或者等联络员打电话时告诉他。这样更稳妥。")
        return
    if not await _agreed(talk, person):
        talk.say("好的，不记。走访还照原来的办。")
        return
    visit.health_note = await talk.ask("note", "请说说身体情况，200字以内。", as_text(200))
    visits.jot(visit, "身体情况", act_of(talk))
    talk.say("记下了，只给联络员和上门的人看。")


@feature.undo("visit.request", found)
async def take_back(talk: Talk, ref: str) -> None:
    """Taken back within a day: the same as cancelling, whoever was invited meanwhile."""
    visit = await talk.get(Visit, int(ref))
    if visit is not None:
        asked = visit.asked.volunteer_id if visit.asked else visit.volunteer_id
        visits.cancel(visit, act_of(talk, visit), "撤销")
        await talk.flush()
        send(talk, cancelled(talk.rows, talk.settings, visit, asked))


async def _show_open(talk: Talk, whom: Person | str) -> None:
    """Hand over to the open request, if there is one."""
    me = talk.me.id if talk.me else 0
    query = visits.open_about(whom.id) if isinstance(whom, Person) else visits.open_named(me, whom)
    visit = await talk.one(query)
    if visit is None:
        return
    if visit.by_id == me or whom in talk.people:
        when = {"when": talk.slots["when"]} if "when" in talk.slots else {}
        raise GoTo("visit_manage", visit=str(visit.id), **when)
    raise Refused(f"已经有人替{visit.name}约了，社区会去看望的。谢谢您惦记！")


async def _read_back(talk: Talk, whom: Person | str, slot: HalfDay, why: Why) -> str:
    """One sentence with the address; returns the place if it is another one."""
    changes = {"reason": "事由", "when": "时间", "who": WHO}
    own = whom if isinstance(whom, Person) and whom in talk.people else None
    if own is not None:
        changes["place"] = ELSEWHERE
    try:
        await confirm(talk, _sentence(talk, whom, slot, why), changes, slot)
    except Change as change:
        if "who" in change.keys:
            when = day_words(slot.day) + HALF_TITLE[slot.half]
            reason = why.words or visits.REASON_TITLE[why.reason]
            raise GoTo("visit_request", person=SOMEBODY, when=when, reason=reason) from None
        if "place" not in change.keys:
            raise
    else:
        return ""
    place = await _ask_place(talk)
    del changes["who"]
    await confirm(talk, _sentence(talk, whom, slot, why, place), changes, slot, "confirm_place")
    return place


async def _ask_place(talk: Talk) -> str:
    """Another place than the registered address; where it may not be spelled, the coordinator asks."""
    if not talk.private:
        return ASK_PLACE
    return await talk.ask("place", "请说要去的地方，比如“人民医院住院部3楼”。", as_text(60))


def _sentence(talk: Talk, whom: Person | str, slot: HalfDay, why: Why, place: str = "") -> str:
    """The read-back. On a channel that isn't private it spells neither the address nor a health reason."""
    own = isinstance(whom, Person) and whom in talk.people
    about = called(talk, whom)
    when = day_words(slot.day, talk.today) + HALF_TITLE[slot.half]
    reason = reason_words(why.reason, private=talk.private)
    if isinstance(whom, str):
        where = "住址联络员会打电话问您"
    elif place:
        where = f"去{shortened(place)}" if place != ASK_PLACE else "地方由联络员打电话问您"
    elif own and talk.private and whom.address:
        where = f"住址是{shortened(whom.address)}"
    else:
        where = "照社区登记的住址"
    return f"{when}请人上门看{about}{reason}。{where}，对吗？"


def _branch(talk: Talk, whom: Person | str) -> int | None:
    if isinstance(whom, Person) and whom.branch_id is not None:
        return whom.branch_id
    return talk.me.branch_id if talk.me else None


async def _agreed(talk: Talk, person: Person) -> bool:
    """Whether the person's state of health may be noted; asked once, kept with its version."""
    if await talk.one(visits.health_consent(person.id)) is not None:
        return True
    taken = await talk.choose(
        "agree", "身体情况只给联络员和上门的人看，一年后删掉。可以记下来吗？", ["可以", "不用了"]
    )
    if taken != "可以":
        return False
    consent = Consent(
        person_id=person.id, purpose="health", version=HEALTH_VERSION, given_at=talk.now, how="chat",
        by_id=talk.me.id if talk.me else None,
    )  # fmt: skip
    await talk.add(consent)
    return True


def _tell(talk: Talk, visit: Visit) -> None:
    """The asker hears the number and who will call; the coordinators hear at once."""
    when, about = when_words(visit), called(talk, visit.person or visit.name)
    caller = _caller(talk, visit)
    more = [NOTE] if visit.reason is Reason.ILLNESS and talk.private else []
    talk.say(
        f"约好了，登记号{visit.id}：{when}去看{about}。{caller}会打电话告诉您谁来。要改就说“我的上门”。",
        more,
    )
    own = is_own(talk, visit.person or visit.name)
    by = "" if own else f"（{_asker(talk)}代约）"
    asked = partial(office.ASKED, talk.settings, name=f"{visit.name}{by}", when=when)
    full = shortened(visit.words or visits.REASON_TITLE[visit.reason])
    plain = asked(reason=reason_words(visit.reason, private=False))
    send(talk, to_staff(talk.rows, visit, asked(reason=f"，{full}"), plain))
    if visit.person_id is not None and not own:
        text = phrases.BOOKED(talk.settings, by=_asker(talk), when=when)
        send(talk, [note_to(visit.person_id, visit, text)])


def _caller(talk: Talk, visit: Visit) -> str:
    """Who will call: the branch's own coordinator before one of all branches, and nobody themselves."""
    people = staff_for(talk.rows, visit.branch_id)
    others = [p for p in people if p.id not in (visit.person_id, visit.by_id)]
    own = [p for p in others if any(grant.branch_id == visit.branch_id for grant in p.grants)]
    return f"联络员{(own or others)[0].name}" if others else "社区同志"


def _asker(talk: Talk) -> str:
    """ "韦小明", or "陈桂英的儿子" where the phone stands for her."""
    if talk.me is None:
        return "有人"
    return talk.me.name if talk.relation == "self" else f"{talk.me.name}的{talk.relation}"
