"""Text as people write it, the lowest leaf: cleaning, one spelling for matching, choices, names.

Nothing heavy is read at import; OpenCC and the table of sounds load when first needed.
"""

from bot.text.choice import digit_choice, polite_tail_off, yes_or_no
from bot.text.cleaning import LONGEST, clean, visible
from bot.text.names import (
    initials,
    mask_phone,
    masked_name,
    name_key,
    name_pinyin,
    one_missing,
    same_name,
    sounds_like,
    split_name,
    surname_pinyin,
)
from bot.text.script import normal, squeeze, surnames_spoiled, to_traditional
from bot.text.sound import folded, pinyin

__all__ = [
    "LONGEST",
    "clean",
    "digit_choice",
    "folded",
    "initials",
    "mask_phone",
    "masked_name",
    "name_key",
    "name_pinyin",
    "normal",
    "one_missing",
    "pinyin",
    "polite_tail_off",
    "same_name",
    "sounds_like",
    "split_name",
    "squeeze",
    "surname_pinyin",
    "surnames_spoiled",
    "to_traditional",
    "visible",
    "yes_or_no",
]
