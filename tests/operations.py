"""Every operation there is, read from the registries: who may have it, and what kind of thing it is about.

python -m tests.operations > docs/access.md
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.cli.commands import ABOUT, COMMANDS
from bot.domain.access.things import LEVEL_TITLE, THING_TITLE, Level, Thing
from bot.domain.people import ROLE_TITLE, Role
from bot.feature import STAFF, STRANGER, Dialog, Feature, Page, Touch
from handlers import FEATURES

ADMINISTERED = frozenset({Thing.SETTING, Thing.DEED})
"""Things that coordinators may see and administrators alone change (`access_records`)."""


class Undeclared(AssertionError):
    """An operation of which nobody has said what it is about."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that somebody can do. `kind`: page, file, action, public, dialog, command."""

    kind: str
    name: str
    """ "visits", "visits.close", "visit_desk", "members"."""
    title: str
    roles: frozenset[str]
    thing: Thing
    level: Level
    by: str = ""
    """The field that names one; "": none is named."""

    @property
    def path(self) -> str:
        """Of the page."""
        return self.name.partition(".")[0]

    @property
    def part(self) -> str:
        """The action or the file."""
        return self.name.partition(".")[2]


def operations(features: Sequence[Feature] = FEATURES) -> list[Operation]:
    """All of them. Raises Undeclared, saying what to add."""
    return [op for feature in features for op in (*_pages(feature), *_dialogs(feature))]


def commands() -> list[Operation]:
    """The commands, which whoever has a shell may run; with --as within the reach of that person."""
    every = [name for names in COMMANDS.values() for name in names]
    missing = [name for name in every if name not in ABOUT]
    if missing:
        raise Undeclared(
            f"yure {missing[0]} doesn't say what it is about: add it to ABOUT in bot/cli/commands.py."
        )
    return [
        Operation("command", name, "", frozenset(), ABOUT[name], Level.CHANGE) for name in every
    ]


def _pages(feature: Feature) -> Iterator[Operation]:
    for page in feature.pages:
        kind = "public" if STRANGER in page.roles else "page"
        yield _operation(
            feature, page, (kind, ""), Touch(_about(feature, page), page.by), Level.SEE
        )
        for name in page.files:
            touch = page.touches.get(name) or Touch(_about(feature, page), page.by)
            yield _operation(
                feature, page, ("file" if kind == "page" else "public", name), touch, Level.SEE
            )
        for name in page.actions:
            touch = page.touches.get(name) or Touch(_about(feature, page), page.by or "id")
            yield _operation(feature, page, ("action", name), touch, Level.CHANGE)
        unknown = set(page.touches) - set(page.files) - set(page.actions)
        if unknown:
            raise Undeclared(f"/desk/{page.path} has no action or file {min(unknown)!r}.")


def _about(feature: Feature, page: Page) -> Thing:
    about = page.about or feature.about
    if about is None:
        raise Undeclared(
            f"/desk/{page.path} doesn't say what it is about: give Page(..., about=Thing.X) or "
            f"Feature({feature.name!r}, ..., about=Thing.X), with X from bot/domain/access/things.py; "
            "see docs/adding.md, A page of the desk."
        )
    return about


def _operation(
    feature: Feature, page: Page, which: tuple[str, str], touch: Touch, level: Level
) -> Operation:
    kind, part = which
    name = f"{page.path}.{part}" if part else page.path
    level, roles = touch.level or level, page.roles_for(part)
    if touch.thing in ADMINISTERED and level is Level.CHANGE:
        roles &= {Role.ADMINISTRATOR}
    return Operation(kind, name, page.title, roles, touch.thing, level, touch.by)


def _dialogs(feature: Feature) -> Iterator[Operation]:
    for dialog in feature.dialogs:
        level = Level.SEE if dialog.quick else Level.CHANGE
        thing = _spoken_of(feature, dialog)
        yield Operation("dialog", dialog.name, dialog.title, dialog.roles, thing, level)


def _spoken_of(feature: Feature, dialog: Dialog) -> Thing:
    """Members and volunteers speak of their own things; staff of what their feature is about."""
    about = dialog.about or (feature.about if dialog.roles <= STAFF else Thing.OWN)
    if about is None:
        raise Undeclared(
            f"The dialog {dialog.name!r} is for staff and doesn't say what it is about: give "
            f"Feature({feature.name!r}, ..., about=Thing.X), with X from bot/domain/access/things.py."
        )
    return about


# ── the table in docs/access.md ─────────────────────────────────────────────────────────────────

HEAD = """# Who may do what

Made by `python -m tests.operations > docs/access.md` from what pages, dialogs and commands declare.
`tests/test_matrix.py` performs each as each role, on things of the own and of another branch, and fails where
this table is wrong.

- 联络员 see and change what belongs to the branches they look after, and what belongs to none; the gates stand
  in `bot/domain/access/`.
- 管理员 alone change staff: their cards, where they stand, their phones.
- 党员 and 志愿者 see their own things, and those of whom their phone acts for. Who is 暂停 keeps only that; who
  has moved or died, nothing.
- 撤销 of what was done for the office passes the same gate anew: `Feature.undo` is given it.
- "named by" is the field of an address or a form by which somebody else's thing could be asked for; that is
  refused with 403, whatever else the form holds.
"""
KINDS = {
    "page": "Pages of the desk", "action": "Buttons and forms", "file": "Files", "public": "Public pages",
    "dialog": "Dialogs", "command": "Commands",
}  # fmt: skip


def table() -> str:
    """docs/access.md."""
    every = [*operations(), *commands()]
    parts = [HEAD]
    for kind, title in KINDS.items():
        lines = [_line(op) for op in sorted(every, key=lambda op: op.name) if op.kind == kind]
        head = "| operation | who | what | level | named by |\n| --- | --- | --- | --- | --- |"
        parts.append("\n".join([f"## {title}\n", head, *lines]) + "\n")
    return "\n".join(parts)


def _line(op: Operation) -> str:
    title = f" {op.title}" if op.title and op.kind != "action" else ""
    named = f"`{op.by}`" if op.by else ""
    cells = (
        f"`{op.name}`{title}",
        _who(op),
        THING_TITLE[op.thing],
        LEVEL_TITLE[op.level],
        named,
    )
    return f"| {' | '.join(cells)} |"


def _who(op: Operation) -> str:
    if op.kind == "command":
        return "whoever has a shell; `--as` within reach"
    if STRANGER in op.roles:
        return "人人"
    return "、".join(ROLE_TITLE[role] for role in Role if role in op.roles)


if __name__ == "__main__":
    print(table(), end="")
