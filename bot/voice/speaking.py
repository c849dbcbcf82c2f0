"""Reading aloud: the `Speaker` protocol, its default on espeak-ng (extra `[voice]`), and the clips it has made."""

import asyncio
import contextlib
import re
import sys
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from bot.domain.voice import Voice
from bot.log import log
from bot.talk import Media
from bot.voice.words import spoken

FOLDER: Final = "media/voice"
MOST_CHARACTERS: Final = 400
SECONDS: Final = 15.0
"""That one clip may take to be made."""
LONGEST: Final = 180.0
"""Seconds that a clip may last; what is beyond is not read."""
AT_ONCE: Final = 2

MISSING: Final = "朗读没有安装。要用的话，请运行 pip install 'yure[voice]'，再重新启动。"
_PATH: Final = re.compile(rf"{FOLDER}/(cmn|yue)-([0-9a-f]{{32}})\.ogg")
_MOUTH: Final = Path(__file__).with_name("mouth.py")


class Mute(Exception):
    """These words could not be said; they can be read all the same."""


class Speaker(Protocol):
    """Says words."""

    async def say(self, words: str, voice: Voice, path: Path) -> None:
        """Write an Ogg/Opus clip to `path`. Raises Mute."""


class Espeak:
    """espeak-ng in a process of its own: Mandarin and Cantonese, offline."""

    async def say(self, words: str, voice: Voice, path: Path) -> None:
        """Within `SECONDS`, at most `LONGEST` of sound."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", str(_MOUTH), voice.value, str(path), str(LONGEST),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(SECONDS):
                _, trouble = await process.communicate(words.encode())
        except TimeoutError:
            raise Mute("too slow") from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode:
            last = trouble.decode(errors="replace").strip().splitlines()[-1:]
            raise Mute(" ".join(last) or f"ended by {process.returncode}")


def clip_of(text: str, voice: Voice) -> Media | None:
    """The clip of `text`, which need not be made yet: its `name` is the words it says. None: nothing to hear."""
    words = spoken(text, voice)[:MOST_CHARACTERS]
    if not words:
        return None
    return Media("voice", words, f"{FOLDER}/{voice.value}-{_fingerprint(words, voice)}.ogg")


def is_clip(media: Media) -> bool:
    """Whether this is a clip of ours, to be made when it is wanted."""
    return media.kind == "voice" and _PATH.fullmatch(media.path) is not None


@dataclass
class Clips:
    """Clips made when first wanted, each once, kept under a name made of their words."""

    data_dir: Path
    speaker: Speaker | None
    """None: nothing can be said here."""
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _making: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def ready(self, media: Media) -> bool:
        """Make sure that the clip's file is there; False where it can't be made."""
        path = self.data_dir / media.path
        if path.is_file():
            return True
        found = _PATH.fullmatch(media.path)
        if found is None or self.speaker is None:
            return False
        voice = Voice(found[1])
        if _fingerprint(media.name, voice) != found[2]:
            return False
        lock = self._making.setdefault(media.path, asyncio.Lock())
        try:
            async with lock, self._places:
                return path.is_file() or await self._made(media.name, voice, path)
        finally:
            self._making.pop(media.path, None)

    async def _made(self, words: str, voice: Voice, path: Path) -> bool:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        try:
            if self.speaker is not None:
                await self.speaker.say(words, voice, beside)
            beside.replace(path)
        except (Mute, OSError) as trouble:
            log.warning("clip_not_made", reason=str(trouble)[:200])
            return False
        finally:
            beside.unlink(missing_ok=True)
        return True


def _fingerprint(words: str, voice: Voice) -> str:
    return sha256(f"{voice.value}\n{words}".encode()).hexdigest()[:32]
