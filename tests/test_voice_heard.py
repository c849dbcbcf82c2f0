"""Voice messages: kept, listened to, read back, or passed on to a person who may listen."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain import consent
from bot.domain.handover import Handover
from bot.domain.mail import Conversation, Outbox
from bot.domain.people import Role
from bot.now import real_now
from bot.talk import Media, Reply, Said, Spoiled
from bot.voice.ears import HEARD, Ears, place_of, purge
from bot.voice.hearing import Deaf, Sherpa, trouble_with
from bot.voice.settings import VoiceSettings
from tests.conftest import Community, labels

CLIP = (Media("voice", ref="file-1"),)


@dataclass
class Clerk:
    """A listener that has learned what two clips say."""

    words: dict[bytes, str]
    heard: int = 0

    async def listen(self, clip: Path) -> str:
        self.heard += 1
        content = await asyncio.to_thread(clip.read_bytes)
        if content not in self.words:
            raise Deaf("mumbled")
        return self.words[content]


@dataclass
class Post:
    """Takes what is said, as the inbox does."""

    said: list[Said] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, said: Sequence[Said], spoiled: Sequence[Spoiled] = ()) -> None:
        self.said += said
        self.came.set()


def ears(community: Community, post: Post, clip: bytes, words: str = "") -> Ears:
    async def fetch(ref: str) -> bytes:
        return clip

    listener = Clerk({clip: words} if words else {})
    house = community.house
    return Ears(house.db, house.folder, post, community.clock, {"telegram": fetch}, True, listener)


def spoken(community: Community, who: str = "m1") -> Said:
    return Said("telegram", who, "u1", community.clock(), "", CLIP)


async def heard(community: Community, clip: bytes, words: str, who: str = "m1") -> list[Said]:
    post = Post()
    listening = ears(community, post, clip, words)
    await listening.hear([spoken(community, who)])
    while listening._errands:
        await asyncio.gather(*listening._errands)
    return post.said


async def test_a_clip_is_committed_first_and_its_words_come_second(community: Community) -> None:
    community.person("王秀英", address="m1", channel="telegram")
    first, second = await heard(community, b"OggS-1", "学习日是哪天")
    assert (first.id, first.text) == ("u1", "")
    assert (second.id, second.text, second.media) == ("u1:heard", "学习日是哪天", CLIP)
    assert (community.house.folder / place_of("telegram", CLIP[0])).is_file()


async def test_what_could_not_be_heard_comes_without_words(community: Community) -> None:
    community.person("王秀英", address="m1", channel="telegram")
    assert [said.id for said in await heard(community, b"OggS-2", "")] == ["u1", "u1:unheard"]


async def test_clips_of_strangers_are_neither_kept_nor_heard(community: Community) -> None:
    assert [said.id for said in await heard(community, b"OggS-1", "您好", who="x9")] == ["u1"]
    assert not (community.house.folder / "media" / "heard").exists()


async def test_a_clip_larger_than_10_mib_is_let_be(community: Community) -> None:
    community.person("王秀英", address="m1", channel="telegram")
    told = await heard(community, b"x" * (10 * 1024 * 1024 + 1), "您好")
    assert [said.id for said in told] == ["u1", "u1:unheard"]
    assert not (community.house.folder / "media" / "heard").exists()


async def test_what_was_under_way_at_a_stop_is_taken_up_again(community: Community) -> None:
    community.person("王秀英", address="m1", channel="telegram")
    community.say("m1", "", channel="telegram", media=CLIP, update="u1")
    post = Post()
    listening = ears(community, post, b"OggS-1", "学习日是哪天")
    running = asyncio.create_task(listening.run())
    await asyncio.wait_for(post.came.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [said.id for said in post.said] == ["u1:heard"]


# ── in the conversation ─────────────────────────────────────────────────────────────────────────


def say_heard(community: Community, words: str, number: int = 1) -> list[Reply]:
    return community.say("m1", words, media=CLIP, update=f"u{number}{HEARD}")


def test_a_question_heard_is_answered_at_once_with_what_was_heard(community: Community) -> None:
    community.person("王秀英", address="m1")
    replies = say_heard(community, "学习日是哪天")
    assert replies[0].text == "我听到的是：“学习日是哪天”。"
    assert "学习日" in replies[1].text


def test_a_wish_heard_is_read_back_before_anything_begins(community: Community) -> None:
    community.person("王秀英", address="m1")
    asked = say_heard(community, "请人上门走访")
    assert [reply.text for reply in asked] == ["我听到的是：“请人上门走访”，对吗？"]
    assert labels(asked[0]) == ["对", "再说一遍"]
    assert (
        "上门" in community.say("m1", "对")[0].text or "哪天" in community.say("m1", "对")[0].text
    )


def test_danger_heard_is_an_alarm_without_a_question(community: Community) -> None:
    community.person("韦小兰", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    assert "120" in say_heard(community, "我胸口痛得喘不过气快救救我")[0].text


def test_an_answer_heard_goes_to_the_open_question(community: Community) -> None:
    community.person("王秀英", address="m1")
    community.say("m1", "上门走访")
    replies = say_heard(community, "星期三上午")
    assert replies[0].text == "我听到的是：“星期三上午”。"
    assert len(replies) > 1


def test_heard_wrong_is_said_again(community: Community) -> None:
    community.person("王秀英", address="m1")
    say_heard(community, "请人上门走访")
    assert "再说一遍" in community.say("m1", "再说一遍")[0].text


# ── without a model: a person ───────────────────────────────────────────────────────────────────


@pytest.fixture
def members(community: Community) -> Community:
    community.person("韦小兰", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    return community


def waiting(community: Community) -> list[str]:
    return [row.why for row in community.all(select(Handover))]


def clips_to(community: Community, address: str) -> list[Media]:
    rows = community.all(select(Outbox).where(Outbox.address == address))
    return [media for row in rows for media in Reply.from_values(row.reply).media]


def test_the_first_clip_explains_dictation_and_asks_once(members: Community) -> None:
    asked = members.say("m1", "", media=CLIP)
    assert "话筒" in asked[0].text
    assert labels(asked[0]) == ["转给联络员", "我来打字"]
    assert "不转" in members.say("m1", "我来打字")[0].text
    members.clock.go(hours=1)
    again = members.say("m1", "", media=CLIP)
    assert again[0].choices == ()
    assert (waiting(members), clips_to(members, "c1")) == ([], [])


def test_with_consent_this_clip_and_later_ones_go_to_the_coordinator(members: Community) -> None:
    members.say("m1", "", media=CLIP)
    members.say("m1", "转给联络员")
    members.clock.go(hours=1)
    members.say("m1", "", media=(Media("voice", path="media/second.ogg"),))
    paths = [media.path for media in clips_to(members, "c1")]
    assert paths == [place_of("terminal", CLIP[0]), "media/second.ogg"]
    assert waiting(members) == ["media"]


def test_a_second_clip_before_the_question_is_answered_goes_along(members: Community) -> None:
    members.say("m1", "", media=CLIP)
    members.say("m1", "", media=(Media("voice", path="media/second.ogg"),))
    members.say("m1", "转给联络员")
    paths = [media.path for media in clips_to(members, "c1")]
    assert paths == [place_of("terminal", CLIP[0]), "media/second.ogg"]


def test_consent_is_taken_back_by_a_word(members: Community) -> None:
    members.say("m1", "", media=CLIP)
    members.say("m1", "转给联络员")
    members.say("m1", "不要听我的语音")
    assert members.all(consent.live(2, consent.VOICE)) == []
    members.clock.go(hours=1)
    members.say("m1", "", media=(Media("voice", path="media/second.ogg"),))
    assert "media/second.ogg" not in [media.path for media in clips_to(members, "c1")]


def test_three_clips_in_ten_minutes_call_a_person(members: Community) -> None:
    members.say("m1", "", media=CLIP)
    members.say("m1", "我来打字")
    for number in range(3):
        assert waiting(members) == []
        members.say("m1", "", media=CLIP, update=f"v{number}")
    assert waiting(members) == ["media"]


def test_a_stranger_s_clip_calls_a_person(community: Community) -> None:
    community.person("韦小兰", Role.COORDINATOR, address="c1")
    replies = community.say("x9", "", media=CLIP)
    assert "听不懂" in replies[-1].text
    assert waiting(community) == ["media"]


# ── the operator's model ────────────────────────────────────────────────────────────────────────


def test_no_model_is_no_trouble() -> None:
    assert trouble_with(VoiceSettings()) == ""


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    told = trouble_with(VoiceSettings(listen_model=str(tmp_path / "none")))
    assert "none 不存在" in told


@pytest.mark.parametrize(
    ("kind", "wanted"), [("sense_voice", "model*.onnx"), ("transducer", "joiner*.onnx")]
)
def test_an_empty_folder_is_told_what_belongs_in_it(kind: str, wanted: str, tmp_path: Path) -> None:
    settings = VoiceSettings.model_validate({"listen_model": str(tmp_path), "listen_kind": kind})
    with pytest.raises(Deaf, match="缺 tokens") as told:
        Sherpa(settings)
    assert wanted in str(told.value)


async def test_a_model_that_can_t_be_loaded_is_deaf_and_ends(tmp_path: Path) -> None:
    pytest.importorskip("sherpa_onnx")
    for name in ("tokens.txt", "model.onnx"):
        (tmp_path / name).write_text("nothing")
    with pytest.raises(Deaf):
        await Sherpa(VoiceSettings(listen_model=str(tmp_path))).listen(tmp_path / "tokens.txt")


def test_old_clips_are_deleted_and_others_stay(tmp_path: Path) -> None:
    folder = tmp_path / "media" / "heard"
    folder.mkdir(parents=True)
    (folder / "a.ogg").write_bytes(b"OggS")
    now, day = real_now(), timedelta(days=1)
    assert purge(tmp_path, ["media/heard", "media/voice"], now - day) == 0
    assert purge(tmp_path, ["media/heard"], now + day) == 1


@pytest.fixture
def _configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YURE_VOICE__LISTEN_MODEL", "some folder")


@pytest.mark.usefixtures("_configured")
def test_while_it_is_listened_to_the_open_question_stays(community: Community) -> None:
    community.person("王秀英", address="m1")
    community.say("m1", "上门走访")
    assert "请稍等" in community.say("m1", "", media=CLIP, update="u1")[0].text
    assert "星期三上午" in say_heard(community, "星期三上午")[0].text
    assert community.all(select(Conversation.dialog)) == ["visit_request"]
