"""Intervals for means by drawing problems anew (the bootstrap, percentiles). Standard library only."""

import random
import statistics

RESAMPLES = 10_000


def interval_of_mean(groups, resamples=RESAMPLES):
    """95 % of the mean over groups of their means, each alike, when the values of every group are drawn anew with replacement.

    `groups`: lists of numbers, none of them empty. Differences in pairs are values like others. The same input gives the same
    interval.
    """
    source = random.Random(1)
    means = sorted(
        statistics.fmean(statistics.fmean(source.choices(values, k=len(values))) for values in groups) for _ in range(resamples)
    )
    return means[resamples // 40], means[-(resamples // 40) - 1]
