"""Messages read aloud: who asked for it, when the clip is made, and that the words never wait for it."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.voice import ReadAloud, Voice
from bot.talk import Media, Reply
from bot.voice.reading import read_notice
from bot.voice.speaking import Clips, Espeak, clip_of
from tests.conftest import Community

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


# ── the dialog ──────────────────────────────────────────────────────────────────────────────────

PHONE = {"channel": "telegram"}


@pytest.fixture
def reader(community: Community) -> Community:
    """王秀英 on a phone that reads to her."""
    pytest.importorskip("espeakng_loader")
    community.person("王秀英", address="m1", channel="telegram")
    community.person("李桂芳", address="w1", channel="web")
    community.say("m1", "读给我听", **PHONE)
    community.say("w1", "读广东话", channel="web")
    return community


def queued(community: Community, address: str) -> list[Outbox]:
    rows: list[Outbox] = community.all(
        select(Outbox).where(Outbox.address == address).order_by(Outbox.id)
    )
    return rows


def replies(community: Community, address: str) -> list[Reply]:
    return [Reply.from_values(row.reply) for row in queued(community, address)]


def test_on_a_phone_the_voice_is_a_second_message_behind_the_words(reader: Community) -> None:
    reader.say("m1", "主菜单", **PHONE)
    words, voice = replies(reader, "m1")[-2:]
    assert words.text
    assert not words.media
    assert (voice.text, [media.kind for media in voice.media]) == ("", ["voice"])
    assert "可以说" in voice.media[0].name
    rows = queued(reader, "m1")[-2:]
    assert [(row.kind, row.lane) for row in rows] == [(Mail.ANSWER, 0), (Mail.VOICE, 1)]


def test_on_the_page_the_voice_is_a_player_in_the_message(reader: Community) -> None:
    reader.say("w1", "主菜单", channel="web")
    last = replies(reader, "w1")[-1]
    assert last.text
    assert [media.path.split("/")[-1][:4] for media in last.media] == ["yue-"]


def test_enough_of_it_is_taken_at_its_word_and_taken_back(reader: Community) -> None:
    reader.say("m1", "不用读了", **PHONE)
    assert reader.all(select(ReadAloud).where(ReadAloud.address == "m1")) == []
    reader.say("m1", "撤销", **PHONE)
    reader.say("m1", "撤销它", **PHONE)
    assert [
        row.voice for row in reader.all(select(ReadAloud).where(ReadAloud.address == "m1"))
    ] == [Voice.MANDARIN]


def test_a_terminal_has_no_sound_and_says_so(community: Community) -> None:
    community.person("王秀英", address="m1")
    assert "放不出声音" in community.say("m1", "读给我听")[0].text
    assert community.all(select(ReadAloud)) == []


def test_a_notice_is_read_too_to_those_who_asked(reader: Community) -> None:
    reader.house.db.write_now(lambda s: s.execute(update(Outbox).values(state=Sending.SENT)))
    with_notice(reader, "m1", "telegram", Sending.QUEUED)
    with_notice(reader, "w1", "web", Sending.WAITING)
    for _ in range(2):
        reader.house.db.write_now(lambda s: read_notice(s, 1, 0))
    voices = [row for row in queued(reader, "m1") if row.key == "n:m1:voice"]
    assert [(row.kind, row.notice_id) for row in voices] == [(Mail.VOICE, None)]
    assert len(replies(reader, "w1")[-1].media) == 1


def with_notice(community: Community, address: str, channel: str, state: Sending) -> None:
    community.add(
        Outbox(
            key=f"n:{address}", notice_id=1, kind=Mail.NOTICE, channel=channel, address=address, state=state,
            reply=Reply("明天停水。").values(), due_at=community.clock(), created_at=community.clock(),
        )
    )  # fmt: skip
