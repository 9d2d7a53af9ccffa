#!/usr/bin/env python3
"""Tables and pictures of docs/evidence.md, "Laws of search and verification", from what bench/evidence/curves left in a folder.

    curves.py OUT [PICTURES]

Prints Markdown; draws one SVG for each curve into PICTURES where that is given. What is not in OUT is left out.
"""

import collections
import contextlib
import json
import math
import pathlib
import random
import re
import sqlite3
import statistics
import sys
from fractions import Fraction
from typing import NamedTuple

from drawing import Axis, Series, svg
from resampling import interval_of_mean

CHOSEN = 64  # paths that selectors are compared at
SUBSETS = 1000
DRAWN_LEVEL = 2  # of the levels at which a small and a large model are compared
RESAMPLES = 2000


class Path(NamedTuple):
    answer: str
    score: float
    right: bool
    tokens: int


def document(out, name):
    file = out / f"{name}.json"
    return json.loads(file.read_text()) if file.exists() else None


def pools(store):
    """{problem: its paths} of the first run."""
    found = collections.defaultdict(list)
    with contextlib.closing(sqlite3.connect(store)) as database:
        query = "SELECT problem, answer, score, correct, tokens FROM paths WHERE run = 1 ORDER BY problem, path"
        for problem, answer, score, right, tokens in database.execute(query):
            found[problem].append(Path(answer, score, bool(right), tokens))
    return found


def percent(value):
    return f"{100 * value:.1f}"


def table(title, first, *others):
    numbers = [" --- |" if "interval" in name else " ---: |" for name in others]
    print(f"\n#### {title}\n\n| {first} | {' | '.join(others)} |\n| --- |{''.join(numbers)}")


def points(gains):
    low, high = interval_of_mean([gains], RESAMPLES)
    return f"{100 * statistics.fmean(gains):+.1f} | {100 * low:.1f} … {100 * high:.1f}"


# --- what a selector makes of k of the paths, expected over all choices of k ---


def value_of(answer):
    """Answers of countdown are alike where they come to the same number; words are alike where they are the same."""
    if answer is None or not re.fullmatch(r"[\d+\-*/() ]{1,200}", answer) or "**" in answer or "//" in answer:
        return answer
    try:
        return eval(re.sub(r"\d+", r"Fraction(\g<0>)", answer), {"Fraction": Fraction})  # digits and operators alone
    except (SyntaxError, ZeroDivisionError, TypeError):
        return answer


def coverage(paths, k):
    wrong = sum(not path.right for path in paths)
    return 1 - math.comb(wrong, k) / math.comb(len(paths), k)


def best(paths, k):
    """Ties in score share the place."""
    groups = collections.defaultdict(list)
    for path in paths:
        groups[path.score].append(path.right)
    expected, before = 0, 0
    for score in sorted(groups, reverse=True):
        group = groups[score]
        none_before = math.comb(len(paths) - before, k) - math.comb(len(paths) - before - len(group), k)
        expected += statistics.fmean(group) * none_before / math.comb(len(paths), k)
        before += len(group)
    return expected


def vote(paths, k, weigh, source):
    groups = [value_of(path.answer) for path in paths]
    right = collections.defaultdict(list)
    for group, path in zip(groups, paths):
        right[group].append(path.right)
    share = {group: statistics.fmean(of) for group, of in right.items()}
    weights = [path.score if weigh else 1 for path in paths]
    total = 0
    for _ in range(SUBSETS):
        votes = collections.Counter()
        for i in source.sample(range(len(paths)), k):
            if groups[i] is not None:
                votes[groups[i]] += weights[i]
        most = max(votes.values(), default=0)
        leaders = [group for group, count in votes.items() if count >= most * (1 - 1e-12)]
        total += statistics.fmean(share[group] for group in leaders) if leaders else 0
    return total / SUBSETS


# --- the curves ---


