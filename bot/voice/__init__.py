"""Voice: messages read aloud (`speaking`), and voice messages written down (`hearing`, `ears`).

Both are extras of the package, and run in processes of their own; without them everything is written.
"""

from importlib.util import find_spec

_SPEAKS = ("espeakng_loader", "soundfile")


def installed() -> bool:
    """Whether the extra `[voice]` is there."""
    return all(find_spec(name) is not None for name in _SPEAKS)
