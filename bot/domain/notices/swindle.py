"""What swindlers write, too: a second look is asked for."""

import re
from typing import Final

from bot.domain.notices.tables import NoticeSettings


def risky(text: str, settings: NoticeSettings) -> list[str]:
    """The words in `text` that swindlers use, too."""
    return [word for word in settings.risky_words if word in text]


_ADDRESS: Final = re.compile(
    r"(?:https?://|www\.)[^\s，。；、）)]+|(?<![\w.@])[\w-]+(?:\.[\w-]+)*\.(?:com|cn|net|org|top|xyz|vip|cc|info|link|site)"
    r"(?![\w.])(?:/[^\s，。；、）)]*)?",
    re.ASCII | re.IGNORECASE,
)


def addresses(text: str, own: str = "") -> list[str]:
    """The web addresses in `text` that are not ours: members can't tell a good one from a swindler's."""
    host = own.partition("://")[2].partition("/")[0]
    return [one for one in _ADDRESS.findall(text) if not host or host not in one.split("/")]
