"""Political birthdays: one's own day and party age, the card on the day, the lists for the branch.

talk (what people ask), remind (the clock), collective (七一: reminders), ceremony (七一: the list, the page),
invited (who, by decade, and who is absent), cards_home (a card at home for the absent).
"""

from handlers.birthday import ceremony, collective, remind
from handlers.birthday.talk import feature

feature.reminders.extend((*remind.REMINDERS, *collective.REMINDERS))

__all__ = ["ceremony", "feature"]
