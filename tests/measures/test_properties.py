"""What every implementation of the measures must satisfy, on any caseload (docs/measures.md)."""

import itertools
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from caseloads import caseloads
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slow_twin import cells_slow

from toolkit.measures.adherence import adherence
from toolkit.measures.attribution import attribute
from toolkit.measures.cells import cell_table
from toolkit.schema import LOG, PAUSES
from toolkit.tables import make

STEADY = settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
OVERALL = ["expected", "performed", "credited"]


def cells_of(caseload, **change):
    prescriptions, log, pauses, rules = caseload
    return cell_table(
        change.get("rx", prescriptions), change.get("log", log), rules, pauses=change.get("pauses", pauses)
    )


def equal(one, other):
    pd.testing.assert_frame_equal(one, other, check_exact=False, rtol=0, atol=1e-9)


@STEADY
@given(caseloads())
def test_every_row_has_one_reason_and_sessions_are_the_cells_that_counted_rows_hit(caseload):
    rows = attribute(*caseload[:2], caseload[3], pauses=caseload[2])
    assert rows["reason"].notna().all() and len(rows) == len(caseload[1])
    sessions = rows["reason"].isin(["counted", "rest_day"]).sum()
    performed = cells_of(caseload)["performed"].sum()
    assert sessions <= performed <= 2 * sessions


@STEADY
@given(caseloads())
def test_the_same_rows_twice_or_in_another_order_change_no_number(caseload):
    log = caseload[1].drop_duplicates(["patient_id", "entry_id"]).assign(logged_at=pd.NaT)
    cells = cells_of(caseload, log=log)
    equal(cells, cells_of(caseload, log=pd.concat([log, log], ignore_index=True)))
    equal(cells, cells_of(caseload, log=log.iloc[::-1]))


@STEADY
@given(caseloads())
def test_in_each_cell_what_is_credited_is_never_above_what_is_expected(caseload):
    cells = cells_of(caseload)
    assert (cells["credited"] >= 0).all()
    assert (cells["credited"] <= cells["expected"] + 1e-9).all()
    assert (cells["credited"] <= cells["performed"] + 1e-9).all()


@STEADY
@given(caseloads())
def test_the_numbers_of_a_group_stand_in_their_order(caseload):
    table = adherence(cells_of(caseload), by=["patient_id"])
    due = table[table["expected"] > 0]
    low, high = due["session_adherence"], due["session_adherence_high"]
    assert ((low >= 0) & (high <= 1) & (low <= high + 1e-9)).all()
    assert np.allclose(high - low, 1 - due["coverage"])
    assert np.allclose(due["performed_ratio"], low + due["over_adherence"])
    seen = due.dropna(subset="session_adherence_observed")
    assert (seen["session_adherence"] <= seen["session_adherence_observed"] + 1e-9).all()
    assert (seen["session_adherence_observed"] <= seen["session_adherence_high"] + 1e-9).all()
    days = ["full_days", "any_days", "scheduled_days", "active_days"]
    assert all((table[few] <= table[many]).all() for few, many in itertools.pairwise(days))
    assert (table["streak_now"] <= table["streak_best"]).all() and (table["streak_best"] <= table["full_days"]).all()
    sure = due.dropna(subset="ci_low")
    assert (sure["ci_low"] <= sure["session_adherence"]).all() and (sure["session_adherence"] <= sure["ci_high"]).all()
    assert (sure["n_effective"] <= sure["expected"] + 1e-9).all()
    assert due["dose_adherence"].dropna().between(0, 1).all()


@STEADY
@given(caseloads(), st.integers(0, 30))
def test_splitting_a_prescription_at_any_day_changes_nothing(caseload, at):
    rx = caseload[0]
    cut = rx["first_day"] + pd.to_timedelta(at, unit="D")
    inside = cut < rx["last_day"]
    early = rx.assign(last_day=rx["last_day"].where(~inside, cut))
    late = rx[inside].assign(first_day=(cut + pd.Timedelta(days=1))[inside])
    equal(cells_of(caseload), cells_of(caseload, rx=pd.concat([early, late], ignore_index=True)))


@STEADY
@given(caseloads())
def test_seven_unnamed_days_and_all_seven_named_ones_are_every_day(caseload):
    named = caseload[0].assign(weekdays="mon;tue;wed;thu;fri;sat;sun", days_per_week=np.nan)
    quota = caseload[0].assign(weekdays=None, days_per_week=7.0)
    equal(cells_of(caseload, rx=named), cells_of(caseload, rx=quota))


