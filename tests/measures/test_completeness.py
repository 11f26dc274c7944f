"""How sessions were done: parts against what was asked, each row once, and when it was written down."""

import json
import math
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from caseloads import daily, days_text

from toolkit.errors import RulesError, TableError
from toolkit.measures.attribution import attribute
from toolkit.measures.completeness import completeness
from toolkit.rules import Rules
from toolkit.schema import LOG, PRESCRIPTIONS
from toolkit.tables import make

FIRST = date(2026, 3, 2)  # a Monday
RULES = Rules(as_of=FIRST + timedelta(days=6))
COLUMNS = ("complete_sessions", "sets_ratio", "reps_ratio", "hold_ratio", "hold_in_range")
EXAMPLES = json.loads((Path(__file__).parents[2] / "data/worked/worked_examples.json").read_text(encoding="utf-8"))
WORKED = [
    pytest.param(case, {name: expect["values"][name] for name in COLUMNS if name in expect["values"]}, id=case["id"])
    for case in EXAMPLES["cases"]
    for expect in case["expect"]
    if set(COLUMNS) & set(expect["values"])
]
EXAMPLE = {case["id"]: case for case in EXAMPLES["cases"]}


def of_example(case, by=("patient_id",)):
    rx, log = make(PRESCRIPTIONS, case["prescriptions"]), make(LOG, case["log"])
    return completeness(attribute(rx, log, Rules(**case["rules"])), rx, by)


def row_of(log, by=("patient_id",), rules=RULES, **rx):
    prescribed = daily(FIRST, 7, **rx)
    return completeness(attribute(prescribed, log, rules), prescribed, by)


def one_row(log, rules=RULES, **rx):
    return row_of(log, rules=rules, **rx).loc["p001"]


def sided(first_side, second_side=None):
    """Exercise a on two days, a row each, on the sides given."""
    sides = [first_side, *([second_side] if second_side else [])]
    return days_text(FIRST, "x" * len(sides)).assign(exercise="exercise_a", side=sides)


@pytest.mark.parametrize(("case", "wanted"), WORKED)
def test_an_example_worked_by_hand_gives_its_numbers(case, wanted):
    row = of_example(case).loc[case["patient_id"]]
    assert {name: row[name] for name in wanted} == pytest.approx(wanted, abs=5e-7)


def test_the_three_examples_with_parts_are_all_here():
    assert [param.id for param in WORKED] == ["W03", "W12"]


def test_rows_with_dose_0_are_no_sessions_and_a_blank_part_is_left_out():
    """W08: two of four rows are known zeros; of the two sessions one does not say its repetitions."""
    row = of_example(EXAMPLE["W08"]).loc["W08"]
    assert row.to_dict() == pytest.approx(
        {"complete_sessions": 1, "sets_ratio": 1, "reps_ratio": 1, "hold_ratio": 1, "hold_in_range": 1,
         "recalled": math.nan, "sessions": 2}, nan_ok=True)  # fmt: skip


def test_more_than_was_asked_counts_as_what_was_asked():
    """W12: 15, 30, 10 and 45 s of 15 s asked: (1 + 1 + 2/3 + 1) / 4, and 45 s is beyond the 30 s allowed."""
    row = of_example(EXAMPLE["W12"]).loc["W12"]
    assert (row["complete_sessions"], row["sets_ratio"]) == (1, 1)  # 2 x 10 x 10 s are 200 of 240: above four fifths
    assert (row["hold_ratio"], row["hold_in_range"]) == pytest.approx((11 / 12, 0.5))


def test_a_session_is_complete_from_four_fifths_of_the_dose():
    log = days_text(FIRST, "xx", sets=1).assign(reps=[8, 7])
    assert one_row(log, reps_min=10)["complete_sessions"] == 0.5
    strict = Rules(as_of=RULES.as_of, complete_share=1.0)
    assert one_row(log, strict, reps_min=10)["complete_sessions"] == 0


def test_a_hold_is_judged_only_where_one_is_asked():
    row = one_row(days_text(FIRST, "x", hold_s=2))
    assert (row["complete_sessions"], row["reps_ratio"]) == (1, 1)
    assert np.isnan([row["hold_ratio"], row["hold_in_range"]]).all()


@pytest.mark.parametrize(("hold_s", "inside"), [(9, 0), (10, 1), (20, 1), (21, 0)])
def test_both_ends_of_the_hold_are_in_range(hold_s, inside):
    row = one_row(days_text(FIRST, "x", hold_s=hold_s), hold_s_min=10, hold_s_max=20)
    assert row["hold_in_range"] == inside


def test_without_a_longest_hold_the_least_is_also_the_longest():
    log = days_text(FIRST, "xx").assign(hold_s=[10, 11])
    assert one_row(log, hold_s_min=10)["hold_in_range"] == 0.5


def test_each_day_is_judged_by_the_prescription_in_force_on_it():
    rx = pd.concat(
        [daily(FIRST, 2), daily(FIRST + timedelta(days=2), 2, revision=2, reps_min=10)], ignore_index=True
    )  # fmt: skip
    found = completeness(attribute(rx, days_text(FIRST, "xxxx"), RULES), rx, ["patient_id"]).loc["p001"]
    assert (found["reps_ratio"], found["complete_sessions"]) == (0.75, 0.5)


