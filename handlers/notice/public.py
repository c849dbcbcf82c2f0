"""For everybody: the notices meant for all, and 是真的吗？, which tells by its code whether a notice is ours."""

from collections.abc import Sequence
from datetime import timedelta

from bot import notices as desk
from bot.domain import notices
from bot.domain.access.things import Thing
from bot.domain.notices import Notice, Reader, State
from bot.domain.schedule import branches, chosen_branch
from bot.domain.wording import moment_words
from bot.feature import ANYONE, Look, Page
from bot.now import local_day
from bot.parts import Field, Link, Links, Part, Search, Table, Text
from bot.talk import Rows
from bot.text import normal
from handlers.notice.about import feature

_HOW = "收到社区的通知，想知道是不是真的？通知最后一行有6位的通知号，请写在下面查一查。"
_NEVER = "社区从来不在通知里要钱，也不要验证码、银行卡号。谁要，谁是骗子，请打96110。"
_OTHERS = Links((Link("看学习日和服务日", "/schedule"), Link("公开的通知", "/p/notices")))
LONGEST_CODE = 20
A_MINUTE = 10
"""A million codes: nobody finds one by trying."""


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The question, the answer, and what is never asked for."""
    typed = look.query.get("code", "")[:LONGEST_CODE]
    code = "".join(sign for sign in normal(typed) if sign in "0123456789")
    asking = Search((Field("code", "通知号", value=typed, required=True),), "查一查")
    return [
        Text(_HOW),
        asking,
        *(_answer(rows, look, code, typed) if typed else ()),
        Text(_NEVER),
        _OTHERS,
    ]


def _answer(rows: Rows, look: Look, code: str, typed: str) -> Sequence[Part]:
    office = look.settings.office
    ask = f"请打社区电话{office.phone}问一问" if office.phone else "请到社区问一问"
    for notice in rows.all(notices.with_code(code)):
        at = moment_words(desk.began(rows, notice), local_day(look.now))
        sent = f"是真的。通知号{code}是{office.name}发的，{at}发出。"
        return [Text(sent, "good"), Text(f"{_begins(rows, notice, look)}跟您手上的对不上，{ask}。")]
    missing = (
        f"没有查到通知号“{typed}”。请对着通知再看一遍号码。号码没抄错，"
        f"那就不是我们发的：先别照着办，{ask}。"
    )
    return [Text(missing, "warning")]


def _begins(rows: Rows, notice: Notice, look: Look) -> str:
    stopped = "这条通知后来停发了，以后来的通知为准。" if notice.state is State.CANCELLED else ""
    if notices.is_personal(notice):
        return f"{stopped}它是写给一个人的，内容这里不写。"
    text = notices.filled(notice.text, Reader("**"), look.settings.notice.salutation)
    names = rows.all(notices.named_in(notices.beginning(text)))
    return f"{stopped}它是这样开头的：“{notices.first_words(text, names)}”。"


SHOWN = timedelta(days=60)


def wall(rows: Rows, look: Look) -> Sequence[Part]:
    """What was meant for everybody within two months, of all branches or of one."""
    branch = chosen_branch(rows, look.query.get("branch", ""))
    today = local_day(look.now)
    office = look.settings.office.name
    lines = tuple(
        (
            moment_words(desk.began(rows, notice), today), notice.sign or office,
            notice.audience_title, notice.text, notice.code,
        )
        for notice in rows.all(notices.on_the_wall(look.now - SHOWN))
        if branch is None or notices.concerns(notice, branch.id)
    )  # fmt: skip
    every = (Link(one.name, f"?branch={one.id}") for one in rows.all(branches()))
    here = f"?branch={branch.id}" if branch else "/p/notices"
    return [
        Text("两个月里社区给大家的通知。收到的跟这里写的不一样？把通知号拿去查一查。"),
        Links((Link("通知是真的吗？", "/p/check"),), "查一查"),
        Links((Link("全部支部", "/p/notices"), *every), "看哪个支部", here),
        Table(("什么时候", "谁发的", "给谁", "内容", "通知号"), lines, "最近没有公开的通知。"),
    ]


feature.pages.append(Page("notices", "公开的通知", wall, roles=ANYONE, about=Thing.NOTHING, by=""))
feature.pages.append(
    Page("check", "是真的吗？", view, roles=ANYONE, about=Thing.NOTHING, by="", a_minute=A_MINUTE)
)
