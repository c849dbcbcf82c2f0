"""What was changed on the settings page, and what of it doesn't count."""

from typing import Any

from sqlalchemy.orm import Session

from bot.checks.finding import Finding
from bot.domain.settings import standing
from bot.tuning import Tuned, follow
from bot.tuning.telling import held


def settings_in_force(session: Session, settings: Any) -> Finding:
    """The page stands over the file and the environment over the page: whoever edits one must not wonder."""
    if not isinstance(settings, Tuned):
        return Finding("settings", "设置", alarm=False)
    follow(session, settings)
    changes = {change.name: change for change in session.scalars(standing()).unique()}
    found = list(held(settings, changes))
    changed = [one.knob.name for one in found if one.source == "page"]
    note = f"页面上改了{len(changed)}项：{'、'.join(changed)}。" if changed else ""
    shadowed = [one.knob.name for one in found if one.change and one.source == "environment"]
    edited = [one.knob.name for one in found if one.edited_since]
    troubles = (
        (list(settings.left_out), "这个版本用不了，现在照配置文件的，请在“设置”页上重新填"),
        (shadowed, "页面上改过，可是环境变量定着，没有用上；要照页面的，请去掉环境变量"),
        (
            edited,
            "页面上改过以后配置文件又改了，现在照页面的；要照文件的，请运行 yure settings --back 名称",
        ),
    )
    words = "".join(f"{'、'.join(names)}：{why}。" for names, why in troubles if names)
    return Finding("settings", "设置", words, note, alarm=False)
