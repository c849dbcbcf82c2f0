"""Features: one file each, listed once here. The menu, the clock and the console are made from this list."""

from bot.feature import Feature
from handlers import emergency, less, media, person, welcome

FEATURES: tuple[Feature, ...] = (
    welcome.feature,
    emergency.feature,
    person.feature,
    less.feature,
    media.feature,
)
