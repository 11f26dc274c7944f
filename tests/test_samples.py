"""Each kind of made-up patient looks in the measures the way its name says."""

import pandas as pd
import pytest

from toolkit.errors import ToolkitError
from toolkit.measures.adherence import adherence
from toolkit.measures.alerts import alerts
from toolkit.measures.attribution import attribute
from toolkit.measures.cells import cell_table
from toolkit.measures.triage import triage
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
    ("flaring", "session_adherence", 0.80, 1.00),
    ("flaring", "pain_max_7", 8, 8),
]

# tiers of a patient of each kind on the last day, states that must occur, alerts that must and must not be raised
CALLS = {
    "revised": ({"on_track"}, {"full", "not_scheduled", "paused"}, set(), {"pain_flare", "flagged_note", "over_dose"}),
    "fading": ({"silent"}, {"full", "unlogged"}, {"silence", "drop_off"}, {"flagged_note", "over_dose"}),
    "steady": ({"on_track"}, {"full", "known_zero"}, set(), {"silence", "drop_off", "flagged_note", "over_dose"}),
    "weekend": ({"low", "dropping_off"}, {"full", "known_zero", "unlogged"}, set(), {"flagged_note", "over_dose"}),
    "twice_daily": ({"on_track"}, {"full", "partial"}, set(), {"silence", "flagged_note", "over_dose"}),
    "one_sided": ({"one_barrier"}, {"full", "known_zero"}, set(), {"silence", "flagged_note", "over_dose"}),
    "paused": ({"on_track"}, {"full", "paused", "not_scheduled"}, set(), {"silence", "flagged_note"}),
    "never_started": ({"silent"}, {"unlogged"}, {"silence", "drop_off"}, {"pain_high", "flagged_note"}),
    "over_doing": ({"over_dose"}, {"full"}, {"over_dose"}, {"silence", "drop_off", "flagged_note"}),
    "badly_logging": ({"low", "dropping_off", "silent"}, {"unlogged", "full"}, {"silence"}, {"flagged_note"}),
    "flaring": ({"safety"}, {"full", "known_zero"}, {"pain_high", "pain_flare"}, {"silence", "over_dose"}),
}


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
        pain_max_7=rows["pain"].where(rows["day"] > pd.Timestamp(clinic.as_of) - pd.Timedelta(days=7))
        .groupby(rows["patient_id"]).max(),
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "measure", "least", "most"), LOOKS, ids=lambda value: str(value))
def test_a_kind_of_patient_looks_like_its_name(seen, kind, measure, least, most):
    values = seen.loc[seen["kind"] == kind, measure]
    assert len(values) >= 2
    assert values.between(least - 1e-9, most + 1e-9).all(), values.round(3).to_dict()


@pytest.fixture(scope="module", params=[2026, 7])
def called(request):
    """The calling order, the states of the cells and the alerts of a clinic, and its kinds."""
    clinic = sample_clinic(seed=request.param)
    rules = Rules(as_of=clinic.as_of, target="bailey_80")
    cells = cell_table(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)
    rows = attribute(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)
    table = triage(cells, clinic.log, clinic.prescriptions, rules)
    found = [set(part["state"]) for _, part in cells.groupby("patient_id", observed=True)]
    raised = alerts(cells, rows).groupby("patient_id")["rule"].agg(set)
    states = pd.Series(found, index=sorted(clinic.kinds))
    return pd.DataFrame({"kind": pd.Series(clinic.kinds), "name": table.set_index("patient_id")["name"],
                         "states": states, "alerts": raised})  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_gets_the_tier_the_states_and_the_alerts_that_its_name_says(called, kind):
    tiers, states, must, must_not = CALLS[kind]
    patients = called[called["kind"] == kind]
    assert len(patients) >= 2
    assert set(patients["name"]) <= tiers
    for _, patient in patients.iterrows():
        raised = patient["alerts"] if isinstance(patient["alerts"], set) else set()
        assert states <= patient["states"]
        assert must <= raised
        assert not must_not & raised


def test_the_made_up_note_that_must_be_read_is_told_with_its_word():
    clinic = sample_clinic()
    rules = Rules(as_of=clinic.as_of)
    cells = cell_table(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)
    first = triage(cells, clinic.log, clinic.prescriptions, rules).iloc[0]
    assert clinic.kinds[first["patient_id"]] == "flaring"
    assert "numb" in first["reason"]


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
