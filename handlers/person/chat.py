"""找人帮忙: a member waits for a person; a coordinator takes over, writes, and hands back."""

from bot.domain import handover as rules
from bot.domain.base import Refused
from bot.domain.handover import Handover, waiting_people
from bot.domain.mail import Conversation
from bot.feature import ANYONE, STAFF, Place
from bot.talk import Choice, Talk, as_text
from bot.text import normal
from handlers.person.about import feature, label_of, machine_again, name_of, waiting, write_to

DONE = "说完了"
FRAUD = (
    "转钱", "转账", "汇款", "打钱", "验证码", "安全账户", "公安", "法院", "社保局", "医保局", "中奖", "保证金",
    "手续费", "骗", "冒充", "银行卡", "密码", "保健品", "投资", "返利",
)  # fmt: skip
"""Words that, said to a person's desk, mean that somebody may be about to be cheated."""


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
    me = talk.staff()
    rows = waiting(talk.rows, me)
    if not rows:
        raise Refused("现在没有人在等。")
    names = {label_of(row): row for row in rows}
    labels = [Choice(label, label.split(" ")[1][:8]) for label in names]
    row = names[await talk.choose("who", f"有{len(rows)}位在等，先回哪一位？", labels)]
    conversation = await talk.get(Conversation, (row.channel, row.address))
    if conversation is None:
        raise Refused("这位的对话已经不在了，请打电话联系。")
    words = await talk.ask("text", f"{_said(talk, row)}。您怎么回？", as_text(500))
    talk.rows.all(rules.held(row.id))
    rules.take(row, conversation, me, talk.now)
    write_to(talk, row, words)
    talk.say(f"发给{name_of(row)}了。对方的话会转给您。聊完了请说“{DONE}”。", ["回复", DONE])


def _said(talk: Talk, row: Handover) -> str:
    """What was said may tell of health or of who is alone at home: it stands on private channels only."""
    if not talk.private:
        return f"{name_of(row)}说的，请到网页上看"
    return f"{name_of(row)}说：“{row.words[:40]}”"


@feature.dialog("hand_back", "把对话交还给机器人", words=(DONE, "交还"), roles=STAFF)
async def hand_back(talk: Talk) -> None:
    """The coordinator has finished; the bot answers again."""
    me = talk.staff()
    mine = [row for row in await talk.all(waiting_people()) if row.taken_by_id == me.id]
    if not mine:
        raise Refused("您现在没有接着的对话。")
    for row in mine:
        talk.tell(machine_again(talk.rows, row, talk.settings))
        rules.hand_back(row, await talk.get(Conversation, (row.channel, row.address)), talk.now)
    talk.say(f"交还了{len(mine)}个对话，由机器人接着答。")
