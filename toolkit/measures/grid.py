"""The grid of cells: which prescription is in force for an exercise, a side and a day, and what is paused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.errors import Problem, RegimenError
from toolkit.measures.coding import LEFT, NONE, RIGHT, Bools, Floats, Ints, coded, codes_in, combine, days, ranges
from toolkit.schema import PAUSES, PRESCRIPTIONS, TEXT, WEEKDAYS
from toolkit.tables import conform, make


@dataclass(frozen=True, slots=True)
class Doses:
    """The prescriptions as arrays, one place a row of the table; doses are of one session."""

    first: Ints
    last: Ints
    sessions: Ints  # a day
    weekdays: Ints  # bit 0 is Monday; 0 where no day is named
    quota: Ints  # days a week; 0 where days are named
    block_first: Ints  # first day of the regimen, where its blocks of seven days begin
    regimen: Ints
    sets: Floats
    reps_min: Floats
    hold_min: Floats  # 0 where nothing is held
    floor: Floats
    ceiling: Floats


@dataclass(frozen=True, slots=True)
class Grid:
    """All cells of all patients: a slot is one exercise and side of one patient, a cell one day of it."""

    patients: pd.Index
    exercises: pd.Index
    as_of: int
    doses: Doses
    first: Ints  # of each patient; beyond all days where nothing was ever prescribed
    last: Ints
    slot_patient: Ints
    slot_exercise: Ints
    slot_side: Ints
    slot_start: Ints  # first cell of a slot
    slot_of: Ints  # patient x exercise x side to slot, -1 where never prescribed
    cell_slot: Ints
    cell_day: Ints
    cell_dose: Ints  # row of `doses` in force, -1 out of the window
    prescriptions: pd.DataFrame
    pauses: pd.DataFrame

    def cells(self, patient: Ints, exercise: Ints, side: int, day: Ints) -> Ints:
        """Return the cell of each patient, exercise, side and day, -1 where there is none."""
        if not len(self.slot_start):
            return np.full(len(day), -1)
        slot = self.slot_of[patient, exercise, side]
        place = day - self.first[patient]
        there = (slot >= 0) & (place >= 0) & (day <= np.minimum(self.last[patient], self.as_of + 1))
        return np.where(there, self.slot_start[slot] + place, -1)

    def paused(self, patient: Ints, exercise: Ints, day: Ints) -> Bools:
        """Tell which days are paused for which exercise; a pause without an exercise is one for all."""
        found = np.zeros(len(patient), dtype=bool)
        if not len(self.pauses):
            return found
        near = np.flatnonzero(np.isin(patient, self.pauses["patient"].to_numpy()))
        rows = pd.DataFrame({"row": near, "patient": patient[near], "exercise": exercise[near], "day": day[near]})
        both = rows.merge(self.pauses, on="patient", suffixes=("", "_of_pause"))
        same = (both["exercise_of_pause"] < 0) | (both["exercise_of_pause"] == both["exercise"])
        found[both.loc[same & both["day"].between(both["first"], both["last"]), "row"].to_numpy()] = True
        return found


def build_grid(
    prescriptions: pd.DataFrame,
    pauses: pd.DataFrame | None,
    as_of: int,
    *,
    seen: pd.DataFrame | None = None,
    checked: bool = False,
) -> Grid:
    """Return the grid of a caseload.

    Parameters
    ----------
    prescriptions, pauses : tables of `schema`
    as_of : last complete day, in days since 1970-01-01
    seen : table whose patients and exercises get a code as well (a log)
    checked : whether prescriptions and pauses are known to be right, and in their types

    Raises
    ------
    RegimenError
        If prescriptions overlap, end before they begin, or name days both ways or neither.
    """
    pauses = make(PAUSES) if pauses is None else pauses
    if not checked:
        prescriptions, pauses = check_caseload(prescriptions, pauses)
    patients, exercises = (_names(column, prescriptions, seen) for column in ("patient_id", "exercise"))
    patient, exercise = (codes_in(prescriptions[c], n) for c, n in (("patient_id", patients), ("exercise", exercises)))
    doses = _doses(prescriptions, patient)
    row, side = _each_side(prescriptions["side"].to_numpy())
    first, last = _spans(doses, patient, len(patients))
    slot_of = np.full((len(patients), len(exercises) + 1, 3), -1)  # the last exercise is "none named"
    slot_of[patient[row], exercise[row], side] = 0
    slots = np.flatnonzero(slot_of.ravel() == 0)
    slot_of.ravel()[slots] = np.arange(len(slots))
    slot_patient, slot_exercise, slot_side = np.unravel_index(slots, slot_of.shape)
    length = np.maximum(np.minimum(last, as_of + 1)[slot_patient] - first[slot_patient] + 1, 0)
    slot_start = np.cumsum(length) - length
    begin = slot_start[slot_of[patient[row], exercise[row], side]] + doses.first[row] - first[patient[row]]
    return Grid(
        patients,
        exercises,
        as_of,
        doses,
        first=first,
        last=last,
        slot_patient=slot_patient,
        slot_exercise=slot_exercise,
        slot_side=slot_side,
        slot_start=slot_start,
        slot_of=slot_of,
        cell_slot=np.repeat(np.arange(len(slots)), length),
        cell_day=ranges(first[slot_patient], length),
        cell_dose=_in_force(doses, row, begin, as_of=as_of, size=int(length.sum())),
        prescriptions=prescriptions,
        pauses=_coded_pauses(pauses, patients, exercises),
    )


def check_caseload(prescriptions: pd.DataFrame, pauses: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return prescriptions and pauses in their types.

    Raises
    ------
    RegimenError, TableError
        As `build_grid`.
    """
    table = conform(prescriptions, PRESCRIPTIONS)
    patient, exercise = (coded(table[name])[0] for name in ("patient_id", "exercise"))
    _refuse(table, _doses(table, patient), patient, exercise)
    return table, conform(pauses, PAUSES)


