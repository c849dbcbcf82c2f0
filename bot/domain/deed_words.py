"""What coordinators call pages, commands, actions and tables; what has no word here stands as it is kept."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.domain.deeds import SIGN_IN

COMMAND: Final = "命令"
"""Who acts where a command does not say who."""
MOST_NAMED: Final = 6

WHERE: Final = {
    "visits": "走访",
    "members": "会员",
    "cards": "登记卡",
    "import": "导入名册",
    "notices": "通知",
    "calls": "请打电话",
    "calendar": "日程",
    "study": "学习",
    "conversations": "回话",
    "settings": "设置",
    "texts": "用语",
    "branches": "支部",
    "organisations": "组织",
    "roles": "身份",
    "registrations": "登记",
    "corrections": "更正资料",
    "branch": "支部",
    "organisation": "组织",
    "notice": "通知",
    "outbox": "发出的消息",
    "inbox": "收到的消息",
    "audit": "操作记录",
    "reply": "回复",
    "collective": "集体政治生日",
    "freeze": "全部停发",
    "reports": "报表",
    "signin": "登录",
    "words": "没听懂的话",
}
WHAT: Final = {
    "add": "加上",
    "change": "改",
    "cancel": "取消",
    "move": "改期",
    "keep": "照常办",
    "plan": "记下内容",
    "invite": "邀请",
    "withdraw": "撤回",
    "release": "放行",
    "drop": "不要了",
    "note": "记一笔",
    "look": "看",
    "give": "给",
    "take": "收回",
    "end": "停掉",
    "rename": "改名",
    "back": "恢复",
    "reply": "回复",
    "make": "做",
    "store": "存",
    "undo": "撤销",
    "approve": "批准",
    "reject": "不批",
    "standing": "改在册状态",
    "pause": "暂停",
    "resume": "恢复在册",
    "moved": "迁出",
    "deceased": "去世",
    "import": "导入",
    "revoke": "作废登记卡",
    "send": "发",
    "stop": "停发",
    "export": "导出",
    "came": "名单外的签到",
    "tap": "点名",
    "leave": "请假",
    "done": "办完",
    "go": "自己去",
    "arrange": "安排",
    "outcome": "登记结果",
    "new_phone": "换手机",
    "freeze": "全部停发",
    "thaw": "恢复发送",
    "restore": "撤销改期",
    "holidays": "节假日",
    "rule": "规律",
    "rule_add": "加上规律",
    "rule_edit": "改规律的时间地点",
    "rule_pause": "暂停规律",
    "rule_resume": "恢复规律",
    "rule_end": "停掉规律",
    "holidays_file": "放假安排比对",
    "holidays_typed": "放假安排比对",
    "holidays_keep": "放假安排存下",
    "feed": "换日历地址",
    "cards": "送贺卡",
    "refuse": "不改",
    "compare": "比对",
    "again": "再发给没看到的",
    "call": "看要打的电话",
    "call_sheet": "打印电话名单",
    "called": "登记打过的电话",
    "confirm": "确认发出",
    "correct": "发更正",
    "edit": "改文字",
    "readdress": "改发给谁",
    "rest": "写给没收到的",
    "go_on": "接着发",
    "test": "试发给自己",
    "write": "写",
    "take_back": "撤销",
    "brought": "送学上门",
    "unbrought": "撤销送学",
    "undone": "撤销办完",
    "close": "了结",
    "sheet": "打印走访单",
}
THING: Final = {
    "visit": "走访",
    "visit_event": "走访经过",
    "visit_invitation": "邀请",
    "person": "会员",
    "grant": "身份",
    "status_change": "在册变动",
    "sender": "手机",
    "card": "登记卡",
    "consent": "同意",
    "notice": "通知",
    "branch": "支部",
    "organisation": "组织",
    "membership": "组织成员",
    "calendar_rule": "规律",
    "calendar_exception": "改期",
    "calendar_feed": "日历地址",
    "study_plan": "学习计划",
    "attendance": "签到",
    "leave": "请假",
    "sign_up": "报名",
    "make_up_task": "补课",
    "handover": "对话",
    "handover_note": "记下的话",
    "correction": "更正",
    "registration_request": "登记",
    "roster_import": "导入",
    "roster_import_line": "导入的一行",
    "setting_change": "设置",
    "canned_answer": "常用的话",
    "doubtful_text": "没听懂的话",
    "outbox": "消息",
    "holiday_year": "节假日",
    "rows": "记录行",
    "inbox": "收到的消息",
    "web_session": "登录",
    "credential": "口令",
    "recovery_code": "恢复码",
    "registration_try": "登记尝试",
    "freeze": "全部停发",
    "notice_call": "通知电话",
    "notice_move": "通知的经过",
    "notice_receipt": "通知回执",
    "read_aloud": "朗读",
    "study_delivery": "送学",
    "clock_mark": "时钟",
    "pulse": "运行情况",
    "purge_night": "清理",
    "sealing_key": "密钥",
}


_WHOLE: Final = {
    "conversations.take": "接过对话",
    "conversations.reply": "回话",
    "conversations.note": "记一笔",
    "conversations.back": "谈完了，交还给余热",
    "members.invite": "做登记卡",
    "words.teach": "教余热认字",
    "words.drop": "不教这句话",
    "calls.next": "看要打的电话",
    "calls.noted": "看过没发的提醒",
}
"""Deeds that page and action, said one after the other, would not tell."""
_spoken: dict[str, str] = {}
"""Titles of the dialogs by name, as the features give them."""


def know(dialogs: Iterable[tuple[str, str]]) -> None:
    """Learn (name, title) of all dialogs; `handlers` says once which there are."""
    _spoken.update(dialogs)


def did_words(did: str) -> str:
    """ "走访：邀请" of "visits.invite", "登录没有成功" of what happens at the doors, a dialog's title."""
    title = SIGN_IN.get(did) or _WHOLE.get(did) or _spoken.get(did)
    if title:
        return title
    where, _, what = did.partition(".")
    place = WHERE.get(where, where)
    done = WHAT.get(what) or "".join(WHAT.get(word, word) for word in what.split("."))
    return f"{place}：{done}" if done else place


def objects_words(objects: Sequence[str]) -> str:
    """ "走访12、走访经过40" and how many more."""
    named = [_object(one) for one in objects[:MOST_NAMED]]
    more = f"等{len(objects)}样" if len(objects) > MOST_NAMED else ""
    return "、".join(named) + more


def _object(one: str) -> str:
    table, _, key = one.partition(":")
    return f"{THING.get(table, table)}{key}"