def test_a_row_for_both_sides_is_one_session_and_one_of_each_side():
    log = sided("both", "left").assign(reps=[5, 2])
    whole = row_of(log, exercise="exercise_a", side="both").loc["p001"]
    assert (whole["sessions"], whole["reps_ratio"]) == (2, pytest.approx(0.7))
    sides = row_of(log, ["side"], exercise="exercise_a", side="both")
    assert sides["sessions"].to_dict() == {"left": 2, "right": 1}
    assert sides["reps_ratio"].to_dict() == pytest.approx({"left": 0.7, "right": 1})


def test_a_row_for_two_sides_with_doses_of_their_own_has_the_mean_of_its_sides():
    """Left asks 5 repetitions and right 10; one row of 5 for both, one of 10 for the left."""
    rx = pd.concat([daily(FIRST, 7, exercise="exercise_a", side="left"),
                    daily(FIRST, 7, exercise="exercise_a", side="right", reps_min=10)], ignore_index=True)  # fmt: skip
    rows = attribute(rx, sided("both", "left").assign(reps=[5, 10]), RULES)
    row = completeness(rows, rx, ["patient_id"]).loc["p001"]
    assert (row["reps_ratio"], row["complete_sessions"], row["sessions"]) == (0.875, 0.75, 2)


def test_a_hold_asked_on_one_side_alone_speaks_for_the_whole_row():
    rx = pd.concat([daily(FIRST, 7, exercise="exercise_a", side="left", hold_s_min=10),
                    daily(FIRST, 7, exercise="exercise_a", side="right")], ignore_index=True)  # fmt: skip
    rows = attribute(rx, sided("both", "left").assign(hold_s=[5, 10]), RULES)
    assert completeness(rows, rx, ["patient_id"]).loc["p001", "hold_ratio"] == 0.75


def test_sessions_on_rest_days_count_and_what_is_not_counted_does_not():
    log = days_text(FIRST, "xx0..x...x")
    row = one_row(log, weekdays="mon", days_per_week=None)
    assert (row["sessions"], row["reps_ratio"]) == (3, 1)


@pytest.mark.parametrize(("hours", "recalled"), [(0, 0), (48, 0), (49, 1), (-1, 0)])
def test_a_row_is_recalled_when_written_more_than_48_hours_later(hours, recalled):
    at = datetime(2026, 3, 2, 8)
    assert one_row(days_text(FIRST, "x", logged_at=at + timedelta(hours=hours)))["recalled"] == recalled


def test_rows_that_do_not_say_when_they_were_written_are_not_taken_for_prompt():
    written = [datetime(2026, 3, 9, 8), None, None]
    assert one_row(days_text(FIRST, "xxx").assign(logged_at=written))["recalled"] == 1
    assert np.isnan(one_row(days_text(FIRST, "xxx"))["recalled"])


def test_an_earlier_as_of_leaves_out_what_came_later():
    log = days_text(FIRST, "xx").assign(reps=[5, 1])
    rx = daily(FIRST, 7)
    row = completeness(attribute(rx, log, RULES), rx, ["patient_id"], rules=Rules(as_of=FIRST)).loc["p001"]
    assert (row["sessions"], row["reps_ratio"]) == (1, 1)


def test_a_group_without_a_session_has_no_row():
    assert len(row_of(days_text(FIRST, "000"))) == 0
    assert row_of(days_text(FIRST, ".x"), ["weekday"]).index.tolist() == ["tue"]


def test_without_rows_or_prescriptions_the_table_is_empty():
    found = completeness(attribute(make(PRESCRIPTIONS), make(LOG), RULES), make(PRESCRIPTIONS), ["patient_id"])
    assert len(found) == 0
    assert list(found.columns) == [*COLUMNS, "recalled", "sessions"]


def test_prescriptions_of_somebody_else_are_refused():
    rows = attribute(daily(FIRST, 7), days_text(FIRST, "xxx"), RULES)
    with pytest.raises(TableError, match="prescriptions: must be those the rows were attributed with; found 3 sess"):
        completeness(rows, daily(FIRST, 7, patient_id="p002"), ["patient_id"])


def test_a_log_that_was_not_attributed_is_refused():
    with pytest.raises(TableError, match="day, reason, near_duplicate, first_day: must be there, as attribute"):
        completeness(days_text(FIRST, "x"), daily(FIRST, 7), ["patient_id"], rules=RULES)


def test_rows_that_name_no_rules_are_refused():
    rows = attribute(daily(FIRST, 7), days_text(FIRST, "x"), RULES)
    rows.attrs.clear()
    with pytest.raises(RulesError, match="does not say by which rules it was made"):
        completeness(rows, daily(FIRST, 7), ["patient_id"])


def test_the_rules_travel_with_the_table_and_the_tables_given_are_not_changed():
    rx, log = daily(FIRST, 7), days_text(FIRST, "xx0")
    rows = attribute(rx, log, RULES)
    before = rx.copy(), rows.copy()
    assert completeness(rows, rx, ["patient_id"]).attrs["rules"] == RULES.as_data()
    for table, old in zip((rx, rows), before, strict=True):
        pd.testing.assert_frame_equal(table, old)
