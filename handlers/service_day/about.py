"""The feature itself and the section of its settings."""

from datetime import time

from pydantic import ConfigDict, Field

from bot.config import Section
from bot.domain.access.things import Thing
from bot.domain.occurrence import Lead
from bot.feature import Feature


class ServiceDaySettings(Section):
    """[service_day] Reminders of service days; times are in Asia/Shanghai."""

    model_config = ConfigDict(title="志愿服务日")

    lead_days: tuple[Lead, ...] = Field((3, 1), title="提前几天提醒")
    """How many days before members are reminded; on the day itself they always are."""
    remind_at: time = Field(time(9), title="那天几点提醒")
    morning_at: time = Field(time(7, 30), title="当天几点提醒")
    starts: time = time(9)
    """When a service day begins whose rule has no time."""
    eve_at: time = Field(time(18), title="前一天几点告诉联络员排了多少条")
    """When coordinators read, the day before, how many will be reminded."""


feature = Feature("service_day", "志愿服务日", about=Thing.DAY, settings=ServiceDaySettings)
