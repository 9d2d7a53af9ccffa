"""Traces of the policy, labelled line by line with the tasks' exact checkers: what the reward model learns from.

The engine draws several paths per problem (`reckon eval --trace`); of a tenth, a copy with one wrong digit or two swapped
numbers is added; `reckon_labels` says which lines are valid, whether a right answer is still within reach and whether it came.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tokenizer import END, ID, encode, encode_prompt

# Problems per task and level for training; the share of easy levels is small, because their traces are nearly all alike.
PROBLEMS = {
    "countdown": {1: 400, 2: 1500, 3: 2600},
    "linear": {1: 400, 2: 400, 3: 250, 4: 350},
    "procedure": {1: 300, 2: 400, 3: 250},
    "arithmetic": {1: 80, 2: 250, 3: 350, 4: 350},
}
HELD_OUT = {"validation": 50, "test": 80}  # problems per task and level
PATHS = 4  # of each problem
BEST_OF = ("countdown", 3, 200, 16)  # task, level, problems and paths of the comparison of ways to pick an answer
FIRST_PROBLEM = 1_000_000  # far behind the problems that the policy was trained on: it knows those better
LONGEST = 260  # tokens of a path; the longest working of these levels has about 200
CORRUPTED = 0.1  # share of the paths
NEWLINE, THINK, END_THINK = ord("\n"), ID["<think>"], ID["</think>"]
BLANKS = tuple(b" \t\r")  # inside a line; numbers, because special tokens are no bytes


def changed(line: str, draw: random.Random) -> str:
    """The line with one wrong digit, or two different numbers swapped; one wrong letter where it has no digits."""
    label = re.match(r"s\d+: |\\boxed\{", line)  # "s3: " and "\boxed{" are form, which the policy never gets wrong
    start = label.end() if label else 0
    numbers = [match.span() for match in re.finditer(r"\d+", line) if match.start() >= start]
    pairs = [(a, b) for a in numbers for b in numbers if a < b and line[slice(*a)] != line[slice(*b)]]
    if pairs and draw.random() < 0.4:
        a, b = draw.choice(pairs)
        return line[: a[0]] + line[slice(*b)] + line[a[1] : b[0]] + line[slice(*a)] + line[b[1] :]
    for characters in ("0123456789", "abcdefghijklmnopqrstuvwxyz"):
        places = [index for index in range(start, len(line)) if line[index] in characters]
        if places:
            place = draw.choice(places)
            other = draw.choice(characters.replace(line[place], ""))
            return line[:place] + other + line[place + 1 :]
    return line


def corrupted(text: str, draw: random.Random) -> str | None:
    """The text up to a line of working that was spoiled, or the whole text with a spoiled answer; None where there is no line."""
    lines = text.splitlines(keepends=True)
    places = [index for index, line in enumerate(lines) if line.endswith("\n") and line.strip() and "think>" not in line]
    places += [index for index, line in enumerate(lines) if line.startswith("\\boxed{")]
    if not places:
        return None
    place = draw.choice(places)
    spoiled = changed(lines[place], draw)
    return None if spoiled == lines[place] else "".join(lines[:place]) + spoiled


def draw_paths(engine: list[str], task: str, level: int, split: str, problems: int, paths: int, out: Path) -> list[dict]:
    """The paths of an evaluation at temperature 1, problem after problem."""
    offset = FIRST_PROBLEM if split == "train" else 0
    command = [
        *engine, "--task", f"{task}:level={level}", "--split", split, "--offset", str(offset), "--limit", str(problems),
        "--strategy", f"best_of_n:n={paths},temperature=1,max_tokens={LONGEST}", "--parallel", "16", "--trace", str(out),
    ]  # fmt: skip
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    records = [json.loads(line) for line in out.read_text().splitlines()]
    kept = ("problem", "id", "state", "text", "answer")
    records = [{name: record[name] for name in kept} for record in records if "text" in record]
    # A byte that is no UTF-8 has become U+FFFD in the trace: not what the policy read.
    return [record for record in records if "\ufffd" not in record["text"]]


def with_corrupted(records: list[dict], share: float) -> list[dict]:
    result = []
    for record in records:
        result.append(record)
        draw = random.Random(f"{record['problem']}/{record['id']}")
        text = corrupted(record["text"], draw) if draw.random() < share else None
        if text is not None:
            result.append(record | {"text": text, "corrupted": True})
    return result


def labelled(program: str, records: list[dict]) -> str:
    """The records with exact labels, as JSON lines."""
    lines = "".join(json.dumps(record) + "\n" for record in records)
    return subprocess.run([program], input=lines, check=True, capture_output=True, text=True).stdout


@dataclass
class Read:
    """One place where the reward model is read: behind id `index`, after `line` lines of working."""

    index: int
    line: int  # 0: before the first; the last line's number is kept behind the closing tag and at the end
    kind: str  # "line", "close" or "end"


def reads_of(body: list[int], finished: bool) -> list[Read]:
    """The read-outs of a completion: every newline inside the think block, the one behind its closing tag, and the end."""
    if THINK not in body:
        return []
    first = body.index(THINK)
    closed = END_THINK in body[first:]
    last = len(body) - 1 - body[::-1].index(END_THINK) if closed else len(body)
    reads, line, blank = [], 0, True
    for index in range(first + 1, last):
        if body[index] == NEWLINE:
            line += not blank
            reads.append(Read(index, line, "line"))
        blank = body[index] == NEWLINE or (blank and body[index] in BLANKS)
    line += not blank  # a last line that ends with the closing tag
    if last + 1 < len(body) and body[last + 1] == NEWLINE:
        reads.append(Read(last + 1, line, "close"))
    if finished and closed and (not reads or len(body) - 1 > reads[-1].index):
        reads.append(Read(len(body) - 1, line, "end"))
    return reads


@dataclass
class Trace:
    """A labelled path. `targets` holds good, ok, hi per read-out, `weights` what each counts."""

    problem: str
    task: str
    level: int
    ids: list[int]  # prompt, completion, and the end of the turn where the policy ended it
    loss_from: int  # first id of the completion
    reads: list[Read]  # their indices count from the start of `ids`
    targets: list[tuple[float, float, float]]
    weights: list[tuple[float, float, float]]
    correct: bool
    corrupted: bool
    count: int  # how many equal paths of the problem this one stands for
    answer: str | None


def success_shares(records: list[dict], bodies: list[list[int]]) -> dict:
    """Per problem and prefix of a path, the share of the problem's paths with that prefix that end right."""
    tally = defaultdict(lambda: [0, 0])
    for record, body in zip(records, bodies):
        if record.get("corrupted"):
            continue
        for read in reads_of(body, finished=True):
            entry = tally[record["problem"], tuple(body[: read.index + 1])]
            entry[0] += record["correct"]
            entry[1] += 1
    return {key: right / count for key, (right, count) in tally.items()}


