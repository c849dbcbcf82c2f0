"""Sums of money in what members write, in fen; and sums in words for reading back.

A text is cut into runs that may be a sum; a run is a sum if its words say so (块, 捐 …) and
nothing says it is a count, a date, a telephone number or only a hint (几百块, 一百来块).
"""

import re
from decimal import Decimal
from typing import Final

from bot.understand.normal import plain
from bot.understand.numerals import everyday, number

LARGEST_FEN: Final = 100_000_000 * 100
"""Larger sums are slips of the finger, or telephone numbers."""

_HAN: Final = "零〇一二两三四五六七八九十廿卅百千万亿"
_UNIT_TIMES: Final = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_DIGIT: Final = "[一二两三四五六七八九1-9]"
_THINGS: Final = (
    "儿|去|来|走|坐|吃|玩|学|参加|报|办|做|干|过|聊|唱|跳|回|住|布|地|肉|砖|板|牌|糖|表|手表|电池|石|"
    "豆腐|香皂|肥皂|饼|蛋糕|玻璃|黑板|姜|玉|骨|月饼|毛巾|手绢|展板|招牌|场地|菜地|田"
)
_YUAN: Final = rf"(?:块(?!{_THINGS})|元(?![旦宵])|圆(?!桌|满)|蚊|大洋|人民币|rmb|yuan)"

_COMMA: Final = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_SPACE: Final = re.compile(r"\s+(?=[元块百千万毛圆蚊])|(?<=[¥$])\s+|(?<=\b\d) (?=\d\b)")

_RUN: Final = re.compile(
    rf"(?P<cuts>{_DIGIT}?)[旧嚿](?P<cut_half>半)?水"
    rf"|(?P<cut2>{_DIGIT})[旧嚿]半水"
    rf"|(?P<jiao_alone>[{_DIGIT[1:-1]}半])[毛角](?![病巾衣线形星债梅楼度])"
    rf"(?P<fen_tail>{_DIGIT})?(?:分)?(?:钱|$|(?=\W|[吧啊呀了整]))"
    rf"|(?P<fen_alone>\d+|[{_HAN}]+)分钱(?![也都不没])"
    rf"|(?P<sign>[¥$])?(?P<yuan>\d+(?:\.\d+)?[{_HAN}\d]*|[{_HAN}]+(?:点[{_HAN}]+)?|半[百千万])"
    rf"(?P<unit>{_YUAN})?(?:(?<=[元块圆蚊])(?P<half>半)|(?<=[元块圆蚊])(?P<zero>零)?(?P<jiao>{_DIGIT})"
    rf"(?:(?P<mao>[毛角])(?P<jiao_fen>{_DIGIT})?分?|(?P<as_fen>分)|(?![\d{_HAN}个位人名斤月日号点年天本])))?"
)

