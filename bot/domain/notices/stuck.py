"""A notice whose trial reached nobody."""

from bot.domain.access.notices import access_notice
from bot.domain.base import Refused
from bot.domain.notices.tables import STATE_TITLE, Notice, State
from bot.domain.people import Person


def is_stuck(notice: Notice) -> bool:
    """Whether nobody of its trial got it, and a person has to say how it goes on."""
    return notice.state is State.TRIAL and notice.trial_until is None


def go_on(notice: Notice, by: Person) -> None:
    """The others get it, although nobody of the trial did."""
    access_notice(by, notice)
    if not is_stuck(notice):
        raise Refused(f"第{notice.id}号通知{STATE_TITLE[notice.state]}，不用再按。")
    notice.state = State.SENDING
