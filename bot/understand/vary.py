"""One authored text → the same wish as others type or dictate it: slips, openings, pauses."""

import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from bot.understand.corpus import Saying, fillers, lines
from bot.understand.features import LEXICON, sounds

_PAUSES: Final = ("那个", "就是", "嗯", "这个", "呢", "啊", "嘛", "就", "的话", "咧")
_TROUBLE_IS_THE_POINT: Final = frozenset({"emergency", "care", "oos", "smalltalk", "human"})


class Variation:
    """Ways to disturb a text, drawn from `dice`; homophones are taken from the texts themselves."""

    def __init__(self, said: Sequence[Saying], dice: random.Random) -> None:
        self._dice = dice
        self._others = [one.text for one in said if one.label not in _TROUBLE_IS_THE_POINT]
        self._troubles = lines(LEXICON / "troubles.txt")
        self._openings = lines(LEXICON / "openings.txt")
        self._closings = lines(LEXICON / "closings.txt")
        self._names = fillers()["人"]
        self._alike: dict[str, list[str]] = defaultdict(list)
        for char in sorted({char for one in said for char in one.text if "一" <= char <= "鿿"}):
            self._alike[sounds(char)[0]].append(char)

    def of(self, said: Saying) -> str:
        """The text of `said`, disturbed in one or two ways."""
        ways = (self.slipped, self.framed, self.paused, self.shortened, self.slipped, self.framed)
        draw = self._dice.random()
        if said.label == "emergency" and draw < 0.3:
            beside = [self._dice.choice(self._others), said.text]
            return "，".join(beside if draw < 0.2 else reversed(beside))
        if said.label not in _TROUBLE_IS_THE_POINT and draw < 0.2:
            return f"{self._dice.choice(self._troubles)}，{said.text}"
        changed = self._dice.choice(ways)(said.text)
        return self._dice.choice(ways)(changed) if draw > 0.65 else changed

    def slipped(self, text: str) -> str:
        """A character or two replaced by one that sounds the same."""
        chars = list(text)
        places = [at for at, char in enumerate(chars) if "一" <= char <= "鿿"]
        for at in self._dice.sample(places, min(len(places), 1 + (len(places) > 9))):
            chars[at] = self._dice.choice(self._alike.get(sounds(chars[at])[0]) or [chars[at]])
        return "".join(chars)

    def framed(self, text: str) -> str:
        """Words before it, after it or both."""
        opening = self._dice.choice(self._openings).replace("<人>", self._dice.choice(self._names))
        closing = self._dice.choice(self._closings)
        draw = self._dice.random()
        if draw < 0.4:
            return f"{opening}，{text}"
        return f"{text}{closing}" if draw < 0.75 else f"{opening}，{text}，{closing}"

    def paused(self, text: str) -> str:
        """A pause word in the middle."""
        at = self._dice.randint(0, len(text))
        return text[:at] + self._dice.choice(_PAUSES) + text[at:]

    def shortened(self, text: str) -> str:
        """One character left out, if enough stay."""
        if len(text) < 6:
            return text
        at = self._dice.randrange(len(text))
        return text[:at] + text[at + 1 :]
