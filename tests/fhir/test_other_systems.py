"""Bundles of other systems: read forgivingly, never guessed; what is not ours is left alone and counted."""

import copy
import json
from datetime import date

import pandas as pd
import pytest
from bundles import bundle, encoded, first, foreign_plan, log, logged, plans, regimen, resources

from toolkit.errors import LogError, RegimenError
from toolkit.fhir.codes import codes, extension_url, ours

TOLD = ["source", "line"]


def lines(data):
    return "\n".join(json.dumps(one["resource"]) for one in data["entry"]).encode() + b"\n"


def urn(data):
    """Refer by `urn:uuid:`, as to what has no id yet."""
    text = json.dumps(data)
    for number, one in enumerate(data["entry"]):
        name = "{resourceType}/{id}".format(**one["resource"])
        text = text.replace(f'"{name}"', f'"urn:uuid:00000000-0000-4000-8000-{number:012}"')
        text = text.replace(f'"{one["fullUrl"]}"', f'"urn:uuid:00000000-0000-4000-8000-{number:012}"')
    return text.encode()


def absolute(data):
    text = json.dumps(data)
    for one in data["entry"]:
        name = "{resourceType}/{id}".format(**one["resource"])
        text = text.replace(f'"reference": "{name}"', f'"reference": "{one["fullUrl"]}/_history/3"')
    return text.encode()


def by_identifier(data):
    identifier = first(data, "Patient")["identifier"][0]
    for one in data["entry"]:
        if "subject" in one["resource"]:
            one["resource"]["subject"] = {"identifier": identifier}
    data["entry"] = [one for one in data["entry"] if one["resource"]["resourceType"] != "Patient"]
    return encoded(data)


def contained(data):
    patient = first(data, "Patient") | {"id": "pat"}
    for one in data["entry"]:
        if "subject" in one["resource"]:
            one["resource"]["contained"] = [copy.deepcopy(patient)]
            one["resource"]["subject"] = {"reference": "#pat"}
    data["entry"] = [one for one in data["entry"] if one["resource"]["resourceType"] != "Patient"]
    return encoded(data)


def older_dose(data):
    """The dose as an extension of the resource, as it stood before."""
    for one in resources(data, "ServiceRequest"):
        parameters = [{"url": "parameter", "extension": p["extension"]} for p in one.pop("orderDetail")[0]["extension"]]
        one["extension"] = [{"url": codes()["parameter_before"], "extension": parameters}]
    return encoded(data)


def of_type(kind):
    def change(data):
        data["type"] = kind
        return encoded(data)

    return change


def without_displays(data):
    return json.dumps(data, ensure_ascii=True).replace('"display": "', '"display": "Not ').encode()


def backwards(data):
    data["entry"].reverse()
    return encoded(data)


WAYS = {
    "as it is": encoded, "one a line": lines,
     "one a line, with blank ones": lambda data: b"\n" + lines(data).replace(b"\n", b"\r\n\r\n"),
    "an array": lambda data: encoded([one["resource"] for one in data["entry"]]),
    "a mark at the start": lambda data: b"\xef\xbb\xbf" + encoded(data), "urn:uuid": urn, "whole addresses": absolute,
    "by identifier": by_identifier, "contained": contained, "the older form of the dose": older_dose,
    "other displays": without_displays, "backwards": backwards,
    **{kind: of_type(kind) for kind in ("collection", "searchset", "batch")},
    "an entry without a resource": lambda data: encoded(data | {"entry": [*data["entry"],
     {"request": {"method": "DELETE", "url": "Patient/x"}}]}),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_one_bundle_in_many_ways_is_one_regimen_and_one_log(way):
    data = WAYS[way](bundle())
    assert plans(data).regimens[0].model_copy(update={"goal": "walk to the shop"}) == regimen()
    found = logged(data).log.sort_values("entry_id", ignore_index=True)
    pd.testing.assert_frame_equal(found.drop(columns=TOLD), log().drop(columns=TOLD))


def test_an_entry_without_a_resource_is_blank():
    assert logged(WAYS["an entry without a resource"](bundle())).account.blank == 1


def test_one_session_alone_in_a_file_is_read_and_its_patient_asked_for():
    data = first(bundle(), "Procedure")
    asked = logged(data)
    assert [one.code for one in asked.questions] == ["patient_needed"]
    assert asked.account.waiting == 1
    found = logged(data, patient_id="p7")
    assert found.log[["patient_id", "entry_id"]].to_numpy().tolist() == [["p7", "e-1"]]


def strangers(*ids):
    """Pain scores of patients of another system."""
    scores = [
        {"resourceType": "Observation", "id": f"o{number}", "status": "final",
         "subject": {"reference": f"Patient/{one}"},
         "effectiveDateTime": "2026-03-02T07:30:00-07:00", "valueInteger": number,
         "code": {"coding": [{"system": "http://loinc.org", "code": "72514-3"}]}}
        for number, one in enumerate(ids)
    ]  # fmt: skip
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in scores]}


