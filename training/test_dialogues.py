"""Tests of the examples of several turns: python -m unittest training/test_dialogues.py."""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import threading
import unittest
from pathlib import Path

import torch
from jinja2 import Environment

sys.path.insert(0, str(Path(__file__).parent))

import dialogues
import tokenizer
from data import MIX, Example, Mixture, with_dialogues
from dialogues import Case, Dialogues, Draft
from tokenizer import END, ID, encode
from train import ERR, OK, Trainer, read_loss, token_weights

SOURCES = Path(__file__).parent.parent / "src" / "search"
RIGHT = "<think>\n8-5=3 | 49 3\n3+49=52 | 52\n</think>\n\\boxed{8-5+49}"
WRONG = "<think>\n8+5=13 | 49 13\n13+49=52 | 52\n</think>\n\\boxed{8+5+49}"
BAD_ANSWER = "<think>\n8-5=3 | 49 3\n3+49=52 | 52\n</think>\n\\boxed{8+5+49}"
PROMPT = "Make 52 from 49 5 8."


def record(text: str, answer: str | None, ok: list[int], correct: bool, **others) -> dict:
    return {
        "problem": "countdown/1/train/L2/5", "task": "countdown", "level": 2, "prompt": PROMPT, "state": "finished",
        "text": text, "answer": answer, "ok": ok, "correct": correct,
    } | others  # fmt: skip


RECORDS = [
    record(RIGHT, "8-5+49", [1, 1], True),
    record(WRONG, "8+5+49", [1, 0], False),
    record(WRONG, "8+5+49", [1, 0], False),
    record(BAD_ANSWER, "8+5+49", [1, 1], False),
]
DRAFTS = {"right": Draft(RIGHT, "8-5+49", [1, 1], True), "wrong": Draft(WRONG, "8+5+49", [1, 0], False)}


def some_dialogues() -> Dialogues:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "countdown-L2.jsonl").write_text("".join(json.dumps(one) + "\n" for one in RECORDS))
        return Dialogues(folder)


def ids_of_chat(text: str) -> list[int]:
    """The ids of rendered text, with its frames as control tokens."""
    pieces = re.split(r"(<\|im_start\|>|<\|im_end\|>)", text)
    return [token for piece in pieces for token in ([ID[piece]] if piece in ID else encode(piece))]


def rendered(turns: list[tuple[str, str]]) -> list[int]:
    template = Environment().from_string(tokenizer.CHAT_TEMPLATE)
    messages = [{"role": role, "content": content} for role, content in turns]
    return ids_of_chat(template.render(messages=messages, add_generation_prompt=True))


def turns_of(example: Example) -> list[tuple[str, str]]:
    """The turns before the loss, read back from the ids."""
    turns = []
    text = "".join(chr(token) if token < 256 else tokenizer.SPECIALS[token - 256] for token in head(example))
    for part in text.split("<|im_start|>")[1:]:
        role, content = part.split("\n", 1)
        turns.append((role, content.removesuffix("<|im_end|>\n")))
    return turns


def head(example: Example) -> list[int]:
    return example.ids[: example.loss_from]


def literal(file: str, before: str) -> str:
    """The C++ string literals behind `before` in a source of the engine, joined."""
    text = (SOURCES / file).read_text()
    found = re.match(r'\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', text[text.index(before) + len(before) :])
    return "".join(json.loads(piece) for piece in re.findall(r'"(?:[^"\\]|\\.)*"', found[1]))


def default_of(file: str, parameter: str) -> str:
    """The default of a strategy's parameter, of a row that names its fields."""
    text = (SOURCES / file).read_text()
    row = re.search(rf'\.name = "{parameter}",\s*\.default_value = std::string\(', text)
    return literal(file, row[0])


