"""The persistence curve of a caseload: how many of those who started still exercise after so many days."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd

from toolkit.errors import Problem, TableError
from toolkit.measures.coding import Bools, Floats, share, total
from toolkit.rules import Rules, rules_of


def persistence_curve(table: pd.DataFrame, *, rules: Rules | None = None) -> pd.DataFrame:
    """Return the Kaplan-Meier curve of persistence over the patients who started.

    Parameters
    ----------
    table : one row a patient, as `persistence(cells, by=["patient_id"])` returns it
    rules : those `table` was made with unless given; `confidence` is used

    Returns
    -------
    DataFrame, indexed by `days` (active days from the first session)
        A row at 0, one at each day on which a patient discontinued, one at the longest persistence. `at_risk` (patients
        with at least so many days), `events` (patients who discontinued), `censored` (patients last seen on this day or
        later, before the day of the next row, so that at_risk - events - censored is the next at_risk), `survival`
        (0-1, NaN if nobody started), `ci_low` and `ci_high` (0-1, NaN where survival is 0 or 1). Patients who never
        started are not on the curve: `.attrs["never_started"]` counts them, `.attrs["started"]` the others. The rules
        stand in `.attrs["rules"]`.

    Raises
    ------
    RulesError
        If neither `table` nor the caller says by which rules.
    TableError
        If a column is missing, a persistence is not above 0, or only one of the two columns is known.

    Notes
    -----
    S(t) is the product of 1 - d/n over the days with an event up to t, its interval S^exp(+-z sigma / |ln S|) with
    sigma^2 the sum of d / (n (n - d)) (Kaplan and Meier 1958; Greenwood 1926; docs/measures.md). The end of a regimen
    and a discharge are censored. A discharge for not attending is not neutral: the curve is then too high.
    """
    rules = rules_of(table, rules)
    duration, event = _started(table)
    curve = _steps(duration, event)
    at_risk, events = curve["at_risk"].to_numpy(float), curve["events"].to_numpy(float)
    survival = np.cumprod(1 - share(events, at_risk), dtype=np.float64)
    low, high = _interval(survival, events, at_risk, confidence=rules.confidence)
    curve = curve.assign(survival=survival, ci_low=low, ci_high=high)
    curve.attrs = {"rules": rules.as_data(), "started": len(duration), "never_started": len(table) - len(duration)}
    return curve


def _started(table: pd.DataFrame) -> tuple[Floats, Bools]:
    """Return the persistence of those who started, in days, and whether they discontinued."""
    summary = "The table of persistence cannot be used."
    if missing := [name for name in ("persistence_days", "discontinued") if name not in table.columns]:
        raise TableError(summary, [Problem(", ".join(missing), "must be there")])
    try:
        duration = table["persistence_days"].astype("Float64").to_numpy(float, na_value=np.nan)
        discontinued = table["discontinued"].astype("boolean")
    except (TypeError, ValueError):
        wanted = "must hold days, and true, false or nothing"
        raise TableError(summary, [Problem("persistence_days, discontinued", wanted)]) from None
    known = ~np.isnan(duration)
    problems = [
        Problem(f"persistence_days, row {row + 1}", f"must be a number of days above 0; found {duration[row]:g}")
        for row in np.flatnonzero(known & ~((duration > 0) & (duration < np.inf)))
    ]
    problems += [
        Problem(f"row {row + 1}", "persistence_days and discontinued must both be known or both be missing")
        for row in np.flatnonzero(known != discontinued.notna().to_numpy())
    ]
    if problems:
        raise TableError(summary, problems)
    return duration[known], discontinued[known].to_numpy(bool)


def _steps(duration: Floats, event: Bools) -> pd.DataFrame:
    """Return the days of the curve with the patients at risk, discontinued and censored."""
    days = np.unique(np.append(duration[event], [0.0, duration.max(initial=0.0)]))
    before = np.searchsorted(np.sort(duration), days, side="left")
    step = np.searchsorted(days, duration, side="right") - 1
    counts = {
        "at_risk": len(duration) - before,
        "events": total(step[event], len(days)),
        "censored": total(step[~event], len(days)),
    }
    return pd.DataFrame(counts, index=pd.Index(days, name="days"), dtype=np.int64)


def _interval(survival: Floats, events: Floats, at_risk: Floats, *, confidence: float) -> tuple[Floats, Floats]:
    """Return the interval on the scale of log(-log S), which stays between 0 and 1; NaN where S is 0 or 1."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    inside = (survival > 0) & (survival < 1)
    s = np.where(inside, survival, np.nan)
    sigma = np.sqrt(np.cumsum(share(events, at_risk * (at_risk - events))))
    power = np.exp(z * sigma / np.abs(np.log(s)))
    return s**power, s ** (1 / power)
