#!/usr/bin/env python3
"""Makes the reference files of the model tests: small random models as GGUF, and the logits of Hugging Face transformers.

For each case NAME: NAME.gguf is a model (classifiers in classifiers/), NAME.reference.gguf holds `tokens` [n], `logits` [n,
vocabulary] of transformers in float32 (eager attention, all tokens at once) on the values that the file's weights decode to,
`rope_frequencies` (radians per position) and the key `rope_magnitude`. Needs torch, transformers, gguf, numpy; running the
tests needs none of them.

    python3 tests/golden/models/make_references.py [NAME ...]
"""
import pathlib
import sys

import gguf
import numpy as np
import torch
import transformers
from gguf import GGMLQuantizationType as T

FOLDER = pathlib.Path(__file__).parent
TOKENS = 40  # beyond two pages of 16 slots, and not a multiple of any page size in the tests

SMALL = dict(hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             vocab_size=48, max_position_embeddings=64, attn_implementation="eager")
BLOCKS = SMALL | dict(hidden_size=64, intermediate_size=64, num_attention_heads=4, num_key_value_heads=1)  # rows of 32-blocks
SUPER = SMALL | dict(hidden_size=256, intermediate_size=256, num_hidden_layers=1, num_attention_heads=4, num_key_value_heads=1)
LLAMA3 = dict(rope_type="llama3", rope_theta=500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=24)
YARN = dict(rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=512)  # its ramp ends inside
DEFAULT = dict(rope_type="default", rope_theta=10000.0)

# name: (family, configuration, rope, weight types: one for all matrices, or one per tensor name with a default under "")
CASES = {
    "llama2": ("llama", SMALL | dict(num_key_value_heads=4, tie_word_embeddings=False), DEFAULT, T.F32),
    "llama3": ("llama", SMALL | dict(hidden_size=48, num_attention_heads=6, tie_word_embeddings=True, rms_norm_eps=1e-5),
               LLAMA3, T.F32),
    "llama-bias": ("llama", SMALL | dict(attention_bias=True, mlp_bias=True, num_hidden_layers=1, tie_word_embeddings=False),
                   DEFAULT, T.F32),
    "qwen2": ("qwen2", SMALL | dict(tie_word_embeddings=False), DEFAULT | dict(rope_theta=1e6), T.F32),
    "qwen2-yarn": ("qwen2", SMALL | dict(tie_word_embeddings=True, num_hidden_layers=1, max_position_embeddings=2048),
                   YARN, T.F32),
    "qwen3": ("qwen3", SMALL | dict(head_dim=16, tie_word_embeddings=True), DEFAULT | dict(rope_theta=1e6), T.F32),
    "qwen3-f16": ("qwen3", SMALL | dict(head_dim=16, tie_word_embeddings=False), DEFAULT, T.F16),
    "qwen3-bf16": ("qwen3", SMALL | dict(head_dim=16, tie_word_embeddings=True), DEFAULT, T.BF16),
    "qwen3moe": ("qwen3moe", SMALL | dict(head_dim=16, tie_word_embeddings=False, num_experts=6, num_experts_per_tok=2,
                                            moe_intermediate_size=24, norm_topk_prob=True), DEFAULT, T.F32),
    "llama-q8_0": ("llama", BLOCKS | dict(tie_word_embeddings=False), DEFAULT, T.Q8_0),
    "qwen2-q4_0": ("qwen2", BLOCKS | dict(tie_word_embeddings=True), DEFAULT,
                   {"": T.Q4_0, "ffn_down": T.Q4_1, "attn_k": T.Q5_0, "attn_v": T.Q5_1, "token_embd": T.Q8_0}),
    "qwen3-q4_k": ("qwen3", SUPER | dict(head_dim=64, tie_word_embeddings=True), DEFAULT,
                   {"": T.Q4_K, "attn_v": T.Q6_K, "ffn_down": T.Q6_K, "ffn_up": T.Q5_K, "token_embd": T.Q6_K}),
}
# A head in place of the vocabulary's: name: (modules as in transformers, what is said in the file). transformers reads sequence
# classifiers at the last token only; here all are compared.
HEADS = {
    "reward-orm": lambda nn, width: nn.Linear(width, 1, bias=False),  # Qwen2ForSequenceClassification with one label
    # Qwen2ForProcessRewardModel, whose code comes with its weights, and what llama.cpp computes.
    "reward-prm": lambda nn, width: nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 2)),
    "reward-tanh": lambda nn, width: nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 3)),
}
HEAD_PARTS = {"score.weight": "cls.output.weight", "score.0.weight": "cls.weight", "score.0.bias": "cls.bias",
              "score.2.weight": "cls.output.weight", "score.2.bias": "cls.output.bias"}
