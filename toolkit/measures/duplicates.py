"""Rows of a log that say again what another row said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.measures.coding import (
    BOTH,
    LEFT,
    NONE,
    RIGHT,
    Bools,
    Floats,
    Ints,
    codes_in,
    combine,
    in_order,
    key_of,
    microseconds,
)
from toolkit.measures.spacing import spaced

SIDES = pd.Index(["left", "right", "none", "both"])  # in the order of the codes
assert [LEFT, RIGHT, NONE, BOTH] == [0, 1, 2, 3]


@dataclass(frozen=True, slots=True)
class Rows:
    """A log as arrays, one place a row; times in microseconds."""

    patient: Ints
    exercise: Ints  # -1 in a pain entry
    side: Ints  # a blank side is none
    entry: Ints
    wall: Ints
    instant: Ints
    logged: Ints
    time_known: Bools
    done: Bools
    not_done: Bools
    sets: Floats
    reps: Floats
    hold: Floats
    pain: Floats

    def content(self, at: Ints) -> Ints:
        """Return one code for each of some rows, equal where two say the same of the session."""
        status = self.done[at] + 2 * self.not_done[at]
        dose = (self.sets[at], self.reps[at], self.hold[at])
        return combine(self.exercise[at], self.side[at], status, *dose, self.pain[at])


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What was found: each a mask over the rows; `near` marks rows whether they are dropped or not."""

    same_id: Bools
    superseded: Bools
    exact: Bools
    near: Bools
    near_dropped: Bools

    @property
    def dropped(self) -> Bools:
        """Rows that count for nothing further."""
        return self.same_id | self.superseded | self.exact | self.near_dropped


def coded_rows(log: pd.DataFrame, patients: pd.Index, exercises: pd.Index) -> Rows:
    """Return a checked log as arrays, coded by the places in `patients` and `exercises`."""
    entry = log["entry_id"].to_numpy() if log["entry_id"].dtype.kind in "iu" else pd.factorize(log["entry_id"])[0]
    wall = microseconds(log["performed_at"])
    offset_min = log["utc_offset_min"].fillna(0).to_numpy(float)
    status = log["status"]
    return Rows(
        patient=codes_in(log["patient_id"], patients),
        exercise=codes_in(log["exercise"], exercises),
        side=np.where((side := codes_in(log["side"], SIDES)) < 0, NONE, side),
        entry=entry.astype(np.int64, copy=False),
        wall=wall,
        instant=wall - (offset_min * 60e6).astype(np.int64),
        logged=microseconds(log["logged_at"]),
        time_known=log["time_known"].to_numpy(bool),
        done=(status == "done").to_numpy(bool),
        not_done=(status == "not_done").to_numpy(bool),
        sets=log["sets"].to_numpy(float),
        reps=log["reps"].to_numpy(float),
        hold=log["hold_s"].to_numpy(float),
        pain=log["pain"].to_numpy(float),
    )


def find_duplicates(rows: Rows, *, near_s: int, drop_near: bool, flag_near: bool = True) -> Duplicates:
    """Return the duplicates of a log, each patient apart (docs/measures.md, attribution).

    Near ones are looked for only to be dropped or, with `flag_near`, marked.
    """
    kept, same = _by_entry_id(rows)
    again = ~kept
    exact = _exact(rows, kept)
    kept = kept & ~exact
    near = near_dropped = np.zeros(len(kept), dtype=bool)
    if drop_near or flag_near:
        near, near_dropped = _near(rows, kept, near_us=near_s * 1_000_000, drop=drop_near)
    return Duplicates(again & same, again & ~same, exact, near, near_dropped)


def _repeated(key: Ints) -> Ints:
    """Return the rows whose like stands in another row too."""
    return np.flatnonzero(pd.Series(key).duplicated(keep=False).to_numpy())


def _by_entry_id(rows: Rows) -> tuple[Bools, Bools]:
    """Tell which row of each entry is kept (the latest logged, then the later row) and which rows equal it."""
    kept, same = (np.ones(len(rows.entry), dtype=bool) for _ in range(2))
    row = _repeated(rows.entry)  # of any patients: seldom many
    entry, content = combine(rows.patient[row], rows.entry[row]), rows.content(row)
    order = np.lexsort((row, rows.logged[row], entry))
    last = np.append(entry[order][1:] != entry[order][:-1], True)[: len(entry)]
    keeper = np.empty(len(entry), dtype=np.int64)  # of each entry, its place in `row`
    keeper[entry[order[last]]] = order[last]
    keeper = keeper[entry]
    kept[row] = keeper == np.arange(len(row))
    same[row] = content == content[keeper]
    for told in (rows.wall, rows.instant, rows.time_known):
        same[row] &= told[row] == told[row[keeper]]
    return kept, same


def _exact(rows: Rows, kept: Bools) -> Bools:
    """Tell which kept rows repeat an earlier kept one: same instant and content, times known."""
    exact = np.zeros(len(kept), dtype=bool)
    row = np.flatnonzero(kept & rows.time_known)
    row = row[_repeated(key_of(rows.patient[row], rows.instant[row]))]
    key = combine(rows.patient[row], rows.instant[row], rows.content(row))
    exact[row[pd.Series(key).duplicated().to_numpy()]] = True
    return exact


def _near(rows: Rows, kept: Bools, *, near_us: int, drop: bool) -> tuple[Bools, Bools]:
    """Tell which done rows follow a like one within the interval, and which of them are dropped."""
    near, dropped = np.zeros(len(kept), dtype=bool), np.zeros(len(kept), dtype=bool)
    row = np.flatnonzero(kept & rows.done & rows.time_known & (rows.exercise >= 0))
    kind = combine(rows.patient[row], rows.exercise[row], rows.side[row])
    order = in_order(kind, rows.instant[row])
    row, kind = row[order], kind[order]
    instant = rows.instant[row]
    close = np.zeros(len(row), dtype=bool)
    close[1:] = (kind[1:] == kind[:-1]) & (np.diff(instant) < near_us)
    if drop:
        close = ~spaced(kind, instant, least=near_us)
        dropped[row[close]] = True
    near[row[close]] = True
    return near, dropped
