"""The words in a message that fill a form: who, when, how much, which book, where, how many.

Each slot is the text as it stands, so that what is read back is what was said.
"""

import re
from typing import Final

from bot.text import normal
from bot.understand.words_of_time import TIME

_SURNAMES: Final = (
    "李王张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤农檀蓝宁劳施翁岑莊庄凌甘卓"
    "李王張劉陳楊黃趙吳馬鄭謝鄧蕭蔣葉蘇呂盧鐘鍾譚陸範賈韋鄒閆龍賀顧龔邵萬錢嚴湯農藍寧勞"
)
_TITLES: Final = (
    "大姐|大哥|大爷|大爺|大妈|大媽|大叔|阿姨|阿婆|阿公|婆婆|爷爷|奶奶|老师|老師|主任|书记|書記|同志|医生|醫生|伯伯|叔叔|师傅|師傅|"
    "老太|婶婶|嬸|叔|伯|姨|婶|嫂|姐|哥|婆|爷|公|妹|工"
)
_NAMED: Final = re.compile(
    rf"(?:我叫|我係|我是|叫做|名叫|姓名是?|不叫|党员|黨員|同志)(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
    r"(?=[，,。、\s]|$|想|要|来|來|的)"
)
_CALLED: Final = re.compile(rf"(?:隔壁|对门|的)?(?P<name>[{_SURNAMES}](?:{_TITLES}))")
_OLD: Final = re.compile(rf"(?P<name>[老小阿][{_SURNAMES}])(?![婆公师師爸妈板人乡鄉])")
_PLAIN_NAME: Final = re.compile(
    rf"(?:^|[，,。\s])(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{2}})(?=[，,。\s])"
)
_PHONE: Final = re.compile(r"(?<!\d)(?:1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}-?\d{7,8})(?!\d)")
_TITLE: Final = re.compile(r"《([^《》]{1,30})》")
_NUMERAL: Final = (
    r"[0-9０-９一二两兩三四五六七八九十百千万萬半几幾零〇壹贰貳叁參肆伍陆陸柒捌玖拾佰仟]"
)
_MONEY: Final = re.compile(
    r"[0-9一二两兩三四五六七八九十百千万萬零半几幾叁壹贰伍拾佰仟.]+(?:多)?(?:块钱|塊錢|块|塊|元|蚊|万元|萬元|圆)(?:[0-9一二五六七八九])?"
    r"|(?<=捐)\d{2,6}(?!\d|号|次|本|人)|(?:花了|要|捐|欠)(?P<bare>[一二三四五六七八九两]?[万千百][一二三四五六七八九多]?)(?![年月日号])"
)
_ADDR: Final = re.compile(
    r"(?:[\u4e00-\u9fff]{2,6}(?:路|街|巷|大道|小区|小區|村|宿舍|花园|花園|新村|里))"
    r"[0-9一二三四五六七八九十百]+(?:号|號|栋|棟|幢)(?:[0-9一二三四五六七八九十]+(?:栋|棟|单元|單元|号楼|楼|樓|室|房|层|層))*[0-9]*"
)
_COUNT: Final = re.compile(
    rf"(?:第{_NUMERAL}{{1,3}}(?:个|個|条|條|项)|{_NUMERAL}{{1,4}}(?:多|几|幾)?(?:个人|個人|个小时|個小時|小时|小時|分钟|分鐘|本|位|把|個|个)"
    r"|[0-9]{1,3}人|[0-9一二三四五六七八九十]{1,3}(?:号|號)(?=心愿|心願|微心愿|那)|[二三四五六七八九]?十[来几幾]?个)"
)
_NOT_NAMES: Final = re.compile(
    r"^(?:老(?:公|婆|人|师|板)|黄金|白天|高血|马上|金婚|方便|万一|向来|任何|程序|石头|江边|和平|许愿|于是|余额)"
)


def slots(text: str) -> dict[str, str]:
    """The surface strings of `text` by slot; only what was found."""
    found = {
        "book": _first(_TITLE, text, 1),
        "phone": _first(_PHONE, text),
        "person": _person(text),
        "amount": _money(text),
        "addr": _address(text),
        "count": _first(_COUNT, text),
        "when": _first(TIME, text),
    }
    return {name: words for name, words in found.items() if words}


def _first(pattern: re.Pattern[str], text: str, group: int = 0) -> str:
    found = pattern.search(text)
    return found[group] if found else ""


def _person(text: str) -> str:
    bare = _TITLE.sub("，", text)
    for pattern in (_NAMED, _PLAIN_NAME, _CALLED, _OLD):
        for found in pattern.finditer(bare):
            name = found["name"]
            if not _NOT_NAMES.match(normal(name)):
                return name
    return ""


def _money(text: str) -> str:
    found = _MONEY.search(_PHONE.sub("，", text))
    if not found:
        return ""
    return found["bare"] or found[0]


def _address(text: str) -> str:
    found = _first(_ADDR, text)
    for lead in (
        "我住在",
        "住在",
        "我住",
        "住",
        "搬到",
        "搬去",
        "送到",
        "改成",
        "改做",
        "地址",
        "在",
        "到",
        "是",
    ):
        at = found.find(lead)
        if at >= 0:
            found = found[at + len(lead) :]
    return found
