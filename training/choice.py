"""How well scores choose among the paths of one problem: AUROC within problems, and the accuracy of ways to pick an answer."""

from __future__ import annotations

import itertools
import operator
import re
from collections import Counter
from fractions import Fraction

import numpy as np
import torch

import reward
from metrics import grouped_auroc
from traces import Trace, by_problem

AGGREGATES = {"last": lambda scores: scores[-1], "min": np.min, "product": np.prod, "mean": np.mean}
DEFAULT = ("good", "last")  # read-out and aggregate of the engine's verifier prm


class Scored:
    """A path with its scores and truths [reads, 3]; the truth of hi is whether the very path ended right."""

    def __init__(self, trace: Trace, differences: torch.Tensor, temperatures: list[float]):
        self.trace = trace
        self.scores = torch.sigmoid(differences / torch.tensor(temperatures)).double().numpy()
        self.truths = np.array(trace.targets)
        self.truths[:, 2] = trace.correct

    def lines(self) -> list[int]:
        """The read-outs behind lines of working."""
        return [index for index, read in enumerate(self.trace.reads) if read.kind == "line" and read.line > 0]

    def ended(self) -> bool:
        return self.trace.reads[-1].kind == "end"

    def score(self, name: str, aggregate: str) -> float:
        """What the engine's verifier would say: over every read, the one before the first line among them; -1 without an end."""
        if not self.ended():
            return -1.0
        return float(AGGREGATES[aggregate](self.scores[:, reward.NAMES.index(name)]))


def value_of(answer: str | None):
    """What an answer is counted as in a vote: an arithmetic expression as its value."""
    if answer and re.fullmatch(r"[-+*/() \d]+", answer) and "**" not in answer and "//" not in answer:
        try:
            return eval(re.sub(r"\d+", r"Fraction(\g<0>)", answer), {"Fraction": Fraction})
        except (SyntaxError, TypeError, ZeroDivisionError):
            return answer
    return answer


def vote(group: list[Scored], weight) -> float:
    """The share of right paths among those with the answer of the greatest weight: 1 or 0, but for answers right by luck."""
    sums: Counter = Counter()
    for path in group:
        if path.trace.answer:
            sums[value_of(path.trace.answer)] += max(0.0, weight(path))
    if not sums:
        return 0.0
    winner = sums.most_common(1)[0][0]
    return float(np.mean([path.trace.correct for path in group if path.trace.answer and value_of(path.trace.answer) == winner]))


def problems_of(paths: list[Scored]) -> list[list[Scored]]:
    scored = {id(path.trace): path for path in paths}
    return [[scored[id(trace)] for trace in problem] for problem in by_problem([path.trace for path in paths])]


def right(paths: list[Scored]) -> np.ndarray:
    return np.array([path.trace.correct for path in paths], dtype=int)


def choice_figures(paths: list[Scored]) -> dict:
    """Per read-out and aggregate: the AUROC of ends within problems, the accuracy of the best path, and that of weighted votes;
    beside them what luck, plain votes and the truth give."""
    problems = problems_of(paths)

    def mean(accuracy) -> float:
        return float(np.mean([accuracy(problem) for problem in problems]))

    figures: dict = {
        "problems": len(problems),
        "one path": mean(lambda problem: np.mean([path.trace.correct for path in problem])),
        "majority": mean(lambda problem: vote(problem, lambda path: 1.0)),
        "coverage": mean(lambda problem: any(path.trace.correct for path in problem)),
    }
    for name, aggregate in itertools.product(reward.NAMES, AGGREGATES):
        ended = [[path for path in problem if path.ended()] for problem in problems]
        score = operator.methodcaller("score", name, aggregate)
        groups = [(np.array([score(path) for path in group]), right(group)) for group in ended]
        figures[f"{name} {aggregate}"] = {
            "within": grouped_auroc(groups),
            "best": mean(lambda problem, score=score: max(problem, key=score).trace.correct),
            "weighted": mean(lambda problem, score=score: vote(problem, score)),
        }
    return figures
