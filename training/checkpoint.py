"""Reads the models of training checkpoints and of exported files."""

from __future__ import annotations

import gguf
import torch

from model import Qwen3, Shape


def load_checkpoint(path: str, averaged: bool = True) -> tuple[Qwen3, dict]:
    """The model of a training checkpoint, with its averaged or its latest weights, and the checkpoint itself."""
    saved = torch.load(path, map_location="cpu")
    model = Qwen3(Shape(**saved["shape"]))
    model.load_state_dict(saved["average"] if averaged else saved["model"])
    return model.eval(), saved


def load_gguf(path: str) -> tuple[Qwen3, gguf.GGUFReader]:
    """The model of a file that export_gguf.py wrote, in float32, and the file's reader for its other metadata."""
    reader = gguf.GGUFReader(path)

    def field(key: str):
        return reader.get_field(f"qwen3.{key}").contents()

    shape = Shape(
        width=field("embedding_length"), layers=field("block_count"), heads=field("attention.head_count"),
        kv_heads=field("attention.head_count_kv"), head_dim=field("attention.key_length"), ffn=field("feed_forward_length"),
        vocabulary=field("vocab_size"), rope_base=field("rope.freq_base"), epsilon=field("attention.layer_norm_rms_epsilon"),
        context=field("context_length"),
    )  # fmt: skip
    tensors = {tensor.name: torch.from_numpy(tensor.data.copy()).float() for tensor in reader.tensors}
    model = Qwen3(shape)
    state = {"embedding": tensors["token_embd.weight"], "final_norm": tensors["output_norm.weight"]}
    names = {"attention_norm": "attn_norm", "q_norm": "attn_q_norm", "k_norm": "attn_k_norm", "output": "attn_output",
             "ffn_norm": "ffn_norm", "down": "ffn_down"}  # fmt: skip
    fused = {"qkv": ("attn_q", "attn_k", "attn_v"), "gate_up": ("ffn_gate", "ffn_up")}
    for layer in range(shape.layers):
        for ours, theirs in names.items():
            state[f"layers.{layer}.{ours}"] = tensors[f"blk.{layer}.{theirs}.weight"]
        for ours, parts in fused.items():
            state[f"layers.{layer}.{ours}"] = torch.cat([tensors[f"blk.{layer}.{part}.weight"] for part in parts])
    model.load_state_dict(state)
    return model.eval(), reader
