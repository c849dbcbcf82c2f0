"""谁来, 几点来, 要准备什么, 登记号8: questions that follow a booked visit are about that visit."""

import re
from collections.abc import Sequence

from bot.domain import visits
from bot.domain.access.visits import access_visits
from bot.domain.base import Refused
from bot.domain.people import Role
from bot.domain.visits import State, Visit
from bot.now import real_now
from bot.talk import GoTo, Talk
from bot.text import normal, squeeze
from bot.understand.when import parse_when
from handlers.visit.about import feature, when_words
from handlers.visit.asking import called
from handlers.visit.times import TIME_ONLY

MOST = 3
"""So many visits are answered for where it isn't said which one."""
_HEAD = r"(?:那么?|请问|哦|噢|好的?|嗯|到时候?|大概|大约|[,，。 ])*"
_TAIL = r"(?:[呢啊呀吗嘛的吧哦嚟]|[?？。！! ])*"
_COMES = r"(?:会|要)?(?:上门|过来|来|去|到)(?:看(?:我们?|她|他|老人)?|我家|家里|的)?"
_WHO = r"(?:谁|哪个|哪一?位|边个|[什啥]么?人)"
_ASKS = {
    "who": rf"(?:是|会是|派|让|安排)?{_WHO}{_COMES}|来的人?是{_WHO}",
    "time": rf"(?:上午|下午)?(?:几点钟?|什么时候|几时|哪一?天|几号){_COMES}",
    "bring": (
        r"(?:我|我们|家里|我这边)?(?:要不要|用不用|需不需要|要|需要|用|该)?(?:带|准备|预备)(?:些|点|啲)?"
        r"(?:什么|啥|咩|东西|材料)(?:东西)?"
    ),
}  # fmt: skip
_FORMS = {ask: re.compile(f"{_HEAD}(?:{form}){_TAIL}") for ask, form in _ASKS.items()}
_OTHER_TIME = re.compile(
    rf"{_HEAD}(?P<lead>(?:可以|能|想|要|再|还)?(?:不能|不可以)?(?:改|换|挪|推迟|提前)(?:到|成|在|为)?)?(?P<when>.+?)"
    r"(?P<tail>(?:来|去)?(?:[呢吗吧]|[行好成可][吗么]|可以吗?|可不可以|行不行|好不好|方便吗)+)?[?？。！! ]*"
)
_NUMBER = re.compile(r"(?:我的|走访)?登记号(?:是|为)?[:：]?(\d{1,9})号?")


def follows(words: str) -> dict[str, str] | None:
    """Which question it is, where the whole sentence is one."""
    said = normal(words)
    asked = (ask for ask, form in _FORMS.items() if said and form.fullmatch(said))
    return next(({"ask": ask} for ask in asked), None)


def numbered_visit(words: str) -> dict[str, str] | None:
    """The number of a visit where nothing else is said: "登记号8"."""
    found = _NUMBER.fullmatch(squeeze(words))
    return {"visit": found[1]} if found else None


def asks_who(words: str) -> dict[str, str] | None:
    """谁来: about a visit whatever was spoken of."""
    found = follows(words)
    return found if found and found["ask"] == "who" else None


def other_time(words: str) -> dict[str, str] | None:
    """那改到下午呢, 星期五行吗: nothing but another time for the visit spoken of."""
    found = _OTHER_TIME.fullmatch(normal(words))
    if found is None or not (found["lead"] or found["tail"]) or len(found["when"]) > TIME_ONLY:
        return None
    when = parse_when(found["when"], real_now())
    return {"when": found["when"]} if when is not None and (when.has_day or when.has_hour) else None


@feature.dialog("visit_other_time", "改走访时间", reads=other_time, continues="visit")
async def another_time(talk: Talk) -> None:
    """Read back before it is moved, as always."""
    raise GoTo("visit_change", visit=talk.topic["visit"], when=talk.slots["when"])


@feature.dialog("visit_who", "问谁来走访", quick=True, reads=asks_who)
async def who(talk: Talk) -> None:
    """About each open visit."""
    await more(talk)


@feature.dialog("visit_more", "接着问这次走访", quick=True, reads=follows, continues="visit")
async def more(talk: Talk) -> None:
    """About the visit spoken of last, else about each that is open."""
    mine = {person.id for person in talk.people} | ({talk.me.id} if talk.me else set())
    found = await talk.all(visits.asked_by(mine))
    spoken_of = [visit for visit in found if str(visit.id) == talk.topic.get("visit")]
    meant: Sequence[Visit] = spoken_of or found[:MOST]
    if not meant:
        raise GoTo("visit_manage")
    if spoken_of:
        talk.about(visit=str(spoken_of[0].id))
    for visit in meant:
        talk.say(
            _answer(talk.slots.get("ask", ""), visit, called(talk, visit.person or visit.name))
        )


@feature.dialog("visit_numbered", "看这次走访", reads=numbered_visit)
async def numbered(talk: Talk) -> None:
    """By its number: as a coordinator, as the volunteer who goes, or as the one who asked."""
    number = int(talk.slots.get("visit", "0"))
    me = talk.me
    if (
        me is not None
        and me.is_staff
        and number in {v.id for v in await talk.all(access_visits(me, visits.by_urgency()))}
    ):
        raise GoTo("visit_desk", visit=str(number))
    if me is not None and Role.VOLUNTEER in me.roles and number in await _going(talk, me.id):
        raise GoTo("visit_mine", visit=str(number))
    mine = {person.id for person in talk.people} | ({me.id} if me else set())
    if number not in {visit.id for visit in await talk.all(visits.asked_by(mine))}:
        raise Refused(f"您没有登记号{number}的走访。约了哪些，请说“我的上门”看看。")
    raise GoTo("visit_manage", visit=str(number))


async def _going(talk: Talk, volunteer_id: int) -> set[int]:
    """The visits to which this volunteer is invited, or that are accepted."""
    invited = await talk.all(visits.invitations_of(volunteer_id))
    taken = await talk.all(visits.taken_by(volunteer_id))
    return {i.visit.id for i in invited} | {visit.id for visit in taken}


def _answer(ask: str, visit: Visit, whom: str) -> str:
    """One or two sentences; who isn't settled is said to be so."""
    when = when_words(visit)
    match ask:
        case "time":
            return f"去看{whom}约的是{when}。具体几点，去之前会打电话说好。"
        case "bring":
            return f"{when}去看{whom}，不用准备什么，人在就好。来的人不收钱，也不收东西。"
    if visit.state is State.ACCEPTED and visit.volunteer is not None:
        return f"{when}由{visit.volunteer.name}去看{whom}。"
    waits = "已经问了志愿者，在等答复" if visit.state is State.INVITED else "还在请人"
    return f"{when}去看{whom}，{waits}。定了是谁，马上告诉您。"
