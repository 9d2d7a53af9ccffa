"""What the scripts of bench/peers say of arguments and files that cannot be: one line, before anything is measured."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PEERS = pathlib.Path(__file__).resolve().parents[2] / "bench" / "peers"
FOUND = {"median": 3.0, "min": 2, "max": 4}
DOCUMENT = {"model": "m.gguf", "threads": 2, "rounds": 1, "machine": None, "engines": [{"name": "reckon"}],
            "rows": [{"test": "pl8", "unit": "tokens/s", "engines": {"reckon": FOUND}, "ratios": {}}]}


class Arguments(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.model = self.file("model.gguf", "x")
        self.asked = self.folder / "asked"
        self.program = self.file("program", f"#!/bin/sh\necho asked >> '{self.asked}'\nexit 9\n")
        pathlib.Path(self.program).chmod(0o755)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def refuses(self, said, script, *words):
        before = sorted(self.folder.rglob("*"))
        ran = subprocess.run([sys.executable, str(PEERS / script), *words], capture_output=True, text=True, check=False)

        self.assertEqual(ran.returncode, 2, ran.stderr)
        self.assertEqual(ran.stderr.count("\n"), 1, ran.stderr)
        self.assertIn(said, ran.stderr)
        self.assertFalse(self.asked.exists(), "a program was run before the refusal")
        self.assertEqual(sorted(self.folder.rglob("*")), before)

    def speed(self, said, *words):
        self.refuses(said, "speed.py", "--reckon", self.program, "--model", self.model, *words)

    def packages(self, said, *words):
        self.refuses(said, "packages.py", "--reckon", self.program, "--model", self.model, *words)

    def proxies(self, said, *words, problems='{"question": "1 + 1?"}\n' * 3):
        self.refuses(said, "proxies.py", "--reckon", self.program, "--llama-server", self.program, "--model", self.model,
                     "--problems", self.file("problems.jsonl", problems), "--peers", *words)

    def plot(self, said, text):
        self.refuses(said, "plot.py", self.file("speed.json", text), str(self.folder / "img"))

    def test_speed_looks_at_its_results_places_first(self):
        self.speed("--json: '/nowhere/a.json' cannot be written: there is no folder '/nowhere'; make it first", "--json",
                   "/nowhere/a.json")
        self.speed(f"'{self.folder}' is a folder; give the name of a file", "--json", str(self.folder))
        self.speed("--plot: '/nowhere/img' cannot be written: there is no folder '/nowhere'", "--plot", "/nowhere/img")
        self.speed("is no folder", "--plot", self.model)

    def test_speed_looks_at_its_numbers_and_its_model_first(self):
        self.speed("--timeout: '-1' is no number of seconds above 0", "--timeout=-1")
        self.speed("--timeout: 'nan' is no number of seconds above 0", "--timeout=nan")
        self.speed("--first: '-3' is no number, 0 or above", "--first=-3")
        self.speed("--first: the prompt is one argument of the program, which holds 60000 tokens at most", "--first=999999")
        self.refuses("--model: '/nowhere/m.gguf': there is no such file", "speed.py", "--reckon", self.program, "--model",
                     "/nowhere/m.gguf")

    def test_packages_looks_at_its_arguments_first(self):
        self.packages("--json: '/nowhere/a.json' cannot be written", "--json", "/nowhere/a.json")
        self.packages("--log: '/nowhere/log' cannot be written: there is no folder '/nowhere'", "--log", "/nowhere/log")
        self.packages("--rounds: '0' is no number above 0", "--rounds", "0")
        self.packages("--branches: '8,x' is no list of numbers", "--branches", "8,x")
        self.refuses("'/nowhere/reckon' is no program", "packages.py", "--reckon", "/nowhere/reckon", "--model", self.model)

    def test_proxies_looks_at_its_arguments_first(self):
        self.proxies("--json: '/nowhere/a.json' cannot be written", "--json", "/nowhere/a.json")
        self.proxies("--before: '/nowhere/text': there is no such file", "--before", "/nowhere/text")
        self.proxies("--rounds: '-1' is no number above 0", "--rounds=-1")
        self.proxies("problems.jsonl holds 3 problems; --rounds 3 behind --offset 1 asks for others", "--offset", "1")
        self.proxies("problems.jsonl:2 is no JSON object with a text 'question'", problems='{"question": "a"}\n{}\n{}\n')
        self.proxies("kept.json: is no JSON document", "--json", self.file("kept.json", "{"))
        self.proxies("kept.json: holds no rounds of reckon", "--json", self.file("kept.json", '{"rounds": [{}]}'))
        self.refuses("'/nowhere/server' is no program", "proxies.py", "--llama-server", "/nowhere/server")

    def test_plot_says_what_is_wrong_with_its_document(self):
        def changed(**parts):
            return json.dumps({**DOCUMENT, **parts})

        self.plot("speed.json: is no JSON document", "")
        self.plot("speed.json: is no JSON document", '{"rows": ')
        self.plot("speed.json: the document is no object; give what speed.py --json wrote", "[]")
        self.plot("the document has no 'model'", "{}")
        self.plot("the document.rows is no list", changed(rows={}))
        self.plot("the document.rows[0] has no 'engines'", changed(rows=[{"test": "pl8"}]))
        self.plot("the document.rows[0].engines.reckon has no 'max'",
                  changed(rows=[{"test": "pl8", "engines": {"reckon": {"median": 1, "min": 1}}}]))
        self.plot("the document.engines[0].name is int", changed(engines=[{"name": 7}]))
        self.refuses("/nowhere.json: No such file or directory; give what speed.py --json wrote", "plot.py", "/nowhere.json",
                     str(self.folder))
        self.refuses("there is no folder '/nowhere'", "plot.py", self.file("good.json", changed()), "/nowhere/img")

    def test_plot_says_that_there_is_nothing_to_draw(self):
        folder = self.folder / "img"
        folder.mkdir()
        document = json.dumps({**DOCUMENT, "rows": [{"test": "pp512", "engines": {"reckon": FOUND}}]})
        self.plot("holds neither branches nor contexts", document)

    def test_plot_draws_what_is_right(self):
        words = [self.file("speed.json", json.dumps(DOCUMENT)), str(self.folder / "img")]
        ran = subprocess.run([sys.executable, str(PEERS / "plot.py"), *words], capture_output=True, text=True, check=False)

        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertEqual([path.name for path in (self.folder / "img").iterdir()], ["speed-branches.svg"])


if __name__ == "__main__":
    unittest.main()
