"""Features: one file each, listed once here. The menu, the clock and the console are made from this list."""

from bot.feature import Feature
from handlers import (
    birthday,
    calendar,
    emergency,
    later,
    less,
    media,
    notice,
    person,
    profile,
    register,
    roster,
    schedule,
    service_day,
    settings,
    teach,
    visit,
    voice,
    welcome,
)

FEATURES: tuple[Feature, ...] = (
    welcome.feature,
    emergency.feature,
    register.feature,
    profile.feature,
    roster.feature,
    birthday.feature,
    person.feature,
    less.feature,
    media.feature,
    voice.feature,
    teach.feature,
    notice.feature,
    visit.feature,
    schedule.feature,
    service_day.feature,
    calendar.feature,
    settings.feature,
    later.feature,
)
