"""The words of consent changed: who is registered is asked once whether they still agree."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.domain import consent
from bot.domain.phrase import Slot
from bot.domain.registration import KEEP, KEEP_VERSION
from bot.feature import REGISTERED
from bot.members import keep_consent
from bot.talk import Choice, Note, Rows, Talk
from handlers.register.about import feature, kept
from handlers.register.leave import LEAVE

AGREE_ANEW = "同意新说明"
ASKED = feature.phrase(
    "anew", "登记的说明改了，问登记过的人", "登记的说明改了。{说明}您还同意吗？",
    Slot(
        "kept", "说明",
        "登记由三海街道办事处管。会留下您的姓名、支部、电话和这部手机的代号，只用来通知学习、服务和走访。",
        "谁管、留什么、为什么", needed=True,
    ),
)  # fmt: skip
AT_ONCE = 200
"""So many are asked at one tick."""
LATELY = timedelta(days=30)
"""Who was not seen for so long is asked once they are back: it is nothing to call for."""
_KEY = f"consent:{KEEP_VERSION}:"


def ask(rows: Rows, tell: Callable[[Note], object], now: datetime, settings: Any) -> None:
    """Everybody who agreed to an earlier version, not at night; who doesn't answer stays registered as before."""
    query = consent.of_earlier(KEEP, KEEP_VERSION, _KEY, now - LATELY)
    text = ASKED(settings, kept=kept(settings.office))
    choices = (Choice(AGREE_ANEW, "还同意"), Choice(LEAVE))
    for person in rows.all(query.limit(AT_ONCE)):
        tell(Note(person.id, text, f"{_KEY}{person.id}", choices=choices))


@feature.dialog("consent_anew", "同意新的登记说明", words=(AGREE_ANEW,), roles=REGISTERED)
async def agree(talk: Talk) -> None:
    """The new consent takes the place of the old."""
    person = await talk.member()
    keep_consent(talk.rows, person, talk.now, talk.relation)
    talk.say("记下了，谢谢您！想看留了什么，随时说“我的资料”。")


feature.turns.append(ask)
