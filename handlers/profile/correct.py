"""改我的资料: what is wrong and how it should be, read back; a coordinator checks it within three working days."""

from bot.domain import correction
from bot.domain.base import Refused
from bot.domain.correction import WHAT_TITLE, Correction, What
from bot.domain.people import Person
from bot.domain.phrase import Slot
from bot.domain.wording import day_words
from bot.feature import REGISTERED, own
from bot.members import staff_notes
from bot.talk import Answer, Choice, Parser, Talk
from handlers.profile.about import CORRECT, feature, send, stands_for, value_words

DESK = "待更正"
ASKED = feature.phrase(
    "asked", "会员请人改资料，发给联络员", f"{{姓名}}想改{{哪一样}}{{改成}}。请说“{DESK}”。",
    Slot("who", "姓名", "韦建国(0001)", needed=True), Slot("what", "哪一样", "电话"),
    Slot("new", "改成", "：13800000000", "前面有冒号；不能写电话的地方是空的"),
)  # fmt: skip
_ASK = {
    What.PHONE: "新的电话号码是多少？", What.ADDRESS: "新的住址是哪里？", What.NAME: "姓名应该是哪几个字？",
    What.BORN_ON: "出生日期应该是哪一天？比如“1948年3月5日”。",
    What.JOINED_ON: "入党日期应该是哪一天？比如“1976年12月26日”。",
    What.FULL_MEMBER_ON: "转正日期应该是哪一天？比如“1977年12月26日”。",
    What.BRANCH: "应该是哪个支部？", What.OTHER: "哪里不对？应该是什么样？",
}  # fmt: skip
_ALSO = {WHAT_TITLE[What.ADDRESS]: "地址", WHAT_TITLE[What.PHONE]: "电话号码"}
_BY_TITLE = {title: what for what, title in WHAT_TITLE.items()}


@feature.dialog(
    "profile_correct",
    "改我的资料",
    words=(CORRECT, "改一改", "资料不对", "改资料"),
    roles=REGISTERED,
)
async def correct(talk: Talk) -> None:
    """One thing at a time; asking again about the same thing renews what waits."""
    person = await talk.member()
    what = await _what(talk)
    new = await _new(talk, what)
    title = WHAT_TITLE[what]
    shown = value_words(what, new, private=talk.private) if new else "联络员打电话问您"
    await talk.confirm(
        f"{person.name}的{title}改成：{shown}。对吗？", {"new": title, "what": "改别的"}
    )
    row = await _put_down(talk, person, what, new)
    who = f"{person.name}({person.number})"
    value = f"：{value_words(what, new) if new else '请打电话问'}"
    text = ASKED(talk.settings, who=who, what=title, new=value)
    plain = ASKED(talk.settings, who=who, what=title, new="")
    key = f"correction:{row.id}:{talk.said.channel}:{talk.said.id}"
    send(talk, staff_notes(talk.rows, person.branch_id, key, text, plain, DESK))
    due = day_words(row.due_on, talk.today)
    talk.say(f"记下了。联络员核对后就改，最迟{due}，改好了告诉您。")
    talk.can_undo("profile.correct", row.id, f"改{title}")


async def _what(talk: Talk) -> What:
    if "what" in talk.slots:
        talk.slots["what"] = WHAT_TITLE.get(_as_what(talk.slots["what"]), talk.slots["what"])
    titles = [Choice(_ALSO.get(title, title), title) for title in _BY_TITLE]
    taken = await talk.choose("what", "您想改哪一样？", titles, slot="what")
    return next(what for title, what in _BY_TITLE.items() if taken in (title, _ALSO.get(title)))


def _as_what(value: str) -> What:
    return What(value) if value in set(What) else What.OTHER


async def _new(talk: Talk, what: What) -> str:
    """The new value; an address isn't asked for where it must not be spelled."""
    if what is What.ADDRESS and not talk.private:
        return ""
    return await talk.ask("new", _ASK[what], _as_value(what), slot="new")


def _as_value(what: What) -> Parser[str]:
    def parse(answer: Answer) -> str:
        words = answer.text.strip()
        if not words:
            raise Refused("请您打字告诉我，好吗？")
        return correction.read(what, words, answer.at.date())

    return parse


async def _put_down(talk: Talk, person: Person, what: What, new: str) -> Correction:
    row = await talk.one(correction.waiting_for(person.id, what))
    if row is None:
        row = Correction(
            person_id=person.id, person=person, what=what, at=talk.now, step=correction.Step.OPEN,
            due_on=correction.due_on(talk.today),
        )  # fmt: skip
    row.new, row.relation = new, await stands_for(talk, person)
    row.asked_by_id = talk.me.id if talk.me else None
    return await talk.add(row)


@feature.undo("profile.correct", own)
async def withdraw(talk: Talk, ref: str) -> None:
    """As long as nobody has decided it."""
    row = await talk.get(Correction, int(ref))
    if row is None or row.step is not correction.Step.OPEN:
        raise Refused("联络员已经办了这一条。要再改，请说“改我的资料”。")
    await talk.remove(row)
    talk.say("好的，不改了。")
