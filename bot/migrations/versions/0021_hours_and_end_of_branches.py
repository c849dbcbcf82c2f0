"""hours and end of branches"""

import sqlalchemy as sa
from alembic import op

import bot.domain.base

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('branch', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hours', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('ended_at', bot.domain.base.UTCDateTime(timezone=True), nullable=True))


