"""The drop-off alarm: a patient measured against the patient's own first two weeks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.measures.arrays import CellArrays
from toolkit.measures.coding import EDGE, Bools, Floats, Ints, as_dates, total
from toolkit.measures.days import DayClock, GroupDays, active_clock, place_in_group
from toolkit.measures.groups import check_cells, group_by
from toolkit.rules import AlarmRules, Rules, rules_of

WORST, BEST = 0.5, 0.95  # a baseline is taken as no lower and no higher than that
PRIOR_KEPT, PRIOR_DAYS = 3, 4  # as if so many days had been kept before, of so many
FALL = 0.5  # the alarm looks for a patient who now keeps half as many days
KINDS = ("sum", "silence")


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the alarm knows of each group after its first days."""

    kept: Ints  # days kept of the first ones
    p0: Floats  # share of days kept, 0.5-0.95; NaN with fewer scheduled days than the baseline needs
    run_limit: Ints  # scheduled days in a row without any session that raise the alarm


@dataclass(frozen=True, slots=True)
class Alarms:
    """One place for each alarm: the place of the scheduled day it falls on, and what raised it."""

    place: Ints
    kind: Ints  # place in `KINDS`


def drop_off(cells: pd.DataFrame, *, rules: Rules | None = None) -> pd.DataFrame:
    """Return the days on which a patient's own pattern broke, one row an alarm.

    Parameters
    ----------
    cells : one row an exercise, side and day, as `cell_table` returns it, of all exercises of a patient
    rules : those `cells` was made with unless given; `alarm` is used

    Returns
    -------
    DataFrame with `patient_id`, `day`, `by` (sum: too many days not kept; silence: too many in a row without any
        session), `kept_early` and `kept_late` (days kept of the first 14 and of the last 14 scheduled days up to the
        alarm), `p0` (the share the alarm works with, 0.5-0.95) and `run_limit` (scheduled days of silence)
        Ordered by patient and day. The rules stand in `.attrs["rules"]`.

    Raises
    ------
    RulesError, TableError
        As `adherence` does.

    Notes
    -----
    A cumulative sum of log-likelihood ratios on scheduled days from day 15 on, our own design; false alarms and days to
    the alarm were simulated (docs/measures.md).
    """
    rules = rules_of(cells, rules)
    check_cells(cells, rules)
    groups = group_by(cells, ["patient_id"])
    table = alarms_of(active_clock(CellArrays.of(cells), groups.code), groups.labels, rules.alarm)
    table.attrs["rules"] = rules.as_data()
    return table


def alarms_of(clock: DayClock, patients: pd.Index, rules: AlarmRules) -> pd.DataFrame:
    """Return the table of `drop_off`, given the days of each patient; a session counts whether it was due or not."""
    found = clock.scheduled(also=True)
    base = baseline(found, len(patients), rules)
    alarms = find_alarms(found, base, rules)
    who = found.group[alarms.place]
    return pd.DataFrame(
        {
            "patient_id": patients.to_numpy()[who],
            "day": as_dates(found.day[alarms.place]),
            "by": np.array(KINDS, dtype=object)[alarms.kind],
            "kept_early": base.kept[who],
            "kept_late": _kept_before(found, rules)[alarms.place],
            "p0": base.p0[who],
            "run_limit": base.run_limit[who],
        }
    )


def kept_days(found: GroupDays, rules: AlarmRules) -> Bools:
    """Tell on which scheduled days at least `kept_share` of what was expected was credited."""
    return found.credited >= rules.kept_share * found.expected - EDGE


def baseline(found: GroupDays, size: int, rules: AlarmRules) -> Baseline:
    """Return each group's own pattern over its first `baseline_days` scheduled days."""
    early = place_in_group(found.group) < rules.baseline_days
    kept = total(found.group[early], size, kept_days(found, rules)[early])
    p0 = np.clip((kept + PRIOR_KEPT) / (rules.baseline_days + PRIOR_DAYS), WORST, BEST)
    run = np.ceil(np.log(rules.run_p) / np.log(1 - p0) - EDGE).astype(np.int64)
    enough = total(found.group[early], size) >= rules.baseline_days
    return Baseline(kept.astype(np.int64), np.where(enough, p0, np.nan), np.maximum(rules.run_min, run))


def find_alarms(found: GroupDays, base: Baseline, rules: AlarmRules) -> Alarms:
    """Walk through the scheduled days of all groups at once, day by day, and return the alarms by group and day."""
    place = place_in_group(found.group)
    kept, gain, loss = kept_days(found, rules), *_steps(base.p0)
    size = len(base.p0)
    score, silent, told = np.zeros(size), np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)
    at, kind = [], []
    order = np.argsort(place, kind="stable")
    for today in np.split(order, np.cumsum(np.bincount(place))[:-1]) if len(place) else []:
        who = found.group[today]
        silent[who] = np.where(found.some[today], 0, silent[who] + 1)
        told[who] &= ~found.some[today]
        if place[today[0]] < rules.baseline_days:
            continue
        score[who] = np.maximum(0, score[who] + np.where(kept[today], gain[who], loss[who]))
        by_sum = score[who] >= rules.limit - EDGE
        by_silence = (silent[who] >= base.run_limit[who]) & ~told[who]
        told[who] |= by_silence
        raised = by_sum | by_silence
        score[who[raised]] = 0
        at.append(today[raised])
        kind.append(np.where(by_sum, 0, 1)[raised])
    return _ordered(at, kind)


def _kept_before(found: GroupDays, rules: AlarmRules) -> Ints:
    """Return for each scheduled day how many of the last `baseline_days`, the day itself among them, were kept."""
    count = np.concatenate([[0], np.cumsum(kept_days(found, rules))])
    here = np.arange(len(found.group))
    width = np.minimum(place_in_group(found.group) + 1, rules.baseline_days)
    return np.asarray(count[here + 1] - count[here + 1 - width], dtype=np.int64)


def _steps(p0: Floats) -> tuple[Floats, Floats]:
    """Return what a day kept and a day not kept add to the sum."""
    p1 = p0 * FALL
    return np.log(p1 / p0), np.log((1 - p1) / (1 - p0))


def _ordered(at: list[Ints], kind: list[npt.NDArray[np.int64]]) -> Alarms:
    if not at:
        return Alarms(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    place, what = np.concatenate(at), np.concatenate(kind)
    order = np.argsort(place)
    return Alarms(place[order], what[order])
