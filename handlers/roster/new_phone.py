"""换手机了: which devices end and which stay is shown first; then the old ones end, and a fresh card is shown."""

from collections.abc import Sequence

from bot.domain import cards
from bot.domain.base import Refused
from bot.domain.people import CHANNEL_TITLE, Person, Sender
from bot.domain.registration import SELF
from bot.domain.wording import moment_words
from bot.feature import Action, Look
from bot.members import devices_of, revoke, sign_out
from bot.now import local_day
from bot.parts import Field, Form, Heading, Link, Links, Part, Table, Text
from bot.talk import Rows, Talk
from handlers.roster.about import PATH, in_hand
from handlers.roster.cards import card

KIN = "kin"


def link(one: Person) -> Links:
    """To the question."""
    return Links((Link("换手机了，做一张新卡", f"/desk/{PATH}?id={one.id}&phone=new"),), "换手机")


def view(rows: Rows, look: Look, one: Person) -> Sequence[Part]:
    """Each device with what becomes of it, and the form that does it."""
    cards.check_card_for(one)
    every = devices_of(rows, one, kin=True)
    today = local_day(look.now)
    lines = tuple(
        (
            CHANNEL_TITLE.get(d.channel, d.channel), "本人" if d.relation == SELF else d.relation,
            moment_words(d.seen_at, today) if d.seen_at else "",
            "停用" if d.relation == SELF else "照常用",
        )
        for d in every
    )  # fmt: skip
    kin = (
        Field(KIN, "家里人的", "checks", options=(("1", "家里人的手机也停用"),), required=False),
    )
    fields = (
        Field("id", "", "hidden", str(one.id)),
        Field("seen", "", "hidden", _seen(every)),
        *(kin if any(d.relation != SELF for d in every) else ()),
    )
    return [
        Heading(f"{one.name}（{one.number}）换手机"),
        Table(("设备", "谁的", "最近用过", "会怎样"), lines, "现在没有登记着的手机。"),
        Text("没用过的旧卡都作废。新卡只在做好的那一页上看得到，请当场打印，当面交给本人。"),
        Form("new_phone", "停用旧的，做一张新卡", fields),
    ]


def _seen(devices: Sequence[Sender]) -> str:
    return ",".join(str(one.id) for one in devices)


async def new_phone(talk: Talk, form: dict[str, str]) -> tuple[Part, ...]:
    """The old devices and cards stop working, and a fresh card is shown; relatives' devices only where asked for."""
    one = in_hand(talk, form.get("id", ""))
    cards.check_card_for(one)
    if form.get("seen", _seen(now := devices_of(talk.rows, one, kin=True))) != _seen(now):
        raise Refused(f"{one.name}的手机刚才有变动，请再看一看，再按。")
    revoke(talk.rows, one, talk.now)
    ended = sign_out(talk.rows, one, talk.now, kin=bool(form.get(KIN)))
    left = len(now) - len(ended)
    stopped = f"{one.name}原来的{len(ended)}部手机停用了。" if ended else ""
    others = f"家里人的{left}部照常用。" if left else ""
    return (
        Text(
            f"{stopped}{others}新卡做好了，请现在打印（键盘上按 Ctrl 和 P），当面交给本人。", "good"
        ),
        card(talk, one),
        Links((Link(f"回到{one.name}的资料", f"/desk/{PATH}?id={one.id}"),)),
    )


ACTIONS: dict[str, Action] = {"new_phone": new_phone}
