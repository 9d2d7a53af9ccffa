"""Tests of the training code: python -m unittest training/test_training.py (with RECKON_EXAMPLES set, also of the data)."""

from __future__ import annotations

import os
import sys
import unittest
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent))

import tokenizer
from data import MIX, Example, Mixture, generate
from evaluate import boxed, complete, countdown_solved
from model import Qwen3, Shape
from muon import Muon, hidden_blocks, orthogonalise
from train import pad_batch, rate_factor, split_batch

TINY = Shape(width=32, layers=2, heads=4, kv_heads=2, head_dim=8, ffn=48)
GENERATOR = os.environ.get("RECKON_EXAMPLES")


def tiny_model() -> Qwen3:
    torch.manual_seed(3)
    model = Qwen3(TINY)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    return model.eval()


class Tokenizer(unittest.TestCase):
    def test_decoding_gives_the_text_back(self):
        text = "<think>\n7*8=56 | é 56\n</think>\n\\boxed{56}"
        self.assertEqual(tokenizer.decode(tokenizer.encode(text)), text)

    def test_every_token_has_its_own_text(self):
        texts = tokenizer.token_texts()
        self.assertEqual(len(set(texts)), tokenizer.VOCABULARY)
        self.assertEqual(len(tokenizer.token_kinds()), tokenizer.VOCABULARY)

    def test_loss_begins_with_the_completion(self):
        ids, first = tokenizer.encode_example("1+1=?", "2")
        self.assertEqual(ids[first:], [ord("2"), tokenizer.END])


class Network(unittest.TestCase):
    def test_sampling_with_a_cache_follows_the_full_forward_pass(self):
        model = tiny_model()
        text = complete(model, ["a longer prompt", "short"], temperature=0.0, longest=12)[1]
        ids = tokenizer.encode_prompt("short")
        start = len(ids)
        with torch.inference_mode():
            for _ in range(12):
                ids.append(model(torch.tensor([ids]))[0, -1].argmax().item())
        generated = ids[start:]
        if tokenizer.END in generated:
            generated = generated[: generated.index(tokenizer.END)]
        self.assertTrue(text.startswith(tokenizer.decode(generated)))

    def test_padding_does_not_change_the_loss_of_an_example(self):
        model = tiny_model()
        examples = [Example("t", 1, "", "", "", *tokenizer.encode_example(prompt, "12")) for prompt in ("1", "a longer one")]
        losses = []
        for group in ([examples[0]], examples):
            inputs, targets = pad_batch(group)
            logits = model(inputs)[0]
            losses.append(torch.nn.functional.cross_entropy(logits, targets[0]).item())
        self.assertAlmostEqual(losses[0], losses[1], places=5)


class Optimiser(unittest.TestCase):
    def test_orthogonalised_matrices_have_singular_values_near_one(self):
        torch.manual_seed(0)
        values = torch.linalg.svdvals(orthogonalise(torch.randn(3, 16, 64)))
        self.assertTrue(((values > 0.6) & (values < 1.3)).all())

    def test_blocks_cover_every_hidden_matrix_once(self):
        model = tiny_model()
        rows = {}
        for parameter, first, last in hidden_blocks(model):
            rows.setdefault(parameter, []).extend(range(first, last))
        matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and name != "embedding"]
        self.assertEqual({id(p) for p in rows}, {id(p) for p in matrices})
        for parameter, covered in rows.items():
            self.assertEqual(covered, list(range(parameter.shape[0])))
        self.assertEqual(len(Muon(hidden_blocks(model)).buffers), len(matrices))

    def test_rate_rises_stays_and_falls(self):
        moments = [(0, 0), (0.1, 50), (0.5, 500), (0.85, 900), (1, 999)]
        factors = [rate_factor(progress, step, 10, 0.3) for progress, step in moments]
        self.assertEqual(factors[1:3], [1.0, 1.0])
        self.assertLess(factors[0], 0.2)
        self.assertAlmostEqual(factors[3], 0.5)
        self.assertEqual(factors[4], 0.0)


class Batches(unittest.TestCase):
    def test_groups_hold_every_example_and_stay_small(self):
        examples = [Example("t", 1, "", "", "", [0] * length, 1) for length in range(10, 60)]
        groups = split_batch(examples, 200)
        self.assertEqual(sum(groups, []), examples)
        self.assertTrue(all(len(group) * len(group[-1].ids) <= 200 for group in groups))


class Scoring(unittest.TestCase):
    def test_countdown_needs_every_number_once(self):
        self.assertTrue(countdown_solved("Make 34 from 25 35 7 37.", "37-(35-25)+7"))
        self.assertFalse(countdown_solved("Make 15 from 5 2 3.", "5*2+5"))
        self.assertFalse(countdown_solved("Make 15 from 5 2 3.", "5*3"))
        self.assertFalse(countdown_solved("Make 15 from 5 2 3.", "5/(2-2)"))

    def test_the_answer_is_the_last_box_after_the_thinking(self):
        self.assertEqual(boxed("<think>\\boxed{1}</think>\\boxed{2}\\boxed{3}"), "3")
        self.assertIsNone(boxed("no box"))


@unittest.skipUnless(GENERATOR, "RECKON_EXAMPLES does not name the compiled generator")
class Data(unittest.TestCase):
    def test_no_key_is_in_two_splits(self):
        for task, (_, levels) in MIX.items():
            for level in [*levels, 5]:
                splits = ("train", "validation", "test")
                a, b, c = ({example.key for example in generate(GENERATOR, task, level, split, 0, 400)} for split in splits)
                self.assertFalse(a & b or a & c or b & c, (task, level))

    def test_a_resumed_mixture_goes_on_where_it_stopped(self):
        first = Mixture(GENERATOR, MIX, 400)
        for _ in range(50):
            first.next(easy=False)
        second = Mixture(GENERATOR, MIX, 400, first.state())
        for stream in first.streams:
            self.assertEqual(first.streams[stream].next().key, second.streams[stream].next().key)

    def test_tasks_get_their_share_of_tokens(self):
        mixture = Mixture(GENERATOR, MIX, 400)
        for _ in range(3000):
            mixture.next(easy=False)
        for task, (share, _) in MIX.items():
            self.assertAlmostEqual(mixture.tokens[task] / sum(mixture.tokens.values()), share, delta=0.01)


if __name__ == "__main__":
    unittest.main()
