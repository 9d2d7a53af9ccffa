"""Tests of the reward model's training: python -m unittest training/test_reward.py

With RECKON_EXAMPLES and RECKON_LABELS set to the compiled programs, also of the labels.
"""

from __future__ import annotations

import json
import os
import random
import sys
import unittest
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent))

import reward
import tokenizer
from choice import Scored, choice_figures, value_of
from data import generate
from metrics import auroc, calibration_error, first_error_score, grouped_auroc
from model import Qwen3, Shape, deepened
from traces import by_problem, changed, corrupted, labelled, near_misses, read_traces, reads_of, solutions, worth_reading
from train_reward import Stream, packed

TINY = Shape(width=32, layers=2, heads=4, kv_heads=2, head_dim=8, ffn=48)
GENERATOR, LABELS = os.environ.get("RECKON_EXAMPLES"), os.environ.get("RECKON_LABELS")
TEXT = "<think>\n35-25=10 | 7 37 10\n37-10=27 | 7 27\n27+7=34 | 34\n</think>\n\\boxed{37-(35-25)+7}"
SPOILED = "<think>\n35-25=10 | 7 37 10\n37-10=97 | 7 27\n"


def record(text: str = TEXT, **fields) -> dict:
    return {"problem": "p", "id": 1, "state": "finished", "text": text, "answer": "1", "task": "countdown", "level": 2,
            "prompt": "Make 34 from 25 35 7 37.", "ok": [1, 1, 1], "good": [1, 1, 1], "correct": True} | fields  # fmt: skip


def traces_of(*records: dict, merge: bool = False):
    return read_traces([json.dumps(one) for one in records], merge)


class Places(unittest.TestCase):
    def test_reads_stand_behind_newlines_and_at_the_end(self):
        body = tokenizer.encode(TEXT)
        reads = reads_of(body, finished=True)
        behind = [tokenizer.decode(body[: read.index + 1]) for read in reads]
        self.assertEqual([read.line for read in reads], [0, 1, 2, 3, 3, 3])
        self.assertEqual([read.kind for read in reads], ["line"] * 4 + ["close", "end"])
        self.assertEqual(behind[0], "<think>\n")
        self.assertTrue(behind[2].endswith("| 7 27\n"))
        self.assertTrue(behind[4].endswith("</think>\n"))
        self.assertEqual(behind[5], TEXT)

    def test_a_blank_line_is_no_step(self):
        reads = reads_of(tokenizer.encode("<think>\nx=1\n\n \ny=2\n"), finished=False)
        self.assertEqual([read.line for read in reads], [0, 1, 1, 1, 2])

    def test_a_tag_inside_a_line_is_no_blank(self):
        reads = reads_of(tokenizer.encode("<think>\n <think>\nx=1\n"), finished=False)
        self.assertEqual([read.line for read in reads], [0, 1, 2])

    def test_a_text_without_working_has_no_reads(self):
        self.assertEqual(reads_of(tokenizer.encode("\\boxed{3}"), finished=True), [])


