"""bench/evidence/curves.py: what it makes of pools of paths, against all choices of k of them."""

import itertools
import pathlib
import random
import statistics
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench" / "evidence"))
from curves import Path, best, coverage, value_of, vote  # noqa: E402


def random_pool(source, count):
    return [Path(source.choice(["1+2", "3", "4", None]), source.choice([0.1, 0.5, 0.9]), source.random() < 0.4, 10)
            for _ in range(count)]


def over_all_choices(paths, k, value):
    return statistics.fmean(value(some) for some in itertools.combinations(paths, k))


def best_of(paths):
    """The best scores share the place."""
    top = max(path.score for path in paths)
    return statistics.fmean(path.right for path in paths if path.score == top)


class Laws(unittest.TestCase):
    def test_coverage_is_the_chance_that_one_of_k_is_right(self):
        source = random.Random(1)
        for k in (1, 2, 5, 7):
            pool = random_pool(source, 7)
            self.assertAlmostEqual(coverage(pool, k), over_all_choices(pool, k, lambda some: any(p.right for p in some)))

    def test_best_shares_ties_over_the_whole_pool(self):
        distinct = [Path("3", score, right, 1) for score, right in ((0.1, True), (0.4, False), (0.6, True), (0.9, False))]
        for k in (1, 2, 3, 4):
            self.assertAlmostEqual(best(distinct, k), over_all_choices(distinct, k, best_of))
        tied = [Path("3", 0.5, right, 1) for right in (True, False, False, True)]
        for k in (1, 3):
            self.assertAlmostEqual(best(tied, k), 0.5)

    def test_votes_group_answers_of_the_same_value(self):
        pool = [Path("1+2", 0.2, True, 1), Path("3", 0.2, True, 1), Path("4", 0.9, False, 1), Path(None, 1.0, False, 1)]
        self.assertEqual(value_of("1+2"), value_of("3"))
        self.assertEqual(vote(pool, 4, False, random.Random(1)), 1)  # two for 3, one for 4
        self.assertEqual(vote(pool, 4, True, random.Random(1)), 0)  # 0.4 for 3, 0.9 for 4

    def test_answers_that_are_no_sums_are_words(self):
        for answer in (None, "x+1", "9**9**9", "1/0", "(", "__import__('os')"):
            self.assertEqual(value_of(answer), answer)


if __name__ == "__main__":
    unittest.main()
