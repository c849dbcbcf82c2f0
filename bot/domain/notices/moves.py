"""What may happen to a notice: written, edited, confirmed, approved or not, cancelled, sent again.

draft → approved → (trial →) sending → sent → sending (again, to those who have not got it)
  └→ pending → approved | rejected | draft (nobody approved it in time)     any of these → cancelled
Whatever has not begun is a draft again when it is edited; what is going out can be paused, and goes on from there.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.access.notices import access_notice
from bot.domain.base import Refused
from bot.domain.notices import filling
from bot.domain.notices.audience import Audience, audience_of
from bot.domain.notices.tables import (
    EDITABLE,
    STARTED,
    STATE_TITLE,
    Notice,
    NoticeSettings,
    State,
)
from bot.domain.people import Person

LONGEST = 1000
CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Count:
    """An audience by reach."""

    reachable: int
    by_phone: int

    @property
    def all(self) -> int:
        """Everybody."""
        return self.reachable + self.by_phone

    def words(self, title: str) -> str:
        """ "全体在册 84 可达, 7 电话"."""
        return f"{title} {self.reachable} 可达, {self.by_phone} 电话"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a coordinator has put together: words, pictures [kind, name, path], audience, calendar time."""

    text: str
    audience: Audience
    starts_at: datetime
    media: tuple[tuple[str, str, str], ...] = ()
    public: bool = False
    """Also for the public page."""
    sign: str = ""
    """The organisation in whose name; empty: the office's own."""


def draft_of(notice: Notice) -> Draft:
    """The notice as it stands, to be looked at or written anew with something changed."""
    media = tuple((kind, name, path) for kind, name, path in notice.media)
    audience = audience_of(notice)
    return Draft(notice.text, audience, notice.starts_at, media, notice.public, notice.sign)


def count_words(notice: Notice) -> str:
    """For whom it is, and how many they were when it was counted last."""
    return Count(notice.reachable, notice.by_phone).words(notice.audience_title)


def new_code() -> str:
    """Six digits: what somebody reads out on the phone to ask whether a notice is real."""
    return "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))


def write(draft: Draft, by: Person, count: Count, code: str, now: datetime) -> Notice:
    """A new notice, not confirmed yet; Refused where it is empty, too long or for nobody."""
    notice = Notice(by_id=by.id, code=code, created_at=now, state=State.DRAFT, revision=0)
    _put(notice, draft, count)
    return notice


def edit(notice: Notice, draft: Draft, count: Count) -> None:
    """Change what has not begun; it must be confirmed, and approved, anew."""
    if notice.state not in EDITABLE:
        raise Refused(f"第{notice.id}号通知{STATE_TITLE[notice.state]}，不能再改了。")
    _put(notice, draft, count)
    notice.state, notice.approved_by_id, notice.approved_at = State.DRAFT, None, None
    notice.reason = ""


def changed(old: Draft, new: Draft, now: datetime) -> str:
    """What an edit changes, as whoever approves must know: "文字、时间"; "" where all stands as it was.

    "At once" stays at once, whatever the clock shows meanwhile.
    """
    timed = old.starts_at != new.starts_at and max(old.starts_at, new.starts_at) > now
    found = {
        "文字": old.text != new.text.strip(),
        "图片": old.media != new.media,
        "发给谁": (old.audience.key, old.audience.scope) != (new.audience.key, new.audience.scope),
        "时间": timed,
        "署名": old.sign != new.sign,
        "公开栏": old.public != new.public,
    }
    return "、".join(name for name, other in found.items() if other)


def _put(notice: Notice, draft: Draft, count: Count) -> None:
    text = draft.text.strip()
    if not text:
        raise Refused("通知还没有内容，请写几句话。")
    if len(text) > LONGEST:
        raise Refused(f"通知有{len(text)}个字，请写在{LONGEST}个字以内。")
    if not count.all:
        raise Refused(f"{draft.audience.title}里现在没有人。请换一个范围。")
    filling.check(text)
    if draft.public and not draft.audience.is_whole:
        raise Refused("只有发给全体或者一个支部的通知，才能放到公开栏。")
    if draft.public and filling.has_any(text):
        raise Refused("公开栏人人看得到，不能写{姓名}这样的词。请去掉，或者不放到公开栏。")
    notice.text, notice.public, notice.sign = text, draft.public, draft.sign
    notice.media = [list(item) for item in draft.media]
    notice.text_hash = text_hash(text, draft.media)
    notice.audience, notice.audience_title = draft.audience.key, draft.audience.title
    notice.scope, notice.starts_at = list(draft.audience.scope), draft.starts_at
    notice.reachable, notice.by_phone = count.reachable, count.by_phone


