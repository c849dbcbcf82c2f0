"""whose a deed was"""

import sqlalchemy as sa
from alembic import op

import bot.domain.base

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('deed', schema=None) as batch_op:
        batch_op.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('branch_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix_deed_branch_at', ['branch_id', 'at'], unique=False)
        batch_op.create_index('ix_deed_person_at', ['person_id', 'at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_deed_person_id_person'), 'person', ['person_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_deed_branch_id_branch'), 'branch', ['branch_id'], ['id'])


