"""The volunteer's side: accept or not, my visits, can't come after all, met or not at home."""

from bot.domain import visits
from bot.domain.base import Refused
from bot.domain.deeds import Field
from bot.domain.people import Role
from bot.domain.visits import State, Visit, VisitInvitation
from bot.feature import VOLUNTEERS, Place
from bot.talk import Choice, GoTo, Talk, as_text
from handlers.visit import office
from handlers.visit.about import (
    act_of,
    address_of,
    errand_words,
    feature,
    found,
    is_over,
    settings_of,
    shortened,
    when_words,
    where_to_read,
)
from handlers.visit.closing import close, somebody_else
from handlers.visit.telling import ACCEPT, DECLINE, accepted, released, send, to_staff

RELEASE, MET, MISSED = "去不了", "见到了", "没见到"
NOTHING = "没有"
_GONE = "这一次不用您答复了，可能已经另有安排。想看看安排，请说“我的走访”。"
_NONE = "您现在没有这样的走访。想看看安排，请说“我的走访”。"


@feature.dialog(
    "visit_accept",
    "接受走访邀请",
    words=(ACCEPT, "接受", "接受邀请", "我能去", "能去", "可以去", "我去"),
    reads=lambda words: _named(ACCEPT, words),
    roles=VOLUNTEERS,
)
async def accept(talk: Talk) -> None:
    """The volunteer's own yes; the invitation was the read-back."""
    invitation = await _invitation(talk)
    _in_time(talk, invitation.visit)
    visit = visits.accept(invitation, act_of(talk, invitation.visit))
    await talk.flush()
    when = when_words(visit)
    remind = "，前一天会再提醒您" if (visit.day - talk.today).days > 1 else ""
    talk.say(f"谢谢您！{when}去看{visit.name}{remind}。去不了请说“{RELEASE}”。")
    talk.say(_where(talk, visit))
    send(talk, accepted(talk.rows, talk.settings, visit, invitation.volunteer.name))
    talk.can_undo("visit.accept", visit.id, f"接受{when}的走访")


@feature.dialog(
    "visit_decline", "婉拒走访邀请", words=(DECLINE, "不接受"), reads=lambda words: _named(DECLINE, words),
    roles=VOLUNTEERS,
)  # fmt: skip
async def decline(talk: Talk) -> None:
    """No reason is asked."""
    invitation = await _invitation(talk)
    visit = visits.decline(invitation, act_of(talk, invitation.visit))
    await talk.flush()
    talk.say("好的，没关系，谢谢您告诉我们。")
    who = invitation.volunteer.name
    text = office.DECLINED(talk.settings, who=who, when=when_words(visit), name=visit.name)
    send(talk, to_staff(talk.rows, visit, text))


@feature.dialog(
    "visit_mine", "看您要去的走访", words=("我的走访", "走访"), roles=VOLUNTEERS, place=Place("为", "我的走访", 20)
)  # fmt: skip
async def mine(talk: Talk) -> None:
    """Invitations and accepted visits, one at a time; the address until some days after the visit."""
    me = talk.require(Role.VOLUNTEER)
    invited = await talk.all(visits.invitations_of(me.id))
    taken = await talk.all(visits.recent_of(me.id, talk.today, settings_of(talk).address_days))
    found = {_tag(i.visit): i.visit for i in invited} | {_tag(visit): visit for visit in taken}
    if not found:
        raise Refused("您现在没有要去的走访。有了会告诉您。")
    visit = await _one_of(talk, found, "您要看哪一次？")
    if visit.asked is not None and visit.asked.volunteer_id == me.id:
        _in_time(talk, visit)
        text = f"请您{when_words(visit)}去看{visit.name}，您能去吗？"
        taken_up = await talk.choose("answer", text, [Choice(ACCEPT, "接受"), DECLINE])
        name = "visit_accept" if taken_up == ACCEPT else "visit_decline"
        raise GoTo(name, visit=str(visit.id))
    visits.shown(visit, act_of(talk))
    stands = visits.STATE_TITLE[visit.state] if not visit.is_open else "您去"
    reason = errand_words(visit, private=talk.private)
    talk.say(f"{when_words(visit)}看{visit.name}{reason}（{stands}）。")
    talk.say(_where(talk, visit), [MET, MISSED, RELEASE] if visit.is_open else [])
    if visit.health_note and talk.private:
        talk.shows(visit.person, Field.HEALTH)
        talk.say(f"身体情况：{shortened(visit.health_note, 90)}")


