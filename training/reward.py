"""The reward model's read-outs: three pairs of reserved tokens, whose logits are compared behind a newline or at the end.

good/bad: a right answer is still within reach (at the end: the answer is right); ok/err: every step so far is valid;
hi/lo: the share of the policy's paths that end right from here. Score = sigmoid((positive - negative) / temperature).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from model import Qwen3
from tokenizer import ID, PAD
from traces import Trace

NAMES = ("good", "ok", "hi")
POSITIVE = [ID["<good>"], ID["<ok>"], ID["<hi>"]]
NEGATIVE = [ID["<bad>"], ID["<err>"], ID["<lo>"]]
SHARES = torch.tensor([1.0, 1.0, 0.5])  # of the read-outs in the loss: specs card 4.10
COMPARED = 2  # good and ok are also compared between the paths of a problem; of hi a path says little


def read_out(model: Qwen3, hidden: torch.Tensor) -> torch.Tensor:
    """Differences of logits [..., 3] from final hidden states [..., width]; in float32, for they are small beside the logits."""
    return F.linear(hidden.float(), model.embedding[POSITIVE] - model.embedding[NEGATIVE])


@dataclass
class Batch:
    inputs: torch.Tensor  # [B, T]
    following: torch.Tensor  # [B, T] next tokens; -100: no loss
    rows: torch.Tensor  # [R] of the reads
    columns: torch.Tensor  # [R]
    targets: torch.Tensor  # [R, 3]
    weights: torch.Tensor  # [R, 3]
    places: torch.Tensor  # [R] equal where paths of one problem are read at the same line and kind

    def pairs(self) -> torch.Tensor:
        return pair_weights(self.targets[:, :COMPARED], self.places).sum()

    def words(self) -> int:
        return int((self.following >= 0).sum())


def batch_of(traces: list[Trace]) -> Batch:
    """Equal paths count by the square root of their number: otherwise what the policy likes to write would be all that counts."""
    longest = max(len(trace.ids) for trace in traces)
    inputs = torch.full((len(traces), longest), PAD)
    following = torch.full((len(traces), longest), -100)
    rows, columns, targets, weights, places, numbers = [], [], [], [], [], {}
    for row, trace in enumerate(traces):
        ids = torch.tensor(trace.ids)
        inputs[row, : len(ids)] = ids
        if trace.loss_to > trace.loss_from:
            following[row, trace.loss_from - 1 : trace.loss_to - 1] = ids[trace.loss_from : trace.loss_to]
        for read, target, weight in zip(trace.reads, trace.targets, trace.weights):
            if weight[0] == 0:
                continue
            rows.append(row)
            columns.append(read.index)
            targets.append(target)
            weights.append([trace.count**0.5 * one for one in weight])
            places.append(numbers.setdefault((trace.task, trace.problem, read.line, read.kind), len(numbers)))
    return Batch(inputs, following, torch.tensor(rows), torch.tensor(columns), torch.tensor(targets),
                 torch.tensor(weights) * SHARES, torch.tensor(places))  # fmt: skip


def pair_weights(targets: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """Weights [R, R, C] of the pairs (positive, negative) of a place: those of r and w reads weigh r w / (r + w) together."""
    same = places.unsqueeze(1) == places
    above = (targets.unsqueeze(1) == 1) & (targets.unsqueeze(0) == 0) & same.unsqueeze(2)
    return above / same.sum(1).view(-1, 1, 1)


def losses(model: Qwen3, batch: Batch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Sums over a batch: weighted cross-entropy per read-out [3], the pairs' loss, and the language model's cross-entropy.

    A pair's loss is softplus(lower - higher): the cross-entropy of telling which of the two is the good one.
    """
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model.hidden(batch.inputs)
    differences = read_out(model, hidden[batch.rows, batch.columns])
    reads = F.binary_cross_entropy_with_logits(differences, batch.targets, batch.weights, reduction="none").sum(0)
    compared = differences[:, :COMPARED]
    margins = compared.unsqueeze(1) - compared.unsqueeze(0)
    pairs = (pair_weights(batch.targets[:, :COMPARED], batch.places) * F.softplus(-margins)).sum()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = F.linear(hidden, model.embedding)
    language = F.cross_entropy(logits.float().flatten(0, 1), batch.following.flatten(), reduction="sum", ignore_index=-100)
    return reads, pairs, language


@torch.inference_mode()
def read_all(model: Qwen3, traces: list[Trace], batch_tokens: int = 6000) -> list[torch.Tensor]:
    """Differences of logits [reads, 3] of every trace; equal paths are read once."""
    results: dict = {}
    waiting = sorted({tuple(trace.ids): trace for trace in traces}.items(), key=lambda item: len(item[0]))
    while waiting:
        rows = max(1, batch_tokens // len(waiting[-1][0]))
        chosen, waiting = waiting[-rows:], waiting[:-rows]
        inputs = torch.full((len(chosen), len(chosen[-1][0])), PAD)
        for row, (ids, _) in enumerate(chosen):
            inputs[row, : len(ids)] = torch.tensor(ids)
        values = read_out(model, model.hidden(inputs))
        for row, (ids, trace) in enumerate(chosen):
            results[ids] = values[row, [read.index for read in trace.reads]]
    return [results[tuple(trace.ids)] for trace in traces]


def fitted_temperature(differences: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor) -> float:
    """The temperature of least cross-entropy, from 1/16 to 16: by bisection of the loss's slope in 1/temperature."""
    low, high = 1 / 16, 16.0

    def slope(scale: float) -> float:  # of the convex loss
        return (weights * differences * (torch.sigmoid(scale * differences) - targets)).sum().item()

    for _ in range(50):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return 1 / (low * high) ** 0.5


def flat(traces: list[Trace], values: list[torch.Tensor]):
    """Differences, targets and weights [reads, 3] of all traces; the target of hi is what came of the very path."""
    targets = torch.cat([torch.tensor(trace.targets) for trace in traces])
    weights = torch.cat([trace.count * torch.tensor(trace.weights) for trace in traces])
    ends = torch.cat([torch.full((len(trace.reads),), float(trace.correct)) for trace in traces])
    targets[:, 2] = ends
    return torch.cat(values), targets, weights


def temperatures(traces: list[Trace], values: list[torch.Tensor]) -> list[float]:
    """One per read-out, over every read of the traces."""
    differences, targets, weights = (part.double() for part in flat(traces, values))
    return [fitted_temperature(differences[:, i], targets[:, i], weights[:, i]) for i in range(len(NAMES))]
