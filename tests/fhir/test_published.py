"""Other people's FHIR is read or refused with the right words, to the figures that were counted apart."""

import json
from pathlib import Path

import pandas as pd
import pytest
from bundles import plans

from toolkit.errors import LogError, RegimenError
from toolkit.fhir.plans import plans_of
from toolkit.logs.fhir_json import fhir_document
from toolkit.logs.read import read_log
from toolkit.plan.files import read_regimens

SHARED = Path(__file__).parents[3] / "shared" / "data"
FHIR, LOGS = SHARED / "fhir", SHARED / "logs" / "ours"
absent = pytest.mark.skipif(not FHIR.is_dir(), reason="the folder of published records is not here")
pytestmark = [pytest.mark.shared, absent]
TOLD = ["source", "line"]
EXAMPLES = {  # the R4 examples: what is said of each, as a log
    "ActivityDefinition-provide-mosquito-prevention-advice": "1 ActivityDefinition",
    "Bundle-bundle-example": "1 Medication, 1 MedicationRequest",
    "CarePlan-example": "1 CarePlan", "CarePlan-f001": "1 CarePlan", "CarePlan-gpvisit": "1 CarePlan",
    "CarePlan-integrate": "1 CarePlan", "CarePlan-obesity-narrative": "1 CarePlan", "CarePlan-preg": "1 CarePlan",
    "Goal-example": "1 Goal", "MedicationRequest-medrx0312": "1 MedicationRequest",
    "Observation-satO2": "1 Observation", "PlanDefinition-KDN5": "1 PlanDefinition",
    "PlanDefinition-example-cardiology-os": "1 PlanDefinition", "Procedure-physical-therapy": "1 Procedure",
    "Questionnaire-qs1": "1 Questionnaire; Questionnaire.item[0].item[0].linkId: is missing",
    "QuestionnaireResponse-3141": "1 QuestionnaireResponse", "QuestionnaireResponse-f201": "1 QuestionnaireResponse",
    "ServiceRequest-ambulation": "1 ServiceRequest", "ServiceRequest-benchpress": "1 ServiceRequest",
    "ServiceRequest-do-not-turn": "1 ServiceRequest", "ServiceRequest-education": "1 ServiceRequest",
    "ServiceRequest-physical-therapy": "1 ServiceRequest", "ServiceRequest-physiotherapy": "1 ServiceRequest",
    "Task-example1": "1 Task", "Task-example3": "1 Task",
}  # fmt: skip
RECORDS = {  # resources, pain scores to three places, first and last day of the plan with stretching
    "patient_1": (96, [3.857, 0.469, 3.695], ("2015-04-16", "2015-05-07")),
    "patient_2": (101, [3.562, 1.425, 3.783], ("2021-02-16", "2021-03-16")),
    "patient_3": (89, [3.099, 0.525, 2.652, 2.564], ("2019-10-26", "2019-11-09")),
}


def plans_in(path, **said):
    return plans_of(fhir_document(path.name, path.read_text(encoding="utf-8-sig")), **said)


@pytest.mark.parametrize("name", ["log.xlsx", "log.json", "reference_bundle.json"])
def test_our_example_is_one_table_in_every_container(name):
    there = (FHIR / "ours" if "bundle" in name else LOGS) / name
    found, expected = read_log(there).log, read_log(LOGS / "log.csv").log
    pd.testing.assert_frame_equal(found.drop(columns=TOLD), expected.drop(columns=TOLD))


