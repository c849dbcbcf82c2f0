"""sealed columns: what stood there plain is encrypted and removed"""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

import bot.domain.base
from bot import keyring

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

TEXT: dict[str, tuple[str, ...]] = {
    'correction': ('old', 'new'),
    'doubtful_text': ('text',),
    'handover': ('words',),
    'inbox': ('text', 'raw'),
    'leave': ('reason',),
    'person': ('phone', 'address', 'note'),
    'registration_request': ('phone',),
    'status_change': ('reason',),
    'undo': ('title',),
    'visit': ('words', 'health_note', 'place'),
    'visit_event': ('note',),
}
VALUES = {
    'conversation': ('answers', 'slots', 'shown', 'offered', 'paused'),
    'outbox': ('reply',),
}
LOOKED_UP = {'person': ('phone_whole', 'phone_tail'), 'doubtful_text': ('text_whole',)}
BOUND: dict[str, tuple[tuple[str, ...], Callable[..., str]]] = {
    'conversation': (('channel', 'address'), lambda channel, address: f'{channel}/{address}'),
    'inbox': (('channel', 'update_id'), lambda channel, update: f'{channel}/{update}'),
    'outbox': (('key', 'notice_id'), lambda key, notice: key if notice is None else f'notice:{notice}'),
}
"""What the rows of a table are bound to; the others get a key of their own."""
BATCH = 1000


def upgrade() -> None:
    op.create_table('sealing_key',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('made_at', bot.domain.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', bot.domain.base.UTCDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sealing_key'))
    )
    for table, columns in {**TEXT, **VALUES}.items():
        for column in added(table, columns):
            op.add_column(table, column)
        seal(table, columns)
        remove(table, columns)
    for table, finders in LOOKED_UP.items():
        for finder in finders:
            op.create_index(f'ix_{table}_{finder}', table, [finder])


def added(table: str, columns: tuple[str, ...]) -> Iterator[sa.Column[Any]]:
    """The new columns. Not a batch: that would drop the old table, and with it what points at its rows."""
    nothing = sa.text("x''" if op.get_bind().dialect.name == 'sqlite' else "''")
    for name in columns:
        yield sa.Column(f'{name}_sealed', sa.LargeBinary(), nullable=False, server_default=nothing)
    for finder in LOOKED_UP.get(table, ()):
        yield sa.Column(finder, sa.String(), nullable=False, server_default='')
    if table not in BOUND:
        yield sa.Column('row_key', sa.String(), nullable=False, server_default='')


def seal(table: str, columns: tuple[str, ...]) -> None:
    """Encrypt row by row, from the lowest key to the highest."""
    keys = ('channel', 'address') if table == 'conversation' else ('id',)
    names, bind = BOUND.get(table, ((), lambda: secrets.token_urlsafe(12)))
    kind = sa.JSON() if table in VALUES else sa.String()
    new = [f'{name}_sealed' for name in columns]
    it = sa.table(
        table,
        *(sa.column(name) for name in {*keys, *names, 'row_key', *LOOKED_UP.get(table, ())}),
        *(sa.column(name, kind) for name in columns),
        *(sa.column(name, sa.LargeBinary()) for name in new),
    )
    place = sa.tuple_(*(it.c[name] for name in keys))
    shown = [it.c[name] for name in (*keys, *names, *columns)]
    query = sa.select(*shown).order_by(*(it.c[name] for name in keys)).limit(BATCH)
    connection, last = op.get_bind(), None
    while rows := connection.execute(query if last is None else query.where(place > last)).all():
        for row in rows:
            at, rest = row[: len(keys)], row[len(keys) :]
            to, words = bind(*rest[: len(names)]), rest[len(names) :]
            values = dict(sealed(table, columns, to, words))
            if table not in BOUND:
                values['row_key'] = to
            where = [it.c[name] == value for name, value in zip(keys, at, strict=True)]
            if values:
                connection.execute(sa.update(it).where(*where).values(values))
        last = sa.tuple_(*(sa.literal(value) for value in rows[-1][: len(keys)]))


def sealed(table: str, columns: tuple[str, ...], to: str, words: Any) -> Iterator[tuple[str, Any]]:
    """The new columns of one row."""
    for name, value in zip(columns, words, strict=True):
        if not value:
            continue
        plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        ring = keyring.in_use()
        yield f'{name}_sealed', ring.seal(keyring.bound_to(table, to, name), plain.encode())
        for finder in (f for f in LOOKED_UP.get(table, ()) if f.startswith(f'{name}_')):
            found = plain[-4:] if finder.endswith('_tail') else plain
            if len(found) == 4 or finder.endswith('_whole'):
                yield finder, ring.looked_up(f'{table}.{finder}', found)


def remove(table: str, columns: tuple[str, ...]) -> None:
    """Drop the plain columns."""
    if table != 'doubtful_text':
        for name in columns:
            op.drop_column(table, name)
        return
    # Nothing points at these rows, and a column that is unique can't be dropped otherwise.
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_doubtful_text_text'), type_='unique')
        batch_op.drop_column('text')
