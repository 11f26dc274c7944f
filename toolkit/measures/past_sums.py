"""The sums over the cells of a past day as they stood on each later one; only what comes late changes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.measures.attribution import Attribution, lay_on
from toolkit.measures.cells import asked
from toolkit.measures.coding import Bools, Floats, Ints, combine, ranges, total
from toolkit.measures.duplicates import Duplicates, Rows
from toolkit.measures.grid import Grid
from toolkit.measures.known import Spans, Standing, Told, changed_on, spans, standing
from toolkit.measures.quota import WEEK
from toolkit.measures.series import over_dose


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of each patient from the first prescribed one, numbered through all patients."""

    first: Ints  # of each patient
    begin: Ints  # number of that day
    patient: Ints  # of each number
    day: Ints

    def place(self, patient: Ints, day: Ints) -> Ints:
        """Return the number of a patient's day."""
        return self.begin[patient] + day - self.first[patient]


def calendar(first: Ints, last: Ints) -> Calendar:
    """Return the days of patients from a first to a last one."""
    length = np.maximum(last - first + 1, 0)
    return Calendar(first, np.cumsum(length) - length, np.repeat(np.arange(len(first)), length), ranges(first, length))


@dataclass(frozen=True, slots=True)
class PastSums:
    """Sums over the cells of a patient's day, one place for each day from which they stood so."""

    standing: Standing  # of the patient's day, by its number
    sums: dict[str, Floats]  # the sums of `DaySums`


def past_sums(grid: Grid, rows: Rows, day: Ints, told: Told, days: Calendar) -> PastSums:
    """Return the sums over the cells of each patient's day, as they stood on that day and whenever they changed.

    Parameters
    ----------
    grid : its `as_of` is the last day looked at
    rows, day : the coded log and the local day of each row
    told : how each row stood, of days from the patient's first one
    """
    laid = lay_on(rows, day, grid, _no_duplicates(len(day)))
    observing, sessions = _observing(grid, rows, day, told, days), _sessions(laid, told)
    last = np.minimum(grid.last, grid.as_of)
    inside = np.flatnonzero(days.day <= last[days.patient])
    place, on = observing.changes()
    at, on = changed_on(*(np.concatenate(both) for both in ((inside, place), (days.day[inside], on))))
    at, on = at[on <= grid.as_of], on[on <= grid.as_of]
    observed = total(observing.on(at, on)[0], len(at)) > 0
    found = _past_cells(grid, sessions, days, at, on, observed)
    return _summed(grid, days, found)


@dataclass(frozen=True, slots=True)
class _PastCells:
    """Cells as they stood from a day on, ordered by cell and day."""

    cell: Ints
    on: Ints
    active: Bools
    performed: Floats
    observed: Bools
    dose_done: Floats
    known: Bools
    expected: Floats
    credited: Floats


def _no_duplicates(size: int) -> Duplicates:
    none = np.zeros(size, dtype=bool)
    return Duplicates(none, none, none, none, none)


def _observing(grid: Grid, rows: Rows, day: Ints, told: Told, days: Calendar) -> Spans:
    """Return the rows that make a patient's day observed."""
    patient, here = rows.patient[told.row], day[told.row]
    use = np.flatnonzero(~told.dropped & (rows.exercise[told.row] >= 0) & (here <= grid.last[patient]))
    return spans(days.place(patient[use], here[use]), told, use, np.zeros(len(use)))


def _sessions(laid: Attribution, told: Told) -> Spans:
    """Return the dose of each session in each cell it counts for."""
    kept = np.flatnonzero(~told.dropped)
    kept = kept[np.argsort(told.row[kept], kind="stable")]
    start, stop = (np.searchsorted(told.row[kept], laid.hit_row, side=side) for side in ("left", "right"))
    hit, use = np.repeat(np.arange(len(start)), stop - start), kept[ranges(start, stop - start)]
    return spans(laid.hit_cell[hit], told, use, laid.hit_dose[hit])


