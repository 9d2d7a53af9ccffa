#!/usr/bin/env python3
"""Draws what speed.py --json wrote: tokens per second against branches and against the tokens before.

    plot.py speed.json docs/img

Writes speed-branches.svg (tg as one branch, plN) and, where contexts were measured, speed-context.svg (tgN@C), in the manner of
`reckon eval --plot`: every series is named at its end, bars go from the lowest to the highest round.
"""

import math
import pathlib
import re
import sys
from xml.sax.saxutils import escape

from arguments import Parser, folder_to_write, json_of

WIDTH, HEIGHT = 860, 500
LEFT, RIGHT, TOP, BOTTOM = 78, 170, 62, 66
LABEL_HEIGHT = 18
# Okabe and Ito's palette for every kind of colour vision, as in src/tasks/plot.cpp.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9"]


def series_of(document, x_of):
    """[(engine, [(x, found)])]; x_of gives the x of a test, or None."""
    series = []
    for engine in document["engines"]:
        points = {}
        for row in document["rows"]:
            x, found = x_of(row["test"]), row["engines"].get(engine["name"])
            if x and found:
                points[x] = found
        if points:
            series.append((engine["name"], sorted(points.items())))
    return series


def branches_of(test):
    if re.fullmatch(r"tg\d+", test):
        return 1
    match = re.fullmatch(r"pl(\d+)", test)
    return int(match[1]) if match else None


def context_of(test):
    match = re.fullmatch(r"tg\d+@(\d+)", test)
    return int(match[1]) if match else None


def round_step(top):
    """A step of 1, 2 or 5 times a power of ten that gives four to nine marks up to `top`."""
    step = 10 ** math.floor(math.log10(top / 4))
    return next(step * factor for factor in (1, 2, 5, 10) if top / (step * factor) <= 9)


def mark_text(value):
    return f"{value // 1024}k" if value >= 1024 and value % 1024 == 0 else str(value)


class Chart:
    def __init__(self, series):
        xs = sorted({x for _, points in series for x, _ in points})
        self.low, self.high = math.log2(xs[0]), math.log2(xs[-1])
        if self.low == self.high:
            self.low, self.high = self.low - 1, self.high + 1
        top = max(found["max"] for _, points in series for _, found in points)
        self.step = round_step(top)
        self.top = math.ceil(top / self.step) * self.step
        self.xs = xs

    def x(self, value):
        return LEFT + 12 + (math.log2(value) - self.low) / (self.high - self.low) * (WIDTH - LEFT - RIGHT - 12)

    def y(self, value):
        return HEIGHT - BOTTOM - value / self.top * (HEIGHT - BOTTOM - TOP)


