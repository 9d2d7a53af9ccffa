"""Measures a reward model's file on held-out traces: AUROC and calibration per task and line, first errors, choice among paths.

Thresholds and the comparison of ways to choose come from validation traces, figures from test traces. Prints tables in Markdown;
--json keeps all figures and --plot draws how often each score comes true.
"""

from __future__ import annotations

import argparse
import itertools
import json

import numpy as np
import torch

import reward
from checkpoint import load_gguf
from choice import AGGREGATES, DEFAULT, Scored, choice_figures
from metrics import auroc, best_threshold, calibration_error, equal_mass_bins, first_error_score
from reliability_plot import reliability_svg
from traces import Read, read_folder

TASKS = ("countdown", "linear", "procedure", "arithmetic")


def scored(model, temperatures: list[float], folder: str) -> list[Scored]:
    traces = read_folder(folder, merge=False)
    return [Scored(*pair, temperatures) for pair in zip(traces, reward.read_all(model, traces))]


def family(path: Scored) -> str:
    return path.trace.task.split(":")[0]


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


def choices(paths: list[Scored]) -> dict:
    """How well scores choose among the paths of a problem, per task and level."""
    kinds = sorted({(path.trace.task, path.trace.level) for path in paths})
    return {
        f"{task} {level}": choice_figures([path for path in paths if (path.trace.task, path.trace.level) == (task, level)])
        for task, level in kinds
    }


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
    print_choices(report["choice"])
    print_ways(report["validation_choice"])


def print_choices(found: dict) -> None:
    """What the default score gives, per task and level."""
    print("\n" + row(["task, level", "one path", "majority", "weighted", "best", "coverage", "within problems: AUROC"]))
    print(row(["---"] * 7))
    for kind, figures in found.items():
        chosen = figures[" ".join(DEFAULT)]
        beside = [figures["one path"], figures["majority"], chosen["weighted"], chosen["best"], figures["coverage"]]
        print(row([kind, *map(shown, [*beside, chosen["within"]])]))


def print_ways(found: dict) -> None:
    """Every read-out and aggregate, in the mean over tasks and levels."""
    print("\n" + row(["read-out", "aggregate", "within problems: AUROC", "best", "weighted"]) + "\n" + row(["---"] * 5))
    for name, aggregate in itertools.product(reward.NAMES, AGGREGATES):
        values = [[figures[f"{name} {aggregate}"][way] for figures in found.values()] for way in ("within", "best", "weighted")]
        print(row([name, aggregate, *(shown(float(np.nanmean(value))) for value in values)]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", required=True, help="the reward model")
    parser.add_argument("--validation", required=True, help="folder of labelled traces, for thresholds and ways to choose")
    parser.add_argument("--test", required=True, help="folder of labelled traces, for figures")
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
        paths, known = ([path for path in split if task in (family(path), "all")] for split in (test, validation))
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
    report["choice"], report["validation_choice"] = choices(test), choices(validation)
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
