"""The web chat: a page that works without scripts, and server-sent events where there are some."""

from bot.channels.webchat.chat import WebChat
from bot.channels.webchat.settings import Clocks, WebchatSettings
from bot.channels.webchat.signin import SignIn

__all__ = ["Clocks", "SignIn", "WebChat", "WebchatSettings"]
