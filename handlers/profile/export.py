"""导出: a file of everything kept about a person, given to that person on a private channel only."""

import secrets
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from bot.domain.base import Refused
from bot.domain.folders import EXPORTS
from bot.domain.people import Person
from bot.domain.registration import SELF
from bot.feature import REGISTERED
from bot.members import everything
from bot.now import local
from bot.talk import Media, Talk
from handlers.profile.about import EXPORT, feature, stands_for
from handlers.profile.plain import line
from handlers.profile.titles import TABLE_TITLE

TITLE = "我的资料.txt"


@feature.dialog(
    "profile_export", "导出我的资料", words=(EXPORT, "导出", "导出资料", "下载我的资料"), roles=REGISTERED
)  # fmt: skip
async def export(talk: Talk) -> None:
    """By oneself only; an address must not travel over a channel that isn't private."""
    person = await talk.member()
    if await stands_for(talk, person) != SELF:
        raise Refused("导出资料要本人来办。要别的帮忙，请说“找人帮忙”。")
    if not talk.private:
        raise Refused("资料里有住址，请在网页聊天里说“导出”，或者请联络员打印给您。")
    name = f"{EXPORTS}/{secrets.token_urlsafe(18)}.txt"
    path = Path(talk.settings.data.dir) / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = "\r\n".join(_lines(talk, person))
    path.write_text(text, encoding="utf-8-sig", newline="")
    path.chmod(0o600)
    file = Media("file", TITLE, name)
    talk.say("您的资料都在这个文件里，请您收好，不要转给别人。", media=(file,))


def _lines(talk: Talk, person: Person) -> Iterator[str]:
    """A heading that says for whom and when, then table by table."""
    yield f"{person.name}({person.number})的资料，本人导出，{local(talk.now):%Y年%m月%d日 %H:%M}"
    if person.branch is not None:
        yield f"支部：{person.branch.name}"
    if person.organisations:
        yield f"参加的组织：{'、'.join(one.name for one in person.organisations)}"
    for table, rows in groupby(everything(talk.rows, person), lambda kept: kept.table):
        if lines := [said for kept in rows if (said := line(table, kept.values))]:
            yield from ("", f"【{TABLE_TITLE[table]}】", *lines)
