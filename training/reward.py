"""The reward model's read-outs: three pairs of reserved tokens, whose logits are compared behind a newline or at the end.

good/bad: a right answer is still within reach (at the end: the answer is right); ok/err: every step so far is valid;
hi/lo: the share of the policy's paths that end right from here. Score = sigmoid((positive - negative) / temperature).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from model import Qwen3
from tokenizer import ID, PAD
from traces import Trace

NAMES = ("good", "ok", "hi")
POSITIVE = [ID["<good>"], ID["<ok>"], ID["<hi>"]]
NEGATIVE = [ID["<bad>"], ID["<err>"], ID["<lo>"]]
SHARES = torch.tensor([1.0, 1.0, 0.5])  # of the read-outs in the loss: specs card 4.10


def read_out(model: Qwen3, hidden: torch.Tensor) -> torch.Tensor:
    """Differences of logits [..., 3] from final hidden states [..., width]; in float32, for they are small beside the logits."""
    return F.linear(hidden.float(), model.embedding[POSITIVE] - model.embedding[NEGATIVE])


def batch_of(traces: list[Trace]):
    """Inputs [B, T], next tokens [B, T] (-100: no loss), and targets and weights [B, T, 3] of the read-outs."""
    longest = max(len(trace.ids) for trace in traces)
    inputs = torch.full((len(traces), longest), PAD)
    following = torch.full((len(traces), longest), -100)
    targets, weights = torch.zeros(len(traces), longest, 3), torch.zeros(len(traces), longest, 3)
    for row, trace in enumerate(traces):
        ids = torch.tensor(trace.ids)
        inputs[row, : len(ids)] = ids
        if not trace.corrupted:
            following[row, trace.loss_from - 1 : len(ids) - 1] = ids[trace.loss_from :]
        places = [read.index for read in trace.reads]
        targets[row, places] = torch.tensor(trace.targets)
        weights[row, places] = trace.count * torch.tensor(trace.weights) * SHARES
    return inputs, following, targets, weights


def losses(model: Qwen3, batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Sums over a batch: weighted cross-entropy per read-out [3], and the language model's cross-entropy."""
    inputs, following, targets, weights = batch
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model.hidden(inputs)
    reads = F.binary_cross_entropy_with_logits(read_out(model, hidden), targets, weights, reduction="none").sum((0, 1))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = F.linear(hidden, model.embedding)
    language = F.cross_entropy(logits.float().flatten(0, 1), following.flatten(), reduction="sum", ignore_index=-100)
    return reads, language


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
