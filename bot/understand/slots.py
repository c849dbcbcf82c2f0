"""The words in a message that fill a form: who, when, how much, which book, where, how many.

Each slot is the text as it stands, so that what is read back is what was said.
"""

import re
from typing import Final

from bot.text import normal
from bot.understand.corpus import lines
from bot.understand.features import LEXICON
from bot.understand.words_of_time import PAST, TIME

_SURNAMES: Final = (
    "李王张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤农檀蓝蒙宁劳施翁岑"
    "庄凌甘卓苏張劉陳楊黃趙吳馬鄭謝鄧蕭蔣葉蘇呂盧鐘鍾譚陸範賈韋鄒閆龍賀龔萬錢嚴湯農藍寧勞莊"
)
_TITLES: Final = (
    "大姐|大哥|大爷|大爺|大妈|大媽|大叔|阿姨|阿婆|阿公|婆婆|爷爷|奶奶|老师|老師|主任|书记|書記|同志|医生|醫生|伯伯|叔叔|师傅|師傅|"
    "老太|婶婶|叔|伯|姨|婶|嬸|嫂|姐|哥|婆|爷"
)
_NAMES: Final = (
    re.compile(
        rf"(?:我叫|我係|我系|我是|叫做|名叫|姓名是?|党员|黨員|同志)(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
        r"(?=[，,。、\s]|$|想|要|来|來|的)"
    ),
    re.compile(rf"(?:^|[，,。\s])(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{2}})(?=[，,。\s])"),
    re.compile(rf"(?P<name>(?<![老小阿])[{_SURNAMES}](?:{_TITLES}))"),
    re.compile(
        rf"(?:看看|看望|看下|探望|慰问|慰問|走访|走訪|帮|幫|替|给|給)(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{2}})"
        r"(?=[，,。、\s]|$|吧|登记|报名|请假|约|的)"
    ),
    re.compile(
        rf"(?P<name>[老小阿][{_SURNAMES}]|[阿][兰蘭莲蓮英芳梅珍秀华華强強明辉輝])(?![婆公师師爸妈板人乡鄉病毛])"
    ),
    re.compile(
        rf"(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{2}})(?=老人|同志|老师|阿姨|恭候|那个心愿|的心愿)"
    ),
)
_NO_NAME: Final = re.compile(
    r"^(?:老(?:公|婆|人|师|板)|黄金|白天|高血|马上|金婚|金公|方便|万一|向来|任何|程序|石头|江边|许愿|于是|余额|和平|万块|"
    r"白话|高兴|方式|周末|周[一二三四五六日天]|时候|温暖|何时|何日|老金)"
)
_PHONE: Final = re.compile(r"(?<!\d)(?:1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}-?\d{7,8})(?!\d)")
_QUOTED: Final = re.compile(r"《([^《》]{1,30})》")
_ABOUT: Final = re.compile(
    r"那本(?P<name>(?!讲|講|写|寫|有关|关于|借|看|上|大|新|旧|好|书|小)[\u4e00-\u9fff]{2,6})的[书書]"
)
_DIGITS: Final = "0-9一二两兩三四五六七八九十百千万萬零半几幾叁壹贰贰陆伍拾佰仟"
_MONEY: Final = re.compile(
    rf"[{_DIGITS}.]+多?(?:块|塊|元|蚊|圆|圓)[一二五六七八九0-9]?(?![一-鿿]?岁)"
)
_BARE_MONEY: Final = re.compile(
    rf"(?:花了|掉了|捐|款|欠|给|給|要|拿|凑|湊)了?(?P<sum>\d{{2,6}}|[一二三四五六七八九两兩]?[{_DIGITS}]*[万萬千百][一二三四五六七八九多]?)"
    r"(?![年月日号點点人本个個次岁\d])"
)
_ADDR: Final = re.compile(
    r"(?![住到在搬去做成为是址])[\u4e00-\u9fff]{2,3}(?:路|街|巷|大道|小区|小區|村|宿舍|花园|花園|新村)"
    rf"[{_DIGITS}]+(?:号|號|栋|棟|幢)(?:[{_DIGITS}]+(?:栋|棟|单元|單元|号楼|楼|樓|室|房|层|層))*[0-9]*"
)
_COUNT: Final = re.compile(
    rf"(?!第|一[个個本位条條把])(?<!第)[{_DIGITS}]{{1,4}}(?:多|几|幾|来)?"
    r"(?:个人|個人|个小时|個小時|小时|小時|分钟|分鐘|个钟|本|位|册|把|个|個|人)"
    r"|一[个個](?:小时|小時|钟头|鐘頭)"
    rf"|[{_DIGITS}]{{1,3}}(?:号|號)(?=微?心[愿願])|(?<=第)\d+(?=[笔筆])"
)
_CHANGED_TO: Final = re.compile("[改换換挪调調推](?:到|至|成|为|為)?$")
_LONE_HOURS: Final = frozenset(
    {"晚", "晚上", "早上", "中午", "早晨", "夜晚", "夜里", "上次", "下次"}
)


def slots(text: str) -> dict[str, str]:
    """The surface strings of `text` by slot; only what was found."""
    found = {"book": _book(text)}
    rest = _QUOTED.sub("，", text)
    for name, pattern in (("phone", _PHONE), ("addr", _ADDR)):
        found[name], rest = _taken(pattern, rest)
    found["amount"], rest = _taken(_MONEY, rest)
    if not found["amount"] and (sum_ := _BARE_MONEY.search(rest)):
        found["amount"] = sum_["sum"]
        rest = rest.replace(sum_["sum"], "，", 1)
    found["person"] = _person(rest)
    found["when"], rest = _when(rest)
    found["count"], rest = _taken(_COUNT, rest)
    return {name: words for name, words in found.items() if words}


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """What `pattern` finds, and `text` without it: a house number is no day."""
    found = pattern.search(text)
    return (found[0], text.replace(found[0], "，", 1)) if found else ("", text)


def _when(text: str) -> tuple[str, str]:
    """The first time named; of several the one changed to, or rather one ahead than one gone by."""
    said = [found for found in TIME.finditer(text) if found[0].rstrip("的") not in _LONE_HOURS]
    changed = [found for found in said if _CHANGED_TO.search(text, 0, found.start())]
    ahead = [found for found in said if not PAST.match(found[0])]
    chosen = next(iter(changed or ahead or said), None)
    if chosen is None:
        return "", text
    return chosen[0].removesuffix("的"), f"{text[: chosen.start()]}，{text[chosen.end() :]}"


def _person(text: str) -> str:
    for pattern in _NAMES:
        for found in pattern.finditer(text):
            if not _NO_NAME.match(normal(found["name"])):
                return found["name"]
    return ""


def _book(text: str) -> str:
    quoted = _QUOTED.findall(text)
    if quoted:
        # 《家》不在的话给我借《春》: the one asked for stands last.
        return str(quoted[-1])
    said = normal(text)
    for title in _known_titles():
        at = said.find(title)
        if at >= 0 and len(said) == len(text):
            return text[at : at + len(title)]
    about = _ABOUT.search(text)
    return about["name"] if about else ""


_titles: list[str] = []


def _known_titles() -> list[str]:
    if not _titles:
        _titles.extend(sorted(lines(LEXICON / "titles.txt"), key=len, reverse=True))
    return _titles
