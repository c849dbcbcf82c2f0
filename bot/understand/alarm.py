"""Whether somebody may come to harm now: looked for in every message, whatever is being done.

Two ways to notice, because none may be missed: the trained classifier on the whole message and
on each of its pieces, and a list of plain signs of danger. What is over, denied, told of others
in a story, joked about or said of a thing lowers it: from an alarm to a question, from a question
to nothing.
"""

import re
from enum import StrEnum
from functools import cache
from typing import Final

from bot.understand.clauses import clauses, windows
from bot.understand.features import plain, sounds
from bot.understand.labels import LABELS
from bot.understand.model import Model, current

_PLACE: Final = LABELS.index("emergency")
_TITLE: Final = re.compile(r"《[^》]*》|「[^」]*」")


class Alarm(StrEnum):
    """How sure a danger is: act at once, ask one question, or nothing (and false as a value)."""

    NONE = ""
    ASK = "ask"
    ALARM = "alarm"


# How likely the classifier must find an emergency in the whole message, and in its likeliest
# piece, for an alarm: with a plain sign of danger in the words a little is enough.
_SIGNED_FROM: Final = ((0.35, 0.0), (0.05, 0.8))
_UNSIGNED_FROM: Final = ((0.85, 0.0), (0.4, 0.92), (0.2, 0.97))
# Where something speaks against it.
_CALM_ALARM_FROM: Final = 0.85
_CALM_SIGNED_FROM: Final = 0.7
_CALM_ASK_FROM: Final = 0.15
_OVER_ASK_FROM: Final = 0.5
_ASK_FROM: Final = ((0.07, 0.0), (0.03, 0.6), (0.01, 0.9))
_TRACE: Final = 0.03
_NOTHING: Final = 0.005

