#!/usr/bin/env python3
"""Do extract=minerva, hendrycks and math-verify judge as the harnesses they are named for?

    math_agreement.py --reckon R --model M

Texts: for each of some fifty right answers, forms of it that are right and forms that are wrong, in the sentences and boxes that
models write; then the same with one to three characters cut, doubled or swapped, from a fixed seed. Ours: a store of `reckon
eval` whose texts are replaced by these and scored anew by `--rescore`, once for each way of extraction. Theirs: lm-eval's
minerva_math and hendrycks_math (of the latter the last box, as MATH's own evaluation, where lm-eval's task takes what stands
between dollar signs), and math-verify's parse and verify. Needs the packages lm-eval[math] and math-verify. Prints Markdown, and
of each row's disagreements the first. Exit status 0 also when there are some.
"""

import argparse
import contextlib
import importlib.util
import json
import logging
import pathlib
import random
import sqlite3
import subprocess
import tempfile

# A right answer, then how else it is written, then what is wrong.
ANSWERS = [
    (r"\frac{1}{2}", [r"\frac12", r"\dfrac{1}{2}", "0.5", ".5", "1/2", r"x = \frac{1}{2}"],
     ["0.50001", "2", r"\frac{1}{3}", "-0.5"]),
    (r"\frac{1}{3}", ["1/3", r"\tfrac13", "0.333333", "0.3333"], ["0.33", "3", r"\frac{1}{4}"]),
    ("5", ["5.0", "x=5", "4+1=5", "$5$", "05", "5.", "+5", "10/2"], ["-5", "6", "55", "5x"]),
    ("-3", ["-3.0", "x = -3", "- 3", "2-5"], ["3", "-3x", "-4"]),
    ("1234", ["1,234", "1{,}234", "1234.0", r"1\,234"], ["1,23", "12,34", "1.234"]),
    ("100,000", ["100000", "100,000.0"], ["100", "1000000"]),
    (r"10\%", ["0.1", "10", "10%", r"\frac{1}{10}"], ["1", r"1\%", "100"]),
    (r"2\sqrt{2}", [r"\sqrt{8}", r"2\sqrt2", r"\sqrt8"], [r"\sqrt{2}", "2.83", r"3\sqrt{2}", "4"]),
    (r"\frac{\sqrt{2}}{2}", [r"\frac{1}{\sqrt{2}}", r"\frac{\sqrt2}2", r"\sqrt{\frac{1}{2}}"], ["0.7", r"\sqrt{2}"]),
    (r"\pi", [r"\pi", "3.141593"], ["3.14", "22/7", r"2\pi"]),
    (r"\frac{3\pi}{4}", [r"\frac{3}{4}\pi", r"0.75\pi", r"3\pi/4"], [r"\frac{4\pi}{3}", r"\pi"]),
    ("x^2+2x+1", ["(x+1)^2", "1+2x+x^2", "x^{2} + 2x + 1"], ["x^2+1", "(x-1)^2", "x+1"]),
    ("(x-1)(x+2)", ["x^2+x-2", "(x+2)(x-1)"], ["(x+1)(x-2)", "x^2-x-2"]),
    ("(1,2)", ["(1, 2)", r"\left(1,2\right)", "(1.0,2)"], ["(2,1)", "(1,2,3)", "1", "[1,2]"]),
    ("(3,-2)", ["(3, -2)", r"\left( 3, -2 \right)"], ["(-2,3)", "(3,2)"]),
    (r"\{1,2\}", [r"\{2,1\}", r"\{1, 2\}"], [r"\{1,3\}", r"\{1\}"]),
    ("1,2", ["2,1", "1, 2", "1 and 2", r"1,\text{ and }2"], ["1,3", "1", "12"]),
    ("[2,5)", ["[2, 5)", r"\left[2,5\right)"], ["[2,5]", "(2,5)", r"2\le x<5", "[2,6)"]),
    (r"(-\infty,3]", [r"(-\infty, 3]", r"\left(-\infty,3\right]"], [r"(-\infty,3)", r"[3,\infty)"]),
    (r"[2,3]\cup[5,7]", [r"[2,3] \cup [5,7]"], ["[2,3]", r"[2,3]\cup[5,8]"]),
    ("x<2", ["2>x", "x < 2"], ["x>2", r"x\le 2", "2x<3"]),
    (r"x\le 3", [r"x \leq 3", r"3\ge x"], ["x<3", r"x\ge 3"]),
    ("y=2x+1", ["y = 2x + 1", "y=1+2x"], ["y=2x-1", "x=2y+1", "y=2x"]),
    ("35", [r"35\text{ cm}", r"35\mbox{ cm}", "35 cm", "35 degrees", r"35^\circ", r"\$35"], ["35^2", "3.5", "36"]),
    (r"60^\circ", ["60", r"60^{\circ}", "60 degrees"], ["30", r"\frac{\pi}{3}"]),
    (r"\text{B}", ["B", r"\textbf{B}", r"\mathrm{B}"], ["C", "BB"]),
    (r"\text{Evelyn}", ["Evelyn", r"\textbf{Evelyn}"], ["Carla", r"\text{Carla}"]),
    (r"\text{even}", ["even"], ["odd", r"\text{odd}"]),
    (r"3\frac{1}{2}", [r"\frac{7}{2}", "3.5"], [r"\frac{3}{2}", "3"]),
    (r"2^{10}", ["1024", "2^10", r"32^2"], ["1023", "20", "210"]),
    ("6!", ["720"], ["6", "120"]),
    (r"\binom{5}{2}", ["10"], ["5", "20"]),
    (r"\log_2 8", ["3", r"\log_{2}{8}"], ["8", "2"]),
    (r"\frac{x+1}{x-1}", [r"\frac{1+x}{x-1}", r"\frac{-x-1}{1-x}", "(x+1)/(x-1)"], [r"\frac{x-1}{x+1}", "1"]),
    (r"\frac{a}{b}", ["a/b", r"\frac ab"], [r"\frac{b}{a}", "ab"]),
    ("2+3i", ["3i+2", "2 + 3i"], ["2-3i", "5i", "3+2i"]),
    (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", [r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}"],
     [r"\begin{pmatrix}1&2\\3&5\end{pmatrix}", "(1,2,3,4)"]),
    ("0", ["0.0", "-0", r"\sin 0"], ["1", "00.1"]),
    ("0.25", ["1/4", r"\frac14", ".25", "0.250"], ["0.2", "4", "0.251"]),
    ("1.5", ["3/2", r"1\frac12", "1.50"], ["1.05", "15"]),
    (r"\sqrt[3]{16}", [r"2\sqrt[3]{2}", r"16^{1/3}"], [r"\sqrt{16}", "4"]),
    ("e^2", ["e^{2}", r"\exp(2)"], ["2e", "7.39"]),
    (r"\infty", [r"\infty"], [r"-\infty", "0"]),
    (r"-\frac{2}{3}", [r"\frac{-2}{3}", "-2/3", r"-\frac23"], [r"\frac{2}{3}", "-1.5", "-0.67"]),
    ("12,000", ["12000", r"12\,000"], ["12", "1200"]),
    (r"\$18.90", ["18.90", "18.9", r"\$18.9"], ["18.8", "1890"]),
    ("k = 7", ["7", "k=7"], ["k=8", "m=7"]),
    ("f(x)=x^2", ["x^2", "f(x) = x^{2}"], ["x^3", "f(x)=x"]),
    (r"\frac{5}{36}", ["5/36", "0.138889"], ["0.14", "36/5"]),
    (r"5\text{ inches}", ["5", "5 inches"], ["6 inches", "5 cm"]),
]

