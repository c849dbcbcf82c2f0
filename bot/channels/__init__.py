"""Channels: one file each, listed once in `CHANNELS`."""

from bot.channels.terminal import Terminal

CHANNELS = {"terminal": Terminal}