class Wordings(unittest.TestCase):
    def test_they_are_those_of_the_engine(self):
        self.assertEqual(dialogues.AGAIN, default_of("strategies/revise.cpp", "ask"))
        self.assertEqual(dialogues.FEEDBACK, default_of("strategies/reflect.cpp", "feedback"))
        self.assertEqual(dialogues.STEP_FEEDBACK, default_of("strategies/solve_detect_verify.cpp", "feedback"))
        self.assertEqual(dialogues.VERIFY, literal("strategies/solve_detect_verify.cpp", "kVerify ="))
        self.assertEqual(dialogues.EMPTY_THOUGHT, literal("strategies/solve_detect_verify.cpp", "kEmptyThought ="))
        self.assertEqual(dialogues.REFINE, literal("strategies/pdr.cpp", "kRefine ="))
        self.assertEqual(dialogues.SUMMARISE, literal("strategies/pdr.cpp", "kSummarise ="))
        self.assertEqual(dialogues.JUDGE, literal("verifiers/verdict.cpp", "kFast ="))
        self.assertEqual(dialogues.JUDGE_SLOW, literal("verifiers/verdict.cpp", "kSlow ="))
        self.assertEqual(dialogues.STOP, literal("spaces/thinking_space.h", "std::string stop ="))
        self.assertEqual(dialogues.THINK + "\n" + dialogues.STOP, literal("spaces/thinking_space.h", "std::string empty ="))


