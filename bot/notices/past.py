"""What happened to a notice: written down by whatever does it, told to whoever decides next."""

from datetime import datetime

from bot.domain import notices
from bot.domain.notices import Move, Notice, NoticeMove
from bot.domain.people import Person
from bot.domain.wording import moment_words
from bot.now import local_day
from bot.talk import Rows

SOMEBODY = "同事"


def record(
    rows: Rows, notice: Notice, move: Move, by: Person | None, now: datetime, detail: str = ""
) -> NoticeMove:  # fmt: skip
    """Write down who did what; the row has its id."""
    row = NoticeMove(
        notice_id=notice.id, by_id=by.id if by else None, at=now, move=move, detail=detail, was=""
    )
    rows.add(row)
    return row


def edited_words(edit: NoticeMove, now: datetime) -> str:
    """ "韦小兰11月29日(周日)晚上8点20分改了文字、时间"."""
    name = edit.by.name if edit.by else SOMEBODY
    return f"{name}{moment_words(edit.at, local_day(now))}改了{edit.detail}"


def lately_edited(rows: Rows, notice: Notice, now: datetime) -> str:
    """ "这条通知刚刚改过：韦小兰…改了文字"; without the name where it isn't known."""
    edits = rows.all(notices.moves_of(notice.id, Move.EDITED).limit(1))
    return "这条通知刚刚改过" + (f"：{edited_words(edits[0], now)}" if edits else "了")


def began(rows: Rows, notice: Notice) -> datetime:
    """When it went out first: `starts_at` is when it was sent again. Of what older releases sent again, the latter."""
    again = rows.all(notices.moves_of(notice.id, Move.AGAIN)) if notice.revision else ()
    return datetime.fromisoformat(again[-1].was) if again and again[-1].was else notice.starts_at


def edited_meanwhile(rows: Rows, notice: Notice) -> NoticeMove | None:
    """The latest edit of what others may have read before: it was confirmed once, and edited since."""
    moves = rows.all(notices.moves_of(notice.id, Move.EDITED, Move.CONFIRMED))
    edit = next((one for one in moves if one.move is Move.EDITED), None)
    if edit is None or not any(one.move is Move.CONFIRMED and one.id < edit.id for one in moves):
        return None
    return edit
