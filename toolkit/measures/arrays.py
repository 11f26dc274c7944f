"""The cell table as arrays, and what is added up of them for any groups."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from toolkit.measures.coding import (
    LEFT,
    RIGHT,
    SIDE_NAMES,
    Bools,
    Floats,
    Ints,
    coded,
    codes_in,
    combine,
    days,
    share,
    total,
)

INACTIVE = ["out_of_window", "paused", "pending"]
SIDES = pd.Index(SIDE_NAMES)


@dataclass(frozen=True, slots=True)
class CellArrays:
    """One place a cell; `patient` and `exercise` are places in `patients` and `exercises`, which are in order."""

    patients: pd.Index
    exercises: pd.Index
    patient: Ints
    exercise: Ints
    side: Ints
    day: Ints
    expected: Floats
    performed: Floats
    credited: Floats
    observed: Bools
    dose_done: Floats
    dose_floor: Floats
    dose_ceiling: Floats
    dose_known: Bools
    in_force: Bools
    paused: Bools
    active: Bools
    full: Bools

    @classmethod
    def of(cls, cells: pd.DataFrame) -> CellArrays:
        """Return a cell table as arrays."""
        state = cells["state"]
        numbers = ("expected", "performed", "credited", "dose_done", "dose_floor", "dose_ceiling")
        (patient, patients), (exercise, exercises) = (coded(cells[name]) for name in ("patient_id", "exercise"))
        return cls(
            patients=pd.Index(patients),
            exercises=pd.Index(exercises),
            patient=patient,
            exercise=exercise,
            side=codes_in(cells["side"], SIDES),
            day=days(cells["day"]),
            **{name: cells[name].to_numpy(float) for name in numbers},
            **{name: cells[name].to_numpy(bool) for name in ("observed", "dose_known")},
            in_force=(state != "out_of_window").to_numpy(bool),
            paused=(state == "paused").to_numpy(bool),
            active=~state.isin(INACTIVE).to_numpy(bool),
            full=(state == "full").to_numpy(bool),
        )

    def take(self, at: Ints) -> CellArrays:
        """Return some of the cells, by their places."""
        each = {one.name: getattr(self, one.name) for one in fields(self)}
        return replace(self, **{name: one[at] for name, one in each.items() if isinstance(one, np.ndarray)})


def session_adherence(cells: CellArrays, code: Ints, size: int) -> Floats:
    """Return session adherence: credited / expected."""
    return np.clip(share(total(code, size, cells.credited), total(code, size, cells.expected)), 0, 1)


def sessions(cells: CellArrays, code: Ints, size: int) -> dict[str, Floats]:
    """Return the columns of `adherence` that count sessions."""
    expected, performed, credited = (total(code, size, a) for a in (cells.expected, cells.performed, cells.credited))
    return {
        "expected": expected,
        "performed": performed,
        "credited": credited,
        "session_adherence": session_adherence(cells, code, size),
        "over_adherence": share(total(code, size, cells.performed - cells.credited), expected),
        "performed_ratio": share(performed, expected),
    }


def mean_over_exercises(cells: CellArrays, code: Ints, size: int) -> Floats:
    """Return the plain mean of session adherence over the exercises of each group that expect anything."""
    names = max(len(cells.exercises), 1)
    place = code * names + cells.exercise
    each = share(total(place, size * names, cells.credited), total(place, size * names, cells.expected))
    each = each.reshape(-1, names)
    return share(np.nansum(each, axis=1), (~np.isnan(each)).sum(axis=1).astype(float))


def asymmetry(cells: CellArrays, code: Ints, size: int) -> Floats:
    """Return (left - right) / (left + right) of credited sessions, on days when a group has both sides in force."""
    left, right = (np.flatnonzero((cells.side == side) & cells.in_force) for side in (LEFT, RIGHT))
    at = np.concatenate([left, right])
    groups = () if np.array_equal(code, cells.patient) else (code[at],)
    here = combine(*groups, cells.patient[at], cells.exercise[at], cells.day[at])
    sides = (here[: len(left)], here[len(left) :])
    there = [np.bincount(own, minlength=int(here.max(initial=0)) + 1) > 0 for own in sides]
    on = [
        total(code[cell], size, cells.credited[cell] * other[own])
        for cell, own, other in zip((left, right), sides, reversed(there), strict=True)
    ]
    return share(on[0] - on[1], on[0] + on[1])


def coverage(cells: CellArrays, code: Ints, size: int) -> dict[str, Floats]:
    """Return the columns of `adherence` that say what the diary can prove."""
    expected, credited, seen, credited_seen, unseen = (
        total(code, size, weights)
        for weights in (
            cells.expected, cells.credited, cells.expected * cells.observed, cells.credited * cells.observed,
            cells.expected * ~cells.observed,
        )
    )  # fmt: skip
    return {
        "coverage": np.clip(share(seen, expected), 0, 1),
        "session_adherence_observed": np.clip(share(credited_seen, seen), 0, 1),
        "session_adherence_high": np.clip(share(credited + unseen, expected), 0, 1),
    }


def doses(cells: CellArrays, code: Ints, size: int) -> dict[str, Floats]:
    """Return the dose columns, over cells whose dose is known; a dose counts in sessions, never in seconds."""
    known, done = cells.dose_known, cells.dose_done
    of_floor, of_ceiling = (share(done, asked, nothing=0.0) for asked in (cells.dose_floor, cells.dose_ceiling))
    expected = total(code, size, cells.expected * known)
    credited, relative, over = (
        share(total(code, size, one * known), expected)
        for one in (np.minimum(cells.expected, of_floor), of_floor, np.maximum(0, of_ceiling - cells.expected))
    )
    return {
        "dose_adherence": np.clip(credited, 0, 1),
        "relative_dose": relative,
        "over_dose": over,
        "dose_known": np.clip(share(expected, total(code, size, cells.expected)), 0, 1),
    }
