"""The feature itself, and what its dialogs share: who acts, how a notice is shown, what waits for a person."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot import notices as desk
from bot.domain import notices
from bot.domain.access.notices import access_notice, access_notices
from bot.domain.access.things import Thing
from bot.domain.mail import Outbox
from bot.domain.notices import Notice, NoticeReceipt, NoticeSettings, Reach, State
from bot.domain.people import Person
from bot.feature import Feature, Need, Waits
from bot.parts import Press
from bot.talk import Media, Note, Reply, Rows, Talk, numbered

feature = Feature("notice", "通知", about=Thing.NOTICE, settings=NoticeSettings)

CALLS = "通知电话"
PAGE = "/desk/notices"
CALLED_WITHIN = timedelta(days=14)
"""Calls about an older notice are not asked for any more."""


def reach(talk: Talk) -> Reach:
    """Who can be written to at this moment."""
    return desk.reach_of(talk.channels, talk.now)


def show(talk: Talk, text: str, media: Iterable[Sequence[str]] = ()) -> None:
    """A coordinator's own words, as members will read them."""
    pictures = tuple(Media(*item) for item in media)
    talk.replies.append(Reply(text, media=pictures, own_words=True))


def own(rows: Rows, viewer: Person, number: str) -> Notice:
    """The notice that a page or a form names, if this coordinator may see it; OutOfReach otherwise."""
    return access_notice(viewer, numbered(rows, Notice, number))


def notice_in(talk: Talk, form: dict[str, str]) -> Notice:
    """The notice of a form."""
    return own(talk.rows, talk.staff(), form.get("id", ""))


def page_of(notice: Notice) -> str:
    """Where it stands on the desk."""
    return f"{PAGE}?id={notice.id}"


def tell_all(talk: Talk, found: Iterable[Note]) -> None:
    """Queue messages to others."""
    for note in found:
        talk.tell(note)


def excerpt(text: str, most: int = 12) -> str:
    """The beginning of the words, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def to_decide(rows: Rows, viewer: Person) -> list[Notice]:
    """What waits for this coordinator's approval."""
    mine = access_notices(viewer, rows.all(notices.pending()))
    return [n for n in mine if n.by_id != viewer.id]


def to_call(rows: Rows, viewer: Person, now: datetime) -> list[tuple[Notice, int]]:
    """Notices that went out and did not reach everybody, with how many must be called."""
    sent = access_notices(viewer, rows.all(notices.sent_since(now - CALLED_WITHIN)))
    left = [(n, rows.all(notices.calls_left(n.id))[0]) for n in sent if n.state is State.SENT]
    return [(n, number) for n, number in left if number]


def waits(rows: Rows, viewer: Person, now: datetime) -> Iterable[Waits]:
    """Second approvals, and people who must be called about a notice."""
    for notice in to_decide(rows, viewer):
        detail = f"{notice.by.name}写给{notice.audience_title}{notice.audience_size}人：{excerpt(notice.text)}"
        since = notice.confirmed_at or notice.created_at
        to = page_of(notice)
        yield Waits(
            "有通知等您批", detail, since, command=desk.APPROVALS, kind=Need.APPROVAL, to=to
        )
    for notice, number in to_call(rows, viewer, now):
        title = f"第{notice.id}号通知还有{number}位要打电话"
        to = f"{page_of(notice)}&calls=1"
        press = Press(
            "打下一位", "call", (("id", str(notice.id)),), "notices", excerpt(notice.text)
        )
        yield Waits(
            title,
            excerpt(notice.text, 30),
            notice.starts_at,
            command=CALLS,
            kind=Need.UNREACHED,
            to=to,
            presses=(press,),
        )


feature.waiting, feature.waits_on = waits, (Notice, NoticeReceipt, Outbox)