_HINTED: Final = re.compile(
    rf"[几数多][十百千万]|几(?:块|元|毛|角|分)|[{_HAN}\d](?:来|多|几|把)[百千万]?(?:块|元|蚊|$|[^{_HAN}\d])"
    rf"|[百千万]把|[百千]十(?:块|元|来)|[十百千万][多几来把](?:块|元|蚊|钱|$)"
    rf"|左右|上下|以上|以下|不到|超过|至少|起码|最多|大概|大约|差不多|多少|若干"
    rf"|[一二两三四五六七八九][一二两三四五六七八九][十百千万](?!\d)"
    rf"|[十百千万][一二两三四五六七八九][二两三四五六七八九](?:块|元|蚊|钱|$)"
)
_OTHER: Final = re.compile(
    rf"(?<![\d.])\d{{7,}}(?![\d.]|元|块)|0\d{{2,3}}-\d{{7,8}}|\d+[-:/]\d+(?:[-:/]\d+)?|\d+\.\d+\.\d+"
    rf"|第[{_HAN}\d]+个?|(?:电话|手机|号码|编号|房号|门牌|卡号|尾号|工号)[是为:]?[{_HAN}\d]+"
    rf"|[{_HAN}\d]+(?:年(?!费)|个(?!半)|[日号时秒岁届期集章节页楼层栋斤克米里度版天月]|分钟|点(?![一二三四五六七八九]+[千万亿])"
    rf"|人(?!民)|[名位户家口本册张条件次遍趟回只头辆台部份双组排桌瓶盒包袋箱支颗粒套床把副根捆幅面床])"
    rf"|(?<![{_HAN}\d])(?:千万(?=[别不要记]|$)|万[一分]|一[定起样下直共般些切心意边旦生同片句声批带路点]"
    rf"|统一|十分|百[分姓]|唯一)|[{_HAN}]+心|三八|五一|六一|七一|八一"
)
_CORRECTED: Final = re.compile(rf"不是[{_HAN}\d.]+{_YUAN}?[,，。]?(?=.*是)|.*改[成为到]")
_MONEY: Final = re.compile(
    "每人|一人|各|捐|钱|款|献|爱心|心意|给|出|交|借|金额|补助|救助|慰问|资助|赞助|凑|付|收|花|申请|红包|随礼|份子"
)
_GIVEN: Final = re.compile("捐|献|善款|给.{0,3}(?:基金|组织|支部)")
_BEHIND: Final = re.compile(
    r"$|[\W吧啊呀了哦咯嘛呢整正给钱来行可就好作做用帮表到捐支为吗的算够过献交善我]"
)
_ALONE: Final = re.compile(
    rf"(?:[我就想要是来先再那按写填~])*[¥$]?[{_HAN}半点\d.]+"
    r"(?:[\W吧啊呀了哦咯嘛呢整正]|得了|就好|好了|即可|就行|谢谢)*"
)


def parse_amount(text: str) -> int | None:
    """The sum that `text` names, in fen; None if it names none, several, or only hints at one.

    三万五 is 35 000 yuan, 一百五 150, 二十块五 20.50, 三旧水 (Cantonese) 300. Never raises.
    """
    said = everyday(_SPACE.sub("", _COMMA.sub("", plain(text[:400]).text)))
    said = _OTHER.sub("#", _CORRECTED.sub("~", said))
    if _HINTED.search(said):
        return None
    sure: set[int] = set()
    bare: set[int] = set()
    alone = bool(_ALONE.fullmatch(said))
    for found in _RUN.finditer(said):
        fen = _fen(found)
        if fen is None or not 0 < fen <= LARGEST_FEN:
            continue
        if found["yuan"] and not (found["sign"] or found["unit"]):
            named = _MONEY.search(said, max(0, found.start() - 8), found.start()) or _GIVEN.match(
                said, found.end()
            )
            if (named or (alone and _likely_alone(found["yuan"], fen))) and _BEHIND.match(
                said, found.end()
            ):
                bare.add(fen)
        else:
            sure.add(fen)
    sums = sure or bare
    return sums.pop() if len(sums) == 1 else None


def _likely_alone(said: str, fen: int) -> bool:
    """Whether a number that is the whole message may be a sum, and is no hotline or code."""
    if not said.isdecimal():
        return True
    return said not in {"110", "119", "120", "122"} and (fen < 100_000 or fen % 1000 == 0)


def _fen(found: re.Match[str]) -> int | None:
    """The worth of one run in fen."""
    if found["yuan"]:
        yuan = _yuan(found["yuan"])
        return None if yuan is None else yuan + _small_change(found)
    if found["jiao_alone"]:
        tail = number(found["fen_tail"] or "0") or 0
        return (5 if found["jiao_alone"] == "半" else _one(found["jiao_alone"]) * 10) + tail
    if found["fen_alone"]:
        return number(found["fen_alone"])
    if found["cut2"]:
        return _one(found["cut2"]) * 10_000 + 5_000
    return _one(found["cuts"] or "1") * 10_000 + (5_000 if found["cut_half"] else 0)


def _one(digit: str) -> int:
    return number(digit) or 0