_SIGNS: Final = re.compile(
    r"救命(?!的?[药钱恩之稻])|救救|快救|叫救护车|[打叫喊]120|打119|打110|快来人(?!领)|白车|急诊|急救车|"
    r"(?:摔|跌|滑|滚|栽|绊|坐(?!久)|躺|趴)[^没好]{0,12}(?:起不来|爬不|站不起|动不了|不能动|动弹不得|叫不应|不动了|没力气爬)|"
    r"(?:晕|昏)(?:倒|过去|死|迷|厥)|不省人事|(?:叫|喊|摇|推)[^,]{0,3}(?:不醒|不应|没反应)|没(?:有)?(?:呼吸|知觉|心跳|意识)|"
    r"神志不清|昏昏沉沉|翻白眼|反白|呼吸机[^,]{0,4}停|口吐白沫|抽搐|抽过去|惊厥|说胡话|一动不动|"
    r"(?:喘|透|上|出)不(?:过|上|来|了|出|到){1,2}气|呼吸(?:困难|不了|不上来)|喘气(?:困难|费劲|难)|上气不接下气|气都喘|"
    r"脸[都色]?[^,]{0,2}(?:发?紫|发青|黑)|嘴唇[都]?发?[紫青黑]|"
    r"(?:胸口?|心口|心窝|心脏|心藏)[^,好]{0,3}(?:好|很|剧|绞|突然|一阵|像|压|闷|门|通|疼)[^没好了]{0,6}(?:痛|疼|闷|压|石头|针扎|受不了|喘)|"
    r"(?:心脏病|心绞痛|哮喘|癫痫|羊癫疯)[^,]{0,3}(?:发作|犯)|心梗|脑溢血|"
    r"嘴(?:巴|角)?[^,吃说讲]{0,4}(?:歪|斜)|舌头[^,]{0,4}(?:打结|麻|大|硬|不听)|讲话大舌|半边(?:身|手|脸)[^,]{0,8}(?:麻|动不了|不会动|不听使唤|没知觉|没力|僵)|[说讲]不出话(?!题)|"
    r"流[^,]{0,4}血|出血(?!压)|血[^压糖管脂型,]{0,5}(?:止不住|不止|直流|直喷|一地|不停|染红)|(?:吐|咳|便)血|"
    r"[喝吞吃服][了下]?[^,]{0,6}(?:农药|敌敌畏|百草枯|老鼠药|安眠药|洁厕|消毒|洗衣|毒|除草|灭鼠|老鼠)|(?:吃|拿|打)错(?:药|胰岛)|胰岛素[^,]{0,3}多|多打[^,]{0,3}(?:胰岛|针)|(?:蘑菇|野菌|野菇|[吃食][^,]{0,6}菇)[^好]{0,14}(?:吐|拉|呕|坏|眼花)|泡沫[^,]{0,4}(?:痰|躺|喘)|烟[^,]{0,3}越来越|"
    r"(?:误|错)(?:把|喝|食|吃)|药[^,]{0,3}过量|中毒(?!吗|不)|"
    r"(?:着|起|失)火(?!价)|烧起来|冒(?:浓|黑|大)?烟|火苗|爆炸|"
    r"(?:煤气|燃气|天然气|瓦斯|液化气)[^,]{0,6}(?:漏|泄|味|臭|嘶)|漏(?:煤|燃|天然|液化)?气|"
    r"(?:困|反锁|锁)(?:在|住|了)[^,]{0,8}(?:里|出不|电梯|屋|厕)|(?:水|洪水)[^,]{0,4}(?:淹|漫|到腰|进屋)|塌方|滑坡|"
    r"走丢|走失|失踪|(?:老人|[妈爸爷奶婆公]|孩子|孙[子女])[^,]{0,6}不见了|天黑[^,]{0,4}没回|"
    r"撬[^,]{0,4}(?:门|锁|窗|家)|闯进|翻[墙窗]|小偷|入室|抢劫|抢东西|拿[^,]{0,3}刀(?!切|剪)|[砸踢踹][^,]{0,4}[门窗]|有贼|进贼|打死我|"
    r"不想(?:再)?活|想死(?!你)|活着没意思|活不下去|活够|撑不下去|想解脱|自杀|轻生|(?:跳|要)楼(?!价)|跳河|上吊|割腕|一了百了|寻短见|"
    r"不如死|死了算|不想做人|不想生(?!气|病)|要跳|"
    r"触电|电到|电倒|落水|溺水|掉(?:进|到|下)[^,]{0,3}(?:水|河|井|塘|坑)|"
    r"敲门[^,]{0,4}(?:没人?应|没反应|不开)|(?:好几|两|三|几|四|五)天[^,]{0,4}(?:没|不)(?:见|开门|出门|露面|动静|出来|下楼|看见)|"
    r"快不行|要死了|不行了,?快|人命|骨头露|(?:腿|手|骨头?|腰)(?:好像)?(?:摔|跌)?断|噎[住到]|呛住|卡(?:住|到|在)?(?:了)?喉|车祸|"
    r"[被给让][^,]{0,5}(?:撞|砸|压|咬|蛰|蜇)[了倒到伤]?|(?:开水|热油|火)[^,]{0,4}[烫泼]|烫[^,]{0,6}(?:皮|泡|整|全身|严重)|"
    r"(?:高烧|四十度|40度)|中暑|硬了|断气|没气了|撞倒|碾|吞了|井里|躺不下|冒火|嘶嘶|喝醉[^,]{0,4}[打砍杀]|要杀[我你他她人]|喝药|喝下去|"
    r"遗书|了断|解脱|拖累(?:你|他|孩|儿|人)|手脚没力|僵硬|过敏[^,]{0,6}(?:喘|脸|疹)|急救电话|头孢[^,]{0,3}酒|噼里啪啦[^,]{0,4}[烧炸燃火]|打滚|"
    r"没人(?:应|答)|不吭声|[绞卷]进|绞了|砸(?:到|着|伤|中)[^,]{0,4}[人头]|口水[^,]{0,2}(?:兜|直流)"
)
# The shortest cries: too little to alarm, too much to pass over.
_ONE_WORD: Final = frozenset("痛疼晕救火血")
_OVER: Final = re.compile(
    r"没事了|(?:按|点|发)错|乱按|误[按触]|虚惊|原来是|现在好(?![痛疼难晕闷辛多大烫慌怕])|[没无]大碍|没大事了|[人都]没事|救熄|好(?:多了|些了|点了|转|返|起来|很多了)|已经?好|都好了|缓过来|修好|出院|救回来|"
    r"(?:找|送|抢救)(?:到了|回来|过来)|抓到|恢复|扑灭|脱险|退烧|醒(?:了|过来)|想通|接好|康复|处理好|没伤着|不疼了|不痛了|"
    r"查(?:了|过).{0,4}没|幸好|还好(?!好)|多亏|幸亏|(?:要|若)不是(?:你|您|大家|志愿|书记|邻居|社区|支部|[他她]|有人|医生|消防|隔壁)|早就?(?:没命|烧死)|恩人|[想看]开了|放下了|"
    r"[上涂擦敷]过?了?药|打过针|拆线|线[都已]?拆|拆了?(?:石膏|钢板)|[钢石](?:板|钉|膏)[^,]{0,3}[拆取]|骨头?[^,]{0,2}接上|打过疫苗|结疤|消肿|肿消|救命之恩|送(?:去|到|进)?[^,]{0,3}医院了|救护车[^,]{0,3}(?:拉|接|送)走|在抢救|退了|稳(?:了|住|定)|躲开|就过来了|[拉吐夹取拔排]出来了|报过警|拉住了|没让他进|没骨折"
)
_PAST: Final = re.compile(
    r"(?<!从)昨[天晚]|前天|[前头][几些两]天|上(?:个?月|周|星期|礼拜|次|回)|前阵子|大前天|刚出院"
)
_LONG_AGO: Final = re.compile(
    r"去年|前年|旧年|以前|从前|过(?:以后|之后)|那[次年回晚]|当[时年]|曾经|早年|年轻|小时候|几年前|(?:摔|跌|断|晕|中|烧|撞|咬|淹|丢|炸|砸|伤|吞|偷|骗|喝)过(?![去来敏气期量程度头了])|那(?:阵|会儿?)(?:子)?|过了[大小]?[半一两二三四五六七八九十几]+[年个]|噩梦|过去那|(?:喝药|上吊|跳楼|跳河|心梗|出血)[走死没]的|[一二两三四五六七八九十几半]年(?:了|多)"
)
# What still goes on is not past, whenever it began.
_NOW: Final = re.compile(r"现在|刚[才刚]|今[早晨天]|到现|一直|越来越|还在|马上")
_STORY: Final = re.compile(
    r"电视|电影|新闻|小说|故事|剧里|片子|小品|广播|收音机|视频里|朋友圈|群里|报纸|抖音|台词|讲座|培训|知识|演[练习]|预防|宣传|万一|如果|要是|假如|听说.{0,8}(?:县|村|市)|"
    r"广告|教人|怎么防|防止|游戏|麻将|股票|球赛|菜价|物价|房价|消防(?:员|车来过)|转发"
)
# Only in the piece that sounds dangerous: beside it they are a wish that can wait.
_LESSON: Final = re.compile(r"课|书|册子|歌|节目|通知")
_CHRONIC: Final = re.compile(
    r"膏药|老[毛胃]?病|病史|多年|好些年|成个月|中药|理疗|针灸|推拿|一[入到](?:秋|冬|夏|阴|变|刮|下雨|换季)"
)
# A polite way to begin with what is serious, as well as to say that it is not.
_MODEST: Final = re.compile(r"没(?:什么)?(?:大)?(?:事(?!了)|问题|感觉)|紧要|要紧|以为")
_JOKE: Final = re.compile(
    r"(?<![痛疼受病活苦])得我?[想要](?:跳[楼河]|撞墙|吐血|骂)|哈哈|嘻嘻|呵呵|开玩笑|[炒打输玩亏][^,]{0,6}(?:要|想)(?:死|跳[楼河]|上吊|哭)|(?:输|亏)[惨光][^,]{0,3}(?:想|要)|要死要活|想死的心|气死人|笑死|逗|(?:累|笑|热|饿|气|困|忙|冷|烦|乐|馋)死|[累走跑笑]断|[哭笑]死我|(?:痛快|快活|过瘾|高兴|开心)死|痛快|心在[流滴]血|"
    r"(?:热|冷|笑|累|馋|乐|辣|香|跳舞|唱)得[^,]{0,6}(?:晕|死|喘|倒|断气|抬不起)"
)
_DENIED: Final = re.compile(
    r"(?:没有?|不是|并未|未|从没|不会|别)(?:再)?(?:摔|跌|晕|着火|起火|失火|漏|中毒|中风|流血|走丢|出事|想不开|受伤|喘|发作|犯病)|[年月]没(?:再)?(?:发作|犯)|[打点]不着"
)
_HIT: Final = re.compile(r"[被给让][^,]{0,4}(?:撞|碾|压|刮|挂)")
_THING: Final = re.compile(
    r"(?:手机|电视|电脑|平板|杯|锅|眼镜|花镜|拐杖|遥控|打火机|花盆|鸡|鸭|猪|羊|牛|狗|猫|鱼|(?<!天)花|树|股票|车子?|电动车|电池|屏幕|机器|冰箱|洗衣机|"
    r"价|菜)(?![上里下])[^,]{0,4}(?:摔|跌|掉|死|倒|晕|不行|不动|坏|断|没反应)"
)

