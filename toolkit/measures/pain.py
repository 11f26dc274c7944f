"""Pain as the patient gave it: day by day, its change, its slope and its flares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.errors import Problem, TableError
from toolkit.measures.attribution import day_number
from toolkit.measures.coding import EDGE, Bools, Floats, Ints, days, distinct_days, total
from toolkit.measures.groups import Groups, check_rows, group_by
from toolkit.rules import PainRules, Rules, rules_of

DROPPED = ("duplicate_id", "superseded", "duplicate_exact", "near_duplicate")
SLOPE_DAYS = 8  # with fewer days of pain a slope is drawn from chance (our own convention)
FLARE_VALUES = 3  # with fewer days of pain before, a day is not judged (our own convention)
NEEDED = ("patient_id", "exercise", "day", "first_day", "reason", "pain")  # columns of the log, attributed
NOT_ENOUGH, UNCHANGED = "not_enough_data", "unchanged"


@dataclass(frozen=True, slots=True)
class PainDays:
    """One place for each day of each group on which pain was given, ordered by group and day; pain 0-10."""

    group: Ints
    day: Ints
    pain: Floats


def pain_by_day(rows: pd.DataFrame, *, rules: Rules | None = None) -> pd.DataFrame:
    """Return the pain of each day on which it was given; the other days are not there.

    Parameters
    ----------
    rows : the log as `attribute` returns it; days from the patient's first prescribed one to `as_of` are looked at
    rules : those `rows` were made with unless given

    Returns
    -------
    DataFrame with `patient_id`, `day`, `pain` (0-10, mean of the day's values), `worst` (0-10), `values` (their
        number), `flare` (true, false, or missing where too few values lie before it)
        Over rows not dropped as duplicates, whatever their reason. A missing value is never filled.
    """
    rules = rules_of(rows, rules)
    check_rows(rows, NEEDED)
    given = rows[_counts(rows, rules)]
    found = given.groupby(["patient_id", "day"], as_index=False)
    table = found.agg(pain=("pain", "mean"), worst=("pain", "max"), values=("pain", "size"))
    above = rise(pain_days(rows, group_by(rows, ["patient_id"]), rules), before_days=rules.pain.flare_days)
    flare = pd.Series(above >= rules.pain.flare_points - EDGE, index=table.index, dtype="boolean")
    table["flare"] = flare.mask(np.isnan(above))
    table.attrs["rules"] = rules.as_data()
    return table


def pain_change(rows: pd.DataFrame, by: Sequence[str] = ("patient_id",), *, rules: Rules | None = None) -> pd.DataFrame:
    """Return what became of each patient's pain; it is seen only on the days it was given.

    Parameters
    ----------
    rows : the log as `attribute` returns it; values count from the patient's first prescribed day to `as_of`
    by : patient_id, alone or with exercise (pain written beside it)
    rules : those `rows` were made with unless given; `as_of` and `pain` are used

    Returns
    -------
    DataFrame, indexed by `by`
        `pain_baseline` (mean over the 7 days that begin with the first value), `pain_current` (over the 7 days that end
        on `as_of`), both 0-10 and missing with fewer than 3 days; `pain_change` (points) and `pain_change_pct` (per
        cent of the baseline), missing where the windows overlap; `pain_status` (improved, possibly_improved, unchanged,
        possibly_worse, worse, not_enough_data); `pain_slope_per_week` (points, Theil-Sen); `flare_days`; `pain_days`
        (days with a value).

    Raises
    ------
    RulesError, TableError
        If no rules are known, `rows` has no `reason`, or `by` names something else.

    Notes
    -----
    Both criteria of improvement: Ostelo 2008, Spine; worse is their mirror by convention (docs/measures.md).
    """
    rules = rules_of(rows, rules)
    if "patient_id" not in by or not {*by} <= {"patient_id", "exercise"}:
        told = f"must be patient_id, alone or with exercise; found {', '.join(map(str, by)) or 'nothing'}"
        raise TableError("Pain cannot be grouped.", [Problem("by", told)])
    check_rows(rows, NEEDED)
    rows = rows if "exercise" not in by else rows[rows["exercise"].notna()]
    groups = group_by(rows, by)
    found = pain_days(rows, groups, rules)
    table = pd.DataFrame(_columns(found, len(groups), day_number(rules), rules.pain), index=groups.labels)
    table.attrs["rules"] = rules.as_data()
    return table


def pain_days(rows: pd.DataFrame, groups: Groups, rules: Rules) -> PainDays:
    """Return the mean pain of each day of each group, from the patient's first prescribed day to `as_of`."""
    day, value, use = days(rows["day"]), rows["pain"].to_numpy(float), _counts(rows, rules)
    group, here, code = distinct_days(groups.code[use], day[use])
    return PainDays(group, here, total(code, len(group), value[use]) / total(code, len(group)))


def _counts(rows: pd.DataFrame, rules: Rules) -> Bools:
    """Tell which rows give a value that counts: no duplicate, from the first prescribed day to `as_of`."""
    given = rows["pain"].notna() & ~rows["reason"].isin(DROPPED)
    return given.to_numpy() & in_care(rows, rules)


