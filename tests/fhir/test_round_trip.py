"""What FHIR can hold comes back equal; what is written breaks no rule by any of three checks."""

import json
import unicodedata
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from bundles import ENTRIES, PAUSES, STRENGTH, STRETCH, bundle, first, log, logged, plans, regimen, resources
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft6Validator
from logs.hostile_strings import HOSTILE
from logs.writing_logs import drawn_rows, layouts, many, written
from logs.writing_logs import encoded as as_file

from toolkit.errors import ToolkitError
from toolkit.fhir.check import problems_of
from toolkit.fhir.plans import Plans
from toolkit.fhir.write import fhir_bundle
from toolkit.logs.mapping import mapping_of
from toolkit.logs.read import read_source
from toolkit.logs.source import source_of
from toolkit.plan.catalogue import exercises
from toolkit.plan.regimen import Pause, Prescription, Regimen
from toolkit.schema import WEEKDAYS

TOLD = ["source", "line"]
CONTROLS = {chr(code) for code in range(32)} - set("\t\n\r")


def with_ascii_blanks(part):
    """Read the patterns as Java does: `\\S` is all but the blanks of ASCII, so that a no-break space may stand."""
    if isinstance(part, dict):
        return {
            key: f"(?a){one}" if key == "pattern" and isinstance(one, str) else with_ascii_blanks(one)
            for key, one in part.items()
        }
    return [with_ascii_blanks(one) for one in part] if isinstance(part, list) else part


SCHEMA = with_ascii_blanks(json.loads(Path(__file__).with_name("r4_schema.json").read_text(encoding="utf-8")))
BY_SCHEMA = Draft6Validator(SCHEMA | {"$ref": "#/definitions/Bundle"})


def found_wrong(data):
    """Return what the model, the published JSON schema and our own checks find in a bundle."""
    Bundle.model_validate(data)
    return [*map(str, problems_of(data)), *(one.message for one in BY_SCHEMA.iter_errors(data))]


exercise_names = st.sampled_from(sorted(exercises()))
first_days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
texts = st.none() | st.sampled_from([one for one in HOSTILE if one.strip() and not CONTROLS & set(one)])


@st.composite
def prescriptions(draw, exercise, first_day):
    sided = exercises()[exercise].sided
    days = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True))
    named = draw(st.booleans())
    low, hold = draw(st.integers(1, 12)), draw(st.none() | st.sampled_from([1.0, 2.5, 7.25, 15.0]))
    return Prescription(
        exercise=exercise, side=draw(st.sampled_from(["left", "right", "both"])) if sided else "none",
        first_day=first_day, last_day=first_day + timedelta(days=draw(st.integers(0, 100))),
        sessions_per_day=draw(st.integers(1, 6)),
        weekdays=tuple(day for day in WEEKDAYS if day in days) if named else None,
        days_per_week=None if named else draw(st.integers(1, 7)), sets=draw(st.integers(1, 3)),
        reps_min=low, reps_max=low + draw(st.integers(0, 3)), hold_s_min=hold,
        hold_s_max=None if hold is None else hold + draw(st.sampled_from([0.0, 2.5])),
    )  # fmt: skip


@st.composite
def regimens(draw):
    start = draw(first_days)
    rows = [
        draw(prescriptions(name, start + timedelta(days=200 * step)))
        for name in draw(st.lists(exercise_names, min_size=1, max_size=4, unique=True))
        for step in range(draw(st.integers(1, 2)))
    ]
    pauses = st.builds(
        Pause, exercise=st.none() | exercise_names, first_day=st.just(start),
        last_day=st.integers(0, 20).map(lambda days: start + timedelta(days=days)), reason=texts,
    )  # fmt: skip
    return Regimen(
        regimen_id=draw(st.text("abrXYZ019.-", min_size=1, max_size=64)), revision=draw(st.integers(1, 99)),
        patient_id=draw(st.sampled_from(["p001", "00123", "Ω 7", "é", "'x'", "p" * 64])),
        status=draw(st.sampled_from(["draft", "held", "final"])), prescriptions=rows,
        pauses=draw(st.lists(pauses, max_size=2)), written_on=draw(st.none() | first_days),
        written_by=draw(st.sampled_from([None, "Dr Núñez"])),
        purpose=draw(st.sampled_from([None, "preventive", "remedial"])),
        goal=draw(texts), note=draw(texts),
    )  # fmt: skip


@many(100)
@given(regimens())
def test_a_regimen_goes_out_and_comes_back_equal(one):
    data = bundle([one], log([]))
    assert found_wrong(data) == []
    assert plans(data).regimens == (one.model_copy(update={"written_by": None}),)


