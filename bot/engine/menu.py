"""主菜单: made from what the features offer to this speaker. Every action is at most three choices away."""

from collections.abc import Iterable, Mapping

from bot.feature import STRANGER, Ask, Dialog
from bot.talk import Choice, GoTo, Talk

PARTS = {
    "办": "办 · 工作",
    "学": "学 · 学习",
    "乐": "乐 · 生活",
    "为": "为 · 服务",
    "帮": "帮 · 求助",
}


def menu_dialog(dialogs: Mapping[str, Dialog]) -> Ask:
    """The dialog behind 主菜单: the part, then the thing to do."""

    async def menu(talk: Talk) -> None:
        roles = frozenset(talk.me.powers) if talk.me and talk.people else frozenset({STRANGER})
        parts = _parts(dialogs.values(), roles)
        choices = [Choice(part, PARTS[part]) for part in PARTS if part in parts]
        part = await talk.choose("part", "您想办什么？按一下，或者回一个数字。", choices)
        labels = [d.place.label for d in parts[part] if d.place]
        label = await talk.choose("item", "要办哪一样？", labels)
        raise GoTo(next(d.name for d in parts[part] if d.place and d.place.label == label))

    return menu


def _parts(dialogs: Iterable[Dialog], roles: frozenset[str]) -> dict[str, list[Dialog]]:
    placed = [d for d in dialogs if d.place and d.roles & roles]
    placed.sort(key=lambda d: d.place.order if d.place else 0)
    parts: dict[str, list[Dialog]] = {}
    for dialog in placed:
        if dialog.place:
            parts.setdefault(dialog.place.part, []).append(dialog)
    return parts
