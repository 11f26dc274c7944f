"""The time of the first session of a day, on the circle of 24 hours."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from caseloads import daily, days_text
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import circmean, circstd

from toolkit.errors import RulesError, TableError
from toolkit.measures.attribution import attribute
from toolkit.measures.timing import circular, time_regularity
from toolkit.rules import Rules
from toolkit.schema import LOG, PRESCRIPTIONS
from toolkit.tables import make

FIRST = date(2026, 3, 2)  # a Monday
RULES = Rules(as_of=FIRST + timedelta(days=27))
EXAMPLES = json.loads((Path(__file__).parents[2] / "data/worked/worked_examples.json").read_text(encoding="utf-8"))
MEASURED = ["time_regularity_r", "mean_time_h", "circular_sd_h"]


def minutes_of(text):
    clock = time.fromisoformat(text)
    return clock.hour * 60 + clock.minute


def on_the_clock(*texts):
    """R, mean and deviation of some times, as one group."""
    minutes = np.array([minutes_of(text) for text in texts], dtype=float)
    return [float(part[0]) for part in circular(minutes, np.zeros(len(texts), dtype=np.int64), 1)]


def at(*clocks):
    """A log with one session a day, at these times."""
    times = [
        datetime.combine(FIRST + timedelta(days=place), time.fromisoformat(clock))
        for place, clock in enumerate(clocks)
    ]  # fmt: skip
    log = days_text(FIRST, "x" * len(clocks))
    return log.assign(performed_at=pd.Series(times, dtype=log["performed_at"].dtype))


def found(log, by=("patient_id",), rules=RULES):
    return time_regularity(attribute(daily(FIRST, 28), log, rules), by)


@pytest.mark.parametrize("case", EXAMPLES["timing"], ids=lambda case: case["id"])
def test_an_example_worked_by_hand_gives_its_numbers(case):
    assert on_the_clock(*case["times"]) == pytest.approx([case["expect"][name] for name in MEASURED], abs=5e-7)


@pytest.mark.parametrize("times", [("23:00", "01:00"), ("23:45", "00:15")])
def test_times_around_midnight_have_their_mean_at_midnight_and_not_at_noon(times):
    _, mean_h, _ = on_the_clock(*times)
    assert min(mean_h, 24 - mean_h) == pytest.approx(0, abs=1e-9)
    assert 0 <= mean_h < 24


def test_always_the_same_time_is_a_regularity_of_1_and_no_deviation():
    assert on_the_clock(*["07:50"] * 9) == pytest.approx([1, 7 + 5 / 6, 0], abs=1e-9)


@pytest.mark.parametrize(
    "times", [("00:00", "12:00"), ("02:00", "10:00", "18:00"), ("03:00", "09:00", "15:00", "21:00")]
)
def test_times_that_cancel_each_other_out_have_no_mean_and_no_deviation(times):
    r, mean_h, sd_h = on_the_clock(*times)
    assert r == pytest.approx(0, abs=1e-9)
    assert np.isnan([mean_h, sd_h]).all()


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.lists(st.lists(st.floats(0, 1439.99), min_size=1, max_size=12), min_size=1, max_size=4))
def test_the_clock_agrees_with_other_peoples_circular_statistics(groups):
    group = np.repeat(np.arange(len(groups)), [len(times) for times in groups])
    r, mean_h, sd_h = circular(np.concatenate(groups), group, len(groups))
    for place, times in enumerate(groups):
        turned = np.exp(2j * np.pi * np.array(times) / 1440).mean()
        assert r[place] == pytest.approx(abs(turned), abs=1e-9)
        if r[place] < 1e-3:
            continue  # the direction of next to nothing is rounding
        assert sd_h[place] == pytest.approx(circstd(times, high=1440) / 60, abs=1e-6)
        apart = (mean_h[place] - circmean(times, high=1440) / 60 + 12) % 24 - 12
        assert apart == pytest.approx(0, abs=1e-6)
        assert 0 <= mean_h[place] < 24


def test_six_days_are_too_few_and_seven_are_enough():
    few, enough = (found(at(*["07:30"] * days)).loc["p001"] for days in (6, 7))
    assert few[MEASURED].isna().all()
    assert few["timed_days"] == 6
    assert enough.to_dict() == pytest.approx(
        {"time_regularity_r": 1, "mean_time_h": 7.5, "circular_sd_h": 0, "timed_days": 7}, abs=1e-9
    )


def test_only_the_first_session_of_a_day_counts():
    later = at(*["19:00"] * 7).assign(entry_id=[f"later{place}" for place in range(7)])
    log = pd.concat([later, at(*["07:00"] * 7)], ignore_index=True)
    row = found(log).loc["p001"]
    assert (row["timed_days"], row["mean_time_h"]) == (7, pytest.approx(7))


def test_a_session_after_midnight_belongs_to_the_evening_before_and_is_not_its_first():
    """00:40 comes after 22:00 of the same local day, although it is the earlier time of the clock."""
    night = at(*["00:40"] * 8).assign(entry_id=[f"night{place}" for place in range(8)])
    row = found(pd.concat([night, at(*["22:00"] * 7)], ignore_index=True)).loc["p001"]
    assert (row["timed_days"], row["mean_time_h"]) == (7, pytest.approx(22))


def test_a_date_without_a_time_is_no_noon():
    log = at(*["07:00"] * 7, *["12:00"] * 3)
    log.loc[7:, "time_known"] = False
    row = found(log).loc["p001"]
    assert (row["timed_days"], row["mean_time_h"]) == (7, pytest.approx(7))


def test_a_known_zero_a_pain_entry_and_a_duplicate_are_no_first_session():
    log = at(*["09:00"] * 7)
    early = at(*["06:00"] * 3).assign(entry_id=["zero", "pain", "e2"], status=["not_done", None, "done"])
    early.loc[1, ["exercise", "side", "sets", "reps"]] = None
    # the third is an earlier state of entry e2: superseded
    row = found(pd.concat([early, log], ignore_index=True)).loc["p001"]
    assert (row["mean_time_h"], row["circular_sd_h"]) == pytest.approx((9, 0), abs=1e-9)


def test_sessions_on_rest_days_have_a_time_too():
    rx = daily(FIRST, 28, weekdays="mon", days_per_week=None)
    rows = attribute(rx, at(*["07:00"] * 7), RULES)
    assert time_regularity(rows).loc["p001", "timed_days"] == 7


def test_groups_are_measured_from_their_own_days():
    found_by_week = found(at(*["07:00"] * 7, *["19:00"] * 7), ["patient_id", "week"])
    assert found_by_week["mean_time_h"].tolist() == pytest.approx([7, 19])
    by_exercise = found(at(*["07:00"] * 7), ["patient_id", "exercise"])
    assert by_exercise.index.tolist() == [("p001", "exercise_b")]


def test_a_patient_without_a_timed_session_keeps_a_row_that_says_nothing():
    row = found(days_text(FIRST, "000")).loc["p001"]
    assert row["timed_days"] == 0
    assert row[MEASURED].isna().all()


def test_what_lies_after_as_of_changes_nothing():
    log = at(*["07:00"] * 7, *["19:00"] * 7)
    early = Rules(as_of=FIRST + timedelta(days=6))
    pd.testing.assert_frame_equal(found(log, rules=early), found(log.iloc[:7], rules=early))
    rows = attribute(daily(FIRST, 28), log, RULES)
    assert time_regularity(rows, rules=early).loc["p001", "mean_time_h"] == pytest.approx(7)


def test_an_empty_log_has_no_rows():
    assert len(time_regularity(attribute(make(PRESCRIPTIONS), make(LOG), RULES))) == 0


def test_sides_have_no_times_of_their_own():
    with pytest.raises(TableError, match="patient_id, exercise, weekday, week, month; found side"):
        found(at("07:00"), ["patient_id", "side"])


def test_a_log_without_reasons_or_rules_is_refused():
    with pytest.raises(TableError, match="day, reason: must be there, as attribute returns them"):
        time_regularity(at("07:00"), rules=RULES)
    with pytest.raises(RulesError, match="does not say by which rules"):
        time_regularity(at("07:00"))


def test_the_rules_travel_with_the_table():
    assert found(at("07:00")).attrs["rules"] == RULES.as_data()
