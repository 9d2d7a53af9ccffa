"""Trains the navigator, the network behind the strategy of that name, from episodes with blocks chosen at random.

    reckon_navigate models/reckon-policy.gguf countdown 3000 > countdown.jsonl        (and other tasks)
    python training/navigator.py countdown.jsonl … --out weights.csv

Double deep Q-learning with a dueling network, off policy: the episodes are all there is, nothing is drawn while training. The
reward is 1 for a right answer at the end, less a price for every token, so that it is worth nothing to go on for ever.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

FEATURES, BLOCKS, WIDTH = 7, 5, 40
NAMES = ("reason", "debate", "refine", "restart", "terminate")
MOST = 1.0  # value of any state: a right answer
REFERENCES = 50  # states whose values another implementation is compared with

SOURCE = """// Learned by training/navigator.py, in the order of network.h:
// {what}.
#include "search/navigation/network.h"

namespace reckon {{

std::string_view bundled_navigator_weights() {{
  return R"({numbers})";
}}

}}  // namespace reckon
"""


class Network(nn.Module):
    """Q(s, a) = V(s) + A(s, a) - mean of A(s, .): src/search/navigation/network.h says the same."""

    def __init__(self, features: int = FEATURES, blocks: int = BLOCKS, width: int = WIDTH):
        super().__init__()
        self.first = nn.Linear(features, width)
        self.second = nn.Linear(width, width)
        self.value = nn.Linear(width, 1)
        self.advantage = nn.Linear(width, blocks)

    def forward(self, state: Tensor) -> Tensor:
        hidden = torch.relu(self.second(torch.relu(self.first(state))))
        advantage = self.advantage(hidden)
        return self.value(hidden) + advantage - advantage.mean(-1, keepdim=True)

    def parts(self) -> list[nn.Parameter]:
        """In the order of a list of weights: of each layer the matrix, which is written row by row, then the biases."""
        layers = (self.first, self.second, self.value, self.advantage)
        return [part for layer in layers for part in (layer.weight, layer.bias)]

    def weights(self) -> list[float]:
        return [float(x) for part in self.parts() for x in part.detach().flatten()]

    @torch.no_grad()
    def read_raw_states(self, mean: Tensor, deviation: Tensor) -> None:
        """Of a network of standardised states, the same of states as they are."""
        self.first.weight /= deviation
        self.first.bias -= self.first.weight @ mean


def network_of(weights: list[float]) -> Network:
    """In double precision, as the strategy computes it."""
    network = Network().double()
    numbers = torch.tensor(weights, dtype=torch.float64)
    with torch.no_grad():
        for part, piece in zip(network.parts(), numbers.split([part.numel() for part in network.parts()])):
            part.copy_(piece.reshape(part.shape))
    return network


@dataclass
class Transitions:
    """One row for each block taken. `done` rows have no next state: what is there does not count."""

    state: Tensor  # [rows, features]
    block: Tensor  # [rows], int64
    reward: Tensor  # [rows]
    next_state: Tensor  # [rows, features]
    next_allowed: Tensor  # [rows, blocks], bool
    done: Tensor  # [rows], bool


def transitions_of(episodes: list[dict], token_price: float, ahead: int = 1) -> Transitions:
    """What the next `ahead` blocks of the episode earned together, and where they led."""
    states, blocks, rewards, next_states, masks, done = [], [], [], [], [], []
    for episode in episodes:
        steps = episode["steps"]
        for i, step in enumerate(steps):
            ended = i + ahead >= len(steps)
            following = steps[-1] if ended else steps[i + ahead]
            price = token_price * sum(later["tokens"] for later in steps[i : i + ahead])
            states.append(step["state"])
            blocks.append(step["block"])
            rewards.append((1.0 if ended and episode["correct"] else 0.0) - price)
            next_states.append(following["state"])
            masks.append(following["allowed"])
            done.append(ended)
    return Transitions(
        torch.tensor(states, dtype=torch.float32),
        torch.tensor(blocks),
        torch.tensor(rewards, dtype=torch.float32),
        torch.tensor(next_states, dtype=torch.float32),
        torch.tensor(masks, dtype=torch.bool),
        torch.tensor(done),
    )


def train(network: Network, data: Transitions, steps: int, caution: float, batch: int = 512, rate: float = 1e-3) -> None:
    """Double DQN: the network picks the next block, its slowly moving average says what that is worth.

    The data are fixed: a block that was hardly ever taken somewhere would be worth ever more there, each time it is the
    maximum. So nothing is worth more than a right answer, and what was not taken is held down (conservative Q-learning, Kumar
    et al. 2020, arXiv:2006.04779).
    """
    target = type(network)(network.first.in_features, network.advantage.out_features, network.first.out_features)
    target.load_state_dict(network.state_dict())
    optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.02, total_iters=steps)
    for _ in range(steps):
        rows = torch.randint(len(data.block), (batch,))
        with torch.no_grad():
            preferred = network(data.next_state[rows]).masked_fill(~data.next_allowed[rows], -torch.inf).argmax(-1)
            later = target(data.next_state[rows]).gather(-1, preferred[:, None])[:, 0]
            wanted = data.reward[rows] + torch.where(data.done[rows], torch.zeros_like(later), later.clamp(max=MOST))
        values = network(data.state[rows])
        known = values.gather(-1, data.block[rows][:, None])[:, 0]
        unseen = values.logsumexp(-1) - known  # how much better than what was taken the rest looks
        loss = nn.functional.mse_loss(known, wanted) + caution * unseen.mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            for slow, fast in zip(target.parameters(), network.parameters()):
                slow.lerp_(fast, 0.01)


def trained(data: Transitions, steps: int, caution: float) -> Network:
    """On standardised states: likelihoods per token differ in the second digit."""
    mean, deviation = data.state.mean(0), data.state.std(0).clamp_min(0.01)
    standardised = replace(data, state=(data.state - mean) / deviation, next_state=(data.next_state - mean) / deviation)
    network = Network()
    train(network, standardised, steps, caution)
    network.read_raw_states(mean, deviation)
    return network


def read_episodes(files: list[str]) -> list[dict]:
    return [json.loads(line) for file in files for line in Path(file).read_text(encoding="utf-8").splitlines()]


def list_of(weights: list[float]) -> str:
    rows = [",".join(f"{x:.5g}" for x in weights[begin : begin + 12]) for begin in range(0, len(weights), 12)]
    return ",\n".join(rows)


def write_reference(file: str, network: Network, states: Tensor) -> None:
    """Lines of a state and its values."""
    rows = torch.randperm(len(states))[:REFERENCES]
    chosen = states[rows].double()
    with torch.no_grad():
        values = network(chosen)
    lines = [" ".join(f"{float(x):.12g}" for x in [*state, *row]) for state, row in zip(chosen, values)]
    Path(file).write_text("\n".join(lines) + "\n", encoding="utf-8")


def report(episodes: list[dict], data: Transitions, network: Network) -> None:
    right = sum(episode["correct"] for episode in episodes) / len(episodes)
    print(f"{len(episodes)} episodes of {len(data.block)} blocks, {right:.3f} right")
    print("deviation of each feature:", *(f"{float(x):.3f}" for x in data.state.std(0)))
    with torch.no_grad():
        values = network(data.state.double())
    preferred = values.argmax(-1).bincount(minlength=BLOCKS) / len(values)
    print("mean value:", *(f"{name} {float(x):.3f}" for name, x in zip(NAMES, values.mean(0))))
    print("preferred, where all are allowed:", *(f"{name} {float(x):.3f}" for name, x in zip(NAMES, preferred)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("episodes", nargs="+")
    parser.add_argument("--out", required=True, help="the list of weights; a name ending in .cpp makes it the engine's source")
    parser.add_argument("--reference", help="states and values to compare another implementation with")
    parser.add_argument("--token-price", type=float, default=0.0002)
    parser.add_argument("--ahead", type=int, default=1, help="blocks whose rewards count as they came, before values do")
    parser.add_argument("--caution", type=float, default=0.05, help="weight of holding down what was not taken")
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    episodes = read_episodes(options.episodes)
    data = transitions_of(episodes, options.token_price, options.ahead)
    numbers = list_of(trained(data, options.steps, options.caution).weights())
    network = network_of([float(x) for x in numbers.split(",")])  # what can be read is what counts
    report(episodes, data, network)
    settings = ("token_price", "ahead", "caution", "steps", "seed")
    what = f"{len(episodes)} episodes; " + ", ".join(f"{name} {getattr(options, name):g}" for name in settings)
    text = SOURCE.format(what=what, numbers=numbers) if options.out.endswith(".cpp") else numbers + "\n"
    Path(options.out).write_text(text, encoding="utf-8")
    if options.reference:
        write_reference(options.reference, network, data.state)


if __name__ == "__main__":
    main()
