"""Reads the models of training checkpoints."""

from __future__ import annotations

import torch

from model import Qwen3, Shape


def load_checkpoint(path: str, averaged: bool = True) -> tuple[Qwen3, dict]:
    """The model of a training checkpoint, with its averaged or its latest weights, and the checkpoint itself."""
    saved = torch.load(path, map_location="cpu")
    model = Qwen3(Shape(**saved["shape"]))
    model.load_state_dict(saved["average"] if averaged else saved["model"])
    return model.eval(), saved