# Told by others: a danger elsewhere, if it is one.
_TOLD: Final = re.compile(
    r"(?:新闻|电视[剧上里]|电影|广播|收音机|报纸|网上|抖音|视频|朋友圈|群里|小说|戏)[里上中]?[^,]{0,3}(?:[说讲报播登传放演写]|那个|有个?人)"
)
_AGAINST: Final = (
    (_OVER, 2),
    (_JOKE, 2),
    (_LONG_AGO, 1),
    (_CHRONIC, 1),
    (_STORY, 1),
    (_TOLD, 1),
    (_MODEST, 1),
)
# A phone that fell, or a fall that is denied, says nothing of the next clause.
_AGAINST_NEAR: Final = ((_DENIED, 2), (_THING, 2), (_LESSON, 1))


# Signs by their sound, for slips of the keyboard: 救明, 昏到, 煤起漏了.
_CRIES: Final = [
    "救命",
    "救我",
    "晕倒",
    "昏倒",
    "昏迷",
    "着火",
    "起火",
    "失火",
    "喘不过气",
    "呼吸困难",
    "煤气漏",
    "漏煤气",
    "自杀",
    "不想活",
    "流血不止",
    "止不住",
    "中风了",
    "中毒",
    "胸口痛",
    "胸口疼",
    "心口痛",
    "撬门",
    "小偷",
    "没反应",
    "叫不醒",
]


