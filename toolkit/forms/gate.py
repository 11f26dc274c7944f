"""The red flags and cautions of the planner form; nothing is answered beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

import ipywidgets as widgets

from toolkit.forms.fields import beside, button, choice, day, lines, on_change, question, seen, text, words
from toolkit.plan import asking
from toolkit.plan.catalogue import exercises
from toolkit.plan.evidence_card import FLAGS, cautions_touch
from toolkit.plan.questions import Caution, Family, question_set
from toolkit.plan.screening import RELEASE, CautionAnswer, Screening, Verdict
from toolkit.plan.wording import day_in_words

Edit = Callable[[Callable[[Screening], Screening]], None]


class GateBlock:
    """The four families, the cautions, and the release of what is held.

    Parameters
    ----------
    on_edit : gets what to do to the screening as it is asked
    on_leave_out : gets the exercise that is to be left out
    now : gives the time of an answer
    """

    def __init__(self, on_edit: Edit, on_leave_out: Callable[[str], None], now: Callable[[], Any]) -> None:
        self._on_edit, self._on_leave_out, self._now = on_edit, on_leave_out, now
        asked = question_set()
        self.questions = {key: question(f"{one.text}") for key, (_, one) in asked.questions.items()}
        self.cautions = {key: question(one.text) for key, one in asked.cautions.items()}
        self.considered = {
            key: text(f"Considered: {one.text}") for key, (_, one) in asked.questions.items() if not one.holds
        }
        self.decisions = {f"{key}: {name}": DecisionRow(one, name, self._decide)
                          for key, one in asked.cautions.items() for name in one.touches if one.supported}  # fmt: skip
        self.people = {"screened_by": text("Asked by"), "note": text("Note on the screening")}
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
        self.again = button("Ask everything again", lambda: self._on_edit(lambda _: Screening()))
        self._families = {key: words("", "quiet") for key in asked.families}
        self._watch()
        self.view = self._top_to_bottom()

    def _top_to_bottom(self) -> widgets.Widget:
        asked = question_set()
        release = [beside(widget, self.beside[key]) for key, widget in self.release.items()]
        self.release_view = widgets.VBox([words("Release of what is held", "head"), *release])
        self.release_view.add_class("backcare-exercise")
        return widgets.VBox([
            beside(self.people["screened_by"], self.beside["screened_by"]),
            *(self._family(one) for one in asked.families.values()),
            words(asked.not_covered, "quiet"),
            self.release_view,
            words("Cautions", "head"),
            words("They do not hold a regimen; each is answered, and decided for every exercise it touches.", "quiet"),
            *(self._caution(one) for one in asked.cautions.values()),
            beside(self.people["note"], self.beside["note"]),
            self.asked, self.again,
        ])  # fmt: skip

    @property
    def fields(self) -> dict[str, widgets.Widget]:
        """The input widgets, by question, caution, decision and field of the release."""
        decisions = {
            f"{key}: {part}": widget for key, row in self.decisions.items() for part, widget in row.fields.items()
        }
        considered = {f"considered {key}": widget for key, widget in self.considered.items()}
        return {**self.people, **self.questions, **considered, **self.cautions, **decisions, **self.release}

    def show(self, draft: Screening, prescribed: Iterable[str], verdict: Verdict, since: date | None) -> None:
        """Bring the widgets in line with what was answered; only what must be decided is seen."""
        for key, widget in self.questions.items():
            widget.value = draft.answers.get(key, "")
        for key, widget in self.considered.items():
            widget.value = draft.considered.get(key, "")
            seen(widget, draft.answers.get(key) == "yes")
        answered = {key: draft.cautions.get(key, CautionAnswer()) for key in self.cautions}
        for key, widget in self.cautions.items():
            widget.value = "" if answered[key].answer == "not_asked" else answered[key].answer
        met = {key for key, one in question_set().cautions.items() if answered[key].answer == one.careful}
        on = set(prescribed)
        for where, row in self.decisions.items():
            caution, _, exercise = where.partition(": ")
            made = answered[caution].exercises.get(exercise)
            row.show(made.do if made else "", made.words if made else "")
            seen(row.view, caution in met and (exercise in on or made is not None))
        for fields in (self.people, self.release):
            for key, widget in fields.items():
                value = getattr(draft, key)
                widget.value = value if value is not None or isinstance(widget, widgets.DatePicker) else ""
        acting = {family.id for family in verdict.families}
        for key, label in self._acts.items():
            seen(label, key in acting)
        seen(self.release_view, bool(verdict.signs) or any(getattr(draft, name) for name in RELEASE))
        new = f" Anything new since {day_in_words(since)}?" if since else ""
        for key, label in self._families.items():
            label.value = question_set().families[key].asks + new
        begun = draft.screened_at
        self.asked.value = (
            f"First answer on {day_in_words(begun)}, {begun:%H:%M}; it is as old as that." if begun else ""
        )
        seen(self.again, begun is not None)

    def tell(self, told: Mapping[str, str]) -> None:
        """Show what is wrong beside its field; that a question is open is counted elsewhere."""
        for key, label in self.beside.items():
            found = told.get(key, "")
            label.value = "" if found.startswith("is not answered") else found
        for where, row in self.decisions.items():
            row.problem.value = told.get(where, "")

    def _watch(self) -> None:
        for key, widget in self.questions.items():
            on_change(widget, partial(self._answered, key))
        for key, widget in self.cautions.items():
            on_change(widget, partial(self._cautioned, key))
        for key, widget in self.considered.items():
            on_change(widget, partial(self._thought, key))
        for key, widget in (self.people | self.release).items():
            on_change(widget, partial(self._typed, key))

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
        self._on_edit(lambda asked: asking.answering(asked, key, change["new"], self._now()))

    def _none_of(self, family: str) -> None:
        self._on_edit(lambda asked: asking.none_of(asked, family, self._now()))

    def _cautioned(self, key: str, change: Any) -> None:
        self._on_edit(lambda asked: asking.cautioning(asked, key, change["new"], self._now()))

    def _thought(self, key: str, change: Any) -> None:
        said = change["new"].strip()
        self._on_edit(lambda asked: asked.model_copy(update={"considered": asked.considered | {key: said}}))

    def _typed(self, key: str, change: Any) -> None:
        value = change["new"].strip() if isinstance(change["new"], str) else change["new"]
        self._on_edit(lambda asked: asked.model_copy(update={key: value or None}))

    def _decide(self, where: str, do: str, said: str) -> None:
        caution, _, exercise = where.partition(": ")
        self._on_edit(lambda asked: asking.deciding(asked, caution, exercise, do, said))
        if do == "leave_out":
            self._on_leave_out(exercise)


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
            on_change(widget, lambda _: on_edit(where, self.fields["do"].value, self.fields["words"].value.strip()))

    def show(self, do: str, said: str) -> None:
        """Bring the widgets in line with what was decided."""
        self.fields["do"].value, self.fields["words"].value = do, said
        seen(self.fields["words"], do in ("adapt", "go_on"))