def coverage_law(out):
    found = document(out, "coverage")
    if not found:
        return {}
    pool = found[0]["pool"]
    law = pool["coverage_law"]
    table("Coverage", "k", "some path right, %", "95 % interval", "by the law, %", "best by reward model, %", "weighted, %",
          "vote, %")
    for one in pool["curve"]:
        said = math.exp(-law["a"] * one["k"] ** -law["b"])
        low, high = one["pass_ci95"]
        print(f"| {one['k']} | {percent(one['pass'])} | {percent(low)} … {percent(high)} | {percent(said)} "
              f"| {percent(one['best'])} | {percent(one['weighted'])} | {percent(one['majority'])} |")
    print(f"\nexp(-a k^-b): a = {law['a']:.3f}, b = {law['b']:.3f}, R² = {law['r_squared']:.4f}, fitted for k from "
          f"{law['k'][0]:g} to {law['k'][1]:g}")
    curve = [(one["k"], -math.log(-math.log(one["pass"]))) for one in pool["curve"] if 0 < one["pass"] < 1]
    fit = [(k, -math.log(law["a"] * k ** -law["b"])) for k, _ in curve]
    by_selector = [Series(name, [(one["k"], 100 * one[field], None) for one in pool["curve"]])
                   for name, field in [("oracle = coverage", "pass"), ("best by reward model", "best"),
                                       ("weighted vote", "weighted"), ("vote", "majority")]]
    return {
        "coverage-law": svg("Coverage of countdown, level 3",
                            "100 problems, 256 paths each; a straight line is the law exp(-a k^-b)",
                            Axis("paths k (log scale)", log=True), Axis("-ln(-ln coverage)"),
                            [Series("measured", [(k, value, None) for k, value in curve]),
                             Series("law", [(k, value, None) for k, value in fit], reference=True)]),
        "selectors": svg("What selectors make of k paths, countdown, level 3",
                         "100 problems, expected over all choices of k of 256 paths",
                         Axis("paths k (log scale)", log=True), Axis("right, %", low=0), by_selector),
    }


def selectors(out):
    store = out / "coverage.sqlite"
    if not store.exists():
        return {}
    source = random.Random(1)
    rows = collections.defaultdict(list)
    for paths in pools(store).values():
        rows["vote"].append(vote(paths, CHOSEN, False, source))
        rows["weighted vote"].append(vote(paths, CHOSEN, True, source))
        rows["best by reward model"].append(best(paths, CHOSEN))
        rows["oracle = coverage"].append(coverage(paths, CHOSEN))
    table(f"Selectors at k = {CHOSEN}", "selector", "right, %", "over the one above, points", "95 % interval")
    names = list(rows)
    for before, name in zip([None, *names], names):
        gain = points([a - b for a, b in zip(rows[name], rows[before])]) if before else " | "
        print(f"| {name} | {percent(statistics.fmean(rows[name]))} | {gain} |")
    return {}


def search(out):
    found = [*(document(out, "search") or []), *(document(out, "search-astar") or [])]
    pool = document(out, "coverage")
    if not found or not pool:
        return {}
    pool = pool[0]
    tokens = pool["tokens_by_purpose_mean"]
    every = sum(tokens[name] for name in ("generated", "verified")) / max(one["k"] for one in pool["pool"]["curve"])
    of_best = {one["k"]: (tokens["prompt"] + one["k"] * every, one["best"]) for one in pool["pool"]["curve"]}
    target_tokens, target = of_best[64]
    table("Search by steps", "strategy", "right, %", "95 % interval", "tokens", "of best-of-64's", "GFLOP")
    print(f"| best of 64 | {percent(target)} | | {target_tokens:.0f} | 1 | |")
    series = collections.defaultdict(list)
    for one in found:
        low, high = one["ci95"]
        name = re.split("[:,]", one["strategy"])[0]
        series[name].append((one["tokens_mean"], 100 * one["accuracy"], (100 * low, 100 * high)))
        print(f"| {one['strategy']} | {percent(one['accuracy'])} | {percent(low)} … {percent(high)} | {one['tokens_mean']:.0f} "
              f"| {one['tokens_mean'] / target_tokens:.2f} | {one['flops_mean'] / 1e9:.1f} |")
    drawn = [Series("best of n", [(cost, 100 * right, None) for cost, right in of_best.values()], reference=True)]
    drawn += [Series(name, sorted(at)) for name, at in series.items()]
    return {"search-tokens": svg("Search by steps and best of n, countdown, level 3",
                                 "100 problems, reward model as verifier, its tokens counted",
                                 Axis("mean tokens per problem (log scale)", log=True), Axis("right, %", low=0), drawn)}


def noise(out):
    # By file, the chance that a wrong path is accepted.
    found = {float(file.stem.removeprefix("noise-")): json.loads(file.read_text())[0] for file in out.glob("noise-*.json")}
    if not found:
        return {}
    clean = pools(out / "noise-0.sqlite")
    chances = [sum(path.right for path in paths) / len(paths) for paths in clean.values()]
    table("A checker that accepts wrong paths", "wrong paths accepted", *(f"best of {k}, %" for k in (1, 4, 16, 64)),
          "share of accepted paths that are right, %")
    drawn = []
    for error, one in sorted(found.items()):
        curve = {at["k"]: at["best"] for at in one["pool"]["curve"]}
        plateau = statistics.fmean(p / (p + (1 - p) * error) if p else 0 for p in chances)  # S7, with t = 1
        print(f"| {100 * error:.0f} % | " + " | ".join(percent(curve[k]) for k in (1, 4, 16, 64)) + f" | {percent(plateau)} |")
        drawn.append(Series(f"e = {error:g}", [(k, 100 * right, None) for k, right in curve.items()]))
    return {"noisy-oracle": svg("Best of k by a checker that accepts a share e of wrong paths",
                                "countdown, level 3, 100 problems, 64 paths each",
                                Axis("paths k (log scale)", log=True), Axis("right, %", low=0), drawn)}


