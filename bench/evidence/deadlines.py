#!/usr/bin/env python3
"""How late strategies answer under a limit on time: the table of docs/allocation.md.

    deadlines.py RECKON SECONDS PROBLEMS

Every strategy of the table below, each so large that it would take longer, on problems of countdown one at a time, with
the reward model as verifier. Prints Markdown: how much later than the limit the answer was there (negative: earlier), and
how often it was right. Each row is one process. Standard library only.
"""

import contextlib
import math
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

STRATEGIES = [
    "best_of_n:n=64", "majority:n=64", "weighted_majority:n=64", "beam:n=64", "dvts:n=64", "lookahead:n=16", "a_star",
    "particle_filter:n=64", "particle_gibbs:n=8", "parallel_tempering:n=8", "mcts:simulations=64", "revise:n=16", "reflect:n=8",
    "pdr", "checklist:judge_tokens=200,n=32", "hedged:n=64", "deepconf:n=64", "think_budget",
    "solve_detect_verify:votes=3,verdict_tokens=100", "stoc_tot", "navigator", "ensemble:n=64", "x_mbr:n=32,evidence=16",
    "pipeline", "auto"]


def answers(reckon, strategy, seconds, problems, store):
    """[(seconds it took, right)] of every problem."""
    subprocess.run([reckon, "eval", "--task", "countdown", "--offset", "8000", "--limit", problems, "--parallel", "1", "--budget",
                    f"seconds={seconds}", "--verifier", "prm", "--strategy", strategy, "--store", store, "--json"],
                   check=True, stdout=subprocess.DEVNULL)
    with contextlib.closing(sqlite3.connect(store)) as database:
        return database.execute("SELECT seconds, correct FROM results ORDER BY problem").fetchall()


def main():
    reckon, seconds, problems = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    print("| strategy | p99 | latest | right |\n| --- | ---: | ---: | ---: |")
    for strategy in STRATEGIES:
        with tempfile.TemporaryDirectory() as folder:
            rows = answers(reckon, strategy, seconds, problems, str(pathlib.Path(folder) / "store.sqlite"))
        late = sorted(1000 * (took - seconds) for took, _ in rows)
        p99 = late[math.ceil(0.99 * len(late)) - 1]
        right = 100 * sum(bool(one) for _, one in rows) / len(rows)
        print(f"| `{strategy}` | {p99:.1f} ms | {late[-1]:.1f} ms | {right:.0f} % |", flush=True)


if __name__ == "__main__":
    main()
