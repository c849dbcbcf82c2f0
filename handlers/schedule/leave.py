"""请假: for the next study day or the day named; the coordinators hear of it, a make-up task is opened."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot.domain import schedule
from bot.domain.access.study import access_leave
from bot.domain.base import Refused
from bot.domain.people import Person, Role, holding
from bot.domain.phrase import Phrase, Slot
from bot.domain.schedule import Day, DayKind, Leave, MakeUpTask
from bot.domain.wording import day_words
from bot.feature import Place
from bot.talk import CHANGE, YES, Answer, Change, Choice, Note, Talk, choice_said, gate_of
from bot.text import clean
from bot.understand import understand
from handlers.schedule.about import by_of, days_of, feature, settings_of, span_of

CHOICES = 8
"""So many days to come are offered where another one is meant."""
_AWAY = (
    r"[请清青]个?[假价贾](?:一[天次])?|告假|缺席|不[想能]?[去来]了?|[去来到](?:不了|不成|不得)了?|"
    r"参加不了|不能?参加了?|唔[去嚟]"
)
_FILLER = (
    r"这次|这回|今天|明天|后天|听日|那天|的|学习日?|党课|开会|会|服务日|志愿服务|活动|"
    r"帮?我(?:要|想)?|给|了|吧|啊|一下"
)
_SERVICE = re.compile(r"服务|志愿|义工")
_FOR_OTHER = re.compile(
    r"(?:替|帮|给|代)?(?:我|俺|咱)(?:家)?的?(?:老?[爸妈]|爸爸|妈妈|父亲|母亲|老伴|爱人|老公|老婆|奶奶|爷爷|外婆|外公)"
    r"(?:也|要|想|说|今天|明天|这次)*(?:请个?假|[来去]不了|不[来去]了)"
)
_STUDY = re.compile(r"学习|党课|上课|开会")
_LONGEST = 60
ENOUGH = "不用了"
_DAY_ONLY = 12
"""So long is a sentence at most that names nothing but a day."""
SHOWN = 20
"""Characters of a reason that are read back."""
_NAME, _WHAT = (
    Slot("name", "姓名", "韦建国", needed=True),
    Slot("what", "活动", "12月15日(周二)的学习日", needed=True),
)
AWAY = feature.phrase(
    "leave_staff", "会员请了假，发给联络员", "{姓名}请假：{活动}{原因}。", _NAME, _WHAT,
    Slot("reason", "原因", "，腿疼", "前面有逗号；没说的、在不能写的地方是空的"),
)  # fmt: skip
AFTER_ALL = feature.phrase(
    "leave_back_staff", "会员撤了假，发给联络员", "{姓名}撤销请假，会来参加：{活动}。", _NAME, _WHAT
)
JUST_REMINDED = timedelta(days=3)
"""Within so many days of something, people who say they can't come mean that."""


@feature.dialog(
    "leave",
    "请假",
    words=("请假", "我要请假", "我想请假", "请个假", "我请假"),
    intents=("leave",),
    place=Place("学", "请假", 12),
)
async def leave(talk: Talk) -> None:
    """Read back with its date; another day is one choice away."""
    _first_words(talk)
    if not talk.answers and len(talk.people) == 1 and _own(talk, talk.people[0]):
        _refuse_for_other(talk.slots.get("words", ""))
    person = await talk.member()
    day = await _which(talk, person)
    by = by_of(talk, talk.slots.get("reason", ""))
    row, task = schedule.take_leave(talk.rows, person, day, by, settings_of(talk).make_up_days)
    _answer(talk, person, day, task)
    for note in _to_staff(talk, AWAY, row, schedule.what_words(day), row.reason):
        talk.tell(note)
    talk.can_undo("schedule.leave", row.id, f"{day_words(day.day)}的请假")


@feature.undo("schedule.leave", gate_of(Leave, access_leave))
async def come_after_all(talk: Talk, ref: str) -> None:
    """The leave is taken back, and with it the make-up task."""
    row = await talk.get(Leave, int(ref))
    if row is None or row.ended_at is not None:
        return
    schedule.withdraw(row, await talk.all(schedule.tasks_of(row.person_id)), by_of(talk))
    what = f"{day_words(row.day)}的{schedule.KIND_TITLE[row.kind]}"
    for note in _to_staff(talk, AFTER_ALL, row, what, ""):
        talk.tell(note)
    talk.say(f"好的，假不请了。{what}等您来。")


def reason_in(text: str) -> str:
    """Why somebody will not come, as far as the sentence says it: "请假 腿疼" → "腿疼"."""
    if not re.search(_AWAY, text):
        return ""
    bits = re.split(r"[\s,，。;；、!！]+", clean(text))
    said = [bit for bit in bits if not re.search(_AWAY, bit)]
    if not said:
        rest = (re.sub(f"{_AWAY}|{_FILLER}", "", bit) for bit in bits)
        said = [bit for bit in rest if len(bit) > 1]
    return "，".join(bit for bit in said if bit)[:_LONGEST]


def _first_words(talk: Talk) -> None:
    """What the very first sentence says is kept; a later answer is no reason."""
    if "reason" in talk.slots:
        return
    text = talk.said.text
    span = span_of(talk, talk.slots.get("when", ""))
    talk.slots["day"] = span.first.isoformat() if span is not None and span.single else ""
    talk.slots["kind"] = _kind_in(text)
    talk.slots["reason"] = reason_in(text)


def _refuse_for_other(words: str) -> None:
    """ "我老伴要请假" on a phone that stands for the speaker alone must not become the speaker's leave."""
    if _FOR_OTHER.search(words):
        raise Refused(
            "我还不知道是替哪一位。请用那位的手机说，或者先说“替老人登记”，也可以找人帮忙。"
        )


