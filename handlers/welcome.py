"""The first words, small talk, and how to use all this."""

import re

from bot.domain.access.things import Thing
from bot.domain.wording import moment_words
from bot.feature import ANYONE, Feature, Place
from bot.talk import Choice, Talk
from bot.text import normal, yes_or_no

feature = Feature("welcome", "问候", about=Thing.NOTHING)

_THANKS = re.compile(r"谢|唔该|感谢|辛苦|麻烦您|麻烦你|费心")
_NOTED = re.compile(
    r"^(?:好的?|行|嗯)?[,，]?(?:我?(?:知道|晓得|明白|了解|清楚|记住|收到)了?|没事了?)[。!！吧啊]*$"
)
_LAUGHING = re.compile(r"哈哈|呵呵|嘻嘻|笑死")
_BYE = re.compile(r"再见|拜拜|回头见|晚安|走先|下次聊|88")


def who_we_are(talk: Talk) -> str:
    """Who runs this, and what we never ask for."""
    return f"您好，我是{talk.settings.office.name}办的助手“余热”。我从不向您要钱、要验证码、要银行卡号。"


@feature.dialog(
    "who",
    "问问我是谁",
    words=(
        "你是谁",
        "您是谁",
        "你是机器人吗",
        "你是机器人",
        "你是真人吗",
        "你叫什么",
        "你叫什么名字",
    ),
    roles=ANYONE,
    quick=True,
)
async def who(talk: Talk) -> None:
    """What people want to know before they trust it."""
    talk.say(f"{who_we_are(talk)}我是机器，要找人，按“找人帮忙”。", [Choice("主菜单")])


@feature.dialog(
    "today",
    "看看今天几号",
    words=(
        "今天几号", "今天是几号", "今天星期几", "今天礼拜几", "今天周几", "几点了", "现在几点",
        "现在几点了", "今日几号",
    ),
    roles=ANYONE,
    quick=True,
)  # fmt: skip
async def today(talk: Talk) -> None:
    """The date and the hour."""
    talk.say(f"现在是{moment_words(talk.now)}。", [Choice("主菜单")])


@feature.dialog("welcome", "问候", roles=ANYONE, quick=True)
async def welcome(talk: Talk) -> None:
    """The first message from an address we don't know is answered by this before anything else."""
    talk.say(who_we_are(talk))


@feature.dialog(
    "hello",
    "打个招呼",
    intents=("smalltalk",),
    words=("你好", "您好", "在吗", "余热", "小余", "机器人"),
    roles=ANYONE,
    quick=True,
)
async def hello(talk: Talk) -> None:
    """Greeting, thanks, well-wishing."""
    said = normal(talk.slots.get("words") or talk.said.text)
    name = f"{talk.me.name}，" if talk.me else ""
    if _THANKS.search(said):
        text = "不客气！有事您随时说。"
    elif _BYE.search(said):
        text = f"{name}再见，您多保重！"
    elif yes_or_no(said) is not None or _NOTED.search(said):
        text = "好的。有事您再说。"
    elif _LAUGHING.search(said):
        text = "您高兴就好。累了就多歇歇，有事您再说。"
    else:
        text = f"{name}您好！有什么事，您直接说就行。"
    talk.say(text, [Choice("主菜单")])


@feature.dialog(
    "help", "看看怎么用", intents=("help",), words=("帮助", "怎么用", "使用说明"), roles=ANYONE, quick=True,
    place=Place("帮", "怎么用", 90),
)  # fmt: skip
async def how_to(talk: Talk) -> None:
    """How to use it, in one breath."""
    phone = talk.settings.office.phone
    call = f"也可以打电话{phone}。" if phone else ""
    talk.say(
        f"您照平常说话就行，比如“学习日是哪天”“请人来看看我”。回“0”是主菜单。要找人，按“找人帮忙”。{call}",
        [Choice("主菜单")],
    )