def in_care(rows: pd.DataFrame, rules: Rules) -> Bools:
    """Tell which rows lie from the patient's first prescribed day (none: from the first row) to `as_of`."""
    begun = rows["first_day"].isna() | (rows["day"] >= rows["first_day"])
    return (begun & (rows["day"] <= pd.Timestamp(rules.as_of))).to_numpy(bool)


def rise(found: PainDays, *, before_days: int, at: Ints | None = None) -> Floats:
    """Return the pain of each day minus the median of the days with pain among those before; NaN with fewer than 3.

    `at` are the places of the days that are asked for, all of them without it.
    """
    at = np.arange(len(found.day)) if at is None else at
    window = np.full((len(at), before_days), np.nan)
    for back in range(1, min(before_days, len(found.day) - 1) + 1):  # a day has at most so many days before it
        then = np.maximum(at - back, 0)
        near = (at >= back) & (found.group[at] == found.group[then]) & (found.day[at] - found.day[then] <= before_days)
        window[near, back - 1] = found.pain[then[near]]
    count = (~np.isnan(window)).sum(axis=1)
    window.sort(axis=1)  # what is not known comes last
    middle = [
        np.take_along_axis(window, half[:, None], axis=1)[:, 0] for half in (np.maximum(count - 1, 0) // 2, count // 2)
    ]
    return found.pain[at] - np.where(count >= FLARE_VALUES, (middle[0] + middle[1]) / 2, np.nan)


def steps(found: PainDays) -> Floats:
    """Return the pain of each day minus that of the group's day with pain before it; NaN on the first."""
    step = np.full(len(found.day), np.nan)
    step[1:] = np.where(found.group[1:] == found.group[:-1], np.diff(found.pain), np.nan)
    return step


def status(baseline: Floats, change: Floats, rules: PainRules) -> npt.NDArray[np.object_]:
    """Return the word for each change of pain in points: both criteria, one of them, or neither; mirrored for worse."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = change / baseline
    points_alone = baseline <= 0
    down = [change <= -rules.mic_points + EDGE, share <= -rules.mic_share + EDGE]
    up = [change >= rules.mic_points - EDGE, share >= rules.mic_share - EDGE]
    words = np.full(len(change), UNCHANGED, dtype=object)
    for (points, part), word in ((down, "improved"), (up, "worse")):
        part = np.where(points_alone, points, part)
        words[points | part] = f"possibly_{word}"
        words[points & part] = word
    words[np.isnan(change)] = NOT_ENOUGH
    return words


def change_in_words(change: pd.Series) -> str:
    """Return a change in points and, where the baseline is above 0, in per cent, as `+3.0, +50 %`."""
    points, per_cent = round(change["pain_change"], 1), change["pain_change_pct"]
    told = f"{points:+.1f}" if points else "0.0"  # no sign before a nought
    if pd.notna(per_cent):
        told += f", {round(per_cent):+d} %" if round(per_cent) else ", 0 %"
    return told.replace("-", "−")


def theil_sen(day: Ints, pain: Floats) -> float:
    """Return the median slope over all pairs of days, in points a day (Sen 1968)."""
    first, second = np.triu_indices(len(day), k=1)
    return float(np.median((pain[second] - pain[first]) / (day[second] - day[first])))


def _columns(found: PainDays, size: int, as_of: int, rules: PainRules) -> dict[str, Floats | npt.NDArray[np.object_]]:
    begin = np.full(size, as_of)
    np.minimum.at(begin, found.group, found.day)
    early = found.day < begin[found.group] + rules.window_days
    late = found.day > as_of - rules.window_days
    baseline, current = _mean(found, early, size, rules), _mean(found, late, size, rules)
    overlap = begin + rules.window_days - 1 > as_of - rules.window_days
    change = np.where(overlap, np.nan, current - baseline)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_cent = np.where(baseline > 0, 100 * change / baseline, np.nan)
    flare = rise(found, before_days=rules.flare_days) >= rules.flare_points - EDGE
    return {
        "pain_baseline": baseline,
        "pain_current": current,
        "pain_change": change,
        "pain_change_pct": per_cent,
        "pain_status": status(baseline, change, rules),
        "pain_slope_per_week": _slopes(found, size),
        "flare_days": total(found.group, size, flare).astype(np.int64),
        "pain_days": total(found.group, size).astype(np.int64),
    }


def _mean(found: PainDays, inside: Bools, size: int, rules: PainRules) -> Floats:
    count = total(found.group[inside], size)
    enough = count >= rules.min_days
    mean = total(found.group[inside], size, found.pain[inside])
    return np.divide(mean, count, out=np.full(size, np.nan), where=enough)


def _slopes(found: PainDays, size: int) -> Floats:
    """Return the slope of each group with days enough; pairs are of one group, so groups go one by one."""
    slopes = np.full(size, np.nan)
    count = total(found.group, size).astype(np.int64)
    begin = np.cumsum(count) - count
    for group in np.flatnonzero(count >= SLOPE_DAYS):
        own = slice(begin[group], begin[group] + count[group])
        slopes[group] = 7 * theil_sen(found.day[own], found.pain[own])
    return slopes
