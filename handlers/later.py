"""Wishes whose own feature is not built yet: what can be done now, and a person who takes it on."""

import re
from dataclasses import dataclass

from bot.domain.access.things import Thing
from bot.feature import ANYONE, REGISTERED, Feature
from bot.talk import Choice, GoTo, Talk
from bot.understand import understand
from bot.understand.amounts import parse_amount, read_back

feature = Feature("later", "先由人来办的事", about=Thing.OWN)
_GRIEF = re.compile(r"去世|过世|走了|没了|不在了|死了|往生|丧|离世")
PASS_ON, LEAVE_IT = "请人来办", "先不用"


@dataclass(frozen=True, slots=True)
class Wish:
    """One label: how it is named in a question, and the honest first sentence."""

    label: str
    title: str
    now: str
    at_once: bool = False
    """A person is told without asking back: who is in need may not answer a second time (row 40)."""


WISHES = (
    Wish("study_home", "请人送学上门", "送学上门由支部安排，我可以把您的话转给联络员。"),
    Wish("wish_post", "说个微心愿", "微心愿现在由联络员登记，我可以把您的话转过去。"),
    Wish("wish_list", "看微心愿", "大家的微心愿现在要问联络员，我可以请他们告诉您。"),
    Wish("wish_claim", "认领微心愿", "认领微心愿现在由联络员登记，我可以把您的话转过去。"),
    Wish("fund_donate", "问捐款的事", "捐款请到社区当面办，开收据。我不收钱，也不会让您转账。"),
    Wish("fund_apply", "申请困难帮扶", "您的难处我记下了，困难帮扶由支部评议。", at_once=True),
    Wish("fund_ledger", "看互助金账目", "互助金账目贴在社区公开栏，我可以请联络员告诉您。"),
    Wish("book_search", "查书", "查书请问书屋，我可以请联络员帮您问。"),
    Wish("book_borrow", "借书", "借书请到书屋办，我可以请联络员先帮您留意。"),
    Wish("book_return", "还书", "还书请送到书屋，我可以告诉联络员。"),
    Wish("book_renew", "续借", "续借请问书屋，我可以请联络员帮您办。"),
    Wish("venue", "借场地", "借场地由社区安排，我可以请联络员帮您登记。"),
    Wish("edu_site", "参观教育点", "参观教育点要先约，我可以请联络员帮您约。"),
)


def _dialog(wish: Wish) -> None:
    @feature.dialog(f"later.{wish.label}", wish.title, intents=(wish.label,), roles=REGISTERED)
    async def ask(talk: Talk) -> None:
        words = talk.slots.get("words", "") or talk.said.text
        question = f"{_sum_said(wish, words)}{wish.now}要转吗？"
        if (
            not wish.at_once
            and await talk.choose("pass_on", question, [PASS_ON, LEAVE_IT]) == LEAVE_IT
        ):
            talk.say("好的。以后想办，随时跟我说。", [Choice("主菜单")])
            return
        talk.call_person("asked", words)
        if wish.at_once:
            talk.say(f"{wish.now}联络员会联系您（{talk.settings.office.hours}）。{_phone(talk)}")
            return
        talk.say(f"转过去了，联络员会联系您（{talk.settings.office.hours}）。{_phone(talk)}")


def _sum_said(wish: Wish, words: str) -> str:
    """The sum somebody wants to give, read back in digits and words."""
    fen = parse_amount(words) if wish.label == "fund_donate" else None
    return "" if fen is None else f"您说的是{read_back(fen)}。"


for _wish in WISHES:
    _dialog(_wish)


@feature.dialog("care", "说说身体的事", intents=("care",), roles=ANYONE)
async def care(talk: Talk) -> None:
    """Illness, a fall that is over, grief: never a plain "noted". The coordinator gets the words in any case."""
    words = talk.slots.get("words", "") or talk.said.text
    head = (
        "请您节哀，多保重。" if _GRIEF.search(words) else "您受累了。要是难受得厉害，请马上打120。"
    )
    taken = await talk.choose("how", f"{head}要我做什么？", ["请人上门", "请人打电话", "没事了"])
    talk.call_person("care", words)
    if taken == "请人上门":
        raise GoTo("visit_request", words=words, **meant_when(words, talk))
    if taken == "请人打电话":
        talk.say(f"好的，请联络员给您打电话。{_phone(talk)}")
    else:
        talk.say("没事就好，您多歇歇。我跟联络员说一声，有空来问候您。")


def meant_when(words: str, talk: Talk) -> dict[str, str]:
    """The day that the first words named, if they did."""
    found = understand(words, talk.said.at).slots.get("when", "")
    return {"when": found} if found else {}


def _phone(talk: Talk) -> str:
    phone = talk.settings.office.phone
    return f"急的话请打{phone}。" if phone else ""