def _cells_of(grid: Grid, patient: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Return all cells of each patient's day, in order, each with the place of the day that it was asked for."""
    start, stop = (np.searchsorted(grid.slot_patient, patient, side=side) for side in ("left", "right"))
    of, slot = np.repeat(np.arange(len(patient)), stop - start), ranges(start, stop - start)
    return of, grid.slot_start[slot] + (day - grid.first[patient])[of]


def _past_cells(grid: Grid, sessions: Spans, days: Calendar, at: Ints, on: Ints, observed: Bools) -> _PastCells:
    """Return all cells of changed days, and what a change does to the other cells of its week."""
    of, cell = _cells_of(grid, days.patient[at], days.day[at])
    order = np.lexsort((on[of], cell))
    of, cell = of[order], cell[order]
    hit, span = sessions.on(cell, on[of])
    dose = sessions.value[span]
    performed = total(hit, len(cell))
    done = total(hit, len(cell), np.where(np.isnan(dose), 0, dose))
    known = total(hit, len(cell), np.isnan(dose)) == 0
    active = _active(grid)
    week, here, then = _weeks(grid, active, cell, on[of])
    as_it_was = standing(cell, on[of]).on(here, then)
    expected, credited = asked(
        grid, here, active[here], performed[as_it_was], observed[of[as_it_was]], apart=week
    )  # fmt: skip
    order = np.lexsort((then, here))
    here, then, as_it_was = here[order], then[order], as_it_was[order]
    return _PastCells(
        here, then, active[here], performed[as_it_was], observed[of[as_it_was]], done[as_it_was], known[as_it_was],
        expected[order], credited[order],
    )  # fmt: skip


def _active(grid: Grid) -> Bools:
    """Tell which cells are active once their day has come."""
    slot = grid.cell_slot
    return (grid.cell_dose >= 0) & ~grid.paused(grid.slot_patient[slot], grid.slot_exercise[slot], grid.cell_day)


def _weeks(grid: Grid, active: Bools, cell: Ints, on: Ints) -> tuple[Ints, Ints, Ints]:
    """Return for each week with a quota in which something changed on a day its cells up to that day; others alone.

    Returns
    -------
    code of the week on the day, cell, day
    """
    size = len(grid.cell_day)
    shared = active & (grid.doses.quota[grid.cell_dose] > 0) if size else active
    row = grid.cell_dose[shared]
    week = np.arange(size) + size
    week[shared] = combine(
        grid.cell_slot[shared], grid.doses.regimen[row], (grid.cell_day[shared] - grid.doses.block_first[row]) // WEEK
    )
    which, when = changed_on(week[cell], on)
    by = np.argsort(week, kind="stable")
    start, stop = (np.searchsorted(week[by], which, side=side) for side in ("left", "right"))
    of, here = np.repeat(np.arange(len(which)), stop - start), by[ranges(start, stop - start)]
    come = grid.cell_day[here] <= when[of]
    return of[come], here[come], when[of[come]]


def _summed(grid: Grid, days: Calendar, found: _PastCells) -> PastSums:
    slot = grid.cell_slot[found.cell]
    at, on = changed_on(days.place(grid.slot_patient[slot], grid.cell_day[found.cell]), found.on)
    of, cell = _cells_of(grid, days.patient[at], days.day[at])
    was = standing(found.cell, found.on).on(cell, on[of])
    ceiling = np.where(found.active, grid.doses.ceiling[grid.cell_dose[found.cell]], 0.0)
    each = {
        "active": found.active,
        "performed": found.performed,
        "expected": found.expected,
        "credited": found.credited,
        "seen": found.expected * found.observed,
        "known": found.expected * found.known,
        "over": over_dose(found.expected, found.dose_done, ceiling, found.known),
    }
    return PastSums(standing(at, on), {name: total(of, len(at), value[was]) for name, value in each.items()})
