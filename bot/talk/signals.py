"""What ends a run of a dialog, or a send; the tree is drawn in `bot.talk`."""

from __future__ import annotations


class Waiting(BaseException):
    """A question stands open; the run ends here until the next message."""


class GoTo(BaseException):
    """Hand over to the dialog `name`, giving it `slots`."""

    def __init__(self, name: str, **slots: str) -> None:
        """Name a dialog of `handlers`."""
        super().__init__(name)
        self.name, self.slots = name, slots


class Change(BaseException):
    """Forget the answers to `keys` and ask them anew."""

    def __init__(self, keys: frozenset[str]) -> None:
        """Keys of questions already answered."""
        super().__init__(keys)
        self.keys = keys


class Busy(Exception):
    """The channel asks to wait `seconds` for this `address`, or for all where it is None. Surely not sent."""

    def __init__(
        self, seconds: float, address: str | None = None, *, too_fast: bool = False
    ) -> None:
        """`seconds` as the channel said; `too_fast`: it said so because we send too much, not for want of a network."""
        super().__init__(f"busy for {seconds} s")
        self.seconds, self.address, self.too_fast = seconds, address, too_fast


class Unreachable(Exception):
    """This address gets nothing any more: blocked, deactivated, unknown."""


class Doubtful(Exception):
    """The message may have gone out or not: a lost answer, a reset, a server's 5xx."""
