"""The picture of a birthday card, drawn by us when it is first wanted."""

from pathlib import Path


def birthday_card(folder: Path, years: int) -> str:
    """Draw the card for `years` (0: without a figure) unless it is there; returns its path below `folder`."""
    name = f"media/card-{years}.png"
    path = folder / name
    if not path.exists():
        # 4 MB that are needed a few times a year.
        from bot import drawing

        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        drawing.card(years).save(unfinished, format="PNG", optimize=True)
        unfinished.replace(path)
    return name
