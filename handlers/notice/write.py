"""发通知: the words, for whom, when; shown as members will read it; confirmed; 撤销 stops it."""

from datetime import datetime, time

from bot import notices as desk
from bot.domain import notices, schedule
from bot.domain.access.notices import access_notice
from bot.domain.base import Refused
from bot.domain.notices import Audience, Draft, Notice, State
from bot.domain.organisations import organisations
from bot.domain.people import Branch, Person, Role
from bot.domain.wording import moment_words
from bot.feature import STAFF, Place
from bot.now import SHANGHAI, real_now
from bot.talk import Answer, Change, Choice, Parser, Talk, as_text, gate_of
from bot.understand.when import parse_when
from handlers.notice.about import feature, reach, show, tell_all

ONE_BRANCH, VOLUNTEERS, ONE_SIGN, ONE_PERSON = "一个支部", "志愿者", "一个组织", "某一位"
PUBLIC, NOT_PUBLIC = "也放", "不放"
AT_ONCE = "现在发"
FROM = time(9)
"""When it goes out on a day named without an hour."""
STOP = "notice.stop"
CHANGES = {"text": "文字", "to": "发给谁", "when": "时间"}
Words = tuple[str, tuple[tuple[str, str, str], ...]]


@feature.dialog(
    "notice_write", "发一条通知", words=("发通知", "写通知", "发一条通知", "群发通知"),
    place=Place("办", "发通知", 20), roles=STAFF, composes=True,
)  # fmt: skip
async def write(talk: Talk) -> None:
    """Nothing goes out before the preview was confirmed."""
    me = talk.staff()
    scope = notices.scope_of(me)
    text, media = await talk.ask("text", "请写通知内容。要配图，就把图片和文字一起发来。", as_words)
    audience = await ask_audience(talk, me, scope)
    choices = [AT_ONCE, "明天上午9点", "后天上午9点"]
    starts = await talk.ask("when", "什么时候发？", as_start(talk), choices=choices)
    public = audience.is_whole and await ask_public(talk)
    draft = Draft(text, audience, starts or talk.now, media, public)
    await look(talk, draft, CHANGES)
    notice = desk.put_down(talk.rows, draft, me, reach(talk), talk.now)
    finish(talk, notice)


async def ask_public(talk: Talk) -> bool:
    """Whether it also stands where everybody reads it."""
    question = "也放到公开栏吗？那里人人看得到。"
    return await talk.choose("public", question, [NOT_PUBLIC, PUBLIC]) == PUBLIC


async def ask_audience(talk: Talk, me: Person, scope: tuple[int, ...]) -> Audience:
    """One of four kinds, and which one of it; or in the coordinator's own words."""
    branches = desk.branches_of(talk.rows, scope)
    signs = talk.rows.all(organisations())
    kinds = [
        desk.EVERYBODY, *[ONE_BRANCH][: len(branches) > 1], VOLUNTEERS, *[ONE_SIGN][: len(signs)], ONE_PERSON,
    ]  # fmt: skip
    text = "发给谁？按一下，或者直接说，比如“70岁以上的志愿者”。"
    kind = await talk.choose("to", text, kinds, also=as_audience(talk, me))
    if kind not in kinds:
        return desk.read_audience(talk.rows, me, kind, talk.today)
    if kind == ONE_BRANCH:
        options = [Choice(b.name, _short(b)) for b in branches]
        name = await talk.choose("to#branch", "哪个支部？", options)
        return desk.read_audience(talk.rows, me, f"branch:{name}", talk.today)
    if kind == ONE_SIGN:
        name = await talk.choose("to#org", "哪个组织的人？", [one.name for one in signs])
        return desk.read_audience(talk.rows, me, f"org:{name}", talk.today)
    if kind == ONE_PERSON:
        person = await talk.ask("to#who", "发给哪一位？请写姓名或者编号。", as_person(talk, scope))
        return Audience(f"member:{person.id}", person.name, scope)
    role = f"role:{Role.VOLUNTEER.value}"
    return desk.read_audience(talk.rows, me, role if kind == VOLUNTEERS else "all", talk.today)


def _short(branch: Branch) -> str:
    return branch.name.removesuffix("支部").removesuffix("党").removesuffix("离退休")[:8]


