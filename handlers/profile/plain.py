"""The export in plain Chinese: what tables and their columns are called, and how their values read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from bot.domain import doors, handover, notices, registration
from bot.domain.consent import PURPOSE_TITLE
from bot.domain.correction import WHAT_TITLE, Step, What
from bot.domain.deed_words import did_words
from bot.domain.deeds import FIELD_TITLE, Field
from bot.domain.handover import HandoverState
from bot.domain.mail import MAIL_TITLE, SENDING_TITLE, Heard, Mail, Sending
from bot.domain.notices import OUTCOME_TITLE, Outcome
from bot.domain.people import CHANNEL_TITLE, ROLE_TITLE, STATUS_TITLE, Role, Status
from bot.domain.registration import Stage
from bot.domain.schedule import KIND_TITLE, DayKind
from bot.domain.visits import HALF_TITLE, REASON_TITLE, STATE_TITLE, Half, Reason, State
from bot.now import local

TABLE_TITLE: Final = {
    "person": "基本资料",
    "attendance": "签到",
    "card": "登记卡",
    "consent": "同意过的事",
    "conversation": "正在说的事",
    "correction": "更正记录",
    "credential": "口令",
    "deed": "别人为您办过的事",
    "grant": "身份",
    "handover": "找人帮忙",
    "inbox": "说过的话",
    "leave": "请假",
    "notice_call": "为通知给您打过的电话",
    "notice_receipt": "回过的“收到”",
    "outbox": "收到的消息",
    "recovery_code": "备用码",
    "registration_request": "登记记录",
    "sender": "登记的手机",
    "sight": "联络员看过的项目",
    "sign_up": "报名",
    "status_change": "名册状态",
    "study_delivery": "送学",
    "visit": "上门走访",
    "web_session": "登录过的设备",
}

COLUMN_TITLE: Final = {
    "address": "号码或者住址",
    "agreed": "同意的说明",
    "answers": "说到一半的话",
    "at": "时间",
    "born_on": "出生",
    "bound_at": "登记时间",
    "brought_by": "谁送的",
    "by_relation": "谁代您说的",
    "channel": "用什么",
    "closed_at": "办完",
    "code_since": "动态码从何时起",
    "created_at": "记下的时间",
    "day": "日子",
    "decided_at": "办理时间",
    "device": "设备",
    "did": "什么事",
    "done_at": "答复时间",
    "due_at": "该发的时间",
    "due_on": "最迟",
    "ended_at": "结束",
    "expires_at": "到期",
    "field": "哪一项",
    "forgotten_at": "内容清理时间",
    "full_member_on": "转正",
    "given_at": "同意时间",
    "half": "上下午",
    "health_note": "身体情况",
    "how": "怎样",
    "joined_on": "入党",
    "kind": "种类",
    "made_at": "做好的时间",
    "name": "姓名",
    "media": "语音图片",
    "net": "网络",
    "new": "改成",
    "note": "备注",
    "number": "编号",
    "old": "原来",
    "outcome": "结果",
    "person_words": "走访谁",
    "phone": "电话",
    "place": "地点",
    "purpose": "同意什么",
    "reason": "原因",
    "relation": "是本人还是家人",
    "reminders_off": "少提醒",
    "reply": "内容",
    "revoked_at": "作废",
    "role": "身份",
    "seen_at": "上次用",
    "set_at": "设好的时间",
    "settled_at": "办好时间",
    "sex": "性别",
    "signed_at": "登录时间",
    "stage": "进度",
    "state": "情况",
    "status": "状态",
    "step": "进度",
    "taken_at": "有人接手",
    "text": "内容",
    "traditional": "看繁体",
    "unreachable_at": "从何时起发不到",
    "updated_at": "最近",
    "used_at": "用过的时间",
    "version": "说明的版本",
    "via": "怎样办的",
    "what": "什么",
    "why": "为什么",
    "withdrawn_at": "撤回时间",
    "words": "您的话",
}

TECHNICAL: Final = frozenset(
    (
        "asked_by_id",
        "attempts",
        "branch_id",
        "by_id",
        "candidates",
        "decided_by_id",
        "dialog",
        "escalated_at",
        "follows_id",
        "for_id",
        "given_initials",
        "greeted",
        "handover_id",
        "id",
        "initials",
        "joined_month_day",
        "key",
        "lane",
        "last_step",
        "misses",
        "named",
        "notice_id",
        "objects",
        "occurrence_id",
        "offered",
        "organisation_id",
        "paused",
        "person_id",
        "sender_id",
        "shown",
        "slots",
        "source",
        "taken_by_id",
        "topic",
        "update_id",
        "useful_until",
        "volunteer_id",
        "vouched",
    )
)
"""Numbers and marks by which the machine finds its way, and who of others did it: nothing more about the reader."""

ENUM_TITLE: Final[dict[type[Enum], Mapping[Any, str]]] = {
    DayKind: KIND_TITLE, Field: FIELD_TITLE, Half: HALF_TITLE, Mail: MAIL_TITLE, Outcome: OUTCOME_TITLE,
    Reason: REASON_TITLE, Role: ROLE_TITLE, Sending: SENDING_TITLE, State: STATE_TITLE, Status: STATUS_TITLE,
    What: WHAT_TITLE,
    Heard: {Heard.NEW: "还没答", Heard.DONE: "答过了", Heard.QUARANTINED: "请人看了"},
    HandoverState: {HandoverState.OPEN: "等人回话", HandoverState.TAKEN: "有人在回", HandoverState.CLOSED: "办完了"},
    doors.How: {doors.How.LINK: "用链接", doors.How.PASSPHRASE: "用口令"},
    notices.How: {notices.How.CHAT: "在对话里", notices.How.PHONE: "打电话"},
    Stage: {
        Stage.OPEN: "等联络员核对", Stage.BOUND: "登记好了", Stage.APPROVED: "联络员同意了", Stage.REJECTED: "没有登记",
        Stage.REPLACED: "换成了新的", Stage.TAKEN_BACK: "撤销了",
    },
    Step: {Step.OPEN: "等联络员核对", Step.MADE: "改好了", Step.REFUSED: "没有改"},
}  # fmt: skip

_CODES: Final[dict[str, str]] = {
    **CHANNEL_TITLE,
    **PURPOSE_TITLE,
    **handover.WHY_TITLE,
    **{why.value: title for why, title in registration.WHY_TITLE.items()},
    "web": "网页",
    "chat": "在对话里",
    "phone": "打电话",
    "desk": "在网页上",
    "self": "本人",
    "card": "登记卡",
    "page": "在网页上",
    "command": "用命令",
}

_CODES_OF_OURS: Final = frozenset((("inbox", "reason"), ("outbox", "reason")))
"""Elsewhere a reason is somebody's words."""
_CODED: Final = frozenset(("by_relation", "channel", "how", "purpose", "relation", "via", "why"))


