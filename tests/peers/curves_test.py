"""Curves of docs/strategies: which runs they are drawn from, what stands beside them, and the drawing."""

import pathlib
import sys
import unittest
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "evidence"))
from curve_plot import HEIGHT, LABEL_HEIGHT, LONGEST_NAME, Point, Series, label_places, svg  # noqa: E402
from strategy_curves import point_of, store_of, vote_at, wilson  # noqa: E402
from strategy_table import GREEDY, ORACLE, PAGES, VOTE  # noqa: E402


def solved(tokens, *rights):
    return {problem: (right, tokens) for problem, right in enumerate(rights)}


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

    def test_intervals_are_wilsons(self):
        low, high = wilson(40, 100)

        self.assertAlmostEqual(low, 0.3094, places=4)  # what `reckon eval` prints of 40 of 100: 30.9 … 49.8
        self.assertAlmostEqual(high, 0.4980, places=4)
        self.assertEqual(point_of(solved(7, 0, 0)).low, 0)

    def test_labels_of_series_that_end_together_do_not_touch(self):
        places = sorted(label_places([300.0, 301.0, 299.0, HEIGHT, HEIGHT]))

        self.assertTrue(all(after - before >= LABEL_HEIGHT for before, after in zip(places, places[1:])), places)

    def test_the_drawing_is_xml_with_every_name(self):
        points = [Point(100, 0.2, 0.1, 0.3), Point(1000, 0.5, 0.4, 0.6)]

        drawn = svg("a & b", "c < d", [Series("own", points), Series("vote", points[:1], reference=True)])

        words = [element.text for element in xml.etree.ElementTree.fromstring(drawn).iter() if element.tag.endswith("text")]
        for word in ("a & b", "c < d", "own", "vote", "0 %", "60 %", "100", "1000"):
            self.assertIn(word, words)


if __name__ == "__main__":
    unittest.main()
