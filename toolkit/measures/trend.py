"""Session adherence over a sliding window, day by day: what a chart draws of `rolling_14`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.measures.attribution import day_number
from toolkit.measures.coding import Floats, as_dates, days, distinct_days, group_day, share, total
from toolkit.measures.groups import check_cells, group_by
from toolkit.rules import Rules, rules_of


def rolling_by_day(
    cells: pd.DataFrame, by: Sequence[str], *, window_days: int = 14, rules: Rules | None = None
) -> pd.DataFrame:
    """Return credited / expected over the calendar days that end on each day.

    Parameters
    ----------
    cells : one row an exercise, side and day, as `cell_table` returns it
    by : any of patient_id, exercise, side
    window_days : length of the window
    rules : those `cells` was made with unless given; `min_scheduled_days` is used

    Returns
    -------
    DataFrame with the columns of `by`, `day` (up to `as_of`, days with a cell), `share` and `high` (0-1: what is
        recorded; and if all days without an entry were kept)
        NaN where fewer than `min_scheduled_days` days of the window have anything due. On `as_of` the same as
        `rolling_14` of `adherence`.
    """
    rules = rules_of(cells, rules)
    check_cells(cells, rules)
    cells = cells[days(cells["day"]) <= day_number(rules)]
    groups = group_by(cells, by)
    group, day, place = distinct_days(groups.code, days(cells["day"]))
    size = len(group)
    expected, credited = (total(place, size, cells[name].to_numpy(float)) for name in ("expected", "credited"))
    unseen = total(place, size, cells["expected"].to_numpy(float) * ~cells["observed"].to_numpy(bool))
    key = group_day(group, day)
    begin = np.maximum(np.searchsorted(key, key - window_days, side="right"), np.searchsorted(group, group))

    def window(values: Floats) -> Floats:
        before = np.concatenate([[0.0], np.cumsum(values)])
        return np.round(before[1:] - before[begin], 9)

    enough = window((expected > 0).astype(float)) >= rules.min_scheduled_days
    low, high = (share(window(part), window(expected)) for part in (credited, credited + unseen))
    found = {name: np.where(enough, np.clip(part, 0, 1), np.nan) for name, part in (("share", low), ("high", high))}
    table = pd.DataFrame({"place": group, "day": as_dates(day), **found})
    labels = groups.labels.to_frame(index=False)
    table = labels.take(table.pop("place").to_numpy()).reset_index(drop=True).join(table)
    table.attrs["rules"] = rules.as_data()
    return table
