"""Plans as patients take them home, for tests: final, screened, of the sample clinic."""

from datetime import date

from screenings import clear_screening

from toolkit.documents.take_home import take_home
from toolkit.plan.regimen import Regimen, default_dose
from toolkit.settings import read_profile, sample_profile_path

PROFILE = read_profile(sample_profile_path())
OWN = PROFILE.model_copy(update={"name": "Bergtal Practice", "sample": False})
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 29)
ALL_FOUR = ("hamstring_stretch", "knee_to_chest", "psoas_stretch", "abdominal_stability")


def row(exercise, **changes):
    """Return a prescription by the catalogue's defaults, from the first to the last day."""
    if "weekdays" in changes:
        changes["days_per_week"] = None
    return default_dose(exercise) | {"first_day": FIRST, "last_day": LAST} | changes


def plan(*rows, **changes):
    """Return a final regimen of these prescriptions; of all four exercises without any."""
    fields = {"regimen_id": "r-4f2a9c", "patient_id": "p-7c1e03", "status": "final", "written_on": date(2026, 3, 1)}
    fields |= {"prescriptions": rows or tuple(map(row, ALL_FOUR))} | changes
    return Regimen(**{"screening": clear_screening(fields["patient_id"])} | fields)


def home(*rows, code="en", profile=OWN, before=(), **changes):
    return take_home(plan(*rows, **changes), profile, code=code, before=before)
