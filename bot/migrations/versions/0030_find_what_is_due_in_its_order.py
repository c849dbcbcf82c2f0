"""find what is due on a channel in its order"""

from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_ready')
        batch_op.create_index(
            'ix_outbox_ready', ['state', 'channel', 'lane', 'due_at', 'id'], unique=False
        )
