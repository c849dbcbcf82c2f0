"""教它认字: members who agree lend the words that were not understood; coordinators say what those mean."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.domain import consent
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.doubt import Doubt, DoubtfulText, how_many_open, open_texts
from bot.domain.people import Person
from bot.feature import REGISTERED, STAFF, Feature, Need, Place, Waits, any_staff
from bot.talk import Choice, Rows, Talk

feature = Feature("teach", "学说话", about=Thing.DOUBT)

TEACH, HELP_LEARN = "教余热认字", "帮余热学说话"
MAY, MAY_NOT = "可以", "不用"
OTHER, SKIP = "别的", "跳过"
SHOWN: Final = 2
"""Likely meanings on the first buttons; the rest is behind 别的."""
VERSION = "2026-11"

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
_LABELS: Final = {title: label for label, title in TITLES.items()}


@feature.dialog(
    "lend_words", "帮余热学说话", words=(HELP_LEARN, "帮你学说话", "不帮余热学说话"),
    place=Place("学", "帮它学说话", 95), roles=REGISTERED,
)  # fmt: skip
async def lend_words(talk: Talk) -> None:
    """Whether words that were not understood may be kept, nameless; nothing is kept of who was not asked."""
    person = await talk.member()
    live = await talk.one(consent.live(person.id, consent.LEARN))
    asked = (
        "有时我听不懂。能不能把听不懂的话留下来，不留名字和电话，让联络员教我？现在是可以的。"
        if live
        else "有时我听不懂。能不能把听不懂的话留下来，不留名字和电话，让联络员教我？"
    )
    may = await talk.choose("may", asked, [MAY_NOT, MAY]) == MAY
    by = talk.me.id if talk.me else None
    if may and live is None:
        await talk.add(consent.given(person.id, consent.LEARN, VERSION, talk.now, by))
    if not may and live is not None:
        live.withdrawn_at = talk.now
    talk.say(
        "谢谢您！不想留了，再说“帮余热学说话”，按“不用”。"
        if may
        else "好的，不留。我照样给您办事。"
    )


@feature.dialog(
    "teach", "教余热认字", words=(TEACH, "教它认字"), place=Place("办", "教它认字", 85), roles=STAFF
)
async def teach(talk: Talk) -> None:
    """One text, what it means, and on to the next."""
    me = talk.staff()
    row = await _current(talk)
    likely = [TITLES[label] for label in row.options if label in TITLES]
    question = f"有会员说：“{row.text}”。这是什么意思？"
    taken = await talk.choose("means", question, [*likely[:SHOWN], OTHER, SKIP])
    if taken == OTHER:
        rest = [*likely[SHOWN:], *(t for t in TITLES.values() if t not in likely)]
        taken = await talk.choose("which", f"“{row.text}”是下面哪一样？直接打字也行。", rest)
    row.state = Doubt.SKIPPED if taken == SKIP else Doubt.TAUGHT
    row.label = _LABELS.get(taken, "")
    row.decided_by_id, row.decided_at = me.id, talk.now
    talk.can_undo("teach.label", row.id, f"教它认“{row.text[:12]}”")
    await talk.flush()
    left = (await talk.all(how_many_open()))[0]
    done = "跳过了。" if taken == SKIP else f"记下了：{taken}。重新学一遍以后就认得了。"
    talk.say(
        f"{done}还有{left}句。" if left else f"{done}都教完了，谢谢。",
        [Choice(TEACH, "接着教")] if left else [],
    )


@feature.undo("teach.label", any_staff)
async def unteach(talk: Talk, ref: str) -> None:
    """The text waits again."""
    row = await talk.get(DoubtfulText, int(ref))
    if row is not None:
        row.state, row.label = Doubt.OPEN, ""
        row.decided_by_id = row.decided_at = None


def waits(rows: Rows, viewer: Person, now: datetime) -> Iterable[Waits]:
    """Texts that nobody has explained yet, as one thing."""
    count = rows.all(how_many_open())[0]
    if count:
        yield Waits(
            f"有{count}句话没听懂",
            f"说“{TEACH}”，一句一句教它。",
            now,
            command=TEACH,
            kind=Need.WORDS,
        )


feature.waiting = waits


async def _current(talk: Talk) -> DoubtfulText:
    """The text that the open question is about, although others came or went meanwhile."""
    known = talk.slots.get("doubt", "")
    row = await talk.get(DoubtfulText, int(known)) if known else await talk.one(open_texts())
    if row is None or row.state is not Doubt.OPEN:
        raise Refused("现在没有要教的话。谢谢。")
    talk.slots["doubt"] = str(row.id)
    return row
