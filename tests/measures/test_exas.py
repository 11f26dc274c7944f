"""The exercise adherence score: the dose capped for each exercise, then weighted by how well it was done."""

import json
import tomllib
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from caseloads import daily
from hypothesis import given, settings
from hypothesis import strategies as st

import toolkit.measures.exas as module
from toolkit.errors import RulesError, TableError
from toolkit.measures.adherence import adherence
from toolkit.measures.cells import cell_table
from toolkit.measures.exas import exas, quality_factors
from toolkit.rules import Rules
from toolkit.schema import CELLS, LOG
from toolkit.tables import make

EXAMPLES = json.loads((Path(__file__).parents[2] / "data/worked/worked_examples.json").read_text(encoding="utf-8"))
FIRST = date(2026, 3, 2)
RULES = Rules(as_of="2026-03-31")
STEADY = settings(max_examples=80, derandomize=True, deadline=None)
WORDS = ("excellent", "good", "reasonable", "moderate", "poor")


def cells_of(doses, *, patient_id="p001"):
    """One day of each exercise with a relative dose; None where its only session has an unknown dose."""
    rows = [
        {"patient_id": patient_id, "day": FIRST, "exercise": f"exercise_{place}", "side": "none", "expected": 1.0,
         "performed": 1.0, "credited": 1.0, "dose_done": (dose or 0) * 50, "dose_floor": 50.0, "dose_ceiling": 50.0,
         "dose_known": dose is not None, "observed": True, "state": "full"}
        for place, dose in enumerate(doses)
    ]  # fmt: skip
    cells = make(CELLS, rows)
    cells.attrs["rules"] = RULES.as_data()
    return cells


def rated(words, *, patient_id="p001", rated_by="therapist A"):
    """One rating an exercise in order; None where it has none."""
    rows = [
        {"patient_id": patient_id, "exercise": f"exercise_{place}", "quality": word, "rated_by": rated_by}
        for place, word in enumerate(words)
        if word is not None
    ]
    return pd.DataFrame(rows, columns=["patient_id", "exercise", "quality", "rated_by"])


@pytest.mark.parametrize("case", EXAMPLES["exas"], ids=lambda case: case["id"])
def test_an_example_worked_by_hand_gives_its_score(case):
    quality = rated(case["quality"]) if "quality" in case else None
    row = exas(cells_of(case["relative_dose"]), quality=quality).loc["p001"]
    assert row["exas_percent"] == pytest.approx(case["expect"]["exas_percent"], abs=5e-7)
    assert row["label"] == ("EXAS" if quality is not None else "EXAS without quality")


def test_a_dose_beyond_the_asked_does_not_make_up_for_poor_quality():
    """The cap goes before the factor: three times the dose, done poorly, is 20, not 60."""
    assert exas(cells_of([3.0]), quality=rated(["poor"])).loc["p001", "exas_percent"] == pytest.approx(20)


def test_a_dose_beyond_the_asked_in_one_exercise_does_not_make_up_for_another():
    assert exas(cells_of([2.0, 0.0])).loc["p001", "exas_percent"] == 50


def test_the_label_says_how_many_exercises_were_rated():
    row = exas(cells_of([1.0, 1.0, 0.5]), quality=rated(["moderate", None, None])).loc["p001"]
    assert row["label"] == "EXAS, quality of 1 of 3 exercises"
    assert row["exas_percent"] == pytest.approx(100 * (0.4 + 1 + 0.5) / 3)


def test_a_patient_without_a_rating_is_told_apart_from_one_with():
    cells = pd.concat([cells_of([1.0]), cells_of([1.0], patient_id="p002")], ignore_index=True)
    table = exas(cells, quality=rated(["good"], patient_id="p002"), rules=RULES)
    assert table["label"].to_dict() == {"p001": "EXAS without quality", "p002": "EXAS"}
    assert table["exas_percent"].to_dict() == {"p001": 100, "p002": 80}


def test_an_exercise_whose_dose_cannot_be_told_counts_neither_as_done_nor_as_missed():
    row = exas(cells_of([0.5, None]), quality=rated(["excellent", "poor"])).loc["p001"]
    assert (row["exas_percent"], row["exercises"], row["label"]) == (50, 1, "EXAS")


