"""我的资料: what is kept, in a few short messages; a new phone; Traditional characters."""

import re
from collections.abc import Sequence

from sqlalchemy import select

from bot.domain.consent import PURPOSE_TITLE
from bot.domain.correction import What
from bot.domain.people import Consent, Person, Sender, senders_of
from bot.domain.phrase import Slot
from bot.domain.registration import SELF
from bot.feature import ANYONE, REGISTERED, Place
from bot.members import STOP_ACTING, branch_name, staff_notes
from bot.now import local_day
from bot.talk import Choice, GoTo, Talk
from bot.text import normal
from handlers.profile.about import (
    CORRECT,
    EXPORT,
    LEAVE,
    SIMPLIFIED,
    TRADITIONAL,
    feature,
    long_day_words,
    send,
    stands_for,
    value_words,
)

_NEW_PHONE = re.compile(
    r"换.{0,3}手机(?!号|尾)|新手机(?!号)|手机.{0,8}换[了过]?[个部台]?新|手机.{0,3}(?:丢|不见|被?偷)"
)
_BROKEN = re.compile(
    r"(?<![和跟同])手机.{0,4}(?:坏|摔|跌|碎|裂|报废|进水|泡水|掉.{0,2}[水沟坑河厕]|开不了?机)"
)
NEW_CARD, NO_CARD = "换了，要新卡", "还没换"
NEW_CARD_STAFF = feature.phrase(
    "new_card", "会员换手机要新卡，发给联络员",
    "{姓名}换手机，要一张新的登记卡。请做好卡交给本人。", Slot("who", "姓名", "韦建国(0001)", needed=True),
)  # fmt: skip
_CHANGES = re.compile(r"改|更正|更换|换|搬|写错|错了|(?<!对)不对|更新")
_SIGNS = {
    What.PHONE: "电话|手机号|号码|座机", What.ADDRESS: "住址|地址|搬", What.BRANCH: "支部",
    What.BORN_ON: "生日|出生", What.JOINED_ON: "入党", What.FULL_MEMBER_ON: "转正", What.NAME: "名",
}  # fmt: skip
"""What a sentence about a change is about."""


@feature.dialog(
    "profile", "看我的资料", words=("我的资料", "我的信息", "个人资料", "看我的资料"), intents=("profile",),
    place=Place("帮", "我的资料", 60), roles=REGISTERED,
)  # fmt: skip
async def profile(talk: Talk) -> None:
    """What is kept; the first sentence may already ask for something to be changed."""
    _go_where_meant(talk)
    person = await talk.member()
    relation = await stands_for(talk, person)
    own = relation == SELF
    phone = value_words(What.PHONE, person.phone, private=talk.private and own)
    talk.say(f"{person.name}，编号{person.number}，{branch_name(person)}。电话：{phone}。")
    if own:
        talk.say(_days(person))
        if talk.private:
            talk.say(f"住址：{person.address[:60] or '没登记'}。")
    choices = [Choice(CORRECT, "改一改"), Choice(EXPORT, "导出"), Choice(LEAVE, "退出登记")]
    script = Choice(SIMPLIFIED if person.traditional else TRADITIONAL)
    talk.say(await _agreed(talk, person), [*choices, script] if own else choices[:1])


def new_phone_said(words: str) -> dict[str, str] | None:
    """ "我换了新手机", "手机丢了", "手机摔坏了": known by these words, whatever stands around them."""
    said = normal(words)
    if len(words) > 20 or not (_NEW_PHONE.search(said) or _BROKEN.search(said)):
        return None
    return {"words": words, "broken": "" if _NEW_PHONE.search(said) else words}


def _go_where_meant(talk: Talk) -> None:
    """ "我搬家了，住新华路6号" needs no list first."""
    text = normal(talk.said.text)
    if talk.answers or talk.heard is not None:
        return
    told = {"phone": What.PHONE, "addr": What.ADDRESS}
    for slot, what in told.items():
        if slot in talk.slots:
            raise GoTo("profile_correct", what=what.value, new=talk.slots[slot])
    if _CHANGES.search(text):
        meant = next((what for what, sign in _SIGNS.items() if re.search(sign, text)), None)
        raise GoTo("profile_correct", **({"what": meant.value} if meant else {}))


def _days(person: Person) -> str:
    days = (person.born_on, person.joined_on, person.full_member_on)
    born, joined, full = (long_day_words(day) for day in days)
    return f"出生：{born}；入党：{joined}；转正：{full}（据支部登记）。"


async def _agreed(talk: Talk, person: Person) -> str:
    """Consents in force, reminders, and how many phones."""
    consents: Sequence[Consent] = await talk.all(
        select(Consent)
        .where(Consent.person_id == person.id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.id)
    )
    given = [
        f"{PURPOSE_TITLE.get(c.purpose, '其他')}（{long_day_words(local_day(c.given_at))}）" for c in consents
    ]  # fmt: skip
    phones: Sequence[Sender] = await talk.all(senders_of(person.id))
    reminders = "关着" if person.reminders_off else "开着"
    others = "、".join(p.relation for p in phones if p.relation != SELF)
    acting = f"{others}可以替您办事，不要了说“{STOP_ACTING}”。" if others else ""
    return f"您同意过：{'、'.join(given[:3]) or '还没有'}。提醒{reminders}，登记了{len(phones)}部手机。{acting}"


@feature.dialog(
    "new_phone", "换新手机", words=("换手机了", "换手机", "换新手机", "换了新手机", "手机丢了"), roles=ANYONE,
    reads=new_phone_said,
)  # fmt: skip
async def new_phone(talk: Talk) -> None:
    """A new phone needs a new card; on the new phone itself one registers."""
    if not talk.people:
        raise GoTo("register")
    person = await talk.member()
    if talk.slots.get("broken"):
        asked = "手机坏了真不方便。换了新手机，要一张新的登记卡。换了吗？"
        if await talk.choose("got", asked, [NEW_CARD, NO_CARD]) == NO_CARD:
            talk.say("好的。换了以后，说一声“换手机了”，卡就给您做。")
            return
    key = f"new_phone:{person.id}:{talk.today.isoformat()}"
    text = NEW_CARD_STAFF(talk.settings, who=f"{person.name}({person.number})")
    send(talk, staff_notes(talk.rows, person.branch_id, key, text))
    talk.say(
        "换手机要一张新的登记卡，已经请联络员做了，会交给您。在新手机上说卡号就行，这部手机会自动停用。"
    )


@feature.dialog(
    "traditional",
    "看繁体字",
    words=(
        TRADITIONAL,
        "繁体字",
        "用繁体",
        "繁体",
        "我要看繁体",
        "我要看繁体字",
        "用繁体字",
        "换成繁体字",
        "换繁体",
    ),
    roles=REGISTERED,
)
async def traditional(talk: Talk) -> None:
    """Traditional characters from now on."""
    _set_script(talk, traditional=True)
    talk.say("好的，以后给您看繁体字。想换回来，请说“看简体”。", [SIMPLIFIED])


@feature.dialog(
    "simplified", "看简体字", words=(SIMPLIFIED, "简体字", "用简体", "简体"), roles=REGISTERED
)
async def simplified(talk: Talk) -> None:
    """Simplified characters again."""
    _set_script(talk, traditional=False)
    talk.say("好的，以后给您看简体字。")


def _set_script(talk: Talk, *, traditional: bool) -> None:
    for person in talk.people:
        person.traditional = traditional
