"""What those read of a changed day who were not reminded of it: they signed up, are on leave, or were told it is off.

Who was reminded already is told by the clock (`bot.reminding`), in phrases that stand beside these.
"""

from typing import Final

from bot.domain.phrase import Phrase, Slot

_WHAT = Slot("what", "活动", "12月10日(周四)的志愿服务日", "哪一天的什么", needed=True)
_WHERE = Slot("where", "地点", "，在一楼会议室", "前面有逗号；可能是空的")
_WHY = Slot("why", "原因", "：会议室维修", "前面有冒号；可能是空的")
_WHO = "发给报了名、请了假、正要收到提醒的人"

MOVED: Final = Phrase(
    "calendar.moved_bound", f"日子改期了，{_WHO}", "{活动}改到{新日子}{地点}{原因}。",
    (_WHAT, Slot("when", "新日子", "12月17日(周四)上午9点", needed=True), _WHERE, _WHY),
)  # fmt: skip
CANCELLED: Final = Phrase(
    "calendar.cancelled_bound",
    f"日子取消了，{_WHO}",
    "{活动}取消了，请您别跑空{原因}。",
    (_WHAT, _WHY),
)
ON_AGAIN: Final = Phrase(
    "calendar.on_again", "取消的日子又照常办了，发给报了名、请了假、提醒过的人", "{活动}照常办{地点}。",
    (Slot("what", "活动", "12月10日(周四)上午9点的志愿服务日", "几时的什么", needed=True), _WHERE),
)  # fmt: skip
