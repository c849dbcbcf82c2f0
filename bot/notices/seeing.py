"""How one person will see a notice on each channel: the filled words, in the script chosen, and what to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.notices import PHONE, Notice
from bot.domain.people import CHANNEL_TITLE, Person, Sender
from bot.notices.expand import reply_of
from bot.notices.reach import TERMINAL
from bot.talk import Can, Reply


@dataclass(frozen=True, slots=True)
class Sight:
    """One channel's phone."""

    channel: str
    reply: Reply
    used: bool
    """Whether this person has an address there."""
    faults: tuple[str, ...]
    """Sentences for the writer: what doesn't fit there."""

    @property
    def title(self) -> str:
        """What coordinators call the channel."""
        return CHANNEL_TITLE.get(self.channel, self.channel)


@dataclass(frozen=True, slots=True)
class Writing:
    """What a deployment puts around the words of all notices."""

    office: str
    salutation: str
    channels: Mapping[str, Can]


def sights(notice: Notice, to: Person, senders: Sequence[Sender], writing: Writing) -> list[Sight]:
    """Each channel that this deployment runs, those where the person is first; the words for the phone last."""
    reply = reply_of(notice, writing.office, to, writing.salutation)
    here = {sender.channel for sender in senders if sender.unreachable_at is None}
    # The terminal is everybody's tool and hardly anybody's channel.
    shown = [
        name
        for name in writing.channels
        if name in CHANNEL_TITLE and (name in here or name != TERMINAL)
    ]
    shown.sort(key=lambda name: (name == TERMINAL, name not in here))
    found = [Sight(n, reply, n in here, _faults(reply, writing.channels[n])) for n in shown]
    return [*found, Sight(PHONE, reply, not here, ())]


def units(text: str) -> int:
    """UTF-16 units: how Telegram counts."""
    return len(text.encode("utf-16-le", "replace")) // 2


def _faults(reply: Reply, can: Can) -> tuple[str, ...]:
    size, faults = units(reply.text), []
    if can.longest and size > can.longest:
        faults.append(f"填好后有{size}个字，这里一条最多{can.longest}个，发不出去。请写短一些。")
    if can.caption and reply.media and size > can.caption:
        faults.append(f"填好后有{size}个字，图片下面最多放{can.caption}个，图片和文字会分成两条。")
    if reply.media and not can.picture:
        faults.append("这里看不到图片。")
    return tuple(faults)