def test_where_no_dose_can_be_told_there_is_no_score():
    row = exas(cells_of([None])).loc["p001"]
    assert np.isnan(row["exas_percent"])
    assert (row["exercises"], row["label"]) == (0, "EXAS without quality")


def test_the_relative_dose_is_the_one_of_adherence_both_sides_together():
    """Both sides are asked for on two days; one session of the left side: a quarter of the dose."""
    rx = daily(FIRST, 2, exercise="exercise_a", side="both")
    entry = {"entry_id": "e1", "patient_id": "p001", "exercise": "exercise_a", "side": "left", "status": "done",
             "performed_at": pd.Timestamp(FIRST) + pd.Timedelta(hours=8), "sets": 1, "reps": 5}  # fmt: skip
    cells = cell_table(rx, make(LOG, [entry]), Rules(as_of=FIRST + timedelta(days=1)))
    table = exas(cells)
    assert table["exas_percent"].to_dict() == {"p001": 25}
    assert table.attrs["rules"] == cells.attrs["rules"]


@STEADY
@given(st.lists(st.tuples(st.sampled_from([None, 0.0, 0.3, 1.0, 1.7]), st.sampled_from([None, *WORDS])), min_size=1))
def test_the_score_is_the_mean_over_exercises_of_the_capped_dose_times_the_factor(exercises):
    doses, words = zip(*exercises, strict=True)
    factor = {"excellent": 1, "good": 0.8, "reasonable": 0.6, "moderate": 0.4, "poor": 0.2, None: 1}
    row = exas(cells_of(doses), quality=rated(words)).loc["p001"]
    each = [min(1, dose) * factor[word] for dose, word in exercises if dose is not None]
    wanted = 100 * sum(each) / len(each) if each else np.nan
    assert row["exas_percent"] == pytest.approx(wanted, nan_ok=True)
    assert row["exercises"] == len(each)


def test_the_factors_are_those_of_the_source():
    assert quality_factors() == dict(zip(WORDS, (1, 0.8, 0.6, 0.4, 0.2), strict=True))
    data = tomllib.loads(Path(module.__file__).with_name("exas.toml").read_text(encoding="utf-8"))
    assert "doi:10.33540/2478" in data["source"] and data["flag"] == "V"


def test_who_rated_stands_beside_the_score():
    ratings = pd.concat([rated(["good"], rated_by="B"), rated([None, "good"], rated_by="A")])
    assert exas(cells_of([1.0, 1.0]), quality=ratings).attrs["rated_by"] == ["A", "B"]
    assert exas(cells_of([1.0])).attrs["rated_by"] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quality": "superb"}, "quality: must hold excellent or good or reasonable or moderate or poor; found superb"),
        ({"quality": None}, "quality: must hold excellent or good.*found nothing in row 1"),
        ({"rated_by": None}, "rated_by: must hold text; found nothing in row 1"),
        ({"exercise": "swimming"}, "exercise, row 1: must be one prescribed to that patient; found swimming"),
        ({"patient_id": "p009"}, "exercise, row 1: must be one prescribed to that patient; found exercise_0"),
    ],
)
def test_a_rating_that_cannot_be_used_is_refused_in_words(change, words):
    with pytest.raises(TableError, match=words) as caught:
        exas(cells_of([1.0]), quality=rated(["good"]).assign(**change))
    assert "p009" not in str(caught.value)


def test_two_ratings_of_one_exercise_are_refused_and_none_is_chosen():
    """Raters agree poorly: to take either would be a guess."""
    with pytest.raises(TableError, match="row 2: rates an exercise that an earlier row rates"):
        exas(cells_of([1.0]), quality=pd.concat([rated(["good"]), rated(["poor"], rated_by="therapist B")]))


def test_ratings_without_a_column_are_refused_by_its_name():
    with pytest.raises(TableError, match="rated_by: is a column the table must have"):
        exas(cells_of([1.0]), quality=rated(["good"]).drop(columns="rated_by"))


def test_the_score_of_an_empty_caseload_is_empty():
    cells = cells_of([])
    assert exas(cells).empty
    assert len(adherence(cells, by=["patient_id"])) == 0


def test_cells_that_name_no_rules_are_refused():
    cells = cells_of([1.0])
    cells.attrs.clear()
    with pytest.raises(RulesError, match="does not say by which rules it was made"):
        exas(cells)
