"""The feature itself, and what its dialogs share: who acts, how a notice is shown, what waits for a person."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot import notices as desk
from bot.domain import notices
from bot.domain.access.notices import access_notice, access_notices
from bot.domain.access.things import Thing
from bot.domain.mail import Outbox
from bot.domain.notices import Draft, Move, Notice, NoticeReceipt, NoticeSettings, Reach, State
from bot.domain.people import Person
from bot.domain.wording import moment_words, time_words
from bot.feature import Coming, Feature, Need, Waits
from bot.now import local, local_day
from bot.parts import Press
from bot.talk import Media, Note, Reply, Rows, Talk, numbered

feature = Feature("notice", "通知", about=Thing.NOTICE, settings=NoticeSettings)
feature.phrases += desk.PHRASES

CALLS = "通知电话"
PAGE = "/desk/notices"
CALLED_WITHIN = LYING = timedelta(days=14)
"""Calls about an older notice are not asked for any more, nor what becomes of an older draft."""
AT_A_GLANCE = 120
"""Signs of a notice that is read, and approved, among what waits."""


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


def rewrite(talk: Talk, notice: Notice, draft: Draft) -> None:
    """Other words, audience or time; whom that concerns is told."""
    done = desk.rewrite(talk.rows, notice, draft, talk.staff(), reach(talk), talk.now)
    tell_all(talk, done.notes(talk.settings))


def call_words(caller: Person, notice: Notice, who: Person, settings: Any) -> str:
    """What to say on the phone: who calls, the notice filled for this person, and how to check it."""
    office, salutation = settings.office.name, settings.notice.salutation
    text = notices.filled(notice.text, desk.reader(who), salutation)
    right = "要更正一件事：" if notice.corrects_id else "有个通知："
    return (
        f"可以这样说：“请问是{who.name}{salutation}吗？我是{office}的{caller.name}，{right}{text} "
        f"您听清楚了吗？通知号是{notice.code}，不放心可以打电话来问。”"
    )


def excerpt(text: str, most: int = 12) -> str:
    """The beginning of the words, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def seal(notice: Notice) -> tuple[tuple[str, str], ...]:
    """The notice and what stands in it now: a button that carries them means just that."""
    return (("id", str(notice.id)), ("seen", notices.digest(notice)))


def may_decide(viewer: Person, notice: Notice) -> bool:
    """Whether it waits for this coordinator's yes."""
    return (
        notice.state is State.PENDING
        and notice.by_id != viewer.id
        and bool(access_notices(viewer, [notice]))
    )


def to_decide(rows: Rows, viewer: Person) -> list[Notice]:
    """What waits for this coordinator's approval."""
    return [n for n in rows.all(notices.pending()) if may_decide(viewer, n)]


def to_call(rows: Rows, viewer: Person, now: datetime) -> list[tuple[Notice, int]]:
    """Notices that went out and did not reach everybody, with how many must be called."""
    sent = access_notices(viewer, rows.all(notices.sent_since(now - CALLED_WITHIN)))
    left = [(n, rows.all(notices.calls_left(n.id))[0]) for n in sent if n.state is State.SENT]
    return [(n, number) for n, number in left if number]


def waits(rows: Rows, viewer: Person, now: datetime, settings: Any) -> Iterable[Waits]:
    """Second approvals, people who must be called about a notice, and what one has written and not sent."""
    for notice in to_decide(rows, viewer):
        until = notices.lapses_at(notice, settings.notice)
        yield _approval(rows, notice, now, until)
    for notice, number in to_call(rows, viewer, now):
        press = Press(
            "打下一位", "call", (("id", str(notice.id)),), "notices", excerpt(notice.text)
        )
        yield Waits(
            f"第{notice.id}号通知还有{number}位要打电话",
            excerpt(notice.text, 30),
            notice.starts_at,
            command=CALLS,
            kind=Need.UNREACHED,
            to=f"{page_of(notice)}&calls=1",
            presses=(press,),
        )
    for notice in access_notices(viewer, rows.all(notices.left_lying(viewer.id, now - LYING))):
        yield _lying(rows, notice)


def _approval(rows: Rows, notice: Notice, now: datetime, until: datetime) -> Waits:
    """The whole words, and a yes to just these; what is long or has pictures is looked at on its page."""
    lapses = f"{moment_words(until, local_day(now))}前没人批就退回。"
    edit = desk.edited_meanwhile(rows, notice)
    edited = f"{desk.edited_words(edit, now)}。" if edit else ""
    short = len(notice.text) <= AT_A_GLANCE and not notice.media
    words = notice.text if short else excerpt(notice.text, AT_A_GLANCE)
    glance = (*seal(notice), ("glance", "1"))
    yes = Press("批准", "approve", glance, "notices", f"第{notice.id}号通知")
    return Waits(
        f"第{notice.id}号通知等您批",
        f"{notice.by.name}写给{notices.count_words(notice)}，{lapses}{edited}“{words}”",
        notice.confirmed_at or notice.created_at,
        command=desk.APPROVALS,
        kind=Need.APPROVAL,
        to=page_of(notice),
        presses=(yes,) if short else (),
    )


def _lying(rows: Rows, notice: Notice) -> Waits:
    """Not sent: it was never confirmed, nobody approved it in time, or somebody said no."""
    last = rows.all(notices.moves_of(notice.id).limit(1))
    lapsed = bool(last) and last[0].move is Move.LAPSED
    why = "没有人批，退回来了" if lapsed else "写好了，还没有发"
    if notice.state is State.REJECTED:
        why = f"没批准：“{excerpt(notice.reason, 30)}”"
    about = f"第{notice.id}号通知"
    again = Press("再送去批", "confirm", seal(notice), "notices", about)
    drop = Press("不发了", "stop", (("id", str(notice.id)),), "notices", about)
    return Waits(
        f"{about}{why}",
        excerpt(notice.text, 30),
        last[0].at if last else notice.created_at,
        command=desk.REPORT,
        kind=Need.DRAFT,
        to=page_of(notice),
        presses=(again, drop) if lapsed else (drop,),
    )


def coming(rows: Rows, viewer: Person, now: datetime) -> Iterable[Coming]:
    """Notices that go out by themselves on a day to come."""
    for notice in access_notices(viewer, rows.all(notices.scheduled(now))):
        at = local(notice.starts_at)
        title = f"{time_words(at.time())}发第{notice.id}号通知：{excerpt(notice.text, 20)}"
        yield Coming(at.date(), title, page_of(notice))


feature.coming = coming
feature.waiting, feature.waits_on = waits, (Notice, NoticeReceipt, Outbox)