def trace_of(record: dict, body: list[int], shares: dict) -> Trace:
    head = encode_prompt(record["prompt"])
    finished, spoiled = record["state"] == "finished", record.get("corrupted", False)
    whole = finished and (not spoiled or body[-1] != NEWLINE)
    reads = reads_of(body, whole)
    if reads and reads[-1].line > len(record["ok"]):
        reads = []  # tags in an order that the labeller reads in another way: such a path is left out
    targets, weights = [], []
    for number, read in enumerate(reads):
        good = ok = 1.0
        if read.line > 0:
            good, ok = float(record["good"][read.line - 1]), float(record["ok"][read.line - 1])
        if read.kind == "end":
            good, ok = float(record["correct"]), float(record["correct"] and ok)
        # Of a corrupted path only the spoiled line is new, and nobody knows how the policy would go on from there.
        counts = float(not spoiled or number == len(reads) - 1)
        hi = shares.get((record["problem"], tuple(body[: read.index + 1])), 0.0)
        targets.append((good, ok, hi))
        weights.append((counts, counts, 0.0 if spoiled else counts))
    end = [END] if whole else []
    moved = [Read(read.index + len(head), read.line, read.kind) for read in reads]
    return Trace(
        record["problem"], record["task"], record["level"], head + body + end, len(head), moved, targets, weights,
        record["correct"], spoiled, 1, record.get("answer"),
    )  # fmt: skip


def read_traces(lines: list[str], merge: bool, longest: int = 420) -> list[Trace]:
    """Traces of one file. `merge`: equal paths of a problem become one that counts as many times."""
    records = [json.loads(line) for line in lines]
    bodies = [encode(record["text"]) for record in records]
    shares = success_shares(records, bodies)
    traces: dict = {}
    for number, (record, body) in enumerate(zip(records, bodies)):
        key = (record["problem"], record["text"]) if merge else number
        if key in traces:
            traces[key].count += 1
            continue
        trace = trace_of(record, body, shares)
        if trace.reads and len(trace.ids) <= longest:
            traces[key] = trace
    return list(traces.values())


def read_folder(folder: str, merge: bool) -> list[Trace]:
    """Every labelled file of a folder; shares are counted within a file, which holds whole problems."""
    return [trace for file in sorted(Path(folder).glob("*.jsonl")) for trace in read_traces(file.read_text().splitlines(), merge)]


def make(arguments, name: str, split: str, task: str, level: int, problems: int, paths: int, share: float) -> None:
    """One labelled file, unless it is there already."""
    folder = Path(arguments.out) / name
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{task}-L{level}.jsonl"
    if file.exists():
        return
    raw = file.with_suffix(".trace")
    engine = [arguments.reckon, "eval", "--model", arguments.policy, "--threads", str(arguments.threads)]
    records = draw_paths(engine, task, level, split, problems, paths, raw)
    file.with_suffix(".new").write_text(labelled(arguments.labels, with_corrupted(records, share)))
    file.with_suffix(".new").rename(file)
    raw.unlink()
    print(f"{file}: {len(records)} paths", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reckon", required=True, help="the engine")
    parser.add_argument("--policy", default="models/reckon-policy.gguf", help="the model that draws the paths")
    parser.add_argument("--threads", type=int, default=1, help="of the engine")
    parser.add_argument("--labels", required=True, help="the compiled labeller")
    parser.add_argument("--out", required=True, help="folder for train/, validation/, test/ and best_of/")
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of problems")
    arguments = parser.parse_args()
    for split in ("train", "validation", "test"):
        for task, levels in PROBLEMS.items():
            for level in levels:
                problems = round(HELD_OUT.get(split, levels[level]) * arguments.scale)
                make(arguments, split, split, task, level, problems, PATHS, CORRUPTED if split == "train" else 0.0)
    task, level, problems, paths = BEST_OF
    make(arguments, "best_of", "test", task, level, round(problems * arguments.scale), paths, 0.0)


if __name__ == "__main__":
    main()
