"""Study days, service days and a year's topics of the fictitious branches."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain.people import Branch, Person
from bot.domain.schedule import By, DayKind, StudyPlan, add_rule, coming, holidays_in
from bot.now import local_day

RULES = (
    (DayKind.STUDY, ("15 09:00", "20 09:00")),
    (DayKind.SERVICE, ("2nd thu 09:00", "2nd thu 09:00")),
    (DayKind.COLLECTIVE, ("yearly 07-01 09:00", "yearly 07-01 09:00")),
)
"""Kind, and the rule of each branch."""
TOPICS = (
    "学习党章，重温入党誓词", "健康讲座：冬天怎样护好心脏", "防骗课：不明电话怎么办", "读报：乡村振兴新变化",
    "用电用气安全", "家乡的红色故事", "怎样用好手机", "法律小课堂：赡养和继承", "学习最新文件精神",
    "观看纪录片，谈谈感想", "志愿服务经验交流", "一年小结，说说明年想学什么",
)  # fmt: skip
MATERIAL = "学习材料到时发到您手上，字是放大的"


def calendar(session: Session, branches: list[Branch], by: Person, now: datetime) -> None:
    """Rules for each branch, and a topic for each study day of the coming year."""
    for kind, rules in RULES:
        for branch, text in zip(branches, rules, strict=True):
            row = add_rule(branch, kind, text, By(now, by.id), ())
            row.place = branch.place
            session.add(row)
    session.flush()
    rows, today = SessionRows(session), local_day(now)
    holidays = holidays_in(rows)
    for branch in branches:
        days = coming(rows, branch.id, today, today + timedelta(days=365), holidays)
        studies = [day for day in days if day.kind is DayKind.STUDY]
        for day, topic in zip(studies, TOPICS, strict=False):
            session.add(
                StudyPlan(
                    branch_id=branch.id,
                    kind=DayKind.STUDY,
                    day=day.named,
                    topic=topic,
                    material=MATERIAL,
                )
            )
