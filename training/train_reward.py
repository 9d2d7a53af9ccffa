"""Trains the reward model: the policy's weights, tuned to say behind every line of working how good it looks (reward.py).

Layers are added on top: what the policy expects next is known in its last layer only, and to compare it with what was written
takes more. Loss: cross-entropy of the three read-outs at their places; that of telling good from bad paths of the same problem,
where it is no help to see how hard the problem is; and the language model's, on valid lines, which teaches the working itself.
Stops and resumes at any step; the schedule follows progress = tokens / --tokens or seconds / --seconds, as in train.py. Every
checkpoint holds the temperatures fitted on validation traces, so that each can be exported.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from pathlib import Path

import torch

import reward
from checkpoint import load_gguf
from choice import DEFAULT, Scored, choice_figures
from metrics import auroc
from model import Qwen3, deepened
from traces import Trace, by_problem, read_folder, worth_reading
from train import rate_factor

LANGUAGE_SHARE = 1.0  # of the language model's loss per token; a tenth (specs card 4.10) lets the model forget how to work


class Stream:
    """Problems with their traces in a new random order every epoch; `position` counts those handed out."""

    def __init__(self, problems: list[list[Trace]], seed: int, position: int = 0):
        self.problems, self.seed, self.position = problems, seed, position
        self.order: list[int] = []

    def next(self) -> list[Trace]:
        epoch, place = divmod(self.position, len(self.problems))
        if place == 0 or not self.order:
            self.order = list(range(len(self.problems)))
            random.Random(f"{self.seed}/{epoch}").shuffle(self.order)
        self.position += 1
        return self.problems[self.order[place]]

    def batch(self, tokens: int) -> list[list[Trace]]:
        """Problems of about `tokens` tokens together."""
        problems, total = [], 0
        while total < tokens:
            problems.append(self.next())
            total += sum(len(trace.ids) for trace in problems[-1])
        return problems


def packed(problems: list[list[Trace]], largest: int) -> list[list[Trace]]:
    """Whole problems of like lengths put together, up to `largest` padded tokens where there is more than one."""
    groups: list = []
    for problem in sorted(problems, key=lambda problem: max(len(trace.ids) for trace in problem)):
        joined = (groups[-1] if groups else []) + problem
        if groups and len(joined) * max(len(trace.ids) for trace in joined) <= largest:
            groups[-1] = joined
        else:
            groups.append(problem)
    return groups


class RewardTrainer:
    def __init__(self, arguments):
        self.arguments = arguments
        self.folder = Path(arguments.run)
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(arguments.seed)
        policy = load_gguf(arguments.policy)[0]
        self.model = deepened(policy, arguments.added_layers).train()
        self.average = {name: value.detach().clone() for name, value in self.model.named_parameters()}
        added = [p for layer in self.model.layers[policy.shape.layers :] for p in layer.parameters()]
        known = [p for p in self.model.parameters() if all(p is not other for other in added)]
        self.rates = (arguments.rate, arguments.added_rate)
        self.adam = torch.optim.AdamW([{"params": known}, {"params": added}], betas=(0.9, 0.95), weight_decay=0.0)
        self.step, self.tokens, self.seconds, position = 0, 0, 0.0, 0
        if (self.folder / "checkpoint.pt").exists():
            position = self.load()
        problems = [worth_reading(problem) for problem in by_problem(read_folder(arguments.traces, merge=True))]
        self.stream = Stream(problems, arguments.seed, position)
        self.held_out = read_folder(arguments.validation, merge=False)

    def load(self) -> int:
        saved = torch.load(self.folder / "checkpoint.pt")
        self.model.load_state_dict(saved["model"])
        self.average = saved["average"]
        self.adam.load_state_dict(saved["adam"])
        self.step, self.tokens, self.seconds = saved["step"], saved["tokens"], saved["seconds"]
        return saved["position"]

    def save(self) -> None:
        """A checkpoint, after a look at the validation traces."""
        temperatures = self.check()
        state = {
            "shape": self.model.shape.to_dict(), "model": self.model.state_dict(), "average": self.average,
            "adam": self.adam.state_dict(), "position": self.stream.position, "step": self.step, "tokens": self.tokens,
            "seconds": self.seconds, "temperatures": temperatures,
        }  # fmt: skip
        torch.save(state, self.folder / "checkpoint.new")
        os.replace(self.folder / "checkpoint.new", self.folder / "checkpoint.pt")

    def check(self) -> list[float]:
        """Temperatures of the averaged weights on validation traces.

        Logs per task the AUROC of lines of working, and how well the default scores choose among the paths of a problem.
        """
        model = Qwen3(self.model.shape).eval()
        model.load_state_dict(self.average)
        values = reward.read_all(model, self.held_out)
        temperatures = reward.temperatures(self.held_out, values)
        record: dict = {"step": self.step, "tokens": self.tokens, "auroc": {}, "choice": {}}
        for task in sorted({trace.task for trace in self.held_out}):
            pairs = [(trace, value) for trace, value in zip(self.held_out, values) if trace.task == task]
            differences, targets, _ = reward.flat(*zip(*pairs))
            lines = torch.tensor([read.kind == "line" and read.line > 0 for trace, _ in pairs for read in trace.reads])
            scores, labels = differences[lines].numpy(), targets[lines].numpy()
            record["auroc"][task] = {name: round(auroc(scores[:, i], labels[:, i]), 4) for i, name in enumerate(reward.NAMES)}
            figures = choice_figures([Scored(*pair, temperatures) for pair in pairs])
            record["choice"][task] = {name: round(value, 3) for name, value in figures[" ".join(DEFAULT)].items()}
            record["choice"][task]["majority"] = round(figures["majority"], 3)
        self.log(record | {"temperatures": [round(value, 3) for value in temperatures]})
        return temperatures

    def log(self, record: dict) -> None:
        with open(self.folder / "log.jsonl", "a") as log:
            print(json.dumps(record), file=log)

    def progress(self) -> float:
        if self.arguments.tokens:
            return self.tokens / self.arguments.tokens
        return self.seconds / self.arguments.seconds

    def gradients(self, problems: list[list[Trace]]) -> torch.Tensor:
        """Accumulates the gradient; returns the mean losses of good, ok and hi (per read), pairs and language (per token)."""
        batches = [reward.batch_of(group) for group in packed(problems, self.arguments.micro_tokens)]
        counts = torch.stack([*sum(batch.weights.sum(0) for batch in batches), sum(batch.pairs() for batch in batches),
                              torch.tensor(float(sum(batch.words() for batch in batches)))]).clamp(min=1.0)  # fmt: skip
        sums = torch.zeros(len(reward.NAMES) + 2)
        for batch in batches:
            reads, pairs, language = reward.losses(self.model, batch)
            # of good, whose share is 1
            (reads.sum() / counts[0] + pairs / counts[-2] + LANGUAGE_SHARE * language / counts[-1]).backward()
            sums += torch.stack([*reads.detach(), pairs.detach(), language.detach()])
        return sums / counts

    def update(self, factor: float) -> None:
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for group, rate in zip(self.adam.param_groups, self.rates):
            group["lr"] = rate * factor
        self.adam.step()
        self.model.zero_grad(set_to_none=True)
        keep = min(self.arguments.average, (self.step + 1) / (self.step + 10))
        torch._foreach_lerp_(list(self.average.values()), [p.detach() for p in self.model.parameters()], 1 - keep)

    def train(self) -> None:
        arguments, sums, logged, saved = self.arguments, [], time.monotonic(), time.monotonic()
        logged_tokens = self.tokens
        while self.progress() < 1.0:
            began = time.monotonic()
            factor = rate_factor(self.progress(), self.step, arguments.warmup, arguments.decay)
            problems = self.stream.batch(arguments.batch_tokens)
            sums.append(self.gradients(problems))
            self.update(factor)
            self.step += 1
            self.tokens += sum(len(trace.ids) for problem in problems for trace in problem)
            self.seconds += time.monotonic() - began
            if self.step % arguments.log_every == 0:
                now = time.monotonic()
                means = (sum(sums) / len(sums)).tolist()
                loss = {name: round(value, 4) for name, value in zip([*reward.NAMES, "pairs", "language"], means)}
                speed = round((self.tokens - logged_tokens) / (now - logged))
                self.log({"step": self.step, "tokens": self.tokens, "seconds": round(self.seconds, 1), "rate": round(factor, 4),
                          "loss": loss, "tokens_per_second": speed})  # fmt: skip
                sums, logged, logged_tokens = [], now, self.tokens
            if time.monotonic() - saved > arguments.save_seconds:
                self.save()
                saved = logged = time.monotonic()
                logged_tokens = self.tokens
        self.save()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policy", default="models/reckon-policy.gguf", help="the file whose weights it starts from")
    parser.add_argument("--traces", required=True, help="folder of labelled traces (traces.py)")
    parser.add_argument("--validation", required=True, help="folder of labelled traces of validation problems")
    parser.add_argument("--run", required=True, help="folder of the checkpoint and the log")
    parser.add_argument("--seconds", type=float, default=2400.0, help="length of the run in training seconds")
    parser.add_argument("--tokens", type=int, default=0, help="length of the run in tokens (instead of seconds)")
    parser.add_argument("--batch-tokens", type=int, default=3000)
    parser.add_argument("--micro-tokens", type=int, default=2300)
    parser.add_argument("--added-layers", type=int, default=2)
    parser.add_argument("--rate", type=float, default=4e-4, help="of what the policy has")
    parser.add_argument("--added-rate", type=float, default=1e-3, help="of the added layers")
    parser.add_argument("--warmup", type=int, default=20, help="steps")
    parser.add_argument("--decay", type=float, default=0.5, help="share of the run in which the rate falls to zero")
    parser.add_argument("--average", type=float, default=0.99, help="decay of the exponential average of the weights")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log-every", type=int, default=20)
    parser.add_argument("--save-seconds", type=float, default=600.0)
    return parser.parse_args()


if __name__ == "__main__":
    torch.set_num_threads(1)
    RewardTrainer(parse_arguments()).train()
