"""How `auto` does against fixed strategies on stored evaluations, task by task and in the mean over tasks, each alike.

usage: auto_against_fixed.py FIXED AUTO TASK...

FIXED and AUTO are what `reckon eval --store` wrote, of fixed strategies and of `auto`, under the same budgets and on the same
problems of each task. For every budget: accuracy of auto, of the fixed strategy that is best in hindsight, and of the worst; the
difference to the best in pairs, with a 95 % interval from resamples of the problems of each task. Problems that a strategy has
not solved yet are left out of all. Standard library only.
"""

import contextlib
import sqlite3
import sys
from collections import defaultdict

from resampling import interval_of_mean

ROWS = """SELECT runs.label, runs.task, runs.budget, results.problem, results.correct
          FROM runs JOIN results USING (run) ORDER BY runs.run"""


def results(path):
    """{budget: {strategy: {task: {problem: right}}}}"""
    found = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        for label, task, budget, problem, correct in database.execute(ROWS):
            found[budget][label.split(", ")[0]][task.split(":")[0]][problem] = int(bool(correct))
    return found


def common(strategies, tasks):
    """{strategy: {task: [right or not, of every problem that all of the strategies have solved]}}"""
    alike = defaultdict(dict)
    for task in tasks:
        problems = sorted(set.intersection(*(set(of_tasks[task]) for of_tasks in strategies.values())))
        if not problems:
            sys.exit(f"there is no problem of {task} that every strategy has solved")
        for name, of_tasks in strategies.items():
            alike[name][task] = [of_tasks[task][problem] for problem in problems]
    return alike


def mean(of_tasks):
    return sum(sum(right) / len(right) for right in of_tasks.values()) / len(of_tasks)


def row(strategies, name, budget, tasks):
    alike = common(strategies, tasks)
    auto = alike.pop("auto")
    ranked = sorted(alike, key=lambda strategy: mean(alike[strategy]))
    best, worst = alike[ranked[-1]], alike[ranked[0]]
    low, high = interval_of_mean([[a - b for a, b in zip(auto[task], best[task])] for task in tasks])
    problems = sum(len(right) for right in auto.values())
    return (f"| {name} | {problems} | {budget} | {100 * mean(auto):.1f} % | {100 * mean(best):.1f} % (`{ranked[-1]}`) "
            f"| {100 * mean(worst):.1f} % | {100 * (mean(auto) - mean(best)):+.1f} ({100 * low:+.1f} … {100 * high:+.1f}) |")


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__.strip())
    fixed, auto, tasks = results(sys.argv[1]), results(sys.argv[2]), sys.argv[3:]
    print("| tasks | problems | budget | auto | best fixed | worst fixed | auto − best (95 % interval) |")
    print("| --- | ---: | --- | ---: | ---: | ---: | --- |")
    budgets = sorted(set(fixed) & set(auto), key=lambda text: float(text.split("=")[-1]))
    for name, some in [("all", tasks)] * (len(tasks) > 1) + [(task, [task]) for task in tasks]:
        for budget in budgets:
            print(row({**fixed[budget], "auto": auto[budget]["auto"]}, name, budget, some))


main()
