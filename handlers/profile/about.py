"""The feature itself, and what its dialogs share."""

from collections.abc import Iterable
from datetime import date

from bot.domain.access.things import Thing
from bot.domain.correction import DATES, What
from bot.domain.people import Person, Sender
from bot.domain.phrase import Slot
from bot.domain.registration import SELF
from bot.feature import Feature
from bot.members import Device, binding_here
from bot.talk import Note, Talk
from bot.text import mask_phone

feature = Feature("profile", "我的资料", about=Thing.CORRECTION)
_WHAT = Slot("what", "哪一项", "手机号", needed=True)
MADE = feature.phrase(
    "made", "资料改好了，发给本人",
    "您要改的{哪一项}，联络员核对后改好了。想看看，请说“我的资料”。", _WHAT,
)  # fmt: skip
NOT_MADE = feature.phrase(
    "not_made", "资料没有改，发给本人",
    "您要改的{哪一项}，联络员核对后没有改。有疑问，请说“找人帮忙”。", _WHAT,
)  # fmt: skip

CORRECT, EXPORT, LEAVE = "改我的资料", "导出我的资料", "退出登记"
TRADITIONAL, SIMPLIFIED = "看繁体", "看简体"
NOT_KEPT = "没登记"


async def stands_for(talk: Talk, person: Person) -> str:
    """How this phone stands to the person: "self", or 儿子, 邻居 …"""
    device = Device(talk.said.channel, talk.said.who)
    sender: Sender | None = await talk.one(binding_here(person.id, device))
    return sender.relation if sender else SELF


def send(talk: Talk, notes: Iterable[Note]) -> None:
    """Queue them."""
    for note in notes:
        talk.tell(note)


def long_day_words(day: date | None) -> str:
    """ "1948年3月5日"."""
    return f"{day.year}年{day.month}月{day.day}日" if day else NOT_KEPT


def value_words(what: What, value: str, *, private: bool = True) -> str:
    """What is kept, as members read it; phone and address as far as the channel may carry them."""
    if not value:
        return NOT_KEPT
    if what in DATES:
        return long_day_words(date.fromisoformat(value))
    if what is What.PHONE and not private:
        return mask_phone(value)
    if what is What.ADDRESS and not private:
        return "照社区登记的"
    return value
