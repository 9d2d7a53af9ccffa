"""Muon (Jordan 2024): momentum whose matrix is replaced by the nearest orthogonal one, for hidden weight matrices.

Five Newton-Schulz steps of the published quintic bring all singular values close to 1. Matrices of one shape are
stacked and treated together; a fused matrix is given as its parts, each of which is orthogonalised alone.
"""

from __future__ import annotations

import torch


def orthogonalise(stack: torch.Tensor) -> torch.Tensor:
    """The (approximately) orthogonal factor of each matrix of a [n, rows, columns] stack with rows <= columns."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = stack.bfloat16()
    x = x / (x.float().norm(dim=(1, 2), keepdim=True) + 1e-7).bfloat16()
    for _ in range(5):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.float()


class Muon:
    """Holds (parameter, first row, last row) blocks; `state` is the momentum per parameter."""

    def __init__(self, blocks: list[tuple[torch.nn.Parameter, int, int]], momentum: float = 0.95, decay: float = 0.1):
        self.blocks, self.momentum, self.decay = blocks, momentum, decay
        self.buffers = {parameter: torch.zeros_like(parameter) for parameter, _, _ in blocks}

    @torch.no_grad()
    def step(self, rate: float) -> None:
        updates = {}
        for parameter, buffer in self.buffers.items():
            buffer.lerp_(parameter.grad, 1 - self.momentum)
            updates[parameter] = parameter.grad.lerp(buffer, self.momentum)
            parameter.mul_(1 - rate * self.decay)
        by_shape: dict[tuple, list] = {}
        for parameter, first, last in self.blocks:
            update, target = updates[parameter][first:last], parameter[first:last]
            if update.shape[0] > update.shape[1]:
                update, target = update.T, target.T
            by_shape.setdefault(tuple(update.shape), []).append((update, target, last - first))
        for group in by_shape.values():
            for update, (_, target, rows) in zip(orthogonalise(torch.stack([u for u, _, _ in group])), group):
                columns = target.numel() // rows
                target.add_(update, alpha=-rate * max(1.0, rows / columns) ** 0.5)

    def state_dict(self) -> list[torch.Tensor]:
        return list(self.buffers.values())

    def load_state_dict(self, state: list[torch.Tensor]) -> None:
        for buffer, saved in zip(self.buffers.values(), state, strict=True):
            buffer.copy_(saved)


def hidden_blocks(model) -> list[tuple[torch.nn.Parameter, int, int]]:
    """The blocks of a Qwen3's layers: q, k, v, output, gate, up, down."""
    s = model.shape
    q_width, kv_width = s.heads * s.head_dim, s.kv_heads * s.head_dim
    blocks = []
    for layer in model.layers:
        edges = [0, q_width, q_width + kv_width, q_width + 2 * kv_width]
        blocks += [(layer.qkv, first, last) for first, last in zip(edges, edges[1:])]
        blocks += [(layer.gate_up, 0, s.ffn), (layer.gate_up, s.ffn, 2 * s.ffn)]
        blocks += [(layer.output, 0, s.width), (layer.down, 0, s.width)]
    return blocks
