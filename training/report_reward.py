"""Measures a reward model's file on held-out traces: AUROC and calibration per task and line, first errors, best of 16.

Thresholds come from validation traces, figures from test traces. Prints tables in Markdown; --json keeps all figures and --plot
draws how often each score comes true.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict

import numpy as np
import torch

import reward
from checkpoint import load_gguf
from metrics import auroc, best_threshold, calibration_error, equal_mass_bins, first_error_score
from reliability_plot import reliability_svg
from traces import Read, Trace, read_folder

TASKS = ("countdown", "linear", "procedure", "arithmetic")


class Scored:
    """A trace with its scores and truths [reads, 3]; the truth of hi is whether the very path ended right."""

    def __init__(self, trace: Trace, differences: torch.Tensor, temperatures: list[float]):
        self.trace = trace
        self.scores = torch.sigmoid(differences / torch.tensor(temperatures)).double().numpy()
        self.truths = np.array(trace.targets)
        self.truths[:, 2] = trace.correct

    def lines(self) -> list[int]:
        """The read-outs behind lines of working."""
        return [index for index, read in enumerate(self.trace.reads) if read.kind == "line" and read.line > 0]


def scored(model, temperatures: list[float], folder: str) -> list[Scored]:
    traces = read_folder(folder, merge=False)
    return [Scored(*pair, temperatures) for pair in zip(traces, reward.read_all(model, traces))]


def gather(paths: list[Scored], name: str, wanted) -> tuple[np.ndarray, np.ndarray]:
    """Scores and truths of one read-out at the reads for which wanted(read) holds."""
    column, scores, truths = reward.NAMES.index(name), [], []
    for path in paths:
        chosen = [index for index, read in enumerate(path.trace.reads) if wanted(read)]
        scores.append(path.scores[chosen, column])
        truths.append(path.truths[chosen, column])
    return np.concatenate(scores), np.concatenate(truths)


def is_line(read: Read) -> bool:
    return read.kind == "line" and read.line > 0


def step_figures(paths: list[Scored], wanted) -> dict:
    """AUROC, ECE, Brier score, share of positives and count, per read-out."""
    figures = {}
    for name in reward.NAMES:
        scores, truths = gather(paths, name, wanted)
        figures[name] = {
            "auroc": auroc(scores, truths), "ece": calibration_error(scores, truths),
            "brier": float(np.mean((scores - truths) ** 2)) if len(scores) else float("nan"),
            "positive": float(truths.mean()) if len(truths) else float("nan"), "reads": len(scores),
        }  # fmt: skip
    return figures


def line_pairs(paths: list[Scored]) -> list[tuple[np.ndarray, np.ndarray]]:
    """ok scores and labels of the lines of each path."""
    column = reward.NAMES.index("ok")
    return [(path.scores[path.lines(), column], path.truths[path.lines(), column]) for path in paths if path.lines()]


def ways_to_pick(paths: list[Scored]) -> dict:
    """Accuracy of ways to pick one path of each problem: what best-of-n with this model gives, beside votes and the truth."""
    problems = defaultdict(list)
    for path in paths:
        problems[path.trace.problem].append(path)
    good, hi = reward.NAMES.index("good"), reward.NAMES.index("hi")

    def least(path: Scored) -> float:
        return min(path.scores[:, good]) if path.trace.reads[-1].kind == "end" else -1.0

    def last(column: int):
        return lambda path: path.scores[-1, column] if path.trace.reads[-1].kind == "end" else -1.0

    ways = {"good at the end": last(good), "least good": least, "hi at the end": last(hi)}
    accuracy: dict = defaultdict(float)
    for group in problems.values():
        share = 1 / len(problems)
        accuracy["one path"] += share * float(np.mean([path.trace.correct for path in group]))
        accuracy["exact (coverage)"] += share * any(path.trace.correct for path in group)
        votes = Counter(path.trace.answer for path in group if path.trace.answer)
        winner = votes.most_common(1)[0][0] if votes else None
        accuracy["majority"] += share * any(path.trace.correct for path in group if path.trace.answer == winner)
        sums: Counter = Counter()
        for path in group:
            if path.trace.answer:
                sums[path.trace.answer] += last(good)(path)
        winner = sums.most_common(1)[0][0] if sums else None
        accuracy["weighted majority"] += share * any(path.trace.correct for path in group if path.trace.answer == winner)
        for name, score in ways.items():
            accuracy[name] += share * max(group, key=score).trace.correct
    return {"problems": len(problems), "accuracy": dict(accuracy)}


def row(cells) -> str:
    return "| " + " | ".join(cells) + " |"


def shown(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.3f}".replace("0.", ".", 1)


def print_tables(report: dict) -> None:
    print(row(["task", *(f"{name}: AUROC, ECE" for name in reward.NAMES), "first error"]))
    print(row(["---"] * 5))
    for task, figures in report["tasks"].items():
        cells = [f"{shown(figures['lines'][name]['auroc'])}, {shown(figures['lines'][name]['ece'])}" for name in reward.NAMES]
        print(row([task, *cells, shown(figures["first_error"]["score"]) if "first_error" in figures else "–"]))
    print("\n" + row(["task", "read-out", *(f"line {line}" for line in range(1, 7)), "end"]))
    print(row(["---"] * 9))
    for task, figures in report["tasks"].items():
        for name in reward.NAMES:
            places = [figures["by_line"].get(str(line), {}).get(name, {}).get("auroc", float("nan")) for line in range(1, 7)]
            print(row([task, name, *map(shown, places), shown(figures["end"][name]["auroc"])]))
    if "best_of" in report:
        print("\n" + row(["way to pick", "accuracy"]) + "\n" + row(["---"] * 2))
        for way, accuracy in report["best_of"]["accuracy"].items():
            print(row([way, shown(accuracy)]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", required=True, help="the reward model")
    parser.add_argument("--validation", required=True, help="folder of labelled traces, for thresholds")
    parser.add_argument("--test", required=True, help="folder of labelled traces, for figures")
    parser.add_argument("--best-of", help="folder of labelled traces with many paths per problem")
    parser.add_argument("--json", help="where all figures go")
    parser.add_argument("--plot", help="SVG file of the reliability plot")
    arguments = parser.parse_args()
    model, reader = load_gguf(arguments.file)
    temperatures = [float(value) for value in reader.get_field("reckon.reward.temperature").contents()]
    validation = scored(model, temperatures, arguments.validation)
    test = scored(model, temperatures, arguments.test)
    report: dict = {"file": arguments.file, "temperatures": temperatures, "paths": len(test), "tasks": {}}
    curves: dict = {name: {} for name in reward.NAMES}
    for task in (*TASKS, "all"):
        paths = [path for path in test if task in (path.trace.task, "all")]
        known = [path for path in validation if task in (path.trace.task, "all")]
        figures = {"paths": len(paths), "lines": step_figures(paths, is_line)}
        figures["end"] = step_figures(paths, lambda read: read.kind == "end")
        lines = range(1, 1 + max(read.line for path in paths for read in path.trace.reads))
        figures["by_line"] = {
            str(line): step_figures(paths, lambda read, line=line: is_line(read) and read.line == line) for line in lines
        }
        threshold = best_threshold(line_pairs(known))
        figures["first_error"] = {"threshold": threshold} | first_error_score(line_pairs(paths), threshold)
        report["tasks"][task] = figures
        for name in reward.NAMES if task != "all" else ():
            curves[name][task] = equal_mass_bins(*gather(paths, name, lambda read: read.line > 0), bins=10)
    if arguments.best_of:
        report["best_of"] = ways_to_pick(scored(model, temperatures, arguments.best_of))
    print_tables(report)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(report, file, indent=1)
    if arguments.plot:
        with open(arguments.plot, "w") as file:
            file.write(reliability_svg(curves))


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