def test_our_example_bundle_is_our_example_regimen():
    """The bundle names its prescriber and no purpose; FHIR holds no screening."""
    [expected], [found] = (
        read_regimens(LOGS / "regimen.json"),
        plans_in(FHIR / "ours" / "reference_bundle.json").regimens,
    )
    assert found.written_by == "prescriber-1"
    beside = {"written_by": None, "purpose": None, "screening": None}
    assert found.model_copy(update=beside) == expected.model_copy(update=beside)
    account = read_log(FHIR / "ours" / "reference_bundle.json").account
    assert (account.rows, account.kept, account.entries, account.header) == (34, 26, 11, 8)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_published_example_holds_no_log_and_is_refused_in_words_that_name_what_it_is(name):
    path = FHIR / "r4-core-examples" / f"{name}.json"
    with pytest.raises(LogError) as refused:
        read_log(path, patient_id="p1")
    assert refused.value.code == "not_a_log"
    assert f"holds nothing of a log ({EXAMPLES[name]})" in str(refused.value)
    found = plans_in(path)
    assert (found.regimens, found.drafts) == ((), ()), "no dose stands in them that we could read"


def test_every_published_example_was_looked_at():
    there = {path.stem for path in (FHIR / "r4-core-examples").iterdir()}
    assert there == set(EXAMPLES)


@pytest.mark.parametrize("name", RECORDS)
def test_a_whole_record_gives_its_pain_scores_and_its_care_plan_as_a_draft(name):
    resources, pain, days = RECORDS[name]
    path = FHIR / "synthea" / f"{name}.json"
    assert [one.code for one in read_log(path).questions] == ["patient_needed"]
    found, made = read_log(path, patient_id="p1"), plans_in(path, patient_id="p1")
    one = found.account
    assert (one.rows, one.kept, one.quarantined, one.blank) == (resources, len(pain), 0, 0)
    assert one.header == resources - len(pain)
    assert found.log["pain"].round(3).tolist() == pain
    assert found.log["exercise"].isna().all()
    assert made.regimens == ()
    [draft] = made.drafts
    assert (str(draft.first_day), str(draft.last_day)) == days
    assert "229070002" in draft.note


def test_a_pain_score_keeps_every_decimal():
    assert read_log(FHIR / "synthea" / "patient_1.json", patient_id="p1").log["pain"][0] == 3.8570622258143166


def test_lines_of_conditions_hold_no_log():
    with pytest.raises(LogError, match="2 Condition"):
        read_log(FHIR / "synthea" / "condition_chronic_low_back_pain.ndjson")


def test_a_later_fhir_is_refused_by_its_version():
    path = FHIR / "microsoft-fhir-server" / "R5-CarePlan.json"
    with pytest.raises(LogError, match="later FHIR than R4") as refused:
        read_log(path)
    assert refused.value.code == "fhir_version"


def test_a_care_plan_with_a_mark_is_read_and_a_broken_array_is_refused():
    folder = FHIR / "microsoft-fhir-server"
    made = plans_in(folder / "R4-CarePlan.json")
    assert (made.regimens, made.drafts) == ((), ())
    with pytest.raises(LogError, match="clinicalStatus: must be a group of fields; found nothing"):
        read_log(folder / "USCore-NonCompliantSamples.json")


def test_the_dose_of_a_bench_press_in_words_is_no_dose():
    """`count` 20 to 30 are sessions; repetitions stand in a sentence, which nobody reads as an order."""
    order = json.loads((FHIR / "r4-core-examples" / "ServiceRequest-benchpress.json").read_text(encoding="utf-8"))
    order["code"]["coding"][0]["code"] = "51998003"
    plan = {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": order["subject"],
            "activity": [{"reference": {"reference": "ServiceRequest/benchpress"}}]}  # fmt: skip
    made = plans({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": plan}, {"resource": order}]},
                 patient_id="p1")  # fmt: skip
    assert (made.regimens, len(made.drafts)) == ((), 1)


def test_the_published_bundle_refuses_to_be_another_patients():
    data = json.loads((FHIR / "ours" / "reference_bundle.json").read_text(encoding="utf-8"))
    data["entry"][4]["resource"]["subject"] = {"reference": "Patient/somebody"}
    with pytest.raises(RegimenError, match="the plan's own patient"):
        plans(data)
