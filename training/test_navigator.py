"""Tests of the navigator's training: python -m unittest training/test_navigator.py"""

from __future__ import annotations

import random
import sys
import unittest
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent))

from navigator import BLOCKS, FEATURES, Network, Transitions, list_of, network_of, train, transitions_of

STATES, ACTIONS = 4, 3


def tabular() -> tuple[list[list[tuple[float, int | None]]], list[list[bool]]]:
    """Reward and next state (None: the end) of each state and action, and which actions each state allows."""
    table = [
        [(0.1, 1), (0.0, 2), (0.3, None)],
        [(0.0, 3), (0.2, None), (0.9, None)],
        [(0.5, 3), (0.0, None), (0.1, 1)],
        [(0.2, None), (0.4, None), (5.0, None)],
    ]
    allowed = [[True, True, True], [True, True, False], [True, True, True], [True, True, False]]
    return table, allowed


def optimal(table, allowed) -> list[list[float]]:
    values = [[0.0] * ACTIONS for _ in range(STATES)]
    for _ in range(20):
        for state in range(STATES):
            for action in range(ACTIONS):
                reward, following = table[state][action]
                later = 0.0
                if following is not None:
                    later = max(values[following][a] for a in range(ACTIONS) if allowed[following][a])
                values[state][action] = reward + later
    return values


class NavigatorTest(unittest.TestCase):
    def test_converges_to_the_optimum_of_a_tabular_problem(self):
        torch.manual_seed(0)
        generator = random.Random(0)
        table, allowed = tabular()
        rows = []
        for _ in range(4000):
            state = generator.randrange(STATES)
            action = generator.choice([a for a in range(ACTIONS) if allowed[state][a]])
            rows.append((state, action, *table[state][action]))
        eye = torch.eye(STATES)
        following = [state if following is None else following for state, _, _, following in rows]
        data = Transitions(
            torch.stack([eye[row[0]] for row in rows]),
            torch.tensor([row[1] for row in rows]),
            torch.tensor([row[2] for row in rows]),
            torch.stack([eye[state] for state in following]),
            torch.tensor([allowed[state] for state in following]),
            torch.tensor([row[3] is None for row in rows]),
        )
        network = Network(STATES, ACTIONS, 16)
        train(network, data, steps=3000, caution=0, batch=64, rate=3e-3)
        values = network(eye)
        for state, row in enumerate(optimal(table, allowed)):
            for action, value in enumerate(row):
                if allowed[state][action]:
                    self.assertAlmostEqual(float(values[state, action]), value, delta=0.02, msg=f"{state}, {action}")

    def test_a_right_answer_pays_at_the_end_and_every_token_costs(self):
        step = {"state": [0.5] * FEATURES, "allowed": [True] * BLOCKS, "block": 0, "tokens": 10}
        last = {**step, "block": 4, "tokens": 20}
        data = transitions_of([{"correct": True, "steps": [step, last]}, {"correct": False, "steps": [last]}], 0.01)
        self.assertTrue(torch.allclose(data.reward, torch.tensor([-0.1, 0.8, -0.2])))
        self.assertEqual(data.done.tolist(), [False, True, True])
        data = transitions_of([{"correct": True, "steps": [step, step, last]}], 0.01, ahead=2)
        self.assertTrue(torch.allclose(data.reward, torch.tensor([-0.2, 0.7, 0.8])))
        self.assertEqual(data.done.tolist(), [False, True, True])

    def test_is_smaller_than_three_thousand_weights(self):
        self.assertLess(len(Network().weights()), 3000)

    def test_is_the_same_on_raw_states_and_when_read_again(self):
        torch.manual_seed(0)
        network = Network()
        states, mean, deviation = torch.rand(20, FEATURES), torch.rand(FEATURES), 0.1 + torch.rand(FEATURES)
        standardised = network((states - mean) / deviation)
        network.read_raw_states(mean, deviation)
        self.assertTrue(torch.allclose(network(states), standardised, atol=1e-4))
        again = network_of([float(x) for x in list_of(network.weights()).split(",")])
        self.assertTrue(torch.allclose(again(states.double()).float(), standardised, atol=1e-3))


if __name__ == "__main__":
    unittest.main()
