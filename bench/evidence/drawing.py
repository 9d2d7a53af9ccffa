"""Draws series over an axis as SVG, in the manner of `reckon eval --plot`. Standard library only."""

import math
import pathlib
import sys
from typing import NamedTuple, Optional

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))
from plot import COLOURS, framed, line, round_step, text  # noqa: E402

WIDTH, HEIGHT = 760, 450
LEFT, RIGHT, TOP, BOTTOM = 66, 214, 64, 60
LABEL_HEIGHT = 18
LONGEST_NAME = 25  # characters that the right margin holds
MORE_COLOURS = [*COLOURS, "#8a6d00", "#444444"]
REFERENCE = "#555555"


class Series(NamedTuple):
    name: str
    points: list             # (x, y, interval of y or None), in order of x
    reference: bool = False  # dashed and grey: what the others are compared with


class Axis(NamedTuple):
    title: str
    log: bool = False
    low: Optional[float] = None  # where it begins; None = a little below the least


class Scale:
    def __init__(self, axis, values, begin, end):
        place = math.log2 if axis.log else float
        least, most = min(map(place, values)), max(map(place, values))
        margin = 0.04 * (most - least) or 0.5
        self.low = axis.low if axis.low is not None else least - margin
        self.high = most + margin
        self.axis, self.begin, self.end = axis, begin, end

    def at(self, value):
        place = math.log2(value) if self.axis.log else value
        return self.begin + (place - self.low) / (self.high - self.low) * (self.end - self.begin)

    def marks(self):
        if self.axis.log:
            return log_marks(2**self.low, 2**self.high)
        step = round_step(self.high - self.low)
        first = math.ceil(self.low / step)
        return [i * step for i in range(first, math.floor(self.high / step) + 1)]


def log_marks(low, high):
    """Powers of two where whole numbers are few enough to be counted, else 1, 2 and 5 times powers of ten."""
    if low >= 0.5 and high <= 1024:
        return [2**i for i in range(math.ceil(math.log2(low)), math.floor(math.log2(high)) + 1)]
    digits = (1, 2, 5) if high / low > 6 else (1, 1.5, 2, 3, 5, 7)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [digit * 10.0**power for power in powers for digit in digits if low <= digit * 10.0**power <= high]


def axes(across, up):
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = []
    for mark in up.marks():
        parts += [line(LEFT, up.at(mark), right, up.at(mark), "#dddddd", 1), text(LEFT - 8, up.at(mark) + 4, f"{mark:g}", "end")]
    parts.append(line(LEFT, bottom, right, bottom, "#666666", 1))
    for mark in across.marks():
        parts += [line(across.at(mark), bottom, across.at(mark), bottom + 5, "#666666", 1),
                  text(across.at(mark), bottom + 20, f"{mark:g}", "middle")]
    middle = (TOP + bottom) / 2
    parts.append(text((LEFT + right) / 2, HEIGHT - 16, across.axis.title, "middle"))
    parts.append(text(18, middle, up.axis.title, "middle", more=f' transform="rotate(-90 18 {middle:.1f})"'))
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


def drawn(across, up, one, colour, label_y):
    places = [(across.at(x), up.at(y)) for x, y, _ in one.points]
    dashes = ' stroke-dasharray="6 4"' if one.reference else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'] if len(places) > 1 else []
    for (x, y), (_, _, interval) in zip(places, one.points):
        if interval:
            parts.append(line(x, up.at(interval[0]), x, up.at(interval[1]), colour, 1.2))
        fill = colour if len(places) > 1 else "#ffffff"  # tells one answer from the points of a line in the same colour
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>')
    parts.append(line(places[-1][0] + 6, places[-1][1], WIDTH - RIGHT + 10, label_y, "#cccccc", 1))
    parts.append(text(WIDTH - RIGHT + 14, label_y + 4, one.name, colour=colour, more=' font-weight="600"'))
    return parts


def svg(title, subtitle, x_axis, y_axis, series):
    points = [point for one in series for point in one.points]
    values = [y for _, y, _ in points] + [end for _, _, interval in points for end in interval or ()]
    across = Scale(x_axis, [x for x, _, _ in points], LEFT, WIDTH - RIGHT)
    up = Scale(y_axis, values, HEIGHT - BOTTOM, TOP)
    parts = axes(across, up)
    labels = label_places([up.at(one.points[-1][1]) for one in series])
    colours = iter(MORE_COLOURS)
    for one, label_y in zip(series, labels):
        parts += drawn(across, up, one, REFERENCE if one.reference else next(colours), label_y)
    return framed(WIDTH, HEIGHT, LEFT, title, subtitle, parts)