class Targets(unittest.TestCase):
    def test_lines_carry_their_labels_and_the_end_the_answer(self):
        trace = traces_of(record(ok=[1, 0, 0], good=[0, 0, 0], correct=False))[0]
        self.assertEqual([target[:2] for target in trace.targets], [(1, 1), (0, 1), (0, 0), (0, 0), (0, 0), (0, 0)])
        self.assertEqual(tokenizer.decode(trace.ids[trace.loss_from : trace.reads[-1].index + 1]), TEXT)
        self.assertEqual(trace.ids[-1], tokenizer.END)

    def test_success_is_shared_by_the_paths_of_a_prefix(self):
        other = TEXT.replace("37-10=27 | 7 27", "37-10=28 | 7 28")
        wrong = record(other, correct=False, ok=[1, 0, 0], good=[1, 0, 0])
        traces = traces_of(record(), record(), record(), wrong, *[record(origin="solution")] * 4)
        self.assertEqual([target[2] for target in traces[0].targets], [0.75, 0.75, 1, 1, 1, 1])
        self.assertEqual([target[2] for target in traces[3].targets], [0.75, 0.75, 0, 0, 0, 0])

    def test_equal_paths_count_together(self):
        traces = traces_of(record(), record(), record(TEXT + " ", correct=True), merge=True)
        self.assertEqual([trace.count for trace in traces], [2, 1])

    def test_of_a_corrupted_path_only_its_last_line_counts(self):
        trace = traces_of(record(SPOILED, origin="corrupted", ok=[1, 0], good=[1, 0], correct=False))[0]
        self.assertEqual(trace.weights, [(0, 0, 0), (0, 0, 0), (1, 1, 0)])
        self.assertEqual(trace.targets[-1][:2], (0, 0))
        self.assertEqual(tokenizer.decode(trace.ids[trace.loss_from :]), SPOILED)
        self.assertEqual(trace.loss_to, trace.loss_from)

    def test_nobody_knows_how_often_the_policy_ends_right_from_a_given_solution(self):
        trace = traces_of(record(origin="solution"))[0]
        self.assertEqual(trace.weights, [(1, 1, 0)] * 6)

    def test_the_language_model_learns_valid_lines(self):
        wrong, right, lost = traces_of(
            record(ok=[1, 0, 0], good=[1, 0, 0], correct=False), record(TEXT + " "), record(TEXT + "  ", correct=False)
        )
        self.assertEqual(tokenizer.decode(wrong.ids[wrong.loss_from : wrong.loss_to]), "<think>\n35-25=10 | 7 37 10\n")
        self.assertEqual(right.loss_to, len(right.ids))
        self.assertTrue(tokenizer.decode(lost.ids[: lost.loss_to]).endswith("</think>\n"))

    def test_of_problems_without_a_difference_one_path_is_enough(self):
        other = TEXT.replace("37-10=27 | 7 27", "37-10=28 | 7 28")
        right = [record(), record(TEXT + " "), record(TEXT + " ")]
        self.assertEqual([trace.count for trace in worth_reading(traces_of(*right, merge=True))], [2])
        differing = traces_of(*right, record(other, correct=False, ok=[1, 0, 0], good=[1, 0, 0]), merge=True)
        self.assertEqual(len(worth_reading(differing)), 3)

    def test_a_problem_is_known_by_its_task_too(self):
        groups = by_problem(traces_of(record(), record(task="other"), record(TEXT + " ")))
        self.assertEqual([len(group) for group in groups], [2, 1])


class Corruption(unittest.TestCase):
    def test_one_line_differs_and_nothing_follows_it(self):
        for seed in range(200):
            spoiled = corrupted(TEXT, random.Random(seed))
            given, lines = TEXT.splitlines(), spoiled.splitlines()
            self.assertEqual(lines[:-1], given[: len(lines) - 1])
            self.assertNotEqual(lines[-1], given[len(lines) - 1])

    def test_the_form_of_a_line_stays(self):
        for seed in range(50):
            self.assertRegex(changed("s3: abca", random.Random(seed)), r"^s3: [a-z]{4}$")
            self.assertRegex(changed("\\boxed{17}", random.Random(seed)), r"^\\boxed\{\d\d\}$")

    def test_copies_are_of_right_paths_and_of_each_text_once(self):
        texts = [TEXT + " " * number for number in range(100)]
        records = [record(text, correct=right) for text in texts for right in (True, False)] * 2
        copies = near_misses(records, 0.5)
        self.assertTrue(30 < len(copies) < 70)
        self.assertEqual({copy["origin"] for copy in copies}, {"corrupted"})
        self.assertEqual(near_misses([record(correct=False)], 1.0), [])


