#!/usr/bin/env python3
"""What a search by steps costs beside as many paths drawn at once: time, rate and memory, from receipts of one engine.

    bench/search.py --reckon build/release/reckon [--model model.gguf] [--rounds 5] [--json search.json]

Each round solves the same problems with the same seeds by every search in turn, in an order that turns from round to round:

    best-of    best_of_n, all paths drawn at once; log-probabilities score them, which costs nothing
    beam       beam search by steps over as many paths, scored likewise
    guided     the same beam search, with the reward model reading every step

"Time at equal tokens" compares seconds of receipts per token drawn, for searches draw a few more or less. "Rows" are also what
the reward model reads. "KV" is the most that keys and values took, over what prompt and all that was drawn take with a slot a
token: at most 1 if nothing were copied and pages had no ends; those of the reward model are in it. Ratios are taken within each
round. Only a quiet machine gives figures worth keeping.
"""

import argparse
import json
import statistics
import subprocess
import sys

PLAIN = "best-of"


def searches(paths, step):
    return {
        PLAIN: (f"best_of_n:n={paths}", "likelihood"),
        "beam": (f"beam:n={paths},{step}", "likelihood"),
        "guided": (f"beam:n={paths},{step}", "prm"),
    }


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reckon", required=True, help="the program")
    parser.add_argument("--model", help="GGUF file; without it the bundled model")
    parser.add_argument("--task", default="procedure:level=3", help="whose test problems are solved")
    parser.add_argument("--problems", type=int, default=8)
    parser.add_argument("--paths", type=int, default=64)
    parser.add_argument("--step", default="step=newline", help="where steps end, and further parameters of beam search")
    parser.add_argument("--sampling", default="", help="parameters of all searches, as temperature=1.5,max_tokens=256")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--more", nargs="*", default=[], help="further options of `reckon solve`, as page-slots=4 or plain")
    parser.add_argument("--json", help="write every receipt to this file")
    return parser.parse_args()


def solve(options, search, problem):
    """The receipt of one problem."""
    strategy, verifier = search
    if options.sampling:
        strategy += "," + options.sampling
    command = [options.reckon, "solve", "--json", "--task", options.task, "--index", str(problem), "--seed", str(problem)]
    command += ["--strategy", strategy, "--verifier", verifier, "--threads", str(options.threads)]
    command += ["--model", options.model] if options.model else []
    command += ["--" + more for more in options.more]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode not in (0, 1):  # 1: no path had an answer
        sys.exit(f"{' '.join(command)}: {ran.stderr.strip()}")
    return json.loads(ran.stdout)["receipt"]


def slot_bytes(options):
    command = [options.reckon, "inspect", "--json"] + ([options.model] if options.model else [])
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        sys.exit(f"{' '.join(command)}: {ran.stderr.strip()}")
    return json.loads(ran.stdout)["cost"]["kv_bytes_per_token"]


def figures(receipts, bytes_per_token):
    """Of all problems of one round together."""
    seconds = sum(receipt["seconds"] for receipt in receipts)
    drawn = sum(receipt["tokens"]["generated"] for receipt in receipts)
    read = sum(receipt["tokens"]["verified"] for receipt in receipts)
    slots = [receipt["tokens"]["prompt"] + receipt["tokens"]["cached"] + receipt["tokens"]["generated"] for receipt in receipts]
    shares = [receipt["peak_kv_bytes"] / (count * bytes_per_token) for receipt, count in zip(receipts, slots)]
    return {
        "tokens drawn": drawn,
        "tokens drawn a second": drawn / seconds,
        "rows a second": (drawn + read) / seconds,
        "seconds per token": seconds / drawn,
        "KV": max(shares),
    }


def measured(options):
    """rounds[i][search] = figures, and all receipts."""
    bytes_per_token = slot_bytes(options)
    table = searches(options.paths, options.step)
    for search in table.values():
        solve(options, search, 0)  # files are read, and pages touched
    rounds, receipts = [], []
    names = list(table)
    for turn in range(options.rounds):
        order = names[turn % len(names):] + names[:turn % len(names)]
        kept = {name: [solve(options, table[name], problem) for problem in range(options.problems)] for name in order}
        receipts.append(kept)
        rounds.append({name: figures(kept[name], bytes_per_token) for name in names})
    return rounds, receipts


def spread(values, form):
    return f"{statistics.median(values):{form}} ({min(values):{form}} … {max(values):{form}})"


def report(rounds):
    rows = [("tokens drawn", ".0f"), ("tokens drawn a second", ".0f"), ("rows a second", ".0f"), ("KV", ".3f")]
    lines = ["| search | " + " | ".join(name for name, _ in rows) + " | time at equal tokens | rate | rate of rows |"]
    lines.append("| --- |" + " ---: |" * (len(rows) + 3))
    for name in rounds[0]:
        cells = [spread([one[name][row] for one in rounds], form) for row, form in rows]
        for row in ("seconds per token", "tokens drawn a second", "rows a second"):
            ratios = [one[name][row] / one[PLAIN][row] for one in rounds]
            cells.append("1" if name == PLAIN else spread(ratios, ".2f"))
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    options = arguments()
    rounds, receipts = measured(options)
    print(report(rounds))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"options": vars(options), "rounds": rounds, "receipts": receipts}, file, indent=1)


if __name__ == "__main__":
    main()
