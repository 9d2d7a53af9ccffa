"""Draws how often scores come true, a panel per read-out and a line per task, in the manner of `reckon eval --plot`."""

from __future__ import annotations

from xml.sax.saxutils import escape

PANEL, GAP, LEFT, TOP, BOTTOM, RIGHT = 240, 34, 64, 90, 62, 24
# Okabe and Ito's palette for every kind of colour vision, as in src/tasks/plot.cpp.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9"]
MEANINGS = {"good": "good: a right answer is within reach", "ok": "ok: every step is valid", "hi": "hi: this path ends right"}


def text(x: float, y: float, words: str, anchor: str = "start", size: int = 12, colour: str = "#333333", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{more}>{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, colour: str, more: str = "") -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{more}/>'


def panel(left: float, title: str, curves: dict, first: bool) -> list[str]:
    """One read-out: bins of equal mass as (mean score, share that came true, count), and the diagonal they should lie on."""

    def place(score: float, share: float) -> tuple[float, float]:
        return left + score * PANEL, TOP + (1 - share) * PANEL

    parts = [text(left, TOP - 10, title, size=13, colour="#111111")]
    for tenths in range(0, 11, 2):
        x, y = place(tenths / 10, tenths / 10)
        parts.append(line(left, y, left + PANEL, y, "#e4e4e4" if tenths else "#666666"))
        parts.append(text(x, TOP + PANEL + 18, f"{tenths / 10:g}", "middle"))
        if first:
            parts.append(text(left - 8, y + 4, f"{tenths / 10:g}", "end"))
    parts.append(line(*place(0, 0), *place(1, 1), "#888888", ' stroke-dasharray="4 4"'))
    for colour, bins in zip(COLOURS, curves.values()):
        places = [place(score, share) for score, share, _ in bins]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
    parts.append(text(left + PANEL / 2, TOP + PANEL + 40, "score", "middle"))
    return parts


def reliability_svg(curves: dict) -> str:
    """`curves`: per read-out, per task, the bins from low to high."""
    width, height = LEFT + len(curves) * (PANEL + GAP) - GAP + RIGHT, TOP + PANEL + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'font-family="Helvetica, Arial, sans-serif">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        text(LEFT, 26, "How often the reward model's scores come true", size=17, colour="#111111"),
    ]
    x = LEFT
    for colour, task in zip(COLOURS, next(iter(curves.values()))):
        parts.append(f'<circle cx="{x + 5}" cy="44" r="4" fill="{colour}"/>')
        parts.append(text(x + 14, 48, task, colour=colour))
        x += 30 + 7 * len(task)
    middle = TOP + PANEL / 2
    parts.append(text(18, middle, "share that came true", "middle", more=f' transform="rotate(-90 18 {middle:.1f})"'))
    for number, (name, lines) in enumerate(curves.items()):
        parts += panel(LEFT + number * (PANEL + GAP), MEANINGS.get(name, name), lines, number == 0)
    return "\n".join([*parts, "</svg>", ""])