class Loss(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(3)
        self.model = Qwen3(TINY)

    def test_it_is_the_cross_entropy_of_the_pairs_at_the_places(self):
        trace = traces_of(record(ok=[1, 1, 0], good=[1, 0, 0], correct=False))[0]
        sums, _, language = reward.losses(self.model, reward.batch_of([trace]))
        logits = self.model(torch.tensor([trace.ids]))[0]  # in float32: the loss's products are bfloat16
        for column, (positive, negative) in enumerate(zip(reward.POSITIVE, reward.NEGATIVE)):
            expected = 0.0
            for read, target in zip(trace.reads, trace.targets):
                logs = torch.log_softmax(logits[read.index, [positive, negative]], 0)
                expected -= (target[column] * logs[0] + (1 - target[column]) * logs[1]).item()
            self.assertAlmostEqual(sums[column].item(), expected * (0.5 if column == 2 else 1.0), delta=0.02)
        following = torch.tensor(trace.ids[trace.loss_from : trace.loss_to])
        expected = torch.nn.functional.cross_entropy(logits[trace.loss_from - 1 : trace.loss_to - 1], following, reduction="sum")
        self.assertAlmostEqual(language.item(), expected.item(), delta=0.01 * expected.item())

    def test_paths_are_compared_where_they_stand_at_the_same_place_of_the_same_problem(self):
        spoiled = {"correct": False, "ok": [1, 0, 0], "good": [1, 0, 0]}
        traces = traces_of(record(), record(TEXT + " ", **spoiled), record(TEXT + "  ", **spoiled), record(problem="q"),
                           record(SPOILED, origin="corrupted", correct=False, ok=[1, 0], good=[1, 0]))  # fmt: skip
        _, pairs, _ = reward.losses(self.model, reward.batch_of(traces))
        values = reward.read_all(self.model, traces)
        expected = weight = 0.0
        places: dict = {}
        for trace, differences in zip(traces, values):
            for read, target, counted, difference in zip(trace.reads, trace.targets, trace.weights, differences):
                if counted[0]:
                    places.setdefault((trace.problem, read.line, read.kind), []).append((target, difference))
        for place in places.values():
            for column in range(2):
                higher = [difference[column] for target, difference in place if target[column] == 1]
                lower = [difference[column] for target, difference in place if target[column] == 0]
                for a in higher:
                    for b in lower:
                        expected -= torch.nn.functional.logsigmoid(a - b).item() / len(place)
                        weight += 1 / len(place)
        self.assertGreater(weight, 5)
        self.assertAlmostEqual(pairs.item(), expected, delta=0.02)
        self.assertAlmostEqual(reward.batch_of(traces).pairs().item(), weight, places=4)

    def test_equal_paths_count_by_the_root_of_their_number(self):
        alone, four = (reward.batch_of(traces_of(*[record()] * count, merge=True)).weights for count in (1, 4))
        self.assertTrue(torch.equal(four, 2 * alone))

    def test_what_stands_behind_another_tag_is_another_place(self):
        places = reward.batch_of(traces_of(record())).places
        self.assertEqual(len(set(places.tolist())), 6)

    def test_training_on_a_trace_moves_its_scores_to_the_labels(self):
        trace = traces_of(record(ok=[1, 0, 0], good=[1, 0, 0], correct=False))[0]
        adam = torch.optim.AdamW(self.model.parameters(), lr=3e-3)
        for _ in range(60):
            reward.losses(self.model, reward.batch_of([trace]))[0].sum().backward()
            adam.step()
            adam.zero_grad()
        scores = torch.sigmoid(reward.read_all(self.model, [trace])[0])
        self.assertLess((scores[:, :2] - torch.tensor(trace.targets)[:, :2]).abs().max().item(), 0.2)

    def test_training_on_pairs_tells_the_paths_of_a_problem_apart(self):
        right, wrong = traces = traces_of(record(), record(SPOILED, origin="corrupted", ok=[1, 0], good=[1, 0], correct=False))
        adam = torch.optim.AdamW(self.model.parameters(), lr=3e-3)
        for _ in range(40):
            reward.losses(self.model, reward.batch_of(traces))[1].backward()
            adam.step()
            adam.zero_grad()
        values = reward.read_all(self.model, traces)
        self.assertEqual((right.reads[2].line, wrong.reads[2].line), (2, 2))
        self.assertGreater((values[0][2] - values[1][2])[:2].min().item(), 2.0)

    def test_more_layers_change_nothing_before_they_are_trained(self):
        taller = deepened(self.model, 2)
        tokens = torch.arange(40).view(2, 20)
        self.assertEqual(len(taller.layers), 4)
        self.assertTrue(torch.equal(taller(tokens), self.model(tokens)))
        taller(tokens).sum().backward()
        self.assertGreater(taller.layers[3].output.grad.abs().max().item(), 0)

    def test_padding_changes_no_score(self):
        short, long = traces_of(record("<think>\n1+1=2 | 2\n", ok=[0], good=[0], state="stopped"), record())
        alone = reward.read_all(self.model, [short])[0]
        together = reward.read_all(self.model, [short, long])[0]
        self.assertTrue(torch.allclose(alone, together, atol=1e-5))

    def test_a_temperature_undoes_a_scale(self):
        torch.manual_seed(0)
        differences = torch.randn(20000).double()
        truths = (torch.rand(20000) < torch.sigmoid(differences)).double()
        found = reward.fitted_temperature(3 * differences, truths, torch.ones(20000).double())
        self.assertAlmostEqual(found, 3.0, delta=0.2)

    def test_a_stream_goes_on_where_it_stopped(self):
        problems = by_problem(traces_of(*(record(problem=str(number)) for number in range(7))))
        first = Stream(problems, seed=1)
        drawn = [first.next()[0].problem for _ in range(10)]
        second = Stream(problems, seed=1, position=4)
        self.assertEqual([second.next()[0].problem for _ in range(6)], drawn[4:])
        self.assertEqual(len(set(drawn[:7])), 7)

    def test_problems_are_packed_whole(self):
        problems = by_problem(traces_of(*(record(problem=str(n % 5), text=TEXT + " " * n) for n in range(20))))
        size = 4 * max(len(trace.ids) for problem in problems for trace in problem)
        for room, expected in ((size // 2, [4] * 5), (2 * size, [8, 8, 4]), (9 * size, [20])):
            groups = packed(problems, room)
            self.assertEqual([len(group) for group in groups], expected)
            self.assertEqual(sorted(map(id, sum(groups, []))), sorted(map(id, sum(problems, []))))


class Figures(unittest.TestCase):
    def test_auroc_counts_pairs(self):
        scores, labels = np.array([0.1, 0.4, 0.4, 0.9]), np.array([0, 0, 1, 1])
        self.assertAlmostEqual(auroc(scores, labels), 3.5 / 4)

    def test_calibration_error_is_the_distance_to_the_share(self):
        scores = np.array([0.2] * 100 + [0.9] * 100)
        labels = np.array([1] * 20 + [0] * 80 + [1] * 60 + [0] * 40)
        self.assertAlmostEqual(calibration_error(scores, labels, bins=2), 0.15)

    def test_first_errors_must_be_named_exactly(self):
        wrong, right = np.array([1, 0, 0]), np.array([1, 1])
        paths = [(np.array([0.9, 0.1, 0.1]), wrong), (np.array([0.1, 0.9, 0.1]), wrong), (np.array([0.9, 0.8]), right)]
        self.assertEqual(first_error_score(paths, 0.5), {"named": 0.5, "cleared": 1.0, "score": 2 / 3})

    def test_auroc_within_groups_sees_no_difference_between_them(self):
        hard, easy = (np.array([0.1, 0.2, 0.3]), np.array([1, 0, 0])), (np.array([0.7, 0.9]), np.array([0, 1]))
        single = (np.array([0.5]), np.array([1]))
        self.assertAlmostEqual(grouped_auroc([hard, easy, single]), 0.5)
        self.assertTrue(np.isnan(grouped_auroc([single])))


class Choice(unittest.TestCase):
    def scored(self, *paths):
        """Paths of one problem, each (answer, correct, difference of good at all its reads)."""
        traces = traces_of(*(record(answer=answer, correct=correct) for answer, correct, _ in paths))
        return [Scored(trace, torch.full((6, 3), path[2]), [1.0, 1.0, 1.0]) for trace, path in zip(traces, paths)]

    def test_answers_count_by_their_value(self):
        self.assertEqual(value_of("2*(3+4)"), value_of("14"))
        self.assertNotEqual(value_of("1/3"), value_of("0"))
        self.assertEqual(value_of("1/10*3"), value_of("3/10"))
        for text in ("x=3", "2**9", "1/0", "(1", None):
            self.assertEqual(value_of(text), text)

    def test_votes_and_scores_choose(self):
        paths = self.scored(("2+1", False, -1.0), ("3", False, -1.0), ("4", True, 1.5), ("5", False, -3.0))
        figures = choice_figures(paths)
        self.assertEqual([figures[name] for name in ("problems", "one path", "majority", "coverage")], [1, 0.25, 0.0, 1.0])
        for way in ("good last", "hi min", "ok mean"):
            self.assertEqual(figures[way], {"within": 1.0, "best": 1.0, "weighted": 1.0})

    def test_a_path_without_an_end_is_never_the_best(self):
        unfinished = record("<think>\n1+1=2 | 2\n", ok=[0], good=[0], state="stopped", correct=False)
        ended, cut = self.scored(("3", True, -9.0)), traces_of(unfinished)
        paths = ended + [Scored(cut[0], torch.full((2, 3), 9.0), [1.0, 1.0, 1.0])]
        self.assertEqual(choice_figures(paths)["good last"]["best"], 1.0)


@unittest.skipUnless(GENERATOR and LABELS, "RECKON_EXAMPLES and RECKON_LABELS do not name the compiled programs")
class Labels(unittest.TestCase):
    def labels(self, task: str, level: int, texts: list[str]) -> list[dict]:
        problem = f"{task}/1/train/L{level}/0"
        return labelled(LABELS, [{"problem": problem, "text": text} for text in texts])

    def test_a_worked_solution_is_right_in_every_line(self):
        for task in ("countdown", "linear", "procedure", "arithmetic"):
            example = generate(GENERATOR, task, 2, "train", 0, 1)[0]
            found = self.labels(task, 2, [example.completion])[0]
            lines = example.completion.count("\n") - 2
            self.assertEqual((found["ok"], found["good"], found["correct"]), ([1] * lines, [1] * lines, True))
            self.assertEqual(found["prompt"], example.prompt)

    def test_solutions_are_of_the_problems_asked_for(self):
        for task in ("countdown", "arithmetic:operation=mul"):
            problems = [f"{task.split(':')[0]}/1/train/L2/{number}" for number in (1007, 1009)]
            found = labelled(LABELS, solutions(GENERATOR, task, 2, problems))
            self.assertEqual([record["problem"] for record in found], problems)
            self.assertTrue(all(record["correct"] and record["task"] == task for record in found))

    def test_errors_begin_at_the_spoiled_line(self):
        for task in ("procedure", "arithmetic"):  # with one way of working: any change is an error
            example = generate(GENERATOR, task, 2, "train", 1, 1)[0]
            lines = example.completion.splitlines(keepends=True)
            for place in range(1, len(lines) - 2):
                text = "".join(lines[:place] + [changed(lines[place], random.Random(place))] + lines[place + 1 :])
                problem = {"problem": f"{task}/1/train/L2/1", "text": text}
                found = labelled(LABELS, [problem])[0]
                self.assertEqual(found["ok"], [1] * (place - 1) + [0] * (len(lines) - 2 - place))

    def test_a_valid_step_may_lose_the_goal(self):
        example = generate(GENERATOR, "countdown", 1, "train", 0, 1)[0]
        numbers = [int(word) for word in example.key.split("|")[1].split(",")]
        a, b, rest = numbers[0], numbers[1], numbers[2]
        step = f"{a}*{b}={a * b} | {rest} {a * b}"
        target = int(example.key.split("|")[2])
        found = self.labels("countdown", 1, [f"<think>\n{step}\n", f"<think>\n{step[:-1]}x\n"])
        reached = {a * b + rest, abs(a * b - rest), a * b * rest} | {
            p // q for p, q in ((a * b, rest), (rest, a * b)) if q and p % q == 0
        }
        self.assertEqual((found[0]["ok"], found[0]["good"]), ([1], [int(target in reached)]))
        self.assertEqual((found[1]["ok"], found[1]["good"], found[1]["correct"]), ([0], [0], False))


if __name__ == "__main__":
    unittest.main()
