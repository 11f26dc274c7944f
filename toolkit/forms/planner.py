"""The physician's form: a draft, its problems beside the fields, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets as widgets

from toolkit.charts.base import svg_of
from toolkit.charts.patient import plot_week
from toolkit.errors import Problem, ToolkitError
from toolkit.forms import markup
from toolkit.forms.exercise import ExerciseBlock, beside, words
from toolkit.plan.catalogue import exercises, purposes
from toolkit.plan.drafts import RegimenDraft, draft_of, review, rows_of
from toolkit.plan.regimen import Regimen
from toolkit.plan.wording import minutes_a_day, minutes_a_week, sentence, week_grid

DRAFTS_ONLY = "A final regimen needs the red-flag screening, which is not built yet: this form saves drafts."
WIDE = {"description_width": "170px"}


class PlannerForm:
    """A form that plans a regimen.

    Parameters
    ----------
    clinic : what to call the open clinic, always on screen
    on_save : gets the regimen and returns it as saved; an error it raises is shown, and nothing typed is lost
    regimen : a saved regimen whose next revision is planned; an empty form without it

    Attributes
    ----------
    view : the widget; fields : the input widgets by field, such as `patient_id` or `knee_to_chest: sets`
    draft, problems : what was typed, and what is wrong with it
    regimen : the checked regimen as typed, None while there are problems; saved : the one saved last, None before
    """

    def __init__(self, *, clinic: str, on_save: Callable[[Regimen], Regimen], regimen: Regimen | None = None) -> None:
        self.clinic, self._on_save = clinic, on_save
        self.draft = draft_of(regimen) if regimen else RegimenDraft()
        self.problems: tuple[Problem, ...] = ()
        self.regimen: Regimen | None = None
        self.saved: Regimen | None = None
        self._as_saved: RegimenDraft | None = None
        self._showing = False
        self.fields: dict[str, widgets.Widget] = {}
        self._beside: dict[str, widgets.Label] = {}
        self._make()
        self._show()

    def __repr__(self) -> str:
        return "PlannerForm: run this cell to show the form"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return {**self.view._repr_mimebundle_(**options), "text/plain": repr(self)}

    def _make(self) -> None:
        """Build the widgets once, from top to bottom; `_show` fills them."""
        self.banner = words("", "banner")
        self.blocks = {name: ExerciseBlock(entry, self._edit_exercise) for name, entry in exercises().items()}
        text = partial(widgets.Text, continuous_update=False, style=WIDE)
        people = {
            "patient_id": text(description="Patient (pseudonym)"),
            "purpose": widgets.Dropdown(
                options=[("", ""), *((one.words, name) for name, one in purposes().items())],
                description="Purpose", style=WIDE, layout=widgets.Layout(width="460px"),
            ),
            "first_day": widgets.DatePicker(description="First day", style=WIDE),
            "weeks": text(description="Weeks"),
        }  # fmt: skip
        edits: dict[str, Callable[[Any], RegimenDraft]] = {
            "patient_id": lambda value: self.draft.for_patient(value.strip()),
            "purpose": lambda value: self.draft.for_purpose(value),
            "first_day": lambda value: replace(self.draft, first_day=value),
            "weeks": lambda value: replace(self.draft, weeks=value.strip()),
        }
        for name, widget in people.items():
            widget.observe(partial(self._edit, edits[name]), names="value")
        self.fields = dict(people)
        self._beside = {name: words("", "problem") for name in (*people, "exercises")}
        for name, block in self.blocks.items():
            self.fields |= {f"{name}: {part}": widget for part, widget in block.fields.items()}
            self._beside |= {f"{name}: {part}": label for part, label in block.beside.items()}
        self.whose = words("", "quiet")
        self.total, self.week = words("", "sentence"), widgets.HTML()
        self.save = widgets.Button(
            description="Save draft", button_style="primary", layout=widgets.Layout(width="160px", margin="8px 0 0 0")
        )
        self.save.on_click(self._save)
        self.status = widgets.HTML()
        self.view = widgets.VBox(self._top_to_bottom(people))
        self.view.add_class("backcare-form")
        self.view.add_class("backcare-planner")

    def _top_to_bottom(self, people: dict[str, widgets.Widget]) -> list[widgets.Widget]:
        banner = widgets.Box([self.banner])
        banner.add_class("backcare-banner")
        return [
            markup.style(),
            banner,
            words("Whose regimen", "head"),
            *(beside(widget, self._beside[name]) for name, widget in people.items()),
            words("Exercises and dose", "head"),
            words("Choosing a purpose fills in the starter doses; each number can be changed.", "quiet"),
            self._beside["exercises"],
            *(block.view for block in self.blocks.values()),
            words("What it comes to", "head"),
            self.total,
            self.week,
            self.whose,
            self.save,
            self.status,
        ]

    def _edit(self, edit: Callable[[Any], RegimenDraft], change: Any) -> None:
        if not self._showing:
            self._take(edit(change["new"]))

    def _edit_exercise(self, name: str, typed: dict[str, Any]) -> None:
        if not self._showing:
            self._take(self.draft.with_exercise(name, **typed))

    def _take(self, draft: RegimenDraft) -> None:
        """Go on with what was typed; what was said of an earlier save is no longer true of it."""
        self.draft = draft
        self.status.value = ""
        self._show()

    def _show(self) -> None:
        """Bring every widget in line with the draft; the banner and the save button know no other state."""
        self._showing = True
        self.regimen, self.problems = review(self.draft)
        for name in ("patient_id", "purpose", "first_day", "weeks"):
            self.fields[name].value = getattr(self.draft, name)
        for name, block in self.blocks.items():
            block.show(self.draft.exercises[name])
        self._showing = False
        told: dict[str, str] = {}
        for problem in self.problems:
            told.setdefault(problem.where, problem.message)
        for name, label in self._beside.items():
            label.value = told.get(name, "")
        rows = rows_of(self.draft)
        for name, block in self.blocks.items():
            block.sentence.value = sentence(rows[name]) if name in rows else ""
        patient = self.draft.patient_id or "no patient yet"
        self.banner.value = f"{patient} · {self.clinic} · saving makes revision {self.draft.revision}"
        self.whose.value = self.banner.value
        # a second press must not make a second revision of the same
        self.save.disabled = self.regimen is None or self.draft == self._as_saved
        self._show_total()

    def _show_total(self) -> None:
        """Say in numbers and as a picture what the regimen asks; nothing of it while something is wrong."""
        if self.regimen is None:
            count = len(self.problems)
            self.total.value = f"{count} thing{'' if count == 1 else 's'} to mend or fill in above."
            self.week.value = ""
            return
        rows = self.regimen.prescriptions
        first, last = self.regimen.first_day, self.regimen.last_day
        a_day, a_week = _whole(minutes_a_day(rows)), _whole(minutes_a_week(rows))
        self.total.value = (
            f"About {a_day} minutes on the longest day, {a_week} minutes a week (estimate); "
            f"{first.day} {first:%b %Y} to {last.day} {last:%b %Y}."
        )
        svg = svg_of(lambda ax: plot_week(week_grid(self.regimen), ax=ax) if self.regimen else ax, rows=len(rows))
        self.week.value = markup.picture(svg, "The week as prescribed: " + "; ".join(map(sentence, rows)))

    def _save(self, _button: widgets.Button) -> None:
        """Hand the regimen on; what happened stands in the status line."""
        if self.regimen is None:
            return
        try:
            saved = self._on_save(self.regimen)
        except ToolkitError as error:
            self.status.value = markup.status(str(error))
            return
        self.saved = saved
        self.draft = self._as_saved = self.draft.after_saving(saved)
        self._show()
        self.status.value = markup.status(
            f"Draft saved for {saved.patient_id} as revision {saved.revision} of {saved.regimen_id}. {DRAFTS_ONLY}"
        )


def _whole(minutes: float) -> int:
    """Round as people do: half a minute is one more."""
    return int(minutes + 0.5)
