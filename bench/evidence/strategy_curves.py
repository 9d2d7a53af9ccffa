#!/usr/bin/env python3
"""Curves of docs/strategies: how often each is right at several sizes, beside a vote and a greedy answer on the same problems.

    bench/evidence/strategy_curves.py RECKON OUT [NAME...]

RECKON is the program, OUT a folder for the stores, NAME a strategy (none: all). From the folder of the project. Runs what
strategy_table.py names with `reckon eval --store`; what OUT holds is not run again, so what was interrupted goes on. Draws
docs/img/strategies/NAME.svg, and prints the tables of the pages and the one of docs/evidence.md. All count every token, the
verifier's too. "Vote" is a majority vote at the mean tokens of the row: of the two sizes that lie around these the shares that
cost as much. Differences are in pairs, problem by problem, with a 95 % interval from resamples of the problems. Standard library
only.
"""

import contextlib
import math
import pathlib
import re
import sqlite3
import statistics
import subprocess
import sys
import time
from typing import NamedTuple

from drawing import Axis, Series, svg
from resampling import interval_of_mean
from strategy_table import GREEDY, PAGES, VOTE

TOKENS = Axis("mean tokens per problem (log scale)", log=True)
RIGHT = Axis("right, %, with 95 % intervals", low=0)
FIRST, PROBLEMS = 4000, 100  # of the test split; no other measurement used these
PICTURES = pathlib.Path("docs/img/strategies")
ROWS = """SELECT runs.label, results.problem, results.correct,
                 prompt_tokens + cached_tokens + generated_tokens + drafted_tokens + verified_tokens
          FROM runs JOIN results USING (run) WHERE problem >= ? AND problem < ? ORDER BY runs.run"""


class Point(NamedTuple):
    tokens: float
    right: float  # share of the problems
    low: float    # of its 95 % interval
    high: float


def store_of(out, task, one):
    """A file for every task, verifier and further model, within which the text of a strategy names its run."""
    parts = [task, one.verifier or "checker"] + ([pathlib.Path(one.ensemble).stem] if one.ensemble else [])
    return out / (re.sub(r"[^a-z0-9]+", "-", "-".join(parts)) + ".sqlite")


def evaluate(reckon, out, task, one):
    command = [reckon, "eval", "--task", task, "--offset", str(FIRST), "--limit", str(PROBLEMS), "--parallel", "16"]
    command += ["--threads", "2", "--store", str(store_of(out, task, one))]
    command += ["--verifier", one.verifier] if one.verifier else []
    command += ["--ensemble", one.ensemble] if one.ensemble else []
    command += [word for strategy in one.strategies for word in ("--strategy", strategy)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        sys.exit(f"{' '.join(command)}: {ran.stderr.strip()}")


def results(out, task, one):
    """[(strategy, {problem: (right, tokens)})], cheapest first; of a strategy that was run by several programs the last."""
    found = {}
    with contextlib.closing(sqlite3.connect(f"file:{store_of(out, task, one)}?mode=ro", uri=True)) as database:
        for label, problem, right, tokens in database.execute(ROWS, (FIRST, FIRST + PROBLEMS)):
            found.setdefault(label.split(", verifier ")[0], {})[problem] = (int(bool(right)), tokens)
    lacking = [strategy for strategy in one.strategies if len(found.get(strategy, {})) < PROBLEMS]
    if lacking:
        sys.exit(f"{store_of(out, task, one)}: expected {PROBLEMS} problems of {lacking[0]}")
    return sorted(((strategy, found[strategy]) for strategy in one.strategies), key=lambda run: tokens_of(run[1]))


def tokens_of(solved):
    return statistics.fmean(tokens for _, tokens in solved.values())


def rights_of(solved):
    return [solved[problem][0] for problem in sorted(solved)]


def wilson(right, count, z=1.959964):
    share = right / count
    middle = share + z * z / (2 * count)
    reach = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, (middle - reach) / (1 + z * z / count)), min(1.0, (middle + reach) / (1 + z * z / count))


