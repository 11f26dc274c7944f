"""Adherence in weeks drawn as text: x done, 0 logged as not done, . nothing logged."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from caseloads import daily, days_text

from toolkit.errors import RegimenError, RulesError, TableError
from toolkit.measures.adherence import adherence
from toolkit.measures.alarm import drop_off
from toolkit.measures.alerts import alerts
from toolkit.measures.attribution import attribute
from toolkit.measures.backtest import back_test
from toolkit.measures.cells import cell_table
from toolkit.measures.completeness import completeness
from toolkit.measures.exas import exas
from toolkit.measures.overview import overview
from toolkit.measures.pain import pain_by_day, pain_change
from toolkit.measures.persistence import persistence
from toolkit.measures.research import change_day, shrunk
from toolkit.measures.rtm import data_days, rtm_days
from toolkit.measures.survival import persistence_curve
from toolkit.measures.timing import time_regularity
from toolkit.measures.triage import triage
from toolkit.rules import Rules
from toolkit.schema import CELLS, LOG, PRESCRIPTIONS
from toolkit.tables import make

FIRST = date(2026, 3, 2)  # a Monday


def cells_of(text, *, pauses=None, **rx):
    rules = Rules(as_of=FIRST + timedelta(days=len(text) - 1))
    return cell_table(daily(FIRST, len(text), **rx), days_text(FIRST, text), rules, pauses=pauses)


def row_of(text, **more):
    return adherence(cells_of(text, **more), by=["patient_id"]).loc["p001"]


def test_an_unlogged_day_widens_the_interval_and_a_logged_zero_does_not():
    """Five done, one logged as not done, one unlogged: between 5/7 and 6/7."""
    row = row_of("xx0xx.x")
    found = row["session_adherence"], row["session_adherence_high"], row["coverage"]
    assert found == pytest.approx((5 / 7, 6 / 7, 6 / 7))


@pytest.mark.parametrize(
    ("text", "best", "now"),
    [("xxxxx", 5, 5), ("xx.xx", 2, 2), ("xxx0", 3, 0), (".....", 0, 0), ("x", 1, 1), ("0xxx.xx", 3, 2)],
)
def test_a_streak_is_broken_by_a_day_not_done_and_by_a_day_not_logged(text, best, now):
    row = row_of(text)
    assert (row["streak_best"], row["streak_now"]) == (best, now)


def test_a_pause_neither_extends_nor_breaks_a_streak():
    pause = pd.DataFrame({"patient_id": ["p001"], "first_day": [FIRST + timedelta(days=2)],
                          "last_day": [FIRST + timedelta(days=3)]})  # fmt: skip
    row = row_of("xx..xx", pauses=pause)
    assert (row["streak_best"], row["active_days"], row["scheduled_days"]) == (4, 4, 4)


def test_a_rolling_number_needs_three_scheduled_days():
    assert np.isnan(row_of("xx")["rolling_7"])
    assert row_of("xx.")["rolling_7"] == pytest.approx(2 / 3)
    assert row_of("." * 7 + "x" * 7)["rolling_7"] == 1
    assert row_of("." * 7 + "x" * 7)["rolling_14"] == 0.5


def test_an_interval_needs_five_scheduled_days_and_holds_the_share():
    assert np.isnan(row_of("xx.x")["ci_low"])
    row = row_of("xx.x.")
    assert row["ci_low"] < row["session_adherence"] < row["ci_high"]


def test_groups_are_weeks_from_monday_months_and_weekdays_in_order():
    cells = cells_of("x" * 7 + "." * 7)
    weeks = adherence(cells, by=["week"])
    assert [day.date() for day in weeks.index] == [FIRST, FIRST + timedelta(days=7)]
    assert weeks["session_adherence"].tolist() == [1, 0]
    assert adherence(cells, by=["weekday"]).index.tolist() == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert [day.date() for day in adherence(cells, by=["month"]).index] == [date(2026, 3, 1)]


def test_a_patient_asked_for_by_name_has_a_row_even_without_cells():
    row = adherence(cells_of("xx"), by=["patient_id"], patients=["p002"]).loc["p002"]
    assert (row["expected"], row["streak_best"]) == (0, 0)
    assert np.isnan(row["session_adherence"])


def test_the_day_after_as_of_is_pending_and_counts_nothing():
    cells = cell_table(daily(FIRST, 9), days_text(FIRST, "xxxxx"), Rules(as_of=FIRST + timedelta(days=2)))
    assert cells["state"].tolist() == ["full", "full", "full", "pending"]
    assert cells[["expected", "performed", "credited"]].sum().tolist() == [3, 3, 3]


def test_without_a_prescription_the_tables_are_empty_and_say_nothing():
    cells = cell_table(make(PRESCRIPTIONS), make(LOG), Rules(as_of=FIRST))
    assert list(cells.columns) == CELLS.names
    assert len(adherence(cells, by=["patient_id"])) == 0


MEASURES = {
    "persistence": lambda cells, rows: persistence(cells, ["patient_id"]),
    "curve": lambda cells, rows: persistence_curve(persistence(cells, ["patient_id"])),
    "completeness": lambda cells, rows: completeness(rows, make(PRESCRIPTIONS), ["patient_id"]),
    "time_regularity": lambda cells, rows: time_regularity(rows),
    "pain_change": lambda cells, rows: pain_change(rows),
    "data_days": lambda cells, rows: data_days(rows),
    "rtm_days": lambda cells, rows: rtm_days(rows, first_day=FIRST),
    "exas": lambda cells, rows: exas(cells),
    "drop_off": lambda cells, rows: drop_off(cells),
    "change_day": lambda cells, rows: change_day(cells),
    "shrunk": lambda cells, rows: shrunk(adherence(cells, ["patient_id"])),
    "alerts": lambda cells, rows: alerts(cells, rows),
    "overview": lambda cells, rows: overview(cells, rows),
    "triage": lambda cells, rows: triage(cells, make(LOG), make(PRESCRIPTIONS), Rules(as_of=FIRST)),
    "back_test": lambda cells, rows: back_test(make(PRESCRIPTIONS), make(LOG), Rules(as_of=FIRST)).alerts,
}


@pytest.mark.parametrize("name", MEASURES)
def test_a_clinic_without_patients_has_a_table_without_rows_of_every_measure(name):
    """The day before the first patient must not be an error."""
    cells, rows = (make_one(make(PRESCRIPTIONS), make(LOG), Rules(as_of=FIRST)) for make_one in (cell_table, attribute))
    found = MEASURES[name](cells, rows)
    assert len(found) == (1 if name == "curve" else 0)  # a curve begins at day 0
    assert len(found.columns) >= 1


def test_an_as_of_long_before_the_start_is_an_error_and_no_zero():
    with pytest.raises(
        RulesError, match="as_of must be 2026-03-02 or later, the first day prescribed; found 2026-01-29"
    ):
        cell_table(daily(FIRST, 7), days_text(FIRST, "x"), Rules(as_of="2026-01-29"))


@pytest.mark.parametrize(("as_of", "states"), [("2026-03-01", ["pending"]), ("2026-02-28", []), ("2026-01-30", [])])
def test_a_clinic_whose_first_regimen_begins_soon_has_nothing_to_count_yet(as_of, states):
    """The day after planning must not be an error."""
    cells = cell_table(daily(FIRST, 7), days_text(FIRST, ""), Rules(as_of=as_of))
    assert cells["state"].tolist() == states
    assert len(adherence(cells, by=["patient_id"])) == len(states)


def test_overlapping_prescriptions_are_refused_with_their_rows():
    both = pd.concat([daily(FIRST, 7), daily(FIRST + timedelta(days=6), 3)])
    with pytest.raises(RegimenError, match="rows 1 and 2: ask for one exercise and side on the same day"):
        cell_table(both, days_text(FIRST, "x"), Rules(as_of=FIRST))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weekdays": "mon"}, "exactly one of weekdays and days_per_week"),
        ({"last_day": FIRST - timedelta(days=1)}, "last_day"),
    ],
)
def test_a_prescription_that_contradicts_itself_is_refused(change, words):
    with pytest.raises(RegimenError, match=words):
        cell_table(daily(FIRST, 7, **change), days_text(FIRST, "x"), Rules(as_of=FIRST))


def test_a_table_without_a_column_is_refused_by_its_name():
    with pytest.raises(TableError, match="performed_at: is a column the table must have"):
        cell_table(daily(FIRST, 7), days_text(FIRST, "x").drop(columns="performed_at"), Rules(as_of=FIRST))


def test_a_row_that_names_an_exercise_must_say_whether_it_was_done():
    with pytest.raises(TableError, match="status: must be done or not_done where an exercise is named"):
        attribute(daily(FIRST, 7), days_text(FIRST, "x").assign(status=None), Rules(as_of=FIRST))


@pytest.mark.parametrize("by", [[], "patient_id", ["town"]])
def test_a_grouping_that_is_not_known_is_refused(by):
    with pytest.raises(TableError, match="patient_id, exercise, side, weekday, week, month"):
        adherence(cells_of("xx"), by=by)


def test_a_table_that_names_no_rules_is_refused():
    """A convention is never a silent default."""
    cells = cells_of("xx")
    cells.attrs.clear()
    with pytest.raises(RulesError, match="does not say by which rules it was made"):
        adherence(cells, by=["patient_id"])


@pytest.mark.parametrize("change", [{"as_of": "2026-03-02"}, {"day_start": "04:00"}, {"near_duplicates": "drop"}])
@pytest.mark.parametrize("measure", [adherence, persistence])
def test_cells_cannot_be_measured_by_another_last_day_or_start_of_the_day(measure, change):
    """Half of it would be obeyed: what was expected after that day would still be asked."""
    cells = cells_of("xx")
    other = Rules(**cells.attrs["rules"] | change)
    with pytest.raises(RulesError, match=f"{next(iter(change))}: must be .*, as when the cells were made"):
        measure(cells, ["patient_id"], rules=other)
    assert len(measure(cells, ["patient_id"], rules=Rules(**cells.attrs["rules"] | {"gap_days": 3}))) == 1


@pytest.mark.parametrize(("column", "value"), [("patient_id", None), ("day", pd.NaT)])
def test_a_cell_without_a_patient_or_a_day_is_refused(column, value):
    """A blank patient would otherwise be counted to the last one of the table."""
    cells = cells_of("xx").astype({"patient_id": object})
    cells.loc[0, column] = value
    with pytest.raises(TableError, match=f"{column}: must not be missing; found nothing in row 1"):
        adherence(cells, ["exercise"])


def test_days_that_went_through_a_file_as_text_are_refused_and_lose_nothing():
    rx, log, rules = daily(FIRST, 7), days_text(FIRST, "xx", pain=9.0), Rules(as_of=FIRST + timedelta(days=1))
    cells, rows = cell_table(rx, log, rules), attribute(rx, log, rules)
    with pytest.raises(TableError, match="day: must hold dates"):
        alerts(cells, rows.assign(day=rows["day"].astype(str)), rules=rules)


def test_the_rules_travel_with_the_tables():
    cells = cells_of("xx")
    assert Rules(**cells.attrs["rules"]) == Rules(as_of=FIRST + timedelta(days=1))
    assert adherence(cells, by=["patient_id"]).attrs["rules"] == cells.attrs["rules"]


def test_the_tables_given_are_not_changed():
    rx, log, rules = daily(FIRST, 7), days_text(FIRST, "xx0"), Rules(as_of=FIRST + timedelta(days=6))
    before = rx.copy(), log.copy()
    cells = cell_table(rx, log, rules)
    kept = cells.copy()
    adherence(cells, by=["week"])
    attribute(rx, log, rules)
    for table, old in zip((rx, log, cells), (*before, kept), strict=True):
        pd.testing.assert_frame_equal(table, old)


def test_weekdays_may_be_a_list_and_days_plain_dates():
    as_list = daily(FIRST, 7, weekdays=["mon", "wed"], days_per_week=None)
    as_list["weekdays"] = [["mon", "wed"]]
    as_text = daily(FIRST, 7, weekdays="mon;wed", days_per_week=None)
    rules = Rules(as_of=FIRST + timedelta(days=6))
    cells = [cell_table(rx, days_text(FIRST, "xxx"), rules) for rx in (as_list, as_text)]
    pd.testing.assert_frame_equal(*cells)


def test_pain_of_a_day_is_the_mean_of_its_values_and_other_days_are_not_there():
    log = pd.concat([days_text(FIRST, "x.x", pain=4.0), days_text(FIRST, "x", prefix="f", pain=5.0, reps=9)])
    rows = attribute(daily(FIRST, 7), log, Rules(as_of=FIRST + timedelta(days=6)))
    found = pain_by_day(rows)
    assert [day.date() for day in found["day"]] == [FIRST, FIRST + timedelta(days=2)]
    assert found["pain"].tolist() == [4.5, 4.0]


def test_a_day_not_done_without_a_side_speaks_for_both_sides():
    """A done row without a side is never guessed; a day not done at all needs none."""
    rx = daily(FIRST, 2, exercise="exercise_a", side="both")
    log = days_text(FIRST, "0x").assign(exercise="exercise_a", side=None)
    rows = attribute(rx, log, Rules(as_of=FIRST + timedelta(days=1)))
    assert rows["reason"].tolist() == ["known_zero", "side_missing"]
