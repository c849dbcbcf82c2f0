"""The feature itself, and what its pages share: whom a viewer may open, words for a person."""

from bot.domain.base import Refused
from bot.domain.people import ROLE_TITLE, Person, Role, reaches
from bot.feature import Feature
from bot.talk import Rows, numbered

feature = Feature("roster", "会员")

PATH = "members"


def found(rows: Rows, viewer: Person, number: str) -> Person:
    """The person of this id, within the viewer's reach. Raises Refused otherwise, in the same words."""
    person = numbered(rows, Person, number)
    if person is None or not reaches(viewer, person.branch_id):
        raise Refused("名册上没有这一位，或者不归您这个支部。")
    return person


def roles_words(person: Person) -> str:
    """ "党员、志愿者"."""
    return "、".join(ROLE_TITLE[role] for role in Role if role in person.roles)
