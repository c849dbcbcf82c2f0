"""The settings in force: file and environment, with what administrators changed on the page over them.

`knobs` are the settings that may be changed there (a field of a section with a `title`), `holder` keeps
what holds now, `changing` writes a change, `following` lets every process see it within a second.
"""

from bot.tuning.changing import back, change
from bot.tuning.following import Following, follow
from bot.tuning.holder import Tuned
from bot.tuning.knobs import Knob, knobs_of

__all__ = ["Following", "Knob", "Tuned", "back", "change", "follow", "knobs_of"]
