"""Political birthdays: one's own day and party age, the card on the day, the lists for the branch."""

from handlers.birthday.remind import REMINDERS
from handlers.birthday.talk import feature

feature.reminders.extend(REMINDERS)

__all__ = ["feature"]
