"""Examples of more than one turn, from labelled traces of the policy: revise, use feedback, refine notes, distil drafts, judge,
and answer when the thinking is cut.

Every form is what a strategy or verifier of the engine puts before the model, to the byte (src/search/strategies and verifiers;
test_dialogues.py compares the wordings with those sources). Drafts are the policy's own paths with the verdicts of the tasks'
checkers (traces.py); the loss counts the new text only. Example number i of a form follows from i alone, as in data.py.
Source of the chains: Snell et al. 2024, arXiv:2408.03314; of the other forms, the papers on the strategies' pages.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from data import Example
from tokenizer import END, ID, START, encode
from traces import reads_of

AGAIN = "again."
FEEDBACK = "wrong: {answer}. again."
STEP_FEEDBACK = "Step {step} is wrong.{reason} Solve it again."
REFINE = "{problem}\n\nNotes on earlier attempts, which may be wrong:\n{workspace}\n"
SUMMARISE = (
    "{problem}\n\nDraft solutions:\n{drafts}\n\nDo not solve it. Note what the drafts agree on, where they contradict each "
    "other, what is known so far, what is open, and what to do next.\n"
)
JUDGE = "Problem:\n{problem}\n\nProposed solution:\n{solution}\n\nIs the proposed solution correct? Answer yes or no."
JUDGE_SLOW = (
    "Problem:\n{problem}\n\nProposed solution:\n{solution}\n\nCheck the proposed solution step by step. Then say whether it is "
    "correct: end with yes or no."
)
VERIFY = (
    "{problem}\n\nA solution, step by step:\n{steps}\nName the first wrong step and say in a sentence why it is wrong: end with "
    "\\boxed{number}, or with \\boxed{-1} if every step is right.\n"
)
EMPTY_THOUGHT = "<think>\n\n</think>\n\n"  # solve_detect_verify puts it before fast verdicts
# think_budget puts STOP behind a thought that is cut, and both before an answer without one.
THINK, STOP = "<think>", "</think>\n"

# Share of the dialogues' tokens per form. Judging has most of what says little per token: one verdict for a whole path.
FORMS = {
    "revise": 0.16, "reflect": 0.12, "step_feedback": 0.03, "refine": 0.09, "summarise": 0.05,
    "judge": 0.36, "judge_slow": 0.06, "verify": 0.03, "verify_slow": 0.03, "cut": 0.07,
}  # fmt: skip
# What a token of the form counts in the loss. A fast verdict is one token that has to be weighed, and a few that follow from it.
WEIGHTS = {"judge": 20.0, "verify": 10.0}
TASKS = {"countdown": 0.36, "linear": 0.27, "procedure": 0.25, "arithmetic": 0.06, "arithmetic:operation=mul": 0.06}
MOST_DRAFTS = 8  # in a summary: the first width of pdr
CUT_DRAFTS = 0.1  # share of drafts that end inside their thinking
NO_THOUGHT = 0.15  # share of the cut thoughts that never began
ANY_PATH = 0.3  # share of the judged texts that are just a path of some problem, as a vote meets them


@dataclass
class Draft:
    """A path of the policy, or a near miss made from one."""

    text: str
    answer: str | None
    ok: list[int]  # per line of working, whether every step so far is valid
    correct: bool
    finished: bool = True

    def valid(self) -> bool:
        return self.correct and all(self.ok)


@dataclass
class Case:
    """A problem with what the policy wrote for it."""

    task: str
    level: int
    key: str
    prompt: str
    paths: list[Draft] = field(default_factory=list)  # of the policy, as often as it wrote them
    near_misses: list[Draft] = field(default_factory=list)
    right: list[str] = field(default_factory=list)  # texts that are right in every line, the task's own among them

    def wrong(self) -> list[Draft]:
        return [path for path in self.paths if not path.correct]


def read_cases(folder: str) -> list[Case]:
    """The problems of all labelled files of a folder that traces.py wrote; those without any right text are left out."""
    cases: dict[tuple[str, str], Case] = {}
    for file in sorted(Path(folder).glob("*.jsonl")):
        for line in file.read_text().splitlines():
            record = json.loads(line)
            key = (record["task"], record["problem"])
            case = cases.setdefault(key, Case(record["task"], record["level"], record["problem"], record["prompt"]))
            finished = record["state"] == "finished"
            draft = Draft(record["text"], record.get("answer"), record["ok"], record["correct"], finished)
            origin = record.get("origin", "policy")
            if origin == "policy":
                case.paths.append(draft)
            elif origin == "corrupted" and draft.text.endswith("}"):
                case.near_misses.append(draft)
            worked = draft.text.startswith("<think>\n") and draft.text.count("</think>") == 1
            if finished and worked and draft.valid() and origin != "corrupted" and draft.text not in case.right:
                case.right.append(draft.text)
    return [case for case in cases.values() if case.right and case.paths]


def shown_part(text: str) -> str:
    """What others are shown of a text: behind its thinking; nothing where that never ended."""
    rest = text.rsplit("</think>", 1)[-1]
    return "" if THINK in rest else rest.strip()


def numbered_steps(text: str) -> list[str]:
    """The lines of a text with their numbers, without thinking markers, as solve_detect_verify shows them."""
    lines = [line.replace(THINK, "", 1).replace("</think>", "", 1) for line in text.split("\n")]
    return [f"{number}: {line}\n" for number, line in enumerate((line for line in lines if line.strip(" \t\r")), 1)]


def first_wrong_step(draft: Draft) -> int | None:
    """Its number, -1 where all are right; None where the lines are not the labelled ones and the answer behind them."""
    if len(numbered_steps(draft.text)) != len(draft.ok) + 1 or not draft.finished:
        return None
    verdicts = [*draft.ok, int(draft.correct)]
    return verdicts.index(0) + 1 if 0 in verdicts else -1


def common_prefix(a: str, b: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b)))


def nearest(case: Case, draft: Draft, draw: random.Random) -> str:
    """The right text that keeps most of the draft's beginning, so that revising is to go on from the last valid line."""
    return max(draw.sample(case.right, len(case.right)), key=lambda text: common_prefix(text, draft.text))


