"""What waits at the desk of a district, and what was done there."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.correction import Correction
from bot.domain.correction import Step as CorrectionStep
from bot.domain.correction import What as Wrong
from bot.domain.deeds import Deed, Field, Sight
from bot.domain.doubt import Doubt, DoubtfulText
from bot.domain.handover import Handover, HandoverNote, HandoverState
from bot.domain.people import Status, StatusChange
from bot.domain.registration import RegistrationRequest, Stage
from bot.domain.sealed import new_row_key
from tests.bench.district.town import NOW, TODAY, Town, Values


def fill(town: Town) -> None:
    """People and registrations waiting, corrections, the audit log."""
    size = town.size.members
    town.write(Handover, (_handover(town, number) for number in range(1, size // 2 + 1)))
    town.write(HandoverNote, (_note(town, number) for number in range(1, size // 2 + 1)))
    town.write(RegistrationRequest, (_request(town, number) for number in range(size)))
    town.write(Correction, (_correction(town, number) for number in range(max(3, size // 100))))
    town.write(StatusChange, (_change(town, id_) for id_ in town.members if id_ % 50 in (1, 2, 3)))
    town.write(Deed, (_deed(town, number) for number in range(size * 5)))
    town.write(Sight, (_sight(town, number) for number in range(size * 2)))
    town.write(DoubtfulText, (_doubt(town, number) for number in range(max(5, size // 20))))


def _handover(town: Town, number: int) -> Values:
    id_, key, at = town.anybody(), new_row_key(), town.moment()
    waits = number <= max(2, town.size.members // 200)
    at = NOW - timedelta(minutes=number) if waits else at
    taken = None if waits else at + timedelta(minutes=town.random.randint(1, 90))
    return {
        "id": number, "row_key": key, "channel": "web", "address": f"a{id_}", "person_id": id_, "why": "asked",
        **Handover.words.values(key, "我想找人说说话"), "at": at,
        "state": HandoverState.OPEN if waits else HandoverState.CLOSED, "taken_at": taken, "closed_at": taken,
        "taken_by_id": None if waits else town.administrator,
    }  # fmt: skip


def _note(town: Town, number: int) -> Values:
    key = new_row_key()
    return {"handover_id": number, "row_key": key, "by_id": town.administrator, "at": town.moment(),
            **HandoverNote.text.values(key, "已经回电")}  # fmt: skip


def _request(town: Town, number: int) -> Values:
    id_, key, at = town.anybody(), new_row_key(), town.moment()
    waits = number < max(2, town.size.members // 100)
    return {
        "row_key": key, "channel": "web", "address": f"r{number}", "name": "韦建国", "vouched": False,
        **RegistrationRequest.phone.values(key, "0002"), "relation": "self", "candidates": [id_], "why": "near",
        "at": at, "stage": Stage.OPEN if waits else Stage.APPROVED, "person_id": None if waits else id_,
        "decided_at": None if waits else at + timedelta(hours=town.random.randint(1, 40)),
        "decided_by_id": None if waits else town.administrator,
    }  # fmt: skip


def _correction(town: Town, number: int) -> Values:
    key = new_row_key()
    return {
        "row_key": key, "person_id": town.anybody(), "what": Wrong.OTHER, "at": town.moment(),
        **Correction.old.values(key, ""), **Correction.new.values(key, ""), "relation": "self",
        "due_on": TODAY + timedelta(days=number % 9), "step": CorrectionStep.OPEN,
    }  # fmt: skip


def _change(town: Town, id_: int) -> Values:
    key = new_row_key()
    status = {1: Status.PAUSED, 2: Status.MOVED, 3: Status.DECEASED}[id_ % 50]
    return {"row_key": key, "person_id": id_, "status": status, "at": town.moment(),
            "by_id": town.administrator, **StatusChange.reason.values(key, "家属来电")}  # fmt: skip


def _deed(town: Town, number: int) -> Values:
    by = town.size.members + 1 + town.random.randint(0, town.size.branches)
    return {
        "at": town.moment(),
        "by_id": by,
        "via": "web",
        "did": "visits.invite",
        "objects": [f"visit:{number}"],
    }


def _sight(town: Town, number: int) -> Values:
    by = town.size.members + 1 + town.random.randint(0, town.size.branches)
    return {"at": town.moment(), "by_id": by, "person_id": town.anybody(), "field": Field.PHONE}


def _doubt(town: Town, number: int) -> Values:
    key = new_row_key()
    return {"row_key": key, **DoubtfulText.text.values(key, f"那个东西{number}怎么弄"), "options": ["visit"],
            "heard_on": TODAY, "state": Doubt.OPEN, "label": ""}  # fmt: skip
