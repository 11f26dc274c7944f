"""Alert rules on every past day at once: what a reader would have been told, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from toolkit.measures.alert_rules import AlertRule, Preset
from toolkit.measures.alerts import DayIndex, complete_days, quiet_days, words
from toolkit.measures.attribution import day_number, local_day
from toolkit.measures.coding import Bools, Floats, Ints, days, group_day, ranges, total
from toolkit.measures.duplicates import Rows, coded_rows
from toolkit.measures.grid import Grid, build_grid
from toolkit.measures.known import Told, changed_on, largest, spans, standing, told_rows
from toolkit.measures.pain import PainDays, rise, steps
from toolkit.measures.past_sums import Calendar, PastSums, calendar, past_sums
from toolkit.measures.series import DaySums, cell_series
from toolkit.measures.spacing import spaced
from toolkit.plan.note_words import has_flagged_word
from toolkit.rules import Rules
from toolkit.schema import ALERTS

PORTION = 1_000_000  # past days looked at, of all days to look from, that are held in memory at once
NEVER = np.iinfo(np.int64).max


def replay(
    prescriptions: pd.DataFrame, log: pd.DataFrame, rules: Rules, pauses: pd.DataFrame | None, preset: Preset
) -> pd.DataFrame:
    """Return every alert of patients with a regimen on the day on which a reader who looks every day first sees it.

    Parameters
    ----------
    prescriptions, log, pauses : tables of data/README.md, the log checked
    rules : `as_of` is the last day looked at

    Returns
    -------
    DataFrame with the columns of `schema.ALERTS`, ordered by day, then by rule as the preset has them

    Notes
    -----
    The same as making every table anew on every day, with less work: a row of the log stands the same until a row that
    may be its duplicate is written; a cell until a row of its week is written or, under a weekly quota, a day of the
    week has passed. What is summed over a day is looked up for each day on which it was looked at.
    """
    known = known_on(log, rules)
    last = last_day(prescriptions, known, rules)
    found: list[tuple[date, int, str, str, str, str]] = []
    for some in _portions(prescriptions, last):
        there, paused = log["patient_id"].isin(some), None if pauses is None else pauses["patient_id"].isin(some)
        past = _past(
            prescriptions[prescriptions["patient_id"].isin(some)], log[there], known[there],
            rules.model_copy(update={"as_of": last}), None if pauses is None else pauses[paused],
        )  # fmt: skip
        for place, rule in enumerate(preset.rule):
            found += _alerts_of_rule(past, place, rule, quiet_days(rule, rules))
    found.sort(key=lambda one: one[2], reverse=True)
    found.sort(key=lambda one: one[:2])
    table = pd.DataFrame([(who, day, *told) for day, _, who, *told in found], columns=ALERTS.names)
    return table.astype({"day": "datetime64[s]"})


def known_on(log: pd.DataFrame, rules: Rules) -> pd.Series:
    """Return the local day in which each row was written; one that does not say so was known when it was done."""
    begin = rules.day_start
    begins = pd.Timedelta(hours=begin.hour, minutes=begin.minute, seconds=begin.second)
    return (log["logged_at"].fillna(log["performed_at"]) - begins).dt.normalize()


def last_day(prescriptions: pd.DataFrame, known: pd.Series, rules: Rules) -> date:
    """Return the last day worth a look: nothing changes after the last prescribed day and the last row written."""
    ends = pd.concat([pd.to_datetime(prescriptions["last_day"]), known]).max()
    return rules.as_of if pd.isna(ends) else min(rules.as_of, (ends + pd.Timedelta(days=1)).date())


def _portions(prescriptions: pd.DataFrame, last: date) -> Iterator[pd.Index]:
    """Return the patients who have begun by the last day, in portions that take about the same memory."""
    bounds = ("first_day", "last_day")
    window = prescriptions.assign(**{name: days(pd.to_datetime(prescriptions[name])) for name in bounds})
    whose = window.groupby("patient_id").agg(first_day=("first_day", "min"), last_day=("last_day", "max"))
    end = np.datetime64(last, "D").astype(np.int64)
    whose = whose[whose["first_day"] <= end]
    length = np.minimum(whose["last_day"], end) - whose["first_day"] + 1
    for _, some in whose.groupby((length**2 / 2).cumsum() // PORTION):
        yield some.index


@dataclass(frozen=True, slots=True)
class _Past:
    """All series of each patient, as they stood on each day on which they were looked at."""

    series: pd.DataFrame
    looks: DayIndex  # its patient is the number of the look: one patient, looked at on one day
    names: pd.Index
    patient: Ints
    place: Ints  # number of the patient's day
    on: Ints


def _past(
    prescriptions: pd.DataFrame, log: pd.DataFrame, known: pd.Series, rules: Rules, pauses: pd.DataFrame | None
) -> _Past:
    last = day_number(rules)
    grid = build_grid(prescriptions, pauses, last, seen=log)
    rows = coded_rows(log, grid.patients, grid.exercises)
    day = local_day(rows, rules)
    told = told_rows(
        rows, day, days(known), near_s=rules.near_duplicate_s, drop_near=rules.near_duplicates == "drop"
    )  # fmt: skip
    told = _of_care(told, told.since <= last, day >= grid.first[rows.patient])
    end = np.minimum(grid.last, last)
    np.maximum.at(end, rows.patient[told.row], day[told.row])
    dates = calendar(grid.first, end)
    whose, look = _looks(grid, rows, told, dates)
    length = np.minimum(look, end[whose]) - grid.first[whose] + 1
    of = np.repeat(np.arange(len(whose)), length)
    index = DayIndex(of, ranges(grid.first[whose], length))
    place, on = dates.place(whose[of], index.day), look[of]
    series = {
        **_cell_series(past_sums(grid, rows, day, told, dates), index, place, on, rules),
        **_pain_series(rows, day, told, dates, index, place, on, rules),
        **_note_series(log, rows, day, told, dates, place, on),
    }
    return _Past(pd.DataFrame(series, copy=False), index, grid.patients, whose[of], place, on)


def _of_care(told: Told, seen: Bools, begun: Bools) -> Told:
    use = seen & begun[told.row]
    return Told(told.row[use], told.since[use], told.until[use], told.dropped[use])


def _looks(grid: Grid, rows: Rows, told: Told, dates: Calendar) -> tuple[Ints, Ints]:
    """Return each patient with each day worth a look: those of the regimen, and those on which a row came in."""
    inside = dates.day <= np.minimum(grid.last, grid.as_of)[dates.patient]
    patient = rows.patient[told.row]
    later = told.until <= grid.as_of
    return changed_on(
        np.concatenate([dates.patient[inside], patient, patient[later]]),
        np.concatenate([dates.day[inside], told.since, told.until[later]]),
    )


def _cell_series(found: PastSums, index: DayIndex, place: Ints, on: Ints, rules: Rules) -> dict[str, Floats]:
    was = found.standing.on(place, on)
    there = was >= 0  # not after the last prescribed day
    sums = {name: np.where(there, value[was], 0.0) for name, value in found.sums.items()}
    active, performed = sums.pop("active") > 0, sums.pop("performed") > 0
    begin = np.searchsorted(index.patient, index.patient)
    each = cell_series(DaySums(index.patient, begin, active, performed & active, **sums), index.day, rules)
    return {name: np.where(there, value, np.nan) for name, value in each.items()}


def _pain_series(
    rows: Rows, day: Ints, told: Told, dates: Calendar, index: DayIndex, place: Ints, on: Ints, rules: Rules
) -> dict[str, Floats]:
    """Return the series of pain; a value bears on its own day and on later ones, never on an earlier."""
    row = told.row
    use = np.flatnonzero(~told.dropped & ~np.isnan(rows.pain[row]))
    given = spans(dates.place(rows.patient[row[use]], day[row[use]]), told, use, rows.pain[row[use]])
    at, when = changed_on(*given.changes())
    hit, span = given.on(at, when)
    with np.errstate(invalid="ignore"):
        mean = total(hit, len(at), given.value[span]) / total(hit, len(at))
    worst = largest(hit, len(at), given.value[span])
    was = standing(at, when).on(place, on)
    pain = np.where(was >= 0, mean[was], np.nan) if len(at) else np.full(len(place), np.nan)
    known = np.flatnonzero(~np.isnan(pain))
    found = PainDays(index.patient[known], index.day[known], pain[known])
    # of each look the first day with a value that changed on it; from there on everything is computed anew
    since = np.full(int(index.patient.max(initial=-1)) + 1, NEVER)
    look = standing(*_each_look(index, dates.patient[place], on)).on(dates.patient[at], when)
    np.minimum.at(since, look[look >= 0], dates.day[at[look >= 0]])
    anew = np.flatnonzero(found.day >= since[found.group])
    first = known[anew]
    order = np.lexsort((on[first], place[first]))
    stood = standing(place[first][order], on[first][order]).on(place[known], on[known])
    each = {"pain_max": np.full(len(place), np.nan), "pain_step": np.full(len(place), np.nan),
            "pain_rise": np.full(len(place), np.nan)}  # fmt: skip
    each["pain_max"][known] = worst[was[known]]
    each["pain_step"][known] = steps(found)[anew][order][stood]
    each["pain_rise"][known] = rise(found, before_days=rules.pain.flare_days, at=anew)[order][stood]
    return each


def _each_look(index: DayIndex, patient: Ints, on: Ints) -> tuple[Ints, Ints]:
    first = np.flatnonzero(np.diff(index.patient, prepend=-1))
    return patient[first], on[first]


def _note_series(
    log: pd.DataFrame, rows: Rows, day: Ints, told: Told, dates: Calendar, place: Ints, on: Ints
) -> dict[str, Floats]:
    """Return the series of notes, known on days that have a row, duplicates among them."""
    noted = log["note"].notna().to_numpy()
    flagged = noted.copy()
    flagged[noted] = has_flagged_word(log["note"][noted])
    here = dates.place(rows.patient[told.row], day[told.row])

    def there(which: Bools) -> Bools:
        first = np.full(len(dates.day), NEVER)
        use = which[told.row]
        np.minimum.at(first, here[use], told.since[use])
        return first[place] <= on

    some = there(np.ones(len(log), dtype=bool))
    return {name: np.where(some, there(which), np.nan) for name, which in
            (("any_note", noted), ("flagged_note", flagged))}  # fmt: skip


def _alerts_of_rule(
    past: _Past, number: int, rule: AlertRule, quiet: int
) -> list[tuple[date, int, str, str, str, str]]:
    """Return what one rule tells a reader: of the days first seen complete on a day the latest, unless it is quiet."""
    at = complete_days(past.series, past.looks, rule)
    at = at[np.lexsort((past.on[at], past.place[at]))]
    at = at[np.diff(past.place[at], prepend=-1) != 0]  # each day when it is first seen complete
    at = at[np.lexsort((past.looks.day[at], past.on[at], past.patient[at]))]
    key = group_day(past.patient[at], past.on[at])
    at = at[np.append(key[1:] != key[:-1], True)[: len(at)]]
    at = at[spaced(past.patient[at], past.on[at], least=quiet)]
    told = zip(past.patient[at], past.on[at], words(past.series, at, rule), strict=True)
    return [
        (np.datetime64(int(on), "D").item(), number, str(past.names[who]), rule.id, rule.level, says)
        for who, on, says in told
    ]
