"""Voice, pictures, stickers, places: always answered, and passed on to a person."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from bot.domain import consent
from bot.domain.access.things import Thing
from bot.domain.mail import Inbox, Mail
from bot.domain.people import Person
from bot.domain.phrase import Slot
from bot.feature import ANYONE, REGISTERED, Feature
from bot.talk import Choice, Media, Note, Talk, staff_for
from bot.voice.ears import HEARD, UNHEARD, is_voice, place_of

feature = Feature("media", "语音和图片", about=Thing.OWN)
CLIP = feature.phrase(
    "clip",
    "会员的语音，转给联络员听",
    "{姓名}发来的语音。",
    Slot("who", "姓名", "王秀英", needed=True),
)

KINDS = {
    "voice": "您的语音",
    "picture": "您的图片",
    "video": "您的视频",
    "location": "您发的位置",
    "poll": "您发的投票",
    "file": "您的文件",
}
IN_A_ROW, WITHIN = 3, timedelta(minutes=10)
"""So many voice messages in so short a time: somebody who can't or won't type needs a person."""
VERSION = "2026-11"
FORWARD, TYPE = "转给联络员", "我来打字"
KEYBOARD = "点一下打字的地方，按住键盘上的话筒说话，字会自己出来。"


@feature.dialog("media", "收下语音和图片", roles=ANYONE)
async def media(talk: Talk) -> None:
    """What we can't read ourselves goes to a person; a sticker is just a greeting."""
    if "clips" in talk.slots or _is_voice(talk):
        await _voice(talk)
        return
    kinds = {item.kind for item in talk.said.media}
    if kinds <= {"sticker"}:
        talk.say("收到，您好！有事您直接说。", [Choice("主菜单")])
        return
    if kinds <= {"contact"}:
        talk.say("收到您的电话。要登记，请说“登记”。", [Choice("登记")])
        return
    what = next((KINDS[k] for k in KINDS if k in kinds), "您发的东西")
    talk.call_person("media", talk.said.text or f"（{what}）")
    talk.say(f"{what}收到了，已经转给社区同志，会有人联系您。要快一点，也可以打字告诉我。")


@feature.dialog("say_again", "再说一遍", words=("再说一遍", "我再说一遍"), roles=ANYONE, quick=True)
async def say_again(talk: Talk) -> None:
    """What was heard was wrong."""
    talk.say(f"好的，您再说一遍，慢一点。也可以打字：{KEYBOARD}")


@feature.dialog(
    "voice_consent", "选联络员能不能听语音", words=("可以听我的语音", "不要听我的语音", "别听我的语音"),
    roles=REGISTERED,
)  # fmt: skip
async def voice_consent(talk: Talk) -> None:
    """Changes one's mind by a word."""
    person = await talk.member()
    may = talk.said.text.startswith("可以")
    await _agree(talk, person, may=may)
    talk.say(
        "记下了：我听不懂的语音，转给联络员听。" if may else "记下了：您的语音不再转给别人听。"
    )


def _is_voice(talk: Talk) -> bool:
    return bool(talk.said.media) and all(item.kind == "voice" for item in talk.said.media)


async def _voice(talk: Talk) -> None:
    """A voice message that no machine understood, or one that is just being listened to."""
    me = talk.me if talk.people else None
    unheard = talk.said.id.endswith(UNHEARD)
    if me and talk.settings.voice.listen_model and is_voice(talk.said) and not unheard:
        talk.say("收到您的语音，我听一听，请稍等。")
        return
    # The clip is gone from `said` when the question about it is answered.
    clips = [place_of(talk.said.channel, m) for m in talk.said.media]
    talk.slots.setdefault("clips", "\n".join([talk.slots.get("before", ""), *clips]).strip())
    many = await _in_a_row(talk) >= IN_A_ROW
    if me is None:
        talk.call_person("media", "（语音）")
        talk.say(f"您的语音我听不懂，已经请社区同志联系您。也可以打字：{KEYBOARD}")
    elif await talk.one(consent.live(me.id, consent.VOICE)):
        _forward(talk, me)
        talk.say(f"您的语音转给联络员了，会有人联系您。想快一点：{KEYBOARD}")
    elif many:
        talk.call_person("media", "（连着发来几段语音）")
        talk.say(f"您连着发了几段语音，我听不懂，已经请社区同志联系您。{_phone(talk)}")
    elif await talk.one(consent.asked(me.id, consent.VOICE)):
        talk.say(f"您的语音我听不懂。{KEYBOARD}要找人，按“找人帮忙”。")
    else:
        await _ask(talk, me)


async def _ask(talk: Talk, me: Person) -> None:
    """Once, whether a coordinator may listen; from then on it is known."""
    question = f"语音我还听不懂。您可以{KEYBOARD}这段要不要转给联络员听？以后的也一样。"
    may = await talk.choose("forward", question, [Choice(FORWARD), Choice(TYPE)]) == FORWARD
    await _agree(talk, me, may=may)
    if may:
        _forward(talk, me)
        talk.say(f"转给联络员了，会有人联系您。不想转了，请说“不要听我的语音”。{_phone(talk)}")
    else:
        talk.say("好的，不转。您打字告诉我就行，字打错了也不要紧。", [Choice("主菜单")])


async def _agree(talk: Talk, person: Person, *, may: bool) -> None:
    live = await talk.one(consent.live(person.id, consent.VOICE))
    by = talk.me.id if talk.me else None
    if may and live is None:
        await talk.add(consent.given(person.id, consent.VOICE, VERSION, talk.now, by))
    if not may and live is not None:
        live.withdrawn_at = talk.now
    if not may and live is None:
        await talk.add(consent.refused(person.id, consent.VOICE, VERSION, talk.now, by))


def _forward(talk: Talk, me: Person) -> None:
    """To the coordinators of the branch, and onto the list of those who wait."""
    clips = tuple(
        Media("voice", path=path) for path in talk.slots.get("clips", "").split("\n") if path
    )
    talk.call_person("media", "（语音）")
    for person in staff_for(talk.rows, me.branch_id):
        if person.id != me.id and clips:
            key = f"clip:{talk.said.channel}:{talk.said.who}:{talk.said.id}:{person.id}"
            talk.tell(
                Note(person.id, CLIP(talk.settings, who=me.name), key, Mail.ALARM, media=clips)
            )


async def _in_a_row(talk: Talk) -> int:
    """How many voice messages came lately, this one counted, with nothing typed in between."""
    said = talk.said
    query = (
        select(Inbox)
        .where(
            Inbox.channel == said.channel, Inbox.address == said.who,
            Inbox.at > said.at - WITHIN, Inbox.at <= said.at,
        )
        .order_by(Inbox.id.desc())
    )  # fmt: skip
    return _leading_voices(await talk.all(query))


def _leading_voices(rows: Sequence[Inbox]) -> int:
    count = 0
    for row in rows:
        if row.update_id.endswith((HEARD, UNHEARD)):
            continue
        if row.text or not all(item[0] == "voice" for item in row.media):
            break
        count += 1
    return count


def _phone(talk: Talk) -> str:
    phone = talk.settings.office.phone
    return f"急的话请打{phone}。" if phone else ""
