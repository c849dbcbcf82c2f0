"""Reading what people answer about visits: the reason, and who is meant."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain import visits
from bot.domain.base import Refused
from bot.domain.people import Person
from bot.domain.visits import HALF_TITLE, Reason
from bot.domain.wording import day_words
from bot.talk import Answer, Parser, Talk, as_text
from bot.text import normal, same_name, squeeze, yes_or_no
from bot.understand import understand
from handlers.visit.times import TIME_ONLY, by_day, half_day, said_when

SOMEBODY = "替别人请"
"""The slot `person` when it is not said yet who."""

_SELF = frozenset({"我", "自己", "我自己", "本人", "我本人"})
_KIN = re.compile(
    r"(?:我|俺|阮|我们?家|咱家|家里|家)?的?(?:老?(?:妈|爸)|妈妈|爸爸|母亲|父亲|阿(?:妈|爸)|娘|爹|老伴|老婆|老公|爱人|丈夫|妻子|"
    r"岳(?:父|母)|公公|婆婆|爷爷|奶奶|外公|外婆|老人|老头子?|老太太)"
)
_OWN_KIN = re.compile(
    r"(?:我|俺|我们?家)的?(?:老?(?:妈|爸)|母亲|父亲|阿(?:妈|爸)|老伴|老婆|老公|爱人|丈夫|妻子|奶奶|爷爷|外公|外婆)"
)
_NAMED = re.compile(
    r"看(?:看|望|一?下)?(?:我?(?:隔壁|对门|楼[上下])的?)?(?P<who>[\u4e00-\u9fff]{2,4})(?=[,。!?、\s吧呀啊]|$)"
)
_FOR = re.compile(
    r"[帮替给为](?P<who>(?:我?(?:隔壁|对门|楼[上下]|邻居|街坊)的?)?[\u4e00-\u9fff]{2,4}?)"
    r"(?:申请|预约|约|请|叫|安排|走访|上门|报)"
)
_NEXT_DOOR = re.compile(r"^我?(?:隔壁|对门|楼[上下]|邻居|街坊)的?(?=.)")
_REASONS: Sequence[tuple[Reason, str]] = (
    (
        Reason.ILLNESS,
        r"身[体子](?:[很好真]|有点|不大|不太|越来越)?(?:不好|不行|差|弱)|难受|病|住院|出院|手术|不舒服|疼|痛|摔|骨折|发烧|感冒|咳|头晕|医院",
    ),
    (Reason.HARDSHIP, r"困难|没钱|揭不开|低保|难处"),
    (Reason.STUDY, r"送学|学习材料|读书|念报|读报"),
    (Reason.FESTIVAL, r"过节|节日|慰问|春节|重阳|中秋"),
    (Reason.TALK, r"聊|讲话|说话|说说|谈心|坐坐|闷|孤单|一个人|陪"),
)
_ASKS = re.compile(
    r"(?:请|叫|派|找|安排|揾)(?:[个位]|一[个位])?人(?:过?来|去|上门|到[我他她]?家)(?!修|送|教|念|读|搬|领)"
)
_ASKS_NOT = re.compile(r"取消|不用|不要|别|改|换|推迟|提前|什么时候|几时|谁|吗$|送学|学习|党课")
_USED = frozenset({"when", "person"})
_NOBODY = re.compile(
    r"[我您你他她它咱们看病请人]|^[这那一下]|情况|身体|病情|一下|家里|老人|忙|究竟|到底|什么|怎么|谁"
)
_ANYBODY = frozenset({"隔壁", "对门", "楼上", "楼下", "邻居", "街坊", "别人", "人家"})
AGAIN = "reason#again"
_NEAR = frozenset(
    {
        "visit_request",
        "visit_manage",
        "study_home",
        "care",
        "fund_apply",
        "wish_post",
        "smalltalk",
        "oos",
    }
)
"""What words about a reason may look like to `bot.understand`; anything else is another wish."""


@dataclass(frozen=True, slots=True)
class Why:
    """A reason, and the asker's own words where it has no name."""

    reason: Reason
    words: str = ""
    when: str = ""
    """Not a reason at all but a time: kept, and the reason asked for again."""


def asked_for(words: str) -> dict[str, str] | None:
    """The slots of "下星期三下午请人来看看我妈": somebody is asked to come, and nothing is taken back."""
    said = normal(words)
    if not _ASKS.search(said) or _ASKS_NOT.search(said):
        return None
    return {name: text for name, text in understand(words).slots.items() if name in _USED}


async def note_first_words(talk: Talk) -> None:
    """What the very first sentence says already ("我妈病了，请人去看看") is not asked for again."""
    if talk.heard is not None or talk.answers:
        return
    said = normal(talk.slots.get("words") or talk.said.text)
    reason = _reason_in(said)
    if reason is not None:
        talk.slots.setdefault("reason", visits.REASON_TITLE[reason])
    kin = _OWN_KIN.search(said)
    name = _NAMED.search(said) or _FOR.search(said)
    if kin is not None:
        talk.slots.setdefault("person", kin.group())
    elif name is not None and not _NOBODY.search(who := _NEXT_DOOR.sub("", name["who"])):
        talk.slots.setdefault("person", SOMEBODY if who in _ANYBODY else who.rstrip("吧呀啊"))


