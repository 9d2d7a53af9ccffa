"""Traces of the policy, labelled line by line with the tasks' exact checkers: what the reward model learns from.

The engine draws several paths per problem (`reckon eval --trace`); `reckon_labels` says which lines are valid, whether a right
answer is still within reach and whether it came. Training problems also get the task's own solution (`reckon_examples`), so that
those the policy never solves have a right path to compare with, and near misses: right paths with one wrong digit or two swapped
numbers.
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

from data import generate
from tokenizer import END, ID, encode, encode_prompt

# Problems per task and level for training: most where the policy is right now and then, as there is nothing to choose elsewhere.
PROBLEMS = {
    "countdown": {1: 150, 2: 750, 3: 1700},
    "linear": {1: 550, 2: 1400, 3: 150},
    "procedure": {1: 750, 2: 1750, 3: 100},
    "arithmetic": {3: 200, 4: 80},
    "arithmetic:operation=mul": {2: 1400},
}
HELD_OUT = {"validation": 16, "test": 40}  # problems per task and level
PATHS = {"train": 8, "validation": 16, "test": 16}  # of each problem
FIRST_PROBLEM = 1_000_000  # far behind the problems that the policy was trained on: it knows those better
LONGEST = 260  # tokens of a path; the longest working of these levels has about 200
CORRUPTED = 0.5  # share of the right paths
KINDS = ("line", "close", "end")  # of places where the reward model is read
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
    selected = f"{task}{',' if ':' in task else ':'}level={level}"
    command = [
        *engine, "--task", selected, "--split", split, "--offset", str(offset), "--limit", str(problems),
        "--strategy", f"best_of_n:n={paths},temperature=1,max_tokens={LONGEST}", "--parallel", "16", "--trace", str(out),
    ]  # fmt: skip
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    records = [json.loads(line) for line in out.read_text().splitlines()]
    kept = ("problem", "state", "text", "answer")
    records = [{name: record[name] for name in kept} for record in records if "id" in record]
    # A byte that is no UTF-8 has become U+FFFD in the trace: not what the policy read.
    return [record | {"task": task} for record in records if "\ufffd" not in record["text"]]


def solutions(program: str, task: str, level: int, problems: list[str]) -> list[dict]:
    """The tasks' own solutions of training problems, which follow each other but for gaps."""
    numbers = {int(problem.rsplit("/", 1)[1]): problem for problem in problems}
    first = min(numbers)
    examples = generate(program, task, level, "train", first, max(numbers) - first + 1)
    return [
        {"problem": numbers[first + place], "state": "finished", "text": example.completion, "task": task, "origin": "solution"}
        for place, example in enumerate(examples)
        if first + place in numbers
    ]


def near_misses(records: list[dict], share: float) -> list[dict]:
    """Spoiled copies of a share of the right paths, each text once; without labels."""
    result = []
    right = {(record["problem"], record["text"]): record for record in records if record["correct"]}
    for (problem, text), record in right.items():
        draw = random.Random(f"{problem}/{text}")
        spoiled = corrupted(text, draw) if draw.random() < share else None
        if spoiled is not None:
            kept = {name: record[name] for name in ("problem", "state", "task")}
            result.append(kept | {"text": spoiled, "origin": "corrupted"})
    return result


def labelled(program: str, records: list[dict]) -> list[dict]:
    """The records with exact labels."""
    lines = "".join(json.dumps(record) + "\n" for record in records)
    output = subprocess.run([program], input=lines, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines()]


@dataclass
class Read:
    """One place where the reward model is read: behind id `index`, after `line` lines of working."""

    index: int
    line: int  # 0: before the first; the last line's number is kept behind the closing tag and at the end
    kind: str  # of KINDS


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
    loss_to: int  # behind the last id that a right path could have: where the language model's loss ends
    reads: list[Read]  # their indices count from the start of `ids`
    targets: list[tuple[float, float, float]]
    weights: list[tuple[float, float, float]]
    correct: bool
    origin: str  # "policy", "solution" or "corrupted"
    count: int  # how many equal paths of the problem this one stands for
    answer: str | None


