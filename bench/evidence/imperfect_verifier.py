#!/usr/bin/env python3
"""How many paths are worth drawing when the verifier errs: what the allocator `flaws` reckons beside what paths of a store say.

    bench/evidence/imperfect_verifier.py STORE [--accept 0.5] [--mistakes 0.25 0.5 1 2 4]

STORE is of one `reckon eval` with a verifier, whose strategy draws many paths on their own (best_of_n:n=64). One draws until the
verifier accepts a path, at most K; a right answer is worth 1, a wrong one costs the mistake, none is worth nothing. From every
other problem: how often the verifier accepts right and wrong paths, the Beta law of a problem's accuracy (by its moments, without
the noise of counting), and the K that is worth most by the sum of docs/allocation.md. On the problems between: what each K is
worth, in the mean over all orders of a problem's paths. Then the other way round; figures are means over both. Standard library
only.
"""

import argparse
import contextlib
import math
import sqlite3
import statistics
import sys

from resampling import interval_of_mean

POINTS = 2000  # of the integral over a problem's accuracy


def pools_of(store, accept):
    """Of each problem a list of (accepted, right)."""
    pools = {}
    with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        rows = database.execute("select run, problem, score, correct from paths order by problem, path").fetchall()
    if len({row[0] for row in rows}) != 1:
        sys.exit(f"{store}: expected the paths of one run; it holds those of {len({row[0] for row in rows})}")
    for _, problem, score, right in rows:
        pools.setdefault(problem, []).append((score is not None and score >= accept, bool(right)))
    return list(pools.values())


def rates(pools):
    """Completeness, soundness, and the two parameters of the Beta law."""
    paths = [path for pool in pools for path in pool]
    of_right = [accepted for accepted, right in paths if right]
    of_wrong = [accepted for accepted, right in paths if not right]
    shares = [statistics.fmean(right for _, right in pool) for pool in pools]
    mean = statistics.fmean(shares)
    count = statistics.fmean(len(pool) for pool in pools)
    spread = (statistics.pvariance(shares) - mean * (1 - mean) / count) / (1 - 1 / count)
    weight = mean * (1 - mean) / max(spread, 1e-6) - 1
    return statistics.fmean(of_right), 1 - statistics.fmean(of_wrong), mean * weight, (1 - mean) * weight


def clustering(pools):
    """How many times as much the shares of wrong paths that are accepted vary between problems as by chance."""
    wrong = [[accepted for accepted, right in pool if not right] for pool in pools]
    wrong = [paths for paths in wrong if len(paths) > 1]
    mean = statistics.fmean(accepted for paths in wrong for accepted in paths)
    by_chance = statistics.fmean(mean * (1 - mean) / len(paths) for paths in wrong)
    return statistics.pvariance([statistics.fmean(paths) for paths in wrong]) / by_chance if by_chance else 1.0


def reckoned(completeness, soundness, right, wrong, mistake, most):
    """The K that is worth most, 0 where no draw is."""
    accuracies = [(i + 0.5) / POINTS for i in range(POINTS)]
    logs = [(right - 1) * math.log(r) + (wrong - 1) * math.log(1 - r) for r in accuracies]
    law = [math.exp(value - max(logs)) for value in logs]
    rejected = [(1 - completeness) * r + soundness * (1 - r) for r in accuracies]
    gains = [completeness * r - (1 - soundness) * (1 - r) * mistake for r in accuracies]
    best, best_worth, worth = 0, 0.0, 0.0
    for k in range(1, most + 1):
        worth += sum(weight * gain for weight, gain in zip(law, gains))
        if worth > best_worth:
            best, best_worth = k, worth
        law = [weight * beta for weight, beta in zip(law, rejected)]
    return best


def worth(pool, most, mistake):
    """Of at most `most` paths of a problem, over all orders."""
    accepted = [right for taken, right in pool if taken]
    if most == 0 or not accepted:
        return 0.0
    most = min(most, len(pool))
    none = math.comb(len(pool) - len(accepted), most) / math.comb(len(pool), most)
    share = statistics.fmean(accepted)
    return (1 - none) * (share - mistake * (1 - share))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store")
    parser.add_argument("--accept", type=float, default=0.5, help="a path is accepted with this score")
    parser.add_argument("--mistakes", type=float, nargs="+", default=[0.25, 0.5, 1.0, 2.0, 4.0], help="what a wrong answer costs")
    options = parser.parse_args()
    pools = pools_of(options.store, options.accept)
    most = max(len(pool) for pool in pools)
    completeness, soundness, right, wrong = rates(pools)
    print(f"{len(pools)} problems, {most} paths each: completeness {completeness:.3f}, soundness {soundness:.3f}, "
          f"accuracy Beta({right:.2f}, {wrong:.2f}); shares of wrong paths accepted vary {clustering(pools):.1f} times as much "
          "between problems as by chance\n")
    print("| a mistake costs | K reckoned | worth | best K | worth | reckoned less best (95 %) | worth of one | of all |")
    print("| ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: |")
    for mistake in options.mistakes:
        taken, bests, differences, columns = [], [], [], {"reckoned": [], "best": [], "one": [], "all": []}
        for half in (0, 1):
            seen, unseen = pools[half::2], pools[1 - half :: 2]
            k = reckoned(*rates(seen), mistake, most)
            totals = [statistics.fmean(worth(pool, n, mistake) for pool in unseen) for n in range(most + 1)]
            best = max(range(most + 1), key=lambda n: (totals[n], -n))
            taken.append(k)
            bests.append(best)
            differences += [worth(pool, k, mistake) - worth(pool, best, mistake) for pool in unseen]
            for name, n in (("reckoned", k), ("best", best), ("one", 1), ("all", most)):
                columns[name] += [worth(pool, n, mistake) for pool in unseen]
        low, high = interval_of_mean([differences], 2000)
        mean = {name: statistics.fmean(values) for name, values in columns.items()}
        print(f"| {mistake:g} | {taken[0]}, {taken[1]} | {mean['reckoned']:.3f} | {bests[0]}, {bests[1]} | {mean['best']:.3f} | "
              f"{statistics.fmean(differences):+.3f} ({low:+.3f} … {high:+.3f}) | {mean['one']:.3f} | {mean['all']:.3f} |")


if __name__ == "__main__":
    main()
