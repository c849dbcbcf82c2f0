"""Figures drawn as SVG by ourselves: where each bar, point and arc stands, in units of the drawing."""

from dataclasses import dataclass
from math import cos, pi, sin
from typing import Final

from bot.parts import Chart

WIDTH: Final = 640
HEIGHT: Final = 300
LEFT: Final = 48
BOTTOM: Final = 44
TOP: Final = 26
SIGN: Final = 17
"""The width of one character below the drawing."""
PATTERNS: Final = 6
"""Ways of filling (colour and hatching together) that the style sheet knows."""
_RADIUS: Final = 110
_HOLE: Final = 62
_STEPS: Final = (1, 2, 5)
_LEVELS: Final = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """One drawn thing: its path, which fill it takes (0 to PATTERNS - 1), and what it says."""

    path: str
    fill: int
    says: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Words in the drawing. `anchor`: start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the template draws."""

    shapes: tuple[Shape, ...]
    marks: tuple[Mark, ...]
    lines: tuple[float, ...] = ()
    """Heights of the level lines."""
    kind: str = "bars"


def draw(chart: Chart) -> Drawing:
    """The drawing of a chart; a chart without figures is an empty drawing."""
    if chart.kind == "ring":
        return _ring(chart)
    levels = _levels(max((value for one in chart.series for value in one.values), default=0))
    top = levels[-1]
    lines = tuple(_y(level, top) for level in levels)
    marks = [Mark(LEFT - 8, _y(level, top) + 6, str(level), "end") for level in levels]
    count = max(1, len(chart.labels))
    every = -(-count // 12)
    marks += [
        Mark(_middle(place, count), HEIGHT - BOTTOM + 24, _short(label, count / every))
        for place, label in enumerate(chart.labels)
        if place % every == 0
    ]
    shapes = _bars(chart, top) if chart.kind == "bars" else _lines(chart, top)
    return Drawing(tuple(shapes), tuple(marks), lines, chart.kind)


def _short(label: str, shown: float) -> str:
    """What of a label fits beside its neighbours, `shown` of them in all; the table has it whole."""
    room = int((WIDTH - LEFT) / shown / SIGN)
    return label if len(label) <= room else f"{label[: max(1, room - 1)]}…"


def _bars(chart: Chart, top: int) -> list[Shape]:
    count, several = max(1, len(chart.labels)), max(1, len(chart.series))
    wide = (WIDTH - LEFT) / count * 0.7 / several
    shapes = []
    for number, one in enumerate(chart.series):
        for place, (label, value) in enumerate(zip(chart.labels, one.values, strict=True)):
            x = _middle(place, count) + (number - several / 2) * wide
            path = f"M{x:.1f} {_y(0, top):.1f}V{_y(value, top):.1f}h{wide * 0.92:.1f}V{_y(0, top):.1f}z"
            shapes.append(Shape(path, number % PATTERNS, _says(chart, one.name, label, value)))
    return shapes


def _lines(chart: Chart, top: int) -> list[Shape]:
    count = max(1, len(chart.labels))
    shapes = []
    for number, one in enumerate(chart.series):
        points = [
            f"{_middle(place, count):.1f} {_y(value, top):.1f}"
            for place, value in enumerate(one.values)
        ]
        if points:
            path = "M" + "L".join(points) + "".join(f"M{point}h.1" for point in points)
            shapes.append(Shape(path, number % PATTERNS, one.name))
    return shapes


def _ring(chart: Chart) -> Drawing:
    values = chart.series[0].values if chart.series else ()
    whole = sum(values)
    shapes, begin = [], 0
    for number, (label, value) in enumerate(zip(chart.labels, values, strict=True)):
        if value:
            path = _arc(begin / whole, (begin + value) / whole)
            shapes.append(Shape(path, number % PATTERNS, _says(chart, "", label, value)))
        begin += value
    middle = Mark(WIDTH / 2, HEIGHT / 2 + 8, f"{whole}{chart.unit}")
    return Drawing(tuple(shapes), (middle,), kind="ring")


def _arc(begin: float, end: float) -> str:
    """A piece of the ring; fractions of the whole, clockwise from the top."""
    if end - begin >= 1:
        # A whole circle has no arc of its own: two halves.
        return _arc(0, 0.5) + _arc(0.5, 0.999999)
    far = 1 if end - begin > 0.5 else 0
    outer = [_at(_RADIUS, begin), _at(_RADIUS, end)]
    inner = [_at(_HOLE, end), _at(_HOLE, begin)]
    return (
        f"M{outer[0]}A{_RADIUS} {_RADIUS} 0 {far} 1 {outer[1]}"
        f"L{inner[0]}A{_HOLE} {_HOLE} 0 {far} 0 {inner[1]}z"
    )


def _at(radius: float, turn: float) -> str:
    angle = turn * 2 * pi - pi / 2
    return f"{WIDTH / 2 + radius * cos(angle):.1f} {HEIGHT / 2 + radius * sin(angle):.1f}"


def _says(chart: Chart, name: str, label: str, value: int) -> str:
    return f"{label}{' ' + name if name else ''}：{value}{chart.unit}"


def _y(value: float, top: int) -> float:
    high = HEIGHT - BOTTOM - TOP
    return TOP + high - high * value / max(1, top)


def _middle(place: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT) * (place + 0.5) / count


def _levels(most: int) -> tuple[int, ...]:
    """The figures of the scale, five above nought at the most: by 1, 2 or 5 times a power of ten, up to `most`."""
    power = 1
    while True:
        for step in (factor * power for factor in _STEPS):
            if step * _LEVELS >= most:
                return tuple(range(0, max(most, 1) + step, step))[: -(-max(most, 1) // step) + 1]
        power *= 10