def test_the_name_of_who_wrote_a_regimen_does_not_leave():
    made = fhir_bundle([regimen(written_by="Dr Anna Keller")], log())
    assert b"Keller" not in made
    assert made == fhir_bundle([regimen()], log())


@many(100)
@given(layouts, drawn_rows)
def test_a_log_goes_out_and_comes_back_equal(layout, drawn):
    text, expected = written(layout, drawn)
    data, encoding = as_file(text, layout)
    if expected.asks or expected.shifted:
        return
    table = read_source(source_of("log.csv", data), mapping=mapping_of(layout.mapping(encoding))).log
    held = table["note"].fillna("").map(lambda note: not CONTROLS & set(note))
    if not held.all():
        with pytest.raises(ToolkitError, match="control characters"):
            fhir_bundle([], table)
    table = table[held].drop_duplicates(["patient_id", "entry_id"], keep=False).reset_index(drop=True)
    if not len(table):
        return
    made = json.loads(fhir_bundle([], table))
    assert found_wrong(made) == []
    found = logged(made)
    assert found.account.quarantined == 0
    pd.testing.assert_frame_equal(found.log.drop(columns=TOLD), table.drop(columns=TOLD))


def test_the_three_checks_find_what_is_wrong():
    """The control: a check that finds nothing anywhere proves nothing."""
    data = bundle()
    first(data, "CarePlan")["status"] = "running"
    assert problems_of(data) != []
    first(data, "Procedure")["sets"] = 3
    assert list(BY_SCHEMA.iter_errors(data)) != []
    with pytest.raises(ValueError, match="sets"):
        Bundle.model_validate(data)


def test_the_whole_example_comes_back_equal():
    data = bundle()
    assert found_wrong(data) == []
    assert plans(data).regimens == (regimen(),)
    assert plans(data).notices == ()
    pd.testing.assert_frame_equal(logged(data).log.drop(columns=TOLD), log().drop(columns=TOLD))


def test_the_same_input_gives_the_same_bytes_and_every_entry_may_be_sent_twice():
    first_time, again = fhir_bundle([regimen()], log()), fhir_bundle([regimen()], log())
    assert first_time == again
    entries = json.loads(first_time)["entry"]
    assert {one["request"]["method"] for one in entries} == {"PUT"}
    assert all(one["request"]["url"] == "{resourceType}/{id}".format(**one["resource"]) for one in entries)
    assert len({one["fullUrl"] for one in entries}) == len(entries)


def test_nothing_of_a_person_but_the_pseudonym_is_in_the_patient():
    assert first(bundle(), "Patient") == {
        "resourceType": "Patient",
        "id": "p001",
        "meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "PSEUDED",
                               "display": "pseudonymized"}]},
        "identifier": [{"system": "https://backcare.example/fhir/sid/patient", "value": "p001"}],
    }  # fmt: skip
    assert not any("text" in one["resource"] for one in bundle()["entry"]), "no narrative"


def test_a_count_is_never_a_repetition_and_a_duration_never_a_hold():
    text = json.dumps(bundle())
    assert '"count"' not in text
    assert '"duration"' not in text


def test_only_codes_of_the_table_are_written():
    systems = {"http://snomed.info/sct": {"279039007", "51998003", "266741004", "91251008", "7771000", "24028007",
                                          "51440002"},
               "http://loinc.org": {"73985-4", "72514-3"}}  # fmt: skip

    def coded(part):
        if isinstance(part, dict):
            yield from [(part["system"], part["code"])] if {"system", "code"} <= set(part) else []
            part = list(part.values())
        for one in part if isinstance(part, list) else ():
            yield from coded(one)

    seen = Counter(coded(bundle()))
    assert {code for system, code in seen if system == "http://snomed.info/sct"} <= systems["http://snomed.info/sct"]
    assert {code for system, code in seen if system == "http://loinc.org"} == systems["http://loinc.org"]


def revisions():
    later = tuple({**row, "first_day": date(2026, 3, 16), "reps_min": 3, "reps_max": 5} for row in (STRETCH, STRENGTH))
    return [regimen(), regimen(revision=2, prescriptions=later)]


def test_a_revision_replaces_the_one_before_and_its_orders():
    data = bundle(revisions(), log([]))
    assert [one["status"] for one in resources(data, "CarePlan")] == ["revoked", "active"]
    assert first(data, "CarePlan", 1)["replaces"] == [{"reference": "CarePlan/r-1-1"}]
    assert [one["status"] for one in resources(data, "ServiceRequest")] == ["revoked", "revoked", "active", "active"]
    assert first(data, "ServiceRequest", 2)["replaces"] == [{"reference": "ServiceRequest/r-1-1-hamstring-stretch"}]
    assert plans(data).regimens == tuple(revisions())


