"""What is broken is refused with its path, or set aside with its code; what never happened never counts."""

import json

import pytest
from broken_bundles import REFUSED, SET_ASIDE, UNREADABLE
from bundles import bundle, encoded, first, logged, plans, resources

from toolkit.errors import LogError, RegimenError, ToolkitError
from toolkit.fhir.check import problems_of


def names(table):
    return [one[0] for one in table]


def changed(change):
    data = bundle()
    change(data)
    return data


@pytest.mark.parametrize(("change", "path", "told"), [one[1:] for one in REFUSED], ids=names(REFUSED))
def test_a_broken_plan_is_refused_with_its_path_and_what_is_accepted(change, path, told):
    with pytest.raises(RegimenError) as refused:
        plans(changed(change))
    assert [one for one in refused.value.problems if one.where.endswith(path) and told in one.message], refused.value


@pytest.mark.parametrize(("change", "told"), [one[1:] for one in UNREADABLE], ids=names(UNREADABLE))
def test_a_plan_of_ours_whose_dose_cannot_be_read_is_refused(change, told):
    with pytest.raises(RegimenError, match=told):
        plans(changed(change))


@pytest.mark.parametrize(("change", "codes"), [one[1:] for one in SET_ASIDE], ids=names(SET_ASIDE))
def test_what_does_not_count_is_set_aside_with_its_code(change, codes):
    found = logged(changed(change))
    assert found.quarantine["code"].tolist() == codes
    assert not found.quarantine["message"].str.contains("pulled, stopped").any(), "no note of a patient in a message"


def test_the_tables_hold_what_they_promise():
    assert len([one for one in REFUSED if "CarePlan" in one[2] or "ServiceRequest" in one[2]]) >= 18
    assert len(REFUSED) + len(UNREADABLE) + len(SET_ASIDE) >= 60


def test_a_bundle_that_is_right_has_no_problem_and_sets_nothing_aside():
    """The control of the tables above."""
    whole = bundle()
    assert problems_of(whole) == []
    assert len(plans(whole).regimens) == 1
    assert logged(whole).account.quarantined == 0


def test_everything_that_is_wrong_is_told_at_once():
    data = bundle()
    first(data, "CarePlan")["status"] = "running"
    first(data, "ServiceRequest")["occurrenceTiming"]["repeat"] |= {"periodUnit": "day", "frequency": "2"}
    del first(data, "ServiceRequest", 1)["subject"]
    with pytest.raises(RegimenError) as refused:
        plans(data)
    assert [one.where.partition(": ")[2] for one in refused.value.problems] == [
        "CarePlan.status",
        "ServiceRequest.occurrenceTiming.repeat.frequency",
        "ServiceRequest.occurrenceTiming.repeat.periodUnit",
        "ServiceRequest.subject",
    ]


def test_a_session_whose_dose_does_not_count_is_kept_with_its_dose_unknown():
    data = bundle()
    first(data, "Observation", 0)["status"] = "cancelled"
    [session] = logged(data).log.query("entry_id == 'e-1'").to_dict("records")
    assert (session["sets"], session["reps"], session["hold_s"]) == (pytest.approx(float("nan"), nan_ok=True),) * 3
    assert session["pain"] == 3.8


def test_not_done_is_not_done_and_stopped_is_done():
    data = bundle()
    first(data, "Procedure")["status"] = "stopped"
    statuses = logged(data).log.set_index("entry_id")["status"]
    assert statuses[["e-1", "e-2"]].tolist() == ["done", "not_done"]


@pytest.mark.parametrize("kind", ["CarePlan", "Procedure", "Observation", "Patient"])
def test_a_script_in_a_narrative_is_neither_shown_nor_kept(kind):
    script = '<div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></div>'
    data = bundle()
    for one in resources(data, kind):
        one["text"] = {"status": "generated", "div": script}
    found, made = logged(data), plans(data)
    assert found.log.equals(logged(bundle()).log.assign(source=found.log["source"]))
    kept = f"{found.log.to_dict()} {found.quarantine.to_dict()} {found!r} {made}"
    assert "<script" not in kept
    assert "alert" not in kept


@pytest.mark.parametrize(
    ("version", "element"),
    [
        ("CarePlan", {"activity": [{"plannedActivityReference": {"reference": "ServiceRequest/x"}}]}),
        ("CarePlan", {"custodian": {"reference": "Organization/x"}}),
        ("ServiceRequest", {"code": {"concept": {"text": "x"}}}),
        ("Procedure", {"occurrenceDateTime": "2026-03-02"}),
    ],
)
def test_a_later_fhir_is_refused_in_one_sentence_that_names_the_version(version, element):
    data = bundle()
    first(data, version).update(element)
    with pytest.raises(LogError, match="later FHIR than R4") as refused:
        logged(data)
    assert refused.value.code == "fhir_version"
    with pytest.raises(ToolkitError, match="only R4 is read"):
        plans(data)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"resourceType": "Bundle", "type": "history", "entry": []}', "not_a_log"),
        ('{"resourceType": "Bundle", "type": "collection"}', "not_a_log"),
        ('{"resourceType": "Bundle", "type": "collection", "entry": [7]}', "not_a_log"),
        ('[{"resourceType": "Patient"}, 5]', "not_a_log"),
        ('{"resourceType": 5}', "not_a_log"),
        ('{"resourceType": "Procedure"', "json_invalid"),
        ('{"resourceType": "Procedure", "id": 1e}', "json_invalid"),
        ('{"resourceType": "Patient", "resourceType": "Procedure"}', "json_invalid"),
        ('{"resourceType": "Patient", "x": ' + "[" * 70 + "]" * 70 + "}", "json_invalid"),
        ('{"resourceType": "Patient"}\n{"resourceType": "Procedure"\n', "json_invalid"),
    ],
)
def test_a_file_of_which_nothing_can_be_trusted_is_refused(text, code):
    with pytest.raises(LogError) as refused:
        logged(text.encode())
    assert refused.value.code == code


def test_the_line_of_a_broken_line_is_told():
    with pytest.raises(LogError, match="line 3"):
        logged(b'{"resourceType": "Patient"}\n{"resourceType": "Patient"}\n{"resourceType": }\n')


def test_a_note_that_says_resource_type_makes_no_fhir_of_our_own_log():
    ours = {"format": "backcare-log", "version": 1, "patient_id": "p001",
            "entries": [{"exercise": "abdominal_stability", "performed_at": "2026-03-02",
             "note": 'resourceType"'}]}  # fmt: skip
    assert logged(json.dumps(ours).encode()).format == "own"


def test_without_the_extra_the_command_that_brings_it_is_told(monkeypatch):
    from toolkit.fhir.model import elements_of

    data = encoded(bundle())
    elements_of.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "fhir.resources.R4B", None)
    with pytest.raises(ToolkitError, match=r"pip install 'backcare\[fhir\]'"):
        logged(data)
