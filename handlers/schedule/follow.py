"""几点开始, 在哪里学, 要带什么, 那下一次呢: questions that follow an answer are about what was answered last."""

import re

from bot.domain import schedule
from bot.domain.schedule import Day
from bot.feature import ANYONE
from bot.talk import GoTo, Talk
from bot.text import normal
from handlers.schedule.about import ahead, feature

_HEAD = r"(?:那么?|请问|哦|噢|好的?|嗯|这次|到时候?|我们?|咱们|大家|我们要|一般|大概|[,，。 ])*"
_TAIL = r"(?:[呢啊呀吗嘛的吧哦]|[?？。！! ])*"
_WHERE = r"(?:在|到|去)?(?:哪里|哪儿|哪|什么地方|啥地方|边度)"
_ASKS = {
    "material": r"(?:要|用|需要|该)?(?:带|准备)(?:些|点|啲)?(?:什么|啥|哪些|咩)(?:东西|材料)?(?:去|来)?|要不要带东西",
    "place": rf"{_WHERE}(?:学习?|上课|开会?|办|集合|集中|搞|举行|参加)?|地[点方]是?{_WHERE}?|怎么走",
    "time": r"几点钟?(?:开始|集合|到|去|来|上课|开会?)?|(?:什么时候|几时)(?:开始|集合)|时间是?几点",
    "topic": r"(?:学|讲|搞|做|干|上)(?:些|点)?(?:什么|啥|咩)(?:内容)?|(?:是)?什么内容|内容是?(?:什么|啥)",
    "next": r"(?:再)?(?:下一?次|下下次|下一?回|再下一?次|后面那次|下一个)(?:是)?(?:哪一?天|几号|什么时候|几时)?",
}  # fmt: skip
_FORMS = {ask: re.compile(f"{_HEAD}(?:{form}){_TAIL}") for ask, form in _ASKS.items()}


def follows(words: str) -> dict[str, str] | None:
    """Which question it is, where the whole sentence is one."""
    said = normal(words)
    asked = (ask for ask, form in _FORMS.items() if said and form.fullmatch(said))
    return next(({"ask": ask} for ask in asked), None)


@feature.dialog("schedule_more", "接着问这一次", roles=ANYONE, quick=True, reads=follows)
async def more(talk: Talk) -> None:
    """About the day answered last; without one, the next study day with all that is known of it."""
    days = _days(talk)
    if not days:
        raise GoTo("schedule", words=talk.said.text)
    day = days[0]
    if talk.slots.get("ask") == "next":
        _next(talk, days)
        return
    talk.about(**schedule.topic_of(day))
    talk.say(_answer(talk.slots.get("ask", ""), day, talk))


def _days(talk: Talk) -> list[Day]:
    """The day spoken of last, and those like it behind it; empty where none was."""
    topic = talk.topic
    if "source" not in topic:
        return []
    every = ahead(talk, int(topic["branch"]))
    found = next((day for day in every if schedule.topic_of(day).items() <= topic.items()), None)
    if found is None:
        return []
    return [found, *(d for d in every if d.day > found.day and _alike(d, found))]


def _alike(day: Day, other: Day) -> bool:
    return (day.kind, day.title) == (other.kind, other.title)


def _next(talk: Talk, days: list[Day]) -> None:
    if len(days) == 1:
        talk.say(f"{schedule.what_words(days[0])}后面的还没有排。排好了会告诉您。")
        return
    talk.about(**schedule.topic_of(days[1]))
    talk.say(f"再下一个{days[1].title}是{schedule.whole(days[1], talk.today)}")


def _answer(ask: str, day: Day, talk: Talk) -> str:
    """One sentence; what isn't settled is said to be so, and never guessed."""
    what, change = schedule.what_words(day, talk.today), "定了会告诉您。"
    match ask:
        case "material" if day.material:
            return f"{what}，材料：{day.material}。"
        case "material":
            return f"{what}，没有说要带东西，人来就行。"
        case "place":
            return f"{what}，在{day.place}。" if day.place else f"{what}，地点还没有定，{change}"
        case "time" if day.at:
            return f"{day.title}是{schedule.when_words(day, talk.today)}开始。"
        case "time":
            return f"{what}，几点还没有定，{change}"
    if day.topic and day.topic != day.title:
        return f"{what}，内容：{day.topic}。"
    return f"{what}，内容还没有定，{change}"
