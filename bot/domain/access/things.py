"""The kinds of things that pages, dialogs and commands touch; each has a gate in this package."""

from enum import StrEnum


class Thing(StrEnum):
    """What an operation is about."""

    NOTHING = "nothing"
    """What everybody may know, or nothing that is kept: the menu, opening hours, the calendar on the wall."""
    OWN = "own"
    """The speaker's own data, or those of somebody this phone acts for."""
    PERSON = "person"
    VISIT = "visit"
    NOTICE = "notice"
    CONVERSATION = "conversation"
    CANNED = "canned"
    REGISTRATION = "registration"
    CORRECTION = "correction"
    BRANCH = "branch"
    DAY = "day"
    """A day of a branch's calendar: its roll, its leaves, its plan."""
    TASK = "task"
    """Something to make up for."""
    DELIVERY = "delivery"
    IMPORT = "import"
    DOUBT = "doubt"
    """Words that were not understood, kept without their sender."""
    MAIL = "mail"
    DEED = "deed"
    SETTING = "setting"
    MACHINE = "machine"
    """The data folder, the database, the keys: whoever has a shell on the office's computer."""


THING_TITLE = {
    Thing.NOTHING: "人人可看的", Thing.OWN: "自己的", Thing.PERSON: "会员", Thing.VISIT: "走访",
    Thing.NOTICE: "通知", Thing.CONVERSATION: "对话", Thing.CANNED: "常用的话", Thing.REGISTRATION: "登记",
    Thing.CORRECTION: "更正", Thing.BRANCH: "支部", Thing.DAY: "日程的一天", Thing.TASK: "补课",
    Thing.DELIVERY: "送学", Thing.IMPORT: "导入", Thing.DOUBT: "没听懂的话", Thing.MAIL: "消息",
    Thing.DEED: "操作记录", Thing.SETTING: "设置", Thing.MACHINE: "机器",
}  # fmt: skip


class Level(StrEnum):
    """How far an operation goes."""

    SEE = "see"
    CHANGE = "change"


LEVEL_TITLE = {Level.SEE: "看", Level.CHANGE: "改"}
