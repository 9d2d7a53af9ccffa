#!/usr/bin/env python3
"""Tables of docs/evidence.md from what bench/evidence/run left in a folder.

    tables.py OUT

Prints Markdown: a row per NAME.json, then for those with several paths what k of them are worth, how often a program that
passes what is shown fails what is hidden, how much that beats a vote, and the small model's best of k beside the large one's
greedy answer at equal FLOPs.
"""

import collections
import contextlib
import json
import pathlib
import sqlite3
import statistics
import sys

from resampling import interval_of_mean


def percent(value):
    return f"{100 * value:.1f}"


def interval(pair):
    return f"{100 * pair[0]:.1f} … {100 * pair[1]:.1f}"


def documents(folder):
    """{name: the one strategy's result}, in the order of their names."""
    return {file.stem: json.loads(file.read_text())[0] for file in sorted(folder.glob("*.json"))}


def accuracies(found):
    print("| run | problems | right, % | 95 % interval | tokens | of these generated | GFLOP |")
    print("| --- | ---: | ---: | --- | ---: | ---: | ---: |")
    for name, one in found.items():
        generated = one["tokens_by_purpose_mean"]["generated"]
        print(f"| {name} | {one['n']} | {percent(one['accuracy'])} | {interval(one['ci95'])} | {one['tokens_mean']:.0f} "
              f"| {generated:.0f} | {one['flops_mean'] / 1e9:.0f} |")


def flops_of(one, k):
    """FLOPs of k of a pool's paths: the prompt once, and k mean paths. A later token is dearer by its attention; the mean stands
    for each."""
    tokens = one["tokens_by_purpose_mean"]
    paths = max(point["k"] for point in one["pool"]["curve"])
    total = tokens["prompt"] + tokens["generated"]
    return one["flops_mean"] * (tokens["prompt"] + tokens["generated"] * k / paths) / total


def pools(found):
    for name, one in found.items():
        curve = one.get("pool", {}).get("curve", [])
        if len(curve) < 2:
            continue
        print(f"\n### {name}\n")
        print("| k | some path right (pass@k), % | 95 % interval | best by verifier | majority | GFLOP |")
        print("| ---: | ---: | --- | ---: | ---: | ---: |")
        for point in curve:
            print(f"| {point['k']} | {percent(point['pass'])} | {interval(point['pass_ci95'])} | {percent(point['best'])} "
                  f"| {percent(point['majority'])} | {flops_of(one, point['k']) / 1e9:.0f} |")
        law = one["pool"].get("coverage_law")
        if law:
            print(f"\nCoverage law exp(-a k^-b): a = {law['a']:.3f}, b = {law['b']:.3f}, R² = {law['r_squared']:.4f}")


def accepted(folder):
    """Of programs that pass all tests shown: how many fail a hidden one."""
    print("\n| store, strategy | programs | pass all shown | of these wrong | right, but fail a shown one |")
    print("| --- | ---: | ---: | ---: | ---: |")
    query = """SELECT label, count(*), sum(score >= 1), sum(score >= 1 AND NOT correct), sum(score < 1 AND correct)
               FROM paths JOIN runs USING (run) WHERE verifier LIKE 'tests%' GROUP BY run"""
    for store in sorted(folder.glob("*.sqlite")):
        with contextlib.closing(sqlite3.connect(store)) as database:
            for label, paths, passed, wrong, missed in database.execute(query):
                share = percent(wrong / max(passed, 1))
                print(f"| {store.stem}, {label} | {paths} | {passed} | {wrong} ({share} %) | {missed} |")


def against_votes(folder):
    """The strategy's answer less a vote on the same paths, problem by problem; ties of the vote count in part."""
    print("\n| store, strategy | problems | right, % | vote on the same paths, % | difference, points | 95 % interval |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    for store in sorted(folder.glob("*.sqlite")):
        with contextlib.closing(sqlite3.connect(store)) as database:
            runs = database.execute("SELECT run, label FROM runs WHERE verifier LIKE 'tests%' ORDER BY run").fetchall()
            for run, label in runs:
                chosen = dict(database.execute("SELECT problem, correct FROM results WHERE run = ?", (run,)))
                paths = collections.defaultdict(list)
                query = "SELECT problem, answer, correct FROM paths WHERE run = ?"
                for problem, answer, right in database.execute(query, (run,)):
                    paths[problem].append((answer, right))
                if all(len(drawn) < 2 for drawn in paths.values()):
                    continue
                gains = [chosen[problem] - vote_of(drawn) for problem, drawn in paths.items()]
                low, high = interval_of_mean([gains])
                right, gain = statistics.mean(chosen[problem] for problem in paths), statistics.mean(gains)
                print(f"| {store.stem}, {label} | {len(gains)} | {percent(right)} | {percent(right - gain)} | {percent(gain)} "
                      f"| {percent(low)} … {percent(high)} |")


def vote_of(drawn):
    counts = collections.Counter(answer for answer, _ in drawn if answer is not None)
    leaders = [answer for answer, count in counts.items() if count == max(counts.values())]
    return statistics.mean(max(right for answer, right in drawn if answer == leader) for leader in leaders) if leaders else 0


def equal_flops(found):
    print("\n| task | 1.5B greedy, % | its GFLOP | 0.5B, k | best of k, % | GFLOP |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, large in found.items():
        pool = found.get(name.replace("-greedy-large", "-pool"))
        if not name.endswith("-greedy-large") or pool is None:
            continue
        affordable = [point for point in pool["pool"]["curve"] if flops_of(pool, point["k"]) <= large["flops_mean"]]
        if affordable:
            point = affordable[-1]
            print(f"| {name.removesuffix('-greedy-large')} | {percent(large['accuracy'])} | {large['flops_mean'] / 1e9:.0f} "
                  f"| {point['k']} | {percent(point['best'])} | {flops_of(pool, point['k']) / 1e9:.0f} |")


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__.strip())
    folder = pathlib.Path(sys.argv[1])
    found = documents(folder)
    accuracies(found)
    pools(found)
    accepted(folder)
    against_votes(folder)
    equal_flops(found)


if __name__ == "__main__":
    main()
