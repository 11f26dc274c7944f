"""The physician's form, from whose regimen it is to the gate and the button; no rule lives here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets as widgets

from toolkit.errors import Conflict, Problem
from toolkit.forms import markup
from toolkit.forms.clinic import Clinic
from toolkit.forms.conflict import ConflictView
from toolkit.forms.desk import Desk
from toolkit.forms.exercise import ExerciseBlock
from toolkit.forms.fields import (
    Lines,
    Shown,
    beside,
    button,
    on_change,
    row_of,
    seen,
    text,
    tick,
    told_of,
    words,
)
from toolkit.forms.gate import GateBlock
from toolkit.forms.opening import Opening
from toolkit.forms.outcome import Outcome
from toolkit.forms.pauses import PauseBlock
from toolkit.forms.people import PEOPLE, people_fields
from toolkit.plan import gate_words
from toolkit.plan.catalogue import exercises
from toolkit.plan.draft_data import draft_to_data
from toolkit.plan.drafts import RegimenDraft
from toolkit.plan.evidence_card import of_all_four, sources_in_words
from toolkit.plan.hints import dose_hints
from toolkit.plan.regimen import Regimen
from toolkit.plan.review import rows_of
from toolkit.plan.screening import Screening
from toolkit.plan.wording import sentences


class PlannerForm(Shown):
    """A form that plans a regimen: screening, exercises and doses, pauses; draft, held or final.

    Parameters
    ----------
    clinic : a `Store`, or anything that keeps regimens and drafts as `forms/clinic.py` says; an error it raises is
        shown, and nothing typed is lost
    regimen : a saved regimen whose next revision is planned; an empty form without it

    Attributes
    ----------
    view : the widget; fields : the input widgets by field, such as `patient_id` or `knee_to_chest: sets`
    desk : what was typed and what is wrong with it; saved : the regimen saved last, None before
    referral : the note for a referral, empty where none is needed; after_save : what else is told of a saved regimen
    """

    tells = "show the form"

    def __init__(self, clinic: Clinic, *, regimen: Regimen | None = None) -> None:
        self.clinic, self.desk = clinic, Desk(clinic, regimen)
        self.saved: Regimen | None = None
        self.after_save: list[Callable[[Regimen], object]] = []
        self.referral = ""
        self._showing = False
        self._make()
        self._show()

    @property
    def regimen(self) -> Regimen | None:
        """The checked regimen as typed, None while something is to be mended."""
        return self.desk.regimen

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is to be mended."""
        return self.desk.problems

    def _make(self) -> None:
        """Build the widgets once; `_show` fills them."""
        self.banner, self.again = words("", "whose"), words("", "quiet")
        self._banner = widgets.Box([self.banner])
        self._banner.add_class("backcare-banner")
        self.opening = Opening(self.clinic, self._open, self.desk)
        people = people_fields()
        for name, widget in people.items():
            on_change(widget, partial(self._edit_person, name))
        self.blocks = {name: ExerciseBlock(entry, self._edit_exercise) for name, entry in exercises().items()}
        self.gate = GateBlock(self._edit_gate, lambda name: self._edit_exercise(name, {"on": False}), self.clinic.now)
        self.pauses = PauseBlock(lambda pauses: self._take(replace(self.desk.draft, pauses=pauses)))
        self.outcome = Outcome()
        self.confirm = tick("", width="auto")
        on_change(self.confirm, self._edit_confirm)
        self.fields: dict[str, widgets.Widget] = people | {f"gate: {key}": one for key, one in self.gate.fields.items()}
        for name, block in self.blocks.items():
            self.fields |= {f"{name}: {part}": widget for part, widget in block.fields.items()}
        self.beside = {name: words("", "problem") for name in (*people, "exercises")}
        self._rows = {name: beside(widget, self.beside[name]) for name, widget in people.items()}
        self.acts, self.open_points, self.result = Lines("act"), Lines("hint"), words("", "sentence")
        self.note = words("", "note")
        self.save_final = button("Save as final", partial(self._save, "final"), primary=True)
        self.save_draft = button("Save draft", partial(self._save, "draft"))
        self.record = button("Record the screening alone", partial(self._try, self._record))
        self.undo = button("Undo", partial(self._try, self.desk.undo))
        self.template_name = text("Name of a starter of your own")
        self.keep_template = button("Keep these doses as a starter", partial(self._try, self._keep_template))
        self.conflict = ConflictView(
            on_theirs=partial(self._after_conflict, self.desk.open_theirs),
            on_mine=partial(self._after_conflict, self.desk.go_on_after),
        )
        self.status = widgets.HTML()
        self.view = widgets.VBox(self._top_to_bottom())
        self.view.add_class("backcare-form")
        self.view.add_class("backcare-planner")

    def _top_to_bottom(self) -> list[widgets.Widget]:
        return [
            markup.style(), self._banner, *(words(one, "hint") for one in gate_words.unsigned()), self.opening.view,
            words("Whose regimen", "head"), *(self._rows[name] for name in PEOPLE),
            words("Red flags, before any exercise", "head"), self.gate.view,
            words("Exercises and dose", "head"), *(words(line, "known") for line in of_all_four()),
            words("Choosing a purpose fills in the starter doses; each number can be changed.", "quiet"),
            self.beside["exercises"], *(block.view for block in self.blocks.values()),
            words("Pauses", "head"), self.pauses.view,
            words("What it comes to", "head"), self.outcome.view,
            words("Before it is saved", "head"), self.acts, self.result, self.open_points, self.note,
            self.conflict.view, self.confirm, self.again,
            row_of(self.save_final, self.save_draft, self.record, self.undo), self.status,
            row_of(self.template_name, self.keep_template),
            words("Sources", "head"), *(words(line, "quiet") for line in sources_in_words()),
        ]  # fmt: skip

    def _edit_person(self, name: str, change: Any) -> None:
        value: Any = change["new"].strip() if isinstance(change["new"], str) else change["new"]
        draft, typed = self.desk.draft, {name: value}
        edits = {"patient_id": draft.for_patient, "purpose": draft.for_purpose}
        self._take(edits[name](value) if name in edits else replace(draft, **typed))

    def _edit_exercise(self, name: str, typed: dict[str, Any]) -> None:
        self._take(self.desk.draft.with_exercise(name, **typed))

    def _edit_gate(self, edit: Callable[[Screening], Screening]) -> None:
        if not self._showing:
            self._take(replace(self.desk.draft, screening=edit(self.desk.draft.screening)))

    def _edit_confirm(self, change: Any) -> None:
        self._take(replace(self.desk.draft, seen=self.desk.to_confirm if change["new"] else ""))

    def _take(self, draft: RegimenDraft) -> None:
        """Go on with what was typed; what was said of an earlier save is no longer true of it."""
        if not self._showing:
            if draft.regimen_id != self.desk.draft.regimen_id:
                self.conflict.hide()
            self._try(partial(self._laid_on, draft))

    def _laid_on(self, draft: RegimenDraft) -> str:
        if told := self.desk.take(draft):
            self.opening.refresh()
        return told

    def _try(self, act: Callable[[], Any]) -> None:
        """Do something and show what it came to; what the clinic refuses stands in the status line."""
        told = told_of(act)
        told = told_of(self._show) or told
        self.status.value = markup.status(told) if told else ""

    def _open(self, draft: RegimenDraft, base: Regimen | None, kept_as: str | None) -> None:
        self.conflict.hide()
        self._try(partial(self.desk.open, draft, base, kept_as))

    def _show(self) -> None:
        """Bring every widget in line with the desk; the banner and the buttons come first and know no other state."""
        self._show_buttons()
        self._showing = True
        try:
            self._show_fields()
        finally:
            self._showing = False
        self._tell()
        desk = self.desk
        to_mend = [] if desk.is_saved else [self._label(problem.where) for problem in desk.problems]
        self.outcome.show(
            desk.base if desk.is_saved else desk.regimen, before=None if desk.is_saved else desk.base,
            rows=rows_of(desk.draft), to_mend=to_mend, profile=desk.profile, on=desk.today,
        )  # fmt: skip
        self.acts.say(gate_words.acts(desk.verdict, desk.profile))
        self.result.value = "" if desk.is_saved else gate_words.result(desk.screening, desk.verdict)
        self.open_points.say(() if desk.is_saved else gate_words.open_points(desk.verdict, desk.screening))
        self.referral = gate_words.referral_note(desk.screening, desk.verdict, desk.profile, desk.today)
        self.note.value = self.referral
        seen(self.note, bool(self.referral))

    def _show_fields(self) -> None:
        draft, desk = self.desk.draft, self.desk
        for name in PEOPLE:
            self.fields[name].value = getattr(draft, name)
        seen(self._rows["reason"], draft.revision > 1)
        for name, block in self.blocks.items():
            block.show(draft.exercises[name])
        self.pauses.show(draft.pauses)
        self.gate.show(draft.screening, draft.chosen, desk.verdict, desk.since)
        self.confirm.description = f"I mean this: {desk.to_confirm}"
        self.confirm.value = bool(desk.to_confirm) and desk.is_confirmed
        seen(self.confirm, bool(desk.to_confirm))

    def _label(self, where: str) -> str:
        """Return what a field is called on screen; a step or a pause by its place."""
        if where in self.fields:
            return str(self.fields[where].description)
        name, _, part = where.partition(": ")
        called = exercises()[name].name if name in exercises() else name.capitalize()
        return f"{called}{f': {part}' if part else ''}".replace("_", " ")

    def _tell(self) -> None:
        """Put what is wrong beside its field, once each; after a save nothing is wrong yet."""
        told: dict[str, str] = {}
        for problem in () if self.desk.is_saved else self.desk.problems:
            told.setdefault(problem.where, problem.message)
        for name, label in self.beside.items():
            label.value = told.get(name, "")
        rows = rows_of(self.desk.draft)
        for name, block in self.blocks.items():
            found = rows.get(name, [])
            hints = dict.fromkeys(hint for row in found for hint in dose_hints(row))
            block.tell(told, hints=list(hints), sentences=sentences(found))
        self.pauses.tell(told)
        of_gate = {where.removeprefix("gate: "): words for where, words in told.items() if where.startswith("gate: ")}
        for problem in () if self.desk.is_saved else self.desk.verdict.problems:
            of_gate.setdefault(problem.where, problem.message)
        self.gate.tell(of_gate)

    def _show_buttons(self) -> None:
        desk = self.desk
        held = desk.verdict.status == "held"
        self.banner.value = self.again.value = self._state()
        (self._banner.add_class if held else self._banner.remove_class)("backcare-held")
        self.save_final.description = "Save as held" if held else "Save as final"
        self.save_final.disabled = not desk.can_save or not (held or desk.verdict.status == "final")
        self.save_draft.disabled = not desk.can_save or held
        self.record.disabled = not desk.can_record
        self.undo.disabled = not desk.can_undo

    def _state(self) -> str:
        """Return whose plan this is, in which clinic, and what saving would make of it."""
        desk, saved = self.desk, self.desk.base
        patient, held = desk.draft.patient_id or "no patient yet", desk.verdict.status == "held"
        if desk.is_saved and saved:
            state = f"SAVED as {saved.status}: revision {saved.revision}" + (", HELD by a red flag" if held else "")
        else:
            state = "HELD by a red flag" if held else "may be final" if desk.verdict.status == "final" else "draft"
            state = f"saving makes revision {desk.draft.revision} · {state}"
            state += "" if desk.is_confirmed else " · confirm the change above the buttons"
        return f"{patient} · {self.clinic.name} · {state}"

    def _save(self, status: str) -> None:
        """Hand the regimen on; what happened stands in the status line."""
        if not self.desk.can_save:
            return
        self._try(partial(self._saved, status))

    def _saved(self, status: str) -> str:
        mine = self.desk.regimen
        try:
            self.saved = saved = self.desk.save(status)
        except Conflict as error:
            if mine and (theirs := self.desk.theirs()):
                self.conflict.show(theirs, mine, self.desk.base)
            return str(error)
        self.conflict.hide()
        self.opening.refresh()
        for act in self.after_save:
            act(saved)
        told = f"Saved as {saved.status} for {saved.patient_id}: revision {saved.revision} of {saved.regimen_id}."
        return f"{told} {gate_words.result(saved.screening, self.desk.verdict)}"

    def _after_conflict(self, go_on: Callable[[Regimen], None]) -> None:
        def act() -> None:
            if theirs := self.desk.theirs():
                self.conflict.hide()
                go_on(theirs)
                self.opening.refresh()

        self._try(act)

    def _record(self) -> str:
        screening = self.desk.record()
        told = gate_words.result(screening, self.desk.verdict)
        return f"The screening of {screening.patient_id} is on record. {told}"

    def _keep_template(self) -> str:
        name, by = self.template_name.value.strip(), self.desk.draft.written_by
        self.clinic.save_template(name, draft_to_data(self.desk.draft.as_template()), by=by)
        self.opening.refresh()
        return f"Kept as a starter of the clinic: {name}. It is offered under Begin from."
