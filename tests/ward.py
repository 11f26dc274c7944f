"""Patients for a clinic that a browser opens: their regimens began weeks ago, their diaries end yesterday."""

from datetime import UTC, datetime, time, timedelta

import pytest
from screenings import clear_screening

from toolkit.plan.regimen import starter_regimen
from toolkit.schema import LOG
from toolkit.store import Store
from toolkit.tables import make

DAYS = 40
TODAY = datetime.now(UTC).date()
FIRST = TODAY - timedelta(days=DAYS)


def sessions(patient, days):
    """Two rows a day, done as prescribed."""
    return [
        {"entry_id": f"{patient}-{day}-{exercise}", "patient_id": patient, "exercise": exercise, "side": side,
         "performed_at": datetime.combine(FIRST + timedelta(days=day), time(8)), "status": "done", "sets": 3,
         "reps": 15, "hold_s": 30}
        for day in days
        for exercise, side in (("knee_to_chest", "both"), ("abdominal_stability", "none"))
    ]  # fmt: skip


def said(patient, note, *, days_ago=1, pain=None):
    """A row of pain with a note."""
    at = datetime.combine(TODAY - timedelta(days=days_ago), time(7))
    row = {
        "entry_id": f"{patient}-note-{days_ago}",
        "patient_id": patient,
        "performed_at": at,
        "pain": pain,
        "note": note,
    }
    return row | dict.fromkeys(("exercise", "side", "status"))


def filled_store(folder, patients, rows, **more):
    """Put final regimens of some patients and rows of a log into a folder's own clinic and return its store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BACKCARE_CLINIC", raising=False)
        begun = datetime.combine(FIRST, time(9), UTC)
        store = Store(folder / "clinic.sqlite", clock=lambda: begun)
    for name in patients:
        plan = starter_regimen("remedial", patient_id=name, regimen_id=f"r-{name}", first_day=FIRST, weeks=12)
        final = {"status": "final", "written_by": "Dr A", "screening": clear_screening(name, on=FIRST)}
        store.save(plan.model_copy(update=final | more))
    store.add_log(make(LOG, rows))
    return store
