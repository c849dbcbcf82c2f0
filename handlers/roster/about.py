"""The feature itself, and what its pages share: whom a viewer may open, words for a person."""

from bot.domain.access.people import access_person
from bot.domain.access.things import Thing
from bot.domain.people import ROLE_TITLE, Person, Role
from bot.feature import Feature
from bot.talk import Rows, Talk, numbered

feature = Feature("roster", "会员", about=Thing.PERSON)

PATH = "members"


def found(rows: Rows, viewer: Person, number: str) -> Person:
    """The person of this id, within the viewer's reach. Raises Refused otherwise, in the same words."""
    return access_person(viewer, numbered(rows, Person, number))


def in_hand(talk: Talk, number: str) -> Person:
    """The same of a person whom the actor may change, held until that is done. Raises Refused otherwise."""
    one = access_person(talk.staff(), numbered(talk.rows, Person, number), change=True)
    talk.rows.hold(one)
    return one


def roles_words(person: Person) -> str:
    """ "党员、志愿者"."""
    return "、".join(ROLE_TITLE[role] for role in Role if role in person.roles)