CASES |= {name: ("qwen2", SMALL | dict(tie_word_embeddings=True, num_hidden_layers=1), DEFAULT,
                 T.F16 if name == "reward-prm" else T.F32) for name in HEADS}
CLASSES = {"llama": (transformers.LlamaConfig, transformers.LlamaForCausalLM),
           "qwen2": (transformers.Qwen2Config, transformers.Qwen2ForCausalLM),
           "qwen3": (transformers.Qwen3Config, transformers.Qwen3ForCausalLM),
           "qwen3moe": (transformers.Qwen3MoeConfig, transformers.Qwen3MoeForCausalLM)}
PARTS = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
         "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
         "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "mlp.gate_proj": "ffn_gate",
         "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "mlp.gate": "ffn_gate_inp"}


def folder_of(name):
    """Models whose outputs are labels are read by another test than those that write text."""
    return FOLDER / "classifiers" if name in HEADS else FOLDER


def gguf_name(name):
    if name in HEAD_PARTS:
        return HEAD_PARTS[name].removesuffix(".weight").removesuffix(".bias"), HEAD_PARTS[name]
    for whole, short in (("model.embed_tokens", "token_embd"), ("model.norm", "output_norm"), ("lm_head", "output")):
        if name.startswith(whole + "."):
            return short, short + name[len(whole):]
    layer, rest = name.removeprefix("model.layers.").split(".", 1)
    part, kind = rest.rsplit(".", 1)
    return PARTS[part], f"blk.{layer}.{PARTS[part]}.{kind}"


def parts_of(key, tensor):
    """What of a state's tensor goes where: (short name, full name, the part as a view). Experts are stacked, gate above up."""
    if ".mlp.experts." not in key:
        return [(*gguf_name(key), tensor)]
    layer = key.split(".")[2]
    if key.endswith("gate_up_proj"):
        names, views = ("ffn_gate_exps", "ffn_up_exps"), tensor.chunk(2, dim=1)
    else:
        names, views = ("ffn_down_exps",), (tensor,)
    return [(name, f"blk.{layer}.{name}.weight", view) for name, view in zip(names, views)]