def by_day(as_of):
    return json.loads(fhir_bundle(revisions(), as_of=as_of))


def test_a_plan_stays_in_force_until_the_day_its_later_revision_begins():
    data = by_day(date(2026, 3, 10))
    assert [one["status"] for one in resources(data, "CarePlan")] == ["active", "active"]
    assert first(data, "CarePlan")["period"] == {"start": "2026-03-02", "end": "2026-03-15"}
    assert {one["status"] for one in resources(data, "ServiceRequest")} == {"active"}
    order = first(data, "ServiceRequest")
    assert order["occurrenceTiming"]["repeat"]["boundsPeriod"] == {"start": "2026-03-02", "end": "2026-03-15"}
    assert "15 March" in order["patientInstruction"]
    assert found_wrong(data) == []
    assert plans(data) == Plans(tuple(revisions()), (), ())


def test_a_plan_is_over_on_the_eve_of_its_later_revision_and_revoked_once_that_has_begun():
    assert [one["status"] for one in resources(by_day(date(2026, 3, 15)), "CarePlan")] == ["completed", "active"]
    begun = by_day(date(2026, 3, 16))
    assert [one["status"] for one in resources(begun, "CarePlan")] == ["revoked", "active"]
    assert first(begun, "CarePlan")["period"]["end"] == "2026-04-12"
    assert plans(begun).regimens == tuple(revisions())


def test_an_order_that_a_later_revision_leaves_no_day_is_revoked_at_once():
    steps = (STRETCH | {"last_day": date(2026, 3, 20)}, STRETCH | {"first_day": date(2026, 3, 21), "reps_max": 4})
    both = [regimen(prescriptions=steps), revisions()[1]]
    data = json.loads(fhir_bundle(both, as_of=date(2026, 3, 10)))
    assert [one["status"] for one in resources(data, "ServiceRequest")] == ["active", "revoked", "active", "active"]
    assert found_wrong(data) == []
    assert plans(data).regimens == tuple(both)
    del resources(data, "ServiceRequest")[1]["extension"]
    assert len(plans(data).regimens[0].prescriptions) == 1, "an order that somebody else revoked"


def test_after_a_revision_earlier_entries_stay_with_the_old_order():
    rows = [ENTRIES[0], ENTRIES[0] | {"entry_id": "e-9", "performed_at": datetime(2026, 3, 16, 8), "logged_at": None}]
    data = bundle(revisions(), log(rows))
    based = [one["basedOn"][0]["reference"] for one in resources(data, "Procedure")]
    assert based == ["ServiceRequest/r-1-1-hamstring-stretch", "ServiceRequest/r-1-2-hamstring-stretch"]


def test_a_regimen_that_begins_after_its_log_has_entries_without_an_order():
    later = tuple({**row, "first_day": date(2026, 4, 1)} for row in (STRETCH, STRENGTH))
    assert not any("basedOn" in one for one in resources(bundle([regimen(prescriptions=later)]), "Procedure"))


def test_a_plan_that_is_over_is_completed_where_the_caller_says_the_day():
    over = json.loads(fhir_bundle([regimen()], as_of=date(2026, 4, 12)))
    assert {one["status"] for one in [*resources(over, "CarePlan"), *resources(over, "ServiceRequest")]} == {
        "completed"
    }
    assert plans(over).regimens == (regimen(),)
    still = json.loads(fhir_bundle([regimen()], as_of=date(2026, 4, 11)))
    assert first(still, "CarePlan")["status"] == "active"


@pytest.mark.parametrize("status", ["draft", "held"])
def test_a_regimen_that_is_not_final_has_no_active_order(status):
    data = bundle([regimen(status=status)])
    assert {one["status"] for one in resources(data, "ServiceRequest")} == {"draft"}
    assert not any("basedOn" in one for one in resources(data, "Procedure"))
    assert plans(data).regimens == (regimen(status=status),)


def test_no_diagnosis_is_written_that_nobody_made():
    assert resources(bundle([regimen(purpose="preventive")]), "Condition") == []
    assert resources(bundle([regimen(purpose=None)]), "Condition") == []
    assert len(resources(bundle(), "Condition")) == 1