@STEADY
@given(caseloads(), st.integers(-3, 3))
def test_moving_everything_by_whole_weeks_changes_nothing(caseload, weeks):
    rx, log, pauses, rules = caseload
    by = pd.Timedelta(weeks=weeks)
    moved = (
        rx.assign(first_day=rx["first_day"] + by, last_day=rx["last_day"] + by),
        log.assign(performed_at=log["performed_at"] + by, logged_at=log["logged_at"] + by),
        pauses.assign(first_day=pauses["first_day"] + by, last_day=pauses["last_day"] + by),
        rules.model_copy(update={"as_of": rules.as_of + timedelta(weeks=weeks)}),
    )
    equal(adherence(cells_of(caseload), by=["patient_id"]), adherence(cells_of(moved), by=["patient_id"]))


@STEADY
@given(caseloads())
def test_the_parts_add_up_to_the_whole(caseload):
    cells = cells_of(caseload)
    whole = adherence(cells, by=["patient_id"])[OVERALL]
    parts = adherence(cells, by=["patient_id", "exercise"])[OVERALL].groupby("patient_id").sum()
    equal(whole, parts)


@STEADY
@given(caseloads(policies=("flag",)))
def test_a_further_session_never_lowers_what_is_credited_nor_touches_another_patient(caseload):
    rx, log, _, rules = caseload
    further = make(LOG, [{"entry_id": "further", "patient_id": "p1", "exercise": rx["exercise"].iloc[0], "side": "both",
                          "performed_at": pd.Timestamp(rules.as_of) + pd.Timedelta(hours=13), "status": "done",
                          "sets": 1, "reps": 5, "hold_s": 10}])  # fmt: skip
    before = adherence(cells_of(caseload), by=["patient_id"])
    after = adherence(cells_of(caseload, log=pd.concat([log, further], ignore_index=True)), by=["patient_id"])
    assert (after["credited"] >= before["credited"] - 1e-9).all()
    assert np.allclose(after["expected"], before["expected"])
    equal(after.drop("p1"), before.drop("p1"))


@STEADY
@given(caseloads())
def test_splitting_the_patients_over_workers_changes_nothing_to_the_last_bit(caseload):
    rx, log, pauses, _ = caseload
    whole = adherence(cells_of(caseload), by=["patient_id"])
    for patient in whole.index:
        mine = [table[table["patient_id"] == patient] for table in (rx, log, pauses)]
        alone = adherence(cells_of((*mine, caseload[3])), by=["patient_id"]) if starts(mine[0], caseload) else None
        if alone is not None:
            pd.testing.assert_frame_equal(whole.loc[[patient]], alone, check_exact=True)


def starts(rx, caseload):
    return rx["first_day"].min() <= pd.Timestamp(caseload[3].as_of)


@STEADY
@given(caseloads())
def test_rows_after_as_of_change_nothing(caseload):
    _, log, _, rules = caseload
    later = log.assign(
        entry_id=log["entry_id"] + "-later", performed_at=pd.Timestamp(rules.as_of) + pd.Timedelta(days=2, hours=12)
    )
    equal(cells_of(caseload), cells_of(caseload, log=pd.concat([log, later], ignore_index=True)))


@STEADY
@given(caseloads())
def test_without_any_log_nothing_is_proved_and_everything_is_possible(caseload):
    table = adherence(cells_of(caseload, log=make(LOG)), by=["patient_id"])
    due = table[table["expected"] > 0]
    assert (due[["session_adherence", "coverage"]] == 0).all(axis=None)
    assert (due["session_adherence_high"] == 1).all()
    assert due["session_adherence_observed"].isna().all()


@STEADY
@given(caseloads())
def test_a_block_of_a_weekly_quota_asks_what_it_must_and_its_bounds_are_sharp(caseload):
    """Expected adds up to n x m / 7 over the active days; credit and upper bound are the most that the block allows."""
    prescriptions, log, pauses, rules = caseload
    cells, slow = cells_of(caseload), cells_slow(prescriptions, log, rules, pauses)
    begins = prescriptions.groupby(["patient_id", "regimen_id"])["first_day"].min()
    blocks = {}
    for cell, known in zip(cells.to_dict("records"), slow, strict=True):
        rx = known["rx"]
        assert rx is None or cell["expected"] <= rx["sessions_per_day"] + 1e-9
        if known["active"] and rx["days_per_week"]:
            begin = begins[rx["patient_id"], rx["regimen_id"]]
            key = (
                cell["patient_id"],
                cell["exercise"],
                cell["side"],
                rx["regimen_id"],
                (cell["day"] - begin).days // 7,
            )
            blocks.setdefault(key, []).append((cell, rx["sessions_per_day"], rx["days_per_week"]))
    for block in blocks.values():
        asked = sum(m * n / 7 for _, m, n in block)
        done = sum(min(cell["performed"], m) for cell, m, _ in block)
        unseen = [(cell, m) for cell, m, _ in block if not cell["observed"]]
        credited = sum(cell["credited"] for cell, *_ in block)
        assert sum(cell["expected"] for cell, *_ in block) == pytest.approx(asked, abs=1e-9)
        assert credited == pytest.approx(min(done, asked), abs=1e-9)
        beyond = sum(cell["expected"] - cell["credited"] for cell, _ in unseen)
        assert credited + beyond == pytest.approx(min(done + sum(m for _, m in unseen), asked), abs=1e-9)


