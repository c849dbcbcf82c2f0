"""A believable conversation on a served house, for a real browser to look at."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from bot.domain.mail import Heard, Inbox, Mail
from bot.domain.people import Role
from bot.feature import Feature, Page, Waits
from bot.parts import Field, Form, Table, Text
from bot.talk import Choice, Note, Reply
from bot.web import listen, serve
from tests.sampler import Sampler
from tests.web_house import NOW, House


def _reply(text: str, *labels: str) -> Reply:
    return Reply(text, tuple(map(Choice, labels)))


ANSWERS = {
    "学习日是哪天？": _reply(
        "下次学习日是12月10日(周四)上午9点，在一楼会议室，学习四中全会精神。", "请假", "下个月呢"
    ),
    "请人上门": _reply(
        "第1步，共4步：请问是什么事要人上门？", "身体不好", "家里要帮手", "想聊聊天", "别的事"
    ),
    "身体不好": _reply("第2步，共4步：您想哪天？", "明天", "后天", "这个星期六", "另选一天"),
    "后天": _reply("12月5日(周六)上午，志愿者到您家看望您，照登记的住址，对吗？", "对", "改一下"),
    "对": _reply("约好了：12月5日(周六)上午。联络员卢桂芳会先打电话给您。", "撤销"),
}
SAID = ("学习日是哪天？", "请人上门", "身体不好", "后天", "对")


class Village(House):
    """A house whose community gives believable answers."""

    def answer(self, session: Session, row: Inbox) -> None:
        """The answer that stands in the list, or a friendly question."""
        row.state = Heard.DONE
        unknown = Reply(
            "我没听明白。您可以按下面的按钮。", tuple(map(Choice, ("学习日是哪天？", "请人上门")))
        )
        reply = ANSWERS.get(row.text, unknown)
        self.post.answer(session, f"a:{row.id}:0", "web", row.address, reply, self.at)

    def talk(self, person: int, address: str) -> None:
        """What was said so far, a minute apart, and a reminder at the end."""

        def job(session: Session) -> None:
            for number, text in enumerate(SAID):
                self.at += timedelta(minutes=1)
                row = Inbox(
                    channel="web",
                    update_id=f"v{number}",
                    address=address,
                    at=self.at,
                    text=text,
                    media=[],
                )
                session.add(row)
                session.flush()
                self.answer(session, row)
            self.at += timedelta(hours=4)
            words = "明天上午9点是志愿服务日，在双鹤社区广场集合，请您带上红马甲。"
            self.post.note(session, Note(person, words, "r", Mail.REMINDER), self.at)

        self.db.write_now(job)


def desk() -> Feature:
    """A feature with a page of every part."""
    fields = (
        Field(
            "who",
            "给谁",
            "choice",
            "",
            (("1", "三海街道离退休党支部"), ("2", "双鹤社区离退休党支部")),
        ),
        Field("text", "说什么", "area"),
        Field("when", "哪天", "date", required=False),
    )
    rows = (
        ("韦建国", "12月5日(周六)上午", "等志愿者答复"),
        ("覃秀英", "12月8日(周二)下午", "已约好"),
    )
    table = Table(("姓名", "时间", "状态"), rows, links=("/desk/visits?id=1",))
    page = Page(
        "visits",
        "走访",
        lambda *_: [Text("两次走访还没有办完。"), table, Form("send", "发出去", fields)],
    )
    schedule = Page("schedule", "日程", lambda *_: [table], roles=frozenset({"stranger"}))
    waits = [
        Waits(
            "覃秀英说起不来了",
            "电话138****0002。原话：“我摔倒了，起不来”",
            NOW,
            urgent=True,
            command="接 12",
        ),
        Waits(
            "韦建国等着登记", "名字对得上，电话对不上", NOW - timedelta(days=1), command="登记 3"
        ),
    ]
    return Feature("visit", "走访", pages=[page, schedule], waiting=lambda *_: waits)


@contextmanager
def served(folder: Path) -> Iterator[tuple[Village, str]]:
    """A village that listens on the loopback, in a thread of its own."""
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    village = Village(folder, (desk(), Sampler().feature), url)
    started, stopper = threading.Event(), list[Callable[[], object]]()

    async def run() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        stopper.append(partial(loop.call_soon_threadsafe, stop.set))
        bell = asyncio.create_task(village.chat.run(village.hear))
        started.set()
        await serve(village.app, listener, stop, [village.chat.close, village.desk.close])
        bell.cancel()
        await asyncio.gather(bell, return_exceptions=True)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    started.wait(10)
    try:
        yield village, url
    finally:
        stopper[0]()
        thread.join(10)
        village.db.close()


def member(village: Village) -> str:
    """The sign-in link of a member."""
    return village.link(village.person("韦建国", Role.MEMBER))


def coordinator(village: Village) -> str:
    """The sign-in link of a coordinator."""
    return village.link(village.person("卢桂芳", Role.COORDINATOR))
