"""Make-up tasks on the desk: who has still to make up for a study day, who has done it."""

from collections.abc import Sequence

from bot.domain import schedule
from bot.domain.access.study import access_task
from bot.domain.base import Refused
from bot.domain.people import Person, told_apart
from bot.domain.schedule import MakeUpTask, TaskState
from bot.domain.wording import day_words, moment_words
from bot.feature import Action, Look
from bot.listing import AFTER, SHOWN, day_and_number, page_of
from bot.now import local_day
from bot.parts import Heading, Part, Press, Table
from bot.talk import Rows, Talk, numbered
from handlers.schedule.about import by_of

MADE = "made"
"""The name in the query of the key that the next page of tasks done begins behind."""


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """Open ones first, the most urgent on top; one press says that it is done."""
    today, mine = local_day(look.now), _mine(rows, look.viewer)
    after = day_and_number(look.query.get(AFTER, ""))
    found = schedule.tasks_in(mine, TaskState.OPEN, *after).limit(SHOWN + 1)
    still, ways = page_of(rows.all(found), look.query, lambda t: f"{t.due_on}_{t.id}")
    before = day_and_number(look.query.get(MADE, ""))
    over = schedule.tasks_in(mine, TaskState.DONE, *before).limit(SHOWN + 1)
    done, on = page_of(rows.all(over), look.query, lambda t: f"{t.due_on}_{t.id}", after=MADE)
    names = told_apart([t.leave.person for t in (*still, *done)])
    lines = tuple(
        (
            names[t.leave.person_id], day_words(t.leave.day, today), t.topic or "当天的内容",
            day_words(t.due_on, today), "过了" if t.due_on < today else "",
            press(t, names[t.leave.person_id]),
        )
        for t in still
    )  # fmt: skip
    made = tuple(
        (
            names[t.leave.person_id], day_words(t.leave.day, today), t.topic or "当天的内容",
            moment_words(t.done_at, today) if t.done_at else "",
            Press("还没补完", "undone", _task(t), about=names[t.leave.person_id]),
        )
        for t in done
    )  # fmt: skip
    return [
        Heading("还要补课的"),
        Table(("姓名", "缺的哪天", "学什么", "最迟", "过期", ""), lines, "都补完了。"),
        *ways,
        Heading("补完的"),
        Table(("姓名", "缺的哪天", "学什么", "何时补完", ""), made, "还没有。"),
        *on,
    ]


def press(task: MakeUpTask, name: str) -> Press:
    """Done, by one press. `name`: as the page tells this person from others."""
    return Press("补学完了", "done", _task(task), about=name)


async def done(talk: Talk, form: dict[str, str]) -> str:
    """Made up for, as the member told."""
    task = _found(talk, form, TaskState.OPEN)
    schedule.finish(task, by_of(talk))
    name = task.leave.person.name
    talk.can_undo("schedule.made_up", task.id, f"{name}补学完了")
    return f"记下了：{name}{day_words(task.leave.day)}的学习补好了。"


async def undone(talk: Talk, form: dict[str, str]) -> str:
    """Pressed by mistake."""
    task = _found(talk, form, TaskState.DONE)
    schedule.unfinish(task)
    return f"改回来了：{task.leave.person.name}还要补课。"


def _task(task: MakeUpTask) -> tuple[tuple[str, str], ...]:
    return (("task", str(task.id)),)


def _mine(rows: Rows, viewer: Person) -> list[int]:
    return [branch.id for branch in schedule.reached(rows, viewer)]


def _found(talk: Talk, form: dict[str, str], state: TaskState) -> MakeUpTask:
    """The task within the actor's reach, while it stands so; Refused otherwise."""
    me = talk.staff()
    task = access_task(me, numbered(talk.rows, MakeUpTask, form.get("task", "")))
    if task.state is not state:
        raise Refused("刚才已经有人改过了，请您再看一看。")
    return task


ACTIONS: dict[str, Action] = {"done": done, "undone": undone}
