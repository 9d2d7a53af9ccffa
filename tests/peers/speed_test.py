"""bench/peers/speed.py on programs that only pretend: what they are asked, in which order, and what becomes of their answers."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom

PEERS = pathlib.Path(__file__).resolve().parents[2] / "bench" / "peers"
sys.path.insert(0, str(PEERS))

import plot  # noqa: E402
import programs  # noqa: E402
import speed  # noqa: E402

# Answers as the program of its name would, and notes that it was asked. `speed` is of the fake's engine.
FAKE = """#!{python}
import json, pathlib, sys
words, speed = sys.argv[1:], {speed}
speed += 8 if {fast!r} in words else 0
with open({log!r}, "a") as log:
    print({engine!r}, pathlib.Path(sys.argv[0]).name, *words, file=log)
def option(name):
    return words[words.index(name) + 1]
def batched():
    print("|  PP |  TG |  B | N_KV | T_PP s | S_PP t/s | T_TG s | S_TG t/s | T s | S t/s |", file={stream})
    for n in option("-npl").split(","):
        print(f"| {{option('-npp')}} | 8 | {{n}} | 40 | 0.1 | 9.5 | 0.2 | {{speed * int(n)}}.00 | 0.3 | 5.5 |", file={stream})
def llama_bench():
    rows = [(int(option("-p")), 0), (0, int(option("-n")))]
    print(json.dumps([dict(n_prompt=p, n_gen=g, avg_ts=speed, build_commit="abc", build_number=7) for p, g in rows if p or g]))