class Script:
    """The ids of a conversation as the chat template renders it, with what is known of the lines of working in it."""

    def __init__(self):
        self.ids: list[int] = []
        self.reads: list[tuple[int, float]] = []  # index of an id, and whether what ends there is valid so far

    def user(self, *parts) -> None:
        """A user's turn of texts, drafts, and (line, valid) pairs; it opens the turn of the assistant."""
        self.ids += [START, *b"user\n"]
        for part in parts:
            self.add(part)
        self.ids += [END, *b"\n", START, *b"assistant\n"]

    def attempt(self, draft: Draft, cut: int | None = None) -> None:
        """A turn of the assistant that was opened; of a draft that was stopped, only the first `cut` ids."""
        self.add(draft, cut)
        self.ids += [END, *b"\n"]

    def add(self, part, cut: int | None = None) -> None:
        if isinstance(part, Draft):
            self.add_draft(part, cut)
        elif isinstance(part, tuple):
            self.ids += encode(part[0])
            self.reads.append((len(self.ids) - 1, float(part[1])))
        else:
            self.ids += encode(part)

    def add_draft(self, draft: Draft, cut: int | None) -> None:
        body = encode(draft.text)
        reads = reads_of(body, draft.finished)
        if reads and reads[-1].line <= len(draft.ok):
            for read in reads:
                valid = draft.correct if read.kind == "end" else read.line == 0 or draft.ok[read.line - 1]
                if cut is None or read.index < cut:
                    self.reads.append((len(self.ids) + read.index, float(valid)))
        self.ids += body[:cut]

    def example(self, form: str, case: Case, completion: str) -> Example:
        loss_from = len(self.ids)
        self.ids += [*encode(completion), END]
        weight = WEIGHTS.get(form, 1.0)
        return Example(form, case.level, case.key, case.prompt, completion, self.ids, loss_from, weight, self.reads)


def inside_thinking(draft: Draft, draw: random.Random) -> int | None:
    """Where a draft is cut that was stopped before its end: behind an id of its thinking."""
    body = encode(draft.text)
    close = ID["</think>"]
    return draw.randint(1, body.index(close)) if close in body and body.index(close) >= 1 else None


