"""Draws accuracy against tokens per problem as SVG, in the manner of `reckon eval --plot`. Standard library only."""

import math
import pathlib
import sys
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))
from plot import COLOURS, line, text  # noqa: E402

WIDTH, HEIGHT = 760, 450
LEFT, RIGHT, TOP, BOTTOM = 66, 214, 64, 60
LABEL_HEIGHT = 18
LONGEST_NAME = 25  # characters that the right margin holds
REFERENCE = "#444444"


class Point(NamedTuple):
    tokens: float
    right: float  # share of the problems
    low: float    # of its 95 % interval
    high: float


class Series(NamedTuple):
    name: str
    points: list  # in order of tokens
    reference: bool = False  # drawn dashed and grey: what the others are compared with


class Scale:
    def __init__(self, series):
        tokens = [point.tokens for one in series for point in one.points]
        self.low, self.high = math.log10(min(tokens)) - 0.06, math.log10(max(tokens)) + 0.06
        highest = max(point.high for one in series for point in one.points)
        self.top = next(end for end in (0.1, 0.2, 0.4, 0.6, 0.8, 1.0) if highest <= end)

    def x(self, tokens):
        return LEFT + (math.log10(tokens) - self.low) / (self.high - self.low) * (WIDTH - LEFT - RIGHT)

    def y(self, right):
        return HEIGHT - BOTTOM - right / self.top * (HEIGHT - BOTTOM - TOP)

    def marks(self):
        """1, 2 and 5 times powers of ten; of less than a decade 1.5, 3 and 7 times too."""
        digits = (1, 1.5, 2, 3, 5, 7) if self.high - self.low < 0.8 else (1, 2, 5)
        exponents = range(math.floor(self.low), math.ceil(self.high) + 1)
        marks = (digit * 10**exponent for exponent in exponents for digit in digits)
        return [mark for mark in marks if self.low <= math.log10(mark) <= self.high]


def axes(scale):
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    steps = {0.1: 5, 0.6: 3, 1.0: 5}.get(scale.top, 4)
    parts = []
    for i in range(steps + 1):
        y = scale.y(scale.top * i / steps)
        parts.append(line(LEFT, y, right, y, "#dddddd" if i else "#666666", 1))
        parts.append(text(LEFT - 8, y + 4, f"{100 * scale.top * i / steps:g} %", "end"))
    for mark in scale.marks():
        parts.append(line(scale.x(mark), bottom, scale.x(mark), bottom + 5, "#666666", 1))
        parts.append(text(scale.x(mark), bottom + 20, f"{mark:g}", "middle"))
    middle = (TOP + bottom) / 2
    parts.append(text((LEFT + right) / 2, HEIGHT - 16, "mean tokens per problem (log scale)", "middle"))
    parts.append(text(16, middle, "accuracy, 95 % interval", "middle", more=f' transform="rotate(-90 16 {middle:.1f})"'))
    return parts


def label_places(ends):
    """Heights of labels: as near to the ends of their series as they can be without touching or leaving the drawing."""
    order = sorted(range(len(ends)), key=lambda i: ends[i])
    places, free = list(ends), TOP
    for i in order:
        places[i] = free = max(ends[i], free)
        free += LABEL_HEIGHT
    free = HEIGHT - BOTTOM
    for i in reversed(order):
        places[i] = free = min(places[i], free)
        free -= LABEL_HEIGHT
    return places


def drawn(scale, one, colour, label_y):
    places = [(scale.x(point.tokens), scale.y(point.right)) for point in one.points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dashes = ' stroke-dasharray="6 4"' if one.reference else ""
    parts = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'] if len(places) > 1 else []
    for (x, y), point in zip(places, one.points):
        parts.append(line(x, scale.y(point.low), x, scale.y(point.high), colour, 1.2))
        fill = colour if len(places) > 1 else "#ffffff"  # tells one answer from the points of a line in the same colour
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>')
    end_x, end_y = places[-1]
    parts.append(line(end_x + 6, end_y, WIDTH - RIGHT + 10, label_y, "#cccccc", 1))
    parts.append(text(WIDTH - RIGHT + 14, label_y + 4, one.name, colour=colour, more=' font-weight="600"'))
    return parts


def svg(title, subtitle, series):
    scale = Scale(series)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="Helvetica, Arial, \'DejaVu Sans\', sans-serif">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        text(LEFT, 26, title, size=17, colour="#111111"),
        text(LEFT, 46, subtitle, size=12, colour="#444444"),
        *axes(scale),
    ]
    labels = label_places([scale.y(one.points[-1].right) for one in series])
    colours = iter(COLOURS)
    for one, label_y in zip(series, labels):
        parts += drawn(scale, one, REFERENCE if one.reference else next(colours), label_y)
    return "\n".join([*parts, "</svg>", ""])
