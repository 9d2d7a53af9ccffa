"""Endless training examples from the compiled generator, mixed by share of tokens, resumable by position.

The generator (`reckon_examples`) makes example number i of a task, level and split from i alone, so the whole state of
the data is one counter per (task, level). So do the forms of dialogues.py, which stand in a mix like tasks of one level, 0.
"""

from __future__ import annotations

import json
import random
import subprocess
from collections import deque
from dataclasses import dataclass, field

from tokenizer import encode_example

# Share of training tokens per task, and within a task the share of examples per level.
MIX = {
    "countdown": (0.38, {1: 0.13, 2: 0.43, 3: 0.44}),
    "arithmetic": (0.11, {1: 0.25, 2: 0.35, 3: 0.30, 4: 0.10}),
    "linear": (0.29, {1: 0.43, 2: 0.35, 3: 0.11, 4: 0.11}),
    "procedure": (0.22, {1: 0.42, 2: 0.42, 3: 0.16}),
}
EASY_LEVELS = (1, 2)
DIALOGUE = 0  # the level of a form of dialogues


@dataclass
class Example:
    task: str
    level: int
    key: str
    prompt: str
    completion: str
    ids: list[int]
    loss_from: int
    weight: float = 1.0  # of a token in the loss
    reads: list[tuple[int, float]] = field(default_factory=list)  # index of an id, and whether the working is valid up to there


def with_dialogues(mix: dict, forms: dict[str, float], share: float) -> dict:
    """A mix in which forms of dialogues have `share` of the tokens, and the tasks the rest."""
    tasks = {task: (part * (1 - share), levels) for task, (part, levels) in mix.items()}
    return tasks | {form: (part * share, {DIALOGUE: 1.0}) for form, part in forms.items()}


def generate(program: str, task: str, level: int, split: str, start: int, count: int) -> list[Example]:
    """Examples start … start+count-1 of a task, level and split."""
    command = [program, "--task", task, "--levels", str(level), "--split", split, "--start", str(start), "--count", str(count)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    examples = []
    for line in lines:
        record = json.loads(line)
        ids, loss_from = encode_example(record["prompt"], record["completion"])
        fields = (record[name] for name in ("task", "level", "key", "prompt", "completion"))
        examples.append(Example(*fields, ids, loss_from))
    return examples


class Stream:
    """One (task, level), read in chunks; `position` counts the examples handed out."""

    def __init__(self, program: str, task: str, level: int, position: int = 0, chunk: int = 2000):
        self.program, self.task, self.level, self.position, self.chunk = program, task, level, position, chunk
        self.ready: deque[Example] = deque()

    def next(self) -> Example:
        if not self.ready:
            self.ready.extend(generate(self.program, self.task, self.level, "train", self.position, self.chunk))
        self.position += 1
        return self.ready.popleft()


class Mixture:
    """Draws examples so that each task gets its share of tokens: the task furthest behind its share goes next."""

    def __init__(self, program: str, mix: dict, longest: int, state: dict | None = None, dialogues=None):
        """`dialogues`: dialogues.Dialogues, where the mix holds its forms."""
        state = state or {}
        self.mix, self.longest = mix, longest
        positions = state.get("positions", {})
        self.shares = {task: share for task, (share, _) in mix.items()}
        # Counted since the shares last changed: a changed mix holds from then on, it does not make up for the past.
        counted = state.get("tokens", {}) if state.get("shares", self.shares) == self.shares else {}
        self.tokens = {task: counted.get(task, 0) for task in mix}
        self.random = random.Random(f"mixture/{sum(positions.values())}")
        self.streams = {}
        for task, (_, levels) in mix.items():
            for level in levels:
                position = positions.get(f"{task}/{level}", 0)
                dialogue = level == DIALOGUE
                stream = dialogues.stream(task, position) if dialogue else Stream(program, task, level, position)
                self.streams[task, level] = stream

    def state(self) -> dict:
        positions = {f"{task}/{level}": stream.position for (task, level), stream in self.streams.items()}
        return {"shares": self.shares, "tokens": self.tokens, "positions": positions}

    def next(self, easy: bool) -> Example:
        task = min(self.mix, key=lambda name: self.tokens[name] / self.shares[name])
        levels = self.mix[task][1]
        names = [name for name in levels if not easy or name in (*EASY_LEVELS, DIALOGUE)]
        while True:
            level = self.random.choices(names, [levels[name] for name in names])[0]
            example = self.streams[task, level].next()
            if len(example.ids) <= self.longest:
                self.tokens[task] += len(example.ids)
                return example

    def batch(self, tokens: int, easy: bool) -> list[Example]:
        """About `tokens` tokens of examples, sorted by length."""
        examples, total = [], 0
        while total < tokens:
            examples.append(self.next(easy))
            total += len(examples[-1].ids)
        return sorted(examples, key=lambda example: len(example.ids))