class Forms(unittest.TestCase):
    def setUp(self):
        self.dialogues = some_dialogues()

    def examples(self, form: str, count: int = 40) -> list[Example]:
        return [self.dialogues.example(form, number) for number in range(count)]

    def test_an_example_follows_from_its_number(self):
        for form in dialogues.FORMS:
            self.assertEqual(self.dialogues.example(form, 7), some_dialogues().example(form, 7))

    def test_turns_are_framed_as_the_chat_template_renders_them(self):
        for form in ("revise", "reflect", "step_feedback", "refine", "summarise", "judge", "judge_slow", "verify_slow"):
            for example in self.examples(form):
                turns = turns_of(example)
                self.assertEqual(turns.pop(), ("assistant", ""))
                self.assertEqual(head(example), rendered(turns), form)

    def test_the_loss_counts_the_new_text_and_its_end(self):
        for form in dialogues.FORMS:
            for example in self.examples(form):
                self.assertEqual(example.ids[example.loss_from :], [*encode(example.completion), END])

    def test_a_revision_keeps_what_was_right_and_mends_what_was_not(self):
        for example in self.examples("revise"):
            turns = turns_of(example)
            self.assertEqual(turns[0], ("user", PROMPT))
            self.assertEqual(turns[-2], ("user", "again."))
            self.assertEqual(example.completion, RIGHT)

    def test_feedback_follows_wrong_attempts_only_and_names_their_answer(self):
        for example in self.examples("reflect"):
            turns = turns_of(example)
            for (_, attempt), (_, said) in zip(turns[1:-1:2], turns[2:-1:2]):
                whole = attempt in (WRONG, BAD_ANSWER)
                self.assertTrue(whole or WRONG.startswith(attempt) or BAD_ANSWER.startswith(attempt))
                self.assertEqual(said, f"wrong: {'8+5+49' if whole else 'none'}. again.")

    def test_some_attempts_were_cut_off_inside_their_thinking(self):
        attempts = [turn for example in self.examples("revise", 200) for turn in turns_of(example)[1:-1:2]]
        cut = [text for _, text in attempts if "</think>" not in text]
        self.assertTrue(0.03 < len(cut) / len(attempts) < 0.2)

    def test_the_first_wrong_step_is_named(self):
        self.assertEqual(dialogues.first_wrong_step(DRAFTS["right"]), -1)
        self.assertEqual(dialogues.first_wrong_step(DRAFTS["wrong"]), 2)
        self.assertEqual(dialogues.first_wrong_step(Draft(BAD_ANSWER, None, [1, 1], False)), 3)
        self.assertIsNone(dialogues.first_wrong_step(Draft("<think>\n8-5=3", None, [1], False, finished=False)))
        for example in self.examples("step_feedback"):
            turns = turns_of(example)
            step = 2 if turns[1][1] == WRONG else 3
            self.assertEqual(turns[2][1], f"Step {step} is wrong. Step {step} does not follow. Solve it again.")

    def test_steps_are_numbered_without_blank_lines_and_markers(self):
        self.assertEqual(dialogues.numbered_steps("<think>\na\n\n b\n</think>\nc"), ["1: a\n", "2:  b\n", "3: c\n"])

    def test_verdicts_are_the_checkers(self):
        verdicts = {RIGHT: ("yes", -1), WRONG: ("no", 2), BAD_ANSWER: ("no", 3)}
        for example in self.examples("judge"):
            text = turns_of(example)[0][1].split("Proposed solution:\n")[1].split("\n\nIs the")[0]
            self.assertEqual(example.completion, verdicts[text][0])
        for example in self.examples("judge_slow"):
            text = turns_of(example)[0][1].split("Proposed solution:\n")[1].split("\n\nCheck the")[0]
            word, step = verdicts[text]
            self.assertTrue(example.completion.endswith(f"</think>\n{word}"))
            self.assertEqual(f"\n{step}: wrong\n" in example.completion, word == "no")
        for form in ("verify", "verify_slow"):
            steps = {"".join(dialogues.numbered_steps(text)): step for text, (_, step) in verdicts.items()}
            for example in self.examples(form):
                shown = turns_of(example)[0][1].split("step by step:\n")[1].split("\nName the")[0]
                self.assertTrue(example.completion.endswith(f"\\boxed{{{steps[shown]}}}"))

    def test_right_and_wrong_are_judged_as_often(self):
        yes = sum(example.completion == "yes" for example in self.examples("judge", 400))
        self.assertTrue(150 < yes < 250, yes)

    def test_a_problem_without_right_or_wrong_paths_is_judged_less_often(self):
        draw = random.Random(1)
        for drafts in (["right"], ["wrong"]):
            case = Case("countdown", 2, "k", PROMPT, [DRAFTS[name] for name in drafts], [], [RIGHT])
            judged = [dialogues.candidate(case, draw) for _ in range(400)]
            self.assertEqual({draft.text for draft in judged if draft}, {DRAFTS[name].text for name in drafts})
            self.assertAlmostEqual(sum(draft is not None for draft in judged) / 400, dialogues.ANY_PATH, delta=0.08)

    def test_fast_verdicts_on_steps_stand_behind_an_empty_thought(self):
        for example in self.examples("verify"):
            self.assertEqual(head(example)[-6:], encode("<think>\n\n</think>\n\n"))
            verdict = r"^(Every step follows\.\n\\boxed\{-1\}|Step ([23]) does not follow\.\n\\boxed\{\2\})$"
            self.assertRegex(example.completion, verdict)

    def test_a_workspace_holds_answers_and_no_thinking(self):
        for example in self.examples("refine"):
            workspace = turns_of(example)[0][1].removeprefix(f"{PROMPT}\n\nNotes on earlier attempts, which may be wrong:\n")
            for line in workspace.strip().split("\n"):
                self.assertRegex(line, r"^\[\d\] \\boxed\{[^{}]+\}$|^[-+\d]+: \d of \d$")

    def test_a_summary_counts_answers(self):
        drafts = [DRAFTS["right"], DRAFTS["wrong"], DRAFTS["wrong"], Draft("<think>\n8", None, [], False, finished=False)]
        self.assertEqual(dialogues.tally(drafts), "8+5+49: 2 of 4\n8-5+49: 1 of 4")
        self.assertEqual([line[:4] for line in dialogues.excerpts(drafts)], ["[1] ", "[2] ", "[3] "])

    def test_a_cut_thought_is_followed_by_the_answer(self):
        lengths = set()
        for example in self.examples("cut"):
            written = turns_of(example)[1][1]
            self.assertTrue(written.endswith("</think>\n"))
            thought = written.removesuffix("</think>\n")
            self.assertTrue(RIGHT.startswith(thought))
            lengths.add(len(thought))
            self.assertEqual(example.completion, "\\boxed{8-5+49}")
        self.assertGreater(len(lengths), 10)

    def test_lines_that_are_shown_are_read_with_their_verdicts(self):
        script = dialogues.Script()
        script.user(PROMPT)
        script.attempt(DRAFTS["wrong"])
        shown = [(script.ids[index], valid) for index, valid in script.reads]
        newline = ord("\n")
        # behind the marker, two lines, the closing tag, and the end
        self.assertEqual(shown, [(newline, 1.0), (newline, 1.0), (newline, 0.0), (newline, 0.0), (ord("}"), 0.0)])

    def test_the_nearest_right_text_keeps_most_of_a_draft(self):
        other = RIGHT.replace("8-5=3 | 49 3", "49+8=57 | 5 57")
        case = Case("countdown", 2, "k", PROMPT, [], [], [other, RIGHT])
        self.assertEqual(dialogues.nearest(case, Draft(BAD_ANSWER, None, [1, 1], False), random.Random(1)), RIGHT)

    def test_traces_of_another_task_are_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "a.jsonl").write_text(json.dumps(RECORDS[0] | {"task": "chess"}) + "\n")
            with self.assertRaisesRegex(ValueError, "chess"):
                Dialogues(folder)


