"""Two exports side by side, each with what it is for; nothing is made before its button is pressed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets

from toolkit.documents.naming import file_name
from toolkit.exporting.clinical import SAYS as CLINICAL
from toolkit.exporting.clinical import clinical_export
from toolkit.exporting.package import Package
from toolkit.exporting.readme import NOT_LEGAL
from toolkit.exporting.records import Records
from toolkit.exporting.shared import SAYS as SHARED
from toolkit.exporting.shared import shared_export
from toolkit.forms import markup
from toolkit.forms.clinic import ReviewingClinic
from toolkit.forms.fields import Lines, Shown, button, row_of, words
from toolkit.settings import profile_or_sample

FOR_CLINIC = f"For the practice and the patient: all tables, real dates, notes. It is {CLINICAL}."
FOR_OTHERS = (
    "For teaching, research and reports of faults: study days in place of dates, new random ids, no notes, names or "
    f"texts. It is {SHARED}."
)


class ExportForm(Shown):
    """A form that makes a data package of the clinic: clinical, or shared.

    Parameters
    ----------
    clinic : a `Store`, or anything that does what `forms/clinic.py` says

    Attributes
    ----------
    view : the widget; clinical, shared : the buttons; made : name and bytes of what was made last, None before
    """

    tells = "export the clinic's data"

    def __init__(self, clinic: ReviewingClinic) -> None:
        self.clinic = clinic
        self.made: tuple[str, bytes] | None = None
        self.clinical = button("Make the clinical export", partial(self._make, self._clinical), primary=True)
        self.shared = button("Make the shared export", partial(self._make, self._shared))
        self.status, self.link, self.told = widgets.HTML(), widgets.HTML(), Lines("quiet")
        self.view = widgets.VBox([
            markup.style(), words(clinic.name, "quiet"),
            words("Clinical export", "head"), words(FOR_CLINIC, "act"), row_of(self.clinical),
            words("Shared export", "head"), words(FOR_OTHERS, "hint"), row_of(self.shared),
            words(NOT_LEGAL, "sentence"), self.status, self.link, self.told,
        ])  # fmt: skip
        self.view.add_class("backcare-form")
        self.view.add_class("backcare-export")

    def _make(self, act: Callable[[], Package]) -> None:
        """Make a package and offer it as one file; what was made before is gone, so that the two are never mixed up."""
        self.made, self.link.value, self.status.value = None, "", ""
        self.told.say(())
        self._try(partial(self._offer, act))

    def _offer(self, act: Callable[[], Package]) -> str:
        package = act()
        data = package.zipped()
        name = file_name(package.kind, data, ending="zip")
        self.made = name, data
        self.link.value = markup.download(name, data, f"Save {name}")
        self.told.say(package.told)
        return f"The {package.kind} export is made: {package.says}."

    def _clinical(self) -> Package:
        return clinical_export(self._records())

    def _shared(self) -> Package:
        records = self._records()
        profile = self.clinic.profile or profile_or_sample()  # the manifest tells the threshold
        return shared_export(records, small_cell=int(profile.number("small_cell", records.rules.as_of)))

    def _records(self) -> Records:
        clinic: Any = self.clinic
        return Records(clinic.prescriptions(), clinic.pauses(), clinic.log(), clinic.quarantine(), clinic.rules(),
                       clinic.reviews())  # fmt: skip
