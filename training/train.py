"""Trains the policy (or the draft) on generated examples; stops and resumes at any step.

The schedule (warm-up, stable, linear decay to zero) follows progress = seconds / --seconds or tokens / --tokens, so a run can
be fitted into the time there is, or repeated for the same number of tokens. With --start-from it goes on from the weights of a
file, with --dialogues it also learns to revise, judge, distil, use feedback and answer early (dialogues.py).
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from checkpoint import load_checkpoint, load_gguf
from data import MIX, Mixture, with_dialogues
from dialogues import FORMS, Dialogues
from model import SHAPES, Qwen3, deepened
from muon import Muon, hidden_blocks
from tokenizer import ID, PAD

OK, ERR = ID["<ok>"], ID["<err>"]  # the pair of reserved tokens that the reward model reads validity from, too


def pad_batch(examples):
    """Inputs and targets [B, T]; targets that carry no loss are -100."""
    longest = max(len(example.ids) for example in examples) - 1
    inputs = torch.full((len(examples), longest), PAD)
    targets = torch.full((len(examples), longest), -100)
    for row, example in enumerate(examples):
        ids = torch.tensor(example.ids)
        inputs[row, : len(ids) - 1] = ids[:-1]
        targets[row, example.loss_from - 1 : len(ids) - 1] = ids[example.loss_from :]
    return inputs, targets


def token_weights(examples) -> torch.Tensor:
    """What a token of each example counts in the loss, [B, 1]."""
    return torch.tensor([[example.weight] for example in examples])


def read_loss(logits, examples):
    """Sum of the cross-entropies of telling, behind each line of working that is only shown, whether it is valid so far.

    The verdict is the difference of two reserved tokens' logits, so it takes no probability from what may be written there.
    """
    places = [(row, *read) for row, example in enumerate(examples) for read in example.reads]
    if not places:
        return logits.new_zeros(())
    rows, columns, valid = map(list, zip(*places))
    read = logits[rows, columns]
    return F.binary_cross_entropy_with_logits(read[:, OK] - read[:, ERR], torch.tensor(valid), reduction="sum")


def split_batch(examples, largest: int):
    """Consecutive groups of the sorted examples, each of at most `largest` padded tokens."""
    groups, group = [], []
    for example in examples:
        if group and (len(group) + 1) * len(example.ids) > largest:
            groups.append(group)
            group = []
        group.append(example)
    return groups + [group]


def rate_factor(progress: float, step: int, warmup: int, decay: float) -> float:
    """1 in the stable stage; rises over the first steps, falls linearly to 0 over the last share of the run."""
    return min(1.0, (step + 1) / warmup, max(0.0, (1.0 - progress) / decay))


class Trainer:
    pause_seconds = 5  # between looks at the pause file

    def __init__(self, arguments):
        self.arguments = arguments
        self.folder = Path(arguments.run)
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(arguments.seed)
        self.model = self.untrained()
        self.teacher = load_checkpoint(arguments.teacher)[0] if arguments.teacher else None
        self.average = {name: value.detach().clone() for name, value in self.model.named_parameters()}
        self.muon = Muon(hidden_blocks(self.model))
        others = [p for p in self.model.parameters() if p not in self.muon.buffers]
        self.adam = torch.optim.AdamW(others, lr=arguments.adam_rate, betas=(0.9, 0.95), weight_decay=0.0)
        self.step, self.tokens, self.seconds, data_state = 0, 0, 0.0, None
        if (self.folder / "checkpoint.pt").exists():
            data_state = self.load()
        self.data = self.mixture(data_state)

    def untrained(self) -> Qwen3:
        arguments = self.arguments
        if not arguments.start_from:
            return Qwen3(SHAPES[arguments.shape])
        return deepened(load_gguf(arguments.start_from)[0], arguments.added_layers).train()

    def mixture(self, state: dict | None) -> Mixture:
        arguments = self.arguments
        if not arguments.dialogues:
            return Mixture(arguments.generator, MIX, arguments.longest, state)
        mix = with_dialogues(MIX, FORMS, arguments.dialogue_share)
        return Mixture(arguments.generator, mix, arguments.longest, state, Dialogues(arguments.dialogues))

    def load(self):
        saved = torch.load(self.folder / "checkpoint.pt")
        self.model.load_state_dict(saved["model"])
        self.average = saved["average"]
        self.muon.load_state_dict(saved["muon"])
        self.adam.load_state_dict(saved["adam"])
        self.step, self.tokens, self.seconds = saved["step"], saved["tokens"], saved["seconds"]
        return saved["data"]

    def save(self):
        state = {
            "shape": self.model.shape.to_dict(), "model": self.model.state_dict(), "average": self.average,
            "muon": self.muon.state_dict(), "adam": self.adam.state_dict(), "data": self.data.state(),
            "step": self.step, "tokens": self.tokens, "seconds": self.seconds,
        }  # fmt: skip
        torch.save(state, self.folder / "checkpoint.new")
        os.replace(self.folder / "checkpoint.new", self.folder / "checkpoint.pt")

    def progress(self) -> float:
        if self.arguments.tokens:
            return self.tokens / self.arguments.tokens
        return self.seconds / self.arguments.seconds

    def losses(self, inputs, targets):
        """Loss [B, T] of every position, 0 where the targets carry none; with a teacher, against its whole distribution.

        And the logits [B, T, vocabulary].
        """
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = self.model(inputs).float()
        if self.teacher is None:
            return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none").view(targets.shape), logits
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            wanted = torch.softmax(self.teacher(inputs).float(), dim=-1)
        return -(wanted * torch.log_softmax(logits, dim=-1)).sum(-1) * (targets >= 0), logits

    def gradients(self, examples) -> dict[str, list[float]]:
        """Accumulates the gradient of the mean loss over the completions, and of the mean over the lines that are only shown.

        Returns loss sum and count per task.
        """
        counted = sum(example.weight * (len(example.ids) - example.loss_from) for example in examples)
        read = max(1, sum(len(example.reads) for example in examples))
        sums: dict[str, list[float]] = {}
        for group in split_batch(examples, self.arguments.micro_tokens):
            inputs, targets = pad_batch(group)
            losses, logits = self.losses(inputs, targets)
            lines = read_loss(logits, group)
            ((losses * token_weights(group)).sum() / counted + self.arguments.read_share * lines / read).backward()
            entry = sums.setdefault("lines", [0.0, 0])
            entry[0] += lines.item()
            entry[1] += sum(len(example.reads) for example in group)
            per_example = losses.detach().sum(1).tolist()
            for example, loss in zip(group, per_example):
                entry = sums.setdefault(example.task, [0.0, 0])
                entry[0] += loss
                entry[1] += len(example.ids) - example.loss_from
        return sums

    def update(self, factor: float) -> float:
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.muon.step(self.arguments.rate * factor)
        for group in self.adam.param_groups:
            group["lr"] = self.arguments.adam_rate * factor
        self.adam.step()
        self.model.zero_grad(set_to_none=True)
        keep = min(self.arguments.average, (self.step + 1) / (self.step + 10))
        torch._foreach_lerp_(list(self.average.values()), [p.detach() for p in self.model.parameters()], 1 - keep)
        return norm.item()

    def wait(self):
        """Computes nothing while the file is there by which others ask for the machine."""
        while self.arguments.pause_file and os.path.exists(self.arguments.pause_file):
            time.sleep(self.pause_seconds)

    def train(self):
        arguments, sums, logged, saved = self.arguments, {}, time.monotonic(), time.monotonic()
        logged_tokens = self.tokens
        while self.progress() < 1.0:
            self.wait()
            began = time.monotonic()
            factor = rate_factor(self.progress(), self.step, arguments.warmup, arguments.decay)
            examples = self.data.batch(arguments.batch_tokens, easy=self.progress() < arguments.easy)
            for task, (loss, count) in self.gradients(examples).items():
                entry = sums.setdefault(task, [0.0, 0])
                entry[0] += loss
                entry[1] += count
            norm = self.update(factor)
            self.step += 1
            self.tokens += sum(len(example.ids) for example in examples)
            self.seconds += time.monotonic() - began
            if self.step % arguments.log_every == 0:
                now = time.monotonic()
                losses = {task: round(loss / count, 4) for task, (loss, count) in sorted(sums.items()) if count}
                record = {
                    "step": self.step, "tokens": self.tokens, "seconds": round(self.seconds, 1), "rate": round(factor, 4),
                    "norm": round(norm, 3), "loss": losses,
                    "tokens_per_second": round((self.tokens - logged_tokens) / (now - logged)),
                }  # fmt: skip
                with open(self.folder / "log.jsonl", "a") as log:
                    print(json.dumps(record), file=log)
                sums, logged, logged_tokens = {}, now, self.tokens
            if time.monotonic() - saved > arguments.save_seconds:
                self.save()
                saved = time.monotonic()
        self.save()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generator", required=True, help="the compiled example generator")
    parser.add_argument("--run", required=True, help="folder of the checkpoint and the log")
    parser.add_argument("--shape", choices=SHAPES, default="policy")
    parser.add_argument("--start-from", help="GGUF file whose weights it starts from, instead of random ones")
    parser.add_argument("--added-layers", type=int, default=0, help="on top of that file's, which add nothing at first")
    parser.add_argument("--dialogues", help="folder of labelled traces (traces.py), of which examples of several turns are made")
    parser.add_argument("--dialogue-share", type=float, default=0.5, help="of the tokens")
    parser.add_argument("--read-share", type=float, default=0.2, help="in the loss, of telling which shown lines are valid")
    parser.add_argument("--pause-file", help="while this file is there, nothing is computed")
    parser.add_argument("--teacher", help="checkpoint of a larger model, whose distributions are the targets")
    parser.add_argument("--seconds", type=float, default=5400.0, help="length of the run in training seconds")
    parser.add_argument("--tokens", type=int, default=0, help="length of the run in tokens (instead of seconds)")
    parser.add_argument("--batch-tokens", type=int, default=8192)
    parser.add_argument("--micro-tokens", type=int, default=2300)
    parser.add_argument("--longest", type=int, default=400, help="examples of more tokens are skipped")
    parser.add_argument("--rate", type=float, default=0.015, help="Muon's rate, for hidden matrices")
    parser.add_argument("--adam-rate", type=float, default=3e-3, help="AdamW's rate, for embedding and norms")
    parser.add_argument("--average", type=float, default=0.995, help="decay of the exponential average of the weights")
    parser.add_argument("--warmup", type=int, default=60, help="steps")
    parser.add_argument("--decay", type=float, default=0.6, help="share of the run in which the rate falls to zero")
    parser.add_argument("--easy", type=float, default=0.06, help="share of the run, at its start, on the two easiest levels")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--log-every", type=int, default=20)
    parser.add_argument("--save-seconds", type=float, default=300.0)
    return parser.parse_args()


if __name__ == "__main__":
    options = parse_arguments()
    torch.set_num_threads(options.threads)
    Trainer(options).train()