def test_two_patients_of_another_system_stay_apart():
    data = strangers("a", "b", "a")
    [question] = logged(data, patient_id="p1").questions
    assert (question.about, question.names) == ("patients", ("a", "b"))
    from toolkit.logs.mapping import Mapping

    found = logged(data, mapping=Mapping(patients={"a": "p1", "b": "p2"}))
    assert found.log[["patient_id", "pain"]].to_numpy().tolist() == [["p1", 0], ["p2", 1], ["p1", 2]]


def test_two_servers_may_call_two_patients_by_one_id():
    data = strangers("https://a.example/Patient/1", "https://b.example/Patient/1")
    for one, server in zip(data["entry"], "ab", strict=True):
        one["resource"]["subject"]["reference"] = f"https://{server}.example/Patient/1"
    assert logged(data).questions[0].names == ("https://a.example/Patient/1", "https://b.example/Patient/1")
    patients = [
        {"fullUrl": f"https://{one}.example/Patient/1", "resource": {"resourceType": "Patient", "id": "1"}}
        for one in "ab"
    ]
    data["entry"] += patients
    assert len(logged(data).questions[0].names) == 2


def score(**value):
    data = strangers("a")
    observation = data["entry"][0]["resource"]
    del observation["valueInteger"]
    observation.update(value)
    return logged(data, patient_id="p1")


def answer(code, display):
    return {"valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": code, "display": display}]}}


@pytest.mark.parametrize(
    ("value", "pain"),
    [
        ({"valueQuantity": {"value": 3.8570622258143166, "unit": "{score}", "system": "http://unitsofmeasure.org",
         "code": "{score}"}},
         3.8570622258143166),
        ({"valueQuantity": {"value": 4, "system": "http://unitsofmeasure.org", "code": "1"}}, 4),
        ({"valueQuantity": {"value": 0}}, 0),
        ({"valueInteger": 10}, 10),
        (answer("LA6111-4", "no pain"), 0),
        (answer("LA6113-0", "2 or more"), 2),
        (answer("LA13942-0", "worst pain"), 10),
    ],
)  # fmt: skip
def test_a_pain_score_is_read_in_each_way_it_is_written(value, pain):
    assert score(**value).log["pain"].tolist() == [pain]


@pytest.mark.parametrize(
    "value", [answer("LA9-3", "4"), {"valueString": "4"}, {"valueQuantity": {"value": 40, "unit": "mm"}}]
)
def test_a_pain_score_that_is_not_one_is_set_aside(value):
    assert score(**value).quarantine["code"].tolist() == ["pain_out_of_range"]


def test_the_published_answers_stand_for_their_numbers():
    """As three published value sets list them, from 0 to 10."""
    assert sorted(codes()["pain_answers"].values()) == list(range(11))


