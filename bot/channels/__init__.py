"""Channels: one file each, listed once in `CHANNELS`."""

from bot.channels.kinds import Kind, Needs
from bot.channels.telegram import CAN as TELEGRAM_CAN
from bot.channels.telegram import TelegramSettings
from bot.channels.terminal import Terminal
from bot.channels.webchat import Clocks, WebChat, WebchatSettings
from bot.talk import Channel


def _terminal(needs: Needs) -> Channel:
    return Terminal()


def _webchat(needs: Needs) -> Channel:
    clocks = Clocks(needs.now, needs.real)
    chat = WebChat(needs.db, needs.looks, needs.doors, needs.section, clocks, needs.data_dir)
    chat.files.clips = needs.clips
    return chat


def _telegram(needs: Needs) -> Channel:
    # Imported here: python-telegram-bot takes 0.3 s that a deployment without it need not wait.
    from bot.channels.telegram import Telegram

    phone = needs.looks.office.phone
    return Telegram(needs.section, needs.data_dir, now=needs.now, clips=needs.clips, phone=phone)


CHANNELS: tuple[Kind, ...] = (
    Kind("terminal", Terminal.can, _terminal),
    Kind("web", WebChat.can, _webchat, "webchat", WebchatSettings),
    Kind(
        "telegram", TELEGRAM_CAN, _telegram, "telegram", TelegramSettings,
        configured=lambda section: section.configured,
    ),
)  # fmt: skip

__all__ = ["CHANNELS", "Kind", "Needs"]
