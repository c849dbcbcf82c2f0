"""教它认字 in chat: members who agree lend the words that were not understood; coordinators say what those mean."""

from typing import Final

from bot.domain import consent
from bot.domain.base import Refused
from bot.domain.doubt import DoubtfulText, open_texts
from bot.feature import REGISTERED, STAFF, Place
from bot.talk import Choice, Talk
from handlers.teach.about import HELP_LEARN, TEACH, TITLES, decide, feature, likely, still_open

MAY, MAY_NOT = "可以", "不用"
OTHER, SKIP = "别的", "跳过"
SHOWN: Final = 2
"""Likely meanings on the first buttons; the rest is behind 别的."""
VERSION = "2026-11"
_LABELS: Final = {title: label for label, title in TITLES.items()}


@feature.dialog(
    "lend_words", "帮余热学说话", words=(HELP_LEARN, "帮你学说话", "不帮余热学说话"),
    place=Place("学", "帮它学说话", 95), roles=REGISTERED,
)  # fmt: skip
async def lend_words(talk: Talk) -> None:
    """Whether words that were not understood may be kept, nameless; nothing is kept of who was not asked."""
    person = await talk.member()
    live = await talk.one(consent.live(person.id, consent.LEARN))
    asked = (
        "有时我听不懂。能不能把听不懂的话留下来，不留名字和电话，让联络员教我？现在是可以的。"
        if live
        else "有时我听不懂。能不能把听不懂的话留下来，不留名字和电话，让联络员教我？"
    )
    may = await talk.choose("may", asked, [MAY_NOT, MAY]) == MAY
    by = talk.me.id if talk.me else None
    if may and live is None:
        await talk.add(consent.given(person.id, consent.LEARN, VERSION, talk.now, by))
    if not may and live is not None:
        live.withdrawn_at = talk.now
    talk.say(
        "谢谢您！不想留了，再说“帮余热学说话”，按“不用”。"
        if may
        else "好的，不留。我照样给您办事。"
    )


@feature.dialog(
    "teach", "教余热认字", words=(TEACH, "教它认字"), place=Place("办", "教它认字", 85), roles=STAFF
)
async def teach(talk: Talk) -> None:
    """One text, what it means, and on to the next."""
    talk.staff()
    row = await _current(talk)
    guessed = [TITLES[label] for label in likely(row)]
    question = f"有会员说：“{row.text}”。这是什么意思？"
    taken = await talk.choose("means", question, [*guessed[:SHOWN], OTHER, SKIP])
    if taken == OTHER:
        rest = [*guessed[SHOWN:], *(t for t in TITLES.values() if t not in guessed)]
        taken = await talk.choose("which", f"“{row.text}”是下面哪一样？直接打字也行。", rest)
    done, left = await decide(talk, row, _LABELS.get(taken, ""))
    talk.say(done, [Choice(TEACH, "接着教")] if left else [])


async def _current(talk: Talk) -> DoubtfulText:
    """The text that the open question is about, although others came or went meanwhile."""
    known = talk.slots.get("doubt", "")
    row = await talk.get(DoubtfulText, int(known)) if known else await talk.one(open_texts())
    if row is None and not known:
        raise Refused("现在没有要教的话。谢谢。")
    row = await still_open(talk, row)
    talk.slots["doubt"] = str(row.id)
    return row
