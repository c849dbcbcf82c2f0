"""Names, streets and dates of the fictitious people: Guangxi surnames, given names of their years."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

SURNAMES = (
    "韦", "覃", "黄", "陆", "农", "蒙", "莫", "罗", "廖", "梁", "蓝", "甘", "班", "岑", "潘", "卢", "苏",
    "唐", "李", "王", "陈", "张", "谢", "宁", "劳", "仇", "区", "翟", "曾", "单", "石", "冯", "颜", "檀",
)  # fmt: skip
GIVEN = {
    "男": ("建国", "国强", "文明", "志坚", "德才", "永福", "家声", "大山", "光荣", "振华", "有才", "世昌", "成林",
          "保民", "子安", "树根", "卫东", "忠诚", "水生", "金保"),
    "女": ("秀英", "桂兰", "美兰", "玉珍", "凤英", "月娥", "秀珍", "彩莲", "金花", "素芳", "丽华", "惠芳", "春梅",
          "少英", "翠萍", "瑞莲", "爱群", "雪梅", "玉莲", "淑贞"),
}  # fmt: skip
STREETS = ("青年路", "建设街", "新华路", "江滨路", "钟秀路", "荔枝园巷", "燕塘街", "人民中路")
OLDEST, YOUNGEST = 95, 60

ADMISSIONS = (
    (date(1954, 5, 20), 6), (date(1960, 9, 10), 17), (date(1971, 3, 15), 28),
    (date(1979, 10, 8), 18), (date(1988, 6, 30), 22),
)  # fmt: skip
"""Around when, and how many: every era of admission rules (domain facts A1)."""
ERA_WITHOUT_PROBATION = (date(1969, 4, 14), date(1977, 8, 10))


def people(random: Random) -> Iterator[tuple[str, str]]:
    """(name, sex), none twice."""
    seen = set()
    while True:
        sex = random.choice(("男", "女"))
        name = random.choice(SURNAMES) + random.choice(GIVEN[sex])
        if name not in seen:
            seen.add(name)
            yield name, sex


def admissions(random: Random) -> list[date]:
    """91 admission dates over all eras, one of them 29 February."""
    days = [date(1972, 2, 29)]
    for middle, count in ADMISSIONS:
        days += [middle + timedelta(days=random.randint(-1000, 1000)) for _ in range(count)]
    return sorted(days[:91])


def full_member(joined: date) -> date:
    """The day of full membership as the paper file would have it: at once in the years without probation."""
    first, last = ERA_WITHOUT_PROBATION
    if first <= joined <= last:
        return joined
    return joined.replace(year=joined.year + 1) if (joined.month, joined.day) != (2, 29) else joined


def born(random: Random, joined: date, today: date) -> date:
    """A birth date that fits: 18 to 30 at admission, 60 to 95 today."""
    age = min(today.year - joined.year + random.randint(18, 30), OLDEST)
    year = today.year - max(age, YOUNGEST + 1)
    return date(year, random.randint(1, 12), random.randint(1, 28))


def address(random: Random) -> str:
    """A street and a door."""
    return f"{random.choice(STREETS)}{random.randint(1, 120)}号{random.randint(1, 6)}栋{random.randint(101, 605)}"


def phone(number: int) -> str:
    """A fictitious mobile number."""
    return f"138{number:08d}"
