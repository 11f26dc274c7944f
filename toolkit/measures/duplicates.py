"""Rows of a log that say again what another row said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.measures.coding import BOTH, LEFT, NONE, RIGHT, Bools, Floats, Ints, codes_in, combine, microseconds
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

    def content(self) -> Ints:
        """Return one code a row, equal where two rows say the same of the session."""
        status = self.done + 2 * self.not_done
        return combine(self.exercise, self.side, status, self.sets, self.reps, self.hold, self.pain)


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
    entry, _ = pd.factorize(log["entry_id"])
    wall = microseconds(log["performed_at"])
    offset_min = log["utc_offset_min"].fillna(0).to_numpy(float)
    status = log["status"]
    return Rows(
        patient=codes_in(log["patient_id"], patients),
        exercise=codes_in(log["exercise"], exercises),
        side=codes_in(log["side"].fillna("none"), SIDES),
        entry=np.asarray(entry, dtype=np.int64),
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


def find_duplicates(rows: Rows, *, near_s: int, drop_near: bool) -> Duplicates:
    """Return the duplicates of a log, each patient apart (docs/measures.md, attribution)."""
    content = rows.content()
    kept, same = _by_entry_id(rows, content)
    again = ~kept
    exact = _exact(rows, content, kept)
    kept = kept & ~exact
    near, near_dropped = _near(rows, kept, near_us=near_s * 1_000_000, drop=drop_near)
    return Duplicates(again & same, again & ~same, exact, near, near_dropped)


def _by_entry_id(rows: Rows, content: Ints) -> tuple[Bools, Bools]:
    """Tell which row of each entry is kept (the latest logged, then the later row) and which rows equal it."""
    entry = combine(rows.patient, rows.entry)
    order = np.lexsort((np.arange(len(entry)), rows.logged, entry))
    last = np.append(entry[order][1:] != entry[order][:-1], True)[: len(entry)]
    kept_row = np.empty(len(entry), dtype=np.int64)
    kept_row[entry[order[last]]] = order[last]
    keeper = kept_row[entry]
    kept = np.zeros(len(entry), dtype=bool)
    kept[order[last]] = True
    same = (content == content[keeper]) & (rows.wall == rows.wall[keeper]) & (rows.instant == rows.instant[keeper])
    return kept, same & (rows.time_known == rows.time_known[keeper])


def _exact(rows: Rows, content: Ints, kept: Bools) -> Bools:
    """Tell which kept rows repeat an earlier kept one: same instant and content, times known."""
    exact = np.zeros(len(kept), dtype=bool)
    candidates = np.flatnonzero(kept & rows.time_known)
    key = combine(rows.patient[candidates], rows.instant[candidates], content[candidates])
    exact[candidates[pd.Series(key).duplicated().to_numpy()]] = True
    return exact


def _near(rows: Rows, kept: Bools, *, near_us: int, drop: bool) -> tuple[Bools, Bools]:
    """Tell which done rows follow a like one within the interval, and which of them are dropped."""
    near, dropped = np.zeros(len(kept), dtype=bool), np.zeros(len(kept), dtype=bool)
    row = np.flatnonzero(kept & rows.done & rows.time_known & (rows.exercise >= 0))
    kind = combine(rows.patient[row], rows.exercise[row], rows.side[row])
    order = np.lexsort((row, rows.instant[row], kind))
    row, kind = row[order], kind[order]
    instant = rows.instant[row]
    close = np.zeros(len(row), dtype=bool)
    close[1:] = (kind[1:] == kind[:-1]) & (np.diff(instant) < near_us)
    if drop:
        close = ~spaced(kind, instant, least=near_us)
        dropped[row[close]] = True
    near[row[close]] = True
    return near, dropped