SENTENCES = {
    "minerva": ["So it is.\nFinal Answer: The final answer is ${}$. I hope it is correct.",
                "Final Answer: The final answer is {}. I hope it is correct.",
                "It is \\boxed{{{}}}.\nFinal Answer: The final answer is $\\boxed{{{}}}$. I hope it is correct."],
    "hendrycks": ["Then $x = \\boxed{{{}}}$.", "\\boxed{{3}} is wrong, \\boxed{{{}}} is right", "so it is $\\boxed {}$ now"],
    "math-verify": ["Then $\\boxed{{{}}}$ it is.", "The final answer is ${}$. I hope it is correct.",
                    "We find 7 of them.\n\nAnswer: ${}$", "So the answer is \\({}\\), not $12$ as one may think."],
}
MUTANTS = 3  # of each text


def mutated(text, rng):
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(text))
        kind = rng.randrange(3)
        if kind == 0:
            text = text[:at] + text[at + 1:] or "?"
        elif kind == 1:
            text = text[:at] + text[at] + text[at:]
        else:
            text = text[:at] + text[at:at + 2][::-1] + text[at + 2:]
    return text


def pairs_of(mode):
    """(gold, text) for this way of extraction: as written, and mutated."""
    rng = random.Random(mode)
    written, hostile = [], []
    for gold, right, wrong in ANSWERS:
        for answer in [gold, *right, *wrong]:
            sentence = SENTENCES[mode][len(written) % len(SENTENCES[mode])]
            written.append((gold, sentence.format(*[answer] * sentence.count("{}"))))
            hostile += [(gold, sentence.format(*[mutated(answer, rng)] * sentence.count("{}"))) for _ in range(MUTANTS)]
    return {"as models write": written, "with characters cut, doubled, swapped": hostile}


