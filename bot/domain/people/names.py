"""People's names where several stand together."""

from collections import Counter
from collections.abc import Collection

from bot.domain.people.tables import Person


def told_apart(people: Collection[Person]) -> dict[int, str]:
    """By id, the name of each; "王秀英（0091）" where two of them bear it. Somebody may stand there twice."""
    many = Counter({person.id: person.name for person in people}.values())
    return {
        person.id: f"{person.name}（{person.number}）" if many[person.name] > 1 else person.name
        for person in people
    }
