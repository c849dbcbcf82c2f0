"""`yure tick` and `yure remind`: one turn of the clock, and the rehearsal of many."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from bot.app import House
from bot.cli.base import AsJson, At, Config, Data, clock_at, day, in_order, opened, show
from bot.domain.people import Person
from bot.now import SHANGHAI, local
from bot.outbox import PHONE
from bot.reminding import Decision, Stretch, rehearse

First = Annotated[str, typer.Option("--from", help="从哪天 / first day, YYYY-MM-DD")]
Last = Annotated[str, typer.Option("--to", help="到哪天 / last day, YYYY-MM-DD")]


def tick(at: At = None, config: Config = None, data: Data = None, as_json: AsJson = False) -> None:
    """One turn of the clock: plan, decide, expand; then exit. Example: yure tick --at 2026-12-10T07:30"""
    with opened(config, data, clock_at(at)) as house:
        decided = house.clock.tick_now()
        show({"decided": decided}, as_json=as_json, words=f"定了{decided}条提醒。")


def remind(
    first: First,
    last: Last,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """The rehearsal: who gets what, when, where, or why not. Sends and stores nothing.

    Example: yure remind --from 2026-12-01 --to 2026-12-31 --json
    """
    from_day, to_day = in_order(day(first), day(last))
    start = datetime.combine(from_day, time(0), SHANGHAI)
    end = datetime.combine(to_day + timedelta(days=1), time(0), SHANGHAI) - timedelta(seconds=1)
    now = clock_at(at)
    with opened(config, data, now if at else clock_at(start.isoformat())) as house:
        stretch = Stretch(start, end, now())

        def job(session: Session) -> None:
            for value in _rehearse(house, session, stretch):
                withheld = f"[{value['withheld']}] " if value["withheld"] else ""
                words = (
                    f"{value['day']} {value['time']} {value['name']} ({value['channel']}) "
                    f"{value['rule']}: {withheld}{value['text']}"
                )
                show(value, as_json=as_json, words=words)

        house.db.read_now(job)


def _rehearse(house: House, session: Session, stretch: Stretch) -> Iterator[dict[str, str | None]]:
    """Plan and decide inside a transaction that is thrown away; a year takes a while, so one by one."""
    house.clock.planning.plan(session, stretch.start, stretch.end)
    for decision in rehearse(house.clock.deciding, session, stretch):
        yield _value(house, session, decision, stretch.reach_at)


def _value(
    house: House, session: Session, decision: Decision, reach_at: datetime
) -> dict[str, str | None]:
    at = local(decision.at)
    person = session.get(Person, decision.due.person_id)
    sender = house.post.reach(session, person, reach_at) if person else None
    return {
        "day": at.date().isoformat(),
        "time": f"{at:%H:%M}",
        "rule": decision.due.occasion.rule,
        "member": person.number if person else None,
        "name": person.name if person else None,
        "channel": sender.channel if sender else PHONE,
        "text": decision.text,
        "withheld": decision.withheld,
    }


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(tick)
    app.command()(remind)
