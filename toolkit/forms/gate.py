"""The red flags and cautions of the planner form; nothing is answered beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets as widgets

from toolkit.forms.fields import beside, button, choice, day, lines, question, seen, text, words
from toolkit.plan.catalogue import exercises
from toolkit.plan.evidence_card import FLAGS, cautions_touch
from toolkit.plan.gate_words import day_in_words
from toolkit.plan.questions import Caution, Family, question_set
from toolkit.plan.screening import Screening
from toolkit.plan.screening_draft import ScreeningDraft

Edit = Callable[[Callable[[ScreeningDraft], ScreeningDraft]], None]


class GateBlock:
    """The four families, the cautions, and the release of what is held.

    Parameters
    ----------
    on_edit : gets what to do to the draft of the screening
    now : gives the time of an answer
    """

    def __init__(self, on_edit: Edit, now: Callable[[], Any]) -> None:
        self._on_edit, self._now = on_edit, now
        asked = question_set()
        self.questions = {key: question(f"{one.text}") for key, (_, one) in asked.questions.items()}
        self.cautions = {key: question(one.text) for key, one in asked.cautions.items()}
        self.considered = {
            key: text(f"Considered: {one.text}") for key, (_, one) in asked.questions.items() if not one.holds
        }
        self.decisions = {f"{key}: {name}": DecisionRow(one, name, self._decide)
                          for key, one in asked.cautions.items() for name in one.touches if one.supported}  # fmt: skip
        self.people = {"asked_by": text("Asked by"), "note": text("Note on the screening")}
        releases = [("", ""), *((told, key) for key, told in asked.releases.items())]
        self.release = {
            "reviewed_by": text("Looked at by (physician)"),
            "reviewed_on": day("Looked at on"),
            "found": lines("What was found"),
            "decision": choice("Decision", releases),
            "reason": lines("Reason for the decision"),
            "emergency_assessed_on": day("Emergency assessment on"),
        }
        self.beside = {
            key: words("", "problem") for key in (*self.questions, *self.cautions, *self.people, *self.release)
        }
        self._acts = {key: words(one.act, "act") for key, one in asked.families.items()}
        self.asked = words("", "quiet")
        self._families = {key: words("", "quiet") for key in asked.families}
        self._watch()
        release = [beside(widget, self.beside[key]) for key, widget in self.release.items()]
        self.release_view = widgets.VBox([words("Release of what is held", "head"), *release])
        self.release_view.add_class("backcare-exercise")
        self.view = widgets.VBox([
            beside(self.people["asked_by"], self.beside["asked_by"]),
            *(self._family(one) for one in asked.families.values()),
            words(asked.not_covered, "quiet"),
            self.release_view,
            words("Cautions", "head"),
            words("They do not hold a regimen; each is answered, and decided for every exercise it touches.", "quiet"),
            *(self._caution(one) for one in asked.cautions.values()),
            beside(self.people["note"], self.beside["note"]),
            self.asked,
        ])  # fmt: skip

    @property
    def fields(self) -> dict[str, widgets.Widget]:
        """The input widgets, by question, caution, decision and field of the release."""
        decisions = {
            f"{key}: {part}": widget for key, row in self.decisions.items() for part, widget in row.fields.items()
        }
        considered = {f"considered {key}": widget for key, widget in self.considered.items()}
        return {**self.people, **self.questions, **considered, **self.cautions, **decisions, **self.release}

    def show(self, draft: ScreeningDraft, prescribed: Iterable[str], screening: Screening | None) -> None:
        """Bring the widgets in line with what was answered; only what must be decided is seen."""
        for key, widget in self.questions.items():
            widget.value = draft.answers.get(key, "")
        for key, widget in self.considered.items():
            widget.value = draft.considered.get(key, "")
            seen(widget, draft.answers.get(key) == "yes")
        for key, widget in self.cautions.items():
            widget.value = draft.cautions.get(key, "")
        met = {key for key, one in question_set().cautions.items() if draft.cautions.get(key) == one.careful}
        on = set(prescribed)
        for where, row in self.decisions.items():
            caution, _, exercise = where.partition(": ")
            row.show(*draft.decisions.get(where, ("", "")))
            seen(row.view, caution in met and (exercise in on or where in draft.decisions))
        for fields in (self.people, self.release):
            for key, widget in fields.items():
                widget.value = getattr(draft, key)
        holding = {family.id for family in screening.families} if screening else set()
        for key, label in self._acts.items():
            seen(label, key in holding)
        seen(self.release_view, bool(holding))
        since = f" Anything new since {day_in_words(draft.since)}?" if draft.since else ""
        for key, label in self._families.items():
            label.value = question_set().families[key].asks + since
        self.asked.value = (
            f"Last answer on {day_in_words(draft.asked_at)}, {draft.asked_at:%H:%M}." if draft.asked_at else ""
        )

    def tell(self, told: Mapping[str, str]) -> None:
        """Show what is wrong beside its field; that a question is open is counted elsewhere."""
        for key, label in self.beside.items():
            found = told.get({"asked_by": "screened_by"}.get(key, key), "")
            label.value = "" if found.startswith("is not answered") else found
        for where, row in self.decisions.items():
            row.problem.value = told.get(where, "")

    def _watch(self) -> None:
        for key, widget in self.questions.items():
            widget.observe(partial(self._answered, key), names="value")
        for key, widget in self.cautions.items():
            widget.observe(partial(self._cautioned, key), names="value")
        for key, widget in self.considered.items():
            widget.observe(partial(self._thought, key), names="value")
        for key, widget in (self.people | self.release).items():
            widget.observe(partial(self._typed, key), names="value")

    def _family(self, family: Family) -> widgets.Widget:
        rows = []
        for one in family.questions:
            rows.append(beside(self.questions[one.id], self.beside[one.id]))
            rows += [self.considered[one.id]] if one.id in self.considered else []
        none = button(f"{family.name}: asked, none of these", partial(self._none_of, family.id))
        view = widgets.VBox([words(family.name, "head"), self._families[family.id], *rows, none, self._acts[family.id]])
        view.add_class("backcare-exercise")
        return view

    def _caution(self, caution: Caution) -> widgets.Widget:
        decisions = [row.view for where, row in self.decisions.items() if where.startswith(f"{caution.id}: ")]
        basis = f"Basis: {FLAGS[caution.flag]}."
        why = words(f"Touches {cautions_touch(caution.touches)}. {caution.why} {basis}", "quiet")
        view = widgets.VBox([beside(self.cautions[caution.id], self.beside[caution.id]), why, *decisions])
        view.add_class("backcare-caution")
        return view

    def _answered(self, key: str, change: Any) -> None:
        self._on_edit(lambda draft: draft.answering(key, change["new"], self._now()))

    def _none_of(self, family: str) -> None:
        self._on_edit(lambda draft: draft.none_of(family, self._now()))

    def _cautioned(self, key: str, change: Any) -> None:
        self._on_edit(lambda draft: draft.cautioning(key, change["new"], self._now()))

    def _thought(self, key: str, change: Any) -> None:
        self._on_edit(lambda draft: replace(draft, considered=draft.considered | {key: change["new"].strip()}))

    def _typed(self, key: str, change: Any) -> None:
        value = change["new"]
        self._on_edit(lambda draft: replace(draft, **_said(key, value)))

    def _decide(self, where: str, do: str, said: str) -> None:
        self._on_edit(lambda draft: draft.deciding(where, do, said))


def _said(key: str, value: Any) -> dict[str, Any]:
    return {key: value.strip() if isinstance(value, str) else value}


class DecisionRow:
    """What is decided of one exercise that a caution touches: leave out, adapt or go on, with its words."""

    def __init__(self, caution: Caution, exercise: str, on_edit: Callable[[str, str, str], None]) -> None:
        where, name = f"{caution.id}: {exercise}", exercises()[exercise].name
        title = caution.id.replace("_", " ").capitalize()
        options = [("", ""), *((one.words, key) for key, one in question_set().decisions.items())]
        self.fields = {"do": choice(f"{title}: {name}", options), "words": text(f"{title}: {name}: how or why")}
        self.problem = words("", "problem")
        self.view = widgets.VBox([beside(self.fields["do"], self.problem), self.fields["words"]])
        for widget in self.fields.values():
            widget.observe(
                lambda _: on_edit(where, self.fields["do"].value, self.fields["words"].value.strip()), names="value"
            )

    def show(self, do: str, said: str) -> None:
        """Bring the widgets in line with what was decided."""
        self.fields["do"].value, self.fields["words"].value = do, said
        seen(self.fields["words"], do in ("adapt", "go_on"))