async def _confirm(talk: Talk, question: str) -> None:
    """Read back; a reason or another day said instead of 对 is taken into it, and it is read back again."""

    def parse(answer: Answer) -> str:
        if choice_said(answer.text, (Choice(YES), Choice(CHANGE))) is not None:
            return ""
        if not _day_in(talk, answer.text) and understand(answer.text, answer.at).intent != "care":
            raise Refused("请按一下按钮，或者回一个数字。")
        return answer.text

    words = await talk.ask("confirm", question, parse, choices=[YES, CHANGE])
    if not words:
        await talk.confirm(question, {"which": "日子"})
        return
    if day := _day_in(talk, words):
        talk.slots["day"], talk.slots["kind"] = day, ""
    else:
        talk.slots["reason"] = talk.slots["noted"] = clean(words)[:_LONGEST]
    raise Change(frozenset({"confirm"}))


def _day_in(talk: Talk, words: str) -> str:
    """The one day that short words name, as ISO, or ""."""
    span = span_of(talk, words) if len(words) <= _DAY_ONLY else None
    return span.first.isoformat() if span is not None and span.single else ""


def _noted(talk: Talk) -> str:
    """ "记下了：腿疼。" of a reason given at the read-back, where the channel may carry it."""
    reason = talk.slots.get("noted", "")
    return f"记下了：{reason[:SHOWN]}。" if reason and talk.private else ""


def _kind_in(text: str) -> str:
    if _SERVICE.search(text):
        return DayKind.SERVICE
    return DayKind.STUDY if _STUDY.search(text) else ""


async def _which(talk: Talk, person: Person) -> Day:
    """The day meant, read back; Refused where nothing is coming."""
    days = days_of(talk, person)
    if not days:
        raise Refused("最近没有学习和活动，不用请假。")
    meant = _meant(talk, days)
    if schedule.takes_part(talk.rows, Leave, person.id, meant):
        return await _one_more(talk, days, meant)
    try:
        who = "您" if _own(talk, person) and len(talk.people) == 1 else person.name
        head = _none_then(talk, meant) + _noted(talk)
        question = f"{head}{schedule.when_words(meant)}的{meant.title}，给{who}请假，对吗？"
        await _confirm(talk, question)
    except Change as change:
        if "which" not in change.keys:
            raise
        return await _another(talk, days)
    return meant


def _meant(talk: Talk, days: Sequence[Day]) -> Day:
    """The day named, else of the kind spoken of, else what people are just reminded of, else the next study day."""
    on_day = [d for d in days if d.day.isoformat() == talk.slots["day"]]
    soon = [d for d in days if d.day - talk.today <= JUST_REMINDED]
    first = next((d.kind for d in soon), DayKind.STUDY)
    study = any(d.kind is DayKind.STUDY and d.day == soon[0].day for d in soon)
    kind = talk.slots["kind"] or (DayKind.STUDY if study else first)
    for few in (on_day, days):
        of_kind = [d for d in few if d.kind == kind]
        if of_kind or (few and few is on_day):
            return (of_kind or few)[0]
    return days[0]


async def _one_more(talk: Talk, days: Sequence[Day], meant: Day) -> Day:
    """For the day meant leave is asked already: forgotten, or another day is meant."""
    labels = {schedule.what_words(d): d for d in days[:CHOICES] if d is not meant}
    choices = [Choice(words, f"{d.day.month}月{d.day.day}日") for words, d in labels.items()]
    text = f"{schedule.what_words(meant)}已经请过假了。还要给别的日子请吗？"
    taken = await talk.choose("which", text, [*choices, Choice(ENOUGH)])
    if taken == ENOUGH:
        raise Refused("好的，不用再请。")
    return labels[taken]


def _none_then(talk: Talk, meant: Day) -> str:
    """ "11月23日(周一)没有安排。" where that day was named and nothing is held on it."""
    named = talk.slots["day"]
    if not named or meant.day.isoformat() == named:
        return ""
    return f"{day_words(date.fromisoformat(named))}没有安排。"


async def _another(talk: Talk, days: Sequence[Day]) -> Day:
    labels = {schedule.what_words(d): d for d in days[:CHOICES]}
    choices = [Choice(words, f"{d.day.month}月{d.day.day}日") for words, d in labels.items()]
    listed = "；".join(f"{d.day.month}月{d.day.day}日{d.title[:6]}" for d in days[:4])
    return labels[await talk.choose("which", f"给哪一天请假？{listed}。", choices)]


def _own(talk: Talk, person: Person) -> bool:
    return person is talk.me and talk.relation == "self"


def _answer(talk: Talk, person: Person, day: Day, task: MakeUpTask | None) -> None:
    """What was done, and what is still to do."""
    whose = "" if _own(talk, person) and len(talk.people) == 1 else person.name
    done = f"{whose}请好假了：{schedule.what_words(day)}。"
    if task is None:
        talk.say(f"{done}您安心休息，下次再来。")
        return
    talk.say(
        f"{done}请在{day_words(task.due_on, talk.today)}前在家补课，学完说“补学完了”。要撤，说“撤销”。"
    )


def _to_staff(talk: Talk, phrase: Phrase, row: Leave, what: str, reason: str) -> list[Note]:
    """Told to the branch's coordinators; the reason only where the channel is private."""
    plain = phrase(talk.settings, name=row.person.name, what=what, reason="")
    text = phrase(
        talk.settings, name=row.person.name, what=what, reason=f"，{reason}" if reason else ""
    )
    found = talk.rows.all(holding(Role.COORDINATOR, row.branch_id))
    key = f"leave:{row.id}:{talk.said.channel}:{talk.said.id}"
    actor = talk.me.id if talk.me else None
    return [Note(c.id, text, f"{key}:{c.id}", plain=plain) for c in found if c.id != actor]
