"""登记: consent, the name or the card, the end of the phone number, read back. By oneself or for somebody."""

from bot.domain import cards
from bot.domain.base import Refused
from bot.domain.mail import Conversation
from bot.domain.people import Person, Status
from bot.domain.registration import KEEP_VERSION, SELF, Told
from bot.feature import ANYONE, Place
from bot.talk import Answer, Choice, GoTo, Talk
from bot.text import masked_name
from handlers.register.about import feature, kept
from handlers.register.outcome import WRONG_CODE, by_card, by_name, count, exhausted
from handlers.register.reading import (
    FORGOTTEN,
    Named,
    card_said,
    is_for_other,
    read_name,
    read_phone,
    read_relation,
    tail_in,
)

AGREE, DISAGREE = "同意", "不登记"
SHARED, OTHER = "共用手机登记", "替家里老人登记"
ASK_AGREE = "资料只给联络员看。想看想改就说“我的资料”，不用了就说“退出登记”。同意登记吗？"
ASK_KIN = "请您先跟老人说一声。资料只给联络员看，不用了就说“退出登记”。同意登记吗？"


@feature.dialog(
    "register", "登记", words=("登记", "注册", "绑定", "我要登记", "登录"), intents=("register",),
    place=Place("帮", "登记", 5), roles=ANYONE, reads=card_said,
)  # fmt: skip
async def register(talk: Talk) -> None:
    """For oneself; who is registered here already says for whom else."""
    if not talk.answers and is_for_other(talk.said.text):
        raise GoTo("register_other", **talk.slots)
    if talk.people and not talk.answers and "person" not in talk.slots:
        names = "、".join(person.name for person in talk.people[:3])
        talk.say(
            f"这部手机已经登记好了：{names}。还要给谁登记，按下面的按钮。换新手机，请说“换手机了”。",
            [Choice(SHARED, "共用手机的"), Choice(OTHER, "替老人登记"), Choice("我的资料")],
        )
        return
    await _register(talk, SELF)


@feature.dialog("register_shared", "给共用手机的人登记", words=(SHARED, "共用手机"), roles=ANYONE)
async def shared(talk: Talk) -> None:
    """A couple on one phone: each registers for oneself."""
    await _register(talk, SELF)


@feature.dialog(
    "register_other", "替家里老人登记", words=(OTHER, "替老人登记", "帮老人登记", "替家人登记"), roles=ANYONE
)  # fmt: skip
async def other(talk: Talk) -> None:
    """A relative or a neighbour registers somebody; a coordinator looks at it, unless there is a card."""
    kin = ["儿子", "女儿", "老伴", "邻居"]
    talk.steps = 5
    relation = await talk.ask("relation", "您是老人的什么人？", read_relation, choices=kin)
    await _register(talk, relation)


async def _register(talk: Talk, relation: str) -> None:
    talk.steps = talk.steps or 4
    if not talk.answers and (tail := tail_in(talk.slots.get("words", ""))):
        talk.slots.setdefault("phone", tail)
    if not await _agrees(talk, relation):
        talk.say("好的，不登记。学习日、服务日您照样可以看。想登记了，再说“登记”。")
        return
    whose = "您的" if relation == SELF else "老人的"
    question = f"请说{whose}全名。有登记卡的，直接说卡上的8位卡号。"
    named = await talk.ask("name", question, read_name, slot="person")
    if named.code and not await exhausted(talk):
        await _with_card(talk, named.code, relation)
        return
    if named.code:
        named = await talk.ask("name_again", f"请再说一下{whose}全名。", _only_name)
    await _with_phone(talk, named, relation)


async def _agrees(talk: Talk, relation: str) -> bool:
    """Asked once: who tries again from here with the same words of consent is not asked again.

    For somebody else, and for a second person on the phone, it is another consent.
    """
    conversation = await talk.get(Conversation, (talk.said.channel, talk.said.who))
    own = relation == SELF and not talk.people
    if own and conversation is not None and conversation.agreed == KEEP_VERSION:
        talk.steps -= 1
        return True
    talk.say(kept(talk.settings.office))
    words = ASK_AGREE if relation == SELF else ASK_KIN
    if await talk.choose("agree", words, [AGREE, DISAGREE]) == DISAGREE:
        return False
    if own and conversation is not None:
        conversation.agreed = KEEP_VERSION
    return True


def _only_name(answer: Answer) -> Named:
    named = read_name(answer)
    if named.code:
        raise Refused("请只说全名，比如“王秀英”。")
    return named


async def _with_phone(talk: Talk, named: Named, relation: str) -> None:
    changes = {"name": "姓名", "name_again": "姓名", "phone": "电话"}
    phone, vouched = named.phone, False
    if not phone:
        phone, vouched = await talk.ask(
            "phone", "请说留给社区的电话的最后四位数字，比如1234。", read_phone, choices=[FORGOTTEN], slot="phone"
        )  # fmt: skip
    ending = f"电话尾号{phone[-4:]}" if phone else "电话记不得了"
    await talk.confirm(f"{named.name}，{ending}，对吗？", changes)
    if named.relation and relation == SELF:
        relation = named.relation
    await by_name(talk, Told(named.name, phone, vouched), relation)


async def _with_card(talk: Talk, code: str, relation: str) -> None:
    """Wrong, used and void cards are answered at once, and counted; a good one is read back."""
    card = await talk.one(cards.by_code(code))
    person = await talk.get(Person, card.person_id) if card else None
    if card is None or person is None:
        await count(talk)
        talk.say(WRONG_CODE, ["登记"])
        return
    try:
        cards.check(card, talk.now)
    except Refused as no:
        await count(talk)
        talk.say(str(no), ["登记"])
        return
    await talk.confirm(
        f"这是{masked_name(person.name)}的登记卡，登记到这部手机上，对吗？", {"name": "卡号"}
    )
    if person.status is not Status.ACTIVE:
        await _not_active(talk, person, relation)
        return
    await by_card(talk, card, person, relation)


async def _not_active(talk: Talk, person: Person, relation: str) -> None:
    """A card made before somebody left the roster: it waits for a coordinator like everything doubtful."""
    await by_name(talk, Told(person.name, person.phone), relation)
