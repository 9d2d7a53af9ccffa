"""Trains the reward model: the policy's weights, tuned to say behind every line of working how good it looks (reward.py).

Loss: cross-entropy of the three read-outs at their places, and a tenth of the language model's. Stops and resumes at any step;
the schedule follows progress = tokens / --tokens or seconds / --seconds, as in train.py. Every checkpoint holds the temperatures
fitted on validation traces, so that each can be exported.
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
from metrics import auroc
from model import Qwen3
from traces import Trace, read_folder
from train import rate_factor, split_batch

LANGUAGE_SHARE = 0.1  # of the language model's loss: specs card 4.10


class Stream:
    """The traces in a new random order every epoch; `position` counts those handed out."""

    def __init__(self, traces: list[Trace], seed: int, position: int = 0):
        self.traces, self.seed, self.position = traces, seed, position
        self.order: list[int] = []

    def next(self) -> Trace:
        epoch, place = divmod(self.position, len(self.traces))
        if place == 0 or not self.order:
            self.order = list(range(len(self.traces)))
            random.Random(f"{self.seed}/{epoch}").shuffle(self.order)
        self.position += 1
        return self.traces[self.order[place]]

    def batch(self, tokens: int) -> list[Trace]:
        """About `tokens` tokens, sorted by length."""
        traces, total = [], 0
        while total < tokens:
            traces.append(self.next())
            total += len(traces[-1].ids)
        return sorted(traces, key=lambda trace: len(trace.ids))


class RewardTrainer:
    def __init__(self, arguments):
        self.arguments = arguments
        self.folder = Path(arguments.run)
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(arguments.seed)
        self.model: Qwen3 = load_gguf(arguments.policy)[0].train()
        self.average = {name: value.detach().clone() for name, value in self.model.named_parameters()}
        self.adam = torch.optim.AdamW(self.model.parameters(), lr=arguments.rate, betas=(0.9, 0.95), weight_decay=0.0)
        self.step, self.tokens, self.seconds, position = 0, 0, 0.0, 0
        if (self.folder / "checkpoint.pt").exists():
            position = self.load()
        self.stream = Stream(read_folder(arguments.traces, merge=True), arguments.seed, position)
        self.held_out = read_folder(arguments.validation, merge=False)
        random.Random("validation").shuffle(self.held_out)

    def load(self) -> int:
        saved = torch.load(self.folder / "checkpoint.pt")
        self.model.load_state_dict(saved["model"])
        self.average = saved["average"]
        self.adam.load_state_dict(saved["adam"])
        self.step, self.tokens, self.seconds = saved["step"], saved["tokens"], saved["seconds"]
        return saved["position"]

    def save(self, traces: list[Trace]) -> None:
        """A checkpoint, after a look at some validation traces."""
        temperatures = self.check(traces)
        state = {
            "shape": self.model.shape.to_dict(), "model": self.model.state_dict(), "average": self.average,
            "adam": self.adam.state_dict(), "position": self.stream.position, "step": self.step, "tokens": self.tokens,
            "seconds": self.seconds, "temperatures": temperatures,
        }  # fmt: skip
        torch.save(state, self.folder / "checkpoint.new")
        os.replace(self.folder / "checkpoint.new", self.folder / "checkpoint.pt")

    def check(self, traces: list[Trace]) -> list[float]:
        """Temperatures of the averaged weights on validation traces; logs the AUROC per task of lines of working."""
        model = Qwen3(self.model.shape).eval()
        model.load_state_dict(self.average)
        values = reward.read_all(model, traces)
        record: dict = {"step": self.step, "tokens": self.tokens, "validation": len(traces), "auroc": {}}
        for task in sorted({trace.task for trace in traces}):
            pairs = [(trace, value) for trace, value in zip(traces, values) if trace.task == task]
            differences, targets, _ = reward.flat(*zip(*pairs))
            lines = torch.tensor([read.kind == "line" and read.line > 0 for trace, _ in pairs for read in trace.reads])
            scores, labels = differences[lines].numpy(), targets[lines].numpy()
            record["auroc"][task] = {name: round(auroc(scores[:, i], labels[:, i]), 4) for i, name in enumerate(reward.NAMES)}
        found = reward.temperatures(traces, values)
        self.log(record | {"temperatures": [round(value, 3) for value in found]})
        return found

    def log(self, record: dict) -> None:
        with open(self.folder / "log.jsonl", "a") as log:
            print(json.dumps(record), file=log)

    def progress(self) -> float:
        if self.arguments.tokens:
            return self.tokens / self.arguments.tokens
        return self.seconds / self.arguments.seconds

    def gradients(self, traces: list[Trace]) -> torch.Tensor:
        """Accumulates the gradient; returns the mean losses of good, ok, hi (per counted read) and language (per token)."""
        batches = [reward.batch_of(group) for group in split_batch(traces, self.arguments.micro_tokens)]
        counts = torch.stack([sum(batch[3][..., i].sum() for batch in batches) for i in range(len(reward.NAMES))])
        reads_count = counts[0].clamp(min=1.0)  # of good, whose share is 1
        words = max(1, sum(int((batch[1] >= 0).sum()) for batch in batches))
        sums = torch.zeros(len(reward.NAMES) + 1)
        for batch in batches:
            reads, language = reward.losses(self.model, batch)
            (reads.sum() / reads_count + LANGUAGE_SHARE * language / words).backward()
            sums += torch.cat((reads.detach(), language.detach().view(1)))
        return sums / torch.cat((counts.clamp(min=1.0), torch.tensor([float(words)])))

    def update(self, factor: float) -> None:
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for group in self.adam.param_groups:
            group["lr"] = self.arguments.rate * factor
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
            traces = self.stream.batch(arguments.batch_tokens)
            sums.append(self.gradients(traces))
            self.update(factor)
            self.step += 1
            self.tokens += sum(len(trace.ids) for trace in traces)
            self.seconds += time.monotonic() - began
            if self.step % arguments.log_every == 0:
                now = time.monotonic()
                means = (sum(sums) / len(sums)).tolist()
                loss = {name: round(value, 4) for name, value in zip([*reward.NAMES, "language"], means)}
                speed = round((self.tokens - logged_tokens) / (now - logged))
                self.log({"step": self.step, "tokens": self.tokens, "seconds": round(self.seconds, 1), "rate": round(factor, 4),
                          "loss": loss, "tokens_per_second": speed})  # fmt: skip
                sums, logged, logged_tokens = [], now, self.tokens
            if time.monotonic() - saved > arguments.save_seconds:
                self.save(self.held_out[: arguments.look])
                saved = logged = time.monotonic()
                logged_tokens = self.tokens
        self.save(self.held_out)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policy", default="models/reckon-policy.gguf", help="the file whose weights it starts from")
    parser.add_argument("--traces", required=True, help="folder of labelled traces (traces.py)")
    parser.add_argument("--validation", required=True, help="folder of labelled traces of validation problems")
    parser.add_argument("--run", required=True, help="folder of the checkpoint and the log")
    parser.add_argument("--seconds", type=float, default=2700.0, help="length of the run in training seconds")
    parser.add_argument("--tokens", type=int, default=0, help="length of the run in tokens (instead of seconds)")
    parser.add_argument("--batch-tokens", type=int, default=3000)
    parser.add_argument("--micro-tokens", type=int, default=2300)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--warmup", type=int, default=20, help="steps")
    parser.add_argument("--decay", type=float, default=0.3, help="share of the run in which the rate falls to zero")
    parser.add_argument("--average", type=float, default=0.99, help="decay of the exponential average of the weights")
    parser.add_argument("--look", type=int, default=250, help="validation traces looked at before a checkpoint")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log-every", type=int, default=20)
    parser.add_argument("--save-seconds", type=float, default=300.0)
    return parser.parse_args()


if __name__ == "__main__":
    torch.set_num_threads(1)
    RewardTrainer(parse_arguments()).train()