def _reason_in(words: str) -> Reason | None:
    return next((r for r, pattern in _REASONS if re.search(pattern, normal(words))), None)


async def ask_reason(talk: Talk, called: str) -> Why:
    """Why; free words are taken for what they say, and kept only where the reason has no name.

    The question says what was understood so far: `called` is how the visited person is called.
    """
    offered = [Reason.TALK, Reason.ILLNESS, Reason.HARDSHIP, Reason.OTHER]
    choices = [visits.REASON_TITLE[reason] for reason in offered]
    text = f"好的{_so_far(talk, called)}。是为了什么事呢？"
    why = await talk.ask("reason", text, as_reason(talk), choices=choices, slot="reason")
    if not why.when:
        return why
    if not any(answer.key == AGAIN for answer in talk.answers):
        talk.slots["when"] = why.when
    text = f"好的{_so_far(talk, called)}。是为了什么事呢？"
    return await talk.ask(AGAIN, text, as_reason(talk), choices=choices)


def _so_far(talk: Talk, called: str) -> str:
    """ "，11月25日(周三)下午去看您": the day and the person where the first words named them."""
    when = said_when(talk, talk.slots.get("when", ""), talk.said.at)
    day = ""
    if when is not None and when.has_day and when.kind not in {"days", "vague"}:
        half = half_day(when, None).half if by_day(when) else None
        day = day_words(when.day) + (HALF_TITLE[half] if half else "")
    return f"，{day}去看{called}" if day or called != "您" else "，请人上门"


def as_reason(talk: Talk) -> Parser[Why]:
    """Reads a reason by its title or by what the words are about."""
    return lambda answer: _reason(talk, answer)


def _reason(talk: Talk, answer: Answer) -> Why:
    said = squeeze(answer.text)
    for reason, title in visits.REASON_TITLE.items():
        if said == squeeze(title):
            return Why(reason)
    words = as_text(60)(answer)
    if yes_or_no(words) is not None:
        raise Refused("请您按一下按钮，或者说说想请人去做什么。")
    when = said_when(talk, words, answer.at)
    if when is not None and when.has_day and not _reason_in(words) and len(words) <= TIME_ONLY:
        return Why(Reason.OTHER, when=words)
    meant = understand(words, answer.at)
    if meant.action == "act" and meant.intent not in _NEAR:
        raise Refused("请您按一下按钮，或者说说想请人去做什么。")
    found = _reason_in(words)
    return Why(found) if found else Why(Reason.OTHER, words)


async def ask_whom(talk: Talk) -> Person | str:
    """Who is to be visited: a person, or the words for somebody whom only a coordinator can find."""
    words = squeeze(talk.slots.get("person", ""))
    if not words or words in _SELF:
        return await talk.member()
    if words == SOMEBODY:
        words = await talk.ask("whom", "请问去看哪一位？说姓名就行，比如“陈桂英”。", as_text(20))
    for person in talk.people:
        if same_name(person.name, words):
            return person
    if _KIN.fullmatch(words):
        return _kin(talk) or _own_kin(talk, words)
    return await _on_roster(talk, words) or words


def called(talk: Talk, whom: Person | str) -> str:
    """ "您" for the one who speaks, "您妈妈", else the name; on a shared phone nobody is "您"."""
    if isinstance(whom, str):
        mine = f"{talk.me.name}的" if talk.me is not None else ""
        return f"您{whom.removeprefix(mine)}" if mine and whom.startswith(mine) else whom
    return "您" if is_own(talk, whom) and len(talk.people) == 1 else whom.name


def is_own(talk: Talk, whom: Person | str) -> bool:
    """Whether somebody asks for themselves."""
    me = talk.me if talk.relation == "self" else None
    return me is not None and isinstance(whom, Person) and whom.id == me.id


def _own_kin(talk: Talk, words: str) -> str:
    """ "王秀英的妈妈" for "我妈": a coordinator must know whose."""
    bare = re.sub(r"^(?:我们?家|咱家|家里|我|俺|阮|家)?的?", "", words)
    kin = bare * 2 if bare in ("妈", "爸") else bare
    return f"{talk.me.name}的{kin}" if talk.me is not None and talk.relation == "self" else kin


def _kin(talk: Talk) -> Person | None:
    """ "我妈" on a phone that stands for exactly one other person."""
    own = talk.me if talk.relation == "self" else None
    others = [p for p in talk.people if own is None or p.id != own.id]
    return others[0] if len(others) == 1 else None


async def _on_roster(talk: Talk, words: str) -> Person | None:
    """Exactly one person of this name: who reports a neighbour learns nothing from it."""
    found = await talk.all(visits.named(words))
    return found[0] if len(found) == 1 else None