def chain(form: str, case: Case, drafts: list[Draft], says, draw: random.Random) -> Example:
    """Attempts, what is said to each (`says` of a draft and its answer), and a right one in the end."""
    script = Script()
    script.user(case.prompt)
    for draft in drafts:
        cut = inside_thinking(draft, draw) if draw.random() < CUT_DRAFTS else None
        script.attempt(draft, cut)
        script.user(says(draft, "none" if cut is not None or draft.answer is None else draft.answer))
    last = drafts[-1]
    # A right attempt is kept: what revising spoils it must not learn here.
    return script.example(form, case, last.text if last.valid() and last.finished else nearest(case, last, draw))


def revise(case: Case, draw: random.Random) -> Example | None:
    count = min(draw.choices((1, 2, 3), (0.6, 0.25, 0.15))[0], len(case.paths))
    return chain("revise", case, draw.sample(case.paths, count), lambda draft, answer: AGAIN, draw)


def reflect(case: Case, draw: random.Random) -> Example | None:
    wrong = case.wrong()
    if not wrong:
        return None
    count = min(draw.choices((1, 2, 3), (0.5, 0.25, 0.25))[0], len(wrong))
    return chain("reflect", case, draw.sample(wrong, count), lambda draft, answer: FEEDBACK.replace("{answer}", answer), draw)


def step_feedback(case: Case, draw: random.Random) -> Example | None:
    wrong = [path for path in case.wrong() if first_wrong_step(path) is not None]
    if not wrong:
        return None
    draft = draw.choice(wrong)
    script = Script()
    script.user(case.prompt)
    script.attempt(draft)
    step = first_wrong_step(draft)
    reason = " " + sentence(step).strip()  # as a fast verdict gives it
    script.user(STEP_FEEDBACK.replace("{step}", str(step)).replace("{reason}", reason))
    return script.example("step_feedback", case, nearest(case, draft, draw))


def some_drafts(case: Case, most: int, draw: random.Random) -> list[Draft]:
    return draw.sample(case.paths, min(draw.randint(2, most), len(case.paths)))


def tally(drafts: list[Draft]) -> str:
    """A summary of drafts: their answers, most frequent first, and how many of how many say so."""
    answers = Counter(draft.answer for draft in drafts if draft.answer is not None)
    return "\n".join(f"{answer}: {count} of {len(drafts)}" for answer, count in answers.most_common())


def excerpts(drafts: list[Draft]) -> list[str]:
    shown = ((number, shown_part(draft.text)) for number, draft in enumerate(drafts, 1))
    return [f"[{number}] {part}" for number, part in shown if part]


def refine(case: Case, draw: random.Random) -> Example | None:
    if draw.random() < 0.5:
        workspace = "\n".join(excerpts(some_drafts(case, 4, draw)))
    else:
        workspace = tally(some_drafts(case, MOST_DRAFTS, draw))
    if not workspace:
        return None
    script = Script()
    script.user(REFINE.replace("{problem}", case.prompt).replace("{workspace}", workspace))
    return script.example("refine", case, draw.choice(case.right))


def summarise(case: Case, draw: random.Random) -> Example | None:
    drafts = some_drafts(case, MOST_DRAFTS, draw)
    if not tally(drafts):
        return None
    script = Script()
    shown = "".join(f"{line}\n" for line in excerpts(drafts))
    script.user(SUMMARISE.replace("{problem}", case.prompt).replace("{drafts}", shown))
    return script.example("summarise", case, tally(drafts))


def candidate(case: Case, draw: random.Random) -> Draft | None:
    """A finished text to judge, right or wrong with equal chances; some of the wrong are near misses of right ones.

    Mostly of problems with both: else it would do to tell how hard a problem is.
    """
    finished = [path for path in case.paths if path.finished]
    if finished and draw.random() < ANY_PATH:
        return draw.choice(finished)
    right = [path for path in finished if path.correct]
    wrong = [path for path in finished if not path.correct]
    if not right or not wrong:
        return None
    if draw.random() < 0.5:
        return draw.choice(right)
    near = case.near_misses and draw.random() < 0.2
    return draw.choice(case.near_misses if near else wrong)


def judge(case: Case, draw: random.Random) -> Example | None:
    draft = candidate(case, draw)
    if draft is None:
        return None
    script = Script()
    before, after = JUDGE.replace("{problem}", case.prompt).split("{solution}")
    script.user(before, draft, after)
    return script.example("judge", case, "yes" if draft.correct else "no")


