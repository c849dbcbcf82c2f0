"""chats that rest"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('pace', schema=None) as batch_op:
        batch_op.add_column(sa.Column('resting', sa.JSON(), server_default='{}', nullable=False))
