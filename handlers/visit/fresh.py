"""A visit that a coordinator arranges: for whom nobody has asked, or the next one after another."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain import visits
from bot.domain.access.people import access_person
from bot.domain.base import Refused
from bot.domain.people import Person, Status
from bot.domain.visits import REASON_TITLE, Half, HalfDay, Reason, Wish
from bot.domain.wording import day_words
from bot.feature import Action, Done, Look
from bot.now import local_day
from bot.parts import Field, Form, Heading, Part, Text
from bot.talk import Rows, Talk, numbered
from handlers.visit import phrases
from handlers.visit.about import act_of, found, settings_of, slot_of, when_words
from handlers.visit.one import PATH, when_fields
from handlers.visit.telling import note_to, send

_SOON = timedelta(days=7)


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """When and why the person that `person` names is visited."""
    person, settings = _reached(rows, look.viewer, look.query["person"]), look.settings.visit
    reasons = tuple((reason.value, title) for reason, title in REASON_TITLE.items())
    reason, slot = _proposed(rows, look, person)
    fields = (
        Field("person", "", "hidden", str(person.id)),
        *when_fields(slot.day.isoformat(), slot.half),
        Field("reason", "为了什么", "choice", reason.value, reasons),
    )
    return [
        Heading(f"约一次走访：{person.name}"),
        Text(
            "约好了，本人会收到一句；再请一位志愿者，答应了才算。"
            f"生病的，{settings.illness_due_days}天内要去看。"
        ),
        Form("arrange", "约下来", fields),
    ]


def _proposed(rows: Rows, look: Look, person: Person) -> tuple[Reason, HalfDay]:
    """As the visit that it `follows` was, in a week; who is ill is seen again as soon as can be."""
    later = HalfDay(local_day(look.now) + _SOON, Half.MORNING)
    if not look.query.get("follows"):
        return Reason.TALK, later
    former = found(rows, look.viewer, look.query["follows"])
    if former.person_id != person.id:
        return Reason.TALK, later
    if former.reason is not Reason.ILLNESS:
        return former.reason, replace(later, half=former.half)
    near = visits.nearest(look.now, look.settings.visit)
    return former.reason, next((s for s in near if s.day > local_day(look.now)), later)


async def arrange(talk: Talk, form: dict[str, str]) -> Done:
    """The same request that a member makes; the member reads it. Whom to ask is chosen on its own page."""
    me, settings = talk.staff(), settings_of(talk)
    person = _reached(talk.rows, me, form.get("person", ""))
    talk.rows.hold(person)
    already = await talk.one(visits.open_about(person.id))
    if already is not None:
        raise Refused(f"{person.name}已经约了一次走访：{already.id}号，{when_words(already)}。")
    reason = next((one for one in Reason if one.value == form.get("reason")), Reason.TALK)
    slot = visits.bookable(slot_of(form), talk.now, settings)
    due = visits.due_on(reason, slot, talk.now, settings)
    visit = visits.request(person, Wish(reason, slot), person.branch_id, act_of(talk), due)
    await talk.add(visit)
    when = when_words(visit)
    text = phrases.ARRANGED(talk.settings, when=when)
    send(talk, [note_to(person.id, visit, text)])
    talk.can_undo("visit.request", visit.id, f"约{when}看{person.name}")
    late = f"病了的，最迟{day_words(due)}要去看，这一次约晚了。" if slot.day > due else ""
    told = f"约好了：{visit.id}号，{when}去看{person.name}。{late}请再请一位志愿者。"
    return Done(told, f"/desk/{PATH}?id={visit.id}")


def _reached(rows: Rows, viewer: Person, id_: str) -> Person:
    """An active person in the viewer's reach; Refused otherwise."""
    person = access_person(viewer, numbered(rows, Person, id_))
    if person.status is not Status.ACTIVE:
        raise Refused(f"{person.name}现在不在册，不能约走访。")
    return person


ACTIONS: dict[str, Action] = {"arrange": arrange}