def _spans(doses: Doses, patient: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the first and the last day ever prescribed to each patient; the first beyond all days where none was."""
    first, last = np.full(size, np.iinfo(np.int64).max), np.full(size, np.iinfo(np.int64).min)
    np.minimum.at(first, patient, doses.first)
    np.maximum.at(last, patient, doses.last)
    return first, last


def _in_force(doses: Doses, row: Ints, begin: Ints, *, as_of: int, size: int) -> Ints:
    """Return the prescription in force in each cell, -1 where there is none; each entry of `row` begins at `begin`."""
    length = np.maximum(np.minimum(doses.last[row], as_of + 1) - doses.first[row] + 1, 0)
    cells = np.full(size, -1)
    cells[ranges(begin, length)] = np.repeat(row, length)
    return cells


def _names(column: str, prescriptions: pd.DataFrame, seen: pd.DataFrame | None) -> pd.Index:
    tables = [prescriptions] if seen is None else [prescriptions, seen]
    return pd.Index(sorted({name for table in tables for name in coded(table[column])[1]}), dtype=TEXT)


def _each_side(side: npt.NDArray[Any]) -> tuple[Ints, Ints]:
    """Return one entry a side of each prescription: its row and the code of the side."""
    left, right = (np.flatnonzero((side == name) | (side == "both")) for name in ("left", "right"))
    none = np.flatnonzero(side == "none")
    row = np.concatenate([left, right, none])
    return row, np.repeat([LEFT, RIGHT, NONE], [len(left), len(right), len(none)])


def _doses(table: pd.DataFrame, patient: Ints) -> Doses:
    first = days(table["first_day"])
    regimen = combine(patient, pd.factorize(table["regimen_id"])[0])
    begins = np.full(len(table), np.iinfo(np.int64).max)
    np.minimum.at(begins, regimen, first)
    sets, reps_min = table["sets"].to_numpy(float), table["reps_min"].to_numpy(float)
    reps_max = table["reps_max"].fillna(table["reps_min"]).to_numpy(float)
    hold_min = table["hold_s_min"].fillna(0).to_numpy(float)
    hold_max = table["hold_s_max"].fillna(table["hold_s_min"]).fillna(0).to_numpy(float)
    held = hold_min > 0
    return Doses(
        first=first,
        last=days(table["last_day"]),
        sessions=table["sessions_per_day"].to_numpy(np.int64),
        weekdays=_bits(table["weekdays"]),
        quota=table["days_per_week"].fillna(0).to_numpy(np.int64),
        block_first=begins[regimen],
        regimen=regimen,
        sets=sets,
        reps_min=reps_min,
        hold_min=hold_min,
        floor=sets * reps_min * np.where(held, hold_min, 1),
        ceiling=sets * reps_max * np.where(held, hold_max, 1),
    )


def _bits(weekdays: pd.Series) -> Ints:
    codes, texts = pd.factorize(weekdays)
    bits = [sum(1 << WEEKDAYS.index(day) for day in text.split(";")) for text in texts]
    return np.asarray([*bits, 0], dtype=np.int64)[codes]  # code -1, a blank, takes the last


def _coded_pauses(pauses: pd.DataFrame, patients: pd.Index, exercises: pd.Index) -> pd.DataFrame:
    coded = pd.DataFrame(
        {
            "patient": codes_in(pauses["patient_id"], patients),
            "exercise": codes_in(pauses["exercise"], exercises),
            "first": days(pauses["first_day"]),
            "last": days(pauses["last_day"]),
        }
    )
    known = (coded["patient"] >= 0) & ((coded["exercise"] >= 0) | pauses["exercise"].isna().to_numpy())
    return coded[known]


def _refuse(table: pd.DataFrame, doses: Doses, patient: Ints, exercise: Ints) -> None:
    """Raise, with every place, if the prescriptions contradict themselves."""
    problems = [
        Problem(f"prescriptions, row {row + 1}", "last_day must not be before first_day")
        for row in np.flatnonzero(doses.last < doses.first)
    ]
    problems += [
        Problem(f"prescriptions, row {row + 1}", "exactly one of weekdays and days_per_week must be filled")
        for row in np.flatnonzero((doses.weekdays > 0) == (doses.quota > 0))
    ]
    problems += _overlaps(table["side"].to_numpy(), doses, patient, exercise)
    if problems:
        raise RegimenError("The prescriptions cannot be used.", problems)


def _overlaps(side: npt.NDArray[Any], doses: Doses, patient: Ints, exercise: Ints) -> list[Problem]:
    """Find rows in force on the same day for the same exercise and side; `none` clashes with every side."""
    row, code = _each_side(np.where(side == "none", "both", side))
    slot = combine(patient[row], exercise[row], code)
    order = np.lexsort((doses.first[row], slot))
    slot, row = slot[order], row[order]
    latest = pd.Series(doses.last[row]).groupby(slot).cummax().to_numpy()
    clash = np.flatnonzero((slot[1:] == slot[:-1]) & (doses.first[row[1:]] <= latest[:-1]))
    pairs = sorted({(min(a, b) + 1, max(a, b) + 1) for a, b in zip(row[clash], row[clash + 1], strict=True)})
    return [
        Problem(
            f"prescriptions, rows {one} and {other}",
            "ask for one exercise and side on the same day; the earlier must end before the later begins",
        )
        for one, other in pairs
    ]
