"""What the transcripts of tests/scripts play of what members say: `python -m tests.understanding.coverage`.

Every label, every point of the labelling guide with its traps, every kind of danger, every pair of homophones.
Exits 1 where something is played nowhere.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.understand import understand
from bot.understand.labels import LABELS

SCRIPTS = Path(__file__).parent.parent / "scripts"

DANGERS = {
    "a fall": "起不来|站不起来",
    "chest pain": "胸口.*痛",
    "no breath": "喘不",
    "a stroke": "嘴歪",
    "unconscious": "晕过去|叫不醒",
    "bleeding": "血止不住",
    "a burn": "烫",
    "poison or the wrong medicine": "农药|吃错药",
    "fire": "着火",
    "gas": "煤气漏",
    "flood": "淹",
    "trapped": "电梯里",
    "missing, with dementia": "糊涂.*没回",
    "an intruder": "撬.*门",
    "nobody answers the door": "敲门没人应",
    "wants to die, plainly": "不想活",
    "wants to die, in dark words": "累赘|拖累|一了百了",
}
TRAPS = {
    "a title": "《急救手册》",
    "a lesson": "急救知识讲座",
    "a joke": "累死我了",
    "thanks": "救了我的命",
    "a thing that fell": "眼镜摔碎|手机摔",
    "news": "新闻里说",
    "a dream": "梦见",
    "over": "现在没事了",
    "an illness that is treated": "支架",
    "long ago": "去年中风过",
    "denied": "没有摔倒",
    "a fire that is over": "着过火",
    "grief": "老伴走了",
    "hardship": "没钱看病",
    "told of somebody else": "隔壁.*敲门没人应",
    "another wish beside a danger": "请假，.*胸口",
    "a swindler": "安全账户|转账",
    "two wishes": "顺便",
    "cancel a visit": "家访取消",
    "cancel a service day": "服务日的报名取消",
    "cancel a study day": "学习我不去",
    "cancel a room": "会议室取消",
    "cancel messages": "取消提醒",
    "a number alone": r"^\d{4,}$",
    "yes alone": "^对$",
    "a day alone": "^聽日下晝$|^12月.*号$",
    "nonsense": "呜噜噜",
}
HOMOPHONES = {
    "报名": "抱名", "走访": "走方", "微心愿": "微信愿", "微心愿 (2)": "卫星院", "义诊": "一诊", "借书": "接书",
    "活动": "火动", "帮扶": "棒扶", "政治生日": "正直生日", "请假": "青假", "签到": "前到", "结对": "接队",
    "基金": "鸡精", "取消": "去校", "送学": "松学", "第二个星期四": "第二个新期四", "志愿服务": "自愿服务",
    "生病": "身病", "住院": "祖院", "书屋": "输屋", "报修": "包修", "还书": "环书", "菜单": "才单",
}  # fmt: skip
"""The pairs of domain.md C: what is meant, how it is misspelt."""


def said() -> Iterator[tuple[str, str]]:
    """Each line that a member says, with the name of its script."""
    for path in sorted(SCRIPTS.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            who, sign, words = line.partition(">")
            if sign and re.fullmatch(r"m\d", who):
                yield words.strip(), path.stem


def played() -> dict[str, dict[str, list[str]]]:
    """By heading and point: the scripts that play it, each once; none if it is played nowhere."""
    lines = list(said())
    meant = [(understand(words).intents, script) for words, script in lines]
    labels = {
        label: list(dict.fromkeys(script for intents, script in meant if label in intents))
        for label in LABELS
    }
    return {
        "labels": labels,
        "dangers": _found(lines, DANGERS),
        "traps": _found(lines, TRAPS),
        "homophones": _found(lines, HOMOPHONES),
    }


def _found(lines: list[tuple[str, str]], points: Mapping[str, str]) -> dict[str, list[str]]:
    return {
        point: list(dict.fromkeys(script for words, script in lines if re.search(mark, words)))
        for point, mark in points.items()
    }


def missing() -> list[str]:
    """The points that no transcript plays."""
    return [
        point for points in played().values() for point, scripts in points.items() if not scripts
    ]


def main() -> int:
    """Print the table; 1 if a point is played nowhere."""
    for heading, points in played().items():
        there = sum(bool(scripts) for scripts in points.values())
        sys.stdout.write(f"\n{heading}: {there} of {len(points)}\n")
        for point, scripts in points.items():
            sys.stdout.write(f"  {point:32}{', '.join(scripts) or 'nowhere'}\n")
    return 1 if missing() else 0


if __name__ == "__main__":
    sys.exit(main())
