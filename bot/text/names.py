"""People's names: how surnames are read, when two spellings are one name, what may be shown."""

import re
from typing import Final

from bot.text.script import normal
from bot.text.sound import folded, pinyin

_READINGS: Final = (
    "覃qin 曾zeng 单shan 区ou 仇qiu 翟zhai 解xie 任ren 华hua 盖ge 查zha 朴piao 黑he 缪miao "
    "乐yue 员yun 宓mi 冼xian 洗xian 幸xing 逄pang 秘bi 种chong 重chong 折she 召shao 那na 葛ge "
    "沈shen 石shi 卜bu 曲qu 隗wei 郇xun 佴nai 句gou 阚kan 都du 哈ha 过guo 燕yan 应ying 宁ning "
    "令ling 尉wei 谌chen 藏zang 瞿qu 殷yin 郗xi 牟mou 祭zhai 少shao 繁po 薄bo 贲ben 晁chao "
    "莘shen 相xiang 车che 冯feng 贾jia 宿su 费fei 盛sheng 柏bai 强qiang 夏xia 降jiang 訾zi "
    "乜nie 呙guo 笪da 么yao 逯lu 长chang 朝chao 蒙meng 禤xuan 闭bi 俞yu 纪ji 系xi 褚chu 行xing "
    "宗zong 适kuo 生sheng 说yue 戚qi 万wan 卢lu 龟gui 乘sheng 褟ta 樊fan 谭tan 陆lu 韦wei 仉zhang"
)
_COMPOUND: Final = (
    "尉迟yu,chi 万俟mo,qi 澹台tan,tai 长孙zhang,sun 鲜于xian,yu 单于chan,yu 令狐ling,hu "
    "乐正yue,zheng 拓跋tuo,ba 欧阳ou,yang 司马si,ma 司徒si,tu 司空si,kong 上官shang,guan "
    "诸葛zhu,ge 皇甫huang,fu 东方dong,fang 公孙gong,sun 慕容mu,rong 夏侯xia,hou 端木duan,mu "
    "南宫nan,gong 西门xi,men 百里bai,li 独孤du,gu 宇文yu,wen 完颜wan,yan 纳兰na,lan 赫连he,lian "
    "闻人wen,ren 申屠shen,tu 太史tai,shi 濮阳pu,yang 淳于chun,yu 公冶gong,ye 公羊gong,yang "
    "轩辕xuan,yuan 钟离zhong,li 宗政zong,zheng 闾丘lv,qiu 呼延hu,yan 东郭dong,guo 南门nan,men "
    "左丘zuo,qiu 梁丘liang,qiu 羊舌yang,she 微生wei,sheng 颛孙zhuan,sun 亓官qi,guan 漆雕qi,diao "
    "宰父zai,fu 谷梁gu,liang 夹谷jia,gu 第五di,wu 巫马wu,ma 仲孙zhong,sun 哥舒ge,shu 东门dong,men"
)
_ONE: Final = {pair[0]: (pair[1:],) for pair in _READINGS.split()}
_TWO: Final = {pair[:2]: tuple(pair[2:].split(",")) for pair in _COMPOUND.split()}

# Readings that are usual in given names only.
_GIVEN: Final = {"茜": "qian", "朝": "chao", "行": "xing", "乐": "le", "长": "chang", "盛": "sheng"}

_JOINTS: Final = re.compile(r"[\s·•‧・･.。・‑-]+")
_PHONE: Final = re.compile(r"\d")


def name_key(name: str) -> str:
    """`name` in the one spelling under which names are compared and stored for look-up."""
    return _JOINTS.sub("", normal(name))


def split_name(name: str) -> tuple[str, str]:
    """Surname and given name; a compound surname (欧阳) is kept whole if something follows it."""
    key = name_key(name)
    size = 2 if key[:2] in _TWO and len(key) > 2 else 1
    return key[:size], key[size:]


def surname_pinyin(name: str) -> tuple[str, ...]:
    """The toneless reading of the surname of `name`, as a surname: 单 is shan, 覃 is qin."""
    surname, _ = split_name(name)
    return _TWO.get(surname) or _ONE.get(surname) or pinyin(surname)


def name_pinyin(name: str) -> tuple[str, ...]:
    """The toneless syllables of a whole name, the surname read as a surname."""
    _, given = split_name(name)
    return surname_pinyin(name) + tuple(
        syllable
        for char in given
        for syllable in ((_GIVEN[char],) if char in _GIVEN else pinyin(char))
    )


def initials(name: str) -> str:
    """The first letters of the syllables, for quick look-up: 韦建国 is wjg."""
    return "".join(syllable[0] for syllable in name_pinyin(name))


def same_name(a: str, b: str) -> bool:
    """Whether two spellings are one name: width, script, variants, dots and spaces aside."""
    key = name_key(a)
    return bool(key) and key == name_key(b)


def sounds_like(a: str, b: str, *, n_as_l: bool = False) -> bool:
    """Whether two names are heard alike (zh/z, -ng/-n …), so that a person should choose."""
    first, second = name_key(a), name_key(b)
    if not first or len(first) != len(second):
        return False
    return folded(name_pinyin(first), n_as_l=n_as_l) == folded(name_pinyin(second), n_as_l=n_as_l)


def one_missing(a: str, b: str) -> bool:
    """Whether the names differ by one character left out, or one changed in three or more.

    Two-character names with one changed share no more than a surname, and aren't counted.
    """
    short, long = sorted((name_key(a), name_key(b)), key=len)
    if len(short) == len(long):
        return len(long) >= 3 and sum(x != y for x, y in zip(short, long, strict=True)) == 1
    if not short or len(long) - len(short) != 1:
        return False
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def masked_name(name: str) -> str:
    """What a public page may show of a name: the surname, a star for each further character."""
    surname, given = split_name(name)
    return surname + "*" * max(len(given), 1) if surname else ""


def mask_phone(phone: str) -> str:
    """A number with its middle hidden: 138****1234; of other numbers only the last three stay."""
    digits = "".join(_PHONE.findall(phone))
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    return f"****{digits[-3:]}" if len(digits) >= 7 else "****"
