"""What the office is told about notices, in words that Settings can change."""

from bot.domain.phrase import Phrase, Slot

REPORT = "通知进度"
_WHO = Slot("who", "姓名", "韦红梅", needed=True)
_NUMBER = Slot("number", "号", "12", needed=True)
TO_APPROVE = Phrase(
    "notice.to_approve", "通知要第二个人批准，发给能批的人",
    "{姓名}写了一条通知，要发给{人数}人，请您看一看、批一批。{改过}",
    (
        _WHO, Slot("count", "人数", "91"),
        Slot("edited", "改过", "韦红梅上午9点改了内容。", "写好以后有人改过才有"),
    ),
)  # fmt: skip
APPROVED = Phrase(
    "notice.approved",
    "通知批准了，发给写的人",
    "{姓名}批准了第{号}号通知，到时间就发。",
    (_WHO, _NUMBER),
)
REJECTED = Phrase(
    "notice.rejected", "通知没有批准，发给写的人", "{姓名}没有批准第{号}号通知{原因}。",
    (_WHO, _NUMBER, Slot("why", "原因", "，说：“日子不对”", "前面有逗号；可能是空的")),
)  # fmt: skip
LAPSED = Phrase(
    "notice.lapsed", "通知等了太久没有人批，发给写的人",
    "第{号}号通知{分钟}分钟里没有人批，先不发。还要发，请再确认一次。",
    (_NUMBER, Slot("minutes", "分钟", "30")),
)  # fmt: skip
DONE = Phrase(
    "notice.done", "通知都发出去了，发给写的人",
    f"第{{号}}号通知都发出去了。要看谁收到了，请说“{REPORT}”。", (_NUMBER,),
)  # fmt: skip
PAUSE, GO_ON = "先停一停", "接着发"
STUCK = Phrase(
    "notice.stuck", "先发的几位一个也没收到，发给写的人",
    f"第{{号}}号通知先发的{{人数}}位，一位也没收到，其余的先不发了。请说“{REPORT}”看一看，再定停发还是{GO_ON}。",
    (_NUMBER, Slot("count", "人数", "5")),
)  # fmt: skip
STUCK_UNSURE = Phrase(
    "notice.stuck_unsure", "先发的几位没有一位确定收到，有的不知道收到没有，发给写的人",
    f"第{{号}}号通知先发的{{人数}}位，没有一位确定收到，其余的先不发了。请说“{REPORT}”看一看，再定停发还是{GO_ON}。",
    (_NUMBER, Slot("count", "人数", "5")),
)  # fmt: skip
_EDITED = Slot("edited", "谁改了什么", "李敏上午9点改了内容", needed=True)
EDITED = Phrase(
    "notice.edited",
    "通知被别人改了，发给原来写的人",
    "您写的第{号}号通知，{谁改了什么}。",
    (_NUMBER, _EDITED),
)
APPROVAL_VOID = Phrase(
    "notice.approval_void", "批过的通知又改了，发给批的人",
    "第{号}号通知，{谁改了什么}，您批的不算数了。再送来时请看新的内容。", (_NUMBER, _EDITED),
)  # fmt: skip
FROZEN = Phrase(
    "notice.frozen", "有人按了全停，发给全部联络员",
    "{姓名}按了全停{原因}：通知和提醒都先不发，答复和急事照常。",
    (_WHO, Slot("why", "原因", "（发错了）", "有括号；可能是空的")),
)  # fmt: skip
THAWED = Phrase(
    "notice.thawed", "恢复发送了，发给全部联络员", "{姓名}恢复了发送，通知和提醒照常。", (_WHO,)
)
PHRASES = (
    TO_APPROVE,
    APPROVED,
    REJECTED,
    LAPSED,
    DONE,
    STUCK,
    STUCK_UNSURE,
    EDITED,
    APPROVAL_VOID,
    FROZEN,
    THAWED,
)