def success_shares(records: list[dict], bodies: list[list[int]]) -> dict:
    """Per problem and prefix of a path, the share of the problem's paths with that prefix that end right."""
    tally = defaultdict(lambda: [0, 0])
    for record, body in zip(records, bodies):
        if record.get("origin", "policy") != "policy":
            continue
        for read in reads_of(body, finished=True):
            entry = tally[record["problem"], tuple(body[: read.index + 1])]
            entry[0] += record["correct"]
            entry[1] += 1
    return {key: right / count for key, (right, count) in tally.items()}


def trace_of(record: dict, body: list[int], shares: dict) -> Trace:
    head, origin = encode_prompt(record["prompt"]), record.get("origin", "policy")
    finished, spoiled = record["state"] == "finished", origin == "corrupted"
    whole = finished and (not spoiled or body[-1] != NEWLINE)
    reads = reads_of(body, whole)
    if reads and reads[-1].line > len(record["ok"]):
        reads = []  # tags in an order that the labeller reads in another way: such a path is left out
    targets, weights, valid = [], [], 0
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
        weights.append((counts, counts, counts if origin == "policy" else 0.0))
        valid = read.index + 1 if ok else valid
    ids = head + body + ([END] if whole else [])
    loss_to = len(head) + (0 if spoiled else valid)
    if whole and valid == len(body):
        loss_to = len(ids)
    moved = [Read(read.index + len(head), read.line, read.kind) for read in reads]
    return Trace(
        record["problem"], record["task"], record["level"], ids, len(head), loss_to, moved, targets, weights,
        record["correct"], origin, 1, record.get("answer"),
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


def by_problem(traces: list[Trace]) -> list[list[Trace]]:
    groups = defaultdict(list)
    for trace in traces:
        groups[trace.task, trace.problem].append(trace)
    return list(groups.values())


def comparable(problem: list[Trace]) -> bool:
    """Whether at one place of the working (line and kind) some paths of a problem are good and others are not."""
    seen = defaultdict(set)
    for trace in problem:
        for read, target, weight in zip(trace.reads, trace.targets, trace.weights):
            if weight[0] > 0:
                seen[read.line, read.kind].add(target[0])
    return any(len(labels) > 1 for labels in seen.values())


def worth_reading(problem: list[Trace]) -> list[Trace]:
    """The paths to learn from: all, or the most frequent one where there is nothing to compare."""
    return problem if comparable(problem) else [max(problem, key=lambda trace: trace.count)]


def make(arguments, split: str, task: str, level: int, problems: int) -> None:
    """One labelled file, unless it is there already."""
    folder = Path(arguments.out) / split
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{re.sub('[^a-z]+', '-', task)}-L{level}.jsonl"
    if file.exists():
        return
    raw = file.with_suffix(".trace")
    engine = [arguments.reckon, "eval", "--model", arguments.policy, "--threads", str(arguments.threads)]
    records = draw_paths(engine, task, level, split, problems, PATHS[split], raw)
    if split == "train":
        records += solutions(arguments.examples, task, level, sorted({record["problem"] for record in records}))
    records = labelled(arguments.labels, records)
    if split == "train":
        records += labelled(arguments.labels, near_misses(records, CORRUPTED))
    file.with_suffix(".new").write_text("".join(json.dumps(record) + "\n" for record in records))
    file.with_suffix(".new").rename(file)
    raw.unlink()
    print(f"{file}: {len(records)} paths", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reckon", required=True, help="the engine")
    parser.add_argument("--policy", default="models/reckon-policy.gguf", help="the model that draws the paths")
    parser.add_argument("--threads", type=int, default=1, help="of the engine")
    parser.add_argument("--labels", required=True, help="the compiled labeller")
    parser.add_argument("--examples", required=True, help="the compiled generator of examples")
    parser.add_argument("--out", required=True, help="folder for train/, validation/ and test/")
    parser.add_argument("--splits", nargs="+", choices=PATHS, default=list(PATHS), help="which of them")
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of problems")
    arguments = parser.parse_args()
    for split in arguments.splits:
        for task, levels in PROBLEMS.items():
            for level in levels:
                make(arguments, split, task, level, round(HELD_OUT.get(split, levels[level]) * arguments.scale))


if __name__ == "__main__":
    main()
