"""bench/search.py on a program that only pretends: what it is asked, in which order, and what its receipts become."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

SEARCH = pathlib.Path(__file__).resolve().parents[2] / "bench" / "search.py"

# A token of beam search takes 1.25 times as long as one of best_of_n; with a reward model, which reads as much, twice.
FAKE = """#!{python}
import json, sys
words = sys.argv[1:]
with open({log!r}, "a") as log:
    print(*words, file=log)
def receipt():
    strategy, verifier = words[words.index("--strategy") + 1], words[words.index("--verifier") + 1]
    each = 2 if verifier == "prm" else 1.25 if strategy.startswith("beam") else 1
    drawn = 90 if strategy.startswith("beam") else 100
    read = drawn if verifier == "prm" else 0
    tokens = dict(prompt=6, cached=4, generated=drawn, verified=read)
    return dict(tokens=tokens, seconds=drawn * each / 1000, peak_kv_bytes=8 * 55)
print(json.dumps(dict(cost=dict(kv_bytes_per_token=8.0)) if words[0] == "inspect" else dict(receipt=receipt())))
"""


class Search(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.log = self.folder / "log"
        self.reckon = self.folder / "reckon"
        self.reckon.write_text(FAKE.format(python=sys.executable, log=str(self.log)))
        self.reckon.chmod(0o755)

    def ran(self, *more):
        command = [sys.executable, str(SEARCH), "--reckon", str(self.reckon), "--rounds", "3", "--problems", "2", *more]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def test_compares_at_equal_tokens(self):
        rows = {row.split("|")[1].strip(): [cell.strip() for cell in row.split("|")[2:-1]] for row in self.ran().splitlines()[2:]}

        self.assertEqual(rows["best-of"][0], "200 (200 … 200)")
        self.assertEqual(rows["best-of"][1], "1000 (1000 … 1000)")
        self.assertEqual(rows["best-of"][3], "0.500 (0.500 … 0.500)")
        self.assertEqual(rows["best-of"][4:], ["1", "1", "1"])
        self.assertEqual(rows["beam"][4:], ["1.25 (1.25 … 1.25)", "0.80 (0.80 … 0.80)", "0.80 (0.80 … 0.80)"])
        self.assertEqual(rows["guided"][4:], ["2.00 (2.00 … 2.00)", "0.50 (0.50 … 0.50)", "1.00 (1.00 … 1.00)"])

    def test_asks_the_same_problems_in_an_order_that_turns(self):
        self.ran("--sampling", "max_tokens=9", "--paths", "16", "--more", "page-slots=4", "--model", "m.gguf")
        lines = self.log.read_text().splitlines()

        self.assertEqual(lines[0], "inspect --json m.gguf")
        asked = lines[4:]  # behind one of each that does not count
        self.assertEqual(len(asked), 3 * 3 * 2)
        firsts = [line.split("--strategy ")[1].split()[0] for line in asked[::6]]
        self.assertEqual(firsts, ["best_of_n:n=16,max_tokens=9"] + ["beam:n=16,step=newline,max_tokens=9"] * 2)
        self.assertEqual([line.split()[7] for line in asked[:4]], ["0", "1", "0", "1"])
        self.assertTrue(all("--page-slots=4" in line and "--model m.gguf" in line for line in asked))

    def test_keeps_every_receipt(self):
        file = self.folder / "out.json"
        self.ran("--json", str(file))

        kept = json.loads(file.read_text())
        self.assertEqual(len(kept["receipts"]), 3)
        self.assertEqual(kept["receipts"][0]["guided"][1]["tokens"]["verified"], 90)


if __name__ == "__main__":
    unittest.main()
