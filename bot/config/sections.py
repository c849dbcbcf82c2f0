"""The sections that the house itself brings; channels and features bring their own."""

import re
from datetime import time, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.domain.doors import Terms

LONGEST_KEPT = 36_500
"""Days of a hundred years: more is a typing slip."""
_AGE = re.compile("age1[ac-hj-np-z02-9]{58}")
"""A public key of age."""


class Section(BaseModel):
    """The base of every section: unknown keys are faults. A field with a `title` may be changed on the page."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DataSection(Section):
    """[data] `key_file`: the keys of what is kept encrypted; empty means DIR.key beside the folder."""

    dir: Path = Path("data")
    key_file: str = ""


class DatabaseSection(Section):
    """[database] An empty url means SQLite in the data folder."""

    url: str = ""

    @field_validator("url")
    @classmethod
    def _known_kind(cls, url: str) -> str:
        if url and not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError(
                "只认 sqlite:///… 或 postgresql+psycopg://…，空着就用 SQLite / unknown database"
            )
        return url


class WebSection(Section):
    """[web] `public_url` is how members reach us from outside, without a slash at the end."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    public_url: str = ""

    @property
    def address(self) -> str:
        """Where people find us: `public_url`, or this machine while none is set."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("要以 https:// 或 http:// 开头 / must begin with https:// or http://")
        return url.rstrip("/")


class DoorsSection(Section):
    """[doors] How staff come in; members keep their one-time links. See `bot.domain.doors`."""

    passphrase: Literal["staff", "off"] = "staff"  # noqa: S105  who needs one
    totp: Literal["optional", "required"] = "optional"
    idle_minutes: int = Field(60, ge=5, le=1440)
    session_days: int = Field(7, ge=1, le=90)
    link_hours: int = Field(12, ge=1, le=72)

    @property
    def terms(self) -> Terms:
        """The same as rules take it."""
        return Terms(
            passphrase=self.passphrase != "off",  # noqa: S105
            code_required=self.totp == "required",
            idle=timedelta(minutes=self.idle_minutes),
            longest=timedelta(days=self.session_days),
            link=timedelta(hours=self.link_hours),
        )


class QuietSection(Section):
    """[quiet] Local hours in which nobody is written to unasked."""

    model_config = ConfigDict(title="晚上不打扰")

    start: time = Field(time(21), title="从几点起不打扰")
    end: time = Field(time(7), title="到几点为止", description="夜里的消息等到这时再发。")


class OfficeSection(Section):
    """[office] Who runs this, as members read it."""

    name: str = "社区居委会"
    phone: str = ""
    hours: str = "工作日上午8点半到下午5点"


class LimitsSection(Section):
    """[limits] How often members may be written to unasked, and coordinators about strangers."""

    model_config = ConfigDict(title="每天几条")

    reminders_a_day: int = Field(
        2, ge=0, le=10, title="每人每天最多几条提醒", description="多的合成一条。"
    )
    late_hours: int = Field(12, ge=1)
    """What waited so long for its answer, because the product was off, is summed up in one."""
    waiting: int = Field(50, ge=5, le=500)
    """Where more messages of one person wait, they came faster than anybody can read answers: likewise."""
    stranger_alarms_an_hour: int = Field(5, ge=1, le=100)
    """Beyond, calls of unregistered addresses are joined into one message that counts; members' never are."""


class SendingSection(Section):
    """[sending] How fast each channel that pushes is sent to, by all processes together.

    `a_second`: what the channel allows (Telegram 30, and one a second to a chat); we stay a little below it.
    """

    a_second: float = Field(30, gt=0)
    chat_gap: float = Field(1.0, ge=0)


class BackupSection(Section):
    """[backup] The nightly backup. `keep` days stay; `key`: an age public key, then files are encrypted."""

    at: time = time(3, 30)
    keep: int = Field(14, ge=1, le=365)
    dir: str = ""
    key: str = ""

    @field_validator("key")
    @classmethod
    def _public_key(cls, key: str) -> str:
        if key and not _AGE.fullmatch(key):
            raise ValueError("不是 age 公钥，要像 age1…，共62个字 / is no age public key")
        return key


class LogSection(Section):
    """[log] A file beside standard error, for `yure run`; put aside at `size_mb`, `keep` of them stay."""

    file: str = ""
    size_mb: int = Field(10, ge=1, le=1000)
    keep: int = Field(5, ge=1, le=100)


class HealthSection(Section):
    """[health] What counts as unwell, and the token of /health/detail and /metrics (empty: they answer nobody)."""

    token: str = ""
    disk_mb: int = Field(500, ge=0)
    backup_hours: int = Field(30, ge=1)
    probe_minutes: int = Field(5, ge=0, le=60)


class KeepSection(Section):
    """[keep] For how many days what is kept; `at`: when the night's purge begins. See `bot.keeping.rules`."""

    model_config = ConfigDict(title="留几天")

    at: time = Field(time(4), title="夜里几点开始清理", description="要在夜里的备份以后。")
    chat_days: int = Field(90, ge=7, le=LONGEST_KEPT, title="聊天的话、没填完的表、找人时说的话")
    visit_note_days: int = Field(365, ge=30, le=LONGEST_KEPT, title="走访的病情、地点、记录的话")
    leave_reason_days: int = Field(365, ge=30, le=LONGEST_KEPT, title="请假的原因")
    try_days: int = Field(2, ge=2, le=LONGEST_KEPT, title="试着登记的次数")
    registration_days: int = Field(90, ge=7, le=LONGEST_KEPT, title="登记时报的姓名和号码")
    correction_days: int = Field(365, ge=30, le=LONGEST_KEPT, title="更正资料的前后内容")
    roster_import_days: int = Field(7, ge=2, le=LONGEST_KEPT, title="导入过的名册文件里的内容")
    doubtful_text_days: int = Field(180, ge=7, le=LONGEST_KEPT, title="没听懂、也没人教的话")
    web_session_days: int = Field(180, ge=180, le=LONGEST_KEPT, title="很久没打开网页的浏览器")
    """Not less: for so long a browser stays signed in."""
    export_days: int = Field(7, ge=1, le=LONGEST_KEPT, title="导出的资料文件")
    picture_days: int = Field(90, ge=7, le=LONGEST_KEPT, title="发来的照片")
    attendance_days: int = Field(
        1095, ge=365, le=LONGEST_KEPT, title="签到、报名、请假、补课、送学"
    )
    mail_days: int = Field(1095, ge=120, le=LONGEST_KEPT, title="什么时候给谁发过消息")
    audit_days: int = Field(1095, ge=365, le=LONGEST_KEPT, title="谁办过什么、谁看过什么")


CORE: dict[str, type[BaseModel]] = {
    "data": DataSection,
    "database": DatabaseSection,
    "web": WebSection,
    "doors": DoorsSection,
    "quiet": QuietSection,
    "office": OfficeSection,
    "limits": LimitsSection,
    "sending": SendingSection,
    "backup": BackupSection,
    "keep": KeepSection,
    "health": HealthSection,
    "log": LogSection,
}
