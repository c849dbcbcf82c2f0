"""What goes and when, kind by kind, and what stays and why: every table is named here (a test sees to it)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from bot.domain.correction import Correction, Step
from bot.domain.coverage import Delivery
from bot.domain.deeds import Deed, Sight
from bot.domain.doors import WebSession
from bot.domain.doubt import Doubt, DoubtfulText
from bot.domain.handover import Handover, HandoverNote, HandoverState
from bot.domain.imports import RosterImport, RosterImportLine
from bot.domain.keeping import PurgeNight
from bot.domain.mail import Conversation, Heard, Inbox, Outbox, Sending, Undo
from bot.domain.occurrence import Occurrence
from bot.domain.people import Card
from bot.domain.registration import RegistrationRequest, RegistrationTry, Stage
from bot.domain.schedule import Attendance, Leave, MakeUpTask, SignUp
from bot.domain.tries import SignInTries
from bot.domain.visits import Visit
from bot.keeping.parts import Forget, Part, Remove, Walk
from bot.now import local_day
from bot.talk import Reply

TOO_LONG: Final = "kept_too_long"
"""Why a message that nobody settled is expired."""
_UNSETTLED: Final = (Sending.QUEUED, Sending.WAITING, Sending.HELD, Sending.DOUBTFUL)


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of data; `[keep] <kind>_days` says how long."""

    kind: str
    title: str
    """As coordinators read it: what goes."""
    parts: tuple[Part, ...]


def _unsay(row: Inbox, before: datetime) -> None:
    """What was heard goes; the channel's id stays, so that a repeat is still known. What waits, waits."""
    if row.state is not Heard.NEW:
        row.text, row.raw, row.media = "", "", []


def _unsend(row: Outbox, before: datetime) -> None:
    """What was said goes; key and state stay. What nobody settled in all that time is over."""
    if row.state is Sending.SENDING or row.due_at >= before:
        return
    if row.state in _UNSETTLED:
        row.state, row.reason = Sending.EXPIRED, TOO_LONG
    row.reply = Reply("").values()


def _unask(row: Handover) -> None:
    row.words = ""


def _unvisit(row: Visit) -> None:
    row.health_note, row.words, row.place = "", "", ""
    row.person_words = "" if row.person_id else "（已过保存期）"
    for event in row.events:
        event.note = ""


def _unexcuse(row: Leave) -> None:
    row.reason = ""


def _unregister(row: RegistrationRequest) -> None:
    row.name, row.phone, row.candidates = "", "", []


def _uncorrect(row: Correction) -> None:
    row.old, row.new = "", ""


