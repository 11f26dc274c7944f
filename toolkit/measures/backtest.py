"""What a set of alert rules would have done on a clinic's own past logs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from toolkit.measures.alert_rules import Preset, preset_of
from toolkit.measures.arrays import CellArrays
from toolkit.measures.attribution import checked_log
from toolkit.measures.cells import cell_table
from toolkit.measures.coding import Bools, Floats, Ints, days, group_day, total
from toolkit.measures.days import DayClock, active_clock
from toolkit.measures.groups import group_by
from toolkit.measures.persistence import gaps_of
from toolkit.measures.replay import known_on, last_day, replay
from toolkit.rules import Rules

AHEAD_DAYS = 28  # active days in which a warning is looked for before an event, and an event after a warning
TOGETHER = "all rules"


@dataclass(frozen=True, slots=True)
class BackTest:
    """What came of it: `table`, one row a rule and one for all together; `alerts` and `events`, one row each.

    `unknown_logged_at` is the share of log rows (0-1) that do not say when they were written; they count as known at
    once. `first_day` and `last_day` are the days looked from.
    """

    table: pd.DataFrame
    alerts: pd.DataFrame
    events: pd.DataFrame
    unknown_logged_at: float
    first_day: date
    last_day: date


def back_test(
    prescriptions: pd.DataFrame,
    log: pd.DataFrame,
    rules: Rules,
    *,
    pauses: pd.DataFrame | None = None,
    preset: str | Preset = "cautious",
) -> BackTest:
    """Run a set of alert rules on every past day, each with the rows that a reader could have had by then.

    Parameters
    ----------
    prescriptions, log, pauses : tables of data/README.md
    rules : the conventions; `as_of` is the last day tried, `gap_days` makes an event
    preset : as in `alerts`

    Returns
    -------
    BackTest
        `.table`, indexed by `rule`: `alerts` (count), `alerts_per_patient_week` (of active days), `patients_alerted`
        (share of patients, 0-1), `events_warned` (share of events with an alert in the 28 active days up to it),
        `lead_time_days` (median active days from the first such alert to the event), `alerts_confirmed` (share of
        alerts followed by an event within 28 active days), `alerts_open` (alerts with a shorter future, left out of
        the last), and `events`, `patients` (counts). No event or no alert: NaN.

    Raises
    ------
    RegimenError, RulesError, SettingsError, TableError
        As `cell_table` does, or if no preset has that name.

    Notes
    -----
    An event is the day on which `gap_days` active days without a session are complete. An alert is raised on the day on
    which a reader first sees it: an entry that came in late raises it late.
    """
    preset, log = preset_of(preset), checked_log(log)
    cells = cell_table(prescriptions, log, rules, pauses=pauses)
    groups = group_by(cells, ["patient_id"])
    clock = active_clock(CellArrays.of(cells), groups.code)
    raised = replay(prescriptions, log, rules, pauses, preset)
    events = _events(clock, len(groups), rules.gap_days)
    names = groups.labels
    raised = raised.assign(patient=names.get_indexer(pd.Index(raised["patient_id"])))
    raised = raised[raised["patient"] >= 0].reset_index(drop=True)  # nobody to call by a regimen
    table = pd.DataFrame(
        [
            _figures(raised if rule == TOGETHER else raised[raised["rule"] == rule], events, clock, len(groups))
            for rule in [*(one.id for one in preset.rule), TOGETHER]
        ],
        index=pd.Index([*(one.id for one in preset.rule), TOGETHER], name="rule"),
    )
    table.attrs["rules"], table.attrs["preset"] = rules.as_data(), preset.model_dump(mode="json")
    told = pd.DataFrame({"patient_id": names.to_numpy()[events.group], "day": events.day.astype("datetime64[D]")})
    share = float(log["logged_at"].isna().mean()) if len(log) else np.nan
    told = told.astype({"day": "datetime64[s]"})
    first = pd.to_datetime(prescriptions["first_day"]).min()
    begin = rules.as_of if pd.isna(first) else min(first.date(), rules.as_of)
    end = last_day(prescriptions, known_on(log, rules), rules)
    return BackTest(table, raised.drop(columns="patient"), told, share, begin, end)


@dataclass(frozen=True, slots=True)
class _Events:
    group: Ints
    day: Ints
    place: Ints  # on the clock of active days


def _events(clock: DayClock, size: int, gap_days: int) -> _Events:
    """Return the day on which each long gap is complete."""
    gaps = gaps_of(clock, size)
    long = gaps.length >= gap_days
    group, place = gaps.group[long], gaps.after[long] + gap_days
    begin = np.searchsorted(clock.group, group)
    return _Events(group, clock.day[begin + place], place)


def _figures(raised: pd.DataFrame, events: _Events, clock: DayClock, size: int) -> dict[str, float]:
    patient = raised["patient"].to_numpy(np.int64)
    place = _place(clock, patient, days(raised["day"]))
    length = total(clock.group, size).astype(np.int64)
    lead = _lead_times(events, patient, place)
    open_future = place + AHEAD_DAYS >= length[patient]
    confirmed = _followed(events, patient, place)[~open_future]
    warned = ~np.isnan(lead)
    return {
        "alerts": len(raised),
        "alerts_per_patient_week": _share(7 * len(raised), len(clock.group)),
        "patients_alerted": _share(len(np.unique(patient)), size),
        "events_warned": _share(float(warned.sum()), len(lead)),
        "lead_time_days": float(np.median(lead[warned])) if warned.any() else np.nan,
        "alerts_confirmed": _share(float(confirmed.sum()), len(confirmed)),
        "alerts_open": int(open_future.sum()),
        "events": len(events.group),
        "patients": size,
    }


def _place(clock: DayClock, patient: Ints, day: Ints) -> Ints:
    """Return the place of each day on the patient's clock of active days: that of the last active day up to it."""
    key = group_day(clock.group, clock.day)
    return np.searchsorted(key, group_day(patient, day), side="right") - np.searchsorted(clock.group, patient) - 1


def _lead_times(events: _Events, patient: Ints, place: Ints) -> Floats:
    """Return the active days from the first alert in the 28 active days up to each event; NaN without one."""
    lead = np.full(len(events.group), np.nan)
    for one, (group, at) in enumerate(zip(events.group, events.place, strict=True)):
        before = at - place[patient == group]
        before = before[(before >= 0) & (before < AHEAD_DAYS)]
        lead[one] = before.max() if len(before) else np.nan
    return lead


def _followed(events: _Events, patient: Ints, place: Ints) -> Bools:
    """Tell after which alerts an event came within 28 active days."""
    ahead = [events.place[events.group == who] - at for who, at in zip(patient, place, strict=True)]
    return np.array([bool(((one >= 0) & (one <= AHEAD_DAYS)).any()) for one in ahead], dtype=bool)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else np.nan