def confirm(notice: Notice, settings: NoticeSettings, now: datetime) -> None:
    """The writer means it: it goes out at its time, or waits for a second coordinator."""
    if notice.state is not State.DRAFT:
        raise Refused(f"第{notice.id}号通知{STATE_TITLE[notice.state]}，不用再确认。")
    big = notice.audience_size > settings.approval_above
    notice.needs_approval, notice.confirmed_at = big, now
    notice.trial = min(settings.trial, notice.reachable) if big else 0
    notice.state = State.PENDING if big else State.APPROVED


def lapses_at(notice: Notice, settings: NoticeSettings) -> datetime:
    """Until when (calendar) a second coordinator may approve what was confirmed."""
    return (notice.confirmed_at or notice.created_at) + timedelta(minutes=settings.approve_minutes)


def lapse(notice: Notice) -> None:
    """Nobody approved it in time: it is its writer's again, who knows by then whether it is still true."""
    notice.state = State.DRAFT


def approve(notice: Notice, by: Person, seen: str, settings: NoticeSettings, now: datetime) -> None:
    """A second coordinator agrees to what was `seen` (a `digest`)."""
    _may_decide(notice, by)
    if now > lapses_at(notice, settings):
        raise Refused(f"过了{settings.approve_minutes}分钟没有批，请{notice.by.name}再确认一次。")
    if seen != digest(notice):
        raise Refused("这条通知刚刚改过了，请您再看一遍新的内容，然后再批。")
    notice.approved_by_id, notice.approved_at = by.id, now
    notice.approved_hash, notice.state = seen, State.APPROVED


def reject(notice: Notice, by: Person, reason: str) -> None:
    """A second coordinator does not agree."""
    _may_decide(notice, by)
    notice.state, notice.reason = State.REJECTED, reason


def _may_decide(notice: Notice, by: Person) -> None:
    if notice.state is not State.PENDING:
        who = f"刚才由{notice.approved_by.name}批了，现在" if notice.approved_by else ""
        raise Refused(f"第{notice.id}号通知{who}{STATE_TITLE[notice.state]}，不用再批。")
    if by.id == notice.by_id:
        raise Refused("自己写的通知不能自己批，请另一位联络员来批。")
    access_notice(by, notice)


def may_start(notice: Notice) -> bool:
    """Whether it was confirmed, and approved just as it stands where it must be."""
    return not notice.needs_approval or notice.approved_hash == digest(notice)


def cancel(notice: Notice, by: Person, now: datetime) -> None:
    """Stop it; what is queued is withdrawn by the caller in the same transaction."""
    access_notice(by, notice)
    if notice.state is State.CANCELLED:
        raise Refused(f"第{notice.id}号通知{STATE_TITLE[notice.state]}，不用再停。")
    notice.state, notice.cancelled_at, notice.cancelled_by_id = State.CANCELLED, now, by.id


def send_again(notice: Notice, *, doubtful: bool, now: datetime) -> None:
    """Go once more to those who have not got it, and, if told so, to those of whom nobody knows."""
    if notice.state is not State.SENT:
        raise Refused(f"第{notice.id}号通知{STATE_TITLE[notice.state]}，现在不能再发。")
    notice.revision, notice.cursor = notice.revision + 1, 0
    notice.again_doubtful, notice.state, notice.starts_at = doubtful, State.SENDING, now


def is_under_way(notice: Notice) -> bool:
    """Whether some may have it."""
    return notice.state in STARTED


def text_hash(text: str, media: Iterable[Sequence[Any]]) -> str:
    """What tells the same words (and pictures) from others."""
    return _hash([text, [list(item) for item in media]])


def digest(notice: Notice) -> str:
    """What an approval is bound to: words, pictures, audience, sign, and whether everybody may read it."""
    seen = [notice.text_hash, notice.audience, sorted(notice.scope)]
    if notice.public:
        seen.append("public")
    if notice.sign or notice.corrects_id:
        seen.append([notice.sign, notice.corrects_id])
    return _hash(seen)


def _hash(value: list[Any]) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()


def worded(notice: Notice, office: str, text: str) -> str:
    """The message as recipients read it: who sends it, the words, and the number by which to check it.

    `text`: the notice's own words, filled for this reader.
    """
    head, tail = f"【{notice.sign or office}】", ""
    if notice.corrects_code:
        head, tail = f"{head}更正：", f"，更正通知号{notice.corrects_code}的那一条，以这一条为准"
    return f"{head}{text}\n（通知号{notice.code}{tail}）"


def check_correction(first: Notice) -> None:
    """Raises Refused where nobody can have read `first` yet: then it is simply edited."""
    if first.state in EDITABLE:
        raise Refused(f"第{first.id}号通知还没有人收到，直接改就行，不用发更正。")
