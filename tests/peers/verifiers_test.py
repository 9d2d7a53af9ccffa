"""bench/evidence/imperfect_verifier.py: worths against all orders of a pool, and its number of paths against draws."""

import itertools
import pathlib
import random
import statistics
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench" / "evidence"))
from imperfect_verifier import clustering, rates, reckoned, worth  # noqa: E402


def first_accepted(order, most, mistake):
    for accepted, right in order[:most]:
        if accepted:
            return 1.0 if right else -mistake
    return 0.0


class ImperfectVerifier(unittest.TestCase):
    def test_worth_is_the_mean_over_all_orders(self):
        source = random.Random(1)
        for _ in range(20):
            pool = [(source.random() < 0.4, source.random() < 0.5) for _ in range(5)]
            for most in range(6):
                want = statistics.fmean(first_accepted(order, most, 0.7) for order in itertools.permutations(pool))
                self.assertAlmostEqual(worth(pool, most, 0.7), want)

    def test_the_number_reckoned_is_worth_most_in_draws(self):
        completeness, soundness, right, wrong, mistake = 0.8, 0.85, 1.0, 3.0, 1.0
        source = random.Random(2)
        pools = []
        for _ in range(4000):
            accuracy = source.betavariate(right, wrong)
            rights = [source.random() < accuracy for _ in range(40)]
            pools.append([(source.random() < (completeness if right else 1 - soundness), right) for right in rights])
        totals = [statistics.fmean(first_accepted(pool, most, mistake) for pool in pools) for most in range(41)]

        k = reckoned(completeness, soundness, right, wrong, mistake, 40)

        self.assertGreater(k, 1)
        self.assertLess(k, 20)
        self.assertGreater(totals[k], max(totals) - 0.004)
        self.assertLess(totals[40], totals[k] - 0.02)

    def test_rates_are_those_that_drew_the_pools(self):
        source = random.Random(3)
        pools = []
        for _ in range(3000):
            accuracy = source.betavariate(2.0, 5.0)
            rights = [source.random() < accuracy for _ in range(24)]
            pools.append([(source.random() < (0.9 if right else 0.2), right) for right in rights])
        completeness, soundness, right, wrong = rates(pools)
        self.assertAlmostEqual(completeness, 0.9, delta=0.01)
        self.assertAlmostEqual(soundness, 0.8, delta=0.01)
        self.assertAlmostEqual(right, 2.0, delta=0.2)
        self.assertAlmostEqual(wrong, 5.0, delta=0.5)
        self.assertAlmostEqual(clustering(pools), 1.0, delta=0.1)

    def test_mistakes_on_few_problems_vary_more_than_by_chance(self):
        pools = [[(problem % 10 == 0, False)] * 20 for problem in range(100)]
        self.assertAlmostEqual(clustering(pools), 20.0)


if __name__ == "__main__":
    unittest.main()
