"""Registration cards: made for one or many, shown once, to be printed and handed over."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.domain.access.people import access_people
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.finding import Filter, people
from bot.domain.people import Person, Sender, Status
from bot.feature import Look, Page, Touch
from bot.members import invite, ways
from bot.parts import Code, Facts, Field, Form, Part, Sheet, Text
from bot.talk import Rows, Talk
from handlers.roster.about import feature

MOST = 100
"""Cards made at once: what fits a stack of paper and a page."""
PATH = "cards"
NEVER, NONE_NOW, ALL = "never", "none", "all"


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """Who gets a card."""
    whom = (
        (NEVER, "从来没登记过手机的"),
        (NONE_NOW, "现在没有手机能用的"),
        (ALL, "全部在册的"),
    )
    fields = (
        Field("whom", "给谁做", "choice", options=whom),
        Field("from", "从哪个编号起", note=f"一次最多做{MOST}张。", required=False),
    )
    return [
        Text(
            "登记卡上有一个码，会员用手机扫一下，按“是我”，就登记好了。一张卡只能用一次，30天内有效。"
        ),
        Text("卡上的码只在做好的这一页上看得到，请当场打印，当面交给本人。", "warning"),
        Form("make", "做登记卡", fields),
    ]


async def make(talk: Talk, form: dict[str, str]) -> tuple[Part, ...]:
    """Cards for everybody who is meant, in the actor's reach, by number."""
    every = people(Filter(status=Status.ACTIVE)).where(
        Person.number >= form.get("from", "").strip()
    )
    query = access_people(talk.staff(), every, change=True)
    bound = select(Sender.person_id)
    if form.get("whom") == NEVER:
        query = query.where(Person.id.not_in(bound))
    elif form.get("whom") == NONE_NOW:
        query = query.where(Person.id.not_in(bound.where(Sender.ended_at.is_(None))))
    chosen = await talk.all(query.limit(MOST))
    if not chosen:
        raise Refused("没有人要做卡了：都登记过了。")
    return (_made(len(chosen)), *(card(talk, person) for person in chosen))


def card(talk: Talk, person: Person) -> Sheet:
    """One fresh card as it is printed. Raises Refused for somebody not on the roster."""
    fresh = invite(talk.rows, person, ways(talk.settings), talk.now, talk.me)
    facts = Facts((("姓名", person.name), ("编号", person.number), ("卡号", fresh.said_code)))
    parts: list[Part] = [facts, Code(fresh.url, f"{person.name}的登记码")]
    if fresh.telegram:
        # Beside each other on the paper: below each other they would not fit on a quarter of it.
        parts.append(Code(fresh.telegram, "Telegram登记码"))
    parts += _how(talk, telegram=bool(fresh.telegram))
    return Sheet(tuple(parts), "余热登记卡", small=True)


def _how(talk: Talk, *, telegram: bool) -> list[Part]:
    """What to do with it, where to go without a camera, and whom to call."""
    web, office = talk.settings.web, talk.settings.office
    found = [
        Text("请用手机扫这个码，按“是我”。"),
        Text(f"扫不了，就在手机上打开 {web.address}/chat ，说“登记”，再说卡号。"),
    ]
    if telegram:
        found.insert(1, Text("平时用Telegram的，改扫Telegram登记码，按“开始”。"))
    if office.phone:
        found.append(Text(f"不会弄，请打社区电话{office.phone}（{office.hours}）。"))
    return [*found, Text("社区不会问您要验证码和银行卡号。")]


def _made(count: int) -> Text:
    return Text(
        f"做好了{count}张。请现在就打印（键盘上按 Ctrl 和 P）：离开这一页，码就看不到了。", "good"
    )


feature.pages.append(
    Page(
        PATH,
        "登记卡",
        view,
        actions={"make": make},
        by="",
        touches={"make": Touch(Thing.PERSON, by="")},
        order=56,
    )
)
