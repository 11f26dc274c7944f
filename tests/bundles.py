"""A regimen and a log that are made up, their bundle, and its resources by short names."""

import json
from datetime import date, datetime

from toolkit.fhir.plans import plans_of
from toolkit.fhir.write import fhir_bundle
from toolkit.logs.fhir_json import fhir_document
from toolkit.logs.read import read_source
from toolkit.logs.source import source_of
from toolkit.plan.regimen import Regimen
from toolkit.schema import LOG
from toolkit.tables import make

DAYS = {"first_day": date(2026, 3, 2), "last_day": date(2026, 4, 12)}
STRETCH = {"exercise": "hamstring_stretch", "side": "both", **DAYS, "sessions_per_day": 2, "weekdays": ("mon", "wed"),
           "sets": 1, "reps_min": 2, "reps_max": 3, "hold_s_min": 15.0, "hold_s_max": 30.0}  # fmt: skip
STRENGTH = {"exercise": "abdominal_stability", "side": "none", **DAYS, "days_per_week": 5, "sets": 2, "reps_min": 10,
            "reps_max": 10}  # fmt: skip
SAID = {"purpose": "remedial", "written_on": date(2026, 3, 1), "goal": "walk to the shop",
        "note": "begin gently", "status": "final"}  # fmt: skip
PAUSES = ({"first_day": date(2026, 3, 20), "last_day": date(2026, 3, 22), "reason": "travel"},
          {"exercise": "hamstring_stretch", "first_day": date(2026, 4, 1), "last_day": date(2026, 4, 2)})  # fmt: skip
ABOUT = {"patient_id": "p001", "utc_offset_min": -420.0, "time_known": True}
ENTRIES = [
    {"entry_id": "e-1", **ABOUT, "exercise": "hamstring_stretch", "side": "left", "status": "done", "sets": 1.0,
     "reps": 2.5, "hold_s": 30.0, "pain": 3.8, "performed_at": datetime(2026, 3, 2, 18, 10),
     "logged_at": datetime(2026, 3, 3, 6, 55), "note": "pulled, stopped early"},
    {"entry_id": "e-2", **ABOUT, "exercise": "abdominal_stability", "side": "none", "status": "not_done",
     "performed_at": datetime(2026, 3, 3, 12), "time_known": False, "utc_offset_min": None},
    {"entry_id": "e-3", **ABOUT, "pain": 5.0, "performed_at": datetime(2026, 3, 3, 21, 30), "note": "after gardening"},
]  # fmt: skip


def regimen(**changes):
    fields = {"regimen_id": "r-1", "patient_id": "p001", "prescriptions": (STRETCH, STRENGTH), "pauses": PAUSES}
    return Regimen(**fields | SAID | changes)


def log(entries=ENTRIES):
    return make(LOG, [dict.fromkeys(("exercise", "side", "status")) | one for one in entries])


def bundle(regimens=None, rows=None):
    return json.loads(fhir_bundle([regimen()] if regimens is None else regimens, log() if rows is None else rows))


def resources(data, kind):
    return [one["resource"] for one in data["entry"] if one["resource"]["resourceType"] == kind]


def first(data, kind, number=0):
    return resources(data, kind)[number]


def encoded(data):
    return json.dumps(data).encode()


def plans(data, **said):
    """Return what the care plans of a bundle, as data or as bytes, come to."""
    text = data.decode("utf-8-sig") if isinstance(data, bytes) else json.dumps(data)
    return plans_of(fhir_document("bundle.json", text), **said)


def logged(data, **said):
    """Return what the log of a bundle comes to; its account must add up."""
    found = read_source(source_of("bundle.json", data if isinstance(data, bytes) else encoded(data)), **said)
    one = found.account
    assert one.kept + one.quarantined + one.blank + one.header + one.waiting == one.rows
    assert (len(found.log), len(found.quarantine)) == (one.entries, one.quarantined)
    return found


def foreign_plan(**changes):
    """A care plan as another system writes it: an exercise named, and no dose."""
    detail = {"status": "in-progress", "code": {"coding": [{"system": "http://snomed.info/sct", "code": "229070002"}]}}
    return {
        "resourceType": "CarePlan", "id": "c1", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/a"}, "period": {"start": "2026-03-02", "end": "2026-04-12"},
        "activity": [{"detail": detail}, {"detail": {"status": "in-progress", "code": {"text": "Rest in bed"}}}],
    } | changes  # fmt: skip
