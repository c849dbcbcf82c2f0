"""Words that coordinators teach: refitted in the data folder, shipped files untouched."""

import shutil
from pathlib import Path

import pytest

from bot.understand import model as model_module
from bot.understand import understand
from bot.understand.corpus import sayings
from bot.understand.learn import load, retrain


@pytest.fixture
def taught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(model_module, "_loaded", {})
    (tmp_path / "lexicon").mkdir()
    return tmp_path


def test_a_taught_label_that_does_not_exist_is_refused(taught: Path) -> None:
    (taught / "lexicon" / "own.txt").write_text("lunch\t吃什么\n", encoding="utf-8")
    with pytest.raises(ValueError, match="label<TAB>text"):
        sayings(taught / "lexicon")


def test_taught_words_are_used_when_they_are_there(taught: Path) -> None:
    assert not load(taught)
    shutil.copy(model_module.SHIPPED, taught / "model.npz")
    assert load(taught)


def test_a_taught_word_is_understood_and_nothing_shipped_is_written(taught: Path) -> None:
    before = model_module.SHIPPED.read_bytes()
    (taught / "lexicon" / "own.txt").write_text("venue\t牌牌屋咯\n" * 3, encoding="utf-8")
    retrain(taught, rounds=1)
    assert understand("牌牌屋咯").intent == "venue"
    assert model_module.SHIPPED.read_bytes() == before
