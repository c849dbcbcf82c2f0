"""conversations at the desk"""

import sqlalchemy as sa
from alembic import op

import bot.domain.base

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('canned_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('branch_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['branch_id'], ['branch.id'], name=op.f('fk_canned_answer_branch_id_branch')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_canned_answer'))
    )
    with op.batch_alter_table('canned_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_canned_answer_branch_id'), ['branch_id'], unique=False)

    op.create_table('handover_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('handover_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('at', bot.domain.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('row_key', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_handover_note_by_id_person')),
    sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_handover_note_handover_id_handover')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handover_note'))
    )
    with op.batch_alter_table('handover_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_handover_note_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_handover_note_handover_id'), ['handover_id'], unique=False)

    with op.batch_alter_table('handover', schema=None) as batch_op:
        batch_op.add_column(sa.Column('escalated_at', bot.domain.base.UTCDateTime(timezone=True), nullable=True))


