"""Session and dose adherence, what the diary can prove, days, rolling windows and intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.measures.attribution import day_number
from toolkit.measures.coding import Bools, Floats, Ints, combine, days, share, total
from toolkit.measures.days import INACTIVE, active_clock, rolling, scheduled_days, streaks
from toolkit.measures.groups import Groups, check_cells, for_patients, group_by
from toolkit.measures.interval import clustered, wilson
from toolkit.rules import Rules, rules_of

WINDOWS_DAYS = (7, 14, 28)
DAY_COUNTS = ("active_days", "scheduled_days", "full_days", "any_days", "streak_best", "streak_now")
COUNTS = ("expected", "performed", "credited", *DAY_COUNTS)


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cell table as arrays, one place a cell."""

    expected: Floats
    performed: Floats
    credited: Floats
    observed: Bools
    day: Ints
    groups: Groups

    def total(self, weights: Floats | Bools, where: Bools | None = None) -> Floats:
        """Return the sum over the cells of each group, or over those of them `where` is true."""
        if where is None:
            return total(self.groups.code, len(self.groups), weights)
        return total(self.groups.code[where], len(self.groups), weights[where])


def adherence(
    cells: pd.DataFrame, by: Sequence[str], *, rules: Rules | None = None, patients: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return adherence with its uncertainty, one row a group.

    Parameters
    ----------
    cells : one row an exercise, side and day, as `cell_table` returns it
    by : any of patient_id, exercise, side, weekday, week (its Monday), month
    rules : those `cells` was made with unless given
    patients : with `by=["patient_id"]`, exactly these rows: one without cells has counts 0 and ratios NaN

    Returns
    -------
    DataFrame, indexed by `by`
        `expected, performed, credited` (sessions); `session_adherence` (credited / expected, unlogged counted as not
        done), `over_adherence`, `performed_ratio`, `session_adherence_mean` (plain mean over exercises),
        `side_asymmetry` (-1 to 1); `coverage`, `session_adherence_observed`, `session_adherence_high` (unlogged
        counted as done); `dose_adherence`, `relative_dose`, `over_dose`, `dose_known`; `active_days,
        scheduled_days, full_days, any_days, streak_best, streak_now` (days); `rolling_7, rolling_14, rolling_28`
        (up to `as_of`); `ci_low, ci_high, n_effective, design_effect`. Ratios are 0-1 unless said; nothing expected
        is NaN, never 0 or 1. The rules stand in `.attrs["rules"]`.

    Raises
    ------
    RulesError
        If neither `cells` nor the caller says by which rules.
    TableError
        If `cells` lacks a column or `by` names something else.

    Notes
    -----
    high - low = 1 - coverage: worst-case bounds after Horowitz and Manski 2000. Formulas: docs/measures.md.
    """
    rules = rules_of(cells, rules)
    check_cells(cells, rules)
    groups = group_by(cells, by)
    arrays = _Cells(
        expected=cells["expected"].to_numpy(float),
        performed=cells["performed"].to_numpy(float),
        credited=cells["credited"].to_numpy(float),
        observed=cells["observed"].to_numpy(bool),
        day=days(cells["day"]),
        groups=groups,
    )
    columns = _sessions(arrays)
    columns |= {
        "session_adherence_mean": _mean_over_exercises(cells, arrays),
        "side_asymmetry": _asymmetry(cells, arrays),
    }
    columns |= _coverage(arrays) | _dose(cells, arrays) | _day_columns(cells, arrays, rules)
    table = pd.DataFrame(columns, index=groups.labels)
    if patients is not None:
        table = for_patients(table, by, patients, counts=COUNTS)
    table = table.astype(dict.fromkeys(DAY_COUNTS, np.int64))
    table.attrs["rules"] = rules.as_data()
    return table


def _sessions(cells: _Cells) -> dict[str, Floats]:
    expected, performed, credited = (cells.total(a) for a in (cells.expected, cells.performed, cells.credited))
    return {
        "expected": expected,
        "performed": performed,
        "credited": credited,
        "session_adherence": np.clip(share(credited, expected), 0, 1),
        "over_adherence": share(cells.total(cells.performed - cells.credited), expected),
        "performed_ratio": share(performed, expected),
    }


def _mean_over_exercises(table: pd.DataFrame, cells: _Cells) -> Floats:
    """Return the plain mean of session adherence over the exercises of each group that expect anything."""
    exercise, names = pd.factorize(table["exercise"])
    place = cells.groups.code * max(len(names), 1) + exercise
    size = len(cells.groups) * max(len(names), 1)
    each = share(total(place, size, cells.credited), total(place, size, cells.expected)).reshape(-1, max(len(names), 1))
    return share(np.nansum(each, axis=1), (~np.isnan(each)).sum(axis=1).astype(float))


def _asymmetry(table: pd.DataFrame, cells: _Cells) -> Floats:
    """Return (left - right) / (left + right) of credited sessions, on days when a group has both sides in force."""
    side = table["side"].to_numpy()
    in_force = (table["state"] != "out_of_window").to_numpy()
    who, what = pd.factorize(table["patient_id"])[0], pd.factorize(table["exercise"])[0]
    here = combine(cells.groups.code, who, what, cells.day)
    left, right = (side == "left") & in_force, (side == "right") & in_force
    paired = np.isin(here, here[left]) & np.isin(here, here[right])
    on_left, on_right = (cells.total(cells.credited, side_in_force & paired) for side_in_force in (left, right))
    return share(on_left - on_right, on_left + on_right)


def _coverage(cells: _Cells) -> dict[str, Floats]:
    expected, credited = cells.total(cells.expected), cells.total(cells.credited)
    seen = cells.total(cells.expected, cells.observed)
    unseen = cells.total(cells.expected, ~cells.observed)
    return {
        "coverage": np.clip(share(seen, expected), 0, 1),
        "session_adherence_observed": np.clip(share(cells.total(cells.credited, cells.observed), seen), 0, 1),
        "session_adherence_high": np.clip(share(credited + unseen, expected), 0, 1),
    }


def _dose(table: pd.DataFrame, cells: _Cells) -> dict[str, Floats]:
    """Return the dose columns, over cells whose dose is known; a dose counts in sessions, never in seconds."""
    done, floor, ceiling = (table[name].to_numpy(float) for name in ("dose_done", "dose_floor", "dose_ceiling"))
    known = table["dose_known"].to_numpy(bool)
    of_floor, of_ceiling = share(done, floor, nothing=0.0), share(done, ceiling, nothing=0.0)
    expected = cells.total(cells.expected, known)
    return {
        "dose_adherence": np.clip(share(cells.total(np.minimum(cells.expected, of_floor), known), expected), 0, 1),
        "relative_dose": share(cells.total(of_floor, known), expected),
        "over_dose": share(cells.total(np.maximum(0, of_ceiling - cells.expected), known), expected),
        "dose_known": np.clip(share(expected, cells.total(cells.expected)), 0, 1),
    }


def _day_columns(table: pd.DataFrame, cells: _Cells, rules: Rules) -> dict[str, Floats]:
    """Return the columns that count days, not cells."""
    size = len(cells.groups)
    full = (table["state"] == "full").to_numpy()
    found = scheduled_days(cells.groups, cells.day, cells.expected, cells.credited, full, cells.performed)
    clock = active_clock(cells.groups, cells.day, ~table["state"].isin(INACTIVE).to_numpy(), cells.performed)
    best, now = streaks(found, size)
    counts = {
        "active_days": total(clock.group, size),
        "scheduled_days": total(found.group, size),
        "full_days": total(found.group, size, found.full),
        "any_days": total(found.group, size, found.some),
        "streak_best": best,
        "streak_now": now,
    }
    as_of, least = day_number(rules), rules.min_scheduled_days
    windows = {
        f"rolling_{width}": rolling(found, size, as_of=as_of, window_days=width, min_days=least)
        for width in WINDOWS_DAYS
    }
    n, effect = clustered(found, size)
    p = np.clip(share(cells.total(cells.credited), cells.total(cells.expected)), 0, 1)
    low, high = wilson(p, n, confidence=rules.confidence)
    return counts | windows | {"ci_low": low, "ci_high": high, "n_effective": n, "design_effect": effect}
