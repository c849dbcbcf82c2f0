"""Reading what people answer about visits: the half-day, the reason, and who is meant."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain import visits
from bot.domain.base import Refused
from bot.domain.people import Person
from bot.domain.visits import HALF_TITLE, Half, HalfDay, Reason, VisitSettings
from bot.domain.wording import day_words
from bot.talk import Answer, Choice, Parser, Talk, as_text
from bot.text import normal, same_name, squeeze
from bot.understand import understand
from bot.understand.when import When, parse_when

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
_NAMED = re.compile(r"看(?:看|望|一?下)?(?P<who>[\u4e00-\u9fff]{2,4})(?=[,。!?、\s吧呀啊]|$)")
_REASONS: Sequence[tuple[Reason, str]] = (
    (Reason.ILLNESS, r"病|住院|出院|手术|不舒服|疼|痛|摔|骨折|发烧|感冒|咳|头晕|医院"),
    (Reason.HARDSHIP, r"困难|没钱|揭不开|低保|难处"),
    (Reason.STUDY, r"送学|学习材料|读书|念报|读报"),
    (Reason.FESTIVAL, r"过节|节日|慰问|春节|重阳|中秋"),
    (Reason.TALK, r"聊|讲话|说话|说说|谈心|坐坐|闷|孤单|一个人|陪"),
)
_EVENING, _DAWN, _NOON = 18, 5, 12
_NEAR = frozenset(
    {"visit_request", "visit_manage", "study_home", "care", "fund_apply", "smalltalk", "oos"}
)
"""What words about a reason may look like to `bot.understand`; anything else is another wish."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the half of it where the words named one."""

    day: date
    half: Half | None


@dataclass(frozen=True, slots=True)
class Why:
    """A reason, and the asker's own words where it has no name."""

    reason: Reason
    words: str = ""


def as_moment(
    settings: VisitSettings, now: datetime, default: Half | None = None
) -> Parser[Moment]:
    """Reads "星期五上午" against the moment it was said. `default`: the half where only a day is named."""

    def parse(answer: Answer) -> Moment:
        when = parse_when(answer.text, answer.at)
        if when is None:
            raise Refused("请您说哪一天，比如“星期五上午”。")
        moment = _moment(when, default)
        # A day without its half is good as long as its afternoon is.
        visits.bookable(HalfDay(moment.day, moment.half or Half.AFTERNOON), now, settings)
        return moment

    return parse


def _moment(when: When, default: Half | None) -> Moment:
    if when.kind in {"days", "vague"}:
        raise Refused(f"请您说是哪一天，比如“{day_words(when.day)}上午”。")
    if not when.has_hour:
        return Moment(when.day, default)
    middle = when.start + (when.end - when.start) / 2
    if middle.hour >= _EVENING or middle.hour < _DAWN:
        raise Refused("晚上不上门，怕打扰您休息。请您选上午或者下午。")
    return Moment(when.day, Half.MORNING if middle.hour < _NOON else Half.AFTERNOON)


async def ask_slot(
    talk: Talk, text: str, settings: VisitSettings, keep: Half | None = None
) -> HalfDay:
    """The half-day; a day alone is completed by `keep`, or by one more question."""
    offered = [Choice(slot.words(talk.today)) for slot in visits.nearest(talk.now, settings)]
    moment = await talk.ask(
        "when", text, as_moment(settings, talk.now, keep), choices=offered, slot="when"
    )
    if moment.half is not None:
        return HalfDay(moment.day, moment.half)
    halves = [half for half in Half if _possible(HalfDay(moment.day, half), talk.now, settings)]
    if len(halves) == 1:
        return HalfDay(moment.day, halves[0])
    titles = {HALF_TITLE[half]: half for half in halves}
    taken = await talk.choose("when#half", f"{day_words(moment.day)}上午还是下午？", list(titles))
    return HalfDay(moment.day, titles[taken])


def _possible(slot: HalfDay, now: datetime, settings: VisitSettings) -> bool:
    try:
        visits.bookable(slot, now, settings)
    except Refused:
        return False
    return True


async def note_first_words(talk: Talk) -> None:
    """What the very first sentence says already ("我妈病了，请人去看看") is not asked for again."""
    if talk.heard is not None or talk.answers:
        return
    said = normal(talk.said.text)
    reason = _reason_in(said)
    if reason is not None:
        talk.slots.setdefault("reason", visits.REASON_TITLE[reason])
    kin = _OWN_KIN.search(said)
    name = _NAMED.search(said)
    if kin is not None:
        talk.slots.setdefault("person", kin.group())
    elif name is not None and await talk.all(visits.named(name["who"])):
        talk.slots.setdefault("person", name["who"])


def _reason_in(words: str) -> Reason | None:
    return next((r for r, pattern in _REASONS if re.search(pattern, normal(words))), None)


async def ask_reason(talk: Talk) -> Why:
    """Why; free words are taken for what they say, and kept only where the reason has no name."""
    offered = [Reason.TALK, Reason.ILLNESS, Reason.HARDSHIP, Reason.OTHER]
    choices = [visits.REASON_TITLE[reason] for reason in offered]
    return await talk.ask(
        "reason", "好的。是为了什么事呢？", as_reason, choices=choices, slot="reason"
    )


def as_reason(answer: Answer) -> Why:
    """A reason by its title or by what the words are about."""
    said = squeeze(answer.text)
    for reason, title in visits.REASON_TITLE.items():
        if said == squeeze(title):
            return Why(reason)
    words = as_text(60)(answer)
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
    return _kin(talk, words) or await _on_roster(talk, words) or words


def _kin(talk: Talk, words: str) -> Person | None:
    """ "我妈" on a phone that stands for exactly one other person."""
    if not _KIN.fullmatch(words):
        return None
    own = talk.me if talk.relation == "self" else None
    others = [p for p in talk.people if own is None or p.id != own.id]
    return others[0] if len(others) == 1 else None


async def _on_roster(talk: Talk, words: str) -> Person | None:
    """Exactly one person of this name: who reports a neighbour learns nothing from it."""
    found = await talk.all(visits.named(words))
    return found[0] if len(found) == 1 else None
