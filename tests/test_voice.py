"""Messages read aloud: who asked for it, when the clip is made, and that the words never wait for it."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.voice import Voice
from bot.talk import Media
from bot.voice.speaking import Clips, Espeak, clip_of

WORDS = "学习日是12月10日(周四)上午9点。"


def clip(text: str = WORDS, voice: Voice = Voice.MANDARIN) -> Media:
    media = clip_of(text, voice)
    assert media is not None
    return media


def keep(path: Path, words: str) -> None:
    path.write_text(words, encoding="utf-8")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("voice", list(Voice))
async def test_a_clip_is_an_opus_file_of_a_few_seconds(voice: Voice, tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    pytest.importorskip("espeakng_loader")
    wanted = clip(voice=voice)
    assert await Clips(tmp_path, Espeak()).ready(wanted)
    told = soundfile.info(str(tmp_path / wanted.path))
    assert (told.format, told.subtype, told.channels) == ("OGG", "OPUS", 1)
    assert 3 < told.duration < 12


def test_the_same_words_are_one_clip_and_each_voice_has_its_own() -> None:
    assert clip() == clip()
    assert clip().path != clip(voice=Voice.CANTONESE).path
    assert clip_of("😀", Voice.MANDARIN) is None


class Scribe:
    """A speaker whose clips are the words themselves; counts them."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def say(self, words: str, voice: Voice, path: Path) -> None:
        self.said.append(words)
        await asyncio.sleep(0.01)
        keep(path, words)


async def test_a_clip_wanted_twice_at_once_is_made_once(tmp_path: Path) -> None:
    speaker = Scribe()
    clips = Clips(tmp_path, speaker)
    assert await asyncio.gather(*(clips.ready(clip()) for _ in range(5))) == [True] * 5
    assert await clips.ready(clip())
    assert len(speaker.said) == 1


async def test_words_that_are_not_those_of_the_name_are_never_said(tmp_path: Path) -> None:
    speaker = Scribe()
    forged = Media("voice", "别的话", clip().path)
    assert not await Clips(tmp_path, speaker).ready(forged)
    assert speaker.said == []


async def test_a_voice_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    class Hoarse:
        async def say(self, words: str, voice: Voice, path: Path) -> None:
            keep(path, "half")
            raise OSError("no space left")

    assert not await Clips(tmp_path, Hoarse()).ready(clip())
    assert files(tmp_path) == []


async def test_without_a_speaker_there_are_no_clips(tmp_path: Path) -> None:
    assert not await Clips(tmp_path, None).ready(clip())
