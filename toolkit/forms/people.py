"""The first fields of the planner form: whose regimen it is, by whom, why and when."""

from __future__ import annotations

import ipywidgets as widgets

from toolkit.forms.fields import choice, day, lines, text
from toolkit.plan.catalogue import purposes

PEOPLE = ("patient_id", "written_by", "purpose", "goal", "first_day", "weeks", "last_day", "note", "reason")


def people_fields() -> dict[str, widgets.Widget]:
    """Return the fields by name, in the order of `PEOPLE`."""
    why = [("", ""), *((one.words, name) for name, one in purposes().items())]
    return {
        "patient_id": text("Patient (pseudonym)"),
        "written_by": text("Your name"),
        "purpose": choice("Purpose", why),
        "goal": text("Goal, in the patient's words"),
        "first_day": day("First day"),
        "weeks": text("Weeks"),
        "last_day": day("Last day (instead of weeks)"),
        "note": lines("Note"),
        "reason": lines("Reason for this revision"),
    }