def think(out):
    found = document(out, "think")
    if not found:
        return {}
    table("Thinking budget", "tokens of thinking at most", "right, %", "95 % interval", "tokens generated")
    curve = []
    for one in found:
        most = int(re.search(r"most=(\d+)", one["strategy"])[1])
        low, high = one["ci95"]
        generated = one["tokens_by_purpose_mean"]["generated"]
        print(f"| {most} | {percent(one['accuracy'])} | {percent(low)} … {percent(high)} | {generated:.1f} |")
        curve.append((most, 100 * one["accuracy"], (100 * low, 100 * high)))
    return {"think-budget": svg("Right answers by the most tokens of thinking",
                                "countdown, level 3, 100 problems, greedy; a token is a byte",
                                Axis("most tokens of thinking"), Axis("right, %", low=0), [Series("greedy", sorted(curve))])}


def sizes(out):
    rows, pictures = [], {}
    for level in range(1, 6):
        small, large = document(out, f"small-{level}"), document(out, f"large-{level}")
        if not small or not large:
            continue
        rows.append((level, small[0], large[0]))
    if not rows:
        return {}
    table("A small model with search, a large one greedy", "level", "large, greedy: right, %", "GFLOP",
          "small, vote of as many as cost no more", "small, best by reward model of as many", "small, best of 64", "its GFLOP")
    for level, small, large in rows:
        by_vote, by_best = small_curves(out / f"small-{level}.sqlite", small)
        afford = large["flops_mean"]
        low, high = large["ci95"]
        last = by_best[-1]
        print(f"| {level} | {percent(large['accuracy'])} ({percent(low)} … {percent(high)}) | {afford / 1e9:.2f} "
              f"| {affordable(by_vote, afford)} | {affordable(by_best, afford)} | {percent(last[2])} | {last[1] / 1e9:.2f} |")
        if level != DRAWN_LEVEL:
            continue
        pictures["small-and-large"] = svg(
            f"A small model's search beside a large one, countdown, level {level}",
            "100 problems; FLOPs of the reward model are counted",
            Axis("GFLOP per problem (log scale)", log=True), Axis("right, %", low=0),
            [Series("large, greedy", [(afford / 1e9, 100 * large["accuracy"], (100 * low, 100 * high))], reference=True),
             Series("small, vote of k", [(flops / 1e9, 100 * right, None) for _, flops, right in by_vote]),
             Series("small, best of k", [(flops / 1e9, 100 * right, None) for _, flops, right in by_best])])
    return pictures


def affordable(curve, flops):
    within = [one for one in curve if one[1] <= flops]
    if not within:
        return f"none (k = 1 takes {curve[0][1] / 1e9:.2f})"
    k, cost, right = within[-1]
    return f"{percent(right)} (k = {k}, {cost / 1e9:.2f})"


def small_curves(store, small):
    """(k, FLOPs, share right) of a vote, which pays for no scores, and of the best by them; a later token is taken to cost what
    the mean one does."""
    with contextlib.closing(sqlite3.connect(store)) as database:
        flops, scored = database.execute("SELECT avg(flops), avg(verified_flops) FROM results WHERE run = 1").fetchone()
    tokens = small["tokens_by_purpose_mean"]
    drawing = flops - scored
    prompt = tokens["prompt"] / (tokens["prompt"] + tokens["generated"]) * drawing
    paths = max(one["k"] for one in small["pool"]["curve"])
    cost = lambda k, total: prompt + k / paths * (total - prompt)  # noqa: E731
    curve = small["pool"]["curve"]
    return ([(one["k"], cost(one["k"], drawing), one["majority"]) for one in curve],
            [(one["k"], cost(one["k"], flops), one["best"]) for one in curve])


def main():
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    out = pathlib.Path(sys.argv[1])
    pictures = {}
    for curve in (coverage_law, selectors, search, noise, think, sizes):
        pictures |= curve(out)
    if len(sys.argv) == 3:
        for name, picture in pictures.items():
            (pathlib.Path(sys.argv[2]) / f"{name}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
