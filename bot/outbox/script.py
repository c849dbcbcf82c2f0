"""Messages in the characters that their reader chose, people's names as they write them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.domain.people import Person, with_surname
from bot.talk import Reply, in_script
from bot.text import surnames_spoiled


def in_characters(session: Session, reply: Reply, reader: Person | None) -> Reply:
    """In Traditional characters for those who chose them; 于志芳 stays 于志芳, whoever reads of her."""
    names = _names_in(session, reply) if reader is not None and reader.traditional else ()
    return in_script(reply, reader, names)


def _names_in(session: Session, reply: Reply) -> Sequence[str]:
    """The names in it that the general conversion would spoil; looked up only where such a character stands."""
    words = "\n".join((reply.text, *(choice.label for choice in reply.choices)))
    surnames = [char for char in surnames_spoiled() if char in words]
    if not surnames:
        return ()
    return [name for name in session.scalars(with_surname(surnames)) if name in words]
