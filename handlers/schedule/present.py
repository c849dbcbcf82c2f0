"""签到 on the day, and 补学完了 for a day that was missed."""

import re
from collections.abc import Sequence

from bot.domain import schedule
from bot.domain.access.study import access_task
from bot.domain.base import Refused
from bot.domain.people import Person
from bot.domain.schedule import Attendance, Day, DayKind, MakeUpTask
from bot.domain.wording import day_words
from bot.feature import Place, own
from bot.talk import Choice, GoTo, Talk, gate_of
from bot.text import normal
from handlers.schedule.about import by_of, days_of, feature

MADE_UP = "补学完了"
_CODE = re.compile(r"签到码?[:： ,，]*(?P<code>\d{4})")
_AT_HOME = re.compile(r"[学看听读做写睇习]完|补学|补课|自学|在家|喺屋企")


def code_said(words: str) -> dict[str, str] | None:
    """The code of "签到 4826", as a day's QR code says it."""
    found = _CODE.fullmatch(normal(words))
    return {"code": found["code"]} if found else None


@feature.dialog(
    "checkin",
    "签到",
    words=("签到", "打卡", "我到了", "我来签到"),
    intents=("checkin",),
    place=Place("学", "签到", 13),
    reads=code_said,
)
async def sign_in(talk: Talk) -> None:
    """Somebody is here today; the words say all, so nothing is read back."""
    if _AT_HOME.search(normal(talk.slots.setdefault("words", talk.said.text))):
        raise GoTo("made_up")
    person = await talk.member()
    day = await _today(talk, person)
    what = schedule.what_words(day)
    if schedule.takes_part(talk.rows, Attendance, person.id, day):
        talk.say(f"{person.name}，{what}已经签到了，您放心。")
        return
    row = schedule.sign_in(talk.rows, person.id, day, by_of(talk))
    talk.say(f"{person.name}，签到好了：{what}。谢谢您来！")
    talk.can_undo("schedule.checkin", row.id, f"{day_words(day.day)}的签到")


@feature.dialog(
    "made_up", "补课完成", words=(MADE_UP, "补课完了", "补完课了", "学完了", "补学好了")
)  # fmt: skip
async def made_up(talk: Talk) -> None:
    """A make-up task is done, for a day that has been: read back with its date."""
    person = await talk.member()
    tasks = await talk.all(schedule.tasks_of(person.id))
    if not tasks:
        raise Refused("您爱学习，真好！现在没有要补的课。学习日当天来了，说“签到”就行。")
    past = [task for task in tasks if task.leave.day <= talk.today]
    if not past:
        first = min(task.leave.day for task in tasks)
        raise Refused(f"{day_words(first)}的学习还没到。那天以后在家学完了，再说“{MADE_UP}”。")
    names = {f"{day_words(task.leave.day)}的学习": task for task in past}
    choices = [Choice(name, name.split("(")[0]) for name in names]
    question = "哪一天的补学完了？" if len(past) > 1 else f"{next(iter(names))}，补学完了，对吗？"
    wanted = choices if len(past) > 1 else [Choice(next(iter(names)), "对"), Choice("还没有")]
    taken = await talk.choose("which", question, wanted)
    if taken not in names:
        talk.say("不着急，学完再说一声就行。")
        return
    task = names[taken]
    schedule.finish(task, by_of(talk))
    talk.say(f"记下了：{taken}补好了。您学得真认真！")
    talk.can_undo("schedule.made_up", task.id, "补学完了")


@feature.undo("schedule.checkin", own)
async def not_here(talk: Talk, ref: str) -> None:
    """Signed in by mistake."""
    row = await talk.get(Attendance, int(ref))
    if row is not None and row.ended_at is None:
        schedule.sign_out(talk.rows, row, by_of(talk))


@feature.undo("schedule.made_up", gate_of(MakeUpTask, access_task))
async def still_to_do(talk: Talk, ref: str) -> None:
    """Said too soon."""
    task = await talk.get(MakeUpTask, int(ref))
    if task is not None:
        schedule.unfinish(task)


async def _today(talk: Talk, person: Person) -> Day:
    """What is held today; Refused, naming the next day, where nothing is."""
    held = (
        schedule.coming(talk.rows, person.branch_id, talk.today, talk.today)
        if person.branch_id is not None
        else []
    )
    if not held:
        coming = [d for d in days_of(talk, person) if d.kind is DayKind.STUDY]
        later = f"下一个学习日是{schedule.when_words(coming[0])}，" if coming else ""
        raise Refused(f"今天没有学习和活动。{later}到时候再签到就行。")
    if "code" in talk.slots:
        return _coded(held, talk.slots["code"])
    if len(held) == 1:
        return held[0]
    titles = {f"{n}. {d.title}"[:8]: d for n, d in enumerate(held, 1)}
    return titles[await talk.choose("what", "您来参加哪一样？", list(titles))]


def _coded(held: Sequence[Day], code: str) -> Day:
    """The day of the code on the wall; a code of another day or another branch is worth nothing."""
    for day in held:
        if schedule.code_of(day) == code:
            return day
    raise Refused(f"{code}不是今天的签到码。请看会场里今天的码，或者只说“签到”。")
