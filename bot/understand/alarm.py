"""Whether somebody may come to harm now: looked for in every message, whatever is being done.

Two ways to notice, because none may be missed: the trained classifier on the whole message and
on each of its pieces, and a list of plain signs of danger. What is over, denied, told of others
in a story, joked about or said of a thing lowers it: from an alarm to a question, from a question
to nothing.
"""

import re
from enum import StrEnum
from typing import Final

from bot.understand.clauses import clauses, windows
from bot.understand.features import plain
from bot.understand.labels import LABELS
from bot.understand.model import Model, current

_PLACE: Final = LABELS.index("emergency")
_TITLE: Final = re.compile(r"《[^》]*》|「[^」]*」")


class Alarm(StrEnum):
    """How sure a danger is: act at once, ask one question, or nothing (and false as a value)."""

    NONE = ""
    ASK = "ask"
    ALARM = "alarm"


_ALARM_FROM: Final = 0.5
_PIECE_ALARM_FROM: Final = 0.85
_ASK_FROM: Final = 0.12
_PIECE_ASK_FROM: Final = 0.5
_TRACE: Final = 0.08

_SIGNS: Final = re.compile(
    r"救命|救救|快救|叫救护车|打120|叫120|快来人(?!领)|"
    r"(?:摔|跌|滑|滚|栽|绊|坐)[^没好]{0,12}(?:起不来|爬不起|站不起|动不了|不能动|动弹不得|叫不应|不动了)|"
    r"(?:晕|昏)(?:倒|过去|死|迷)|不省人事|叫不醒|喊不醒|摇不醒|叫不应|喊不应|没(?:有)?(?:反应|呼吸|知觉|心跳|意识)|"
    r"(?:喘|透|上|出)不[过上来了出]{1,2}气|呼吸(?:困难|不了|不上来)|喘气(?:困难|费劲)|憋得[^慌]{0,4}(?:紫|青)|脸[都色]?[^,]{0,2}(?:紫|发青)|嘴唇发[紫青黑]|"
    r"(?:胸口|心口|胸|心脏|心)(?:好|很|剧|绞|突然|一阵|像|压|闷)[^没好了]{0,6}(?:痛|疼|闷|压|石头|针扎|受不了)|"
    r"嘴(?:巴)?(?:歪|斜)|半边(?:身|手|脸)[^,]{0,8}(?:麻|动不了|不会动|不听使唤|没知觉|没力)|(?:说|讲)不出话(?!题)|"
    r"(?:血|流血)[^,]{0,5}(?:止不住|不止|直流|一地|好多)|(?:吐|咳|便|大出)血|口吐白沫|抽搐|翻白眼|"
    r"(?:喝|吞|吃|服)[了下]?[^,]{0,6}(?:农药|敌敌畏|百草枯|老鼠药|安眠药|洁厕|消毒液|毒药)|(?:吃|拿|打)错药|中毒|"
    r"(?:着|起|失)火(?!价)|烧起来|冒(?:浓|黑|大)?烟|火苗|爆炸|"
    r"(?:煤气|燃气|天然气|瓦斯|液化气)[^,]{0,6}(?:漏|泄|味|臭|嘶)|漏(?:煤|燃|天然|液化)?气|"
    r"(?:被|给)?(?:困|反锁|锁)(?:在|住|了)[^,]{0,8}(?:里|出不|电梯|屋|厕)|出不(?:来|去)了?,?[^题]{0,6}(?:闷|晕|救|快)|"
    r"走丢|走失|(?:老人|妈|爸|爷|奶|婆|公|孩子|孙[子女])[^,]{0,6}(?:不见了|失踪)|"
    r"撬[^,]{0,4}[门锁窗]|闯进|翻[墙窗]|小偷|入室|抢劫|拿刀|砸[^,]{0,3}门|有贼|进贼|"
    r"不想活|想死(?!你)|活着没意思|活不下去|活够了|自杀|轻生|跳楼|跳河|上吊|割腕|一了百了|寻短见|不如死|"
    r"触电|电到|电倒|落水|溺水|掉(?:进|到|下)[^,]{0,3}(?:水|河|井|塘|坑)|"
    r"敲门[^,]{0,4}(?:没人?应|没反应|不开)|(?:好几|两|三|几|四|五)天[^,]{0,4}(?:没|不)(?:见|开门|出门|露面|动静|出来|下楼|看见)|"
    r"快不行|要死了|不行了,?快|人命|骨头(?:露|断)|噎住|呛住|卡(?:住)?(?:了)?喉|车祸|被[^,]{0,4}(?:撞|砸|压)(?:了|倒|到|伤)"
)
_OVER: Final = re.compile(
    r"没事了|没大碍|没大事|没什么(?:大)?(?:事|问题)|好(?:多了|些了|点了|转|返|起来|很多了)|已经?好|都好了|缓过来|修好|出院|救回来|"
    r"(?:找|送|抢救)(?:到了|回来|过来)|恢复|扑灭|脱险|退烧|醒(?:了|过来)|想通|接好|康复|处理好|没伤着|虚惊|不疼了|不痛了|"
    r"查(?:了|过).{0,4}没|幸好|还好|多亏|幸亏"
)
_PAST: Final = re.compile(
    r"昨[天晚]|前天|前[几些]天|上(?:个?月|周|星期|礼拜|次|回)|去年|前年|以前|那[次年回]|当[时年]|曾经|早年|年轻|小时候|"
    r"几年前|前阵子|大前天|过去那|本来|刚出院"
)
_STORY: Final = re.compile(
    r"电视|电影|新闻|小说|故事|剧里|片子|节目|讲座|培训|知识|演[练习]|课|预防|宣传|万一|如果|要是|假如|听说.{0,8}(?:县|村|市)|"
    r"书|歌|游戏|麻将|股票|球赛|菜价|物价|房价|消防(?:员|车来过)|转发|通知"
)
_JOKE: Final = re.compile(r"哈哈|嘻嘻|呵呵|开玩笑|笑死|逗|(?:累|笑|热|饿|气|困|忙|冷|烦|乐|馋)死")
_DENIED: Final = re.compile(
    r"(?:没有?|不是|并未|未|从没|不会|别)(?:再)?(?:摔|跌|晕|着火|起火|失火|漏|中毒|中风|流血|走丢|出事|想不开|受伤|喘)"
)
_THING: Final = re.compile(
    r"(?<![被给让骑])(?:手机|电视|电脑|平板|杯|碗|锅|眼镜|遥控|花盆|鸡|鸭|猪|狗|猫|鱼|花|树|股票|车子?|电动车|电池|屏幕|机器|冰箱|洗衣机|"
    r"价|菜)[^,]{0,4}(?:摔|跌|掉|死|倒|晕|不行|不动|坏|没反应)"
)