def test_of_an_entry_that_was_corrected_the_version_written_last_goes_out():
    later = ENTRIES[0] | {"sets": 3.0, "logged_at": datetime(2026, 3, 4)}
    for rows in ([ENTRIES[0], later], [later, ENTRIES[0]]):
        found = logged(bundle(rows=log(rows))).log
        assert found["sets"].tolist() == [3.0]


def test_one_id_of_two_patients_makes_two_sessions():
    rows = [ENTRIES[0], ENTRIES[0] | {"patient_id": "p002"}]
    data = bundle([regimen()], log(rows))
    assert len({one["id"] for one in resources(data, "Procedure")}) == 2
    assert logged(data).log["patient_id"].tolist() == ["p001", "p002"]


def test_times_that_fhir_has_no_element_for_come_back():
    at = datetime(2026, 3, 2, 7, 30, 5)
    base = {"patient_id": "p001", "pain": 1.0}
    rows = [
        base | {"entry_id": "a", "performed_at": at, "time_known": True, "utc_offset_min": None, "logged_at": at},
        base | {"entry_id": "b", "performed_at": datetime(2026, 3, 2, 12), "time_known": False, "utc_offset_min": 330.0,
                "logged_at": at},
        base | {"entry_id": "c", "performed_at": at, "time_known": True, "utc_offset_min": -720.0, "logged_at": at},
        base | {"entry_id": "d", "performed_at": at, "time_known": True, "utc_offset_min": 840.0, "logged_at": None},
    ]  # fmt: skip
    data = bundle([], log(rows))
    assert found_wrong(data) == []
    pd.testing.assert_frame_equal(logged(data).log.drop(columns=TOLD), log(rows).drop(columns=TOLD))


def test_a_missing_number_stays_missing_and_a_zero_a_zero():
    rows = [ENTRIES[0] | {"entry_id": "zero", "sets": 0.0, "reps": None, "hold_s": None, "pain": None},
            ENTRIES[0] | {"entry_id": "blank", "sets": None, "reps": None, "hold_s": None, "pain": 0.0}]  # fmt: skip
    data = bundle([], log(rows))
    assert [one["id"].rpartition("-")[2] for one in resources(data, "Observation")] == ["dose", "pain"]
    found = logged(data).log.set_index("entry_id")
    assert found.loc["zero", "sets"] == 0
    assert found["reps"].isna().all()
    assert found.loc["blank", "pain"] == 0
    assert pd.isna(found.loc["blank", "sets"])


def survives(text, write, read, accepted):
    """Return whether a text comes back as it was, or is refused where its place does not accept it."""
    try:
        data = json.loads(write(text))
    except ToolkitError:
        return bool(CONTROLS & set(text)) or not accepted(text)
    return read(data) in (text, unicodedata.normalize("NFC", text)) and found_wrong(data) == []


def pseudonym(text):
    return text.isprintable() and text == text.strip() and "@" not in text and len(text) <= 64


PLACES = {
    "note": (
        lambda text: fhir_bundle([], log([ENTRIES[2] | {"note": text}])),
        lambda data: logged(data).log["note"][0],
    ),
    "goal": (lambda text: fhir_bundle([regimen(goal=text)]), lambda data: plans(data).regimens[0].goal),
    "reason": (
        lambda text: fhir_bundle([regimen(pauses=[PAUSES[0] | {"reason": text}])]),
        lambda data: plans(data).regimens[0].pauses[0].reason,
    ),
    "regimen note": (lambda text: fhir_bundle([regimen(note=text)]), lambda data: plans(data).regimens[0].note),
    "patient": (lambda text: fhir_bundle([regimen(patient_id=text)]), lambda data: plans(data).regimens[0].patient_id),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_hostile_text_survives_where_it_stands_or_is_refused(place):
    """A text of blanks alone is no note; no text is no field. Each place gets every second text, all get them all."""
    accepted = {"patient": pseudonym}.get(place, lambda text: True)
    mine = HOSTILE[list(PLACES).index(place) % 2 :: 2]
    given = [text for text in mine if (text.strip() if place == "note" else text)]
    assert [text for text in given if not survives(text, *PLACES[place], accepted)] == []


def test_two_regimens_of_one_id_are_refused_and_none_is_lost():
    with pytest.raises(ToolkitError, match="CarePlan r-1-1: says two things"):
        fhir_bundle([regimen(), regimen(patient_id="p002")])
    assert fhir_bundle([regimen(), regimen()]) == fhir_bundle([regimen()])


def test_an_exercise_of_another_catalogue_goes_out_under_its_own_code_alone():
    data = bundle([], log([ENTRIES[1] | {"exercise": "squat"}]))
    assert [one["code"] for one in first(data, "Procedure")["code"]["coding"]] == ["squat"]
