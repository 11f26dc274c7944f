"""What can be said of a patient day by day: pain, silence, adherence of the days before, notes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.measures.alarm import baseline, find_alarms
from toolkit.measures.arrays import CellArrays
from toolkit.measures.attribution import day_number
from toolkit.measures.coding import Bools, Floats, Ints, as_dates, distinct_days, share, total
from toolkit.measures.days import GroupDays
from toolkit.measures.groups import check_cells, check_rows, group_by
from toolkit.measures.pain import DROPPED, NEEDED, in_care, pain_days, rise, steps
from toolkit.plan.note_words import has_flagged_word
from toolkit.rules import Rules, rules_of


def daily_series(cells: pd.DataFrame, rows: pd.DataFrame, *, rules: Rules | None = None) -> pd.DataFrame:
    """Return one row for each patient and day up to `as_of`: the series that alert rules test.

    Parameters
    ----------
    cells, rows : as `cell_table` and `attribute` return them for the same caseload
    rules : those `cells` was made with unless given

    Returns
    -------
    DataFrame, indexed by `patient_id` and `day`
        `active` (bool); `pain_max` (worst value, 0-10), `pain_step` (points since the previous day with a value),
        `pain_rise` (points above the median of the days before); `silent_days` and `silent_scheduled_days` (active and
        scheduled days since the last session, on active days); `drop_off` (1 on the day of an alarm, 0 on the other
        scheduled days); `session_adherence_28`, `coverage_28` (0-1), `over_dose_7` (share of what was expected);
        `any_note`, `flagged_note` (0 or 1 on days with a row). What is not known is missing, never 0.

    Notes
    -----
    Days before the patient's first prescribed day are left out. Over the days of `cells` as they stand: under a weekly
    quota a day that was judged when its week was not over may read a little otherwise (docs/measures.md).
    """
    rules = rules_of(cells, rules)
    check_cells(cells, rules)
    check_rows(rows, (*NEEDED, "note"))
    return _from_cells(cells, rules).join(_from_rows(rows, rules), how="outer").astype({"active": "boolean"})


@dataclass(frozen=True, slots=True)
class DaySums:
    """Sums over the cells of each patient and day, every day from the first to the last, ordered."""

    patient: Ints
    begin: Ints  # place of the patient's first day
    active: Bools
    some: Bools
    expected: Floats
    credited: Floats
    seen: Floats
    known: Floats
    over: Floats

    def window(self, values: Floats, width: int) -> Floats:
        """Return the sum over the `width` calendar days that end on each day, of the same patient."""
        before = np.concatenate([[0.0], np.cumsum(values)])
        here = np.arange(len(values))
        found = before[here + 1] - before[np.maximum(here - width + 1, self.begin)]
        return np.round(found, 9)  # what is left of rounding must not pass for something expected

    def since_session(self, counted: Bools) -> Floats:
        """Return how many `counted` days lie after the last day with a session, the day itself among them."""
        count = np.cumsum(counted).astype(float)
        before = np.concatenate([[0.0], count])[self.begin]
        last = np.maximum.accumulate(np.where(self.some, np.arange(len(counted)), -1))
        within = last >= self.begin
        return count - np.where(within, count[np.maximum(last, 0)], before)


def _from_cells(cells: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    groups, arrays = group_by(cells, ["patient_id"]), CellArrays.of(cells)
    patient, here, code = distinct_days(groups.code, arrays.day)
    found = _summed(arrays, code, patient)
    index = pd.MultiIndex.from_arrays(
        [groups.labels.to_numpy()[found.patient], as_dates(here)], names=["patient_id", "day"]
    )
    return pd.DataFrame(cell_series(found, here, rules), index=index)[here <= day_number(rules)]


def cell_series(found: DaySums, day: Ints, rules: Rules) -> dict[str, Bools | Floats]:
    """Return the series that come from cells, one value for each place of `found` and its day."""
    expected_28 = found.window(found.expected, 28)
    enough = found.window((found.expected > 0).astype(float), 28) >= rules.min_scheduled_days
    return {
        "active": found.active,
        "silent_days": np.where(found.active, found.since_session(found.active), np.nan),
        "silent_scheduled_days": np.where(found.active, found.since_session(found.expected > 0), np.nan),
        "drop_off": _drop_off(found, day, rules),
        "session_adherence_28": np.where(enough, share(found.window(found.credited, 28), expected_28), np.nan),
        "coverage_28": share(found.window(found.seen, 28), expected_28),
        "over_dose_7": share(found.window(found.over, 7), found.window(found.known, 7)),
    }


def _drop_off(found: DaySums, day: Ints, rules: Rules) -> Floats:
    """Return 1 on the days of an alarm (`alarm.drop_off`), 0 on the other scheduled days."""
    due = np.flatnonzero(found.expected > 0)
    scheduled = GroupDays(
        group=found.patient[due], day=day[due], expected=found.expected[due], credited=found.credited[due],
        full=np.zeros(len(due), dtype=bool), some=found.some[due],
    )  # fmt: skip  # whether a day is full plays no part in an alarm
    base = baseline(scheduled, int(found.patient.max(initial=-1)) + 1, rules.alarm)
    told = np.where(found.expected > 0, 0.0, np.nan)
    told[due[find_alarms(scheduled, base, rules.alarm).place]] = 1.0
    return told


def _summed(cells: CellArrays, code: Ints, patient: Ints) -> DaySums:
    size = len(patient)
    return DaySums(
        patient=patient,
        begin=np.searchsorted(patient, patient),
        active=(active := total(code[cells.active], size) > 0),
        some=(total(code, size, cells.performed) > 0) & active,
        expected=total(code, size, cells.expected),
        credited=total(code, size, cells.credited),
        seen=total(code, size, cells.expected * cells.observed),
        known=total(code, size, cells.expected * cells.dose_known),
        over=total(code, size, over_dose(cells.expected, cells.dose_done, cells.dose_ceiling, cells.dose_known)),
    )


def over_dose(expected: Floats, done: Floats, ceiling: Floats, known: Bools) -> Floats:
    """Return by how many sessions the dose done in each cell lies above the most that was prescribed, where known."""
    return np.maximum(0, share(done, ceiling, nothing=0.0) - expected) * known


def _from_rows(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return pain and notes of each day that has a row."""
    rows = rows[in_care(rows, rules)]
    words = rows["note"].dropna()
    noted = pd.DataFrame(
        {
            "patient_id": rows["patient_id"],
            "day": rows["day"],
            "pain_max": rows["pain"].where(~rows["reason"].isin(DROPPED)),
            "any_note": rows["note"].notna().astype(float),
            "flagged_note": pd.Series(has_flagged_word(words), index=words.index, dtype=float).reindex(
                rows.index, fill_value=0.0
            ),
        }
    )
    table = noted.groupby(["patient_id", "day"]).max()
    return table.join(_steps_of_pain(rows, rules))


def _steps_of_pain(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    groups = group_by(rows, ["patient_id"])
    found = pain_days(rows, groups, rules)
    index = pd.MultiIndex.from_arrays(
        [groups.labels.to_numpy()[found.group], as_dates(found.day)], names=["patient_id", "day"]
    )
    return pd.DataFrame(
        {"pain_step": steps(found), "pain_rise": rise(found, before_days=rules.pain.flare_days)}, index=index
    )
