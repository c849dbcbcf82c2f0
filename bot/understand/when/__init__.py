"""Days and hours in what members write: 下礼拜三下午, 农历十一月初一, 过两天.

scan      a text → tokens, by the patterns of `patterns` and the tables of `words` and `slips`
rules     runs of tokens → days, by `solar`, `lunar`, `feasts` and `distance`
hours     tokens → clock times and parts of the day
reading   the day meant, with its hours
"""

from bot.understand.when.reading import parse_when
from bot.understand.when.value import NamedDay, When, merged

__all__ = ["NamedDay", "When", "merged", "parse_when"]
