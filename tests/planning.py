"""How a planner form is filled in, as a person would."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from screenings import clear_screening

from toolkit.errors import StoreError

NINE = datetime(2026, 4, 1, 9, tzinfo=ZoneInfo("America/Denver"))


def filled(form, patient="p001"):
    for name, value in {"patient_id": patient, "written_by": "Dr A", "purpose": "remedial"}.items():
        form.fields[name].value = value
    form.fields["first_day"].value = date(2026, 4, 6)
    return form


def screened(form, **answers):
    """Answer every question as a clear screening does; `answers` otherwise."""
    clear = clear_screening()
    form.fields["gate: screened_by"].value = "Nurse B"
    for key, answer in (clear.answers | answers).items():
        form.fields[f"gate: {key}"].value = answer
    for key, caution in clear.cautions.items():
        form.fields[f"gate: {key}"].value = answers.get(key, caution.answer)
    return form


def released(form, **changes):
    typed = {"reviewed_by": "Dr Review", "reviewed_on": date(2026, 4, 1), "found": "nothing new", "decision": "cleared",
             "reason": "long known", "emergency_assessed_on": date(2026, 3, 31)}  # fmt: skip
    for key, value in (typed | changes).items():
        form.fields[f"gate: {key}"].value = value
    return form


def beside(form, name):
    exercise, _, field = name.partition(": ")
    return (form.blocks[exercise].beside[field] if field else form.beside[name]).value


def saved_final(form):
    screened(form).save_final.click()
    assert form.saved.status == "final", form.status.value
    return form


def lose_answer(clinic, name, monkeypatch):
    """Let an act of the clinic be done and its answer be lost; return what brings the answer back."""
    act = getattr(clinic, name)

    def answer_lost(*args, **more):
        act(*args, **more)
        raise StoreError("The store cannot be written: connection lost.")

    monkeypatch.setattr(clinic, name, answer_lost)
    return lambda: monkeypatch.setattr(clinic, name, act)
