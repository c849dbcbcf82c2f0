"""The feature itself, and what its pages share: who may change, the way from one page to another."""

from collections.abc import Callable, Iterable

from bot.domain.access.records import access_records
from bot.domain.access.things import Thing
from bot.domain.people import Person, Role
from bot.domain.settings import SettingChange, history
from bot.domain.wording import moment_words
from bot.feature import ADMINISTRATORS, Feature, Look, Touch
from bot.listing import ahead, page_of
from bot.parts import Link, Links, Part, Table, Text
from bot.selftest import MUTE
from bot.sender import CLOCK_LEAPT
from bot.talk import Rows, Talk
from bot.tuning import Tuned

feature = Feature("settings", "设置", about=Thing.SETTING)
feature.phrases += [CLOCK_LEAPT, MUTE]

VALUES, TEXTS, BRANCHES, ORGANISATIONS, ROLES, KEPT = (
    "settings", "texts", "branches", "organisations", "roles", "keeping",
)  # fmt: skip
_TITLES = {
    VALUES: "时间和限度", TEXTS: "自动消息的用语", BRANCHES: "支部", ORGANISATIONS: "组织",
    ROLES: "谁管什么", KEPT: "保存和清理",
}  # fmt: skip
_CHANGES = 20
"""So many changes of one thing are on a page."""
READ_ONLY = Text("这一页由管理员改，您可以看。")


def ways(here: str) -> Links:
    """To the other pages of the settings."""
    links = tuple(Link(title, f"/desk/{path}") for path, title in _TITLES.items())
    return Links(links, "设置的各页", _TITLES[here])


def administers(look: Look) -> bool:
    """Whether the viewer may change anything here."""
    return Role.ADMINISTRATOR in look.viewer.roles


def administrator(talk: Talk) -> Person:
    """Who acts. Raises OutOfReach for a coordinator."""
    return access_records(talk.staff())


def by_administrators(actions: Iterable[str]) -> dict[str, Touch]:
    """That administrators alone press these buttons."""
    return {name: Touch(Thing.SETTING, by="", roles=ADMINISTRATORS) for name in actions}


def settings_of(has: Look | Talk) -> Tuned:
    """All settings in force."""
    found: Tuned = has.settings
    return found


def changes_of(
    rows: Rows, look: Look, name: str, shown: Callable[[str], str], back: str
) -> list[Part]:
    """Who changed a setting or phrase, the latest first. `shown`: a stored value (JSON) in words; `back`: none."""
    query = ahead(history(name), look.query, SettingChange.id, most=_CHANGES)
    found, ways = page_of(rows.all(query), look.query, lambda row: str(row.id), _CHANGES)
    lines = tuple(
        (
            moment_words(row.at), row.by.name if row.by else "命令",
            back if row.value is None else shown(row.value),
        )
        for row in found
    )  # fmt: skip
    return [Table(("何时", "谁", "改成"), lines, "没有改过。", caption="改过几次"), *ways]