# --- ours ---


def ours(arguments, mode, pairs):
    with tempfile.TemporaryDirectory() as folder:
        store, problems = pathlib.Path(folder) / "store.sqlite", pathlib.Path(folder) / "problems.jsonl"
        problems.write_text("".join(json.dumps({"problem": f"Number {number}?", "answer": gold, "level": 1}) + "\n"
                                    for number, (gold, _) in enumerate(pairs)))
        command = [arguments.reckon, "eval", "--model", arguments.model, "--store", str(store), "--json",
                   "--limit", str(len(pairs)), "--task", f"math500:extract={mode},file={problems}",
                   "--strategy", "greedy:max_tokens=1", "--parallel", "32"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with contextlib.closing(sqlite3.connect(store)) as database, database:
            database.executemany("UPDATE paths SET text = ?, state = 'finished' WHERE problem = ?",
                                 [(text, number) for number, (_, text) in enumerate(pairs)])
        subprocess.run([*command, "--rescore"], check=True, stdout=subprocess.DEVNULL)
        with contextlib.closing(sqlite3.connect(store)) as database:
            return [bool(row[0]) for row in database.execute("SELECT correct FROM paths ORDER BY problem")]


# --- theirs ---


def lm_eval_module(name):
    origin = pathlib.Path(importlib.util.find_spec("lm_eval").origin).parent / "tasks" / name / "utils.py"
    spec = importlib.util.spec_from_file_location(name, origin)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def theirs_minerva(pairs):
    task = lm_eval_module("minerva_math")
    return [task.is_equiv(task.normalize_final_answer(task.get_unnormalized_answer(text)), task.normalize_final_answer(gold))
            for gold, text in pairs]


def theirs_hendrycks(pairs):
    task = lm_eval_module("hendrycks_math")

    def box_of(text):
        found = task.last_boxed_only_string(text)
        try:
            return None if found is None else task.remove_boxed(found)
        except AssertionError:
            return None

    return [box_of(text) is not None and task.is_equiv(box_of(text), gold) for gold, text in pairs]


def theirs_math_verify(pairs):
    from math_verify import parse, verify

    logging.disable(logging.WARNING)
    return [verify(parse(f"${gold}$"), parse(text)) for gold, text in pairs]


THEIRS = {"minerva": theirs_minerva, "hendrycks": theirs_hendrycks, "math-verify": theirs_math_verify}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--reckon", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--show", type=int, default=10, help="disagreements that are printed of each row")
    arguments = parser.parse_args()
    print("| extract | texts | number | right by ours | right by theirs | disagree |\n| --- | --- | ---: | ---: | ---: | ---: |")
    differ = []
    for mode, judge in THEIRS.items():
        for name, pairs in pairs_of(mode).items():
            verdicts = list(zip(pairs, ours(arguments, mode, pairs), map(bool, judge(pairs))))
            other = [one for one in verdicts if one[1] != one[2]]
            print(f"| {mode} | {name} | {len(pairs)} | {sum(one[1] for one in verdicts)} | {sum(one[2] for one in verdicts)} "
                  f"| {len(other)} |", flush=True)
            differ += [(mode, name, *one) for one in other[:arguments.show]]
    for mode, name, (gold, text), mine, yours in differ:
        print(f"\n{mode}, {name}: ours {'right' if mine else 'wrong'}, theirs {'right' if yours else 'wrong'}\n\n"
              f"    gold  {gold}\n    text  {text!r}")


if __name__ == "__main__":
    main()
