"""A table that may be shown alone: how many patients lie in which band of adherence, no group of a few."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.measures.adherence import adherence
from toolkit.rules import Rules

BANDS = 5  # of equal width, from 0 to 1: a convention of this table, no cut-off
ALL = "all"  # exercises together


def aggregate(cells: pd.DataFrame, rules: Rules, *, small_cell: int) -> pd.DataFrame:
    """Return `exercise, share_from, share_below, patients`: patients by session adherence, each exercise and `all`.

    Bands are pooled until each has `small_cell` patients (`pool`). An exercise is left out if fewer have it, or if it
    is lacked by some but fewer: whoever knows the number of all would have that of those few.
    """
    all_of_them = adherence(cells, ["patient_id"], rules=rules)["session_adherence"].dropna()
    by_exercise = adherence(cells, ["exercise", "patient_id"], rules=rules)["session_adherence"].dropna()
    groups = {ALL: all_of_them, **{str(name): one for name, one in by_exercise.groupby(level="exercise")}}
    rows = []
    for name, shares in groups.items():
        others = len(all_of_them) - len(shares)
        if 0 < others < small_cell:
            continue
        band = np.minimum((shares.to_numpy() * BANDS + 1e-9).astype(int), BANDS - 1)
        counts = np.bincount(band, minlength=BANDS).tolist()
        rows += [(name, first / BANDS, end / BANDS, count) for first, end, count in pool(counts, small_cell)]
    return pd.DataFrame(rows, columns=["exercise", "share_from", "share_below", "patients"])


def pool(counts: Sequence[int], least: int) -> list[tuple[int, int, int]]:
    """Return neighbouring cells pooled as (first, end, count), so that each count is `least` or more.

    From the first cell on, cells are added up until they reach `least`; what is left at the end joins the last pool.
    With fewer than `least` in all, nothing is told. Nothing is hidden that a total could give back: the counts add up
    to the total, and a cell below `least` could, for whoever knows this rule and every number told, always have been
    another number (tests/exporting/test_aggregate.py tries all tables of a size).
    """
    pools: list[tuple[int, int, int]] = []
    first = held = 0
    for end, count in enumerate(counts, start=1):
        held += count
        if held >= least:
            pools.append((first, end, held))
            first, held = end, 0
    if pools and first < len(counts):
        last, _, before = pools.pop()
        pools.append((last, len(counts), before + held))
    return pools
