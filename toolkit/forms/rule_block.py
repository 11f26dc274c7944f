"""One alert rule of the workbench: what it says, in words, and the few fields it can be changed by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets

from toolkit.forms.fields import Lines, beside, button, choice, on_change, row_of, seen, text, tick, words
from toolkit.measures.rule_drafts import Condition, RuleDraft
from toolkit.measures.rule_words import comparisons, is_yes_or_no, series_words
from toolkit.schema import LEVELS

NUMBER = "number "


class RuleBlock:
    """The fields of one rule; they are seen once somebody wants to change it.

    Parameters
    ----------
    draft : the rule as it is
    on_edit : gets the rule's id, the name of a field and what was typed or chosen
    on_drop : gets the rule's id when a rule that was added is taken out again
    """

    def __init__(
        self, draft: RuleDraft, on_edit: Callable[[str, str, Any], None], on_drop: Callable[[str], None]
    ) -> None:
        self.id, self._on_edit = draft.id, on_edit
        self.name = draft.id.replace("_", " ")
        self.fields = self._made(draft)
        self.beside = {name: words("", "problem") for name in self.fields}
        self.sentence, self.more = words("", "sentence"), Lines("quiet")
        self.change = button(f"Change {self.name}", self._open)
        drop = [] if draft.rule else [button(f"Take out {self.name}", lambda: on_drop(self.id))]
        fields = [beside(self.fields[name], self.beside[name]) for name in self.fields if name != "on"]
        self._body = widgets.VBox(fields)
        seen(self._body, False)
        buttons = row_of(self.fields["on"], self.change, *drop)
        self.view = widgets.VBox([self.sentence, self.more, buttons, self._body])
        self.view.add_class("backcare-step")
        for name, widget in self.fields.items():
            on_change(widget, partial(self._edited, name))

    def tell(self, told: Mapping[str, str], *, sentence: str, more: Sequence[str]) -> None:
        """Show what is wrong beside its field, and the rule in words; a rule with something wrong is opened."""
        for name, label in self.beside.items():
            label.value = told.get(f"{self.id}: {name}", "")
        self.sentence.value = sentence
        self.more.say(more)
        if any(label.value for label in self.beside.values()):
            seen(self._body, True)

    def _made(self, draft: RuleDraft) -> dict[str, Any]:
        made: dict[str, Any] = {"on": tick(f"{self.name}: on", width="auto")}
        made["on"].layout.margin = "2px 16px 2px 2px"
        for place, test in enumerate(draft.when, start=1):
            if not is_yes_or_no(test.series):
                made[f"{NUMBER}{place}"] = text(f"{self.name}: {_asked(test)}")
        made |= {
            "days": text(f"{self.name}: on how many days"),
            "within": text(f"{self.name}: of how many days up to today"),
            "level": choice(f"{self.name}: level", LEVELS),
            "says": text(f"{self.name}: what it says"),
        }
        for name, widget in made.items():
            numbered = name.startswith(NUMBER)
            place = int(name.removeprefix(NUMBER)) - 1 if numbered else 0
            widget.value = draft.when[place].number if numbered else getattr(draft, name)
        return made

    def _open(self) -> None:
        seen(self._body, self._body.layout.display == "none")

    def _edited(self, name: str, change: Any) -> None:
        value = change["new"]
        self._on_edit(self.id, name, value.strip() if isinstance(value, str) else value)


def _asked(test: Condition) -> str:
    """Return the name of the field of a test's number: the series, the comparison, the unit."""
    one = series_words()[test.series]
    return f"{one.words}, {comparisons()[test.compare].format(number='…')} ({one.unit})"
