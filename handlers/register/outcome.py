"""What comes of a registration: bound at once, bound by a card, or waiting. Nothing here asks."""

from bot.domain import cards, registration
from bot.domain.base import Refused
from bot.domain.mail import Mail, Undo
from bot.domain.people import Card, Person, Sender, called
from bot.domain.registration import (
    DAY,
    SELF,
    RegistrationRequest,
    RegistrationTry,
    Told,
    Verdict,
    Why,
    judge,
)
from bot.feature import own
from bot.members import (
    WELCOME_KIN,
    Asking,
    Device,
    acts_told,
    bind,
    bind_at_once,
    own_elsewhere,
    put_down,
    unbind,
    welcome_words,
)
from bot.talk import MENU, Note, Talk
from bot.text import normal
from handlers.register.about import (
    DESK,
    LATELY,
    QUEUED,
    device_of,
    feature,
    known_words,
    likely_words,
    said_words,
    send,
    settings_of,
    tell_staff,
)
from handlers.register.told import BOUND, CARD_UNDONE, WAITING, WAITS

WRONG_CODE = "这个卡号对不上。请看着卡片再说一遍；没有卡，也可以说“登记”，用姓名来办。"
ELSEWHERE = feature.phrase(
    "elsewhere", "另一部手机登记成功，发给本人原来的手机",
    "有一部手机用您的姓名和电话登记了。不是您本人办的，请说“撤销”，或者打电话给社区。",
)  # fmt: skip
UNDO_FOR = DAY


async def by_name(talk: Talk, told: Told, relation: str) -> None:
    """Bind where the rule is sure, else wait; a stranger can't tell the reasons apart."""
    asking = Asking(
        told, device_of(talk), talk.now, relation, talk.people[0].id if talk.people else None
    )
    over = await exhausted(talk, told.name)
    await count(talk, told.name)
    verdict = judge(told, await _known(talk, told))
    person = verdict.person
    if person is None or over or relation != SELF:
        await _wait(talk, asking, verdict, _why(verdict, over=over, relation=relation))
        return
    request = bind_at_once(talk.rows, asking, person)
    await _warn_others(talk, person, request)
    _tell_bound(talk, person, request)
    talk.say(f"{welcome_words(person, talk.settings)}不是您本人，请说“撤销”。", [MENU, "我的资料"])
    talk.can_undo("register.bind", request.id, f"{person.name}的登记")


async def _known(talk: Talk, told: Told) -> list[Person]:
    """Everybody with that end of a phone number or of that name."""
    found = [*await talk.all(registration.likely(told)), *await talk.all(called(told.name))]
    found += await talk.all(called(normal(told.name)))
    return list({person.id: person for person in found}.values())


def _why(verdict: Verdict, *, over: bool, relation: str) -> Why:
    if over:
        return Why.LIMIT
    return Why.PROXY if relation != SELF else verdict.why or Why.UNKNOWN


async def exhausted(talk: Talk, name: str = "") -> bool:
    """Whether this address, this name or everybody together has tried too often in 24 hours."""
    settings, since = settings_of(talk), talk.now - DAY
    device = device_of(talk)
    limits = [(registration.tries_of(device.channel, device.address, since), settings.tries_sender)]
    if name:
        limits.append((registration.tries_about(name, since), settings.tries_person))
        limits.append((registration.tries(since), settings.tries_all))
    return any([(await talk.all(query))[0] >= most for query, most in limits])


async def count(talk: Talk, name: str = "") -> None:
    """Keep one try."""
    device = device_of(talk)
    about = registration.about(name) if name else ""
    await talk.add(
        RegistrationTry(channel=device.channel, address=device.address, about=about, at=talk.now)
    )


async def _wait(talk: Talk, asking: Asking, verdict: Verdict, why: Why) -> None:
    request = put_down(talk.rows, asking, verdict, why)
    _tell_waiting(talk, request, verdict, why)
    talk.say(QUEUED, ["学习日", "服务日"])


def _tell_waiting(talk: Talk, request: RegistrationRequest, verdict: Verdict, why: Why) -> None:
    """The coordinators, once a request; on a day of many tries once for all."""
    every = {person.branch_id for person in verdict.candidates}
    branch = next(iter(every)) if len(every) == 1 else None
    plain = WAITING(talk.settings)
    if why is Why.LIMIT:
        key = f"register:many:{talk.today.isoformat()}"
        tell_staff(talk, branch, key, plain, plain, DESK)
        return
    said = said_words(request, private=True)
    # Who looks after one branch learns no names of another's.
    likely = verdict.candidates if len(every) <= 1 else ()
    text = WAITS(talk.settings, who=f"{said}{likely_words(request, likely)}")
    tell_staff(talk, branch, f"register:{request.id}:waits", text, plain, DESK)


def _tell_bound(talk: Talk, person: Person, request: RegistrationRequest) -> None:
    text = BOUND(talk.settings, who=known_words(person))
    tell_staff(talk, person.branch_id, f"register:{request.id}:bound", text, says=LATELY)


async def _warn_others(talk: Talk, person: Person, request: RegistrationRequest) -> None:
    """The person's other devices hear of it and may take it back."""
    text = ELSEWHERE(talk.settings)
    for other in await talk.all(own_elsewhere(person.id, device_of(talk))):
        key = f"register:{request.id}:else:{other.id}"
        there = (other.channel, other.address)
        talk.tell(Note(person.id, text, key, Mail.ALARM, address=there))
        await talk.add(
            Undo(
                channel=other.channel, address=other.address, name="register.bind", ref=str(request.id),
                title="另一部手机的登记", at=talk.now, until=talk.now + UNDO_FOR,
            )
        )  # fmt: skip


async def by_card(talk: Talk, card: Card, person: Person, relation: str) -> None:
    """The card proves it: bind, and end the device it replaces."""
    cards.redeem(card, talk.now)
    device = device_of(talk)
    sender = bind(talk.rows, person, device, talk.now, relation)
    if relation == SELF:
        await _replace(talk, card, person, device)
        talk.say(welcome_words(person, talk.settings), [MENU, "我的资料"])
    else:
        talk.say(WELCOME_KIN(talk.settings, name=person.name), [MENU])
        send(talk, acts_told(talk.rows, talk.settings, person, sender, talk.now))
    talk.can_undo("register.card", sender.id, f"{person.name}的登记")


async def _replace(talk: Talk, card: Card, person: Person, device: Device) -> None:
    earlier = await talk.all(cards.replaced_by(person.id, device.channel, device.address))
    for address in cards.end(earlier, talk.now):
        key = f"device:{card.id}:{address}"
        to = (device.channel, address)
        talk.tell(Note(0, cards.OLD_DEVICE(talk.settings), key, Mail.ALARM, address=to))


@feature.undo("register.card", own)
async def take_back_card(talk: Talk, ref: str) -> None:
    """The card bound the wrong device."""
    sender = await talk.get(Sender, int(ref))
    if sender is None or sender.ended_at is not None:
        raise Refused("这次登记已经撤销过了。")
    unbind(talk.rows, sender, talk.now)
    person = sender.person
    text = CARD_UNDONE(talk.settings, who=known_words(person))
    key = f"register:card:{sender.id}:{talk.said.channel}:{talk.said.id}"
    tell_staff(talk, person.branch_id, key, text)
    talk.say("已经撤销，这部手机上的登记停用了。要再登记，请向社区要一张新卡。")
