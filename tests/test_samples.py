"""Each kind of made-up patient looks in the measures the way its name says."""

import pandas as pd
import pytest

from toolkit.errors import ToolkitError
from toolkit.measures.adherence import adherence
from toolkit.measures.attribution import attribute
from toolkit.measures.cells import cell_table
from toolkit.rules import Rules
from toolkit.samples import KINDS, sample_clinic

# what every patient of a kind must look like: measure, least, most; "early" and "late" are the first and last 28 days
LOOKS = [
    ("steady", "session_adherence", 0.80, 0.97),
    ("steady", "coverage", 0.90, 1.00),
    ("steady", "early_minus_late", -0.20, 0.20),
    ("fading", "early", 0.70, 1.00),
    ("fading", "late", 0.05, 0.55),
    ("fading", "early_minus_late", 0.40, 1.00),
    ("weekend", "saturday_and_sunday", 0.75, 1.00),
    ("weekend", "monday_to_friday", 0.00, 0.30),
    ("twice_daily", "expected_a_day", 2.0, 2.0),
    ("twice_daily", "session_adherence", 0.50, 0.85),
    ("one_sided", "side_asymmetry", 1 / 3, 1.00),
    ("paused", "paused_days", 10, 10),
    ("paused", "during_pause", 0, 0),
    ("paused", "session_adherence", 0.75, 1.00),
    ("revised", "revisions", 2, 2),
    ("revised", "paused_days", 4, 4),
    ("revised", "expected_a_day", 1.0, 1.0),
    ("never_started", "performed", 0, 0),
    ("never_started", "coverage", 0, 0),
    ("never_started", "session_adherence_high", 1, 1),
    ("over_doing", "over_adherence", 0.30, 2.00),
    ("over_doing", "relative_dose", 2.00, 6.00),
    ("over_doing", "session_adherence", 0.85, 1.00),
    ("badly_logging", "coverage", 0.10, 0.45),
    ("badly_logging", "session_adherence_high", 0.90, 1.00),
    ("badly_logging", "dose_known", 0.50, 0.97),
    ("badly_logging", "dates_only", 0.20, 0.50),
]


@pytest.fixture(scope="module", params=[2026, 7])
def seen(request):
    """The measures of each patient of a clinic, and its kind."""
    clinic = sample_clinic(seed=request.param)
    rules = Rules(as_of=clinic.as_of)
    cells = cell_table(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)
    rows = attribute(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)
    measured = adherence(cells, by=["patient_id"])
    first = cells["day"].min()
    early = adherence(cells[cells["day"] < first + pd.Timedelta(days=28)], by=["patient_id"])["session_adherence"]
    at_weekend = cells["day"].dt.day_of_week >= 5
    ratio = {name: adherence(part, by=["patient_id"])["session_adherence"]
             for name, part in (("late", cells[cells["day"] > cells["day"].max() - pd.Timedelta(days=29)]),
                                ("saturday_and_sunday", cells[at_weekend]),
                                ("monday_to_friday", cells[~at_weekend]))}  # fmt: skip
    per_patient = cells.groupby("patient_id", observed=True)
    return measured.assign(
        kind=pd.Series(clinic.kinds),
        early=early,
        **ratio,
        early_minus_late=early - ratio["late"],
        expected_a_day=cells[cells["expected"] > 0].groupby("patient_id", observed=True)["expected"].median(),
        paused_days=per_patient.apply(lambda part: part.loc[part["state"] == "paused", "day"].nunique()),
        during_pause=(rows["reason"] == "during_pause").groupby(rows["patient_id"]).sum(),
        revisions=clinic.prescriptions.groupby("patient_id")["revision"].nunique(),
        dates_only=(~rows["time_known"]).groupby(rows["patient_id"]).mean(),
    )


@pytest.mark.parametrize(("kind", "measure", "least", "most"), LOOKS, ids=lambda value: str(value))
def test_a_kind_of_patient_looks_like_its_name(seen, kind, measure, least, most):
    values = seen.loc[seen["kind"] == kind, measure]
    assert len(values) >= 2
    assert values.between(least - 1e-9, most + 1e-9).all(), values.round(3).to_dict()


def test_every_kind_is_looked_at_and_is_there(seen):
    assert {kind for kind, *_ in LOOKS} == set(KINDS) == set(seen["kind"])
    assert len(seen) == 24


def test_the_same_seed_makes_the_same_clinic_and_another_seed_another():
    assert sample_clinic(patients=5).log.equals(sample_clinic(patients=5).log)
    assert not sample_clinic(patients=5).log.equals(sample_clinic(patients=5, seed=1).log)


def test_a_patient_does_not_depend_on_how_many_others_there_are():
    few, many = sample_clinic(patients=3).log, sample_clinic(patients=12).log
    assert few.equals(many[many["patient_id"].isin(few["patient_id"])].reset_index(drop=True))


def test_a_clinic_of_no_patients_is_refused_with_all_that_is_wrong():
    with pytest.raises(ToolkitError) as raised:
        sample_clinic(patients=0, weeks=60)
    assert [str(problem) for problem in raised.value.problems] == [
        "patients: must be from 1 to 1000000; found 0",
        "weeks: must be from 1 to 48; found 60",
    ]
