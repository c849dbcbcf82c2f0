"""全停: a press on the page or a word in chat stops notices and reminders at once; 恢复发送 lets them go."""

from collections.abc import Sequence
from datetime import datetime

from bot import notices as desk
from bot.domain import freeze as rules
from bot.domain.people import Person
from bot.feature import STAFF, Action, Banner
from bot.parts import Part, Press, Text
from bot.talk import Choice, Rows, Talk
from handlers.notice.about import PAGE, feature, tell_all

DONE = "全停了：通知和提醒都先不发，正在路上的那一条拦不住。答复和急事照常。"


def presses(rows: Rows, viewer: Person) -> Sequence[Part]:
    """The switch as this viewer may use it."""
    for one in rows.all(rules.current()):
        if rules.may_lift(one, viewer):
            return [Press(desk.THAW, "thaw")]
        return [Text(f"要恢复，请找{one.by.name}或者管理员。")]
    return [Press("全停（通知和提醒都先不发）", "freeze")]


def banner(rows: Rows, viewer: Person, now: datetime) -> Banner | None:
    """Stands on every page of the desk while it holds."""
    words = desk.frozen_words(rows, now)
    return Banner(words, PAGE, "去恢复") if words else None


async def freeze(talk: Talk, form: dict[str, str]) -> str:
    """One press, no question: what goes out meanwhile can't be called back."""
    tell_all(
        talk, desk.freeze(talk.rows, talk.staff(), form.get("reason", ""), talk.now, talk.settings)
    )
    return DONE


async def thaw(talk: Talk, form: dict[str, str]) -> str:
    """Everything goes on."""
    tell_all(talk, desk.thaw(talk.rows, talk.staff(), talk.now, talk.settings))
    return "恢复了，通知和提醒照常发。过了时候的提醒不再补发。"


@feature.dialog(
    "notice_freeze", "全停通知和提醒", words=(desk.FREEZE, "全部停发", "紧急停发"), roles=STAFF
)
async def freeze_talk(talk: Talk) -> None:
    """At once, as on the page."""
    talk.say(await freeze(talk, {}), [Choice(desk.THAW)])


@feature.dialog("notice_thaw", "恢复发通知和提醒", words=(desk.THAW, "恢复通知"), roles=STAFF)
async def thaw_talk(talk: Talk) -> None:
    """As on the page."""
    talk.say(await thaw(talk, {}))


ACTIONS: dict[str, Action] = {"freeze": freeze, "thaw": thaw}
feature.banner = banner
