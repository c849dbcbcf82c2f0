"""志愿服务日: when it is and joining it (talk), its reminders and the count on its eve (remind)."""

from handlers.service_day import remind, talk
from handlers.service_day.about import feature

__all__ = ["feature", "remind", "talk"]
