"""Figures for scores against truth: AUROC, calibration error, first-error score (specs card S9)."""

from __future__ import annotations

import numpy as np


def auroc(scores: np.ndarray, labels: np.ndarray) -> float:
    """Chance that a positive scores above a negative, ties counted half; nan where one kind is missing."""
    positives = int(labels.sum())
    negatives = len(labels) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]  # from 1, means over ties
    return float((ranks[labels > 0].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def grouped_auroc(groups: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Mean AUROC of the groups that have both kinds: 1/2 where scores tell groups apart and nothing else."""
    found = [auroc(scores, labels) for scores, labels in groups]
    found = [value for value in found if not np.isnan(value)]
    return float(np.mean(found)) if found else float("nan")


def equal_mass_bins(scores: np.ndarray, labels: np.ndarray, bins: int) -> list[tuple[float, float, int]]:
    """Mean score, share of positives and count of each bin, from low to high."""
    order = np.argsort(scores, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return [(float(scores[part].mean()), float(labels[part].mean()), len(part)) for part in parts]


def calibration_error(scores: np.ndarray, labels: np.ndarray, bins: int = 15) -> float:
    """ECE: mean distance between score and share of positives over bins of equal mass."""
    found = equal_mass_bins(scores, labels, bins)
    return sum(abs(score - share) * count for score, share, count in found) / max(1, len(scores))


def first_error(scores: np.ndarray, threshold: float) -> int:
    """The first line that scores below the threshold; -1 for none."""
    below = np.flatnonzero(scores < threshold)
    return int(below[0]) if len(below) else -1


def first_error_score(paths: list[tuple[np.ndarray, np.ndarray]], threshold: float) -> dict:
    """Harmonic mean of naming exactly the first wrong line of wrong paths, and of finding none in right ones.

    A path is (scores, labels) of its lines; it is wrong when one of its labels is 0.
    """
    hits: dict = {True: [], False: []}
    for scores, labels in paths:
        wrong = np.flatnonzero(labels < 1)
        truth = int(wrong[0]) if len(wrong) else -1
        hits[truth >= 0].append(first_error(scores, threshold) == truth)
    named, cleared = (float(np.mean(hits[kind])) if hits[kind] else float("nan") for kind in (True, False))
    total = named + cleared
    return {"named": named, "cleared": cleared, "score": 2 * named * cleared / total if total else 0.0}


def best_threshold(paths: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """The threshold of the highest first-error score, of 99 between .01 and .99."""
    return max((step / 100 for step in range(1, 100)), key=lambda threshold: first_error_score(paths, threshold)["score"])
