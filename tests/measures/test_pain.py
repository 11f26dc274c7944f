"""What became of a patient's pain: on the days it was given, by both criteria, and never filled in."""

from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
import pytest
from caseloads import daily
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import theilslopes

from toolkit.errors import TableError
from toolkit.measures.attribution import attribute
from toolkit.measures.pain import pain_by_day, pain_change, status
from toolkit.rules import PainRules, Rules
from toolkit.schema import LOG
from toolkit.tables import make

FIRST = date(2026, 3, 2)
STEADY = settings(max_examples=100, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def rows_of(values, *, days=None, rx=None, as_of=None, **more):
    """Pain entries, one a day from the first; None is no value."""
    log = make(LOG, [{"entry_id": f"p{place}", "patient_id": "p001", "pain": value, "exercise": None, "side": None,
                      "status": None, "performed_at": datetime.combine(FIRST + timedelta(days=place), time(9))} | more
                     for place, value in enumerate(values) if value is not None])  # fmt: skip
    rules = Rules(as_of=as_of or FIRST + timedelta(days=(days or len(values)) - 1))
    return attribute(daily(FIRST, 90) if rx is None else rx, log, rules)


def change_of(values, **more):
    return pain_change(rows_of(values, **more)).loc["p001"]


@STEADY
@given(st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=1, max_size=40))
def test_the_slope_is_the_one_of_theil_and_sen(values):
    if all(value is None for value in values):
        return
    days = [place for place, value in enumerate(values) if value is not None]
    slope = change_of(values)["pain_slope_per_week"]
    if len(days) < 8:
        assert np.isnan(slope)
    else:
        assert slope == pytest.approx(7 * theilslopes([values[day] for day in days], days).slope, abs=1e-9)


@pytest.mark.parametrize(
    ("baseline", "change", "word"),
    [
        (6, -2, "improved"), (6, -1.9, "possibly_improved"), (7, -2, "possibly_improved"), (7, -1.9, "unchanged"),
        (6, 2, "worse"), (6, 1.9, "possibly_worse"), (7, 2, "possibly_worse"), (7, 1.9, "unchanged"),
        (0, 2, "worse"), (0, 1.9, "unchanged"), (0, 0, "unchanged"), (6, 0, "unchanged"),
        (6, np.nan, "not_enough_data"), (np.nan, np.nan, "not_enough_data"),
    ],
)  # fmt: skip
def test_both_criteria_make_a_change_and_one_of_them_a_possible_one(baseline, change, word):
    assert status(np.array([float(baseline)]), np.array([float(change)]), PainRules()).tolist() == [word]


def test_the_limits_are_settings():
    rules = PainRules(mic_points=1, mic_share=0.1)
    assert status(np.array([8.0]), np.array([-1.0]), rules).tolist() == ["improved"]


def test_three_days_are_needed_at_each_end_and_the_windows_must_not_overlap():
    start, end = [6, 6, 6], [3, 3, 3]
    assert change_of([*start, *[None] * 20, *end])["pain_status"] == "improved"
    assert change_of([6, 6, *[None] * 20, *end])["pain_status"] == "not_enough_data"
    assert change_of([*start, *[None] * 20, 3, 3])["pain_status"] == "not_enough_data"
    assert change_of([*start, *[None] * 8, *end])["pain_change"] == -3
    assert np.isnan(change_of([*start, *[None] * 7, *end])["pain_change"])


def test_the_baseline_begins_with_the_first_value_and_not_before_the_first_prescribed_day():
    late = daily(FIRST + timedelta(days=3), 60)
    row = change_of([9, 9, 9, 5, 5, 5, *[None] * 20, 4, 4, 4], rx=late)
    assert (row["pain_baseline"], row["pain_days"]) == (5, 6)
    row = change_of([None, None, None, 5, 5, 5, *[None] * 20, 4, 4, 4])
    assert row["pain_baseline"] == 5


def test_without_a_prescription_pain_counts_from_its_first_value():
    rows = rows_of([5, 5, 5, *[None] * 20, 2, 2, 2], patient_id="p999")
    assert pain_change(rows).loc["p999", "pain_change"] == -3


def test_a_value_after_as_of_and_a_duplicate_change_nothing():
    values = [6, 6, 6, *[None] * 20, 3, 3, 3]
    rows = rows_of([*values, 9], days=len(values))
    plain = pain_change(rows_of(values)).loc["p001"]
    pd.testing.assert_series_equal(pain_change(rows).loc["p001"], plain)
    twice = pd.concat([rows_of(values), rows_of(values)[:1].assign(reason="duplicate_exact", pain=10.0)])
    twice.attrs = rows_of(values).attrs
    pd.testing.assert_series_equal(pain_change(twice).loc["p001"], plain)


def test_a_missing_value_is_never_filled():
    found = pain_by_day(rows_of([4, None, None, 8]))
    assert found["pain"].tolist() == [4, 8]
    assert np.isnan(change_of([4, None, None, 8])["pain_baseline"])


@pytest.mark.parametrize(
    ("values", "flares"), [([3, 3, 3, 5], 1), ([3, 3, 3, 4.9], 0), ([3, 3, 5], 0), ([2, 3, 4, 5, 5], 1)]
)
def test_a_flare_stands_two_points_above_the_median_of_three_days_or_more_before(values, flares):
    assert change_of(values)["flare_days"] == flares


def test_days_longer_ago_than_two_weeks_are_no_longer_compared_with():
    assert change_of([3, 3, 3, *[None] * 11, 5])["flare_days"] == 1
    assert change_of([3, 3, 3, *[None] * 12, 5])["flare_days"] == 0


def test_pain_may_be_told_apart_by_the_exercise_it_was_written_beside():
    rows = rows_of([6] * 3 + [None] * 20 + [3] * 3, exercise="exercise_b", side="none", status="done", sets=1, reps=5)
    table = pain_change(rows, ["patient_id", "exercise"])
    assert table.loc[("p001", "exercise_b"), "pain_status"] == "improved"


@pytest.mark.parametrize("by", [["week"], ["exercise"], []])
def test_pain_cannot_be_grouped_without_its_patient(by):
    with pytest.raises(TableError, match="must be patient_id, alone or with exercise"):
        pain_change(rows_of([3]), by)
