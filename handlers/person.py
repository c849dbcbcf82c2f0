"""找人帮忙: a member waits for a person; a coordinator takes over, writes, and hands back."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain import handover as rules
from bot.domain.base import Refused
from bot.domain.mail import Conversation, Handover, Mail, waiting_people
from bot.domain.people import Person, Role, reaches
from bot.feature import ANYONE, STAFF, Feature, Place, Waits
from bot.now import local
from bot.talk import Choice, Note, Rows, Talk, as_text
from bot.text import normal

feature = Feature("person", "找人帮忙")

DONE = "说完了"
FRAUD = (
    "转钱", "转账", "汇款", "打钱", "验证码", "安全账户", "公安", "法院", "社保局", "医保局", "中奖", "保证金",
    "手续费", "骗", "冒充", "银行卡", "密码", "保健品", "投资", "返利",
)  # fmt: skip
"""Words that, said to a person's desk, mean that somebody may be about to be cheated."""
WHY = {
    "asked": "想找人", "lost": "没听懂", "emergency": "紧急", "media": "发来语音图片", "care": "问候",
    "safe": "说没有危险", "fraud": "疑似诈骗", "failed": "消息没办成",
}  # fmt: skip


@feature.dialog(
    "human", "找社区同志", intents=("human",), roles=ANYONE, quick=True
)  # fmt: skip
async def human(talk: Talk) -> None:
    """Somebody will call or write; the office's number for those who can't wait. Fraud has its own warning."""
    office = talk.settings.office
    if any(word in normal(talk.said.text) for word in FRAUD):
        talk.call_person("fraud")
        call = f"社区电话{office.phone}。" if office.phone else ""
        talk.say(
            f"先别转钱，别说验证码，别点链接！这多半是骗子，可以打96110问。我已请同志马上联系您。{call}"
        )
        return
    talk.call_person("asked")
    call = f"急的话请打{office.phone}。" if office.phone else ""
    talk.say(
        f"已经告诉社区同志了，会尽快联系您（{office.hours}）。{call}想先说说是什么事，直接写给我就行。"
    )


@feature.dialog(
    "answer", "回复等人的会员", words=("回复", "等人的", "谁在等"),
    place=Place("办", "回复会员", 10), roles=STAFF, composes=True,
)  # fmt: skip
async def answer(talk: Talk) -> None:
    """A coordinator takes one conversation after the other."""
    me = talk.require(Role.COORDINATOR, Role.ADMINISTRATOR)
    rows = [row for row in await talk.all(waiting_people()) if sees(me, row.person)]
    if not rows:
        raise Refused("现在没有人在等。")
    names = {_label(row): row for row in rows}
    labels = [Choice(label, label.split(" ")[1][:8]) for label in names]
    row = names[await talk.choose("who", f"有{len(rows)}位在等，先回哪一位？", labels)]
    conversation = await talk.get(Conversation, (row.channel, row.address))
    if conversation is None:
        raise Refused("这位的对话已经不在了，请打电话联系。")
    words = await talk.ask("text", f"{_name(row)}说：“{row.words[:40]}”。您怎么回？", as_text(500))
    rules.take(row, conversation, me, talk.now)
    write_to(talk, row, words)
    talk.say(f"发给{_name(row)}了。对方的话会转给您。聊完了请说“{DONE}”。", ["回复", DONE])


@feature.dialog("hand_back", "把对话交还给机器人", words=(DONE, "交还"), roles=STAFF)
async def hand_back(talk: Talk) -> None:
    """The coordinator has finished; the bot answers again."""
    me = talk.require(Role.COORDINATOR, Role.ADMINISTRATOR)
    mine = [row for row in await talk.all(waiting_people()) if row.taken_by_id == me.id]
    if not mine:
        raise Refused("您现在没有接着的对话。")
    for row in mine:
        rules.hand_back(row, await talk.get(Conversation, (row.channel, row.address)), talk.now)
    talk.say(f"交还了{len(mine)}个对话，由机器人接着答。")


def write_to(talk: Talk, row: Handover, words: str) -> None:
    """Send a coordinator's own words to whoever waits."""
    key = f"person:{row.id}:{talk.said.channel}:{talk.said.id}"
    back = (row.channel, row.address)
    talk.tell(Note(row.person_id or 0, words, key, Mail.PERSON, address=back))


def sees(viewer: Person, person: Person | None) -> bool:
    """Whether the coordinator's reach covers this person; strangers are seen by all."""
    return reaches(viewer, person.branch_id if person else None)


def waits(rows: Rows, viewer: Person, now: datetime) -> Iterable[Waits]:
    """People waiting for a person, for the Today page."""
    for row in rows.all(waiting_people()):
        if sees(viewer, row.person):
            urgent = row.why in ("emergency", "fraud")
            yield Waits(
                f"{_name(row)}：{WHY.get(row.why, row.why)}", row.words, row.at, urgent, "回复"
            )


feature.waiting = waits


def _name(row: Handover) -> str:
    return row.person.name if row.person else "没登记的朋友"


def _label(row: Handover) -> str:
    at = local(row.at)
    return f"{row.id} {_name(row)} {at:%H:%M}"
