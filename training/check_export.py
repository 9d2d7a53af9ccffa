"""Shows that an exported file is what was trained: the file's weights in transformers' Qwen3 give the checkpoint's logits, its
token texts give the bytes back, and its chat template renders the training format.

The two sides share nothing but the file: this model's own forward pass, from the checkpoint, against another implementation.
"""

from __future__ import annotations

import argparse

import gguf
import torch
from jinja2 import Environment
from transformers import Qwen3Config, Qwen3ForCausalLM

import tokenizer
from checkpoint import load_checkpoint
from export_gguf import gguf_name


def reference_model(path: str) -> tuple[Qwen3ForCausalLM, gguf.GGUFReader]:
    """transformers' model with the sizes and weights of the file."""
    reader = gguf.GGUFReader(path)

    def number(key: str):
        return reader.get_field(f"qwen3.{key}").contents()

    config = Qwen3Config(
        vocab_size=number("vocab_size"),
        hidden_size=number("embedding_length"),
        intermediate_size=number("feed_forward_length"),
        num_hidden_layers=number("block_count"),
        num_attention_heads=number("attention.head_count"),
        num_key_value_heads=number("attention.head_count_kv"),
        head_dim=number("attention.key_length"),
        rope_parameters={"rope_type": "default", "rope_theta": number("rope.freq_base")},
        rms_norm_eps=number("attention.layer_norm_rms_epsilon"),
        max_position_embeddings=number("context_length"),
        tie_word_embeddings=True,
        attn_implementation="eager",
    )
    tensors = {tensor.name: torch.from_numpy(tensor.data.copy()).float() for tensor in reader.tensors}
    model = Qwen3ForCausalLM(config).float().eval()
    state = model.state_dict()
    for name in state:
        state[name] = tensors["token_embd.weight" if name == "lm_head.weight" else gguf_name(name)]
    model.load_state_dict(state)
    return model, reader


def check_tokens(reader: gguf.GGUFReader) -> None:
    texts = reader.get_field("tokenizer.ggml.tokens").contents()
    assert texts == tokenizer.token_texts() and len(set(texts)) == tokenizer.VOCABULARY
    assert reader.get_field("tokenizer.ggml.eos_token_id").contents() == tokenizer.END
    template = Environment().from_string(reader.get_field("tokenizer.chat_template").contents())
    rendered = template.render(messages=[{"role": "user", "content": "1+1=?"}], add_generation_prompt=True)
    assert rendered == "<|im_start|>user\n1+1=?<|im_end|>\n<|im_start|>assistant\n", rendered


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--latest", action="store_true")
    parser.add_argument("--file", required=True)
    arguments = parser.parse_args()
    ours, _ = load_checkpoint(arguments.checkpoint, not arguments.latest)
    for parameter in ours.parameters():
        if parameter.ndim == 2:
            parameter.data = parameter.data.half().float()  # the file's precision
    theirs, reader = reference_model(arguments.file)
    check_tokens(reader)
    completion = "<think>\n35-25=10 | 7 37 10\n37-10=27 | 7 27\n27+7=34 | 34\n</think>\n\\boxed{37-(35-25)+7}"
    ids, _ = tokenizer.encode_example("Make 34 from 25 35 7 37.", completion)
    tokens = torch.tensor([ids, ids[::-1]])
    with torch.inference_mode():
        a, b = ours(tokens), theirs(tokens).logits
    difference = ((a - b).abs().max() / b.abs().max()).item()
    print(f"{arguments.file}: largest difference of logits, relative to the largest logit: {difference:.1e}")
    assert difference < 1e-4


if __name__ == "__main__":
    main()
