"""bench/peers/packages.py on programs that only pretend: alternation, ratios within rounds, a peer that cannot be loaded."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PACKAGES = pathlib.Path(__file__).resolve().parents[2] / "bench" / "peers" / "packages.py"

# Each says in the log that it was asked, and is faster from round to round.
RECKON = """#!{python}
import json
with open({log!r}, "a+") as log:
    print("reckon", file=log)
    log.seek(0)
    count = log.read().count("reckon")
print(json.dumps(dict(rows=[dict(test=t, tok_s=dict(median=r * count)) for t, r in [("pp512", 100.0), ("tg32", 30.0)]])))
"""
PEER = """#!{python}
import json, sys
print(json.dumps(dict(load=1.5)), flush=True)
for count, _ in enumerate(sys.stdin, 1):
    with open({log!r}, "a") as log:
        print("peer", file=log)
    print(json.dumps(dict(pp512=50.0 * count, tg32=10.0)), flush=True)
"""
GARBLED = """#!{python}
import json, sys
print(json.dumps(dict(load=1.5)), flush=True)
sys.stdin.readline()
print("Warning: no such thing", flush=True)
sys.stdin.read()
"""
DYING = """#!{python}
import json, sys
print(json.dumps(dict(load=1.5)), flush=True)
sys.exit(5)
"""
BROKEN = """#!{python}
import sys
sys.exit("no such package")
"""


class Packages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.log = self.folder / "log"

    def program(self, name, text):
        path = self.folder / name
        path.write_text(text.format(python=sys.executable, log=str(self.log)))
        path.chmod(0o755)
        return str(path)

    def ran(self, *more):
        command = [sys.executable, str(PACKAGES), "--reckon", self.program("reckon", RECKON), "--model", "m.gguf", *more]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def test_alternates_and_takes_ratios_within_rounds(self):
        told = self.ran("--openvino", self.program("peer", PEER), "--json", str(self.folder / "kept.json"))
        lines = [row.split("|") for row in told.splitlines() if "|" in row]
        rows = {line[1].strip(): [cell.strip() for cell in line[2:-1]] for line in lines}

        self.assertEqual(self.log.read_text().split(), ["reckon", "peer"] * 3)
        self.assertEqual(rows["pp512"], ["200.0 (100.0 … 300.0)", "100.0 (50.0 … 150.0)", "2.00 (2.00 … 2.00)"])
        self.assertEqual(rows["tg32"][2], "6.00 (3.00 … 9.00)")
        self.assertIn("openvino: loaded in 1.5 s", told)
        self.assertEqual(len(json.loads((self.folder / "kept.json").read_text())["openvino"]["rounds"]), 3)

    def test_names_a_peer_that_cannot_be_loaded_and_goes_on(self):
        told = self.ran("--openvino", self.program("peer", PEER), "--vllm", self.program("broken", BROKEN), "--folder", "hf")

        self.assertIn("vllm: it ended with 1", told)
        self.assertIn("| pp512 | 200.0", told)

    def test_names_a_peer_that_fails_in_a_round_and_goes_on(self):
        told = self.ran("--openvino", self.program("garbled", GARBLED), "--vllm", self.program("dying", DYING), "--folder", "hf")

        self.assertIn("openvino: it printed 'Warning: no such thing' instead of JSON", told)
        self.assertIn("vllm: it ended with 5", told)
        self.assertIn("| pp512 | 200.0", told)

    def test_says_in_one_line_that_reckon_printed_something_else(self):
        other = self.program("other", "#!/bin/sh\necho hello\n")
        ran = subprocess.run([sys.executable, str(PACKAGES), "--reckon", other, "--model", "m.gguf"], capture_output=True,
                             text=True, check=False)

        self.assertEqual(ran.returncode, 1)
        self.assertRegex(ran.stderr, r"^\S+other bench --json printed something else than its document\n$")

    def test_refuses_vllm_without_a_folder(self):
        with self.assertRaises(subprocess.CalledProcessError) as failure:
            self.ran("--vllm", "python3")
        self.assertIn("--vllm needs --folder", failure.exception.stderr)


if __name__ == "__main__":
    unittest.main()
