"""Where voices go out and come in: Telegram's messages and files, the page's player, the doctor's words."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.channels.telegram import Telegram, TelegramSettings
from bot.checks import Finding
from bot.checks.sound import sound
from bot.db import Database
from bot.domain.voice import ReadAloud, Voice
from bot.migrations import upgrade
from bot.talk import Choice, Media, Reply
from bot.voice.settings import VoiceSettings
from bot.voice.speaking import Clips, Mute, clip_of
from tests.botapi import BotApi
from tests.web_house import house, say, sign_in

WORDS = "学习日是12月10日上午9点。"


class Scribe:
    """A speaker whose clips are Ogg files in name only; hoarse after so many."""

    def __init__(self, most: int = 9) -> None:
        self.left = most

    async def say(self, words: str, voice: Voice, path: Path) -> None:
        if not self.left:
            raise Mute("hoarse")
        self.left -= 1
        _write(path, b"OggS" + words.encode())


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def clip(text: str = WORDS) -> Media:
    made = clip_of(text, Voice.MANDARIN)
    assert made is not None
    return made


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
async def channel(api: BotApi, tmp_path: Path) -> AsyncIterator[Telegram]:
    known = {"token": api.token, "base_url": api.base_url, "base_file_url": api.base_file_url}
    settings = TelegramSettings.model_validate(known)
    telegram = Telegram(settings, tmp_path, clips=Clips(tmp_path, Scribe(most=1)))
    yield telegram
    await telegram.hang_up()


async def test_telegram_gets_a_voice_message_and_keeps_its_buttons(
    api: BotApi, channel: Telegram
) -> None:
    await channel.send("1001", Reply(WORDS, (Choice("好"),)))
    await channel.send("1001", Reply("", media=(clip(),)))
    words, voice = api.calls("sendMessage")[-1], api.calls("sendVoice")[-1]
    assert "reply_markup" in words.params
    assert not {"reply_markup", "caption"} & set(voice.params)


async def test_a_voice_that_fails_is_let_go_without_an_error(
    api: BotApi, channel: Telegram
) -> None:
    await channel.send("1001", Reply("", media=(clip(),)))
    await channel.send("1001", Reply("", media=(clip("别的话"),)))
    assert len(api.calls("sendVoice")) == 1


async def test_a_clip_is_fetched_by_its_handle(api: BotApi, channel: Telegram) -> None:
    api.keep_file("v1", b"OggS-content")
    assert await channel.fetch_file("v1") == b"OggS-content"


async def test_a_clip_over_10_mib_is_not_fetched(api: BotApi, channel: Telegram) -> None:
    api.keep_file("v2", b"x" * (10 * 1024 * 1024 + 1))
    with pytest.raises(ValueError, match="10 MiB"):
        await channel.fetch_file("v2")


def test_the_page_has_a_player_and_the_clip_is_made_when_it_is_played(tmp_path: Path) -> None:
    with house(tmp_path) as home, home.browser() as browser:
        home.chat.files.clips = Clips(tmp_path, Scribe())
        sign_in(browser, home.link(home.person()))
        say(browser, "您好")
        row = ReadAloud(channel="web", address=home.heard[0].who, voice="cmn", since=home.at)
        home.db.write_now(lambda s: s.add(row))
        say(browser, "学习日")
        page = browser.get("/chat").text
        url = page.split("<audio")[1].split('src="')[1].split('"')[0]
        assert not list(tmp_path.glob("media/voice/*"))
        assert browser.get(url).content.startswith(b"OggS")
        assert 'aria-label="读给您听"' in page
        with home.browser() as other:
            assert other.get(url).status_code == 404


def told(folder: Path, voice: VoiceSettings) -> dict[str, Finding]:
    db = Database(f"sqlite:///{folder / 'yure.db'}")
    upgrade(db)
    found = db.read_now(lambda session: list(sound(session, voice)))
    db.close()
    return {finding.part: finding for finding in found}


def test_the_doctor_says_who_listens_and_that_this_is_no_fault(tmp_path: Path) -> None:
    finding = told(tmp_path, VoiceSettings())["听语音"]
    assert finding.well
    assert "转给联络员" in finding.note


def test_the_doctor_names_what_a_configured_model_lacks(tmp_path: Path) -> None:
    finding = told(tmp_path, VoiceSettings(listen_model=str(tmp_path)))["听语音"]
    assert "tokens.txt" in finding.trouble


def test_the_product_starts_without_the_extras() -> None:
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['espeakng_loader', 'soundfile', 'sherpa_onnx']));"
        "import bot.app, bot.cli"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
