"""A weekly quota laid on days, without turning unnamed days into daily misses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from toolkit.measures.coding import Bools, Floats, Ints, combine, total

WEEK = 7
Narrow = npt.NDArray[np.int32]  # sevenths of sessions of one week


def lay_quota(
    slot: Ints, regimen: Ints, place: Ints, sessions: Ints, days_per_week: Ints, performed: Floats, observed: Bools
) -> tuple[Floats, Floats]:
    """Return `expected` and `credited` of active days under a quota, in sessions (docs/measures.md, weekly quota).

    Parameters
    ----------
    slot, regimen : codes; blocks are counted for each pair apart
    place : days since the regimen's first day; seven make a block
    sessions, days_per_week : prescribed, of each day
    performed : sessions done
    observed : the diary has a row for the day

    Notes
    -----
    A block expects E = sum of days_per_week x sessions / 7 over its active days, and credits in date order up to E. The
    rest of E lies on the last days, first on unobserved ones: the upper bound of adherence is then sharp. Sums are in
    sevenths, which are whole numbers, and are divided once.
    """
    block = combine(slot, regimen, place // WEEK)
    day = place % WEEK
    weeks = int(block.max(initial=-1)) + 1
    most, done, seen = (np.zeros((weeks, WEEK), dtype=np.int32) for _ in range(3))
    asked = total(block, weeks, days_per_week * sessions).astype(np.int32)
    most[block, day] = WEEK * sessions
    done[block, day] = WEEK * np.minimum(performed.astype(np.int32), sessions)
    seen[block, day] = observed

    credited = _fill(done, asked)
    left = asked - credited.sum(axis=1)
    room = most - credited
    on_unseen = _fill((room * (1 - seen))[:, ::-1], left)[:, ::-1]
    on_seen = _fill((room * seen)[:, ::-1], left - on_unseen.sum(axis=1))[:, ::-1]
    expected = credited + on_unseen + on_seen
    return expected[block, day] / WEEK, credited[block, day] / WEEK


def _fill(room: Narrow, amount: Narrow) -> Narrow:
    """Pour each row's amount into its places from first to last, no place above its room."""
    before = np.cumsum(room, axis=1, dtype=np.int32) - room
    return np.minimum(np.maximum(amount[:, None] - before, 0), room)
