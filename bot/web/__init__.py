"""The web application: what channels mount, the desk and public pages that features offer, doors, health."""

from bot.web.account import Account
from bot.web.acting import Running
from bot.web.app import listen, make_app, serve
from bot.web.desk import Desk
from bot.web.health import Health

__all__ = ["Account", "Desk", "Health", "Running", "listen", "make_app", "serve"]
