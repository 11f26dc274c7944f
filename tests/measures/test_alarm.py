"""The drop-off alarm: false alarms and delays as docs/measures.md states them, and whose days are looked at."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from caseloads import daily, days_text

from toolkit.measures.alarm import baseline, drop_off, find_alarms
from toolkit.measures.cells import cell_table
from toolkit.measures.days import GroupDays
from toolkit.rules import AlarmRules, Rules

FIRST = date(2026, 3, 2)
PATIENTS, DAYS, FALL = 4_000, 84, 42  # the fall comes on day 43
TOLERANCE = 0.03  # three times the Monte Carlo error of a share of 4,000


def first_alarms(kept):
    """The day, counted from 1, of the first alarm of each simulated patient; infinity without one."""
    size, days = kept.shape
    group, day, flat = np.repeat(np.arange(size), days), np.tile(np.arange(days), size), kept.ravel()
    found = GroupDays(group, day, np.ones(size * days), flat.astype(float), flat, flat)
    alarms = find_alarms(found, baseline(found, size, AlarmRules()), AlarmRules())
    first = np.full(size, np.inf)
    np.minimum.at(first, group[alarms.place], day[alarms.place] + 1.0)
    return first


def steady(p, *, then=None, seed=1):
    chance = np.full(DAYS, p)
    chance[FALL:] = p if then is None else then
    return np.random.default_rng(seed).random((PATIENTS, DAYS)) < chance


def serial(p, likeness, *, seed=2):
    """Days of which each resembles the one before, with the same mean."""
    draws = np.random.default_rng(seed).random((PATIENTS, DAYS))
    kept = np.empty((PATIENTS, DAYS), dtype=bool)
    kept[:, 0] = draws[:, 0] < p
    for day in range(1, DAYS):
        kept[:, day] = draws[:, day] < p * (1 - likeness) + likeness * kept[:, day - 1]
    return kept


@pytest.mark.parametrize(("p", "false"), [(0.9, 0.06), (0.8, 0.12), (0.65, 0.19), (0.5, 0.24)])
def test_a_patient_whose_pattern_does_not_change_is_rarely_called(p, false):
    assert np.isfinite(first_alarms(steady(p))).mean() == pytest.approx(false, abs=TOLERANCE)


def test_days_that_resemble_one_another_raise_more_false_alarms_as_the_page_says():
    assert np.isfinite(first_alarms(serial(0.8, 0.3))).mean() == pytest.approx(0.39, abs=TOLERANCE)


@pytest.mark.parametrize(
    ("before", "after", "found", "days"), [(0.8, 0.3, 0.80, 9), (0.6, 0.225, 0.55, 13), (0.8, 0.0, 1.0, 5)]
)
def test_a_fall_is_found_within_two_weeks_as_often_and_as_soon_as_the_page_says(before, after, found, days):
    first = first_alarms(steady(before, then=after))
    first = first[first > FALL]
    assert (first <= FALL + 14).mean() == pytest.approx(found, abs=TOLERANCE)
    assert np.median(first - FALL) == pytest.approx(days, abs=1)


def alarms(text, *more, rx=None, **rules):
    rules = Rules(as_of=FIRST + timedelta(days=len(text) - 1), **rules)
    log = pd.concat([days_text(FIRST, text), *more], ignore_index=True)
    found = drop_off(cell_table(daily(FIRST, 90) if rx is None else rx, log, rules))
    return [((day.date() - FIRST).days + 1, by) for day, by in zip(found["day"], found["by"], strict=True)]


def test_before_the_fifteenth_scheduled_day_there_is_no_alarm():
    assert alarms("xxx" + "." * 11) == []
    assert alarms("xxx" + "." * 12)[0][0] == 15


def test_silence_may_begin_before_day_fifteen_and_is_told_once_a_run():
    assert alarms("xxx" + "." * 12) == [(15, "silence")]
    assert [by for _, by in alarms("xxx" + "." * 40)].count("silence") == 1


def test_a_session_ends_a_silence_and_the_next_one_is_told_again():
    days = alarms("xxx" + "." * 12 + "x" + "." * 11, alarm={"limit": 99})
    assert days == [(15, "silence"), (27, "silence")]


def test_a_session_of_an_exercise_that_was_not_due_ends_the_silence():
    """Silence is no session at all: an exercise of Mondays, done on a Saturday, breaks it."""
    rx = pd.concat([daily(FIRST, 90), daily(FIRST, 90, exercise="psoas_stretch", weekdays="mon", days_per_week=None)])
    text = "xxx" + "." * 12
    other = days_text(FIRST, "." * 12 + "x", prefix="o").assign(exercise="psoas_stretch")
    assert [by for _, by in alarms(text, rx=rx)] == ["silence"]
    assert "silence" not in [by for _, by in alarms(text, other, rx=rx)]


def test_a_day_with_half_of_what_was_due_is_kept():
    rx = daily(FIRST, 90, sessions_per_day=2)
    assert alarms("x" * 40, rx=rx) == []
    assert alarms("x" * 40, rx=rx, alarm={"kept_share": 0.6}) != []


def test_rest_days_and_pauses_are_not_on_the_alarms_clock():
    rx = daily(FIRST, 120, weekdays="mon", days_per_week=None)
    assert alarms(("x" + "." * 6) * 14 + "." * 6, rx=rx) == []


@pytest.mark.parametrize(("limit", "count"), [(5.5, 1), (20, 0)])
def test_the_limit_is_a_setting(limit, count):
    assert len(alarms("x" * 14 + "000x", alarm={"limit": limit})) == count


def test_the_numbers_beside_an_alarm_can_be_counted_on_the_calendar():
    rules = Rules(as_of=FIRST + timedelta(days=23))
    log = days_text(FIRST, "x" * 12 + "00" + "00x000x00x")
    row = drop_off(cell_table(daily(FIRST, 90), log, rules)).iloc[0]
    text = ("x" * 12 + "00" + "00x000x00x")[: (row["day"].date() - FIRST).days + 1]
    assert (row["kept_early"], row["kept_late"]) == (12, text[-14:].count("x"))


def test_a_patient_with_too_few_scheduled_days_has_no_pattern_yet():
    found = GroupDays(np.zeros(9, int), np.arange(9), np.ones(9), np.ones(9), np.ones(9, bool), np.ones(9, bool))
    assert np.isnan(baseline(found, 1, AlarmRules()).p0).all()
