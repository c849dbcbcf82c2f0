"""The papers say what is true: every setting, word and command appears in them."""

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from bot.app import sections
from bot.cli.commands import ABOUT, make_app
from bot.config import CORE, load
from bot.engine.words import SAFETY
from handlers import FEATURES
from tests import operations

ROOT = Path(__file__).parent.parent


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_setting_is_in_the_example_with_its_default() -> None:
    example = tomllib.loads(read("config.example.toml"))
    every = {**CORE, **sections()}
    assert {s: sorted(example.get(s, {})) for s in every} == {
        s: sorted(k.model_fields) for s, k in every.items()
    }
    settings = load(ROOT / "config.example.toml", sections())
    for name, kind in every.items():
        assert getattr(settings, name) == kind(), name


@pytest.mark.parametrize(
    "link", sorted(set(re.findall(r"\]\(((?!http)[^)#]+)", read("README.md"))))
)
def test_every_link_of_the_readme_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def commands() -> list[str]:
    """Every command, with its group."""
    found = []
    for name, command in get_command(make_app()).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [f"yure {name} {part}" for part in inner] if inner else [f"yure {name}"]
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_operations_guide(command: str) -> None:
    assert command in read("docs/operations.md")


@pytest.mark.parametrize("name", commands())
def test_every_command_shows_an_example_in_its_help(name: str) -> None:
    command = get_command(make_app())
    for part in name.split()[1:]:
        command = command.commands[part]  # type: ignore[attr-defined]
    assert "Example: " in (command.help or "")


def test_every_word_that_always_works_is_in_the_coordinators_manual() -> None:
    manual = read("docs/coordinator.zh.md")
    assert [word for word in SAFETY if word not in manual] == []


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_every_feature_is_in_the_tour(feature) -> None:  # type: ignore[no-untyped-def]
    assert feature.title in read("docs/tour.md")


def test_every_command_says_what_it_is_about() -> None:
    """Undeclared says which line to add; a command that is gone is found here."""
    assert set(ABOUT) == {op.name for op in operations.commands()}


def test_the_table_of_who_may_do_what_is_the_one_that_holds() -> None:
    assert read("docs/access.md") == operations.table(), (
        "python -m tests.operations > docs/access.md"
    )
