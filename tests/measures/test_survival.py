"""The persistence curve against examples worked by hand and against lifelines."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from caseloads import daily, days_text
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from toolkit.errors import RulesError, TableError
from toolkit.measures.cells import cell_table
from toolkit.measures.persistence import persistence
from toolkit.measures.survival import persistence_curve
from toolkit.rules import Rules

EXAMPLES = json.loads((Path(__file__).parents[2] / "data/worked/worked_examples.json").read_text(encoding="utf-8"))
STEADY = settings(max_examples=80, derandomize=True, deadline=None)
FIRST = date(2026, 3, 2)
RULES = Rules(as_of="2026-03-31")
PATIENTS = st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=25)  # few days: many ties


def table_of(patients):
    """A table as `persistence` returns it, from pairs of days and whether the patient discontinued."""
    days, discontinued = ([pair[place] for pair in patients] for place in (0, 1))
    index = pd.Index([f"p{place}" for place in range(len(patients))], name="patient_id")
    columns = {"persistence_days": np.array(days, dtype=float), "discontinued": pd.array(discontinued, dtype="boolean")}
    table = pd.DataFrame(columns, index=index)
    table.attrs["rules"] = RULES.as_data()
    return table


NEVER = (np.nan, None)


@pytest.mark.parametrize("case", EXAMPLES["survival"], ids=lambda case: case["id"])
def test_the_curve_worked_by_hand_is_the_curve(case):
    curve = persistence_curve(table_of(list(zip(case["persistence_days"], case["discontinued"], strict=True))))
    for day, survival in case["expect"]["survival"]:
        assert curve.loc[day, "survival"] == pytest.approx(survival, abs=5e-7)
    assert curve.index.tolist() == [0, 10, 15]
    assert curve["at_risk"].tolist() == [3, 3, 1]
    assert curve["events"].tolist() == [0, 1, 0]
    assert curve["censored"].tolist() == [0, 1, 1]


@STEADY
@given(PATIENTS, st.sampled_from([0.8, 0.9, 0.95]))
def test_the_curve_is_the_one_of_lifelines(patients, confidence):
    curve = persistence_curve(table_of(patients), rules=Rules(as_of="2026-03-31", confidence=confidence))
    days, discontinued = zip(*patients, strict=True)
    fitted = KaplanMeierFitter().fit(days, discontinued, alpha=1 - confidence)
    theirs = fitted.event_table.loc[curve.index]
    assert curve["at_risk"].tolist() == theirs["at_risk"].tolist()
    assert curve["events"].tolist() == theirs["observed"].tolist()
    wanted = fitted.survival_function_.loc[curve.index].to_numpy()[:, 0]
    assert curve["survival"].to_numpy() == pytest.approx(wanted, abs=1e-9)
    inside = ((curve["survival"] > 0) & (curve["survival"] < 1)).to_numpy()
    interval = fitted.confidence_interval_.loc[curve.index].to_numpy()[inside]
    assert curve[["ci_low", "ci_high"]].to_numpy()[inside] == pytest.approx(interval, abs=1e-9)
    assert curve[["ci_low", "ci_high"]].to_numpy()[~inside] == pytest.approx(np.nan, nan_ok=True)


@STEADY
@given(PATIENTS)
def test_a_row_gives_the_patients_at_risk_in_the_next_row_and_the_last_row_leaves_nobody(patients):
    curve = persistence_curve(table_of(patients))
    left = curve["at_risk"] - curve["events"] - curve["censored"]
    assert left.tolist() == [*curve["at_risk"].iloc[1:], 0]
    assert curve.index[0] == 0 and curve["survival"].iloc[0] == 1
    assert curve.index[-1] == max(days for days, _ in patients)


def test_who_never_started_is_counted_apart_and_does_not_move_the_curve():
    alone = persistence_curve(table_of([(10, True), (15, False)]))
    among = persistence_curve(table_of([NEVER, (10, True), NEVER, (15, False)]))
    pd.testing.assert_frame_equal(alone, among)
    assert (among.attrs["started"], among.attrs["never_started"]) == (2, 2)


def test_where_nobody_started_nothing_is_known_of_persistence():
    curve = persistence_curve(table_of([NEVER, NEVER]))
    assert curve.index.tolist() == [0]
    assert np.isnan(curve["survival"].iloc[0])
    assert curve.attrs["never_started"] == 2


def test_a_curve_of_patients_who_all_go_on_stays_at_one_without_an_interval():
    curve = persistence_curve(table_of([(10, False), (15, False)]))
    assert curve["survival"].tolist() == [1, 1]
    assert curve[["ci_low", "ci_high"]].isna().all(axis=None)


def test_a_patient_censored_on_the_day_of_an_event_is_still_at_risk_on_it():
    curve = persistence_curve(table_of([(10, True), (10, False)]))
    assert curve.loc[10, ["at_risk", "events", "survival"]].tolist() == [2, 1, 0.5]


def test_the_curve_takes_what_persistence_returns():
    """One discontinues after 3 days, one goes on for 20, one never starts."""
    texts = {"p001": "xxx" + "." * 17, "p002": "x" * 20, "p003": "." * 20}
    rx = pd.concat([daily(FIRST, 20, patient_id=patient) for patient in texts])
    log = pd.concat([days_text(FIRST, text, patient_id=patient) for patient, text in texts.items()])
    cells = cell_table(rx, log, Rules(as_of=FIRST + timedelta(days=19)))
    curve = persistence_curve(persistence(cells, by=["patient_id"]))
    assert curve["survival"].to_dict() == {0: 1, 3: 0.5, 20: 0.5}
    assert curve.attrs["never_started"] == 1
    assert curve.attrs["rules"] == cells.attrs["rules"]


@pytest.mark.parametrize(
    ("patients", "words"),
    [
        ([(0, True)], "persistence_days, row 1: must be a number of days above 0; found 0"),
        ([(5, True), (-2, False)], "persistence_days, row 2: must be a number of days above 0; found -2"),
        ([(np.inf, False)], "found inf"),
        ([(5, True), (4, None)], "row 2: persistence_days and discontinued must both be known or both be missing"),
        ([(np.nan, True)], "row 1: persistence_days and discontinued must both be known"),
    ],
)
def test_a_persistence_that_cannot_be_is_refused(patients, words):
    with pytest.raises(TableError, match=words):
        persistence_curve(table_of(patients))


def test_a_table_of_something_else_is_refused():
    with pytest.raises(TableError, match="persistence_days, discontinued: must be there"):
        persistence_curve(table_of([(5, True)])[[]])
    words = table_of([(5, True)]).astype({"discontinued": object}).assign(discontinued="perhaps")
    with pytest.raises(TableError, match="must hold days, and true, false or nothing"):
        persistence_curve(words)


def test_a_table_that_names_no_rules_is_refused():
    table = table_of([(5, True)])
    table.attrs.clear()
    with pytest.raises(RulesError, match="does not say by which rules it was made"):
        persistence_curve(table)