@feature.dialog(
    "visit_release", "这次走访去不了", words=(RELEASE, "去不了了", "去不成了"), roles=VOLUNTEERS
)
async def release(talk: Talk) -> None:
    """Stepping back is always possible; somebody else is looked for, and everybody is told."""
    me = talk.require(Role.VOLUNTEER)
    invited = {_tag(i.visit): i.visit for i in await talk.all(visits.invitations_of(me.id))}
    taken = {_tag(visit): visit for visit in await talk.all(visits.taken_by(me.id))}
    if not taken and not invited:
        raise Refused(_NONE)
    visit = await _one_of(talk, invited | taken, "您说的是哪一次走访？")
    if _tag(visit) in invited:
        # Nothing was promised yet: it is the answer to the invitation.
        raise GoTo("visit_decline", visit=str(visit.id))
    when = when_words(visit)
    text = f"{when}看{visit.name}，您去不了，对吗？"
    if await talk.choose("sure", text, [RELEASE, "还是去"]) != RELEASE:
        talk.say(f"好的，谢谢您！{when}照常。")
        return
    visits.release(visit, act_of(talk, visit))
    await talk.flush()
    talk.say("好的，没关系，社区会另请一位。")
    send(talk, released(talk.rows, talk.settings, visit, me.name))


@feature.dialog("visit_met", "登记见到了", words=(MET, "见着了", "去过了"), roles=VOLUNTEERS)
async def met(talk: Talk) -> None:
    """The visit took place."""
    await _finish(talk, State.DONE)


@feature.dialog(
    "visit_missed", "登记没见到", words=(MISSED, "没见着", "人不在家"), roles=VOLUNTEERS
)
async def missed(talk: Talk) -> None:
    """Nobody at home: the next visit is proposed at once."""
    await _finish(talk, State.NOT_HOME)


@feature.undo("visit.accept", found)
async def accepted_by_mistake(talk: Talk, ref: str) -> None:
    """The same as stepping back."""
    visit = await talk.get(Visit, int(ref))
    if visit is None:
        return
    visits.release(visit, act_of(talk, visit))
    await talk.flush()
    send(talk, somebody_else(talk.rows, talk.settings, visit))


async def _finish(talk: Talk, outcome: State) -> None:
    visit = await _taken(talk, gone=True)
    text = (
        f"{when_words(visit)}看{visit.name}，{visits.STATE_TITLE[outcome]}。有什么要告诉社区的吗？"
    )
    note = await talk.ask("note", text, as_text(200), choices=[NOTHING])
    await close(talk, visit, outcome, "" if note == NOTHING else note)
    talk.say("记下了，辛苦您！")


async def _invitation(talk: Talk) -> VisitInvitation:
    """The invitation meant: the one named, the only one, or the one chosen."""
    me = talk.require(Role.VOLUNTEER)
    found = {_tag(i.visit): i for i in await talk.all(visits.invitations_of(me.id))}
    if not found:
        raise Refused("现在没有等您答复的走访邀请。谢谢您有这份心。")
    if talk.slots.get("visit", "") not in ("", *(str(i.visit.id) for i in found.values())):
        # Of an old button: never a yes to another visit.
        raise Refused(_GONE)
    visit = await _one_of(talk, {tag: i.visit for tag, i in found.items()}, "您答复哪一次走访？")
    return found[_tag(visit)]


async def _taken(talk: Talk, *, gone: bool = False) -> Visit:
    """The accepted visit meant; `gone`: only those whose day has come."""
    me = talk.require(Role.VOLUNTEER)
    taken = [v for v in await talk.all(visits.taken_by(me.id)) if not gone or v.day <= talk.today]
    if not taken:
        raise Refused(_NONE)
    return await _one_of(talk, {_tag(visit): visit for visit in taken}, "您说的是哪一次走访？")


def _in_time(talk: Talk, visit: Visit) -> None:
    """Raises Refused where the half-day is over: a yes would promise somebody a visit in the past."""
    if is_over(visit, talk.now, settings_of(talk)):
        raise Refused(f"{when_words(visit)}已经过去了，这次不用您去了。改了时间会再问您，谢谢您。")


def _named(word: str, words: str) -> dict[str, str] | None:
    """The visit that a button named: "接受走访12"."""
    number = words.removeprefix(word)
    return {"visit": number} if number != words and number.isascii() and number.isdigit() else None


async def _one_of(talk: Talk, found: dict[str, Visit], text: str) -> Visit:
    named = next((v for v in found.values() if str(v.id) == talk.slots.get("visit")), None)
    if named is not None:
        return named
    if len(found) == 1:
        return next(iter(found.values()))
    choices = [Choice(tag, f"{v.id}号{v.name}"[:8]) for tag, v in found.items()]
    return found[await talk.choose("which", text, choices)]


def _tag(visit: Visit) -> str:
    return f"登记号{visit.id}"


def _where(talk: Talk, visit: Visit) -> str:
    """The address of an accepted visit, where this channel may carry it."""
    if not talk.private:
        return where_to_read(talk.settings)
    where = address_of(visit)
    if where:
        talk.shows(visit.person, Field.ADDRESS)
    return f"住址：{where or '请问联络员'}。"
