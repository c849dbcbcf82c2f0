"""`python -m bot` is the command `yure`."""

from bot.cli import main

main()
