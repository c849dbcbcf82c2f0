"""A small, faithful Bot API server of our own on loopback, for tests that drive the real thing over HTTP.

In a thread (most tests; also when `yure run` is a process of its own):

    with BotApi() as api:                       # api.base_url, api.base_file_url, api.token, api.env()
        api.say(1001, "你好")                   # a member writes
        api.wait_sent(1, chat=1001)             # blocking; `await api.until_sent(…)` inside an event loop
        api.fail("sendMessage", Fault(status=500))

As a process, for load (its CPU is then not the product's): `python -m tests.botapi --latency 0.08 --jitter 0.02
--strict` prints one JSON line with its addresses; the same names are called by POST /control/NAME with JSON
keywords (see `tests.botapi.control.Remote`).
"""

from tests.botapi.server import BotApi
from tests.botapi.state import TOKEN, Call, Fault, Sent

__all__ = ["TOKEN", "BotApi", "Call", "Fault", "Sent"]
