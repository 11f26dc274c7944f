"""Screenings for tests: everything asked and answered, nothing found."""

from datetime import date

from toolkit.plan.questions import question_set
from toolkit.plan.screening import CautionAnswer, Screening

ASKED_ON = date(2026, 3, 1)


def clear_screening(patient_id="p001", *, on=ASKED_ON, **changes):
    """Return a screening without a red flag or a caution; `changes` are fields that stand otherwise."""
    asked = question_set()
    careless = {key: "no" if one.careful == "yes" else "yes" for key, one in asked.cautions.items()}
    fields = {
        "patient_id": patient_id,
        "screened_on": on,
        "screened_by": "Dr Sample",
        "question_set": asked.id,
        "answers": dict.fromkeys(asked.questions, "no"),
        "cautions": {key: CautionAnswer(answer=answer) for key, answer in careless.items()},
    }
    return Screening(**fields | changes)


def answering(screening, **answers):
    """Return the screening with other answers to some red-flag questions."""
    return screening.model_copy(update={"answers": screening.answers | answers})


def released(screening, **changes):
    """Return the screening after a physician has looked and cleared it; `changes` stand otherwise."""
    fields = {
        "reviewed_on": screening.screened_on,
        "reviewed_by": "Dr Review",
        "found": "nothing new in the examination",
        "decision": "cleared",
        "reason": "long known and stable",
        "emergency_assessed_on": screening.screened_on,
    }
    return screening.model_copy(update=fields | changes)
