"""versions of tables"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    made = op.create_table('table_version',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_table_version'))
    )
    # A comparison that somebody looks at may be older than the upgrade: the number must not become one it had.
    kept = op.get_bind().execute(sa.text('SELECT version FROM roster_version')).scalar()
    if kept is not None:
        op.bulk_insert(made, [{'name': 'person', 'version': kept + 1}])
    op.drop_table('roster_version')
