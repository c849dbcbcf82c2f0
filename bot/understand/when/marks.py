"""What words around a day or hour say of it: not then, only then, said wrong, changed to."""

import re
from dataclasses import dataclass
from typing import Final

from bot.understand.when.day import Found
from bot.understand.when.hours import Hours
from bot.understand.when.scan import Token

_SAY_MORE: Final = frozenset("kFOWMmsS")
"""Kinds that right behind a day tell which day of it, or from it, is meant."""
_REFUSED: Final = re.compile("不(?:行|得|成|可以|方便|合适)|太[早晚赶]|满了")
_NEVER_BEFORE: Final = {"不要", "别"}
_SET: Final = re.compile("[ ,的]*(?:安排|定|约|排|选|放|改)?(?:在|到|了)?")
_GONE_BY: Final = re.compile("[来去看做办送]过(?:[了一两几三]|$)")
_OWN_PLAN: Final = re.compile("(?:那[天日])?(?:我)?(?:去(?!我[家这])|回|出门|要去)")
_GOING: Final = re.compile("走|去|出发|动身|出门|住院|离开")
_BACK: Final = re.compile("[我们就再才上下午早晚中]*(?:回|返|到家|出院)")
_COMING: Final = re.compile(
    "再(?:来|去|过|说|讲|约|补|帮|送|弄|搞|办|看)|过来|(?<![回出])来(?![不了的])|上门|帮我|送来|吧|先[啦喇]|行[吗不]|可以|接着|补"
)

_RECORD: Final = re.compile(
    r"[^,。;!?]*(?:(?<!没)(?:[学读听看念]|上课|学习)(?:的|了|过了?|完了?)|(?:[来去做]|参加)过了?|已经[^,。;!?]+|没有?(?:来|去|到|学).{0,3})[啦呀啊的吧]?[。!]?"
)
_STILL_TO_COME: Final = re.compile("[再请想要能让叫等]|不[来去能想]|下[周个星礼]|[明后]天|可以")


def is_record(said: str) -> bool:
    """二十号学的, 周一没来: one clause that tells of something done, and asks for nothing."""
    return bool(_RECORD.fullmatch(said)) and not _STILL_TO_COME.search(said)