def checks(draft: Draft, step: int) -> str:
    """The thinking of a slow verdict: each step up to the first wrong one."""
    last = len(draft.ok) + 1 if step < 0 else step
    lines = [f"{number}: {'wrong' if number == step else 'ok'}\n" for number in range(1, last + 1)]
    return "<think>\n" + "".join(lines) + "</think>\n"


def judge_slow(case: Case, draw: random.Random) -> Example | None:
    draft = candidate(case, draw)
    step = first_wrong_step(draft) if draft else None
    if step is None or (step < 0) != draft.correct:  # a wrong line that still came to a right answer: no verdict to learn from
        return None
    script = Script()
    before, after = JUDGE_SLOW.replace("{problem}", case.prompt).split("{solution}")
    script.user(before, draft, after)
    return script.example("judge_slow", case, checks(draft, step) + ("yes" if draft.correct else "no"))


def sentence(step: int) -> str:
    """All that can be said for certain of why a step is wrong."""
    return "Every step follows.\n" if step < 0 else f"Step {step} does not follow.\n"


def verification(form: str, case: Case, draw: random.Random, slow: bool) -> Example | None:
    draft = candidate(case, draw)
    step = first_wrong_step(draft) if draft else None
    if step is None:
        return None
    script = Script()
    before, after = VERIFY.replace("{problem}", case.prompt).split("{steps}")
    script.user(before, *zip(numbered_steps(draft.text), [*draft.ok, draft.correct]), after)
    if not slow:
        script.add(EMPTY_THOUGHT)
    return script.example(form, case, (checks(draft, step) if slow else sentence(step)) + f"\\boxed{{{step}}}")


def verify(case: Case, draw: random.Random) -> Example | None:
    return verification("verify", case, draw, slow=False)


def verify_slow(case: Case, draw: random.Random) -> Example | None:
    return verification("verify_slow", case, draw, slow=True)


def cut(case: Case, draw: random.Random) -> Example | None:
    """A right thought cut behind any of its ids, the text that stops it, and at once the answer."""
    text = draw.choice(case.right)
    thought, answer = text.split("</think>", 1)
    body = encode(thought)
    script = Script()
    script.user(case.prompt)
    if draw.random() < NO_THOUGHT:
        script.add(THINK + "\n" + STOP)
    else:
        script.ids += body[: draw.randint(2, len(body))]  # the marker, and at least one id of the thought
        script.add(STOP)
    return script.example("cut", case, answer.strip())


MAKERS = {
    "revise": revise, "reflect": reflect, "step_feedback": step_feedback, "refine": refine, "summarise": summarise,
    "judge": judge, "judge_slow": judge_slow, "verify": verify, "verify_slow": verify_slow, "cut": cut,
}  # fmt: skip


class Dialogues:
    """All forms over the problems of a folder of labelled traces."""

    def __init__(self, folder: str):
        self.cases: dict[str, list[Case]] = defaultdict(list)
        for case in read_cases(folder):
            self.cases[case.task].append(case)
        unknown = sorted(self.cases.keys() - TASKS.keys())
        if unknown or not self.cases:
            raise ValueError(f"{folder}: expected labelled traces of {', '.join(TASKS)}; found {', '.join(unknown) or 'none'}")

    def example(self, form: str, number: int) -> Example:
        draw = random.Random(f"{form}/{number}")
        tasks = [task for task in TASKS if task in self.cases]
        while True:  # a problem without a draft of the kind that the form needs is passed over
            task = draw.choices(tasks, [TASKS[task] for task in tasks])[0]
            example = MAKERS[form](draw.choice(self.cases[task]), draw)
            if example is not None:
                return example

    def stream(self, form: str, position: int) -> DialogueStream:
        return DialogueStream(self, form, position)


class DialogueStream:
    """The examples of one form; `position` counts those handed out."""

    def __init__(self, dialogues: Dialogues, form: str, position: int = 0):
        self.dialogues, self.form, self.position = dialogues, form, position

    def next(self) -> Example:
        self.position += 1
        return self.dialogues.example(self.form, self.position - 1)
