"""Whether a plan may be final, by everything on record of its patient."""

from datetime import date, timedelta

from screenings import answering, clear_screening, released

from toolkit.plan.admission import admission, days_rewritten
from toolkit.plan.regimen import starter_regimen
from toolkit.settings import read_profile, sample_profile_path

ON = date(2026, 3, 2)
PROFILE = read_profile(sample_profile_path())


def final(regimen_id="r-1", first_day=ON, **more):
    regimen = starter_regimen("remedial", patient_id="p001", regimen_id=regimen_id, first_day=first_day)
    return regimen.model_copy(update={"status": "final"} | more)


def found(screening, regimen=None, *, regimens=(), screenings=(), profile=PROFILE):
    planned = regimen or final()
    return admission(screening, planned.prescriptions, patient_id="p001", regimen_id=planned.regimen_id,
                     exercises={row.exercise for row in planned.prescriptions},
                     regimens=regimens, screenings=screenings, profile=profile, on=ON)  # fmt: skip


def test_a_clear_screening_allows_a_final_one():
    assert found(clear_screening()).status == "final"


def test_a_clinic_that_nobody_can_call_makes_nothing_final():
    verdict = found(clear_screening(), profile=None)
    assert verdict.status == "draft"
    assert "clinic" in [one.where for one in verdict.problems]


def test_a_new_regimen_does_not_lead_around_a_red_flag_on_record():
    flag = answering(clear_screening(on=ON - timedelta(days=1)), in_fever="yes")
    assert found(clear_screening(), final("r-2"), screenings=[flag]).status == "held"
    assert found(released(clear_screening()), final("r-2"), screenings=[flag]).status == "final"


def test_two_regimens_never_ask_for_one_exercise_on_the_same_day():
    """They could not be counted, and the caseload of the whole clinic with them."""
    verdict = found(clear_screening(), final("r-2"), regimens=[final("r-1")])
    assert verdict.status == "draft"
    assert "same exercise as regimen r-1 from 2026-03-02 to 2026-03-29" in verdict.problems[-1].message
    after = final("r-2", first_day=date(2026, 3, 30))
    assert found(clear_screening(), after, regimens=[final("r-1")]).status == "final"
    ended = final("r-1", revision=2, prescriptions=final(first_day=ON - timedelta(days=28)).prescriptions)
    assert found(clear_screening(), final("r-2"), regimens=[final("r-1"), ended]).status == "final"
    draft = final("r-1", status="draft")
    assert found(clear_screening(), final("r-2"), regimens=[draft]).status == "final"


def test_days_already_lived_by_another_dose_are_told_of():
    begun = [final("r-1", first_day=ON - timedelta(days=20))]
    assert days_rewritten(ON - timedelta(days=10), "r-1", begun, ON) == 10
    assert days_rewritten(ON - timedelta(days=30), "r-1", begun, ON) == 20, "before it began nothing was asked"
    assert days_rewritten(ON, "r-1", begun, ON) == 0
    assert days_rewritten(ON + timedelta(days=5), "r-1", begun, ON) == 0
    assert days_rewritten(ON - timedelta(days=10), "r-2", begun, ON) == 0, "a first regimen rewrites nothing"
