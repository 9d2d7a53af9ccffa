"""Writes a checkpoint as a GGUF file of architecture "qwen3" with tokenizer and chat template inside.

Matrices are F16, norms F32; the embedding is also the output matrix, so there is no output.weight.
"""

from __future__ import annotations

import argparse
import struct

import gguf
import numpy as np
import torch

import reward
import tokenizer
from checkpoint import load_checkpoint
from model import SHAPES, Qwen3, Shape, named_hf_weights

GGUF_NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
OUTER_NAMES = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}


def gguf_name(name: str) -> str:
    """model.layers.3.mlp.up_proj.weight -> blk.3.ffn_up.weight"""
    if name in OUTER_NAMES:
        return OUTER_NAMES[name]
    _, _, index, *middle, _ = name.split(".")
    return f"blk.{index}.{GGUF_NAMES['.'.join(middle)]}.weight"


class Writer(gguf.GGUFWriter):
    """The package's writer refuses empty arrays; a byte-level tokenizer has an empty array of merges."""

    def _pack_val(self, val, vtype, add_vtype, sub_type=None):
        if vtype == gguf.GGUFValueType.ARRAY and len(val) == 0:
            return struct.pack("<IIQ", gguf.GGUFValueType.ARRAY, gguf.GGUFValueType.STRING, 0)
        return super()._pack_val(val, vtype, add_vtype, sub_type)


def add_metadata(writer: gguf.GGUFWriter, shape: Shape, name: str, description: str) -> None:
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_name(name)
    writer.add_description(description)
    writer.add_license("apache-2.0")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.ffn)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_dim)
    writer.add_value_length(shape.head_dim)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(shape.vocabulary)


def add_tokenizer(writer: gguf.GGUFWriter) -> None:
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokenizer.token_texts())
    writer.add_token_types(tokenizer.token_kinds())
    writer.add_key_value(gguf.Keys.Tokenizer.MERGES, [], gguf.GGUFValueType.ARRAY)  # readers insist on the array
    writer.add_bos_token_id(tokenizer.ID["<|endoftext|>"])
    writer.add_eos_token_id(tokenizer.END)
    writer.add_pad_token_id(tokenizer.PAD)
    writer.add_add_bos_token(False)
    writer.add_chat_template(tokenizer.CHAT_TEMPLATE)


def add_reward(writer: gguf.GGUFWriter, temperatures: list[float]) -> None:
    """How scores are read: behind each delimiter and at the end, sigmoid((positive - negative) / temperature) of two logits."""
    writer.add_string("reckon.reward.delimiter", "\n")
    writer.add_array("reckon.reward.positive", reward.POSITIVE)
    writer.add_array("reckon.reward.negative", reward.NEGATIVE)
    writer.add_array("reckon.reward.names", list(reward.NAMES))
    writer.add_array("reckon.reward.temperature", temperatures)


def export(model: Qwen3, path: str, name: str, description: str, temperatures: list[float] | None = None) -> None:
    """`temperatures`: of a reward model's read-outs; without them the file is a language model only."""
    writer = Writer(path, "qwen3")
    add_metadata(writer, model.shape, name, description)
    add_tokenizer(writer)
    if temperatures:
        add_reward(writer, temperatures)
    for hf_name, weight in named_hf_weights(model).items():
        kind = np.float16 if weight.ndim == 2 else np.float32
        writer.add_tensor(gguf_name(hf_name), weight.numpy().astype(kind))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", help="without it: random weights of --shape, for tests")
    parser.add_argument("--shape", choices=SHAPES, default="policy")
    parser.add_argument("--latest", action="store_true", help="the latest weights instead of the averaged ones")
    parser.add_argument("--name", required=True)
    parser.add_argument("--description", required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    temperatures = None
    if arguments.checkpoint:
        model, saved = load_checkpoint(arguments.checkpoint, not arguments.latest)
        temperatures = saved.get("temperatures")
    else:
        torch.manual_seed(0)
        model = Qwen3(SHAPES[arguments.shape])
    export(model, arguments.out, arguments.name, arguments.description, temperatures)


if __name__ == "__main__":
    main()
