"""Where files lie in the data folder, as their paths begin."""

from typing import Final

MEDIA: Final = "media"
"""Pictures and recordings that people sent, under random names."""
EXPORTS: Final = "exports"
"""What people exported about themselves, under random names."""
