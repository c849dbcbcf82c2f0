"""What each person will see on each channel, in a phone's frame; and a test to one's own phone."""

from collections.abc import Sequence
from mimetypes import guess_type
from pathlib import Path
from typing import Any, Final

from bot import notices as desk
from bot.domain import notices
from bot.domain.base import Refused
from bot.domain.mail import Mail
from bot.domain.notices import PHONE, Notice
from bot.domain.people import Person, senders_of
from bot.feature import Action, Look, MakeFile
from bot.notices.seeing import Sight, Writing, sights, units
from bot.parts import Download, Field, Found, Part, Preview, Search, Tabs, Text
from bot.talk import Note, Reply, Rows, Talk
from bot.text import to_traditional
from handlers.notice.about import PAGE, call_words, notice_in, own

MARK: Final = "【试发】"


def preview(rows: Rows, look: Look, notice: Notice) -> Sequence[Part]:
    """A phone for each channel, for the person picked, the first of the audience at first."""
    id_ = Field("id", "", "hidden", str(notice.id))
    typed = look.query.get("who", "")
    who = Field("who", "看哪一位收到的样子：姓名或者编号", "search", typed, required=False)
    try:
        found: Sequence[Part] = _phones(rows, look, notice, _picked(rows, notice, typed))
    except Refused as no:
        found = [Text(str(no), "warning")]
    return [Search((id_, who), "看这一位"), Found(tuple(found))]


def first_reader(rows: Rows, notice: Notice) -> Person | None:
    """The first of those whom it is for, as an example."""
    return next(iter(rows.all(notices.people_in(notices.audience_of(notice)).limit(1))), None)


def as_read(notice: Notice, settings: Any, to: Person | None) -> Reply:
    """The whole message as this reader gets it; without one the placeholders stand in it."""
    return desk.reply_of(notice, settings.office.name, to, settings.notice.salutation)


def as_sent(rows: Rows, look: Look, notice: Notice) -> list[Part]:
    """What went out, as a reader sees it; where each got other words, as the first of them."""
    to = first_reader(rows, notice) if notices.has_any(notice.text) else None
    reply = as_read(notice, look.settings, to)
    labels = tuple(choice.label for choice in reply.choices)
    who = to.name if to else "会员"
    shown = Preview(who, "手机", (reply.text,), _pictures(notice), labels)
    differs = Text(f"每位收到的称呼、支部不一样，这是发给{who}的样子。")
    return [*([differs] if to else []), shown]


def _pictures(notice: Notice) -> tuple[str, ...]:
    return tuple(
        f"{PAGE}/picture?id={notice.id}&n={n}" for n, item in enumerate(notice.media) if item[0] == "picture"
    )  # fmt: skip


def _picked(rows: Rows, notice: Notice, typed: str) -> Person:
    if not typed:
        first = first_reader(rows, notice)
        if first is None:
            raise Refused("这个范围里现在没有人。")
        return first
    audience = notices.audience_of(notice)
    query = notices.people_in(audience).where((Person.number == typed) | (Person.name == typed))
    found = rows.all(query.limit(2))
    if not found:
        raise Refused(f"收的人里没有“{typed[:20]}”。请写全名，或者写编号。")
    if len(found) > 1:
        raise Refused(
            f"叫“{typed[:20]}”的不止一位，请写编号：{found[0].number}、{found[1].number}。"
        )
    return found[0]


def _phones(rows: Rows, look: Look, notice: Notice, to: Person) -> Sequence[Part]:
    settings = look.settings
    writing = Writing(settings.office.name, settings.notice.salutation, look.channels)
    seen = sights(notice, to, rows.all(senders_of(to.id)), writing)
    pictures, call = _pictures(notice), Text(call_words(look.viewer, notice, to, settings))
    script = "，看繁体字" if to.traditional else ""
    head = Text(f"{to.name}（{to.number}）{script}。")
    phones = (
        (_title(one), (call,) if one.channel == PHONE else tuple(_phone(one, to, pictures)))
        for one in seen
    )
    return [head, Tabs(tuple(phones))]


def _title(one: Sight) -> str:
    return f"{one.title}（在用）" if one.used else one.title


def _phone(one: Sight, to: Person, pictures: tuple[str, ...]) -> list[Part]:
    text = one.reply.text
    labels = tuple(choice.label for choice in one.reply.choices)
    length = Text(f"填好后{units(text)}个字。")
    faults = [Text(fault, "warning") for fault in one.faults]
    return [Preview(to.name, one.title, (text,), pictures, labels), length, *faults]


def picture(rows: Rows, look: Look) -> Download:
    """A picture of a notice, for its preview."""
    notice = own(rows, look.viewer, look.query.get("id", ""))
    place = look.query.get("n", "0")
    at = int(place) if place.isascii() and place.isdigit() and len(place) < 3 else 0
    folder = Path(look.settings.data.dir).resolve()
    paths = [folder / path for _, _, path in notice.media]
    if (
        at >= len(paths)
        or not paths[at].resolve().is_relative_to(folder)
        or not paths[at].is_file()
    ):
        raise Refused("没有这张图片了。")
    kind = guess_type(paths[at].name)[0] or "application/octet-stream"
    return Download(paths[at].name, kind, paths[at].read_bytes())


async def test(talk: Talk, form: dict[str, str]) -> str:
    """To all own addresses, marked, counted nowhere: it belongs to no notice and can't be answered for one."""
    me, notice = talk.staff(), notice_in(talk, form)
    reply = as_read(notice, talk.settings, me)
    own_addresses = [s for s in talk.rows.all(senders_of(me.id)) if s.relation == "self"]
    for sender in own_addresses:
        talk.tell(
            _tested(
                reply,
                me,
                f"{notice.id}:{talk.said.id}:{sender.id}",
                (sender.channel, sender.address),
            )
        )
    if not own_addresses:
        raise Refused("您自己还没有登记手机或者网页，没有地方可以试发。")
    return f"试发给您自己了，{len(own_addresses)}处，开头有“{MARK}”。没有别人收到，也不算数。"


def _tested(reply: Reply, me: Person, key: str, to: tuple[str, str]) -> Note:
    mark = to_traditional(MARK) if me.traditional else MARK
    return Note(
        me.id, f"{mark}{reply.text}", f"notice-test:{key}", Mail.PERSON, choices=reply.choices,
        media=reply.media, address=to,
    )  # fmt: skip


ACTIONS: dict[str, Action] = {"test": test}
FILES: dict[str, MakeFile] = {"picture": picture}
