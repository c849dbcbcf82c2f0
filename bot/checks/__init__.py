"""How each part is: one list of checks for `yure doctor`, /health, /health/detail and /metrics.

`look` makes the list: `mail` asks inbox, outbox and reminders, `running` the parts that say that they run,
`machine` the disk and the backups, `sound` what reads aloud and listens. `pulse` writes the signs of life.
"""

from bot.checks.finding import Figure, Finding
from bot.checks.look import Checks
from bot.checks.pulse import with_pulse

__all__ = ["Checks", "Figure", "Finding", "with_pulse"]
