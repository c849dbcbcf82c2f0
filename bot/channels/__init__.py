"""Channels: one file each, listed once in `CHANNELS`."""
