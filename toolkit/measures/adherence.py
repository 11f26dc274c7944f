"""Session and dose adherence, what the diary can prove, days, rolling windows and intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.measures.arrays import (
    CellArrays,
    asymmetry,
    coverage,
    doses,
    mean_over_exercises,
    session_adherence,
    sessions,
)
from toolkit.measures.attribution import day_number
from toolkit.measures.coding import Floats, Ints, total
from toolkit.measures.days import GroupDays, active_clock, rolling, streaks
from toolkit.measures.groups import check_cells, for_patients, group_by
from toolkit.measures.interval import clustered, wilson
from toolkit.rules import Rules, rules_of

WINDOWS_DAYS = (7, 14, 28)
DAY_COUNTS = ("active_days", "scheduled_days", "full_days", "any_days", "streak_best", "streak_now")
COUNTS = ("expected", "performed", "credited", *DAY_COUNTS)


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
    groups, arrays = group_by(cells, by), CellArrays.of(cells)
    over = (arrays, groups.code, len(groups))
    columns = sessions(*over)
    columns |= {"session_adherence_mean": mean_over_exercises(*over), "side_asymmetry": asymmetry(*over)}
    columns |= coverage(*over) | doses(*over) | _day_columns(*over, rules)
    table = pd.DataFrame(columns, index=groups.labels)
    if patients is not None:
        table = for_patients(table, by, patients, counts=COUNTS)
    table = table.astype(dict.fromkeys(DAY_COUNTS, np.int64))
    table.attrs["rules"] = rules.as_data()
    return table


def _day_columns(cells: CellArrays, code: Ints, size: int, rules: Rules) -> dict[str, Floats]:
    """Return the columns that count days, not cells."""
    clock = active_clock(cells, code)
    found = clock.scheduled()
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
    return counts | windows | interval_of(cells, code, size, found, rules)


def interval_of(cells: CellArrays, code: Ints, size: int, found: GroupDays, rules: Rules) -> dict[str, Floats]:
    """Return the interval of session adherence, its days taken as clusters."""
    n, effect = clustered(found, size)
    low, high = wilson(session_adherence(cells, code, size), n, confidence=rules.confidence)
    return {"ci_low": low, "ci_high": high, "n_effective": n, "design_effect": effect}
