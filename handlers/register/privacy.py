"""The privacy notice: who keeps what, for how long, and what everybody may ask for (PIPL art. 17)."""

from collections.abc import Sequence

from bot.domain.access.things import Thing
from bot.domain.registration import KEEP_VERSION
from bot.feature import ANYONE, Look, Page
from bot.parts import Facts, Heading, Part, Table, Text
from bot.talk import Rows
from handlers.register.about import feature, kept

_YEAR = 365
KEPT = (
    ("聊天时说的话", "chat_days"),
    ("登记时报的姓名和号码", "registration_days"),
    ("走访时记的病情、地点和话", "visit_note_days"),
    ("请假的原因", "leave_reason_days"),
    ("签到、报名、请假、补课", "attendance_days"),
    ("更正资料的前后内容", "correction_days"),
    ("发来的照片", "picture_days"),
    ("导出的资料文件", "export_days"),
    ("没听懂、也没人教的话", "doubtful_text_days"),
    ("很久没打开网页的浏览器", "web_session_days"),
    ("什么时候给谁发过消息（没有内容）", "mail_days"),
    ("导入过的名册文件", "roster_import_days"),
    ("过期的登记卡", "audit_days"),
)
"""What is kept for a while, and which setting of [keep] says how long."""
RIGHTS = (
    ("看", "说“我的资料”，就看得到留了什么，也能导出一份。"),
    ("改", "说“我的资料”，按“改一改”。联络员照档案核对后改。"),
    ("少收", "说“少提醒我”，不再收提醒；您问的事照样答。"),
    ("退出", "说“退出登记”，手机马上解除，不再给您发消息。名册由支部管，不受影响。"),
    ("不同意", "留语音、公开生日这些，都另外问您；不同意照样用，同意了也随时可以收回。"),
)


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The same for everybody; its figures are the settings."""
    office = look.settings.office
    ask = (
        f"打{office.phone}（{office.hours}）"
        if office.phone
        else f"到{office.name}（{office.hours}）"
    )
    return [
        Text(kept(office), "lead"),
        Facts((("谁管", office.name), ("怎么问", ask), ("这份说明的版本", KEEP_VERSION))),
        Heading("留什么，给谁看"),
        Text("姓名、支部、电话、住址、生日和入党日期来自支部的名册，电话、住址和说过的话加密保存。"),
        Text("只有您支部的联络员和管理员看得到。住址和病情，答应上门的志愿者也看得到，不发到聊天软件里，不给别的会员，不给广告。"),
        Heading("留多久"),
        Table(("什么", "最多留"), _lengths(look), caption="各样东西留多久"),
        Text("到期的，夜里自动删掉。发过的通知、走访的台账、同意的凭据是档案，照规定保存。"),
        Heading("您可以"),
        Facts(RIGHTS),
        Text("不会说、不会按，打电话请联络员替您办也一样。"),
    ]  # fmt: skip


def _lengths(look: Look) -> tuple[tuple[str, str], ...]:
    voice = ("会员的录音", look.settings.voice.keep_days)
    times = [(what, getattr(look.settings.keep, setting)) for what, setting in KEPT]
    return tuple((what, _days_words(days)) for what, days in (*times[:1], voice, *times[1:]))


def _days_words(days: int) -> str:
    """ "90天", "3年"."""
    return f"{days // _YEAR}年" if days % _YEAR == 0 else f"{days}天"


feature.pages.append(
    Page("privacy", "个人信息怎么保管", view, roles=ANYONE, about=Thing.NOTHING, by="")
)
