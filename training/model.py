"""A small Qwen3 (dense) in PyTorch: RMSNorm, per-head q/k norm, rotary positions, SwiGLU, grouped KV heads, tied embedding.

The q/k/v and gate/up matrices are stored fused, because one wide product is faster than three narrow ones on a CPU;
`named_hf_weights` splits them into the names and layouts of the published architecture.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Shape:
    """Sizes of a model; `context` is only a promise in the metadata, the network itself has no maximum."""

    width: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    ffn: int
    vocabulary: int = 320
    rope_base: float = 100_000.0
    epsilon: float = 1e-6
    context: int = 2048

    def to_dict(self) -> dict:
        return asdict(self)


SHAPES = {
    "policy": Shape(width=256, layers=6, heads=4, kv_heads=2, head_dim=64, ffn=512),
    "draft": Shape(width=128, layers=2, heads=2, kv_heads=1, head_dim=64, ffn=256),
}


def rms_norm(x: torch.Tensor, weight: torch.Tensor, epsilon: float) -> torch.Tensor:
    """Root-mean-square normalisation over the last axis; the mean square is taken in float32."""
    x32 = x.float()
    scale = torch.rsqrt(x32.pow(2).mean(-1, keepdim=True) + epsilon)
    return (x32 * scale * weight).to(x.dtype)


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Rotary positions with the two halves of a head as the pairs; x is [batch, heads, time, head_dim]."""
    low, high = x.float().chunk(2, dim=-1)
    return torch.cat((low * cos - high * sin, high * cos + low * sin), dim=-1).to(x.dtype)


class Layer(nn.Module):
    """One pre-norm block: attention, then SwiGLU."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        q_width = shape.heads * shape.head_dim
        kv_width = shape.kv_heads * shape.head_dim
        self.attention_norm = nn.Parameter(torch.ones(shape.width))
        self.qkv = nn.Parameter(torch.empty(q_width + 2 * kv_width, shape.width))
        self.q_norm = nn.Parameter(torch.ones(shape.head_dim))
        self.k_norm = nn.Parameter(torch.ones(shape.head_dim))
        self.output = nn.Parameter(torch.empty(shape.width, q_width))
        self.ffn_norm = nn.Parameter(torch.ones(shape.width))
        self.gate_up = nn.Parameter(torch.empty(2 * shape.ffn, shape.width))
        self.down = nn.Parameter(torch.empty(shape.width, shape.ffn))
        deviation = 0.5 * shape.width**-0.5
        for name in ("qkv", "gate_up"):
            nn.init.normal_(getattr(self, name), std=deviation)
        for name in ("output", "down"):
            nn.init.normal_(getattr(self, name), std=deviation / (2 * shape.layers) ** 0.5)

    def project(self, x, cos, sin):
        """q [B, heads, T, D] and k, v [B, kv_heads, T, D] of the normalised input x [B, T, width]."""
        s = self.shape
        batch, time, _ = x.shape
        h = rms_norm(x, self.attention_norm, s.epsilon)
        qkv = F.linear(h, self.qkv).view(batch, time, s.heads + 2 * s.kv_heads, s.head_dim).transpose(1, 2)
        q, k, v = qkv.split((s.heads, s.kv_heads, s.kv_heads), dim=1)
        scale = s.head_dim**-0.5  # of the scores, put into q
        q = rotate(rms_norm(q, self.q_norm, s.epsilon), scale * cos, scale * sin)
        k = rotate(rms_norm(k, self.k_norm, s.epsilon), cos, sin)
        return q, k, v

    def mix(self, x, q, k, v, mask=None):
        """Residual attention over given keys and values, then the residual SwiGLU.

        The query heads of one KV head are stacked along time, so that k and v are never repeated; written as products
        and a softmax because at a hundred positions this beats the fused attention in bfloat16 on a CPU.
        """
        s = self.shape
        batch, _, time, _ = q.shape
        groups = s.heads // s.kv_heads
        scores = (q.reshape(batch, s.kv_heads, groups * time, s.head_dim) @ k.transpose(-1, -2)).float()
        if mask is not None:
            scores = scores + mask.repeat(groups, 1)
        a = torch.softmax(scores, dim=-1).to(v.dtype) @ v
        a = a.view(batch, s.heads, time, s.head_dim).transpose(1, 2).reshape(batch, time, s.heads * s.head_dim)
        x = x + F.linear(a, self.output)
        h = rms_norm(x, self.ffn_norm, s.epsilon)
        gate, up = F.linear(h, self.gate_up).chunk(2, dim=-1)
        return x + F.linear(F.silu(gate) * up, self.down)

    def forward(self, x, cos, sin, mask):
        return self.mix(x, *self.project(x, cos, sin), mask)


class Qwen3(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Parameter(torch.empty(shape.vocabulary, shape.width))
        nn.init.normal_(self.embedding, std=0.02)  # tied: small, or every token predicts itself at first
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.final_norm = nn.Parameter(torch.ones(shape.width))

    def rotary(self, positions: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """cos and sin of the rotary angles of the given positions, each [..., head_dim / 2]."""
        half = self.shape.head_dim // 2
        rates = self.shape.rope_base ** (-torch.arange(half, dtype=torch.float64) / half)
        angles = positions.double().unsqueeze(-1) * rates
        return angles.cos().float(), angles.sin().float()

    def hidden(self, tokens: torch.Tensor) -> torch.Tensor:
        """Final hidden states [B, T, width] of tokens [B, T]; every row is one example from position 0."""
        cos, sin = self.rotary(torch.arange(tokens.shape[1]))
        mask = torch.full((tokens.shape[1], tokens.shape[1]), -1e9).triu(1)
        x = F.embedding(tokens, self.embedding)
        for layer in self.layers:
            x = layer(x, cos, sin, mask)
        return rms_norm(x, self.final_norm, self.shape.epsilon)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Logits [B, T, vocabulary]."""
        return F.linear(self.hidden(tokens), self.embedding)


def deepened(model: Qwen3, layers: int) -> Qwen3:
    """The same function with `layers` more layers on top, which add nothing until they are trained."""
    taller = Qwen3(replace(model.shape, layers=model.shape.layers + layers))
    taller.load_state_dict(model.state_dict(), strict=False)
    for layer in taller.layers[model.shape.layers :]:
        nn.init.zeros_(layer.output)
        nn.init.zeros_(layer.down)
    return taller


def named_hf_weights(model: Qwen3) -> dict[str, torch.Tensor]:
    """The weights under the names of transformers' Qwen3ForCausalLM, float32, fused matrices split."""
    s = model.shape
    q_width, kv_width = s.heads * s.head_dim, s.kv_heads * s.head_dim
    weights = {"model.embed_tokens.weight": model.embedding, "model.norm.weight": model.final_norm}
    for index, layer in enumerate(model.layers):
        prefix = f"model.layers.{index}."
        q, k, v = layer.qkv.split((q_width, kv_width, kv_width))
        gate, up = layer.gate_up.chunk(2)
        parts = {
            "input_layernorm": layer.attention_norm,
            "self_attn.q_proj": q,
            "self_attn.k_proj": k,
            "self_attn.v_proj": v,
            "self_attn.q_norm": layer.q_norm,
            "self_attn.k_norm": layer.k_norm,
            "self_attn.o_proj": layer.output,
            "post_attention_layernorm": layer.ffn_norm,
            "mlp.gate_proj": gate,
            "mlp.up_proj": up,
            "mlp.down_proj": layer.down,
        }
        weights.update({f"{prefix}{name}.weight": value for name, value in parts.items()})
    return {name: value.detach().float().contiguous() for name, value in weights.items()}