def test_a_time_in_utc_asks_for_the_zone_and_a_fraction_of_a_second_is_read_past():
    data = strangers("a")
    data["entry"][0]["resource"]["effectiveDateTime"] = "2026-03-03T01:30:00.466Z"
    assert [one.code for one in logged(data, patient_id="p1").questions] == ["zone_missing"]
    from toolkit.logs.mapping import Mapping

    found = logged(data, patient_id="p1", mapping=Mapping(zone="America/New_York"))
    assert found.log["performed_at"].tolist() == [pd.Timestamp(2026, 3, 2, 20, 30)]


def test_a_period_counts_from_its_start():
    data = bundle()
    one = first(data, "Procedure")
    start = one.pop("performedDateTime")
    one["performedPeriod"] = {"start": start, "end": "2026-03-02T19:00:00-07:00"}
    assert logged(data).log["performed_at"][0] == pd.Timestamp(2026, 3, 2, 18, 10)


def test_what_is_written_down_on_another_clock_is_moved_to_the_patients():
    data = bundle()
    for one in first(data, "Procedure")["extension"]:
        one["valueDateTime"] = "2026-03-03T13:55:00Z"
    assert logged(data).log["logged_at"][0] == pd.Timestamp(2026, 3, 3, 6, 55)


def test_an_exercise_that_is_only_coded_by_snomed_is_never_guessed_and_may_be_mapped():
    from toolkit.logs.mapping import Mapping

    data = bundle()
    first(data, "Procedure")["code"] = {"coding": [{"system": "http://snomed.info/sct", "code": "229070002"}]}
    assert logged(data).quarantine["code"].tolist()[0] == "exercise_unknown"
    found = logged(data, mapping=Mapping(exercises={"229070002": {"exercise": "psoas_stretch"}}))
    assert found.log["exercise"][0] == "psoas_stretch"


def test_a_foreign_plan_without_a_dose_is_a_draft_and_never_a_prescription():
    made = plans(foreign_plan(), patient_id="p1")
    assert made.regimens == ()
    [draft] = made.drafts
    assert (draft.patient_id, draft.first_day, draft.last_day) == ("p1", date(2026, 3, 2), date(2026, 4, 12))
    assert draft.chosen == [], "229070002 does not say which stretch"
    assert draft.note == "From a care plan of another system: stretching exercises (SNOMED CT 229070002)."
    assert made.notices == (
        "Activities of care plans left alone that are no exercise known here: 1.",
        "A care plan is a draft for the physician, not a prescription: "
        "it does not say which of our exercises is meant.",
    )


def test_a_foreign_plan_that_names_our_exercise_chooses_it_without_a_dose():
    code = {"coding": [{"system": ours("CodeSystem/exercise"), "code": "psoas_stretch"}]}
    [draft] = plans(foreign_plan(activity=[{"detail": {"status": "scheduled", "code": code}}]), patient_id="p1").drafts
    assert draft.chosen == ["psoas_stretch"]
    assert draft.exercises["psoas_stretch"].reps == ""


def test_a_foreign_plan_needs_to_be_told_whose_it_is():
    with pytest.raises(RegimenError, match="say which pseudonym is meant"):
        plans(foreign_plan())
    assert plans(foreign_plan(), patients={"a": "p9"}).drafts[0].patient_id == "p9"


@pytest.mark.parametrize(("status", "why"), [("entered-in-error", "entered in error"), ("active", "no exercise")])
def test_a_plan_that_is_none_of_ours_is_left_alone_and_counted(status, why):
    activity = foreign_plan()["activity"][0 if status == "entered-in-error" else 1 :]
    made = plans(foreign_plan(status=status, activity=activity))
    assert (made.regimens, made.drafts) == ((), ())
    [told] = made.notices
    assert why in told
    assert told.endswith(": 1.")


def test_a_plan_of_ours_without_our_identifiers_is_a_regimen_where_every_dose_is_readable():
    data = bundle()
    del first(data, "CarePlan")["identifier"]
    [made] = plans(data).regimens
    assert (made.regimen_id, made.revision, made.prescriptions) == ("r-1-1", 1, regimen().prescriptions)


