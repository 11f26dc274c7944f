"""FHIR: resources that count, that do not, and that are of no log."""

import json

from logs.corpus_case import Case, entry

OURS, LOINC = "https://backcare.example/fhir/CodeSystem/exercise", "http://loinc.org"
PATIENT = {"resourceType": "Patient", "id": "p001",
           "identifier": [{"system": "https://backcare.example/fhir/sid/patient", "value": "p001"}]}  # fmt: skip
AT = "2026-03-02T07:30:00-07:00"


def coded(system, code):
    return {"coding": [{"system": system, "code": code}]}


def session(number="e1", **changes):
    one = {
        "resourceType": "Procedure", "id": number, "status": "completed", "subject": {"reference": "Patient/p001"},
        "code": coded(OURS, "abdominal_stability"), "performedDateTime": AT,
    }  # fmt: skip
    return {key: value for key, value in (one | changes).items() if value is not None}


def score(number="e2", **changes):
    one = {
        "resourceType": "Observation", "id": number, "status": "final", "subject": {"reference": "Patient/p001"},
        "code": coded(LOINC, "72514-3"), "effectiveDateTime": AT, "valueInteger": 4,
    }  # fmt: skip
    return {key: value for key, value in (one | changes).items() if value is not None}


def dose(**changes):
    value = {"valueCodeableConcept": coded(OURS, "abdominal_stability"), "valueInteger": None}
    return score("d1", code=coded(LOINC, "73985-4"), **value | changes)


def document(*resources):
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    )


def aside(name, resource, code, *more):
    """Return a bundle of a patient, a session that is kept, and a resource that is set aside."""
    data = document(PATIENT, session("good"), resource, *more)
    none = dict.fromkeys(("sets", "reps", "hold_s", "pain", "note", "logged_at"))
    kept = entry(2, entry_id="good", exercise="abdominal_stability", side="none", **none)
    codes = ((3, code), *((4, "fhir_reference") for _ in more))
    return Case(f"{code}, {name}", data.encode(), aside=codes, kept=(kept,), header=1, counted=3 + len(more),
                notices={"not_of_the_log": "1 Patient"}, file="bundle.json")  # fmt: skip


MODIFIER = {"modifierExtension": [{"url": "https://other.example/not", "valueBoolean": True}]}
ASIDE = [
    aside("entered in error", session(status="entered-in-error"), "fhir_status"),
    aside("a score that is preliminary", score(status="preliminary"), "fhir_status"),
    aside("in progress, with its score", session(status="in-progress"), "fhir_status",
          score(partOf=[{"reference": "Procedure/e1"}])),
    aside("a modifier", session(**MODIFIER), "fhir_modifier"),
    aside("a modifier of a score", score(**MODIFIER), "fhir_modifier"),
    aside("rules of others", session(implicitRules="https://other.example/rules"), "fhir_modifier"),
    aside("a dose alone", dose(), "fhir_reference"),
    aside("a dose of what is not there", dose(partOf=[{"reference": "Procedure/gone"}]), "fhir_reference"),
    aside("a dose of what has no name", dose(partOf=[{"display": "the session"}]), "fhir_reference"),
    aside("a group", session(subject={"reference": "Group/g"}), "fhir_subject"),
    aside("no subject", score(subject=None), "fhir_subject"),
    aside("a subject in words", score(subject={"display": "somebody"}), "fhir_subject"),
    aside("no status", session(status=None), "fhir_invalid"),
    aside("an unknown element", session(sets=3), "fhir_invalid"),
    aside("two values", score(valueString="4"), "fhir_invalid"),
]  # fmt: skip
LATER = {
    "a session": session(performedDateTime=None, occurrenceDateTime=AT),
    "a plan": {
        "resourceType": "CarePlan",
        "activity": [{"plannedActivityReference": {"reference": "ServiceRequest/a"}}],
    },
    "an order": {"resourceType": "ServiceRequest", "code": {"concept": coded(OURS, "psoas_stretch")}},
}
NO_LOG = {
    "a patient": json.dumps(PATIENT),
    "another procedure": document(PATIENT, session(code=coded("http://snomed.info/sct", "80146002"))),
    "lines of conditions": '{"resourceType": "Condition"}\n{"resourceType": "Condition"}\n',
    "an empty bundle": '{"resourceType": "Bundle", "type": "collection"}',
}


def cases():
    yield from ASIDE
    for name, resource in LATER.items():
        yield Case(f"fhir_version, {name}", json.dumps(resource).encode(), refused="fhir_version", file="bundle.json")
    for name, text in NO_LOG.items():
        yield Case(f"not_a_log.fhir, {name}", text.encode(), refused="not_a_log.fhir", file="bundle.json")
