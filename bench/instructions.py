#!/usr/bin/env python3
"""Instructions of the main kernels, counted by callgrind, against bench/instructions.json.

usage: bench/instructions.py PROGRAM [--record]     (PROGRAM: build/release/bench_instructions)

Fails when a kernel takes over 3 % more instructions than recorded, when one that is recorded is no longer counted, and when one
is counted that is not recorded; it names each. --record writes the counts of this run instead: do so when a change means to alter
them, and say so in the commit. Counts are of the AVX2 kernels, the widest that valgrind can run; another compiler gives others,
so they are compared only with the compiler that they were recorded with. Which kernels there are is compared always.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

RECORD = pathlib.Path(__file__).with_name("instructions.json")
ALLOWED = 1.03


def run(command, **options):
    try:
        return subprocess.run(command, check=True, **options)
    except FileNotFoundError:
        sys.exit(f"{command[0]} is not installed")
    except subprocess.CalledProcessError as failed:
        sys.exit(f"{' '.join(command)}: ended with {failed.returncode}; is {command[-1]} bench_instructions?")


def compiler_of(program):
    if not pathlib.Path(program).is_file():
        sys.exit(f"{program}: there is no such program; build bench_instructions")
    comment = run(["readelf", "-p", ".comment", program], capture_output=True, text=True).stdout
    return sorted(set(re.findall(r"(?:GCC|clang)[^\n]*", comment)))


def counts_of(program):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "out")
        run(["valgrind", "--tool=callgrind", "--quiet", f"--callgrind-out-file={out}", program], stdout=subprocess.DEVNULL)
        counts = {}
        for file in sorted(pathlib.Path(folder).iterdir()):
            text = file.read_text()
            name = re.search(r"^desc: Trigger: Client Request: (.*)$", text, re.M)
            total = re.search(r"^(?:totals|summary): (\d+)", text, re.M)
            if name and total:
                counts[name[1]] = int(total[1])
        return counts


def differences(recorded, found):
    """A line for everything that is not as recorded."""
    before, now = recorded["instructions"], found["instructions"]
    yield from (f"{name}: recorded, but no longer counted (gone on purpose? --record)" for name in before if name not in now)
    yield from (f"{name}: {now[name]} instructions, not recorded (new? --record)" for name in now if name not in before)
    if recorded["compiler"] != found["compiler"]:
        return
    for name, count in now.items():
        if name in before and count > ALLOWED * before[name]:
            yield f"{name}: {count} instructions, recorded {before[name]} ({count / before[name]:.2f} times as many)"


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(__doc__.split("\n\n")[1])
        return 2
    program = sys.argv[1]
    found = {"compiler": compiler_of(program), "instructions": counts_of(program)}
    if not found["instructions"]:
        print("no kernel was counted: valgrind saw none of the program's requests")
        return 1
    if "--record" in sys.argv[2:]:
        RECORD.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
        return 0
    recorded = json.loads(RECORD.read_text())
    if recorded["compiler"] != found["compiler"]:
        print(f"recorded with {recorded['compiler']}, built with {found['compiler']}: counts are not compared")
    lines = list(differences(recorded, found))
    print("\n".join([*lines, f"{len(found['instructions'])} kernels counted, {len(lines)} not as recorded"]))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
