#!/usr/bin/env python3
"""Speed of reckon and of other engines on the same file: same counts of tokens, same threads, in alternating rounds.

    speed.py --reckon build/release/reckon --model model.gguf --threads 2 \\
             --llama-bench PATH --llama-batched-bench PATH --ik-llama-bench PATH --ik-batched-bench PATH

Each round asks reckon, llama.cpp and ik_llama.cpp once each for everything, with the fastest flags known of each
(programs.py; where no setting is the fastest for everything, each is asked, and each test has the one whose median is best):
a prompt, one stream, branches of a shared prompt of 16 tokens, with --context the same behind long prompts (and the seconds
of that prompt and all its branches to their end: "best of 32@512"); then how long a process takes to load the model and
compute a prompt of one token (start) and of --first tokens (first token), and the most memory that the latter held. The file
is read once before, so that all find it in the page cache. --packaged-llama-bench and --packaged-batched-bench name
llama.cpp's programs once more, built as its packages are, for any processor since AVX2: one peer more.

Prints Markdown: medians over the rounds with lowest and highest, and ratios, taken within each round: above 1, reckon is faster
or smaller. A peer that is missing or fails is named with the reason, and the rest goes on. --json keeps all rounds; --plot draws
them. Only a quiet machine gives figures worth keeping.
"""

import json
import pathlib
import shutil
import statistics
import sys

import plot
import programs
from arguments import Parser, file_to_read, file_to_write, folder_to_write, numbers, positive, positive_or_none, seconds

LONGEST_FIRST = 60_000  # words of two bytes; Linux takes 128 KiB in one argument
UNITS = {programs.START: "s", programs.FIRST: "s", programs.MEMORY: "MiB"}  # of the others: tokens/s
MEBIBYTE = 1 << 20


def unit_of(test):
    return "s" if test.startswith(programs.BEST_OF) else UNITS.get(test, "tokens/s")


