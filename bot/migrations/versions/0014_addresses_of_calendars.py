"""addresses of calendars"""

import sqlalchemy as sa
from alembic import op

import bot.domain.base

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendar_feed',
    sa.Column('branch_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', bot.domain.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['branch_id'], ['branch.id'], name=op.f('fk_calendar_feed_branch_id_branch')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_calendar_feed_by_id_person')),
    sa.PrimaryKeyConstraint('branch_id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('key', name=op.f('uq_calendar_feed_key'))
    )

