"""少提醒我: acts at once, is confirmed, and can be turned back."""

from bot.domain.access.things import Thing
from bot.domain.people import Person
from bot.feature import REGISTERED, Feature, Place, own
from bot.talk import Choice, Talk

feature = Feature("less", "提醒", about=Thing.OWN)
AGAIN = "恢复提醒"


@feature.dialog(
    "stop", "少收提醒", intents=("stop",), place=Place("帮", "少提醒我", 80), roles=REGISTERED
)
async def stop(talk: Talk) -> None:
    """No more automatic reminders; notices of the branch and answers still come."""
    for person in talk.people:
        person.reminders_off = True
        talk.can_undo("less.stop", person.id, "少提醒我")
    talk.say(
        "好的，不再提醒您了。支部的重要通知还会告诉您。想要提醒，请说“恢复提醒”。", [Choice(AGAIN)]
    )


@feature.dialog("remind_again", "恢复提醒", words=(AGAIN, "打开提醒", "要提醒我"), roles=REGISTERED)
async def remind_again(talk: Talk) -> None:
    """The reminders come back."""
    for person in talk.people:
        person.reminders_off = False
    talk.say("好的，以后照样提醒您。")


@feature.undo("less.stop", own)
async def undo_stop(talk: Talk, ref: str) -> None:
    """撤销 of 少提醒我."""
    person = await talk.get(Person, int(ref))
    if person is not None:
        person.reminders_off = False
    talk.say("好的，以后照样提醒您。")