def permute(values, heads):
    """Half-split rotary rows to adjacent pairs: row 2j+s of a head is row s*dh/2+j of the original."""
    dh = values.shape[0] // heads
    return values.reshape(heads, 2, dh // 2, *values.shape[1:]).swapaxes(1, 2).reshape(values.shape)


def unpermute(values, heads):
    dh = values.shape[0] // heads
    return values.reshape(heads, dh // 2, 2, *values.shape[1:]).swapaxes(1, 2).reshape(values.shape)


def random_blocks(shape, kind, rng):
    """Random bytes with modest scales, for types that the gguf package decodes but does not encode; values about +-0.2."""
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    blocks = rng.integers(0, 256, (shape[0], shape[1] // elements, size), dtype=np.uint8)

    def put(offset, values):
        blocks[..., offset:offset + 2] = values.astype(np.float16)[..., None].view(np.uint8)

    scale = rng.uniform(0.5, 1.5, blocks.shape[:2])
    if kind in (T.Q4_K, T.Q5_K):
        put(0, scale * (0.0004 if kind == T.Q4_K else 0.0002))
        put(2, scale * 0.003)
    elif kind in (T.Q5_0, T.Q5_1, T.Q4_1):
        put(0, scale * (0.02 if kind == T.Q4_1 else 0.01))
        if kind != T.Q5_0:
            put(2, scale * -0.15)
    elif kind == T.Q6_K:
        blocks[..., 192:208] = rng.integers(-60, 60, blocks[..., 192:208].shape).astype(np.int8).view(np.uint8)
        put(208, scale * 0.0001)
    else:
        raise ValueError(kind)
    return blocks.reshape(shape[0], -1)


def encode(values, kind, rng):
    """Bytes as stored and the values they decode to."""
    if kind in (T.F32, T.F16, T.BF16, T.Q8_0, T.Q4_0):
        stored = gguf.quants.quantize(values, kind)
    else:
        stored = random_blocks(values.shape, kind, rng)
    return stored, gguf.quants.dequantize(stored, kind).astype(np.float32).reshape(values.shape)


def write_hyper_parameters(writer, family, config, rope):
    writer.add_string("general.name", "random " + family)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    if family == "qwen3moe":
        writer.add_expert_count(config.num_experts)
        writer.add_expert_used_count(config.num_experts_per_tok)
        writer.add_expert_feed_forward_length(config.moe_intermediate_size)
    if family.startswith("qwen3"):
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(rope["rope_theta"])
    if rope["rope_type"] == "yarn":
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(rope["factor"])
        writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])


def make(name):
    family, sizes, rope, types = CASES[name]
    rng = np.random.default_rng(list(name.encode()))
    make_config, make_model = CLASSES[family]
    config = make_config(**sizes, rope_parameters=dict(rope))
    model = make_model(config).float().eval()
    if name in HEADS:
        model.score = HEADS[name](torch.nn, config.hidden_size).float()
    rotary = model.model.rotary_emb

    writer = gguf.GGUFWriter(folder_of(name) / f"{name}.gguf", family)
    write_hyper_parameters(writer, family, config, rope)
    if name == "reward-prm":
        writer.add_string("reckon.reward.activation", "relu")
    state = model.state_dict()
    for key, tensor in state.items():
        if key == "lm_head.weight" and config.tie_word_embeddings:
            continue
        for short, full, part in parts_of(key, tensor):
            heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}.get(short)
            if family != "llama":
                heads = None
            if part.dim() == 1:  # norms around 1, biases around 0
                values = rng.normal(1 if "norm" in short else 0, 0.3, part.shape).astype(np.float32)
                kind = T.F32
            else:
                values = rng.normal(0, part.shape[-1] ** -0.5 * 1.5, part.shape).astype(np.float32)
                kind = types.get(short, types[""]) if isinstance(types, dict) else types
            stored, decoded = encode(permute(values, heads) if heads else values, kind, rng)
            writer.add_tensor(full, stored, raw_dtype=kind)
            part.copy_(torch.from_numpy(unpermute(decoded, heads).copy() if heads else decoded))
    if rope["rope_type"] == "llama3":  # converters write the divisors of the unscaled frequencies
        dims = config.hidden_size // config.num_attention_heads
        plain = rope["rope_theta"] ** (-np.arange(0, dims, 2, dtype=np.float64) / dims)
        writer.add_tensor("rope_freqs.weight", (plain / rotary.inv_freq.double().numpy()).astype(np.float32))
    save(writer)

    model.load_state_dict(state)
    model.tie_weights()
    tokens = rng.integers(0, config.vocab_size, TOKENS).astype(np.int32)
    with torch.no_grad():
        batch = torch.from_numpy(tokens.astype(np.int64))[None]
        logits = model(batch).logits[0] if name not in HEADS else model.score(model.model(batch).last_hidden_state[0])
        logits = logits.numpy()
    writer = gguf.GGUFWriter(folder_of(name) / f"{name}.reference.gguf", "reference")
    writer.add_float32("rope_magnitude", rotary.attention_scaling)
    writer.add_tensor("tokens", tokens)
    writer.add_tensor("logits", logits)
    writer.add_tensor("rope_frequencies", rotary.inv_freq.numpy())
    save(writer)
    print(f"{name}: max |logit| {np.abs(logits).max():.3f}, {(folder_of(name) / f'{name}.gguf').stat().st_size} bytes")


def save(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        make(case)
