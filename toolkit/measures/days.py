"""What a group did day by day: counts of days, streaks, rolling windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.measures.arrays import CellArrays
from toolkit.measures.coding import Bools, Floats, Ints, distinct_days, marked, share, total


@dataclass(frozen=True, slots=True)
class GroupDays:
    """One place for each scheduled day of each group, ordered by group and day; sums over the cells of the day."""

    group: Ints
    day: Ints
    expected: Floats
    credited: Floats
    full: Bools
    some: Bools


@dataclass(frozen=True, slots=True)
class DayClock:
    """One place for each active day of each group, ordered by group and day; sums over the active cells of the day."""

    group: Ints
    day: Ints
    place: Ints  # of the day among the active days of its group, from 0
    some: Bools  # some cell of the group has a session
    expected: Floats
    credited: Floats
    short: Bools  # some cell that was due is not full
    some_due: Bools  # some cell that was due has a session

    def scheduled(self, *, also: bool = False) -> GroupDays:
        """Return the days on which something was expected; `some` is of cells that were due or, with `also`, of any."""
        on = np.flatnonzero(self.expected > 0)
        some = (self.some if also else self.some_due)[on]
        return GroupDays(self.group[on], self.day[on], self.expected[on], self.credited[on], ~self.short[on], some)


def active_clock(cells: CellArrays, group_of: Ints) -> DayClock:
    """Return the days on which any cell of a group is active; days with a session on a paused day are not there."""
    here = np.flatnonzero(cells.active)
    group, on_clock, code = distinct_days(group_of[here], cells.day[here])
    size = len(group)
    expected, done, short = cells.expected[here], cells.performed[here] > 0, ~cells.full[here]
    due = expected > 0

    def any_of(where: Bools) -> Bools:
        return marked(code[where], size)

    return DayClock(
        group=group,
        day=on_clock,
        place=place_in_group(group),
        some=any_of(done),
        expected=total(code, size, expected),
        credited=total(code, size, cells.credited[here]),
        short=any_of(due & short),
        some_due=any_of(due & done),
    )


def place_in_group(group: Ints) -> Ints:
    """Return the place of each row among those of its group, from 0; rows of a group stand together, in order."""
    first = np.flatnonzero(np.diff(group, prepend=-1))
    return np.arange(len(group)) - np.repeat(first, np.diff(first, append=len(group)))


def streaks(found: GroupDays, size: int) -> tuple[Floats, Floats]:
    """Return the longest run of full days of each group, and the run that ends with its last scheduled day."""
    group, full = found.group, found.full
    starts = np.ones(len(group), dtype=bool)
    starts[1:] = group[1:] != group[:-1]
    # a run breaks at the first day of a group and at every day that is not full
    place = np.arange(len(group))
    anchor = np.where(~full, place, np.where(starts, place - 1, -1))
    run = np.where(full, place - np.maximum.accumulate(anchor) if len(place) else place, 0)
    best = np.zeros(size)
    np.maximum.at(best, group, run)
    now = np.zeros(size)
    last = np.append(starts[1:], True)[: len(group)]
    now[group[last]] = run[last]
    return best, now


def rolling(found: GroupDays, size: int, *, as_of: int, window_days: int, min_days: int) -> Floats:
    """Return credited / expected over the `window_days` calendar days up to `as_of`.

    NaN for a group with fewer than `min_days` scheduled days in the window.
    """
    inside = (found.day > as_of - window_days) & (found.day <= as_of)
    group = found.group[inside]
    ratio = share(total(group, size, found.credited[inside]), total(group, size, found.expected[inside]))
    return np.where(total(group, size) >= min_days, ratio, np.nan)