def _small_change(found: re.Match[str]) -> int:
    """What stands behind 块: 五 and 五毛 are fifty fen, 零五 and 零五分 five."""
    if found["half"]:
        return 50
    digit = _one(found["jiao"]) if found["jiao"] else 0
    if found["as_fen"] or (found["zero"] and not found["mao"]):
        return digit
    return digit * 10 + (_one(found["jiao_fen"]) if found["jiao_fen"] else 0)


def _yuan(said: str) -> int | None:
    """A number of yuan in fen: 三万五, 1万2, 1.5万, 三点五万, 半百, 百五."""
    if said[0] == "半":
        return _UNIT_TIMES[said[1]] * 50
    if said[0] in "百千万":
        if len(said) < 2 or said[1] not in "一二三四五六七八九":
            return None
        said = f"一{said}"
    parts = re.fullmatch(rf"(?P<head>[\d.]+|[{_HAN}]+?点[{_HAN}]+?)(?P<rest>[百千万亿].*)?", said)
    if parts is not None:
        head = _decimal(parts["head"])
        return None if head is None else _with_rest(head, parts["rest"] or "")
    return _in_numerals(said)


def _decimal(said: str) -> Decimal | None:
    if "点" not in said:
        return Decimal(said)
    whole, _, part = said.partition("点")
    digits = [number(char) for char in part]
    if number(whole) is None or any(digit is None or digit > 9 for digit in digits):
        return None
    return Decimal(f"{number(whole)}.{''.join(map(str, digits))}")


def _with_rest(head: Decimal, rest: str) -> int | None:
    """Digits with a unit behind: 1万2, 3千5百, 1.5万."""
    if not rest:
        return _whole_fen(head)
    worth = _UNIT_TIMES[rest[0]]
    tail = rest[1:]
    total = _whole_fen(head * worth)
    if total is None or not tail:
        return total
    if re.fullmatch(_DIGIT, tail):
        return total + _one(tail) * worth * 10
    below = _yuan(tail.lstrip("零") or "零")
    return None if below is None or below >= worth * 100 else total + below


def _whole_fen(yuan: Decimal) -> int | None:
    fen = yuan * 100
    return int(fen) if fen == fen.to_integral_value() else None


def _in_numerals(said: str) -> int | None:
    """三万五 → 35 000; a last digit right behind 百, 千 or 万 counts tenths of that unit."""
    unit = _UNIT_TIMES.get(said[-2:-1], 0)
    if unit and said[-1] in "一二三四五六七八九":
        head = number(said[:-1])
        return None if head is None else (head + _one(said[-1]) * unit // 10) * 100
    if len(said) > 1 and not set(said) & set("十百千万亿廿卅"):
        return None
    whole = number(said)
    return None if whole is None else whole * 100


_DIGITS: Final = "零一二三四五六七八九"
_GROUPS: Final = ("", "万", "亿")


def amount_in_words(fen: int) -> str:
    """The sum as it is read aloud: 三百五十元整, 二十元五角, 一千零五元零二分."""
    yuan, small = divmod(abs(fen), 100)
    jiao, cents = divmod(small, 10)
    words = ("负" if fen < 0 else "") + (f"{_numeral(yuan)}元" if yuan or not small else "")
    if not small:
        return words + "整"
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return words + (f"{_DIGITS[cents]}分" if cents else "")


def _numeral(value: int) -> str:
    if value == 0:
        return "零"
    words, pending_zero, place = "", False, 0
    groups: list[int] = []
    while value:
        value, group = divmod(value, 10_000)
        groups.append(group)
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            pending_zero = bool(words)
            continue
        if words and (pending_zero or group < 1000):
            words += "零"
        words += _four(group) + _GROUPS[place]
        pending_zero = False
    return words.removeprefix("一") if words.startswith("一十") else words


def _four(value: int) -> str:
    """A number below ten thousand; 一十 is kept, the caller drops its 一 at the front."""
    words, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            words += ("零" if zero and words else "") + _DIGITS[digit] + name
        zero = digit == 0
    return words
