"""贺卡上门: who could not come to the collective birthday gets the card at home, by a visit for each."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bot.cards import birthday_card
from bot.domain import visits
from bot.domain.access.visits import access_visit
from bot.domain.base import Refused
from bot.domain.people import Person
from bot.domain.phrase import Slot
from bot.domain.visits import Act, HalfDay, Reason, Visit, Wish
from bot.domain.wording import day_words
from bot.talk import Media, Note, Rows, Talk, gate_of
from handlers.birthday.invited import CARD, Guests, open_visit, with_card
from handlers.birthday.talk import feature

BROUGHT = feature.phrase(
    "card_home", "集体政治生日来不了的，说贺卡会送到家，发给本人",
    "{日子}的{活动}您{怎么了}，支部的贺卡会送到您家，去以前先告诉您。",
    Slot("day", "日子", "7月1日(周三)"), Slot("what", "活动", "集体政治生日", needed=True),
    Slot("missed", "怎么了", "没能来", "“没能来”或者“来不了”"),
)  # fmt: skip
NOT_BROUGHT = feature.phrase(
    "card_back", "贺卡先不送上门了，发给等贺卡的人", "贺卡先不送上门了，另作安排。"
)
NOT_BROUGHT_BY = feature.phrase(
    "card_back_volunteer", "贺卡先不送上门了，发给要去送的志愿者", "{姓名}的贺卡先不送上门了。",
    Slot("name", "姓名", "韦建国", needed=True),
)  # fmt: skip
WITHIN = timedelta(days=7)
"""The visits are set for so many days later: a volunteer is invited to each as to any other."""


def to_bring(talk: Talk, guests: Guests) -> list[Person]:
    """Who was absent and has no card coming yet."""
    done = with_card(talk.rows, guests.day, guests.absent)
    return [person for person in guests.absent if person.id not in done]


async def bring(talk: Talk, guests: Guests) -> int:
    """A visit with the card for each; who has a visit open gets the card with that. Returns how many visits are new."""
    people = to_bring(talk, guests)
    if not people:
        raise Refused("没有要送贺卡的：没来的都已经安排了，或者还没有人请假。")
    slot = _slot(talk)
    opened: list[Visit] = []
    for person in people:
        visit = open_visit(talk.rows, person)
        if visit is not None:
            visits.jot(visit, f"顺便{_words(person, guests)}", _act(talk))
            continue
        wish = Wish(Reason.FESTIVAL, slot, words=_words(person, guests))
        opened.append(visits.request(person, wish, person.branch_id, _act(talk), slot.day))
        await talk.add(opened[-1])
    await talk.flush()
    _tell(talk, guests, people)
    if opened:
        ids = ",".join(str(visit.id) for visit in opened)
        talk.can_undo("birthday.cards", ids, f"{len(opened)}张送贺卡的走访单")
    return len(opened)


def _every_visit(rows: Rows, viewer: Person, ref: str) -> object:
    return [gate_of(Visit, access_visit)(rows, viewer, number) for number in ref.split(",")]


@feature.undo("birthday.cards", _every_visit)
async def take_back(talk: Talk, ref: str) -> None:
    """The visits are cancelled, those expecting a card are told; what was done meanwhile stays."""
    for number in ref.split(","):
        visit = await talk.get(Visit, int(number))
        if visit is None or not visit.is_open:
            continue
        asked = visit.asked.volunteer_id if visit.asked else visit.volunteer_id
        visits.cancel(visit, _act(talk), "撤销")
        told = {
            visit.person_id: NOT_BROUGHT(talk.settings),
            asked: NOT_BROUGHT_BY(talk.settings, name=visit.name),
        }
        for person_id, words in told.items():
            if person_id is not None:
                talk.tell(Note(person_id, words, f"collective:back:{visit.id}:{person_id}"))


def _tell(talk: Talk, guests: Guests, people: Sequence[Person]) -> None:
    """Each hears of it, with the card as a picture for those who can see it here."""
    day = guests.day
    missed = "没能来" if day.day < talk.today else "来不了"
    for person in people:
        when = day_words(day.day)
        text = BROUGHT(talk.settings, day=when, what=day.title, missed=missed)
        path = birthday_card(Path(talk.settings.data.dir), _years(person, guests))
        card = Media("picture", "集体政治生日贺卡", path)
        key = f"collective:card:{day.source}:{day.named}:{person.id}:{talk.now.isoformat()}"
        talk.tell(Note(person.id, text, key, media=(card,)))


def _slot(talk: Talk) -> HalfDay:
    """The first half-day a week on that can be booked."""
    offered = visits.nearest(talk.now, talk.settings.visit, 200)
    later = [slot for slot in offered if slot.day >= talk.today + WITHIN]
    if not later:
        raise Refused("走访设置里一周以后没有能约的日子，请先改设置，或者逐个约。")
    return later[0]


def _words(person: Person, guests: Guests) -> str:
    years = _years(person, guests)
    return f"{CARD}（入党{years}周年）" if years else CARD


def _years(person: Person, guests: Guests) -> int:
    return guests.day.day.year - person.joined_on.year if person.joined_on else 0


def _act(talk: Talk) -> Act:
    return Act(talk.now, talk.me.id if talk.me else None, talk.relation)