def point_of(solved):
    rights = rights_of(solved)
    return Point(tokens_of(solved), statistics.fmean(rights), *wilson(sum(rights), len(rights)))


def drawn(solved):
    at = point_of(solved)
    return at.tokens, 100 * at.right, (100 * at.low, 100 * at.high)


def vote_at(votes, tokens):
    """Chances of being right, problem by problem, of votes that cost `tokens` in the mean; None where one path costs more. Beyond
    the largest vote the largest."""
    if tokens < tokens_of(votes[0]):
        return None
    for less, more in zip(votes, votes[1:]):
        low, high = tokens_of(less), tokens_of(more)
        if tokens <= high:
            share = (tokens - low) / (high - low)
            return [a + (b - a) * share for a, b in zip(rights_of(less), rights_of(more))]
    return rights_of(votes[-1])


def difference(solved, vote):
    gains = [a - b for a, b in zip(rights_of(solved), vote)]
    low, high = interval_of_mean([gains])
    points = f"{100 * statistics.fmean(gains):+.1f} ({100 * low:+.1f} … {100 * high:+.1f})"
    return f"{100 * statistics.fmean(vote):.1f} | {points.replace('-', '−')}"


def table_row(strategy, verifier, solved, votes):
    at = point_of(solved)
    short = re.sub(r"\|(?:-?\d+\|){2,}", "|…|", strategy)  # a long list of numbers by its ends
    name = "`" + short.replace("|", "\\|") + "`" + (f", {verifier}" if verifier else "")
    vote = vote_at(votes, at.tokens)
    beside = difference(solved, vote) if vote else "– | –"
    return f"| {name} | {at.tokens:.0f} | {100 * at.right:.0f} ({100 * at.low:.0f} … {100 * at.high:.0f}) | {beside} |"


HEADS = "| run | tokens | right, % (95 %) | vote, % | difference, points (95 %) |\n| --- | ---: | ---: | ---: | ---: |"


def draw(name, out):
    page = PAGES[name]
    series = [Series(one.name, [drawn(solved) for _, solved in results(out, page.task, one)], reference=one in (VOTE, GREEDY))
              for one in (*page.lines, VOTE, GREEDY)]
    PICTURES.mkdir(parents=True, exist_ok=True)
    subtitle = f"{PROBLEMS} held-out problems of {page.task}; the verifier's tokens count"
    (PICTURES / f"{name}.svg").write_text(svg(name, subtitle, TOKENS, RIGHT, series), encoding="utf-8")


def tables(name, out):
    """The table of the page, and the row of docs/evidence.md: the largest size of the first line."""
    page = PAGES[name]
    votes = [solved for _, solved in results(out, page.task, VOTE)]
    own = [one for one in page.lines if one.strategies[0].startswith(name)]  # the others have pages of their own
    rows = [[table_row(strategy, one.verifier, solved, votes) for strategy, solved in results(out, page.task, one)]
            for one in own]
    together = f"| [{name}](strategies/{name}.md) | [curve](img/strategies/{name}.svg) | {page.task} {rows[0][-1]}"
    return "\n".join([HEADS, *(row for of_line in rows for row in of_line)]), together


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__.strip())
    reckon, out, names = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:] or list(PAGES)
    unknown = [name for name in names if name not in PAGES]
    if unknown:
        sys.exit(f"there are no runs for '{unknown[0]}'; strategy_table.py has {', '.join(PAGES)}")
    out.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    for i, name in enumerate(names):
        page = PAGES[name]
        for one in (VOTE, GREEDY, *page.lines):
            print(f"{i + 1} of {len(names)}, {time.monotonic() - begin:.0f} s: {name}, {one.name}", file=sys.stderr)
            evaluate(reckon, out, page.task, one)
    together = []
    for name in names:
        draw(name, out)
        table, row = tables(name, out)
        print(f"## {name}, {PAGES[name].task}\n\n{table}\n")
        together.append(row)
    print("| strategy | | problems " + HEADS.replace("\n", "\n| --- | --- | --- "), *together, sep="\n")


if __name__ == "__main__":
    main()
