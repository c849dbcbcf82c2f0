"""What is wrong with the channel at the moment, in one Chinese sentence for `yure doctor` and /health."""

from dataclasses import dataclass
from datetime import datetime

from telegram.error import Conflict, InvalidToken, RetryAfter

REVOKED = "Telegram 不认这个令牌了。请向 @BotFather 要一个新的，写进 [telegram] token 再重启。"
OTHER = "另有一个程序也在用这个 Telegram 令牌收消息。请只留一个在运行。"
NETWORK = "连不上 Telegram，正在不停重试。请看看网络或者代理。"
SLOW = "Telegram 让我们慢一点，正在等它放行。"
INBOX = "Telegram 来了消息却记不下来，正在重试。请看看磁盘和数据库。"


@dataclass
class Trouble:
    """Set by whoever meets a fault, cleared by whoever succeeds. Receiving and sending have a word each."""

    receiving: str = ""
    sending: str = ""
    polled_at: datetime | None = None
    """When Telegram last answered a poll (real time)."""

    def sentence(self) -> str:
        """ "" when well; a void token comes first, for nothing else matters then."""
        return (
            REVOKED if REVOKED in (self.receiving, self.sending) else self.receiving or self.sending
        )


def told(err: Exception) -> str:
    """The sentence for a failed call."""
    for kind, sentence in ((InvalidToken, REVOKED), (Conflict, OTHER), (RetryAfter, SLOW)):
        if isinstance(err, kind):
            return sentence
    return NETWORK
