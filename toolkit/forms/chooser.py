"""A patient chosen from a list, never typed into a cell."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as widgets

from toolkit.forms.fields import Shown


class PatientChooser(Shown):
    """A list of the clinic's patients; `patient_id` is the one chosen, the first where nobody has chosen yet.

    Parameters
    ----------
    patients : pseudonyms, as `Store.patients` returns them
    clinic : what to call the open clinic, shown above the list
    """

    tells = "choose a patient"

    def __init__(self, patients: Sequence[str], *, clinic: str) -> None:
        self.field = widgets.Dropdown(options=list(patients), description="Patient", disabled=not patients)
        hint = "Choose, then run the cells below again." if patients else "No patients yet: plan a regimen first."
        self.view = widgets.VBox([widgets.Label(clinic), self.field, widgets.Label(hint)])
        self.view.add_class("backcare-chooser")

    @property
    def patient_id(self) -> str:
        """The pseudonym chosen, empty where the clinic has no patients yet."""
        return self.field.value or ""
