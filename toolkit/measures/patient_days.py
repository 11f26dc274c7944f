"""One state for each patient and day, over all exercises and sides: what a picture of a whole caseload shows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.measures.coding import Bools, as_dates, days, distinct_days, marked
from toolkit.measures.groups import check_cells, group_by
from toolkit.rules import Rules, rules_of
from toolkit.schema import STATES


def patient_days(cells: pd.DataFrame, *, rules: Rules | None = None) -> pd.DataFrame:
    """Return what is to be said of each patient's day.

    Parameters
    ----------
    cells : one row an exercise, side and day, as `cell_table` returns it
    rules : those `cells` was made with unless given

    Returns
    -------
    DataFrame with `patient_id`, `day` and `state` (a state of `schema.STATES`), ordered by patient and day
        Where anything was due: `full` if every cell that was due is, `partial` if some session was done, `known_zero`
        if the diary has an entry and no session, else `unlogged`. Where nothing was due: `pending`, `paused` if any
        exercise is, `not_scheduled` if any is in force, else `out_of_window`.
    """
    rules = rules_of(cells, rules)
    check_cells(cells, rules)
    groups = group_by(cells, ["patient_id"])
    patient, day, place = distinct_days(groups.code, days(cells["day"]))
    due = cells["expected"].to_numpy(float) > 0

    def some(where: Bools) -> Bools:
        return marked(place[where], len(patient))

    def are(state: str) -> Bools:
        return (cells["state"] == state).to_numpy(bool)

    is_due, short = some(due), some(due & ~are("full"))
    done, seen = some(due & (cells["performed"].to_numpy(float) > 0)), some(due & cells["observed"].to_numpy(bool))
    found = np.select(
        [
            some(are("pending")), is_due & ~short, is_due & done, is_due & seen, is_due, some(are("paused")),
            some(are("not_scheduled")),
        ],
        ["pending", "full", "partial", "known_zero", "unlogged", "paused", "not_scheduled"],
        "out_of_window",
    )  # fmt: skip
    table = pd.DataFrame(
        {
            "patient_id": groups.labels.to_numpy()[patient],
            "day": as_dates(day),
            "state": pd.Categorical(found, categories=list(STATES)),
        }
    )
    table.attrs["rules"] = rules.as_data()
    return table
