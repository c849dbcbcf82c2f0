"""收到: a member says that a notice was read. With nothing unanswered it is only politeness, and answered kindly."""

from datetime import timedelta

from bot import notices as desk
from bot.feature import REGISTERED
from bot.talk import Talk
from handlers.notice.about import feature

ANSWERED_WITHIN = timedelta(days=14)


@feature.dialog(
    "notice_read", "说收到了", words=(desk.GOT_IT, "收到了", "收到啦", "已收到", "我收到了", "收到谢谢", "已读"),
    roles=REGISTERED, quick=True,
)  # fmt: skip
async def read(talk: Talk) -> None:
    """One 收到 answers all that this phone got and has not answered: they stand one below the other."""
    since = talk.now - ANSWERED_WITHIN
    number = desk.receive(talk.rows, list(talk.people), talk.me, since, talk.now)
    if number:
        talk.say("好的，记下您收到通知了，谢谢您！")
    else:
        talk.say("好的。您有事随时说。")
