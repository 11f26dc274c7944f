"""One exercise of the planner form: its fields, what is wrong beside each, and its sentence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets

from toolkit.plan.catalogue import Exercise
from toolkit.plan.drafts import DAY_CHOICES, NAMED, QUOTA, ExerciseDraft
from toolkit.schema import WEEKDAYS

STYLE = {"description_width": "290px"}
WIDTH = widgets.Layout(width="480px")
NUMBERS = {
    "sessions_per_day": "sessions a day",
    "sets": "sets",
    "reps": "repetitions",
    "hold_s": "hold (s)",
}


class ExerciseBlock:
    """The fields of one exercise; switched off, only its name and its evidence are seen.

    Parameters
    ----------
    entry : the exercise of the catalogue
    on_edit : gets the exercise's id and what was typed, by field
    """

    def __init__(self, entry: Exercise, on_edit: Callable[[str, dict[str, Any]], None]) -> None:
        self.entry, self._on_edit = entry, on_edit
        self.fields = self._make_fields()
        self.days = {day: self._checkbox(f"{entry.name}: {day.capitalize()}") for day in WEEKDAYS}
        self.beside = {name: words("", "problem") for name in (*self.fields, "weekdays")}
        for name, widget in self.fields.items():
            widget.observe(partial(self._edited, name), names="value")
        for widget in self.days.values():
            widget.observe(self._days_edited, names="value")
        self.sentence = words("", "sentence")
        self._rows = {name: beside(self.fields[name], self.beside[name]) for name in self.fields if name != "on"}
        week = widgets.Box(list(self.days.values()), layout=widgets.Layout(flex_flow="row wrap", max_width="840px"))
        self._rows["weekdays"] = widgets.VBox([week, self.beside["weekdays"]])
        self._body = widgets.VBox([*self._in_order(), self.sentence])
        self.view = widgets.VBox([self.fields["on"], words(self._evidence(), "quiet"), self._body])
        self.view.add_class("backcare-exercise")

    def show(self, draft: ExerciseDraft) -> None:
        """Bring the widgets in line with what was typed."""
        for name, widget in self.fields.items():
            widget.value = getattr(draft, name)
        for day, widget in self.days.items():
            widget.value = day in draft.weekdays
        _seen(self._body, draft.on)
        _seen(self._rows["weekdays"], draft.days == NAMED)
        _seen(self._rows["days_per_week"], draft.days == QUOTA)

    def _make_fields(self) -> dict[str, widgets.Widget]:
        """Return the input widgets; numbers are typed as text, because number fields change what was typed."""
        name = self.entry.name
        text = partial(widgets.Text, continuous_update=False, style=STYLE, layout=WIDTH)
        choice = partial(widgets.Dropdown, style=STYLE, layout=WIDTH)
        fields: dict[str, widgets.Widget] = {"on": self._checkbox(name, width="100%")}
        if self.entry.sided:
            sides = [("", ""), ("both", "both"), ("left", "left"), ("right", "right")]
            fields["side"] = choice(options=sides, description=f"{name}: side")
        fields["sessions_per_day"] = text(description=f"{name}: sessions a day")
        fields["days"] = choice(options=list(DAY_CHOICES), description=f"{name}: days")
        fields["days_per_week"] = text(description=f"{name}: days a week")
        for part in ("sets", "reps", "hold_s"):
            fields[part] = text(description=f"{name}: {NUMBERS[part]}")
        return fields

    def _in_order(self) -> list[widgets.Widget]:
        order = ("side", "sessions_per_day", "days", "weekdays", "days_per_week", "sets", "reps", "hold_s")
        return [self._rows[name] for name in order if name in self._rows]

    def _checkbox(self, description: str, *, width: str = "250px") -> widgets.Checkbox:
        return widgets.Checkbox(value=False, description=description, indent=False, layout=widgets.Layout(width=width))

    def _evidence(self) -> str:
        """Say which side is meant, what is known of the exercise, and what of its dose is not from the source page."""
        silent = [words for part, words in NUMBERS.items() if part not in self.entry.page]
        side = f"Side means {self.entry.side_means}. " if self.entry.sided else ""
        return f"{side}{self.entry.evidence} Clinic default, not from the source page: {', '.join(silent)}."

    def _edited(self, name: str, change: Any) -> None:
        value = change["new"]
        self._on_edit(self.entry.id, {name: value.strip() if isinstance(value, str) else value})

    def _days_edited(self, _change: Any) -> None:
        named = tuple(day for day, widget in self.days.items() if widget.value)
        self._on_edit(self.entry.id, {"weekdays": named})


def words(text: str, kind: str) -> widgets.Label:
    """Return text as a label, which never becomes markup, in one of the form's kinds."""
    label = widgets.Label(text)
    label.add_class(f"backcare-{kind}")
    return label


def beside(widget: widgets.Widget, label: widgets.Label) -> widgets.Box:
    """Return a field with what is wrong with it beside it, or below where there is no room."""
    return widgets.Box([widget, label], layout=widgets.Layout(flex_flow="row wrap", align_items="center"))


def _seen(widget: widgets.Widget, seen: bool) -> None:
    widget.layout.display = "" if seen else "none"
