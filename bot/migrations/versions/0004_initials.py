"""find people by the initials of their names"""

import sqlalchemy as sa
from alembic import op

from bot.text import initials, surname_pinyin

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('initials', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('given_initials', sa.String(), nullable=False, server_default=''))
    _fill(op.get_bind())
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_given_initials'), ['given_initials'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_initials'), ['initials'], unique=False)


def _fill(bind: sa.Connection) -> None:
    """Those who were on the roster before."""
    person = sa.table('person', sa.column('id'), sa.column('name'), sa.column('initials'), sa.column('given_initials'))
    for id_, name in bind.execute(sa.select(person.c.id, person.c.name)).all():
        letters = initials(name)
        values = {'initials': letters, 'given_initials': letters[len(surname_pinyin(name)) :]}
        bind.execute(sa.update(person).where(person.c.id == id_).values(**values))
