"""Features: one file each, listed once here. The menu, the clock and the console are made from this list."""

from bot.domain.deed_words import know
from bot.feature import Feature
from handlers import (
    audit,
    birthday,
    calendar,
    channels,
    emergency,
    later,
    less,
    media,
    notice,
    person,
    profile,
    register,
    reports,
    roster,
    schedule,
    service_day,
    settings,
    teach,
    undelivered,
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
    undelivered.feature,
    visit.feature,
    schedule.feature,
    service_day.feature,
    calendar.feature,
    reports.feature,
    settings.feature,
    audit.feature,
    channels.feature,
    later.feature,
)
know((one.name, one.title) for feature in FEATURES for one in feature.dialogs)
