"""Where a plan begins: a new one, a regimen to revise or copy, a starter of the clinic, or what was typed before."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from toolkit.errors import ToolkitError
from toolkit.forms.clinic import Clinic
from toolkit.forms.fields import button, choice, words
from toolkit.plan.draft_data import draft_from_data
from toolkit.plan.drafts import RegimenDraft, draft_of
from toolkit.plan.regimen import Regimen

NEW = ("a new regimen", "new:")


class Opening:
    """A list of beginnings and a button.

    Parameters
    ----------
    clinic : where the beginnings come from
    on_open : gets the draft to go on with, and the saved revision it began from (None for a new one)
    typed : gives the draft that is in the form now: a copy takes doses into it
    """

    def __init__(
        self,
        clinic: Clinic,
        on_open: Callable[[RegimenDraft, Regimen | None], None],
        typed: Callable[[], RegimenDraft],
    ) -> None:
        self._clinic, self._on_open, self._typed = clinic, on_open, typed
        self.field = choice("Begin from", [NEW])
        self.open = button("Open", self.act)
        self.status = words("", "problem")
        row = widgets.Box([self.field, self.open], layout=widgets.Layout(flex_flow="row wrap", align_items="center"))
        self.view = widgets.VBox([row, self.status])
        self.refresh()

    def refresh(self) -> None:
        """Read the list again; what was typed and not saved stands first."""
        try:
            drafts, templates, regimens = self._clinic.drafts(), self._clinic.templates(), self._clinic.regimens()
        except ToolkitError as error:
            self.status.value = str(error)
            return
        newest = {one.regimen_id: one for one in regimens}
        unsaved = [(f"go on typing: {_whose(one)}", f"draft:{key}") for key, one in drafts.items()]
        own = [(f"starter of the clinic: {name}", f"template:{name}") for name in templates]
        revise = [(f"revise: {_name(one)}", f"revise:{key}") for key, one in newest.items()]
        copy = [(f"copy doses of: {_name(one)}", f"copy:{key}") for key, one in newest.items()]
        self.field.options = [NEW, *unsaved, *own, *revise, *copy]
        count = len(unsaved)
        told = f"{count} plan{' was' if count == 1 else 's were'} typed and not saved: choose under Begin from."
        self.status.value = told if count else ""

    def act(self) -> None:
        """Open what is chosen; what the form cannot show is said, and the form stays as it is."""
        kind, _, key = self.field.value.partition(":")
        try:
            self._on_open(*self._made(kind, key))
        except ToolkitError as error:
            self.status.value = str(error)

    def _made(self, kind: str, key: str) -> tuple[RegimenDraft, Regimen | None]:
        if kind == "draft":
            draft = draft_from_data(self._clinic.drafts()[key])
            before = self._clinic.newest(draft.regimen_id) if draft.revision > 1 else None
            return draft, before
        if kind == "template":
            return self._typed().with_doses_of(draft_from_data(self._clinic.templates()[key])), None
        if kind in ("revise", "copy"):
            regimen = self._clinic.newest(key)
            assert regimen is not None, "a regimen that was listed is never taken away"
            if kind == "copy":
                return self._typed().with_doses_of(draft_of(regimen)), None
            return draft_of(regimen, on=self._clinic.now().date()), regimen
        return RegimenDraft(written_by=self._typed().written_by), None


def _name(regimen: Regimen) -> str:
    return f"{regimen.patient_id}, {regimen.regimen_id} revision {regimen.revision} ({regimen.status})"


def _whose(data: dict[str, object]) -> str:
    return f"{data.get('patient_id') or 'no patient yet'}, {data.get('regimen_id')}"
