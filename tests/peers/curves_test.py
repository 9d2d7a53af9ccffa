"""Curves of docs/strategies: which runs they are drawn from, what stands beside them, and the drawing."""

import contextlib
import pathlib
import sqlite3
import sys
import tempfile
import unittest
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "evidence"))
from drawing import HEIGHT, LABEL_HEIGHT, LONGEST_NAME, Axis, Series, label_places, svg  # noqa: E402
from strategy_curves import FIRST, PROBLEMS, point_of, store_of, tables, vote_at, wilson  # noqa: E402
from strategy_table import GREEDY, ORACLE, PAGES, VOTE  # noqa: E402


def solved(tokens, *rights):
    return {problem: (right, tokens) for problem, right in enumerate(rights)}


def write_store(path, runs):
    """As `reckon eval --store` does, as far as it is read; runs: [(label, right problems, tokens)]"""
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE runs(run INTEGER PRIMARY KEY, label TEXT)")
        database.execute("CREATE TABLE results(run, problem, correct, prompt_tokens, cached_tokens, generated_tokens, "
                         "drafted_tokens, verified_tokens)")
        for run, (label, right, tokens) in enumerate(runs):
            database.execute("INSERT INTO runs VALUES (?, ?)", (run, label))
            rows = [(run, FIRST + i, i < right, 10, 0, tokens - 10, 0, 0) for i in range(PROBLEMS)]
            database.executemany("INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


class Curves(unittest.TestCase):
    def test_every_page_has_a_row_of_four_sizes_or_more(self):
        self.assertEqual(sorted(PAGES), sorted(path.stem for path in (ROOT / "docs" / "strategies").glob("*.md")))
        for name, page in PAGES.items():
            own = page.lines[0]
            self.assertGreaterEqual(len(set(own.strategies)), 4, name)
            self.assertTrue(all(strategy.startswith(name) for strategy in own.strategies), name)
            for one in (VOTE, GREEDY, *page.lines):
                self.assertLessEqual(len(one.name), LONGEST_NAME, f"{name}, {one.name}: would not fit beside the drawing")

    def test_runs_that_other_verifiers_judge_lie_in_other_stores(self):
        folder = pathlib.Path("out")

        self.assertEqual(store_of(folder, "countdown:level=3", VOTE), folder / "countdown-level-3-checker.sqlite")
        self.assertEqual(store_of(folder, "countdown:level=3", VOTE), store_of(folder, "countdown:level=3", ORACLE))
        best = PAGES["best_of_n"].lines[0]
        self.assertEqual(store_of(folder, "countdown:level=3", best), folder / "countdown-level-3-prm.sqlite")

    def test_votes_are_mixed_to_the_same_tokens(self):
        votes = [solved(100, 0, 1, 0, 0), solved(200, 0, 1, 1, 0), solved(400, 1, 1, 1, 0)]

        self.assertIsNone(vote_at(votes, 99))
        self.assertEqual(vote_at(votes, 100), [0, 1, 0, 0])
        self.assertEqual(vote_at(votes, 150), [0, 1, 0.5, 0])
        self.assertEqual(vote_at(votes, 250), [0.25, 1, 1, 0])
        self.assertEqual(vote_at(votes, 1000), [1, 1, 1, 0])

    def test_tables_are_of_the_last_program_that_ran(self):
        with tempfile.TemporaryDirectory() as name:
            out, task, beams = pathlib.Path(name), PAGES["beam"].task, PAGES["beam"].lines[0]
            write_store(store_of(out, task, VOTE), [(strategy, 30, 100 * (i + 1)) for i, strategy in enumerate(VOTE.strategies)])
            runs = [(f"{strategy}, verifier prm", 50, 150 * (i + 1)) for i, strategy in enumerate(beams.strategies)]
            write_store(store_of(out, task, beams), [("beam:n=2, verifier prm", 0, 9), *runs])

            table, together = tables("beam", out)

        rows = table.splitlines()[2:]
        self.assertRegex(rows[0], r"^\| `beam:n=2`, prm \| 150 \| 50 \(40 … 60\) \| 30.0 \| \+20.0 \(\+1\d.0 … \+2\d.0\) \|$")
        self.assertEqual(len(rows), len(beams.strategies))
        self.assertTrue(together.endswith(rows[-1]) and "(img/strategies/beam.svg)" in together, together)

    def test_intervals_are_wilsons(self):
        low, high = wilson(40, 100)

        self.assertAlmostEqual(low, 0.3094, places=4)  # what `reckon eval` prints of 40 of 100: 30.9 … 49.8
        self.assertAlmostEqual(high, 0.4980, places=4)
        self.assertEqual(point_of(solved(7, 0, 0)).low, 0)

    def test_labels_of_series_that_end_together_do_not_touch(self):
        places = sorted(label_places([300.0, 301.0, 299.0, HEIGHT, HEIGHT]))

        self.assertTrue(all(after - before >= LABEL_HEIGHT for before, after in zip(places, places[1:])), places)

    def test_the_drawing_is_xml_with_every_name(self):
        points = [(100, 20, (10, 30)), (1000, 50, (40, 60))]
        across, up = Axis("tokens", log=True), Axis("right, %", low=0)

        drawn = svg("a & b", "c < d", across, up, [Series("own", points), Series("vote", points[:1], reference=True)])

        words = [element.text for element in xml.etree.ElementTree.fromstring(drawn).iter() if element.tag.endswith("text")]
        for word in ("a & b", "c < d", "own", "vote", "tokens", "right, %", "0", "60", "100", "1000"):
            self.assertIn(word, words)


if __name__ == "__main__":
    unittest.main()
