"""What listens to voice messages, and what reads aloud."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy.orm import Session

from bot.checks.finding import Finding
from bot.domain.voice import listeners
from bot.voice import installed
from bot.voice.hearing import trouble_with
from bot.voice.settings import VoiceSettings
from bot.voice.speaking import MISSING

HEARD_BY_PEOPLE: Final = "没有配模型，会员的语音转给联络员；要自动听，请看 [voice] listen_model。"


def sound(session: Session, voice: VoiceSettings) -> Iterator[Finding]:
    """Neither makes the service bad: words come and go all the same."""
    note = "" if voice.listen_model else HEARD_BY_PEOPLE
    yield Finding("listening", "听语音", trouble_with(voice), note, alarm=False)
    yield _aloud(session.scalar(listeners()) or 0)


def _aloud(devices: int) -> Finding:
    """Without the extra `[voice]` nothing is wrong until somebody is waiting to be read to."""
    if installed():
        note = f"有{devices}部手机在听。" if devices else ""
        return Finding("aloud", "朗读", note=note, alarm=False)
    trouble = f"有{devices}部手机要听，可是{MISSING}" if devices else ""
    return Finding("aloud", "朗读", trouble, MISSING, alarm=False)