@dataclass(frozen=True, slots=True)
class Marks:
    """The kinds of the tokens, those of days as D, and where the days begin."""

    kinds: str
    tokens: list[Token]
    days: frozenset[int]

    def changed_at(self) -> int:
        """The last 改到 or 不对 with a day or hour behind it; -1 where there is none."""
        last = max((index for index, kind in enumerate(self.kinds) if kind in "DTP"), default=-1)
        return max((i for i in range(last) if self.kinds[i] in "g!"), default=-1)

    def denied(self, begin: int, until: int) -> bool:
        """明天没空, 明天就不要来了: what was said before `begin` is not possible."""
        return any(self._denies(index, begin) for index in range(begin, self._end(until)))

    def _denies(self, index: int, begin: int) -> bool:
        if self.kinds[index] != "n":
            return False
        token = self.tokens[index]
        if token.part("post"):
            return True
        behind = index + 1 not in self.days and set(self.kinds[begin:index]) <= set("xPT")
        return token.text in _NEVER_BEFORE and behind

    def refused(self, begin: int, until: int) -> bool:
        """周一不行: an answer that says no to the day; 周一没空 may be the day of a leave."""
        inner = range(begin, self._end(until))
        said = [self.tokens[i].text for i in inner if self.kinds[i] == "n"]
        return any(_REFUSED.fullmatch(word) for word in said)

    def offered(self, begin: int, until: int) -> bool:
        """周四才有空: what was said before `begin` is possible."""
        return "t" in self.kinds[begin : self._end(until)]

    def invites(self, begin: int, until: int) -> bool:
        """大后天上午我再去: the words behind speak of coming then."""
        return bool(_COMING.search(self._words(begin, until)))

    def over(self, begin: int, until: int) -> bool:
        """三月三那阵子你们来过一次: the words behind tell of something gone by."""
        return bool(_GONE_BY.search(self._words(begin, until)))

    def own_plan(self, begin: int, until: int) -> bool:
        """初一那天去庙里: the words behind say where the speaker goes."""
        return bool(_OWN_PLAN.match(self._words(begin, until)))

    def away(self, first: Found, last: Found) -> bool:
        """四号走六号回: gone from the first day to the last."""
        gone, back = self.tokens[first.end - 1].found, self.tokens[last.end - 1].found
        between = gone.string[gone.end() : self.tokens[last.begin].found.start()]
        return bool(_GOING.search(between) and _BACK.match(back.string[back.end() :]))

    def unread(self, found: Found) -> bool:
        """国庆三天后, where no rule counts from 国庆: more is said of the day than was read."""
        behind = self.kinds[found.end : found.end + 2]
        distance = behind[:1] == "D" and self.tokens[found.end].kind == "u"
        return distance or behind[:1] in _SAY_MORE or behind in {"ua", "ub"}

    def listed(self, first: Found, other: Found) -> bool:
        """周三上午, 周五下午: nothing but hours and signs between the two days."""
        said = self.tokens[first.end - 1].found
        between = said.string[said.end() : self.tokens[other.begin].found.start()]
        inner = [token for token in self.tokens[first.end : other.begin] if token.kind != "x"]
        known = all(token.kind in "PTo&-A" for token in inner)
        return known and len(between) - sum(len(token.text) for token in inner) <= 1

    def excluded(self, begin: int) -> bool:
        """除了周三, 不是明天, 别安排在七号."""
        if not self.kinds[:begin].endswith(("n", "nx")):
            return False
        last = self.tokens[self.kinds.rindex("n", 0, begin)]
        if not last.part("pre"):
            return False
        day = self.tokens[begin].found if begin < len(self.tokens) else last.found
        return bool(_SET.fullmatch(last.found.string[last.found.end() : day.start()]))

    def _words(self, begin: int, until: int) -> str:
        """The words between the token before `begin` and the one at `until`."""
        last = self.tokens[begin - 1].found
        end = self.tokens[until].found.start() if until < len(self.tokens) else None
        return last.string[last.end() : end]

    def _end(self, until: int) -> int:
        return min(until, len(self.kinds))


def _invited_last(marks: Marks, pool: list[tuple[Hours, int]]) -> list[tuple[Hours, int]]:
    """三点我要接孙子, 两点来: of several hours the last, where only its own words speak of coming."""
    if len(pool) < 2 or any(marks.invites(said.begin + 1, end) for said, end in pool[:-1]):
        return []
    said, end = pool[-1]
    return pool[-1:] if said.exact and marks.invites(said.begin + 1, end) else []


def best_hours(marks: Marks, hours: list[Hours], until: int) -> Hours:
    """Of the hours of one day those meant: corrected, not denied, rather a clock time."""
    changed = marks.changed_at()
    ends = [*(said.begin for said in hours[1:]), until]
    spans = list(zip(hours, ends, strict=True))
    pool = [
        (said, end)
        for said, end in spans
        if not (marks.denied(said.begin, end) or marks.excluded(said.begin))
    ] or spans
    later = [(said, end) for said, end in pool if said.begin > changed >= 0]
    later = later or _invited_last(marks, pool)
    pool = later or pool
    offered = [(said, end) for said, end in pool if marks.offered(said.begin, end)]
    pool = offered or pool
    return next((said for said, _ in pool if said.exact), pool[0][0])


def hours_of(marks: Marks, chosen: Found, days: list[Found], hours: list[Hours]) -> Hours | None:
    """The hours that belong to the day `chosen`."""
    until = next((found.begin for found in days if found.begin >= chosen.end), 10**6)
    behind = [said for said in hours if chosen.end <= said.begin < until]
    before = [said for said in hours if said.begin < chosen.begin]
    first = not any(found.end <= chosen.begin for found in days)
    if behind:
        return best_hours(marks, behind, until)
    if before and (first or 0 <= marks.changed_at() < chosen.begin):
        return before[-1]
    inside = [said for said in hours if chosen.begin <= said.begin < chosen.end]
    if inside:
        return inside[0]
    rest = [said for said in hours if said.begin >= chosen.end] if len(days) > 1 else hours
    same_day = [found for found in days if found.day.first == chosen.day.first]
    return rest[0] if rest and len(same_day) == len(days) else None
