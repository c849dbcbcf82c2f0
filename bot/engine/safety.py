"""What the words do that work in any state: 主菜单 上一步 取消 撤销 找人帮忙 少提醒我 接着办."""

from bot.engine import after
from bot.engine.after import MENU_DIALOG
from bot.engine.course import Course
from bot.engine.directory import UNDO_DIALOG
from bot.engine.turn import Turn, clear
from bot.engine.words import CANCEL, RESUME, SOFT, UNDO
from bot.talk import BACK, LESS, MENU, PERSON, Choice, Reply
from bot.text import polite_tail_off

HUMAN, STOP = "human", "stop"
_NAMED = {MENU: MENU_DIALOG, BACK: MENU_DIALOG, UNDO: UNDO_DIALOG, PERSON: HUMAN, LESS: STOP}
_NOTHING_OPEN = "现在没有办到一半的事。"


def answer(course: Course, turn: Turn, word: str) -> list[Reply]:
    """Do what `word` says; a half-done dialog that it interrupts is put aside for 接着办."""
    conversation = turn.conversation
    conversation.offered, conversation.misses = [], 0
    busy = bool(course.open_in(turn))
    match word:
        case s if s == BACK and busy:
            return course.step_back(turn)
        case s if s == CANCEL:
            clear(conversation)
            return [_dropped() if busy else _nothing_to_drop(turn.said.text)]
        case s if s == RESUME:
            return _go_on(course, turn)
    after.put_aside(conversation)
    return course.start(turn, _NAMED[word])


def _go_on(course: Course, turn: Turn) -> list[Reply]:
    if after.take_up_again(turn.conversation) or course.open_in(turn):
        return course.again(turn)
    return [Reply(_NOTHING_OPEN, (Choice(MENU),))]


def _dropped() -> Reply:
    return Reply("好的，这件事先不办了。", (Choice(MENU),))


def _nothing_to_drop(words: str) -> Reply:
    if polite_tail_off(words) in SOFT:
        return Reply("好的。有事您再说。", (Choice(MENU),))
    return Reply(f"{_NOTHING_OPEN}要收回刚办好的，请说“撤销”。", (Choice(UNDO), Choice(MENU)))
