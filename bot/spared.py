"""Importing a library without what it takes where it finds it, and we never use: megabytes and time at each start."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Inside, these modules can't be imported, unless somebody has them already."""
    spared: dict[str, Any] = {name: None for name in names if name not in sys.modules}
    # A module that is None is one that can't be imported.
    sys.modules.update(spared)
    try:
        yield
    finally:
        for name in spared:
            del sys.modules[name]
