"""The table of a caseload: the middle of each measure, and how many patients stand behind it."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from caseloads import daily, days_text
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import RulesError, TableError
from toolkit.measures.adherence import adherence
from toolkit.measures.caseload import caseload_table
from toolkit.measures.cells import cell_table
from toolkit.rules import Rules

RULES = Rules(as_of="2026-03-31")
FIRST = date(2026, 3, 2)


def of(**columns):
    size = len(next(iter(columns.values())))
    index = pd.Index([f"p{place}" for place in range(size)], name="patient_id")
    return caseload_table(pd.DataFrame(columns, index=index), rules=RULES)


def test_the_quartiles_lie_between_two_patients_in_proportion():
    row = of(session_adherence=[0.2, 0.4, 0.6, 1.0]).loc["session_adherence"]
    found = row["lower_quartile"], row["median"], row["upper_quartile"]
    assert found == pytest.approx((0.35, 0.5, 0.7))


def test_a_patient_without_a_number_is_missing_and_never_a_zero():
    row = of(session_adherence=[0.8, np.nan, 0.6, np.nan, np.nan]).loc["session_adherence"]
    assert (row["patients"], row["missing"]) == (2, 3)
    assert row["median"] == pytest.approx(0.7)


def test_a_measure_that_nobody_has_is_there_and_empty():
    row = of(relative_dose=[np.nan, np.nan]).loc["relative_dose"]
    assert (row["patients"], row["missing"]) == (0, 2)
    assert row[["median", "lower_quartile", "upper_quartile", "share"]].isna().all()


@pytest.mark.parametrize("dtype", ["boolean", object])
def test_true_and_false_give_a_share_of_those_known(dtype):
    """A join may have made plain objects of them."""
    row = of(discontinued=pd.array([True, False, False, None], dtype=dtype)).loc["discontinued"]
    assert (row["patients"], row["missing"], row["share"]) == (3, 1, pytest.approx(1 / 3))
    assert np.isnan(row["median"])


def test_numbers_have_no_share():
    assert np.isnan(of(full_days=[0, 1, 1]).loc["full_days", "share"])


def test_words_and_dates_are_no_measures():
    table = of(label=["EXAS", "EXAS"], change_day=pd.to_datetime(["2026-03-02", None]), any_days=[1, 2])
    assert table.index.tolist() == ["any_days"]


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0, None]), min_size=1, max_size=12))
def test_patients_and_missing_add_up_and_more_missing_change_nothing_else(values):
    column = np.array(values, dtype=float)
    row = of(coverage=column).loc["coverage"]
    more = of(coverage=np.append(column, [np.nan, np.nan])).loc["coverage"]
    assert row["patients"] + row["missing"] == len(values)
    assert more["missing"] == row["missing"] + 2
    pd.testing.assert_series_equal(row.drop("missing"), more.drop("missing"))
    if row["patients"]:
        known = column[~np.isnan(column)]
        assert known.min() <= row["lower_quartile"] <= row["median"] <= row["upper_quartile"] <= known.max()


def test_the_table_takes_what_adherence_returns_and_carries_its_rules():
    texts = {"p001": "xx..", "p002": "xxxx", "p003": "...."}
    rx = pd.concat([daily(FIRST, 4, patient_id=patient) for patient in texts])
    log = pd.concat([days_text(FIRST, text, patient_id=patient) for patient, text in texts.items()])
    table = adherence(cell_table(rx, log, Rules(as_of=FIRST + timedelta(days=3))), by=["patient_id"])
    found = caseload_table(table)
    assert found.index.tolist() == table.columns.tolist()
    assert found.loc["session_adherence", ["patients", "median"]].tolist() == [3, 0.5]
    assert found.loc["session_adherence_observed", "missing"] == 1
    assert found.attrs["rules"] == table.attrs["rules"]


def test_an_empty_caseload_gives_its_measures_with_nobody():
    table = of(session_adherence=np.array([], dtype=float))
    assert table.loc["session_adherence", ["patients", "missing"]].tolist() == [0, 0]
    assert of(label=["a"]).empty


@pytest.mark.parametrize(
    ("index", "words"),
    [
        (pd.Index(["a", "b"], name="exercise"), "must be one a patient.*found rows by exercise"),
        (pd.MultiIndex.from_tuples([("p1", "a"), ("p1", "b")], names=["patient_id", "exercise"]), "found rows by"),
        (pd.Index(["a", "b"]), "found rows by nothing"),
        (pd.Index(["p1", "p1"], name="patient_id"), "found a patient with several"),
    ],
)
def test_rows_that_are_no_patients_are_refused(index, words):
    with pytest.raises(TableError, match=words):
        caseload_table(pd.DataFrame({"coverage": [0.5, 1.0]}, index=index), rules=RULES)


def test_a_table_that_names_no_rules_is_refused():
    with pytest.raises(RulesError, match="does not say by which rules it was made"):
        caseload_table(pd.DataFrame({"coverage": [1.0]}, index=pd.Index(["p1"], name="patient_id")))
