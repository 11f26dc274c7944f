"""What was done about a patient: reviewed, called or adjusted, by whom, with a note, and when to look again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets

from toolkit.forms.fields import button, choice, day, lines, on_change, row_of, seen, text, words
from toolkit.forms.round import AGAIN

ON_A_DAY = "on a day"
LABELS = "160px"  # wide enough for the longest of these names
ACTIONS = {"reviewed": "Reviewed", "called": "Called", "adjusted": "Adjusted"}


class ActingBlock:
    """The fields and buttons below a patient's page.

    Parameters
    ----------
    on_act : gets reviewed, called or adjusted
    on_adjust : opens the planner; on_report : makes the patient's report
    on_late : is told of a press that was meant for the page before

    Attributes
    ----------
    view : the widget; fields : the input widgets by name; buttons : those of `ACTIONS`, `adjust` and `report`
    file : the link to what was made
    """

    def __init__(
        self, on_act: Callable[[str], None], on_adjust: Callable[[], None], on_report: Callable[[], None],
        on_late: Callable[[], None],
    ) -> None:  # fmt: skip
        self.fields: dict[str, Any] = {
            "by": text("Your name"),
            "again": choice("Look again", [("", ""), *((one, one) for one in AGAIN), (ON_A_DAY, ON_A_DAY)]),
            "again_on": day("Look again on"),
            "note": lines("Note on what was done"),
        }
        for field in self.fields.values():
            field.style = {"description_width": LABELS}
        on_change(self.fields["again"], lambda _: seen(self.fields["again_on"], self.by_day))
        seen(self.fields["again_on"], False)
        self._acts = {name: partial(on_act, name) for name in ACTIONS} | {"adjust": on_adjust, "report": on_report}
        self._late, self._row = on_late, row_of()
        self.buttons: dict[str, widgets.Button] = {}
        self.renew()
        self.file = widgets.HTML()
        self.view = widgets.VBox([
            words("What was done", "head"), *self.fields.values(), self._row, self.file,
            words("Each keeps who and when. The patient leaves the list until the day named, or a new safety sign.",
                  "quiet"),
        ])  # fmt: skip

    def renew(self) -> None:
        """Lay out buttons for the page now shown: a second press, or one on its way meanwhile, was not meant for it."""
        told = ACTIONS | {"adjust": "Adjust the regimen", "report": "Make the report (PDF)"}
        made: dict[str, widgets.Button] = {}
        for name, act in self._acts.items():
            made[name] = button(told[name], partial(self._pressed, made, act), primary=name in ACTIONS)
        self.buttons, self._row.children = made, tuple(made.values())

    def _pressed(self, made: dict[str, widgets.Button], act: Callable[[], None]) -> None:
        act() if made is self.buttons else self._late()

    @property
    def by_day(self) -> bool:
        """Whether a day of its own is to be named."""
        return bool(self.fields["again"].value == ON_A_DAY)

    def filled(self) -> dict[str, Any]:
        """Return what was filled in, as `Round.keep` takes it."""
        again = self.fields["again"].value
        return {
            "by": self.fields["by"].value, "note": self.fields["note"].value, "again": "" if self.by_day else again,
            "again_on": self.fields["again_on"].value if self.by_day else None,
        }  # fmt: skip

    def clear(self) -> None:
        """Forget what was written about one patient before another is shown; the name and the interval stay."""
        self.fields["note"].value = self.file.value = ""
        self.fields["again_on"].value = None
