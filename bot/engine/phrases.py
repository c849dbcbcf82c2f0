"""What coordinators are told when somebody waits for a person, in words that Settings can change."""

from bot.domain.phrase import Phrase, Slot

_WHO = Slot("who", "姓名", "王秀英", "没登记的写“一位没登记的朋友”", needed=True)
_WHY = Slot("why", "什么事", "身体或家里有事", needed=True)
_WORDS = Slot("words", "原话", "原话：“想请人来看看”", "不能写原话的地方是空的")
URGENT = Phrase(
    "person.urgent", "可能有危险，马上发给支部的联络员", "【紧急】{姓名}{什么事}，请您马上联系。{电话}{原话}",
    (
        _WHO, Slot("why", "什么事", "可能有危险", needed=True),
        Slot("phone", "电话", "电话13800000000。", "不能写电话的地方是空的"), _WORDS,
    ),
)  # fmt: skip
CALLED = Phrase(
    "person.called",
    "有人找人帮忙，发给支部的联络员",
    "{姓名}{什么事}，请您回个话。{原话}",
    (_WHO, _WHY, _WORDS),
)
_MANY = Slot("count", "人数", "12", needed=True)
_LAST = Slot("words", "最近一句", "最近一位说：“救命”", "不能写原话的地方是空的")
MANY_URGENT = Phrase(
    "person.strangers_urgent", "没登记的人接连说可能有危险，合成一条发给联络员",
    "【紧急】一小时里有{人数}位没登记的朋友说可能有危险，请您马上看，请说“回复”。{最近一句}", (_MANY, _LAST),
)  # fmt: skip
MANY = Phrase(
    "person.strangers", "没登记的人接连找人，合成一条发给联络员",
    "一小时里有{人数}位没登记的朋友在等人回话，请您看看，请说“回复”。{最近一句}", (_MANY, _LAST),
)  # fmt: skip
BOT_AGAIN = Phrase(
    "person.bot_again", "会员又和机器人说话了，发给接着谈的联络员",
    "{姓名}又和机器人说话了，这个对话由机器人接着答。您要再联系，请打电话。", (_WHO,),
)  # fmt: skip
PASSED_ON = Phrase(
    "person.passed_on", "会员的话，转给接着谈的联络员", "{姓名}说：{话}",
    (_WHO, Slot("words", "话", "明天下午在家", needed=True)),
)  # fmt: skip
ANSWERED = Phrase(
    "person.answered",
    "会员回了话，在不能写原话的地方（电报）",
    "{姓名}回了话，请到网页上看。",
    (_WHO,),
)
PHRASES = (URGENT, CALLED, MANY_URGENT, MANY, BOT_AGAIN, PASSED_ON, ANSWERED)
