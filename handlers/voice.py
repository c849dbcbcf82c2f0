"""读给我听: this device's messages are read out too, in Mandarin or Cantonese, until it is told to stop."""

from bot.domain.access.things import Thing
from bot.domain.voice import VOICE_TITLE, ReadAloud, Voice
from bot.feature import ANYONE, Feature, Place, own
from bot.talk import Can, Choice, Talk
from bot.voice import installed
from bot.voice.settings import VoiceSettings

feature = Feature("voice", "朗读", about=Thing.OWN, settings=VoiceSettings)

READ, ENOUGH = "读给我听", "不用读了"
_SAID = {
    Voice.CANTONESE: ("广东话", "白话", "粤语"),
    Voice.MANDARIN: ("普通话", "国语"),
}


@feature.dialog(
    "read_aloud", "把消息读给您听",
    words=(READ, "读普通话", "读广东话", "读白话", "读粤语", "念给我听", "朗读", "讲普通话", "讲广东话", "语音播报"),
    place=Place("帮", READ, 75), roles=ANYONE,
)  # fmt: skip
async def read_aloud(talk: Talk) -> None:
    """For this device only: who shares it hears it too, and another device stays as it is."""
    if not talk.channels.get(talk.said.channel, Can()).voice:
        talk.say("这里放不出声音。请在手机上打开，再说一次“读给我听”。")
        return
    if not installed():
        talk.say(
            "我现在还读不了，社区还没有装上声音。字看不清，可以按“找人帮忙”，请人打电话告诉您。"
        )
        return
    here = (talk.said.channel, talk.said.who)
    row = await talk.get(ReadAloud, here)
    voice = _named(talk.said.text) or Voice.MANDARIN
    before = row.voice.value if row else ""
    if row is None:
        await talk.add(ReadAloud(channel=here[0], address=here[1], voice=voice, since=talk.now))
    else:
        row.voice = voice
    other = "读广东话" if voice is Voice.MANDARIN else "读普通话"
    talk.say(
        f"好的，以后先给您看字，再用{VOICE_TITLE[voice]}读一遍。不想听了，请说“不用读了”。",
        [Choice(other), Choice(ENOUGH)],
    )
    talk.can_undo("voice.read", before, "读给您听")


@feature.dialog(
    "read_no_more", "不再读给您听", words=(ENOUGH, "不要读了", "别读了", "不读了", "不用念了", "别念了"), roles=ANYONE
)  # fmt: skip
async def read_no_more(talk: Talk) -> None:
    """Writing only, from now on."""
    row = await talk.get(ReadAloud, (talk.said.channel, talk.said.who))
    if row is None:
        talk.say("现在就只有字，没有读。想听，请说“读给我听”。", [Choice(READ)])
        return
    before = row.voice.value
    await talk.remove(row)
    talk.say("好的，以后只有字，不读了。想听，再说“读给我听”。", [Choice(READ)])
    talk.can_undo("voice.read", before, "不用读了")


@feature.undo("voice.read", own)
async def undo_read(talk: Talk, ref: str) -> None:
    """As it was before: read in that voice, or not at all."""
    here = (talk.said.channel, talk.said.who)
    row = await talk.get(ReadAloud, here)
    if row is not None:
        await talk.remove(row)
    if ref:
        await talk.add(
            ReadAloud(channel=here[0], address=here[1], voice=Voice(ref), since=talk.now)
        )
    talk.say(
        f"好的，照原来的，用{VOICE_TITLE[Voice(ref)]}读给您听。"
        if ref
        else "好的，照原来的，不读了。"
    )


def _named(words: str) -> Voice | None:
    return next((voice for voice, names in _SAID.items() if any(n in words for n in names)), None)
