"""Notices: to how many they went, whom they reached, who said 收到, who was told on the phone."""

from bot.domain import figures
from bot.domain.figures import ARRIVED, FETCHED_LATER, MISSED
from bot.domain.notices import How
from bot.domain.period import Period
from bot.parts import Chart, Series
from bot.talk import Rows
from handlers.reports.about import Asked, Figure, Section, counted

REACHED = ("到了", "等本人来看", "没到")


def section(rows: Rows, asked: Asked) -> Section:
    """Figures beside those before, and a ring of how far the notices came."""
    now, reached = _figures(rows, asked, asked.span)
    before, _ = _figures(rows, asked, asked.before)
    means = (
        "这段时间里开始发的通知。",
        "这些通知写给多少人次：一条通知发给91位，算91人次。",
        "手机收下了，或者本人在网页上看到了。",
        "本人说了“收到”的人次。",
        "联络员打电话告诉了的人次。",
    )
    names = ("发了几条", "发给", "到了", "说收到的", "电话告诉的")
    found = tuple(map(Figure, names, now, before, means))
    ring = Chart("ring", "通知到了没有", REACHED, (Series("人次", reached),), "人次")
    why = "没到的，是没有能收消息的手机、没发成，或者停发了；这些人在每条通知的电话名单里。"
    return Section("通知", found, ((ring, why),))


def _figures(rows: Rows, asked: Asked, span: Period) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The figures, and how far the notices came."""
    far = counted(rows, figures.notices_sent(asked.whose, span))
    said = counted(rows, figures.notices_confirmed(asked.whose, span))
    ((begun,),) = rows.table(figures.notices_begun(span))
    reached = tuple(far.get(one, 0) for one in (ARRIVED, FETCHED_LATER, MISSED))
    confirmed = (said.get(How.CHAT, 0), said.get(How.PHONE, 0))
    return (begun, sum(reached), reached[0], *confirmed), reached