@STEADY
@given(caseloads(), st.integers(0, 24))
def test_a_day_written_down_as_not_done_can_only_narrow_what_the_diary_leaves_open(caseload, at):
    rx, log, _, rules = caseload
    rows = attribute(*caseload[:2], rules, pauses=caseload[2])
    day = rx["first_day"].min() + pd.Timedelta(days=at)
    if ((rows["patient_id"] == "p1") & (rows["day"] == day) & rows["exercise"].notna()).any():
        return
    zero = make(LOG, [{"entry_id": "zero", "patient_id": "p1", "exercise": rx["exercise"].iloc[0], "side": "both",
                       "performed_at": day + pd.Timedelta(hours=13), "status": "not_done"}])  # fmt: skip
    before = adherence(cells_of(caseload), by=["patient_id"])
    after = adherence(cells_of(caseload, log=pd.concat([log, zero], ignore_index=True)), by=["patient_id"])
    assert np.allclose(after["session_adherence"], before["session_adherence"], equal_nan=True)
    assert (after["coverage"] >= before["coverage"] - 1e-9).all() or before["coverage"].isna().any()
    assert (after["session_adherence_high"].fillna(0) <= before["session_adherence_high"].fillna(0) + 1e-9).all()


@STEADY
@given(caseloads(), st.integers(0, 24))
def test_a_pause_over_a_day_without_rows_never_lowers_adherence_where_days_are_named(caseload, at):
    rx = caseload[0].assign(weekdays="mon;tue;wed;thu;fri;sat;sun", days_per_week=np.nan)
    rows = attribute(*caseload[:2], caseload[3], pauses=caseload[2])
    day = rx["first_day"].min() + pd.Timedelta(days=at)
    if ((rows["patient_id"] == "p1") & (rows["day"] == day)).any():
        return
    pause = make(PAUSES, [{"patient_id": "p1", "first_day": day, "last_day": day}])
    before = adherence(cells_of(caseload, rx=rx), by=["patient_id"])["session_adherence"]
    pauses = pd.concat([caseload[2], pause], ignore_index=True)
    after = adherence(cells_of(caseload, rx=rx, pauses=pauses), by=["patient_id"])["session_adherence"]
    known = before.notna() & after.notna()
    assert (after[known] >= before[known] - 1e-9).all()


@STEADY
@given(caseloads())
def test_doubling_the_dose_asked_and_the_dose_done_changes_no_dose_column(caseload):
    rx, log, _, _ = caseload
    twice = cells_of(caseload, rx=rx.assign(sets=2 * rx["sets"]), log=log.assign(sets=2 * log["sets"]))
    columns = ["dose_adherence", "relative_dose", "over_dose", "dose_known"]
    equal(
        adherence(cells_of(caseload), by=["patient_id"])[columns],
        adherence(twice, by=["patient_id"])[columns],
    )


@STEADY
@given(caseloads(), st.integers(-20, 20))
def test_without_named_weekdays_moving_everything_by_any_number_of_days_changes_nothing(caseload, days):
    rx, log, pauses, rules = caseload
    rx = rx.assign(weekdays=None, days_per_week=rx["days_per_week"].fillna(5))
    by = pd.Timedelta(days=days)
    moved = (
        rx.assign(first_day=rx["first_day"] + by, last_day=rx["last_day"] + by),
        log.assign(performed_at=log["performed_at"] + by, logged_at=log["logged_at"] + by),
        pauses.assign(first_day=pauses["first_day"] + by, last_day=pauses["last_day"] + by),
        rules.model_copy(update={"as_of": rules.as_of + timedelta(days=days)}),
    )
    equal(adherence(cells_of(caseload, rx=rx), by=["patient_id"]), adherence(cells_of(moved), by=["patient_id"]))


@STEADY
@given(caseloads())
def test_the_whole_is_the_mean_of_its_parts_weighted_by_what_was_expected(caseload):
    cells = cells_of(caseload)
    whole = adherence(cells, by=["patient_id"])["session_adherence"]
    for part in ("exercise", "side", "week", "weekday", "month"):
        parts = adherence(cells, by=["patient_id", part])[["session_adherence", "expected"]].dropna()
        weighted = (parts["session_adherence"] * parts["expected"]).groupby("patient_id").sum()
        mean = weighted / parts["expected"].groupby("patient_id").sum()
        pd.testing.assert_series_equal(whole.dropna(), mean, check_names=False)
