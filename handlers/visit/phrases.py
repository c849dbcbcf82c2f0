"""What somebody's act about a visit has others read, in words that administrators may change."""

from bot.domain.phrase import Slot
from handlers.visit.about import feature

_WHEN = Slot("when", "什么时候", "12月10日(周四)上午", needed=True)
_BEFORE = Slot("before", "原来", "12月9日(周三)上午")
_NAME = Slot("name", "姓名", "韦建国", needed=True)
_WHO = Slot("who", "谁", "李志强", "去看的志愿者", needed=True)
_MISSED = Slot("missed", "哪天", "昨天")
_FOR_OTHERS = "发给替人约的人"
_FOR_BOTH = "发给替人约的人和联络员"

ACCEPTED = feature.phrase(
    "accepted", "有人答应去了，发给等着的人", "{谁}会在{什么时候}来看您。", _WHO, _WHEN
)
ACCEPTED_ASKER = feature.phrase(
    "accepted_asker", f"有人答应去了，{_FOR_OTHERS}", "{谁}会在{什么时候}去看{姓名}。", _WHO, _WHEN, _NAME
)  # fmt: skip
BOOKED = feature.phrase(
    "booked", "别人替会员约了走访，发给会员",
    "{谁}替您约了{什么时候}的上门走访。不方便的话，请说“我的上门”。",
    Slot("by", "谁", "韦小明", "替您约的人", needed=True), _WHEN,
)  # fmt: skip
ARRANGED = feature.phrase(
    "arranged", "联络员替会员约了走访，发给会员",
    "联络员给您约了{什么时候}的上门走访。不方便的话，请说“我的上门”。", _WHEN,
)  # fmt: skip
MOVED = feature.phrase(
    "moved", "走访改了时间，发给等着的人",
    "您的上门走访改到{什么时候}了。要再改，请说“我的上门”。", _WHEN,
)  # fmt: skip
MOVED_ASKER = feature.phrase(
    "moved_asker", f"走访改了时间，{_FOR_BOTH}", "看{姓名}的走访从{原来}改到{什么时候}。", _NAME, _BEFORE, _WHEN
)  # fmt: skip
CANCELLED = feature.phrase(
    "cancelled", "走访取消了，发给等着的人",
    "{什么时候}的上门走访取消了。想再约，请说“请人上门”。", _WHEN,
)  # fmt: skip
CANCELLED_ASKER = feature.phrase(
    "cancelled_asker",
    f"走访取消了，{_FOR_BOTH}",
    "{什么时候}看{姓名}的走访取消了。",
    _WHEN,
    _NAME,
)
RESTORED = feature.phrase(
    "restored", "取消的走访恢复了，发给等着的人", "{什么时候}的上门走访恢复了。", _WHEN
)
RESTORED_ASKER = feature.phrase(
    "restored_asker",
    f"取消的走访恢复了，{_FOR_OTHERS}",
    "{什么时候}看{姓名}的走访恢复了。",
    _WHEN,
    _NAME,
)
RELEASED = feature.phrase(
    "released", "去的人来不了了，发给等着的人",
    "{什么时候}的上门走访要换一位同志，安排好了告诉您。", _WHEN,
)  # fmt: skip
RELEASED_ASKER = feature.phrase(
    "released_asker", f"去的人来不了了，{_FOR_OTHERS}",
    "{什么时候}看{姓名}的走访要换一位同志，安排好了告诉您。", _WHEN, _NAME,
)  # fmt: skip
PROPOSED = feature.phrase(
    "proposed", "上门没遇上，再约一次，发给会员",
    "{哪天}去看您没遇上，再约在{什么时候}。要改时间，请说“我的上门”。", _MISSED, _WHEN,
)  # fmt: skip
PROPOSED_ASKER = feature.phrase(
    "proposed_asker", f"上门没遇上，再约一次，{_FOR_BOTH}",
    "{哪天}去看{姓名}没遇上，再约在{什么时候}。", _MISSED, _NAME, _WHEN,
)  # fmt: skip
INVITED = feature.phrase(
    "invited", "请一位志愿者走访，发给志愿者",
    "想请您{什么时候}去看{姓名}{为什么}。您能去吗？不方便也没关系。",
    _WHEN, _NAME, Slot("reason", "为什么", "，陪着聊聊天", "前面有逗号；可能是空的，不写病情"),
)  # fmt: skip
ELSEWHERE = feature.phrase(
    "elsewhere", "另有安排了，发给请过的志愿者",
    "{什么时候}看{姓名}的走访另有安排了，您不用答复了，谢谢您。", _WHEN, _NAME,
)  # fmt: skip
MOVED_GOER = feature.phrase(
    "moved_volunteer", "走访改了时间，发给答应去的志愿者",
    "看{姓名}的走访从{原来}改到{什么时候}。您还方便吗？不方便请说“去不了”，没关系。",
    _NAME, _BEFORE, _WHEN,
)  # fmt: skip
MOVED_ASKED = feature.phrase(
    "moved_invited", "走访改了时间，发给还没答复的志愿者",
    "看{姓名}的走访从{原来}改到{什么时候}。您能去吗？", _NAME, _BEFORE, _WHEN,
)  # fmt: skip
CANCELLED_GOER = feature.phrase(
    "cancelled_volunteer", "走访取消了，发给志愿者",
    "{什么时候}看{姓名}的走访取消了，您不用去了。谢谢您！", _WHEN, _NAME,
)  # fmt: skip