def reckon():
    if words[0] == "run":
        print(json.dumps(dict(prompt_tokens=list(range(2 * len(words[-1].split()) - 1)))))
        return
    tests = ["pp" + option("--prompt")]
    for behind in ["", *("@" + c for c in option("--context").split(","))]:
        tests += ["tg8" + behind, *("pl" + n + behind for n in option("--parallel").split(","))]
    rows = [dict(test=t, tok_s=dict(median=speed, min=speed, max=speed), roofline=0.5) for t in tests]
    for row in rows:
        if "@" in row["test"]:
            row["prompt_s"] = 1.5
    print(json.dumps(dict(model="m", machine=dict(processor="p", isa="i", read_gbps=1, f32_gflops=1, int8_gops=1), rows=rows)))
{body}()
"""


class Fakes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.log = self.folder / "log"
        (self.folder / "model.gguf").write_bytes(b"x")

    def fake(self, name, body, engine="reckon", speed=20, stream="sys.stdout", fast=None):
        path = self.folder / engine / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(FAKE.format(python=sys.executable, log=str(self.log), body=body, engine=engine, speed=speed,
                                    stream=stream, fast=fast))
        path.chmod(0o755)
        return str(path)

    def speed(self, *more):
        command = [sys.executable, str(PEERS / "speed.py"), "--reckon", self.fake("reckon", "reckon"), "--model",
                   str(self.folder / "model.gguf"), "--gen", "8", "--branches", "2,4", "--context", "64", "--json",
                   str(self.folder / "speed.json"), "--plot", str(self.folder / "img"), *more]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def peers(self, fast=None):
        """Of ik_llama.cpp, `fast` is an option that makes it faster."""
        return ["--llama-bench", self.fake("llama-bench", "llama_bench", "llama", 10), "--llama-batched-bench",
                self.fake("llama-batched-bench", "batched", "llama", 10), "--ik-llama-bench",
                self.fake("llama-bench", "llama_bench", "ik", 40, fast=fast), "--ik-batched-bench",
                self.fake("llama-batched-bench", "batched", "ik", 40, "sys.stderr", fast)]

    def test_takes_the_setting_of_the_best_median_and_not_the_luckiest_run(self):
        measured = speed.Measurements([])
        measured.tried = {"tg32": {"ik": [[10, 30], None, [28, 12], [11, 13]]}, programs.START: {"ik": [[3, 2], [1, 2], [3, 2]]}}
        self.assertEqual(measured.values("tg32", "ik"), [30, None, 12, 13])
        self.assertEqual(measured.values(programs.START, "ik"), [2, 2, 2])
        self.assertEqual(measured.values("tg32", "another"), [])

    def test_compares_within_alternating_rounds(self):
        ran = self.speed("--rounds", "2", *self.peers())

        self.assertEqual(ran.returncode, 0, ran.stderr)
        document = json.loads((self.folder / "speed.json").read_text())
        rows = {row["test"]: row for row in document["rows"]}
        self.assertEqual(rows["pp512"]["ratios"]["llama.cpp"]["rounds"], [2, 2])
        self.assertEqual(rows["tg8"]["ratios"]["ik_llama.cpp"]["median"], 0.5)
        self.assertEqual(rows["pl4"]["ratios"]["llama.cpp"]["median"], 0.5)  # 20 against 4 * 10
        self.assertEqual(rows["tg8@64"]["engines"]["ik_llama.cpp"]["median"], 40)
        self.assertEqual(rows["pl2@64"]["engines"]["llama.cpp"]["max"], 20)
        self.assertEqual(rows["pp512"]["of_limit"], 0.5)
        self.assertEqual(document["failures"], [])
        self.assertEqual(document["first_tokens"], 511)  # of the fake's texts, every word but the first has two
        self.assertEqual(document["engines"][1], {"name": "llama.cpp", "build_commit": "abc", "build_number": 7})
        order = [line.split()[0] for line in self.log.read_text().splitlines()][2:]  # two looked for the text
        turns = [engine for i, engine in enumerate(order) if i == 0 or engine != order[i - 1]]
        self.assertEqual(turns, ["reckon", "llama", "ik"] * 2)

    def test_asks_each_program_in_its_own_words(self):
        self.speed("--rounds", "1", *self.peers())

        asked = self.log.read_text()
        self.assertIn("llama llama-bench -m", asked)
        self.assertRegex(asked, r"llama llama-bench .*-fa 1 --no-warmup\n")
        self.assertRegex(asked, r"ik llama-bench .*-p 511 -n 0 -r 1 -o json -rtr 1 -w 0\n")
        self.assertRegex(asked, r"llama llama-batched-bench .*-pps -npp 16 -ntg 8 -npl 2,4 -fa on\n")
        self.assertRegex(asked, r"llama llama-batched-bench .*-npp 64 -ntg 8 -npl 1,2,4 -fa on -kvu\n")
        self.assertRegex(asked, r"ik llama-batched-bench .*-npp 64 -ntg 8 -npl 1,2,4 -rtr\n")
        self.assertNotRegex(asked, r"-npp 64 .*-fa off\n")  # long prompts: one setting

    def test_takes_a_packaged_build_for_a_peer_of_its_own(self):
        packaged = ["--packaged-llama-bench", self.fake("llama-bench", "llama_bench", "packaged", 5),
                    "--packaged-batched-bench", self.fake("llama-batched-bench", "batched", "packaged", 5)]

        ran = self.speed("--rounds", "1", *self.peers(), *packaged)

        self.assertEqual(ran.returncode, 0, ran.stderr)
        rows = {row["test"]: row for row in json.loads((self.folder / "speed.json").read_text())["rows"]}
        self.assertEqual(rows["pp512"]["ratios"]["packaged llama.cpp"]["median"], 4)
        self.assertEqual(rows["pl4"]["ratios"]["packaged llama.cpp"]["median"], 1)
        self.assertEqual(rows["pl4"]["ratios"]["llama.cpp"]["median"], 0.5)
        self.assertRegex(self.log.read_text(), r"packaged llama-batched-bench .*-npp 64 -ntg 8 -npl 1,2,4 -fa on -kvu\n")

    def test_takes_the_best_setting_of_each_test(self):
        self.speed("--rounds", "1", *self.peers(fast="-fa"))

        rows = {row["test"]: row for row in json.loads((self.folder / "speed.json").read_text())["rows"]}
        self.assertEqual(rows["tg8"]["engines"]["ik_llama.cpp"]["rounds"], [40 + 8])
        self.assertEqual(rows["pp512"]["engines"]["ik_llama.cpp"]["rounds"], [40 + 8])
        self.assertEqual(rows["pl4"]["engines"]["ik_llama.cpp"]["rounds"], [4 * (40 + 8)])
        self.assertEqual(rows["tg8@64"]["engines"]["ik_llama.cpp"]["rounds"], [40])
        self.assertEqual(rows["tg8"]["engines"]["llama.cpp"]["rounds"], [10])
        asked = self.log.read_text()
        for setting in (r"-rtr 1 -fa 0 -w 0", r"-rtr 0 -w 0", r"-npl 2,4", r"-npl 2,4 -rtr -fa off"):
            self.assertRegex(asked, rf"ik .*{setting}\n")

    def test_measures_seconds_and_memory_of_whole_processes(self):
        ran = self.speed("--rounds", "1", *self.peers())

        document = json.loads((self.folder / "speed.json").read_text())
        rows = {row["test"]: row for row in document["rows"]}
        for test, unit in (("start", "s"), ("first token", "s"), ("peak memory", "MiB")):
            self.assertEqual(rows[test]["unit"], unit)
            self.assertEqual(len(rows[test]["engines"]), 3)
            ours, theirs = rows[test]["engines"]["reckon"]["median"], rows[test]["engines"]["llama.cpp"]["median"]
            self.assertAlmostEqual(rows[test]["ratios"]["llama.cpp"]["median"], theirs / ours)
        self.assertGreater(rows["peak memory"]["engines"]["reckon"]["median"], 1)
        self.assertLess(rows["peak memory"]["engines"]["reckon"]["median"], 1000)
        self.assertIn("| peak memory, MiB |", ran.stdout)

    def test_adds_up_a_prompt_and_all_its_branches(self):
        self.speed("--rounds", "2", *self.peers())

        rows = {row["test"]: row for row in json.loads((self.folder / "speed.json").read_text())["rows"]}
        row = rows["best of 4@64"]
        self.assertEqual(row["unit"], "s")
        self.assertEqual(row["engines"]["reckon"]["rounds"], [1.5 + 4 * 8 / 20] * 2)  # the prompt, and what four drew
        self.assertEqual(row["engines"]["llama.cpp"]["median"], 0.3)  # as its program says: of both
        self.assertAlmostEqual(row["ratios"]["llama.cpp"]["median"], 0.3 / (1.5 + 4 * 8 / 20))

    def test_names_what_is_missing_or_fails_and_goes_on(self):
        broken = self.folder / "broken"
        broken.write_text("#!/bin/sh\necho 'error: unable to load model' >&2\nexit 3\n")
        broken.chmod(0o755)

        ran = self.speed("--rounds", "2", "--llama-bench", str(broken), "--ik-llama-bench", str(self.folder / "missing"),
                         "--ik-batched-bench", self.fake("llama-batched-bench", "batched", "ik", 40, "sys.stderr"))

        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("Not measured: llama.cpp, llama-bench: broken ended with 3: error: unable to load model", ran.stdout)
        self.assertIn("Not measured: llama.cpp, llama-batched-bench: its path was not given", ran.stdout)
        self.assertIn(f"Not measured: ik_llama.cpp, llama-bench: {self.folder}/missing: No such file or directory", ran.stdout)
        rows = {row["test"]: row for row in json.loads((self.folder / "speed.json").read_text())["rows"]}
        self.assertEqual(list(rows["pp512"]["engines"]), ["reckon"])
        self.assertEqual(len(rows["pl2"]["engines"]["ik_llama.cpp"]["rounds"]), 2)

    def test_leaves_out_what_is_not_asked_for(self):
        ran = self.speed("--rounds", "1", "--first", "0", "--branches", "", *self.peers())

        self.assertEqual(ran.returncode, 0, ran.stderr)
        rows = [row["test"] for row in json.loads((self.folder / "speed.json").read_text())["rows"]]
        self.assertEqual(rows, ["pp512", "tg8", "tg8@64"])
        self.assertIn("llama llama-batched-bench", self.log.read_text())  # for the context

    def test_refuses_lists_that_are_none(self):
        for option, value in (("--branches", "4,x"), ("--context", "0"), ("--rounds", "0")):
            ran = self.speed(option, value)
            self.assertEqual(ran.returncode, 2)
            self.assertIn(option, ran.stderr)

    def test_draws_valid_documents(self):
        self.speed("--rounds", "1", *self.peers())

        for name, ticks in (("speed-branches.svg", "124"), ("speed-context.svg", "")):
            text = (self.folder / "img" / name).read_text()
            xml.dom.minidom.parseString(text)
            for engine in ("reckon", "llama.cpp", "ik_llama.cpp"):
                self.assertIn(f">{engine}</text>", text)
            for tick in ticks:
                self.assertIn(f">{tick}</text>", text)

    def test_finds_relative_paths_and_leaves_nothing_behind(self):
        self.fake("reckon", "reckon")
        before = set(self.folder.iterdir())
        littering = self.folder / "littering"
        littering.write_text("#!/bin/sh\necho left > llama.log\necho '[]'\n")
        littering.chmod(0o755)

        ran = subprocess.run([sys.executable, str(PEERS / "speed.py"), "--reckon", "reckon/reckon", "--model", "model.gguf",
                              "--rounds", "1", "--context", "64", "--llama-bench", "./littering", "--first", "0"],
                             capture_output=True, text=True, check=False, cwd=self.folder)

        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertNotIn("Not measured: llama.cpp, llama-bench:", ran.stdout)
        self.assertEqual(set(self.folder.iterdir()) - before, {littering, self.log})

    def test_stops_a_program_that_takes_too_long(self):
        with self.assertRaisesRegex(programs.Failed, "sleep was stopped after 0.1 s"):
            programs.run(["sleep", "60"], 0.1)


class Plot(unittest.TestCase):
    def test_keeps_labels_apart_and_inside(self):
        places = sorted(plot.label_places([300, 301, 299, 430, 434]))

        for above, below in zip(places, places[1:]):
            self.assertGreaterEqual(below - above, plot.LABEL_HEIGHT)
        self.assertLessEqual(places[-1], plot.HEIGHT - plot.BOTTOM)

    def test_steps_are_round(self):
        for top in (0.7, 3, 37, 414, 2200, 98765):
            step = plot.round_step(top)
            self.assertLessEqual(top / step, 9)
            self.assertGreaterEqual(top / step, 2)


if __name__ == "__main__":
    unittest.main()
