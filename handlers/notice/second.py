"""The second yes on a notice's page: what it is about, as it stands now, and its buttons."""

from bot.domain.notices import Notice
from bot.feature import Look
from bot.parts import Field, Form, Link, Links, Part, Press, Text
from bot.talk import Rows
from handlers.notice import seen, standing
from handlers.notice.about import may_decide, page_of, seal


def asked(rows: Rows, look: Look, notice: Notice) -> list[Part]:
    """For the live part: on a page that has stood open nobody approves words that are not on it."""
    if not may_decide(look.viewer, notice):
        return []
    words = seen.as_read(notice, look.settings, seen.first_reader(rows, notice)).text
    found = [
        *standing.warnings(rows, look, notice),
        standing.facts(rows, notice, look),
        Text(words),
    ]
    if not notice.media:
        return [*found, *_buttons(notice)]
    # Pictures don't follow by themselves: the buttons stand below them, on the page as it is opened.
    again = Link("有图片：看过下面的图片再批。这一页开久了，请按这里重新打开", page_of(notice))
    return [*found, Links((again,), "先看图片")]


def below(look: Look, notice: Notice) -> list[Part]:
    """The buttons below the pictures of a notice that has some."""
    return _buttons(notice) if notice.media and may_decide(look.viewer, notice) else []


def _buttons(notice: Notice) -> list[Part]:
    why = Field("why", "为什么不批")
    return [
        Press("批准", "approve", seal(notice), strong=True),
        Form("reject", "不批准", (Field("id", "", "hidden", str(notice.id)), why)),
    ]
