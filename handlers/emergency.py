"""Danger, in any state: 120 first, the coordinators at once, and nobody is left with silence."""

from bot.feature import ANYONE, Feature
from bot.talk import Talk

feature = Feature("emergency", "紧急求助")

FIRST = "请马上打120！着火打119，有坏人打110。我已经叫社区同志联系您，别挂心，待在安全的地方。"
ASKING = "您现在有危险吗？要是身体难受，请马上打120。要不要我叫社区同志马上联系您？"
COME, FINE = "快叫人来", "没有危险"


@feature.dialog("emergency", "紧急求助", intents=("emergency",), roles=ANYONE, quick=True)
async def emergency(talk: Talk) -> None:
    """Said plainly: alarm without asking."""
    talk.call_person("emergency")
    talk.say(FIRST)


@feature.dialog("emergency_ask", "紧急求助", roles=ANYONE)
async def emergency_ask(talk: Talk) -> None:
    """Not sure: one question with a big button; the words themselves go to the coordinators."""
    words = talk.slots.get("words", "")
    if await talk.choose("danger", ASKING, [COME, FINE]) == COME:
        talk.call_person("emergency", words)
        talk.say(FIRST)
        return
    talk.call_person("care", words)
    talk.say("那就好。我告诉社区同志一声，方便时来问问您。要人上门看看，请说“上门走访”。")
