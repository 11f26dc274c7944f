"""Measures for research, outside the default table: restricted mean, shrinkage before a ranking, day of a change.

None of them judges a patient by itself. A shrunk share is an estimate, drawn towards the caseload it was computed with.
A change of rate is found in hindsight; the alarm that works forwards is another one (docs/measures.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import Problem, TableError
from toolkit.measures.alarm import kept_days
from toolkit.measures.arrays import CellArrays
from toolkit.measures.caseload import check_patients
from toolkit.measures.coding import EDGE, Bools, Floats, Ints, as_dates, share, total
from toolkit.measures.days import active_clock
from toolkit.measures.groups import check_cells, group_by
from toolkit.rules import Rules, rules_of

MIN_PATIENTS = 3  # with fewer the spread between patients says nothing
RHO_LEAST, RHO_MOST = 0.001, 0.999
MIN_SPLIT_DAYS = 7  # scheduled days on each side of a change
MIN_DIFFERENCE = 0.2  # of the two rates


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """Days of exercise up to `tau_days`: mean persistence `rmst` and `days_lost`, which add up to it."""

    tau_days: float
    rmst: float
    days_lost: float


def restricted_mean(curve: pd.DataFrame, tau_days: float) -> RestrictedMean:
    """Return the mean persistence up to a day, the area under the persistence curve.

    Parameters
    ----------
    curve : as `persistence_curve` returns it
    tau_days : above 0, no later than the longest persistence: beyond it the curve knows nothing

    Raises
    ------
    TableError
        If `curve` is no persistence curve, or `tau_days` lies outside of it.
    """
    if curve.index.name != "days" or "survival" not in curve.columns:
        raise TableError("The curve cannot be used.", [Problem("curve", "must be one of persistence_curve")])
    time, survival = curve.index.to_numpy(float), curve["survival"].to_numpy(float)
    longest = time.max(initial=0)
    if not 0 < tau_days <= longest + EDGE:
        wanted = f"must be above 0 and at most {longest:g}, the longest persistence; found {tau_days:g}"
        raise TableError("The restricted mean cannot be computed.", [Problem("tau_days", wanted)])
    inside = time < tau_days
    rmst = float(np.sum(survival[inside] * np.diff(np.append(time[inside], tau_days))))
    return RestrictedMean(float(tau_days), rmst, float(tau_days) - rmst)


def shrunk(table: pd.DataFrame, *, rules: Rules | None = None) -> pd.DataFrame:
    """Return session adherence drawn towards the mean of the caseload, the more so the less is known of a patient.

    Parameters
    ----------
    table : as `adherence(cells, by=["patient_id"])` returns it
    rules : those `table` was made with unless given

    Returns
    -------
    DataFrame, indexed by `patient_id`, the rows of `table` in their order
        `session_adherence` (0-1), `n_effective` (sessions), `estimate` (0-1; NaN without an `n_effective`: too few days
        to be ranked). `.attrs` holds `mean` (0-1), `rho` (likeness of one patient's sessions, 0.001-0.999) and `kappa`
        (sessions that the mean is worth). With fewer than 3 patients, or where all or none is done, nothing is drawn:
        `estimate` is `session_adherence`, `rho` and `kappa` are NaN. The rules stand in `.attrs["rules"]`.

    Raises
    ------
    RulesError, TableError
        If no rules are known, a column is missing, or a row is not one patient.

    Notes
    -----
    Beta-binomial by moments (model: Young-Xu and Chan 2008, BMC Med Res Methodol 8:58; the moment equation follows from
    its variance, docs/measures.md). Label it "estimate" wherever it is shown.
    """
    rules = rules_of(table, rules)
    if missing := [name for name in ("session_adherence", "n_effective") if name not in table.columns]:
        raise TableError("The table of adherence cannot be used.", [Problem(", ".join(missing), "must be there")])
    check_patients(table)
    found = table[["session_adherence", "n_effective"]].copy()
    p, n = (found[name].to_numpy(float) for name in found.columns)
    known = ~np.isnan(p) & (n > 0)
    mean, rho = _moments(p[known], n[known])
    kappa = 1 / rho - 1
    drawn = p if np.isnan(kappa) else (n * p + kappa * mean) / (n + kappa)
    found["estimate"] = np.where(known, drawn, np.nan)
    found.attrs = {"rules": rules.as_data(), "mean": mean, "rho": rho, "kappa": kappa}
    return found


def _moments(p: Floats, n: Floats) -> tuple[float, float]:
    """Return the mean of shares `p` of `n` sessions and the correlation within a patient, NaN if it cannot be told."""
    if not len(n):
        return np.nan, np.nan
    w = n / n.sum()
    mean = float(np.clip(np.sum(w * p), 0, 1))
    by_chance, at_most = float(np.sum(w * (1 - w) / n)), float(np.sum(w * (1 - w)))
    if len(n) < MIN_PATIENTS or not EDGE < mean < 1 - EDGE or at_most - by_chance < EDGE:
        return mean, np.nan
    spread = float(np.sum(w * (p - mean) ** 2)) / (mean * (1 - mean))
    return mean, float(np.clip((spread - by_chance) / (at_most - by_chance), RHO_LEAST, RHO_MOST))


def change_day(cells: pd.DataFrame, *, rules: Rules | None = None) -> pd.DataFrame:
    """Return the day from which a patient kept clearly more or fewer days than before, in hindsight.

    Parameters
    ----------
    cells : one row an exercise, side and day, as `cell_table` returns it
    rules : those `cells` was made with unless given; `alarm.kept_share` is used

    Returns
    -------
    DataFrame, indexed by `patient_id`
        `change_day` (first scheduled day after the change), `rate_before` and `rate_after` (kept among scheduled days,
        0-1). All three are missing where no split is clear. The rules stand in `.attrs["rules"]`.

    Raises
    ------
    RulesError, TableError
        As `adherence` does.

    Notes
    -----
    A day is kept if its credited sessions are at least `alarm.kept_share` of the expected. Of all splits of the D
    scheduled days with 7 on each side, the one with the largest gain G in log likelihood, the earliest at a tie, is
    reported if G > ln D and the rates differ by 0.2. Own convention. Simulated without a change, one is reported in 3
    to 9 % of patients; a fall from 0.8 to 0.3 halfway is found in 75, 94, 99 % of 28, 56, 84 days (docs/measures.md).
    """
    rules = rules_of(cells, rules)
    check_cells(cells, rules)
    groups = group_by(cells, ["patient_id"])
    found = active_clock(CellArrays.of(cells), groups.code).scheduled(also=True)
    columns = _change(found.group, found.day, kept_days(found, rules.alarm), size=len(groups))
    table = pd.DataFrame(columns, index=groups.labels)
    table.attrs["rules"] = rules.as_data()
    return table


def _change(group: Ints, day: Ints, kept: Bools, *, size: int) -> dict[str, object]:
    """Return the columns of `change_day` from days in the order of group and day; each place is the split before it."""
    of_days, of_kept = total(group, size), total(group, size, kept)
    first = np.cumsum(of_days) - of_days
    before = np.arange(len(group)) - first[group]
    kept_before = np.cumsum(kept) - kept - (np.cumsum(of_kept) - of_kept)[group]
    after, kept_after = of_days[group] - before, of_kept[group] - kept_before
    gain = _likelihood(kept_before, before) + _likelihood(kept_after, after) - _likelihood(of_kept, of_days)[group]
    gain[(before < MIN_SPLIT_DAYS) | (after < MIN_SPLIT_DAYS)] = -np.inf

    best = np.full(size, -np.inf)
    np.maximum.at(best, group, gain)
    candidates = np.flatnonzero(np.isfinite(gain) & (gain >= best[group] - EDGE))
    who, earliest = np.unique(group[candidates], return_index=True)
    split = candidates[earliest]
    rate_before, rate_after = share(kept_before[split], before[split]), share(kept_after[split], after[split])
    clear = (best[who] > np.log(of_days[who]) + EDGE) & (np.abs(rate_after - rate_before) >= MIN_DIFFERENCE - EDGE)

    change = np.full(size, "NaT", dtype="datetime64[s]")
    rates = np.full((2, size), np.nan)
    change[who[clear]] = as_dates(day[split[clear]])
    rates[:, who[clear]] = rate_before[clear], rate_after[clear]
    return {"change_day": change, "rate_before": rates[0], "rate_after": rates[1]}


def _likelihood(kept: Floats, of_days: Floats) -> Floats:
    """Return k ln(k/n) + (n - k) ln(1 - k/n), the log likelihood of k kept of n days at their own rate."""
    return _x_ln_x(kept) + _x_ln_x(of_days - kept) - _x_ln_x(of_days)


def _x_ln_x(x: Floats) -> Floats:
    return x * np.log(np.where(x > 0, x, 1))
