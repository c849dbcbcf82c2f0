"""Danger, in any state: 120 first, the coordinators at once, and nobody is left with silence."""

from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.feature import ANYONE, Feature
from bot.talk import Answer, Choice, Talk
from bot.text import normal, yes_or_no
from bot.understand import Alarm, despair
from bot.understand import emergency as danger_in
from bot.understand.alarm import calm

feature = Feature("emergency", "紧急求助", about=Thing.OWN)

FIRST = "请马上打120！着火打119，有坏人打110。我已经叫社区同志联系您，别挂心，待在安全的地方。"
NOT_ALONE = "您的话我听见了，请不要一个人扛着。我已经叫社区同志马上联系您，请让家里人陪着您。难受得厉害，请打120。"
ASKING = "您现在有危险吗？要是难受得厉害，请马上打120。社区同志我也告诉了。"
ASKING_GENTLY = (
    "您的话我听见了，别一个人扛着。社区同志我也告诉了。您现在有危险吗？难受得厉害，请马上打120。"
)
COME, FINE = "快叫人来", "没有危险"


@feature.dialog(
    "emergency", "紧急求助", words=(COME,), intents=("emergency",), roles=ANYONE, quick=True
)
async def emergency(talk: Talk) -> None:
    """Said plainly: alarm without asking."""
    talk.call_person("emergency")
    talk.say(NOT_ALONE if despair(talk.said.text) else FIRST, [FINE])


@feature.dialog(
    "emergency_over",
    "说没有危险",
    words=(FINE, "没有危险了", "搞错了", "误会", "没危险", "不是危险"),
    roles=ANYONE,
    quick=True,
)
async def over(talk: Talk) -> None:
    """A false alarm, or help has come: the coordinators read it, and decide whether to call all the same."""
    talk.call_person("safe", FINE)
    talk.say("没有危险就好，您放心。我告诉社区同志一声，方便时来问问您。", [Choice("主菜单")])


@feature.dialog("emergency_ask", "紧急求助", roles=ANYONE)
async def emergency_ask(talk: Talk) -> None:
    """Not sure: one question with a big button. The coordinators were told by the engine when it was asked."""
    words = talk.slots.get("words", "")
    dark = despair(words)
    question = ASKING_GENTLY if dark else ASKING
    if await talk.ask("danger", question, _in_danger, choices=[COME, FINE]):
        talk.call_person("emergency", words)
        talk.say(NOT_ALONE if dark else FIRST, [FINE])
        return
    talk.call_person("safe", words)
    talk.say("那就好。我告诉社区同志一声，方便时来问问您。要人上门看看，请说“上门走访”。")


def _in_danger(answer: Answer) -> bool:
    """Any words that don't say it is all right, but tell of something bad, are a yes."""
    said = normal(answer.text)
    if answer.text == FINE or yes_or_no(said) is False or calm(said) > 1 or "没事" in said:
        return False
    if answer.text == COME or yes_or_no(said) or danger_in(said) is not Alarm.NONE:
        return True
    raise Refused("请您按“快叫人来”，或者“没有危险”。")
