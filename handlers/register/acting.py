"""停止代办: the person ends that somebody else acts for them; the other side does it by 退出登记."""

from bot.domain import cards
from bot.domain.base import Refused
from bot.domain.mail import Mail
from bot.domain.people import Person, Sender
from bot.domain.phrase import Slot
from bot.domain.registration import SELF
from bot.feature import own
from bot.members import STOP_ACTING, acting_for, binding_here
from bot.talk import Choice, Note, Talk
from handlers.register.about import device_of, feature, known_words, tell_staff

KEEP = "还让他办"
_NAME = Slot("name", "姓名", "韦建国", needed=True)
ENDED = feature.phrase(
    "acting_ended", "本人停止了代办，发给家里人的手机",
    "{姓名}说以后自己来办，这部手机不再替办了。有事请打电话给社区。", _NAME,
)  # fmt: skip
AGAIN = feature.phrase(
    "acting_again", "本人恢复了代办，发给家里人的手机", "{姓名}又请您帮着办事了。", _NAME
)
ENDED_STAFF = feature.phrase(
    "acting_ended_staff", "本人停止了代办，发给联络员", "{姓名}停止了{家里人}的代办。",
    Slot("who", "姓名", "韦建国(0001)", needed=True), Slot("relation", "家里人", "儿子"),
)  # fmt: skip


@feature.dialog(
    "stop_acting", "停止代办", words=(STOP_ACTING, "不要代办", "不让他代办", "取消代办")
)
async def stop(talk: Talk) -> None:
    """On the person's own phone only; asked once, and back within a day."""
    person = await talk.member()
    mine = await talk.one(binding_here(person.id, device_of(talk)))
    if mine is None or mine.relation != SELF:
        raise Refused("这要本人在自己手机上说。您自己不想替办了，请说“退出登记”。")
    found = await talk.all(acting_for(person.id))
    if not found:
        raise Refused("现在没有人替您办事。")
    named = {f"{n}号{row.relation}的手机": row for n, row in enumerate(found, 1)}
    sender = found[0]
    if len(found) > 1:
        choices = [Choice(says, row.relation[:8]) for says, row in named.items()]
        sender = named[await talk.choose("which", "停哪一部手机的？", choices)]
    text = f"以后{sender.relation}的手机不能再替您办事，对吗？"
    if await talk.choose("sure", text, [STOP_ACTING, KEEP]) == KEEP:
        talk.say("好的，还照原来的。")
        return
    cards.end([sender], talk.now)
    _tell(talk, person, sender)
    talk.say(f"好的，{sender.relation}的手机不再替您办事了。要恢复，一天之内说“撤销”。")
    talk.can_undo("register.acting", sender.id, f"停止{sender.relation}代办")


def _tell(talk: Talk, person: Person, sender: Sender) -> None:
    key = f"acting:end:{sender.id}:{talk.now.isoformat()}"
    text = ENDED(talk.settings, name=person.name)
    talk.tell(Note(0, text, key, Mail.ALARM, address=(sender.channel, sender.address)))
    staff = ENDED_STAFF(talk.settings, who=known_words(person), relation=sender.relation)
    tell_staff(talk, person.branch_id, f"{key}:staff", staff)


@feature.undo("register.acting", own)
async def again(talk: Talk, ref: str) -> None:
    """As it was; the other side reads that it may go on."""
    sender = await talk.get(Sender, int(ref))
    if sender is None or sender.ended_at is None:
        return
    sender.ended_at = None
    key = f"acting:again:{sender.id}:{talk.now.isoformat()}"
    text = AGAIN(talk.settings, name=sender.person.name)
    talk.tell(Note(0, text, key, Mail.ALARM, address=(sender.channel, sender.address)))
    talk.say(f"好的，{sender.relation}的手机又可以替您办事了。")
