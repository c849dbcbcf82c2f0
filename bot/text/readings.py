"""Write `readings.txt`, how each character is commonly read, from pypinyin: `python -m bot.text.readings`.

pypinyin (extra `[train]`) is needed for this only; what runs reads the table.
"""

import os
import sys
from collections import defaultdict
from collections.abc import Iterator

from bot.text.sound import TABLE


def lines() -> Iterator[str]:
    """One line a toneless syllable: the syllable, then its characters in order."""
    # The dictionary of phrases, 40 MB, isn't needed to read single characters.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    import pypinyin
    from pypinyin.constants import PINYIN_DICT

    heard: defaultdict[str, list[str]] = defaultdict(list)
    for code in sorted(PINYIN_DICT):
        heard[pypinyin.lazy_pinyin(chr(code))[0]].append(chr(code))
    yield from (f"{syllable} {''.join(chars)}" for syllable, chars in sorted(heard.items()))


def main() -> None:
    """Replace the table; say how many syllables it holds."""
    written = list(lines())
    TABLE.write_text("".join(f"{line}\n" for line in written), encoding="utf-8")
    sys.stdout.write(f"{TABLE.name}: {len(written)} syllables\n")


if __name__ == "__main__":
    main()
