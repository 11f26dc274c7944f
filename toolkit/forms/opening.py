"""Where a plan begins: a new one, a regimen to revise or copy, a starter of the clinic, or what was typed before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import ipywidgets as widgets

from toolkit.errors import ToolkitError
from toolkit.forms.clinic import Clinic
from toolkit.forms.desk import Desk
from toolkit.forms.fields import button, choice, on_change, row_of, seen, told_of, words
from toolkit.plan.draft_data import draft_from_data
from toolkit.plan.drafts import RegimenDraft, draft_of
from toolkit.plan.regimen import Regimen

NEW = ("a new regimen", "new:")


class Opening:
    """A list of beginnings and a button.

    Parameters
    ----------
    clinic : where the beginnings come from
    on_open : gets the draft to go on with, the saved revision it began from (None for a new one), and the name under
        which it is kept already
    desk : what lies in the form now: a copy takes doses into it
    """

    def __init__(
        self, clinic: Clinic, on_open: Callable[[RegimenDraft, Regimen | None, str | None], None], desk: Desk
    ) -> None:
        self._clinic, self._on_open, self._desk = clinic, on_open, desk
        self.field = choice("Begin from", [NEW], width="800px")
        self.open = button("Open", lambda: self._try(self._open))
        self.discard = button("Throw away what was typed", lambda: self._try(self._throw_away))
        on_change(self.field, lambda _: self._show())
        self.status = words("", "problem")
        self.view = widgets.VBox([self.field, row_of(self.open, self.discard), self.status])
        self.refresh()

    def refresh(self) -> None:
        """Read the list again; what was typed and not saved stands first."""
        self._try(self._read)

    def _read(self) -> str:
        drafts, templates = self._clinic.drafts(), self._clinic.templates()
        newest = {one.regimen_id: one for one in self._clinic.regimens()}
        saved = sorted(newest.values(), key=lambda one: one.patient_id)
        unsaved = [(f"go on typing: {_whose(one)}", f"draft:{key}") for key, one in drafts.items()]
        own = [(f"starter of the clinic: {name}", f"template:{name}") for name in templates]
        revise = [(f"revise: {_name(one)}", f"revise:{one.regimen_id}") for one in saved]
        copy = [(f"copy doses of: {_name(one)}", f"copy:{one.regimen_id}") for one in saved]
        self.field.options = [NEW, *unsaved, *own, *revise, *copy]
        self._show()
        count = len(unsaved)
        told = f"{count} plan{' was' if count == 1 else 's were'} typed and not saved: choose under Begin from."
        return told if count else ""

    def _show(self) -> None:
        seen(self.discard, (self.field.value or "").startswith("draft:"))

    def _try(self, act: Callable[[], str | None]) -> None:
        """Do something; what the form cannot show is said, and the form stays as it is."""
        self.status.value = told_of(act)

    def _throw_away(self) -> str:
        self._clinic.drop_draft(self.field.value.partition(":")[2])
        return self._read()

    def _open(self) -> None:
        kind, _, key = self.field.value.partition(":")
        draft, base = self._made(kind, key)
        if not draft.written_by:
            draft = replace(draft, written_by=self._desk.draft.written_by)
        kept_as = key if kind == "draft" else self._desk.kept_as if kind in ("template", "copy") else None
        self._on_open(draft, base, kept_as)
        self._read()

    def _made(self, kind: str, key: str) -> tuple[RegimenDraft, Regimen | None]:
        if kind == "draft":
            if key not in (kept := self._clinic.drafts()):
                raise ToolkitError("This plan is no longer kept: it was saved or thrown away meanwhile.")
            draft = draft_from_data(kept[key])
            return draft, self._revision(draft.patient_id, draft.regimen_id, draft.revision - 1)
        if kind == "template":
            return self._desk.draft.with_doses_of(draft_from_data(self._clinic.templates()[key])), self._desk.base
        if kind in ("revise", "copy"):
            regimen = self._clinic.newest(key)
            assert regimen is not None, "a regimen that was listed is never taken away"
            if kind == "copy":
                return self._desk.draft.with_doses_of(draft_of(regimen)), self._desk.base
            return draft_of(regimen, on=self._clinic.now().date()), regimen
        return RegimenDraft(), None

    def _revision(self, patient_id: str, regimen_id: str, number: int) -> Regimen | None:
        """Return the revision from which a kept draft began, None where it is the first."""
        found = self._clinic.regimens(patient_id) if patient_id else []
        return next((one for one in found if (one.regimen_id, one.revision) == (regimen_id, number)), None)


def _name(regimen: Regimen) -> str:
    days = f"{regimen.first_day} to {regimen.last_day}"
    return f"{regimen.patient_id}, {regimen.status}, {days}, revision {regimen.revision} of {regimen.regimen_id}"


def _whose(data: dict[str, object]) -> str:
    return f"{data.get('patient_id') or 'no patient yet'}, revision {data.get('revision')} of {data.get('regimen_id')}"