def summary(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


class Measurements:
    """tried[test][engine] is a list per round of a number for each of the engine's settings, None where the engine had none."""

    def __init__(self, engines):
        self.engines = engines
        self.tried = {}
        self.failures = {}  # (engine, step) -> reason
        self.rounds = 0

    def round(self, plan):
        for engine in self.engines:
            for step, measure in engine.steps(plan):
                if (engine.name, step) in self.failures:
                    continue  # what failed once is not waited for again
                try:
                    found = measure(plan)
                except programs.Failed as fault:
                    self.failures[engine.name, step] = str(fault)
                    print(f"{engine.name}, {step}: {fault}", file=sys.stderr, flush=True)
                    continue
                for test, value in found.items():
                    rounds = self.tried.setdefault(test, {}).setdefault(engine.name, [])
                    rounds += [None] * (self.rounds - len(rounds)) + [value if isinstance(value, list) else [value]]
        self.rounds += 1

    def values(self, test, engine):
        """A number per round, None where there is none: of the setting whose median is the best. The best setting of each round
        would be the luckiest of several runs, where the others have one."""
        rounds = self.tried[test].get(engine, [])
        kept = [found for found in rounds if found is not None]
        medians = [statistics.median(column) for column in zip(*kept)]
        if not medians:
            return []
        best = medians.index((min if programs.less_is_better(test) else max)(medians))
        return [None if found is None else found[best] for found in rounds]

    def ratios(self, test, peer):
        """One per round in which both were measured: above 1, reckon is better."""
        ours, theirs = self.values(test, "reckon"), self.values(test, peer)
        pairs = [(a, b) for a, b in zip(ours, theirs) if a and b]
        return [a / b if unit_of(test) == "tokens/s" else b / a for a, b in pairs]

    def rows(self):
        for test, by_engine in self.tried.items():
            kept = {name: [value for value in self.values(test, name) if value is not None] for name in by_engine}
            row = {"test": test, "unit": unit_of(test),
                   "engines": {name: {**summary(values), "rounds": values} for name, values in kept.items()}, "ratios": {}}
            for engine in self.engines[1:]:
                ratios = self.ratios(test, engine.name)
                if ratios:
                    row["ratios"][engine.name] = {**summary(ratios), "rounds": ratios}
            yield row


def number(value):
    return f"{value:.0f}" if value >= 1000 else f"{value:.1f}" if value >= 100 else f"{value:.2f}"


def plural(count, thing):
    return f"{count} {thing}{'' if count == 1 else 's'}"


def cell(found):
    if not found:
        return "–"
    return f"{number(found['median'])} ({number(found['min'])} … {number(found['max'])})"


def table(document):
    names = [engine["name"] for engine in document["engines"]]
    head = ["test", names[0], "of limit", *names[1:], *(f"ratio to {name}" for name in names[1:])]
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    for row in document["rows"]:
        limit = f"{row['of_limit']:.2f}" if "of_limit" in row else "–"
        engines, unit = row["engines"], "" if row["unit"] == "tokens/s" else f", {row['unit']}"
        cells = [row["test"] + unit, cell(engines.get(names[0])), limit, *(cell(engines.get(name)) for name in names[1:]),
                 *(cell(row["ratios"].get(name)) for name in names[1:])]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def report(arguments, plan, measured):
    reckon = measured.engines[0]
    rows = list(measured.rows())
    for row in rows:
        if row["test"] == programs.MEMORY:
            for found in row["engines"].values():
                found.update({key: found[key] / MEBIBYTE for key in ("median", "min", "max")},
                             rounds=[value / MEBIBYTE for value in found["rounds"]])
        limits = reckon.about.get("of_limit", {}).get(row["test"])
        if limits:
            row["of_limit"] = statistics.median(limits)
    return {
        "model": arguments.model.name, "name": reckon.about.get("model"), "threads": plan.threads,
        "machine": reckon.about.get("machine"), "rounds": measured.rounds, "generate": plan.generate,
        "first_tokens": plan.first_tokens,
        "engines": [{"name": engine.name, **({} if engine is reckon else engine.about)} for engine in measured.engines],
        "rows": rows,
        "failures": [{"engine": engine, "step": step, "reason": reason}
                     for (engine, step), reason in measured.failures.items()],
    }


def print_report(document):
    machine = document["machine"]
    if machine:
        print(f"{machine['processor']}, {machine['isa']} kernels; last round: {machine['read_gbps']:.1f} GB/s read, "
              f"{machine['f32_gflops']:.0f} f32 GFLOP/s, {machine['int8_gops']:.0f} int8 GOP/s")
    first = f"; first token: behind {document['first_tokens']} tokens" if document["first_tokens"] else ""
    print(f"{document['model']}, {plural(document['threads'], 'thread')}, {plural(document['rounds'], 'alternating round')}; "
          f"tokens/s unless said otherwise: median (lowest … highest){first}")
    print()
    print(table(document))
    for failure in document["failures"]:
        print(f"\nNot measured: {failure['engine']}, {failure['step']}: {failure['reason']}")


def parse():
    parser = Parser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--reckon", required=True, help="the program")
    parser.add_argument("--reckon-option", action="append", default=[], help="passed on, e.g. --reckon-option=--kv-type=f32")
    parser.add_argument("--model", required=True, type=file_to_read,
                        help="the GGUF file that all read; `reckon bench --synthetic-out` makes one")
    parser.add_argument("--llama-bench", default="", help="of llama.cpp")
    parser.add_argument("--llama-batched-bench", default="", help="of llama.cpp")
    parser.add_argument("--packaged-llama-bench", default="", help="of llama.cpp as its packages are built: for AVX2")
    parser.add_argument("--packaged-batched-bench", default="", help="its llama-batched-bench")
    parser.add_argument("--ik-llama-bench", default="", help="llama-bench of ik_llama.cpp")
    parser.add_argument("--ik-batched-bench", default="", help="llama-batched-bench of ik_llama.cpp")
    parser.add_argument("--threads", type=positive, default=2)
    parser.add_argument("--rounds", type=positive, default=5)
    parser.add_argument("--prompt", type=positive, default=512, help="tokens of the prompt test")
    parser.add_argument("--gen", type=positive, default=32, help="tokens of each generation")
    parser.add_argument("--branches", type=numbers, default=[4, 8, 16, 32], help="a list such as 4,8,16,32; '' leaves them out")
    parser.add_argument("--context", type=numbers, default=[], help="generate behind prompts of so many tokens too: 512,2048")
    parser.add_argument("--first", type=positive_or_none, default=512,
                        help="tokens before the first token; 0 leaves start and memory out")
    parser.add_argument("--timeout", type=seconds, default=3600, help="most seconds of one program")
    parser.add_argument("--json", type=file_to_write, help="write all rounds there")
    parser.add_argument("--plot", type=folder_to_write, help="draw speed-branches.svg and speed-context.svg in that folder")
    arguments = parser.parse_args()
    if arguments.first > LONGEST_FIRST:
        parser.error(f"argument --first: the prompt is one argument of the program, which holds {LONGEST_FIRST} tokens at most")
    return arguments


def program(path):
    """Absolute, as programs.run wants it; a name alone is looked for in PATH, and "" stays what it is."""
    return str(pathlib.Path(shutil.which(path) or path).absolute()) if path else ""


def engines_of(arguments):
    engines = [programs.Reckon(program(arguments.reckon), arguments.reckon_option),
               programs.llama_cpp(program(arguments.llama_bench), program(arguments.llama_batched_bench))]
    if arguments.packaged_llama_bench or arguments.packaged_batched_bench:
        engines.append(programs.llama_cpp(program(arguments.packaged_llama_bench), program(arguments.packaged_batched_bench),
                                          name="packaged llama.cpp"))
    engines.append(programs.ik_llama_cpp(program(arguments.ik_llama_bench), program(arguments.ik_batched_bench)))
    return engines


def read_once(path):
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 24):
            pass


def main():
    arguments = parse()
    model = str(arguments.model.absolute())
    plan = programs.Plan(model, arguments.threads, arguments.prompt, arguments.gen, arguments.branches, arguments.context,
                         timeout=arguments.timeout)
    engines = engines_of(arguments)
    reckon = engines[0]
    try:
        read_once(arguments.model)
        if arguments.first > 0:
            plan.first_text, plan.first_tokens = reckon.text_of(plan, arguments.first)
    except (OSError, programs.Failed) as fault:
        print(f"speed.py: {fault}", file=sys.stderr)
        return 2

    measured = Measurements(engines)
    for _ in range(arguments.rounds):
        measured.round(plan)
        print(f"round {measured.rounds} of {arguments.rounds} is done", file=sys.stderr, flush=True)
    document = report(arguments, plan, measured)
    print_report(document)
    if arguments.json:
        arguments.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    if arguments.plot:
        plot.write_plots(document, arguments.plot)
    return 1 if any(engine == "reckon" for engine, _ in measured.failures) else 0


if __name__ == "__main__":
    sys.exit(main())