@cache
def _cries() -> tuple[str, ...]:
    return tuple("'".join(sounds(cry)) + "'" for cry in _CRIES)


def signed(said: str) -> bool:
    """Whether `said` (already `plain`) holds a plain sign of danger, by writing or by sound."""
    if _SIGNS.search(said):
        return True
    heard = "'".join(sounds(said)) + "'"
    return any(cry in heard for cry in _cries())


def emergency(text: str, model: Model | None = None) -> Alarm:
    """Whether `text` tells of a danger that is there now."""
    bare = _TITLE.sub("书", text)
    said = plain(bare)
    if len(said) < 2:
        return Alarm.ASK if said in _ONE_WORD else Alarm.NONE
    weights = model or current()
    whole = float(weights.likely(bare)[_PLACE])
    sign = signed(said)
    if whole < _NOTHING and not sign:
        return Alarm.NONE
    pieces = [window for clause in clauses(bare) for window in windows(clause)]
    if len(pieces) == 1:
        return _weighed(whole, whole, sign, calm(said))
    worst, piece = _worst(pieces, weights)
    return _weighed(whole, worst, sign, calm(said, plain(piece)))


def _worst(pieces: list[str], weights: Model) -> tuple[float, str]:
    """The piece in which an emergency is likeliest, and how likely it is there."""
    return max((float(weights.likely(piece)[_PLACE]), piece) for piece in pieces)


def danger_sign(text: str) -> bool:
    """Whether the words themselves name a danger, and nothing in them speaks against it.

    What counts in the middle of a question, where a bare answer ("隔壁陈伯") tells a classifier little.
    """
    bare = _TITLE.sub("书", text)
    said = plain(bare)
    if not signed(said):
        return False
    pieces = [piece for piece in map(plain, clauses(bare)) if signed(piece)]
    return any(calm(said, piece) < 2 for piece in pieces or [said])


def _weighed(whole: float, piece: float, sign: bool, calming: int) -> Alarm:
    if calming >= 2:
        return Alarm.ASK if whole >= _OVER_ASK_FROM else Alarm.NONE
    if calming:
        if whole >= (_CALM_SIGNED_FROM if sign else _CALM_ALARM_FROM):
            return Alarm.ALARM
        doubtful = whole >= _CALM_ASK_FROM or (sign and whole >= _TRACE)
        return Alarm.ASK if doubtful else Alarm.NONE
    steps = (*_UNSIGNED_FROM, *(_SIGNED_FROM if sign else ()))
    if _reaches(whole, piece, steps):
        return Alarm.ALARM
    doubtful = _reaches(whole, piece, _ASK_FROM) or (sign and whole >= _TRACE)
    return Alarm.ASK if doubtful else Alarm.NONE


def _reaches(whole: float, piece: float, steps: tuple[tuple[float, float], ...]) -> bool:
    return any(whole >= of_whole and piece >= of_piece for of_whole, of_piece in steps)


def calm(said: str, piece: str | None = None) -> int:
    """How much in `said` speaks against a danger now: 0 nothing, 1 something, 2 or more plainly.

    `piece`: the part of it that sounds dangerous, the whole if None.
    """
    near = _HIT.sub("撞人", said if piece is None else piece)
    past = bool(_PAST.search(said)) and not _NOW.search(said)
    return (
        past
        + sum(weight for mark, weight in _AGAINST if mark.search(said))
        + sum(weight for mark, weight in _AGAINST_NEAR if mark.search(near))
    )