def test_an_order_that_was_revoked_or_entered_in_error_is_no_prescription():
    for status in ("revoked", "entered-in-error"):
        data = bundle()
        first(data, "ServiceRequest")["status"] = status
        made = plans(data)
        assert [row.exercise for row in made.regimens[0].prescriptions] == ["abdominal_stability"]
        assert made.notices == ("Orders left alone that were revoked or entered in error: 1.",)


def test_a_plan_that_was_revoked_and_not_replaced_is_a_draft():
    data = bundle()
    first(data, "CarePlan")["status"] = "revoked"
    assert plans(data).regimens[0].status == "draft"


@pytest.mark.parametrize("change", [{"status": "on-hold"}, {"status": "unknown"}, {"intent": "proposal"}])
def test_a_plan_that_is_on_hold_or_proposed_is_no_order(change):
    data = bundle()
    first(data, "CarePlan").update(change)
    assert plans(data).regimens[0].status == "draft"


def test_what_an_order_says_beside_its_dose_is_told():
    data = bundle()
    first(data, "ServiceRequest").update(priority="urgent", note=[{"text": "with a belt"}])
    assert plans(data).notices == ("Fields of orders left alone: note: 1.", "Fields of orders left alone: priority: 1.")


def test_one_revision_that_says_two_things_is_refused():
    data = bundle()
    again = copy.deepcopy(next(one for one in data["entry"] if one["resource"]["resourceType"] == "CarePlan"))
    again["fullUrl"] += "x"
    data["entry"].append(again)
    assert len(plans(data).regimens) == 1, "the same twice is once"
    again["resource"]["extension"] = [
        one for one in again["resource"]["extension"] if one["url"] != extension_url("pause")
    ]
    with pytest.raises(RegimenError, match="says two things"):
        plans(data)


def test_what_is_not_of_the_log_is_counted_by_type():
    found = logged(bundle())
    assert found.account.unit == "resource"
    assert (
        str(found.account)
        == "11 resources: 5 kept, 0 quarantined, 0 blank, 6 not of the log; the kept rows make 3 entries"
    )
    assert found.notices[0] == (
        "Resources that are not of the log: 2 ServiceRequest, 1 CarePlan, 1 Condition, 1 Goal, 1 Patient."
    )


def test_what_was_answered_for_one_system_is_never_kept_for_another():
    """Patient 1 of one hospital is not patient 1 of the next: no header leads to an answer given before."""
    assert logged(strangers("1"), patient_id="p1").header == ()


@pytest.mark.parametrize(("where", "element"), [("bundle", "implicitRules"), ("entry", "modifierExtension")])
def test_a_bundle_that_may_mean_something_else_is_refused(where, element):
    data = bundle()
    (data if where == "bundle" else data["entry"][0])[element] = [{"url": "https://x.example/", "valueCode": "x"}]
    with pytest.raises(LogError, match=element):
        logged(data)


def test_a_contained_order_with_an_unknown_modifier_is_no_prescription():
    order = {"resourceType": "ServiceRequest", "id": "o", "status": "active", "intent": "order",
             "subject": {"reference": "Patient/a"},
              "code": foreign_plan()["activity"][0]["detail"]["code"]}  # fmt: skip
    order["code"]["coding"].append({"system": ours("CodeSystem/exercise"), "code": "psoas_stretch"})
    order["modifierExtension"] = [{"url": "https://x.example/not", "valueBoolean": True}]
    made = plans(foreign_plan(contained=[order], activity=[{"reference": {"reference": "#o"}}]), patient_id="p1")
    assert made.regimens == ()
    assert "modifierExtension" in made.notices[-1]


def test_one_pseudonym_is_not_given_to_two_patients():
    """Of a document with several patients nobody can say with one word whose a plan is."""
    data = strangers("b")
    data["entry"].append({"resource": foreign_plan()})
    with pytest.raises(RegimenError, match="say which pseudonym is meant"):
        plans(data, patient_id="p1")