def line(table: str, values: Iterable[tuple[str, Any]]) -> str:
    """One row: "时间：2026年11月22日 10:00；内容：…"; empty where nothing in it says more about the reader."""
    shown = [
        (COLUMN_TITLE[name], _words(name, value))
        for name, value in values if name not in TECHNICAL and (table, name) not in _CODES_OF_OURS
    ]  # fmt: skip
    return "；".join(f"{title}：{words}" for title, words in shown if words)


def _words(name: str, value: Any) -> str:
    if name == "media":
        return f"{len(value)}份"
    if isinstance(value, Mapping | list | tuple):
        return _inner_words(name, value)
    if isinstance(value, Enum):
        return ENUM_TITLE[type(value)][value]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        here = local(value)
        return f"{_day(here)} {here:%H:%M}"
    if isinstance(value, date):
        return _day(value)
    if name == "did":
        return did_words(value)
    return _CODES.get(value, str(value)) if name in _CODED else str(value)


def _inner_words(name: str, value: Mapping[str, Any] | Sequence[Any]) -> str:
    """What was said or sent, without the buttons around it."""
    if isinstance(value, Mapping):
        return str(value["text"]) if "text" in value else _inner_words(name, [*value.values()])
    return "、".join(filter(None, (_words(name, one) for one in value)))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