RULES: Final = (
    Rule("chat", "聊天的话、没填完的表、找人时说的话", (
        Walk(Inbox, Inbox.at, _unsay),
        Walk(Outbox, Outbox.created_at, _unsend),
        Remove(Conversation, lambda t: (Conversation.updated_at < t) & Conversation.handover_id.is_(None)),
        Remove(Undo, lambda t: Undo.until < t),
        Remove(HandoverNote, lambda t: HandoverNote.at < t),
        Forget(Handover, lambda t: (Handover.closed_at < t) & (Handover.state == HandoverState.CLOSED), _unask),
    )),
    Rule("visit_note", "走访的病情、地点、记录的话", (
        Forget(Visit, lambda t: Visit.closed_at < t, _unvisit),
    )),
    Rule("leave_reason", "请假的原因", (
        Forget(Leave, lambda t: Leave.day < local_day(t), _unexcuse),
    )),
    Rule("try", "试着登记、登录的次数", (
        Remove(RegistrationTry, lambda t: RegistrationTry.at < t),
        Remove(SignInTries, lambda t: SignInTries.at < t),
    )),
    Rule("registration", "登记时报的姓名和号码", (
        Forget(
            RegistrationRequest,
            lambda t: (RegistrationRequest.at < t) & (RegistrationRequest.stage != Stage.OPEN),
            _unregister,
        ),
    )),
    Rule("correction", "更正资料的前后内容", (
        Forget(Correction, lambda t: (Correction.decided_at < t) & (Correction.step != Step.OPEN), _uncorrect),
    )),
    Rule("roster_import", "导入过的名册文件里的内容", (
        Remove(
            RosterImportLine,
            lambda t: RosterImportLine.import_id.in_(select(RosterImport.id).where(RosterImport.at < t)),
        ),
        Remove(RosterImport, lambda t: RosterImport.at < t),
    )),
    Rule("doubtful_text", "没听懂、也没人教的话", (
        Remove(DoubtfulText, lambda t: (DoubtfulText.state != Doubt.TAUGHT) & (DoubtfulText.heard_on < local_day(t))),
    )),
    Rule("web_session", "很久没打开网页的浏览器", (
        Remove(WebSession, lambda t: WebSession.seen_at < t),
    )),
    Rule("attendance", "签到、报名、请假、补课、送学", (
        Remove(MakeUpTask, lambda t: MakeUpTask.leave_id.in_(select(Leave.id).where(Leave.day < local_day(t)))),
        Remove(Leave, lambda t: Leave.day < local_day(t)),
        Remove(SignUp, lambda t: SignUp.day < local_day(t)),
        Remove(Attendance, lambda t: Attendance.day < local_day(t)),
        Remove(Delivery, lambda t: Delivery.day < local_day(t)),
    )),
    Rule("mail", "什么时候给谁发过消息（早已没有内容）", (
        Walk(Inbox, Inbox.at, None),
        Walk(Outbox, Outbox.created_at, None),
        Remove(Occurrence, lambda t: Occurrence.day < local_day(t)),
    )),
    Rule("audit", "过期的登记卡、清理的记录", (
        Remove(Card, lambda t: Card.expires_at < t),
        Remove(PurgeNight, lambda t: PurgeNight.day < local_day(t)),
        Remove(Deed, lambda t: Deed.at < t),
        Remove(Sight, lambda t: Sight.at < t),
    )),
)  # fmt: skip
"""In the order of the night: words first."""

FROZEN: Final[dict[str, str]] = {
    "person": "名册是支部的档案", "branch": "支部的档案", "grant": "现有的身份",
    "organisation": "几块牌子，每块一行", "membership": "谁在哪个组织，是名册的一部分",
    "status_change": "名册变动是档案", "sender": "谁的手机登记过：换机、挂失要查",
    "consent": "同意和撤回的凭据，依法要能拿得出",
    "visit": "走访台账：谁、哪天、结果；病情和记录的话另外到期", "visit_event": "走访台账",
    "visit_invitation": "走访台账", "canned_answer": "支部常用的话，不是会员的资料",
    "handover": "谁找过人、多久有人管；说的话另外到期",
    "registration_request": "谁批准的登记；姓名和号码另外到期",
    "correction": "谁改过资料；前后内容另外到期",
    "freeze": "谁全停过、谁恢复的，是操作的凭据",
    "notice": "发过的通知是公务文书", "notice_receipt": "通知的回执",
    "notice_call": "谁打过电话、打没打通，是通知的回执",
    "notice_move": "谁写的、谁改的、谁批的，是公务文书的经过",
    "calendar_rule": "活动安排是支部的档案", "calendar_exception": "活动安排是支部的档案",
    "setting_change": "谁改过设置和用语，是档案", "calendar_feed": "每个支部一行",
    "study_plan": "学习计划是支部的档案", "holiday_year": "节假日表，每年一份",
    "credential": "联络员现在的口令，只有摘要", "recovery_code": "联络员现在的恢复码，只有摘要",
    "sealing_key": "数据用哪把密钥加密", "read_aloud": "每部手机一行", "pace": "每个渠道一行", "pulse": "每个部件一行",
    "clock_mark": "只有一行", "table_version": "一张表一行",
    "doubtful_text": "教过的话不带姓名，是余热学会的词",
}  # fmt: skip
"""What stays, by table, and why: law, archives, or it does not grow."""


def tables_with_a_rule() -> set[Any]:
    """The tables that some rule names."""
    return {part.table.__tablename__ for rule in RULES for part in rule.parts}
