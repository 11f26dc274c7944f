"""One exercise of the planner form: what is known of it, its fields and steps, what is wrong or unusual."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets as widgets

from toolkit.forms.fields import Lines, beside, button, choice, on_change, seen, text, tick, words
from toolkit.plan.catalogue import DOSE_PARTS, Exercise
from toolkit.plan.drafts import DAY_CHOICES, NAMED, QUOTA, ExerciseDraft, StepDraft
from toolkit.plan.evidence_card import of_one
from toolkit.schema import WEEKDAYS

ORDER = ("side", "sessions_per_day", "days", "weekdays", "days_per_week", "sets", "reps", "hold_s")


class ExerciseBlock:
    """The fields of one exercise; switched off, only its name and its evidence are seen.

    Parameters
    ----------
    entry : the exercise of the catalogue
    on_edit : gets the exercise's id and what was typed, by field
    """

    def __init__(self, entry: Exercise, on_edit: Callable[[str, dict[str, Any]], None]) -> None:
        self.entry, self._on_edit = entry, on_edit
        self._draft = ExerciseDraft()
        self.fields = self._make_fields()
        self.days = {day: tick(f"{entry.name}: {day.capitalize()}") for day in WEEKDAYS}
        self.beside = {name: words("", "problem") for name in (*self.fields, "weekdays")}
        for name, widget in self.fields.items():
            on_change(widget, partial(self._edited, name))
        for widget in self.days.values():
            on_change(widget, self._days_edited)
        self.steps: list[StepRow] = []
        self.sentences, self.hints = Lines("sentence"), Lines("hint")
        self._rows = {name: beside(self.fields[name], self.beside[name]) for name in self.fields if name != "on"}
        week = widgets.Box(list(self.days.values()), layout=widgets.Layout(flex_flow="row wrap", max_width="840px"))
        self._rows["weekdays"] = widgets.VBox([week, self.beside["weekdays"]])
        self._steps = widgets.VBox([])
        add = button(f"{entry.name}: add a step", self._add_step)
        in_order = [self._rows[name] for name in ORDER if name in self._rows]
        self._body = widgets.VBox([*in_order, self._steps, add, self.hints, self.sentences])
        known = [words(line, "known") for line in of_one(entry)]
        self.view = widgets.VBox([self.fields["on"], *known, self._body])
        self.view.add_class("backcare-exercise")

    def show(self, draft: ExerciseDraft) -> None:
        """Bring the widgets in line with what was typed."""
        self._draft = draft
        for name, widget in self.fields.items():
            widget.value = getattr(draft, name)
        for day, widget in self.days.items():
            widget.value = day in draft.weekdays
        while len(self.steps) < len(draft.steps):
            self.steps.append(StepRow(self.entry.name, len(self.steps) + 1, self._step_edited, self._drop_step))
        for row, step in zip(self.steps, draft.steps, strict=False):
            row.show(step)
        self._steps.children = [row.view for row in self.steps[: len(draft.steps)]]
        seen(self._body, draft.on)
        seen(self._rows["weekdays"], draft.days == NAMED)
        seen(self._rows["days_per_week"], draft.days == QUOTA)

    def tell(self, told: Mapping[str, str], *, hints: Sequence[str], sentences: Sequence[str]) -> None:
        """Show what is wrong beside its field, what is unusual, and what it comes to."""
        for name, label in self.beside.items():
            label.value = told.get(f"{self.entry.id}: {name}", "")
        for row in self.steps:
            row.tell(told, self.entry.id)
        self.hints.say(hints)
        self.sentences.say(sentences)

    def _make_fields(self) -> dict[str, widgets.Widget]:
        name = self.entry.name
        fields: dict[str, widgets.Widget] = {"on": tick(name, width="100%")}
        if self.entry.sided:
            fields["side"] = choice(f"{name}: side", ["", "both", "left", "right"])
        fields["sessions_per_day"] = text(f"{name}: sessions a day")
        fields["days"] = choice(f"{name}: days", DAY_CHOICES)
        fields["days_per_week"] = text(f"{name}: days a week")
        for part in ("sets", "reps", "hold_s"):
            fields[part] = text(f"{name}: {DOSE_PARTS[part]}")
        return fields

    def _edited(self, name: str, change: Any) -> None:
        value = change["new"]
        self._on_edit(self.entry.id, {name: value.strip() if isinstance(value, str) else value})

    def _days_edited(self, _change: Any) -> None:
        named = tuple(day for day, widget in self.days.items() if widget.value)
        self._on_edit(self.entry.id, {"weekdays": named})

    def _add_step(self) -> None:
        self._on_edit(self.entry.id, {"steps": (*self._draft.steps, StepDraft())})

    def _step_edited(self, place: int, typed: dict[str, str]) -> None:
        steps = list(self._draft.steps)
        steps[place] = replace(steps[place], **typed)
        self._on_edit(self.entry.id, {"steps": tuple(steps)})

    def _drop_step(self, place: int) -> None:
        kept = tuple(step for number, step in enumerate(self._draft.steps) if number != place)
        self._on_edit(self.entry.id, {"steps": kept})


class StepRow:
    """One progression step: from which week on, and what of the dose is then other; a blank stays as before."""

    def __init__(
        self, name: str, number: int, on_edit: Callable[[int, dict[str, str]], None], on_drop: Callable[[int], None]
    ) -> None:
        self.number, self._on_edit = number, on_edit
        said = {"week": "week or day"} | DOSE_PARTS
        self.fields = {key: text(f"{name}: step {number}: {said[key]}") for key in said}
        self.beside = {key: words("", "problem") for key in said}
        for key, widget in self.fields.items():
            on_change(widget, partial(self._edited, key))
        rows = [beside(self.fields[key], self.beside[key]) for key in said]
        self.view = widgets.VBox([*rows, button(f"{name}: take out step {number}", lambda: on_drop(number - 1))])
        self.view.add_class("backcare-step")

    def show(self, step: StepDraft) -> None:
        """Bring the widgets in line with what was typed."""
        for key, widget in self.fields.items():
            widget.value = getattr(step, key)

    def tell(self, told: Mapping[str, str], exercise: str) -> None:
        """Show what is wrong beside its field."""
        for key, label in self.beside.items():
            label.value = told.get(f"{exercise}: step {self.number}: {key}", "")

    def _edited(self, key: str, change: Any) -> None:
        self._on_edit(self.number - 1, {key: change["new"].strip()})
