"""Compiled SQL shared by the engines of one run.

SQLAlchemy keeps it by engine and dialect, and a product has one of each. Here every test has its own, and half of
the processor's time went into compiling the same three hundred statements a thousand times.
"""

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache

from bot.db import engines

_compiled: LRUCache[Any, Any] = LRUCache(10_000)
_dialects: dict[str, Dialect] = {}


def share() -> None:
    """From now on, for every engine that `bot.db.engines` opens."""
    engines.create_engine = _sharing


def _sharing(url: str, **options: Any) -> Engine:
    engine = create_engine(url, **options)
    name = f"{engine.dialect.name}+{engine.dialect.driver}"
    if name in _dialects:
        engine.dialect = _dialects[name]
    else:
        # A dialect learns from its first connection what the server can do: only then others may have it.
        event.listen(engine, "first_connect", lambda *_: _dialects.setdefault(name, engine.dialect))
    engine.update_execution_options(compiled_cache=_compiled)
    return engine
