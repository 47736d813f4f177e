"""Numbers about numbers: means and quantiles with bootstrap intervals, a paired test, agreement of two raters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SAMPLES = 1000
"""Bootstrap samples of an interval."""

RESAMPLES = 20_000
"""Most sign patterns tried by the paired test; with fourteen pairs that differ or fewer it tries all: it is exact."""


@dataclass(frozen=True, slots=True)
class Value:
    """A statistic over questions, its 95 % bootstrap interval, and over how many questions it stands."""

    value: float
    low: float
    high: float
    n: int


def mean(values: Sequence[float]) -> Value:
    """The mean with its 95 % percentile bootstrap interval; the same values give the same interval."""
    return _with_interval(values, lambda sample: sample.mean(axis=-1))


def median(values: Sequence[float]) -> Value:
    """The middle value, with its interval."""
    return _with_interval(values, lambda sample: np.median(sample, axis=-1))


def p95(values: Sequence[float]) -> Value:
    """What nineteen in twenty do not exceed, with its interval."""
    return _with_interval(values, lambda sample: np.percentile(sample, 95, axis=-1))


def _with_interval(values: Sequence[float], statistic: Callable[[Floats], Any]) -> Value:
    sample = np.asarray(values, dtype=float)
    draws = statistic(np.random.default_rng(0).choice(sample, size=(SAMPLES, len(sample))))
    low, high = np.percentile(draws, [2.5, 97.5])
    return Value(float(statistic(sample)), float(low), float(high), len(sample))


def paired_p_value(before: Sequence[float], after: Sequence[float]) -> float:
    """Two-sided p-value of Fisher's paired randomisation test on the mean difference.

    The test for two systems on the same questions (Smucker, Allan and Carterette 2007). Where all
    differences are of one size, as for measures that are 0 or 1, it is the exact sign test. Pairs
    that do not differ tell nothing.
    """
    from scipy.stats import binomtest, permutation_test

    differences = np.asarray([new - old for old, new in zip(before, after, strict=True) if new != old])
    if not len(differences):
        return 1.0
    if np.ptp(np.abs(differences)) == 0:
        return float(binomtest(int((differences > 0).sum()), len(differences)).pvalue)
    found = permutation_test(
        (differences,),
        lambda sample, axis=-1: np.mean(sample, axis=axis),
        permutation_type="samples",
        n_resamples=RESAMPLES,
        batch=1000,
        rng=np.random.default_rng(0),
    )
    return float(found.pvalue)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two raters' yes and no agree: share of equal verdicts, and Cohen's kappa, which takes chance out."""

    accuracy: float
    kappa: float
    n: int


def agreement(ours: Sequence[bool], theirs: Sequence[bool]) -> Agreement:
    """Accuracy and Cohen's kappa (0: no better than chance, 1: the same everywhere; 0 where a rater never varies)."""
    first, second = np.asarray(ours, dtype=bool), np.asarray(theirs, dtype=bool)
    accuracy = float((first == second).mean())
    chance = float(first.mean() * second.mean() + (1 - first.mean()) * (1 - second.mean()))
    return Agreement(accuracy, (accuracy - chance) / (1 - chance) if chance < 1 else 0.0, len(first))
