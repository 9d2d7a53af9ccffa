"""How `auto` does against fixed strategies on stored evaluations, means over tasks, each alike. Standard library only.

usage: auto_against_fixed.py STORE TASK...

STORE is what `reckon eval --store` wrote, with the same strategies, budgets and problems of each task. For every budget: accuracy
of auto, of the fixed strategy that is best over all these tasks in hindsight, and of the worst; the difference to the best in
pairs, with a 95 % interval from 10,000 resamples of the problems of each task. Problems that a strategy has not solved yet are
left out of all.
"""

import random
import sqlite3
import sys
from collections import defaultdict

RESAMPLES = 10_000


def results(path, tasks):
    """{budget: {strategy: {task: {problem: right}}}}, of the problems that all strategies have solved"""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    found = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    rows = database.execute(
        "SELECT runs.label, runs.task, runs.budget, results.problem, results.correct"
        " FROM runs JOIN results ON results.run = runs.run ORDER BY runs.run"
    )
    for label, task, budget, problem, correct in rows:
        if task.split(":")[0] in tasks:
            found[budget][label.split(",")[0]][task.split(":")[0]][problem] = int(bool(correct))
    for strategies in found.values():
        for task in tasks:
            common = set.intersection(*(set(of_tasks[task]) for of_tasks in strategies.values()))
            for of_tasks in strategies.values():
                of_tasks[task] = {problem: of_tasks[task][problem] for problem in common}
    return found


def mean(of_tasks):
    return sum(sum(right.values()) / len(right) for right in of_tasks.values()) / len(of_tasks)


def interval(first, second):
    """95 % of the difference of means when the problems of every task are drawn anew, in pairs."""
    source = random.Random(1)
    pairs = [[first[task][i] - second[task][i] for i in sorted(first[task])] for task in sorted(first)]
    means = sorted(
        sum(sum(source.choices(of_task, k=len(of_task))) / len(of_task) for of_task in pairs) / len(pairs)
        for _ in range(RESAMPLES)
    )
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES)]


def main():
    fixed = results(sys.argv[1], sys.argv[2:])
    if not fixed or any(not right for one in fixed.values() for of_tasks in one.values() for right in of_tasks.values()):
        sys.exit(f"{sys.argv[1]}: holds no problem of each of these tasks that every strategy has solved")
    print(", ".join(sys.argv[2:]))
    print("budget        tasks problems    auto    best   worst   auto - best (95 % interval)  best, in hindsight")
    for budget in sorted(fixed, key=lambda text: float(text.split("=")[-1])):
        auto = fixed[budget]["auto"]
        others = {name: of_tasks for name, of_tasks in fixed[budget].items() if name != "auto"}
        ranked = sorted(others, key=lambda name: mean(others[name]))
        best, worst = ranked[-1], ranked[0]
        low, high = interval(auto, others[best])
        problems = sum(len(right) for right in auto.values())
        print(
            f"{budget:<13} {len(auto):>5} {problems:>8} {100 * mean(auto):>6.1f} % {100 * mean(others[best]):>5.1f} %"
            f" {100 * mean(others[worst]):>5.1f} %   {100 * (mean(auto) - mean(others[best])):+5.1f}"
            f" ({100 * low:+.1f} … {100 * high:+.1f})         {best}"
        )


main()
