#!/usr/bin/env python3
"""A third opinion on the differences that greedy.py found: f32 arithmetic on the file's dequantised weights.

    reference.py model.gguf differences.json

Reads what `greedy.py --json` wrote and prints, for each prompt's first difference, the log-probabilities that transformers gives
the two tokens behind the same text. Needs torch, transformers, accelerate and gguf.
"""

import argparse
import json
import pathlib

import torch
import transformers


def log_probabilities(network, ids):
    with torch.no_grad():
        return torch.log_softmax(network(torch.tensor([ids])).logits[0, -1].double(), -1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("differences", type=pathlib.Path)
    arguments = parser.parse_args()

    network = transformers.AutoModelForCausalLM.from_pretrained(
        arguments.model.parent, gguf_file=arguments.model.name, dtype=torch.float32).eval()
    print("| prompt | position | ours | peer's | f32 of ours | f32 of the peer's | f32 sides with |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    for result in json.loads(arguments.differences.read_text(encoding="utf-8")):
        for first in result["differences"][:1]:
            found = log_probabilities(network, result["prompt_tokens"] + result["tokens"][:first["position"]])
            ours, theirs = found[first["ours"]].item(), found[first["theirs"]].item()
            side = "ours" if ours > theirs else "the peer"
            print(f"| {result['name']} | {first['position']} | {first['ours']} | {first['theirs']} | {ours:.4f} | {theirs:.4f} "
                  f"| {side} |", flush=True)


if __name__ == "__main__":
    main()
