#!/usr/bin/env python3
"""Do our scorers agree with lm-eval's on the same outputs?

    lm_eval_agreement.py gsm8k     --reckon R --model M --store gsm8k.sqlite --problems gsm8k/test.jsonl
    lm_eval_agreement.py humaneval --store humaneval.sqlite --problems humaneval/HumanEval.jsonl --code-eval FOLDER
    lm_eval_agreement.py mbpp      --store mbpp.sqlite --problems mbpp/mbpp.jsonl --code-eval FOLDER

Reads every path that a store of `reckon eval` holds. gsm8k: a copy of the store is scored anew by `reckon eval --rescore` with
extract=gsm8k-strict and gsm8k-flex, and by the filters and the metric that lm-eval's own gsm8k.yaml names; then again with each
text replaced by the published solution in a form that harnesses trip over. Programs: our verdict (sandbox) stands in the store;
theirs is metric `code_eval` on what lm-eval's extract_code_blocks finds, with the same tests. --code-eval is a folder with
code_eval.py and execute.py of the metric (huggingface/evaluate), which runs what a model wrote: start this script in a sandbox.
Needs the packages lm-eval and evaluate. Prints Markdown, and of each row's disagreements the first with the end of their texts.
Exit status 0 also when there are some.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile

SHOWN = 400  # bytes of a text
FILTERS = {"gsm8k-strict": "strict-match", "gsm8k-flex": "flexible-extract"}


def lm_eval_file(name):
    return pathlib.Path(importlib.util.find_spec("lm_eval").origin).parent / "tasks" / name


def paths_of(store):
    """Of all runs: run, problem, path, text, correct."""
    with contextlib.closing(sqlite3.connect(store)) as database:
        return database.execute("SELECT run, problem, path, text, correct FROM paths ORDER BY run, problem, path").fetchall()


def report(title, pairs):
    """pairs: (where, text, ours, theirs)."""
    differ = [pair for pair in pairs if pair[2] != pair[3]]
    right = sum(pair[2] for pair in pairs), sum(pair[3] for pair in pairs)
    print(f"| {title} | {len(pairs)} | {right[0]} | {right[1]} | {len(differ)} |")
    return [(title, *pair) for pair in differ]


# --- gsm8k ---


def variants(answer):
    """The published solution as models and people write it; the fourth and the last are wrong."""
    working, number = (part.strip() for part in answer.split("####"))
    plain = number.replace(",", "")
    grouped = f"{int(plain):,}"
    return [f"{working}\n#### {number}", f"{working}\n#### {grouped}.", f"{working} The answer is ${grouped}.",
            f"{working}\n#### {int(plain) + 1}", f"#### {plain}\nThat took 3 steps", f"{working} \\boxed{{{plain}}}",
            f"{working}\n#### {plain}.00", f"{working}\n#### -{plain}"]


def rescored(arguments, store, extract):
    """Our verdicts of every path of `store` under `extract`: {(run, problem, path): right}."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "copy.sqlite"
        shutil.copy(store, copy)
        with contextlib.closing(sqlite3.connect(copy)) as database, database:
            database.execute("UPDATE runs SET task = replace(task, 'extract=lenient', ?)", (f"extract={extract}",))
            runs = database.execute("SELECT runs.strategy, count(*) FROM runs JOIN results USING (run) GROUP BY run").fetchall()
        for strategy, count in runs:
            command = [arguments.reckon, "eval", "--rescore", "--json", "--model", arguments.model, "--store", str(copy),
                       "--task", f"gsm8k:extract={extract},file={arguments.problems}", "--strategy", strategy,
                       "--limit", str(count)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return {row[:3]: bool(row[4]) for row in paths_of(copy)}


def gsm8k_theirs(config, filter_name, texts, golds):
    from lm_eval.api.metrics import exact_match_fn
    from lm_eval.filters import build_filter_ensemble

    steps = next(one["filter"] for one in config["filter_list"] if one["name"] == filter_name)
    arguments = [{k: v for k, v in step.items() if k != "function"} for step in steps]
    built = build_filter_ensemble(filter_name, [(step["function"], more) for step, more in zip(steps, arguments)])
    found = [[text] for text in texts]
    for make in built.filters:
        found = list(make().apply(found, [{}] * len(texts)))
    metric = config["metric_list"][0]
    options = {key: metric[key] for key in ("ignore_case", "ignore_punctuation", "regexes_to_ignore")}
    return [exact_match_fn(predictions=[one], references=[gold], **options)["exact_match"] == 1
            for one, gold in zip(found, golds)]


def gsm8k(arguments):
    import yaml

    config = yaml.safe_load(lm_eval_file("gsm8k/gsm8k.yaml").read_text())
    answers = [json.loads(line)["answer"] for line in arguments.problems.read_text().splitlines()]
    differ = []
    for name in ("the model's texts", "published solutions, varied"):
        with tempfile.TemporaryDirectory() as folder:
            store = pathlib.Path(folder) / "store.sqlite"
            shutil.copy(arguments.store, store)
            if name != "the model's texts":
                with contextlib.closing(sqlite3.connect(store)) as database, database:
                    rows = [(variants(answers[problem])[path % 8], run, problem, path)
                            for run, problem, path, _, _ in paths_of(arguments.store)]
                    database.executemany("UPDATE paths SET text = ?, state = 'finished' "
                                         "WHERE run = ? AND problem = ? AND path = ?", rows)
            rows = paths_of(store)
            for extract, filter_name in FILTERS.items():
                ours = rescored(arguments, store, extract)
                theirs = gsm8k_theirs(config, filter_name, [row[3] for row in rows], [answers[row[1]] for row in rows])
                pairs = [(f"problem {row[1]}", row[3], ours[row[:3]], right) for row, right in zip(rows, theirs)]
                differ += report(f"gsm8k {filter_name}, {name}", pairs)
    return differ


# --- programs ---


def function_of(arguments, name, folder):
    """A function of lm-eval's utils.py of a task, which loads code_eval when it is read."""
    import evaluate

    os.environ["HF_ALLOW_CODE_EVAL"] = "1"
    shutil.copytree(arguments.code_eval, folder / "code_eval")
    metric = evaluate.load(str(folder / "code_eval"))
    evaluate.load = lambda *_, **__: metric
    spec = importlib.util.spec_from_file_location("task_utils", lm_eval_file("mbpp/utils.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name), metric


def tests_of(problem):
    if "entry_point" in problem:
        return f"{problem['test']}\ncheck({problem['entry_point']})"
    return "\n".join([problem.get("test_setup_code", ""), *problem["test_list"], *problem.get("challenge_test_list", [])])


def programs(arguments):
    problems = [json.loads(line) for line in arguments.problems.read_text().splitlines()]
    rows = paths_of(arguments.store)
    with tempfile.TemporaryDirectory() as folder:
        blocks, metric = function_of(arguments, "extract_code_blocks", pathlib.Path(folder))
        # lm-eval opens the block in its prompt, so its function expects the text behind "```".
        found = [[blocks(re.sub(r"^.*?```", "", row[3], count=1, flags=re.S))] for row in rows]
        _, detail = metric.compute(predictions=found, references=[tests_of(problems[row[1]]) for row in rows], k=[1],
                                   num_workers=2, timeout=arguments.seconds)
    theirs = [detail[index][0][1]["passed"] for index in range(len(rows))]
    pairs = [(f"problem {row[1]}: {detail[index][0][1]['result']}", row[3], bool(row[4]), theirs[index])
             for index, row in enumerate(rows)]
    return report(arguments.task, pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("task", choices=["gsm8k", "humaneval", "mbpp"])
    parser.add_argument("--store", required=True, type=pathlib.Path)
    parser.add_argument("--problems", required=True, type=pathlib.Path)
    parser.add_argument("--reckon")
    parser.add_argument("--model")
    parser.add_argument("--code-eval", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=10, help="for one program and its tests")
    parser.add_argument("--show", type=int, default=5, help="disagreements that are printed of each row")
    arguments = parser.parse_args()
    print("| scorer | outputs | right by ours | right by lm-eval | disagree |\n| --- | ---: | ---: | ---: | ---: |")
    differ = gsm8k(arguments) if arguments.task == "gsm8k" else programs(arguments)
    shown = {}
    for title, where, text, ours, theirs in differ:
        shown[title] = shown.get(title, 0) + 1
        if shown[title] > arguments.show:
            continue
        print(f"\n{title}, {where}: ours {'right' if ours else 'wrong'}, lm-eval's {'right' if theirs else 'wrong'}\n")
        print("\n".join("    " + line for line in text[-SHOWN:].splitlines()))


if __name__ == "__main__":
    main()