def emergency(text: str, model: Model | None = None) -> Alarm:
    """Whether `text` tells of a danger that is there now."""
    bare = _TITLE.sub("书", text)
    said = plain(bare)
    if len(said) < 2:
        return Alarm.NONE
    weights = model or current()
    pieces = [window for clause in clauses(bare) for window in windows(clause)]
    whole = float(weights.likely(bare)[_PLACE])
    piece = max(float(weights.likely(one)[_PLACE]) for one in pieces) if len(pieces) > 1 else whole
    return _weighed(whole, piece, bool(_SIGNS.search(said)), calm(said))


def danger_sign(text: str) -> bool:
    """Whether the words themselves name a danger, and nothing in them speaks against it.

    What counts in the middle of a question, where a bare answer ("隔壁陈伯") tells a classifier little.
    """
    said = plain(_TITLE.sub("书", text))
    return bool(_SIGNS.search(said)) and calm(said) < 2


def _weighed(whole: float, piece: float, sign: bool, calming: int) -> Alarm:
    if calming >= 2:
        return Alarm.ASK if whole >= _ALARM_FROM else Alarm.NONE
    strong = whole >= _ALARM_FROM or (piece >= _PIECE_ALARM_FROM and (sign or whole >= _TRACE))
    if calming:
        certain = whole >= 0.8 and sign
        return (
            Alarm.ALARM
            if certain
            else (Alarm.ASK if strong or (sign and whole > 0.1) else Alarm.NONE)
        )
    if strong or (sign and whole >= 0.2):
        return Alarm.ALARM
    weak = whole >= _ASK_FROM or piece >= _PIECE_ASK_FROM or sign
    return Alarm.ASK if weak else Alarm.NONE


def calm(said: str) -> int:
    """How much in `said` speaks against a danger now: 0 nothing, 1 something, 2 or more plainly."""
    marks = (_OVER, 2), (_JOKE, 2), (_DENIED, 2), (_THING, 2), (_PAST, 1), (_STORY, 1)
    return sum(weight for mark, weight in marks if mark.search(said))
