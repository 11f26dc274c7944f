"""How far a share of sessions can be trusted when sessions of one day belong together."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from toolkit.measures.coding import Floats, share, total
from toolkit.measures.days import GroupDays

MIN_DAYS = 5  # with fewer scheduled days the spread between days says nothing


def wilson(p: Floats, n: Floats, *, confidence: float) -> tuple[Floats, Floats]:
    """Return the Wilson score interval of a share `p` (0-1) of `n` trials; NaN where either is NaN (Wilson 1927)."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = p + z**2 / (2 * n)
        spread = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        low, high = (middle - spread) / (1 + z**2 / n), (middle + spread) / (1 + z**2 / n)
    # rounding must not push an end beyond the share itself
    return np.minimum(np.clip(low, 0, 1), p), np.maximum(np.clip(high, 0, 1), p)


def clustered(found: GroupDays, size: int) -> tuple[Floats, Floats]:
    """Return `n_effective` (sessions) and `design_effect` of each group, days taken as clusters.

    The Wilson interval with a design effect follows Saha 2015, doi:10.1515/ijb-2015-0024. Where nothing or everything
    was credited the spread is 0: `n_effective` is then the number of days, at most the sessions expected, and the
    design effect is NaN. Fewer than five scheduled days: both NaN.
    """
    days = total(found.group, size)
    expected = total(found.group, size, found.expected)
    p = share(total(found.group, size, found.credited), expected)
    residual = found.credited - p[found.group] * found.expected
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = days / (days - 1) * total(found.group, size, residual**2) / expected**2
        effect = np.maximum(1, variance / (p * (1 - p) / expected))
    even = (p <= 1e-12) | (p >= 1 - 1e-12)
    effect[even] = np.nan
    n = np.where(even, np.minimum(days, expected), expected / effect)
    few = days < MIN_DAYS
    n[few], effect[few] = np.nan, np.nan
    return n, effect
