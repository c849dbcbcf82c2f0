"""Who may be bound to a device: what a stranger says, compared with the roster; tries, and the queue.

A name alone never binds. The exact name with the last four digits of the phone does; what only resembles
somebody waits for a coordinator, with the resemblance shown to the coordinator and to nobody else.

    open → approved | rejected | replaced        bound, approved → taken_back
"""

from bot.domain.registration.judging import (
    Told,
    Verdict,
    about,
    judge,
    plain_phone,
    proves,
    resembles,
)
from bot.domain.registration.queries import (
    bound_lately,
    likely,
    matching,
    resembled,
    tries,
    tries_about,
    tries_of,
    waiting,
    waiting_at,
)
from bot.domain.registration.tables import (
    DAY,
    KEEP,
    KEEP_VERSION,
    MOST_CANDIDATES,
    MOST_OPEN,
    SELF,
    TAIL,
    WHY_TITLE,
    RegisterSettings,
    RegistrationRequest,
    RegistrationTry,
    Stage,
    Why,
)

__all__ = [
    "DAY",
    "KEEP",
    "KEEP_VERSION",
    "MOST_CANDIDATES",
    "MOST_OPEN",
    "SELF",
    "TAIL",
    "WHY_TITLE",
    "RegisterSettings",
    "RegistrationRequest",
    "RegistrationTry",
    "Stage",
    "Told",
    "Verdict",
    "Why",
    "about",
    "bound_lately",
    "judge",
    "likely",
    "matching",
    "plain_phone",
    "proves",
    "resembled",
    "resembles",
    "tries",
    "tries_about",
    "tries_of",
    "waiting",
    "waiting_at",
]
