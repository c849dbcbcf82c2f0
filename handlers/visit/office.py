"""What coordinators read when something happened to a visit, in words that administrators may change."""

from bot.domain.phrase import Slot
from handlers.visit.about import feature

_WHEN = Slot("when", "什么时候", "12月10日(周四)上午", needed=True)
_NAME = Slot("name", "姓名", "韦建国", "去看谁", needed=True)
_WHO = Slot("who", "谁", "李志强", "志愿者", needed=True)

ASKED = feature.phrase(
    "asked", "有人请人上门，发给联络员", "{姓名}请人上门：{什么时候}{为什么}。",
    Slot("name", "姓名", "韦建国（儿子代约）", "谁要人去看，谁替他约的", needed=True), _WHEN,
    Slot("reason", "为什么", "，想有人聊聊", "前面有逗号；在不能写病情的地方可能是空的"),
)  # fmt: skip
TAKEN = feature.phrase(
    "accepted_staff", "志愿者答应去了，发给联络员", "{谁}接受了：{什么时候}去看{姓名}。", _WHO, _WHEN, _NAME
)  # fmt: skip
DECLINED = feature.phrase(
    "declined", "志愿者这次不去，发给联络员",
    "{谁}这次去不了（{什么时候}看{姓名}），请另请一位。", _WHO, _WHEN, _NAME,
)  # fmt: skip
STEPPED_BACK = feature.phrase(
    "released_staff", "答应了又去不了，发给联络员",
    "{谁}去不了了（{什么时候}看{姓名}），请另请一位。", _WHO, _WHEN, _NAME,
)  # fmt: skip
NOBODY_NOW = feature.phrase(
    "vacant", "去的人迁出、暂停或者撤了答应，发给联络员",
    "{什么时候}看{姓名}还要另请一位，请您安排。", _WHEN, _NAME,
)  # fmt: skip
RESTORED = feature.phrase(
    "restored_staff", "取消的走访恢复了，发给联络员",
    "{什么时候}看{姓名}的走访恢复了，请重新请人。", _WHEN, _NAME,
)  # fmt: skip
ENTERED = feature.phrase(
    "outcome", "登记了走访的结果，发给联络员", "{谁}登记：{什么时候}看{姓名}，{结果}。{备注}",
    _WHO, _WHEN, _NAME, Slot("outcome", "结果", "见到了", needed=True),
    Slot("note", "备注", "精神很好。", "可能是空的"),
)  # fmt: skip
REOPENED = feature.phrase(
    "outcome_back", "登记错了，撤销了，发给联络员",
    "{什么时候}看{姓名}的登记撤销了，还没有结果。", _WHEN, _NAME,
)  # fmt: skip