def text(x, y, words, anchor="start", size=13, colour="#333333", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{more}>{escape(words)}</text>'


def line(x1, y1, x2, y2, colour, width):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def axes(chart, x_title):
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = []
    for i in range(round(chart.top / chart.step) + 1):
        y = chart.y(i * chart.step)
        parts.append(line(LEFT, y, right, y, "#dddddd" if i else "#666666", 1))
        parts.append(text(LEFT - 8, y + 4, f"{i * chart.step:g}", "end"))
    for x in chart.xs:
        parts.append(line(chart.x(x), bottom, chart.x(x), bottom + 5, "#666666", 1))
        parts.append(text(chart.x(x), bottom + 20, mark_text(x), "middle"))
    middle = (TOP + bottom) / 2
    parts.append(text((LEFT + right) / 2, HEIGHT - 18, x_title, "middle"))
    parts.append(text(20, middle, "tokens per second", "middle", more=f' transform="rotate(-90 20 {middle:.1f})"'))
    return parts


def label_places(ends):
    """The heights of labels, as near to the ends of their series as they can be without touching."""
    order = sorted(range(len(ends)), key=lambda i: ends[i])
    places = list(ends)
    for before, after in zip(order, order[1:]):
        places[after] = max(places[after], places[before] + LABEL_HEIGHT)
    over = max(places) - (HEIGHT - BOTTOM)
    return [place - max(0, over) for place in places]


def drawn_series(chart, name, points, colour, label_y):
    places = [(chart.x(x), chart.y(found["median"])) for x, found in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>']
    for (x, y), (_, found) in zip(places, points):
        parts.append(line(x, chart.y(found["min"]), x, chart.y(found["max"]), colour, 1.5))
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')
    end = places[-1][0]
    parts.append(line(end + 6, places[-1][1], WIDTH - RIGHT + 14, label_y, "#bbbbbb", 1))
    parts.append(text(WIDTH - RIGHT + 18, label_y + 4, name, colour=colour))
    return parts


def framed(width, height, left, title, subtitle, parts):
    """The document around a drawing, with what stands above it."""
    head = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            'font-family="Helvetica, Arial, \'DejaVu Sans\', sans-serif">',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            text(left, 26, title, size=17, colour="#111111"), text(left, 46, subtitle, size=12, colour="#444444")]
    return "\n".join([*head, *parts, "</svg>", ""])


def svg(title, subtitle, x_title, series):
    chart = Chart(series)
    parts = axes(chart, x_title)
    labels = label_places([chart.y(points[-1][1]["median"]) for _, points in series])
    for i, (name, points) in enumerate(series):
        parts += drawn_series(chart, name, points, COLOURS[i % len(COLOURS)], labels[i])
    return framed(WIDTH, HEIGHT, LEFT, title, subtitle, parts)


NUMBER = (int, float)
FOUND = {"median": NUMBER, "min": NUMBER, "max": NUMBER}
# What write_plots reads: of a list, what each item holds; of None, what each value holds, whatever its key.
SHAPE = {"model": str, "threads": int, "rounds": int, "machine": (dict, type(None)), "engines": [{"name": str}],
         "rows": [{"test": str, "engines": {None: FOUND}}]}


def misfit(value, shape, where="the document"):
    """What of `value` is not as `shape` says, in words; None where all is."""
    if isinstance(shape, list):
        if not isinstance(value, list):
            return f"{where} is no list"
        parts = [(one, shape[0], f"{where}[{i}]") for i, one in enumerate(value)]
    elif isinstance(shape, dict):
        if not isinstance(value, dict):
            return f"{where} is no object"
        absent = [key for key in shape if key is not None and key not in value]
        if absent:
            return f"{where} has no '{absent[0]}'"
        parts = [(one, shape.get(key, shape.get(None)), f"{where}.{key}") for key, one in value.items()]
    else:
        return None if isinstance(value, shape) else f"{where} is {type(value).__name__}"
    return next((found for one, wanted, place in parts if wanted and (found := misfit(one, wanted, place))), None)


def write_plots(document, folder):
    """The names of the files written: none where neither branches nor contexts were measured."""
    written = []
    folder.mkdir(parents=True, exist_ok=True)
    processor = (document["machine"] or {}).get("processor", "")
    subtitle = (f"{document['model']}, {document['threads']} threads{', ' if processor else ''}{processor}; median, lowest and "
                f"highest of {document['rounds']} round{'' if document['rounds'] == 1 else 's'}")
    plots = [("speed-branches.svg", "Branches of one prompt, all together", "branches", branches_of),
             ("speed-context.svg", "One stream behind a long prompt", "tokens before", context_of)]
    for name, title, x_title, x_of in plots:
        series = series_of(document, x_of)
        if series:
            (folder / name).write_text(svg(title, subtitle, x_title, series), encoding="utf-8")
            written.append(name)
    return written


def main():
    parser = Parser(description=__doc__.split("\n\n")[0])
    parser.add_argument("document", type=pathlib.Path, help="what speed.py --json wrote")
    parser.add_argument("folder", type=folder_to_write, help="where the drawings go")
    arguments = parser.parse_args()
    made_by = "what speed.py --json wrote"
    try:
        document = json_of(arguments.document, made_by)
    except ValueError as fault:
        parser.error(str(fault))
    wrong = misfit(document, SHAPE)
    if wrong:
        parser.error(f"{arguments.document}: {wrong}; give {made_by}")
    if not write_plots(document, arguments.folder):
        parser.error(f"{arguments.document}: holds neither branches nor contexts, so there is nothing to draw; "
                     "run speed.py with --branches or --context")
    return 0


if __name__ == "__main__":
    sys.exit(main())
