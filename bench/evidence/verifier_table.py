#!/usr/bin/env python3
"""How often verifiers err, family by family, as a table for docs/evidence.md.

    bench/evidence/verifier_table.py RECKON [--problems 60] [--paths 16] [--threads 1]

Every verifier reads the same paths of the bundled policy: test problems, seed 0. Rates of false accepts and rejects are at a
score of 1/2, with Wilson's 95 % intervals, which take paths for independent; AUROC and calibration error are of all finished
paths. Standard library only.
"""

import argparse
import json
import subprocess
import sys

FAMILIES = {
    "countdown:level=3": ["prm", "likelihood", "self_certainty", "confidence", "length", "markers"],
    "linear:level=2": ["prm", "likelihood", "self_certainty", "confidence", "length", "smt:values=forced"],
    "procedure:level=2": ["prm", "likelihood", "self_certainty", "confidence", "length"],
    "arithmetic:operation=mul,level=2": ["prm", "likelihood", "self_certainty", "confidence", "length"],
}


def report_of(arguments, family, verifier):
    command = [arguments.reckon, "eval", "--task", family, "-n", str(arguments.problems), "-s", f"best_of_n:n={arguments.paths}",
               "-v", verifier, "--verifier-report", "--json", "--threads", str(arguments.threads)]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{ran.stderr.strip()}")
    return json.loads(ran.stdout)[0]["verifier"]


def rate(value):
    low, high = (100 * end for end in value["ci95"])
    return f"{100 * value['rate']:.1f} ({low:.1f} … {high:.1f})" if value["of"] else "–"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reckon", help="the program")
    parser.add_argument("--problems", type=int, default=60)
    parser.add_argument("--paths", type=int, default=16)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    print("| family | verifier | right of finished paths | false accepts, % | false rejects, % | AUROC | calibration error |")
    print("| --- | --- | ---: | --- | --- | ---: | ---: |")
    for family, verifiers in FAMILIES.items():
        for verifier in verifiers:
            one = report_of(arguments, family, verifier)
            cells = [family, f"`{verifier}`", f"{one['right']} of {one['paths']}", rate(one["false_accepts"]),
                     rate(one["false_rejects"]), f"{one['auroc']:.3f}", f"{one['calibration_error']:.3f}"]  # fmt: skip
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