async def look(talk: Talk, draft: Draft, changes: dict[str, str]) -> None:
    """Show it as members will read it, ask twice where something is odd, and wait for 对."""
    seen = desk.preview(talk.rows, draft, reach(talk), talk.settings, talk.now)
    if not seen.count.all:
        raise Refused(f"{draft.audience.title}里现在没有人，发不了。")
    for n, warning in enumerate(seen.warnings):
        show(talk, seen.text, draft.media)
        again = await talk.choose(f"text#sure{n}", f"{warning}确定要发吗？", ["要发", "改文字"])
        if again != "要发":
            raise Change(frozenset({"text"}))
    show(talk, seen.text, draft.media)
    await talk.confirm(f"{summary(draft, seen, talk)}对吗？", changes)


def summary(draft: Draft, seen: desk.Preview, talk: Talk) -> str:
    """ "发给全体在册 84 可达, 7 电话。现在就发。要另一位联络员批准。"."""
    night = "夜里不打扰，" if seen.waits_for_morning else ""
    when = f"{moment_words(seen.goes_at, talk.today)}发" if seen.goes_at > talk.now else "现在就发"
    approval = "要另一位联络员批准。" if seen.needs_approval else ""
    return f"发给{seen.count.words(draft.audience.title)}。{night}{when}。{approval}"


def finish(talk: Talk, notice: Notice) -> None:
    """Confirmed: on its way, or before a second coordinator."""
    asked = desk.confirm(talk.rows, notice, talk.staff(), reach(talk), talk.settings, talk.now)
    tell_all(talk, asked)
    talk.can_undo(STOP, notice.id, f"第{notice.id}号通知")
    number = f"第{notice.id}号通知"
    if notice.state is State.PENDING and not asked:
        talk.say(f"{number}写好了，可是现在没有别的联络员能批。请找管理员加一位联络员。")
        return
    if notice.state is State.PENDING:
        text = f"{number}写好了，已经请另一位联络员来批。批了就发给{notice.audience_size}人。"
    elif notice.starts_at > talk.now:
        text = f"{number}写好了，{moment_words(notice.starts_at, talk.today)}发。"
    else:
        text = f"{number}开始发了，共{notice.audience_size}人。"
    talk.say(f"{text}要停请说“撤销”。", [desk.REPORT, "撤销"])


@feature.undo(STOP, gate_of(Notice, access_notice))
async def take_back(talk: Talk, ref: str) -> None:
    """撤销: stop it, and say who has it already."""
    notice = desk.get(talk.rows, talk.staff(), int(ref))
    stop(talk, notice)


def stop(talk: Talk, notice: Notice) -> None:
    """Stop at once; what was not fetched or sent is taken back."""
    desk.cancel(talk.rows, notice, talk.staff(), talk.now, real_now())
    out = desk.report(talk.rows, notice).states.get("sent", 0)
    gone = f"已经有{out}位收到了。" if out else "还没有人收到。"
    talk.say(f"第{notice.id}号通知停了，没发的不再发。{gone}")


# ── reading the answers ─────────────────────────────────────────────────────────────────────────


def as_words(answer: Answer) -> Words:
    """The words and the pictures that came with them."""
    pictures = [item for item in answer.media if item.kind == "picture"]
    if any(not item.path for item in pictures):
        raise Refused("这里的图片转不出去，请到网页上配图。文字可以在这里写。")
    if pictures and not answer.text.strip():
        raise Refused("图片看到了。请把文字和图片一起再发一次。")
    text = as_text(notices.LONGEST)(answer)
    return text, tuple((item.kind, item.name, item.path) for item in pictures)


def as_audience(talk: Talk, me: Person) -> Parser[str]:
    """Whom it is for, said in words: conditions that all hold."""

    def parse(answer: Answer) -> str:
        said = desk.in_words(talk.rows, me, as_text(60)(answer))
        desk.read_audience(talk.rows, me, said, talk.today)
        return said

    return parse


def as_person(talk: Talk, scope: tuple[int, ...]) -> Parser[Person]:
    """Somebody on the roster by 编号 or unambiguous name."""
    return lambda answer: desk.find_person(talk.rows, scope, as_text(20)(answer))


def as_start(talk: Talk) -> Parser[datetime | None]:
    """None: at once; else a moment to come. A day without an hour means nine in the morning."""
    named = schedule.days_called(talk.rows, talk.people)

    def parse(answer: Answer) -> datetime | None:
        if answer.text.strip() in (AT_ONCE, "现在", "马上", "立刻", "马上发", "立即发"):
            return None
        when = parse_when(answer.text, answer.at, named=named)
        if when is None:
            raise Refused("请说哪天几点，比如“明天上午9点”。马上发就说“现在发”。")
        start = when.start
        if not when.has_hour:
            start = datetime.combine(when.day, FROM, SHANGHAI)
        if start <= talk.now:
            raise Refused("这个时间已经过了。请说以后的时间，或者说“现在发”。")
        return start

    return parse
