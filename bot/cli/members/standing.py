"""`yure members pause|resume|moved|deceased`: where a person stands, with who and when."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.app import House
from bot.cli.base import AsJson, At, Config, Data, clock_at, opened, person, show
from bot.cli.members.about import By, Reason, Who, actor_on, person_value, person_words, senders
from bot.db import SessionRows
from bot.domain.people import Person, Sender, Status
from bot.standing import Decision, Standing
from handlers import FEATURES

DONE = {
    "pause": (Status.PAUSED, "Pause a person: nothing is sent from now on.", "住院"),
    "resume": (Status.ACTIVE, "Put a person back on the roster.", "出院"),
    "moved": (Status.MOVED, "The person has moved to another branch elsewhere.", "迁往南宁"),
    "deceased": (Status.DECEASED, "The person has died: everything stops at once.", "家属告知"),
}
"""By command: the status, what it means, and a reason as somebody would give it."""


def commands() -> dict[str, Callable[..., None]]:
    """The four commands by name."""
    return {name: _command(name, *told) for name, told in DONE.items()}


def _command(name: str, status: Status, text: str, why: str) -> Callable[..., None]:
    def run(
        who: Who,
        reason: Reason = "",
        by: By = None,
        config: Config = None,
        data: Data = None,
        at: At = None,
        as_json: AsJson = False,
    ) -> None:
        with opened(config, data, clock_at(at)) as house:
            one, bound = house.db.write_now(
                lambda session: _change(house, session, who, status, (by, reason))
            )
        show(person_value(one, bound), as_json=as_json, words=person_words(one, bound))

    run.__doc__ = f"{text} Example: yure members {name} 0001 --reason {why} --as 韦小兰"
    return run


def _change(
    house: House, session: Session, who: str, status: Status, said: tuple[str | None, str]
) -> tuple[Person, list[Sender]]:
    by, reason = said
    one = person(session, who)
    decision = Decision(actor_on(session, by, one), reason, house.now())
    standing = Standing(
        FEATURES, lambda note: house.post.note(session, note, decision.now), house.settings
    )
    standing.change(SessionRows(session), one, status, decision)
    return one, senders(session, [one.id]).get(one.id, [])
