"""The words that work in any state, whatever dialog is open, and how they are recognised."""

from collections.abc import Mapping

from bot.talk import BACK, LESS, MENU, PERSON
from bot.text import pinyin, polite_tail_off, squeeze

CANCEL, UNDO, RESUME = "取消", "撤销", "接着办"
THIS_FIRST, CARRY_ON = "先办这个", "接着填"
NONE_OF_THESE = "都不是"

SOFT = ("不用", "不用了", "不要", "不了", "先不用", "先不办")
"""A no that drops what is being done, and means nothing where nothing is."""

SAFETY: Mapping[str, tuple[str, ...]] = {
    MENU: (
        "0",
        "主菜单",
        "菜单",
        "主页",
        "首页",
        "回去",
        "返回",
        "回主菜单",
        "返回主菜单",
        "回到主菜单",
    ),
    BACK: ("上一步", "退一步", "回上一步", "返回上一步", "上一个"),
    CANCEL: ("取消", "不办了", "不要了", "算了", "不弄了", "退出", "停止", *SOFT),
    UNDO: ("撤销", "撤回", "撤消", "反悔", "后悔了"),
    PERSON: ("找人帮忙", "找人", "人工", "转人工", "我要找人", "找个人", "叫个人来"),
    LESS: ("少提醒我", "少提醒", "不要提醒我", "别提醒我", "不要提醒"),
    RESUME: ("接着办", "继续", "继续办", "接着来"),
}
_MEANING = {squeeze(word): name for name, words in SAFETY.items() for word in words}


_HEARD_ALIKE = {
    word: _MEANING[squeeze(word)] for word in ("菜单", "主菜单", "取消", "撤销", "上一步")
}


def sounding_word(text: str) -> str | None:
    """The word that always works which `text` merely sounds like ("去校" is 取消), or None.

    Only for what is no answer and no dialog's words: 蔡丹 is a name.
    """
    said = squeeze(polite_tail_off(text))
    alike = [word for word in _HEARD_ALIKE if len(word) == len(said)]
    sound = pinyin(said) if alike else ()
    return next((_HEARD_ALIKE[word] for word in alike if pinyin(word) == sound), None)


def safety_word(text: str) -> str | None:
    """Which of the words that always work this is ("0" and "０" are 主菜单), or None."""
    return _MEANING.get(squeeze(text)) or _MEANING.get(squeeze(polite_tail_off(text)))
