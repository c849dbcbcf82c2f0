"""settings that were changed"""

import sqlalchemy as sa
from alembic import op

import bot.domain.base

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('setting_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=True),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('at', bot.domain.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_setting_change_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_setting_change'))
    )
    with op.batch_alter_table('setting_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_setting_change_name'), ['name'], unique=False)

    with op.batch_alter_table('clock_mark', schema=None) as batch_op:
        batch_op.add_column(sa.Column('settings_seen', sa.Integer(), server_default='0', nullable=False))


