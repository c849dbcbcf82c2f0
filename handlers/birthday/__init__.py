"""Political birthdays: one's own day and party age, the card on the day, the lists for the branch."""

from handlers.birthday import collective, remind
from handlers.birthday.talk import feature

feature.reminders.extend((*remind.REMINDERS, *collective.REMINDERS))

__all__ = ["feature"]
