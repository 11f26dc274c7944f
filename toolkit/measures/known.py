"""What a reader could have had of a log on each past day: over which days each row stood, and whether it counted."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from toolkit.measures.coding import Bools, Floats, Ints, combine, group_day, ranges, total
from toolkit.measures.duplicates import Rows, find_duplicates

ALWAYS = np.iinfo(np.int64).max  # the end of a span that nothing ends


@dataclass(frozen=True, slots=True)
class Told:
    """One place for each span of days over which a row of the log stood the same way; a row may have several."""

    row: Ints
    since: Ints  # first day on which it is there: its own, or that on which it was written if that is later
    until: Ints  # first day on which a later row has changed how it stands
    dropped: Bools  # as a duplicate of what was known then


@dataclass(frozen=True, slots=True)
class Spans:
    """Values that belong to a thing (a cell, a patient's day) from a day on, until another; ordered by thing."""

    thing: Ints
    since: Ints
    until: Ints
    value: Floats

    def on(self, thing: Ints, day: Ints) -> tuple[Ints, Ints]:
        """Return each pair of a question (a thing on a day) and a span that holds then, both as places."""
        start, stop = (np.searchsorted(self.thing, thing, side=side) for side in ("left", "right"))
        asked, span = np.repeat(np.arange(len(thing)), stop - start), ranges(start, stop - start)
        holds = (self.since[span] <= day[asked]) & (day[asked] < self.until[span])
        return asked[holds], span[holds]

    def changes(self) -> tuple[Ints, Ints]:
        """Return each thing with each day on which a span of it begins or ends."""
        ended = self.until < ALWAYS
        return np.concatenate([self.thing, self.thing[ended]]), np.concatenate([self.since, self.until[ended]])


def spans(thing: Ints, told: Told, use: Ints, value: Floats) -> Spans:
    """Return the spans `use` of some rows as spans of a thing, those of a thing in the order of their rows."""
    order = np.lexsort((told.since[use], told.row[use], thing))
    use = use[order]
    return Spans(thing[order], told.since[use], told.until[use], value[order])


@dataclass(frozen=True, slots=True)
class Standing:
    """Which of some things' states stands on a day: that of the latest day up to it."""

    thing: Ints
    key: Ints

    def on(self, thing: Ints, day: Ints) -> Ints:
        """Return the place of what stands of each thing on a day, -1 where nothing does yet."""
        if not len(self.key):
            return np.full(len(thing), -1)
        place = np.searchsorted(self.key, group_day(thing, day), side="right") - 1
        return np.where((place >= 0) & (self.thing[place] == thing), place, -1)


def told_rows(rows: Rows, day: Ints, known: Ints, *, near_s: int, drop_near: bool) -> Told:
    """Return how each row stood over time.

    Parameters
    ----------
    rows : a coded log; day, known : the day of each row, and that on which it was written
    near_s, drop_near : as in `find_duplicates`

    Notes
    -----
    Whether a row is a duplicate depends on the rows it hangs together with alone: those with the same entry id, and
    those of the same patient, exercise and side in a chain of instants. Each such group is looked at once for each day
    on which one of its rows was written.
    """
    group = _hang_together(rows, near_s * 1_000_000)
    _, first = np.unique(group_day(group, known), return_index=True)
    whose, when = group[first], known[first]
    order = np.argsort(group, kind="stable")
    start, stop = (np.searchsorted(group[order], whose, side=side) for side in ("left", "right"))
    look, row = np.repeat(np.arange(len(whose)), stop - start), order[ranges(start, stop - start)]
    there = known[row] <= when[look]
    look, row = look[there], row[there]
    until = np.full(len(when), ALWAYS)
    until[:-1] = np.where(whose[1:] == whose[:-1], when[1:], ALWAYS)
    again = find_duplicates(_taken(rows, row, look), near_s=near_s, drop_near=drop_near, flag_near=False)
    since = np.maximum(when[look], day[row])
    lasts = since < until[look]
    return Told(row[lasts], since[lasts], until[look][lasts], again.dropped[lasts])


def changed_on(thing: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Return each thing and day once, ordered."""
    _, first = np.unique(group_day(thing, day), return_index=True)
    return thing[first], day[first]


def standing(thing: Ints, day: Ints) -> Standing:
    """Return what stands when, of things and days in order, each once."""
    return Standing(thing, group_day(thing, day))


def largest(codes: Ints, size: int, values: Floats) -> Floats:
    """Return the largest value of each code, NaN where there is none."""
    found = np.full(size, -np.inf)
    np.maximum.at(found, codes, values)
    return np.where(total(codes, size) > 0, found, np.nan)


def _taken(rows: Rows, row: Ints, patient: Ints) -> Rows:
    """Return some rows, each as if of a patient of its own kind."""
    return Rows(**{one.name: getattr(rows, one.name)[row] for one in fields(Rows)} | {"patient": patient})


def _hang_together(rows: Rows, near_us: int) -> Ints:
    """Return one label for all rows that may bear on each other's being duplicates, directly or through others."""
    entry, chain = combine(rows.patient, rows.entry), _chains(rows, near_us)
    label = np.arange(len(entry))
    while True:
        lower = _least(_least(label, entry), chain)
        if np.array_equal(lower, label):
            return label
        label = lower


def _least(value: Ints, group: Ints) -> Ints:
    least = np.full(int(group.max(initial=-1)) + 1, len(value))
    np.minimum.at(least, group, value)
    return least[group]


def _chains(rows: Rows, near_us: int) -> Ints:
    """Return one code for rows of a patient, exercise and side whose known instants follow within the interval."""
    kind = combine(rows.patient, rows.exercise, rows.side)
    order = np.lexsort((rows.instant, kind, ~rows.time_known))
    apart = np.ones(len(order), dtype=bool)
    apart[1:] = (np.diff(kind[order]) != 0) | (np.diff(rows.instant[order]) >= max(near_us, 1))
    apart |= ~rows.time_known[order]
    chain = np.empty(len(order), dtype=np.int64)
    chain[order] = np.cumsum(apart) - 1
    return chain
