"""`yure understand`: a filter from JSON lines to JSON lines, and the way words that were taught are learned."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.teaching import Learned
from bot.understand import model as weights
from bot.understand import understand
from tests.commands import invoke


@pytest.fixture(autouse=True)
def _shipped_again() -> Iterator[None]:
    before = weights.current()
    yield
    weights.use(before)


def run(lines: str, data: Path) -> list[dict[str, object]]:
    done = invoke(["understand", "--data", str(data)], said=lines)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_line_is_answered_by_one_line(tmp_path: Path) -> None:
    asked = json.dumps({"text": "12月10号请假", "at": "2026-11-22T10:00:00+08:00"}) + "\n"
    study = json.dumps({"text": "学习日是哪天"}) + "\n"
    leave, schedule = run(asked + "\n" + study, tmp_path)
    assert set(leave) == {
        "intent", "score", "intents", "slots", "action", "options", "when", "fen",
    }  # fmt: skip
    assert (leave["intent"], schedule["intent"]) == ("leave", "schedule")
    told = leave["when"]
    assert isinstance(told, dict)
    assert (told["start"][:10], told["kind"]) == ("2026-12-10", "day")


def test_a_line_that_is_no_question_is_answered_by_its_fault(tmp_path: Path) -> None:
    bad, good = run('{"words": 1}\n{"text": "您好"}\n', tmp_path)
    assert "KeyError" in str(bad["error"])
    assert good["intent"]


def test_asking_leaves_nothing_in_the_data_folder(tmp_path: Path) -> None:
    run('{"text": "您好"}\n', tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_line_in_the_lexicon_is_named(tmp_path: Path) -> None:
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / "own.txt").write_text("还书 我要还\n", encoding="utf-8")
    done = invoke(["understand", "--retrain", "--data", str(tmp_path)])
    assert done.exit_code == 1
    assert "own.txt" in str(done.exception)


def test_a_running_product_takes_up_refitted_weights_once(tmp_path: Path) -> None:
    learned = Learned(tmp_path)
    assert not learned.look()
    shutil.copy(weights.SHIPPED, tmp_path / "model.npz")
    assert learned.look()
    assert not learned.look()
    assert understand("学习日是哪天").intent == "schedule"


@pytest.mark.parametrize("content", [b"", b"no weights"])
def test_weights_that_are_none_are_let_be(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.npz").write_bytes(content)
    assert not Learned(tmp_path).look()
    assert understand("学习日是哪天").intent == "schedule"