class Training(unittest.TestCase):
    def test_forms_get_their_share_of_tokens(self):
        mix = with_dialogues(MIX, dialogues.FORMS, 1.0)
        mixture = Mixture("no generator is needed", {form: mix[form] for form in dialogues.FORMS}, 600, None, some_dialogues())
        for _ in range(2000):
            mixture.next(easy=False)
        for form, share in dialogues.FORMS.items():
            self.assertAlmostEqual(mixture.tokens[form] / sum(mixture.tokens.values()), share, delta=0.01)

    def test_half_of_the_tokens_stay_with_the_tasks(self):
        mix = with_dialogues(MIX, dialogues.FORMS, 0.5)
        self.assertAlmostEqual(sum(mix[task][0] for task in MIX), 0.5)
        self.assertAlmostEqual(sum(share for share, _ in mix.values()), 1.0)

    def test_a_resumed_mixture_goes_on_in_every_form(self):
        mix = {form: with_dialogues(MIX, dialogues.FORMS, 1.0)[form] for form in dialogues.FORMS}
        first = Mixture("", mix, 600, None, some_dialogues())
        for _ in range(30):
            first.next(easy=False)
        second = Mixture("", mix, 600, first.state(), some_dialogues())
        for stream in first.streams:
            self.assertEqual(first.streams[stream].next(), second.streams[stream].next())

    def test_only_the_read_places_and_their_pair_of_tokens_count(self):
        torch.manual_seed(1)
        logits = torch.randn(2, 5, tokenizer.VOCABULARY)
        examples = [Example("a", 0, "", "", "", [0] * 6, 5, 1.0, [(2, 1.0)]), Example("b", 0, "", "", "", [0] * 6, 5, 1.0, [])]
        expected = -torch.log(torch.softmax(logits[0, 2, [OK, ERR]], 0)[0])
        self.assertAlmostEqual(read_loss(logits, examples).item(), expected.item(), places=5)
        self.assertEqual(read_loss(logits, examples[1:]).item(), 0.0)
        self.assertEqual(token_weights([examples[0], Example("c", 0, "", "", "", [], 0, 20.0)]).tolist(), [[1.0], [20.0]])

    def test_nothing_is_computed_while_the_pause_file_is_there(self):
        with tempfile.TemporaryDirectory() as folder:
            pause = Path(folder) / "pause"
            pause.touch()
            trainer = Trainer.__new__(Trainer)
            trainer.arguments = argparse.Namespace(pause_file=str(pause))
            trainer.pause_seconds = 0.01
            waiting = threading.Thread(target=trainer.wait)
            waiting.start()
            waiting.join(0.1)
            self.assertTrue(waiting.is_alive())
            pause.unlink()
            waiting.join(10)
            self.assertFalse(waiting.is_alive())


if __name__ == "__main__":
    unittest.main()
