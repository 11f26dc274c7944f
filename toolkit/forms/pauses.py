"""The days off in the planner form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets as widgets

from toolkit.forms.fields import beside, button, choice, day, on_change, text, words
from toolkit.plan.catalogue import exercises
from toolkit.plan.drafts import PauseDraft


class PauseBlock:
    """Rows of pauses; each says from when to when, of which exercise, and why.

    Parameters
    ----------
    on_edit : gets all pauses as they are now typed
    """

    def __init__(self, on_edit: Callable[[tuple[PauseDraft, ...]], None]) -> None:
        self._on_edit = on_edit
        self._pauses: tuple[PauseDraft, ...] = ()
        self.rows: list[PauseRow] = []
        self._body = widgets.VBox([])
        self.view = widgets.VBox(
            [self._body, button("Add a pause", lambda: self._on_edit((*self._pauses, PauseDraft())))]
        )

    def show(self, pauses: tuple[PauseDraft, ...]) -> None:
        """Bring the widgets in line with what was typed."""
        self._pauses = pauses
        while len(self.rows) < len(pauses):
            self.rows.append(PauseRow(len(self.rows) + 1, self._edited, self._dropped))
        for row, pause in zip(self.rows, pauses, strict=False):
            row.show(pause)
        self._body.children = [row.view for row in self.rows[: len(pauses)]]

    def tell(self, told: Mapping[str, str]) -> None:
        """Show what is wrong beside its field."""
        for row in self.rows:
            for key, label in row.beside.items():
                label.value = told.get(f"pause {row.number}: {key}", "")

    def _edited(self, place: int, typed: dict[str, Any]) -> None:
        pauses = list(self._pauses)
        pauses[place] = replace(pauses[place], **typed)
        self._on_edit(tuple(pauses))

    def _dropped(self, place: int) -> None:
        self._on_edit(tuple(pause for number, pause in enumerate(self._pauses) if number != place))


class PauseRow:
    """One pause."""

    def __init__(
        self, number: int, on_edit: Callable[[int, dict[str, Any]], None], on_drop: Callable[[int], None]
    ) -> None:
        self.number, self._on_edit = number, on_edit
        names = [("all", ""), *((one.name, key) for key, one in exercises().items())]
        self.fields = {
            "exercise": choice(f"Pause {number}: exercise", names),
            "first_day": day(f"Pause {number}: first day"),
            "last_day": day(f"Pause {number}: last day"),
            "reason": text(f"Pause {number}: reason"),
        }
        self.beside = {key: words("", "problem") for key in self.fields}
        for key, widget in self.fields.items():
            on_change(widget, partial(self._edited, key))
        rows = [beside(widget, self.beside[key]) for key, widget in self.fields.items()]
        self.view = widgets.VBox([*rows, button(f"Take out pause {number}", lambda: on_drop(number - 1))])
        self.view.add_class("backcare-step")

    def show(self, pause: PauseDraft) -> None:
        """Bring the widgets in line with what was typed."""
        for key, widget in self.fields.items():
            widget.value = getattr(pause, key)

    def _edited(self, key: str, change: Any) -> None:
        self._on_edit(self.number - 1, {key: change["new"]})
