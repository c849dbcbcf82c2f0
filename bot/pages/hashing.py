"""Passphrases become hashes (Argon2id) in a few threads of their own: each takes 64 MiB and a moment."""

import asyncio
import functools
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from bot.domain.base import Refused

AT_ONCE: Final = 2
"""Hashes made side by side: 128 MiB at most, on an office's old computer."""
WAITING: Final = 20
"""So many more may wait their turn; beyond, people are asked to come back."""
_BUSY: Final = "现在登录的人太多了。请过一分钟再试一次。"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a hash costs: RFC 9106's second recommendation, for where memory is little."""

    passes: int = 3
    kib: int = 64 * 1024
    lanes: int = 4


class Hashing:
    """Makes and compares hashes; who isn't known is compared with a hash of nobody's, so it takes as long."""

    def __init__(self, cost: Cost | None = None) -> None:
        """`cost`: other than the usual one."""
        self._cost = cost or Cost()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._under_way = 0
        self._nobodys = ""

    @functools.cached_property
    def _hasher(self) -> Any:
        import argon2  # the first answer doesn't need it (decision 43)

        cost = self._cost
        return argon2.PasswordHasher(cost.passes, cost.kib, cost.lanes)

    async def make(self, passphrase: str) -> str:
        """The hash to keep. Raises Refused where too many wait."""
        return await self._run(lambda: str(self._hasher.hash(passphrase)))

    async def fits(self, hash_: str, passphrase: str) -> bool:
        """Whether it is the passphrase; `hash_` "": of nobody. Raises Refused where too many wait."""
        return await self._run(lambda: self._compare(hash_, passphrase))

    def is_old(self, hash_: str) -> bool:
        """Whether it was made with other parameters than today's."""
        return bool(self._hasher.check_needs_rehash(hash_))

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _compare(self, hash_: str, passphrase: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        if not self._nobodys:
            self._nobodys = str(self._hasher.hash(secrets.token_urlsafe()))
        try:
            return bool(self._hasher.verify(hash_ or self._nobodys, passphrase))
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._under_way >= AT_ONCE + WAITING:
            raise Refused(_BUSY)
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._under_way -= 1
