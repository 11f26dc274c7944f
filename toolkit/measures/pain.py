"""Pain as the patient gave it."""

from __future__ import annotations

import pandas as pd

DROPPED = ("duplicate_id", "superseded", "duplicate_exact", "near_duplicate")


def pain_by_day(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the pain of each day on which it was given; the other days are not there.

    Parameters
    ----------
    rows : the log as `attribute` returns it

    Returns
    -------
    DataFrame with `patient_id`, `day`, `pain` (0-10, mean of the day's values), `values` (their number)
        Over rows not dropped as duplicates, whatever their reason. A missing value is never filled.
    """
    given = rows[rows["pain"].notna() & ~rows["reason"].isin(DROPPED)]
    days = given.groupby(["patient_id", "day"], as_index=False)
    return days.agg(pain=("pain", "mean"), values=("pain", "size"))
