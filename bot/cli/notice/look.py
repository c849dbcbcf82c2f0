"""`yure notice show|list`: how notices stand."""

from bot.cli.base import AsJson, At, Config, Data, clock_at, opened
from bot.cli.notice.about import Number, show_report
from bot.domain import notices as rules


def show_one(
    number: Number,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Each recipient in exactly one state, and who must be called. Example: yure notice show 1 --json"""
    with opened(config, data, clock_at(at)) as house:
        show_report(house, number, as_json=as_json)


def list_all(
    config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False
) -> None:
    """The latest notices. Example: yure notice list"""
    with opened(config, data, clock_at(at)) as house:
        for id_ in house.db.read_now(lambda s: [n.id for n in s.scalars(rules.recent()).unique()]):
            show_report(house, id_, as_json=as_json, brief=True)
