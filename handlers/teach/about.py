"""The feature itself, what labels are called, and how a text is decided, in chat and on the page alike."""

from typing import Final

from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.doubt import Doubt, DoubtfulText, how_many_open
from bot.domain.people import Person
from bot.feature import Feature, any_staff
from bot.talk import Talk

feature = Feature("teach", "学说话", about=Thing.DOUBT)

TEACH, HELP_LEARN = "教余热认字", "帮余热学说话"

TITLES: Final = {
    "register": "登记", "schedule": "问学习日", "checkin": "签到补学", "study_home": "送学上门",
    "service_info": "问服务日", "service_join": "报名服务", "leave": "请假", "visit_request": "要人上门",
    "visit_manage": "改走访", "emergency": "紧急危险", "care": "身体家事", "wish_post": "提微心愿",
    "wish_list": "看微心愿", "wish_claim": "认领心愿", "birthday": "政治生日", "fund_donate": "捐款",
    "fund_apply": "申请帮扶", "fund_ledger": "互助金账", "book_search": "查书", "book_borrow": "借书",
    "book_return": "还书", "book_renew": "续借", "venue": "借场地", "edu_site": "教育点参观",
    "event": "活动", "profile": "改资料", "human": "找人", "stop": "少提醒", "help": "怎么用",
    "smalltalk": "打招呼", "oos": "不归我们管",
}  # fmt: skip
"""The labels of `bot.understand` as a coordinator reads them."""


def likely(row: DoubtfulText) -> list[str]:
    """Labels that it was guessed to mean, the likeliest first."""
    return [label for label in row.options if label in TITLES]


async def still_open(talk: Talk, row: DoubtfulText | None) -> DoubtfulText:
    """The text, while nobody has decided it; Refused says who did, and how."""
    me = talk.staff()
    if row is None:
        raise Refused("这句话已经清理掉了，不用教了。")
    talk.rows.hold(row)
    if row.state is Doubt.OPEN:
        return row
    by = await talk.get(Person, row.decided_by_id) if row.decided_by_id else None
    who = "您" if by and by.id == me.id else by.name if by else "同事"
    meant = f"教过了：{TITLES.get(row.label, row.label)}" if row.label else "说不用教"
    raise Refused(f"“{row.text}”这句，{who}刚才已经{meant}。")


async def decide(talk: Talk, row: DoubtfulText, label: str) -> tuple[str, int]:
    """Teach the text as `label`, or drop it ("" as label); what was done in words, and how many texts are left."""
    row.state, row.label = Doubt.TAUGHT if label else Doubt.SKIPPED, label
    row.decided_by_id, row.decided_at = talk.staff().id, talk.now
    talk.can_undo("teach.label", row.id, f"教它认“{row.text[:12]}”")
    await talk.flush()
    left = (await talk.all(how_many_open()))[0]
    done = f"记下了：{TITLES[label]}。重新学一遍以后就认得了。" if label else "好的，这句不用教。"
    return f"{done}还有{left}句。" if left else f"{done}都教完了，谢谢。", left


@feature.undo("teach.label", any_staff)
async def unteach(talk: Talk, ref: str) -> None:
    """The text waits again."""
    row = await talk.get(DoubtfulText, int(ref))
    if row is not None:
        row.state, row.label = Doubt.OPEN, ""
        row.decided_by_id = row.decided_at = None
