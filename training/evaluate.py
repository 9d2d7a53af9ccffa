"""Greedy accuracy and coverage (any of k samples right) of a checkpoint per task and level, on problems not trained on.

A development check, run beside the training: it compares final answers with the reference (countdown: evaluates the
expression). The engine's own `eval` with the tasks' exact checkers is what counts in the end.
"""

from __future__ import annotations

import argparse
import ast
import json
import operator
import re
from fractions import Fraction

import torch
import torch.nn.functional as F

from checkpoint import load_checkpoint
from data import MIX, Example, generate
from model import Qwen3, rms_norm
from tokenizer import END, PAD, decode, encode_prompt

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


@torch.inference_mode()
def complete(model: Qwen3, prompts: list[str], temperature: float, longest: int) -> list[str]:
    """One completion per prompt. All rows advance together from position 0: a row is fed its prompt, then its own samples."""
    heads = [encode_prompt(prompt) for prompt in prompts]
    rows, shape, end = len(heads), model.shape, longest + max(map(len, heads))
    fed = torch.full((rows, end), PAD)
    for row, head in enumerate(heads):
        fed[row, : len(head)] = torch.tensor(head)
    lengths = torch.tensor([len(head) for head in heads])
    cache = [[torch.zeros(rows, shape.kv_heads, end, shape.head_dim) for _ in range(2)] for _ in model.layers]
    done = torch.zeros(rows, dtype=torch.bool)
    for position in range(end - 1):
        cos, sin = model.rotary(torch.tensor([position]))
        x = F.embedding(fed[:, position : position + 1], model.embedding)
        for layer, (keys, values) in zip(model.layers, cache):
            q, k, v = layer.project(x, cos, sin)
            keys[:, :, position], values[:, :, position] = k[:, :, 0], v[:, :, 0]
            x = layer.mix(x, q, keys[:, :, : position + 1], values[:, :, : position + 1])
        logits = F.linear(rms_norm(x[:, 0], model.final_norm, shape.epsilon), model.embedding)
        if temperature > 0:
            chosen = torch.multinomial(torch.softmax(logits / temperature, -1), 1)[:, 0]
        else:
            chosen = logits.argmax(-1)
        generating = position + 1 >= lengths
        chosen = torch.where(done, PAD, chosen)
        fed[:, position + 1] = torch.where(generating, chosen, fed[:, position + 1])
        done |= generating & (chosen == END)
        if done.all():
            break
    return [decode(row[len(head) :].tolist()) for row, head in zip(fed, heads)]


def boxed(text: str) -> str | None:
    """The argument of the last \\boxed after the last closing think tag (the answers here have no inner braces)."""
    found = re.findall(r"\\boxed\{([^{}]*)\}", text.rsplit("</think>", 1)[-1])
    return found[-1] if found else None


def expression_value(node, numbers: list[int]) -> Fraction:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        numbers.append(node.value)
        return Fraction(node.value)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](expression_value(node.left, numbers), expression_value(node.right, numbers))
    raise ValueError("not an expression of numbers and + - * /")


def countdown_solved(prompt: str, answer: str) -> bool:
    target, *given = map(int, re.findall(r"\d+", prompt))
    used: list[int] = []
    try:
        value = expression_value(ast.parse(answer, mode="eval").body, used)
    except (ValueError, SyntaxError, ZeroDivisionError):
        return False
    return value == target and sorted(used) == sorted(given)


def solved(example: Example, text: str) -> bool:
    answer = boxed(text)
    if answer is None:
        return False
    if example.task == "countdown":
        return countdown_solved(example.prompt, answer)
    return answer.replace(" ", "") == boxed(example.completion).replace(" ", "")


def measure(model: Qwen3, examples: list[Example], samples: int, batch: int, temperature: float) -> dict:
    """Greedy accuracy, accuracy of one sample and coverage of `samples` samples over the examples."""
    longest = int(1.3 * max(len(example.ids) - example.loss_from for example in examples)) + 8
    prompts = [example.prompt for example in examples]
    greedy = [solved(*pair) for pair in zip(examples, complete(model, prompts, 0.0, longest))]
    hits = [0] * len(examples)
    rows = [index for index in range(len(examples)) for _ in range(samples)]
    for first in range(0, len(rows), batch):
        chunk = rows[first : first + batch]
        for index, text in zip(chunk, complete(model, [prompts[index] for index in chunk], temperature, longest)):
            hits[index] += solved(examples[index], text)
    count = len(examples)
    result = {"problems": count, "greedy": sum(greedy) / count}
    if samples:
        result |= {"sampled": sum(hits) / (count * samples), f"coverage@{samples}": sum(map(bool, hits)) / count}
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generator", required=True)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--latest", action="store_true", help="the latest weights instead of the averaged ones")
    parser.add_argument("--tasks", nargs="*", default=list(MIX))
    parser.add_argument("--levels", nargs="*", type=int, default=[1, 2, 3, 4])
    parser.add_argument("--split", default="validation")
    parser.add_argument("--problems", type=int, default=64, help="per task and level")
    parser.add_argument("--samples", type=int, default=0, help="samples per problem, for coverage")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    model, saved = load_checkpoint(arguments.checkpoint, not arguments.latest)
    print(json.dumps({"step": saved["step"], "tokens": saved["tokens"], "seconds": round(saved["seconds"])}))
    for task in arguments.tasks:
        for level in arguments.levels:
            examples = generate(arguments.generator, task, level, arguments.split, 0, arguments.problems)
            result = measure(model, examples, arguments.samples, arguments.batch, arguments.temperature)
            print(json.dumps({"task": task, "level": level} | result), flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
