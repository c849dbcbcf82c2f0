"""Voice, pictures, stickers, places: always answered, and passed on to a person."""

from bot.feature import ANYONE, Feature
from bot.talk import Choice, Talk

feature = Feature("media", "语音和图片")

KINDS = {
    "voice": "您的语音",
    "picture": "您的图片",
    "video": "您的视频",
    "location": "您发的位置",
    "file": "您的文件",
}


@feature.dialog("media", "收下语音和图片", roles=ANYONE)
async def media(talk: Talk) -> None:
    """What we can't read ourselves goes to a person; a sticker is just a greeting."""
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
