"""The commands. `yure --help` lists them; each has an example in its own help."""

import gc
import os
import sys


def main() -> None:
    """Run a command: 0 done, 1 refused (the reason on standard error), 2 usage, 3 another instance runs, 4 not now."""
    # What is written holds people's names and addresses: for this account's eyes only.
    os.umask(0o077)
    # What is loaded stays; looking through it for garbage, then and afterwards, takes a fifth of the start.
    gc.disable()
    from bot.cli.commands import make_app, run

    app = make_app(sys.argv[1:2])
    gc.freeze()
    gc.enable()
    run(app)
