"""Writing a notice on the desk: first for whom, counted while it is chosen; then the words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from bot import notices as desk
from bot.domain import notices
from bot.domain.access.notices import access_notices
from bot.domain.base import Refused
from bot.domain.notices import PHONE, Audience, Draft, Notice
from bot.domain.organisations import organisations
from bot.domain.people import CHANNEL_TITLE, ROLE_TITLE
from bot.feature import Action, Done, Look
from bot.now import local, local_day, parse_at
from bot.parts import Field, Form, Found, Heading, Link, Links, Part, Press, Search, Text
from bot.talk import Rows, Talk
from handlers.notice.about import PAGE, excerpt, notice_in, page_of, reach, rewrite

_FORMER: Final = 20
_ASKED: Final = ("who", "branch", "org", "role", "from", "to", "said", "about", "channel")
"""The fields by which an audience is chosen, as they stand in an address."""
_NARROWED: Final = {"branch", "org", "role", "from", "to", "about", "channel"}
"""Of these, what narrows it down; a person named is the audience, whatever else is chosen."""


def choosing(rows: Rows, look: Look) -> Sequence[Part]:
    """Step one: for whom, and how many that are."""
    asked = {name: look.query[name] for name in _ASKED if look.query.get(name)}
    return [
        Links((Link("回到通知", PAGE),)),
        Heading(f"第{old}号通知改发给谁" if (old := look.query.get("for")) else "第一步：发给谁"),
        Text("几样一起选，就是几样都要符合的人。什么都不选，就是全体在册。"),
        Search((*_kept(look), *_fields(rows, look)), "数一数"),
        Found(tuple(_counted(rows, look, asked)), stays=True),
    ]


def _kept(look: Look) -> list[Field]:
    """What stands in the address besides the choice: for which notice, if it is there already."""
    fields = [Field("new", "", "hidden", "1")]
    number = look.query.get("for")
    return [*fields, Field("for", "", "hidden", number)] if number else fields


def _fields(rows: Rows, look: Look) -> list[Field]:
    asked, scope = look.query, notices.scope_of(look.viewer)
    every = rows.all(organisations())
    former = [n for n in access_notices(look.viewer, rows.all(notices.recent(_FORMER)))
              if notices.is_under_way(n)]  # fmt: skip
    channels = [name for name in CHANNEL_TITLE if name in look.channels] + [PHONE]

    def checks(name: str, label: str, options: Sequence[tuple[str, str]]) -> list[Field]:
        value = asked.get(name, "")
        return [Field(name, label, "checks", value, tuple(options), required=False)] * bool(options)

    about = [("", "不看"), *((str(n.id), f"{n.id} {excerpt(n.text)}") for n in former)]
    said = (("silent", "没回“收到”的"), ("answered", "回了“收到”的"))
    return [
        *checks("branch", "支部", [(b.name, b.name) for b in desk.branches_of(rows, scope)]),
        *checks("org", "组织", [(one.name, one.name) for one in every]),
        *checks("role", "身份", [(role.value, title) for role, title in ROLE_TITLE.items()]),
        Field("from", "从几岁", "number", asked.get("from", ""), required=False),
        Field("to", "到几岁", "number", asked.get("to", ""), required=False),
        Field("about", "看以前的哪一条通知", "choice", asked.get("about", ""), tuple(about), required=False),
        Field("said", "对那一条", "choice", asked.get("said", ""), said, required=False),
        *checks("channel", "怎么联系", [(c, CHANNEL_TITLE[c]) for c in dict.fromkeys(channels)]),
        Field("who", "只给某一位：姓名或者编号", value=asked.get("who", ""), required=False),
    ]  # fmt: skip


def words_of(asked: dict[str, str]) -> str:
    """The audience that was chosen, as `read_audience` takes it."""
    if asked.get("who"):
        return f"member:{asked['who']}"
    said = [
        f"{kind}:{asked[kind]}" for kind in ("branch", "org", "role", "channel") if asked.get(kind)
    ]
    if asked.get("from") or asked.get("to"):
        said.append(f"age:{asked.get('from', '')}-{asked.get('to', '')}")
    if asked.get("about"):
        said.append(f"{asked.get('said') or 'silent'}:{asked['about']}")
    return "&".join(said) or "all"


def _counted(rows: Rows, look: Look, asked: dict[str, str]) -> list[Part]:
    try:
        audience = desk.read_audience(rows, look.viewer, words_of(asked), local_day(look.now))
    except Refused as no:
        return [Text(str(no), "warning")]
    counted = desk.count(rows, audience, desk.reach_of(look.channels, look.now))
    parts: list[Part] = [
        Text(f"{counted.words(audience.title)}。", "lead"),
        *_undated(rows, audience),
    ]
    if asked.get("who") and asked.keys() & _NARROWED:
        parts.append(Text("写了姓名，就只发给这一位，别的选了不算。"))
    if not counted.all:
        parts.append(Text("没有符合的人，不能发。请换一换，或者先导入名册。", "warning"))
    if counted.all and (number := look.query.get("for")):
        values = (("id", number), ("audience", words_of(asked)))
        parts.append(Press(f"改成发给这{counted.all}位", "readdress", values))
    elif counted.all:
        on = urlencode({"write": "1", **asked})
        parts.append(Links((Link(f"就发给这{counted.all}位，写内容", f"?{on}"),), "下一步"))
    return parts


def _undated(rows: Rows, audience: Audience) -> list[Part]:
    """Nobody is left out unseen: who has no birth date on the roster is of no age."""
    if "born:" not in audience.key:
        return []
    number = rows.all(notices.undated(audience))[0]
    return [Text(f"另有{number}位名册上没有出生日期，不在里面。")] if number else []


def writing(rows: Rows, look: Look) -> Sequence[Part]:
    """Step two: the words."""
    asked = {name: look.query[name] for name in _ASKED if look.query.get(name)}
    audience = desk.read_audience(rows, look.viewer, words_of(asked), local_day(look.now))
    counted = desk.count(rows, audience, desk.reach_of(look.channels, look.now))
    to = Field("audience", "", "hidden", words_of(asked))
    return [
        Links((Link("回到通知", PAGE), Link("改发给谁", f"?{urlencode({'new': '1', **asked})}"))),
        Heading("第二步：写内容"),
        Text(f"发给{counted.words(audience.title)}。", "lead"),
        Form("write", "写好了，先看一遍", (to, *_words(rows, audience, None))),
    ]


def _words(rows: Rows, audience: Audience, notice: Notice | None) -> list[Field]:
    """The fields of the words; with a notice, as they stand in it."""
    names = "、".join(f"{{{name}}}" for name in notices.PLACEHOLDERS)
    sign = (("", "单位名称"), *((one.name, one.name) for one in rows.all(organisations())))
    public = (("1", "也放到公开栏"),)
    at = local(notice.starts_at) if notice else None
    fields = [
        Field("text", f"内容（{notices.LONGEST}字以内）", "area", notice.text if notice else "",
              note=f"可以写{names}，发的时候换成每一位自己的。"),
        Field("sign", "署名", "choice", notice.sign if notice else "", sign, required=False),
        Field("day", "哪天发（不填就是现在）", "date", f"{at:%Y-%m-%d}" if at else "", required=False),
        Field("at", "几点发", "time", f"{at:%H:%M}" if at else "", required=False),
        Field("picture", "图片", "file", required=False,
              note="不选就用原来的。" if notice and notice.media else ""),
    ]  # fmt: skip
    if audience.is_whole:
        fields.append(
            Field("public", "公开栏", "checks", "1" if notice and notice.public else "", public, required=False,
                  note="人人看得到，不要写谁的名字。")
        )  # fmt: skip
    return fields


def editing(rows: Rows, notice: Notice) -> Form:
    """The words of a notice that has not begun."""
    audience = notices.audience_of(notice)
    head = (Field("id", "", "hidden", str(notice.id)), Field("seen", "", "hidden", stamp(notice)))
    return Form("edit", "改好了", (*head, *_words(rows, audience, notice)), "改内容、时间、图片")


def stamp(notice: Notice) -> str:
    """What stood on the page: an edit is refused where somebody else edited meanwhile."""
    return f"{notices.digest(notice)}{notice.starts_at.isoformat()}"


# ── actions ─────────────────────────────────────────────────────────────────────────────────────


async def write(talk: Talk, form: dict[str, str]) -> Done:
    """Keep it and show it; nothing goes out yet."""
    me = talk.staff()
    audience = desk.read_audience(talk.rows, me, form.get("audience", "all"), talk.today)
    draft = _draft(talk, form, audience, _start(talk, form), ())
    notice = desk.put_down(talk.rows, draft, me, reach(talk), talk.now)
    count = notices.count_words(notice)
    return Done(
        f"第{notice.id}号写好了，还没有发。{count}。请看一遍，再按“确认发送”。", page_of(notice)
    )


async def edit(talk: Talk, form: dict[str, str]) -> Done:
    """New words, time or picture; an approval is void, and the editor is the author now."""
    notice = notice_in(talk, form)
    desk.hold(talk.rows, notice)
    if form.get("seen") != stamp(notice):
        raise Refused(f"{desk.lately_edited(talk.rows, notice, talk.now)}。请看了新的内容再改。")
    old = notices.draft_of(notice)
    draft = _draft(talk, form, old.audience, _moved(talk, form, notice), old.media)
    rewrite(talk, notice, draft)
    return Done(f"第{notice.id}号改好了，请再看一遍，再按“确认发送”。", page_of(notice))


async def readdress(talk: Talk, form: dict[str, str]) -> Done:
    """The same words for others; confirmed, and approved, anew."""
    me, notice = talk.staff(), notice_in(talk, form)
    if notice.corrects_id:
        raise Refused("更正只发给收到原来那条的人，不能改发给别人。")
    audience = desk.read_audience(talk.rows, me, form.get("audience", ""), talk.today)
    public = notice.public and audience.is_whole
    starts = max(notice.starts_at, talk.now)
    old = notices.draft_of(notice)
    draft = replace(old, audience=audience, starts_at=starts, public=public)
    rewrite(talk, notice, draft)
    return Done(f"第{notice.id}号改成发给{audience.title}，请再看一遍。", page_of(notice))


def _draft(
    talk: Talk, form: dict[str, str], audience: Audience, starts: datetime,
    media: tuple[tuple[str, str, str], ...],
) -> Draft:  # fmt: skip
    sign, picture = form.get("sign", ""), form.get("picture", "")
    if sign and sign not in {one.name for one in talk.rows.all(organisations())}:
        raise Refused(f"没有组织“{sign[:20]}”，请重新选署名。")
    media = (("picture", "", picture),) if picture else media
    return Draft(form.get("text", ""), audience, starts, media, bool(form.get("public")), sign)


def _moved(talk: Talk, form: dict[str, str], notice: Notice) -> datetime:
    """When an edited notice goes out: a time that stands there as it was may have passed meanwhile."""
    at = local(notice.starts_at)
    kept = form.get("day") == f"{at:%Y-%m-%d}" and form.get("at") == f"{at:%H:%M}"
    return max(notice.starts_at, talk.now) if kept else _start(talk, form)


def _start(talk: Talk, form: dict[str, str]) -> datetime:
    if not form.get("day"):
        return talk.now
    try:
        starts = parse_at(f"{form['day']}T{form.get('at') or '09:00'}")
    except ValueError:
        raise Refused("时间没看懂。请选一天，再选几点。") from None
    if starts <= talk.now:
        raise Refused("这个时间已经过了。请选以后的时间，或者不填。")
    return starts


ACTIONS: dict[str, Action] = {"write": write, "edit": edit, "readdress": readdress}
