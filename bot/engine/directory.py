"""Which dialogs there are, and which of them words or a label mean."""

from collections.abc import Sequence

from bot.engine import after
from bot.engine.after import MENU_DIALOG
from bot.engine.menu import menu_dialog
from bot.engine.turn import Turn
from bot.feature import ANYONE, STAFF, Dialog, Feature
from bot.text import polite_tail_off, squeeze

UNDO_DIALOG = "undo"
MOST_ON_BUTTON = 8


class Directory:
    """The dialogs of all features, and the engine's own two: the menu and 撤销."""

    def __init__(self, features: Sequence[Feature]) -> None:
        """Made once; the menu comes from the same list."""
        self.dialogs: dict[str, Dialog] = {d.name: d for f in features for d in f.dialogs}
        undos = {name: back for f in features for name, back in f.undos.items()}
        for name, run, title in (
            (UNDO_DIALOG, after.undo_dialog(undos), "撤销刚办的事"),
            (MENU_DIALOG, menu_dialog(self.dialogs), "看主菜单"),
        ):
            self.dialogs[name] = Dialog(name, run, "", title, roles=ANYONE)
        self._by_words: dict[str, list[Dialog]] = {}
        for dialog in self.dialogs.values():
            for words in dialog.words:
                self._by_words.setdefault(squeeze(words), []).append(dialog)
        self._by_intent: dict[str, list[Dialog]] = {}
        for dialog in self.dialogs.values():
            for intent in dialog.intents:
                self._by_intent.setdefault(intent, []).append(dialog)

    def __contains__(self, name: object) -> bool:
        """Whether there is a dialog of this name (a release may have dropped one)."""
        return name in self.dialogs

    def for_words(self, turn: Turn, words: str) -> Dialog | None:
        """The dialog that has these very words, compared tolerantly, or knows the sentence by its form.

        Of several that have them, the staff's, else the one for fewest roles: "走访" is a coordinator's
        list, a volunteer's visits, a member's wish. What only volunteers do is nothing to others who
        happen to say its word.
        """
        found = self._by_words.get(squeeze(words)) or self._by_words.get(
            squeeze(polite_tail_off(words)), []
        )
        found = found or self._by_form(turn, words)
        allowed = [d for d in found if turn.may(d)]
        mine = min(allowed, key=lambda d: (not d.roles <= STAFF, len(d.roles)), default=None)
        refused = [d for d in found if turn.me is None or d.roles <= STAFF]
        return mine or next(iter(refused), None)

    def _by_form(self, turn: Turn, words: str) -> list[Dialog]:
        """Those that know the sentence by its form; "几点来" belongs to what was spoken of last."""
        here = {"", *turn.topic}
        readers = [d for d in self.dialogs.values() if d.reads and d.continues in here]
        found = [d for d in readers if d.reads and d.reads(words) is not None]
        return [d for d in found if d.continues] or found

    def for_intent(self, turn: Turn, intent: str) -> Dialog | None:
        """The dialog for a label: one that the speaker may have before one that is refused."""
        found = self._by_intent.get(intent, [])
        return next((d for d in found if turn.may(d)), found[0] if found else None)

    def offered(self, turn: Turn, words: str) -> tuple[str, str] | None:
        """The offered dialog that these words take up, and the sentence in which it was heard."""
        for name, original in turn.conversation.offered:
            if name in self.dialogs and words == says(self.dialogs[name]):
                return name, original
        return None


def says(dialog: Dialog) -> str:
    """The words that start a dialog, as a button says them."""
    return dialog.words[0] if dialog.words else dialog.title


def short(dialog: Dialog) -> str:
    """Its name on a button, at most eight characters."""
    names = (dialog.place.label if dialog.place else "", says(dialog), dialog.title)
    return next(name for name in names if 0 < len(name) <= MOST_ON_BUTTON)
