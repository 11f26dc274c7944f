"""The alerts workbench: choose a set of alert rules, change it, try it on the clinic's own logs, keep it, use it."""

from __future__ import annotations

import hashlib
import json
import secrets
from functools import partial
from typing import Any

import ipywidgets as widgets

from toolkit.errors import Problem, ToolkitError
from toolkit.forms import markup
from toolkit.forms.clinic import AlertingClinic
from toolkit.forms.fields import Shown, beside, button, choice, on_change, row_of, seen, text, words
from toolkit.forms.rule_block import NUMBER, RuleBlock
from toolkit.forms.tried import Tried
from toolkit.measures.alert_rules import Preset, presets
from toolkit.measures.backtest import back_test
from toolkit.measures.rule_drafts import SetDraft, condition, draft_in_words, draft_of, review, review_test
from toolkit.measures.rule_words import comparisons, is_yes_or_no, series_words
from toolkit.plan.wording import day_in_words

NEW = ("series", "compare", "number")  # fields of a rule to add


class AlertWorkbench(Shown):
    """A form in which a therapist chooses, changes, tries and keeps sets of alert rules.

    Parameters
    ----------
    clinic : a `Store`, or anything that does what `AlertingClinic` says

    Attributes
    ----------
    view : the widget; draft : the set as it is typed; preset : the set it makes, None while something is wrong
    problems : what is wrong; blocks : the rules on screen, by id
    tried : the last back-test; status : what happened last
    """

    tells = "choose and try alert rules"

    def __init__(self, clinic: AlertingClinic) -> None:
        self.clinic = clinic
        self.draft: SetDraft | None = None
        self.preset: Preset | None = None
        self.problems: tuple[Problem, ...] = ()
        self.blocks: dict[str, RuleBlock] = {}
        self._sets: dict[str, Preset] = {}
        self._typed: dict[str, SetDraft] = {}  # what was typed of each set and not saved
        self._acts, self._session, self._reading = 0, secrets.token_hex(8), False
        self._own_fields = _fields()
        self.beside = {name: words("", "problem") for name in ("rules", *(f"new: {one}" for one in NEW))}
        self.in_use, self.about = words("", "quiet"), words("", "quiet")
        self.tried, self.status, self._rules = Tried(), widgets.HTML(), widgets.VBox()
        self.add = button("Add this rule", self._add)
        self.test = button("Try it on our own logs", partial(self._try, self._test), primary=True)
        self.save = button("Save as the clinic's own", partial(self._try, self._save))
        self.use = button("Use this set in the clinic", partial(self._try, self._use))
        self._watch()
        self.view = self._laid_out()
        self._show()
        self._try(self.refresh)

    @property
    def fields(self) -> dict[str, Any]:
        """The input widgets by name; those of a rule begin with its id, as in `pain_high: number 1`."""
        of_rules = {f"{key}: {name}": one for key, block in self.blocks.items() for name, one in block.fields.items()}
        return self._own_fields | of_rules

    def refresh(self, choose: str | None = None) -> str:
        """Read the sets and which is in use again, and show the one that was shown, or `choose`."""
        self._sets, used = self.clinic.alert_presets(), self.clinic.alert_rules_in_use()
        chosen = choose or self._own_fields["set"].value or used.name
        self._reading = True
        names = [(_name(name, used.name), name) for name in self._sets]
        for field in ("set", "other"):
            self._own_fields[field].options = [("", ""), *names]
        self._own_fields["set"].value = chosen if chosen in self._sets else ""
        self._reading = False
        said = "as it comes; nobody has chosen yet"
        if used.chosen_at:
            said = f"chosen by {used.chosen_by} on {day_in_words(used.chosen_at.date())}"
        self.in_use.value = f"In use: {used.name}, {said}."
        self._choose()
        return ""

    def _watch(self) -> None:
        on_change(self._own_fields["set"], lambda _: self._try(self._choose))
        on_change(self._own_fields["other"], lambda _: self.tried.clear())
        on_change(self._own_fields["new: series"], lambda _: self._show_new())

    def _laid_out(self) -> widgets.VBox:
        own = self._own_fields
        banner = widgets.VBox([words(f"{self.clinic.name}: alert rules", "whose")])
        banner.add_class("backcare-banner")
        self._new = {name: beside(own[f"new: {name}"], self.beside[f"new: {name}"]) for name in NEW}
        view = widgets.VBox([
            markup.style(), banner, self.in_use, own["set"], self.about, self._rules, self.beside["rules"],
            words("Add a rule", "head"), *self._new.values(), self.add,
            words("Try it", "head"), own["other"], self.test, self.tried.view,
            words("Keep it", "head"), own["by"], own["name"], row_of(self.save, self.use), self.status,
        ])  # fmt: skip
        view.add_class("backcare-form")
        view.add_class("backcare-workbench")
        return view

    def _choose(self) -> str:
        """Show the chosen set; what was typed of it before is still there."""
        if self._reading:
            return ""
        name = self._own_fields["set"].value
        self.draft = self._typed.get(name) or (draft_of(name, self._sets[name]) if name else None)
        self._own_fields["other"].value = name
        self._rebuild()
        return ""

    def _rebuild(self) -> None:
        rules = self.draft.rules if self.draft else ()
        self.blocks = {one.id: RuleBlock(one, self._edit, self._drop) for one in rules}
        self._rules.children = [block.view for block in self.blocks.values()]
        self._show_new()
        self._show()

    def _edit(self, rule_id: str, field: str, value: Any) -> None:
        assert self.draft is not None
        if field.startswith(NUMBER):
            self.draft = self.draft.with_number(rule_id, int(field.removeprefix(NUMBER)) - 1, value)
        else:
            self.draft = self.draft.with_rule(rule_id, **{field: value})
        self._show()

    def _drop(self, rule_id: str) -> None:
        assert self.draft is not None
        self.draft = self.draft.without(rule_id)
        self._rebuild()

    def _add(self) -> None:
        test = condition(*(self._own_fields[f"new: {name}"].value.strip() for name in NEW))
        told = {problem.where: problem.message for problem in review_test(test)}
        for name in NEW:
            self.beside[f"new: {name}"].value = told.get(name, "")
        if self.draft is None or told:
            return
        self.draft = self.draft.with_new(test)
        self._own_fields["new: series"].value = self._own_fields["new: number"].value = ""
        self._rebuild()

    def _show_new(self) -> None:
        series = self._own_fields["new: series"].value
        for name in ("compare", "number"):
            seen(self._new[name], not series or not is_yes_or_no(series))

    def _show(self) -> None:
        """Bring the view in line with what was typed; a back-test of something else goes."""
        self.tried.clear()
        draft = self.draft
        self.preset, self.problems = review(draft, on=self.clinic.now().date()) if draft else (None, ())
        told = {problem.where: problem.message for problem in self.problems}
        self.beside["rules"].value = told.get("rules", "")
        for one in draft.rules if draft else ():
            sentence, more = draft_in_words(one)
            self.blocks[one.id].tell(told, sentence=sentence, more=more)
        self.about.value = ""
        if draft:
            self._typed.pop(draft.base, None)
            if draft.is_changed:
                self._typed[draft.base] = draft
            changed = " Changed here, not saved yet." if draft.is_changed else ""
            self.about.value = f"{draft.preset.about}; checked on {day_in_words(draft.preset.checked_on)}.{changed}"
        for act in (self.test, self.save, self.use):
            act.disabled = self.preset is None

    def _test(self) -> str:
        draft, preset, other = self.draft, self.preset, self._own_fields["other"].value
        if draft is None or preset is None:
            raise ToolkitError("Choose a set of rules first.")
        self.status.value = markup.status("Trying the rules on every past day.")
        sets = {f"{draft.base}, changed" if draft.is_changed else draft.base: preset}
        sets |= {other: self._sets[other]} if other and other not in sets else {}
        rules, tables = self.clinic.rules(), (self.clinic.prescriptions(), self.clinic.log())
        pauses = self.clinic.pauses()
        found = {name: back_test(*tables, rules, pauses=pauses, preset=one) for name, one in sets.items()}
        self.tried.show(found, preset, gap_days=rules.gap_days)
        alone = " To compare, change a rule or choose another set." if len(sets) == 1 else ""
        return f"Tried on the days up to {day_in_words(rules.as_of)}.{alone}"

    def _save(self) -> str:
        draft, preset = self.draft, self.preset
        by, name = self._given("your name", "by"), self._given("a name for the set", "name")
        if draft is None or preset is None:
            raise ToolkitError("Choose a set of rules first.")
        there = name in self._sets
        self.clinic.save_alert_rules(name, preset, by=by, operation=self._operation("save", name, preset))
        self._acts += 1
        for done in (draft.base, name):
            self._typed.pop(done, None)
        self.refresh(choose=name)
        return f"Saved as {name}." + (" The one before stays in the history." if there else "")

    def _use(self) -> str:
        draft, by = self.draft, self._given("your name", "by")
        if draft is None or draft.is_changed:
            raise ToolkitError("Save the changes first: only a set that is saved can be in use.")
        self.clinic.use_alert_rules(draft.base, by=by, operation=self._operation("use", draft.base, draft.preset))
        self._acts += 1
        self.refresh()
        return f"{draft.base} is in use from now on."

    def _given(self, what: str, field: str) -> str:
        if value := self._own_fields[field].value.strip():
            return str(value)
        raise ToolkitError(f"Give first: {what}.")

    def _operation(self, act: str, name: str, preset: Preset) -> str:
        """Return the id of an act: pressed again with the same filled in, it is the same."""
        said = [self._session, self._acts, act, name, preset.model_dump(mode="json")]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _fields() -> dict[str, Any]:
    series = [("", ""), *((one.words, name) for name, one in series_words().items())]
    compare = [(told.format(number="…"), sign) for sign, told in comparisons().items()]
    return {
        "set": choice("Set of rules", [("", "")]),
        "other": choice("Compare with", [("", "")]),
        "new: series": choice("New rule: what is tested", series),
        "new: compare": choice("New rule: how", compare),
        "new: number": text("New rule: number"),
        "by": text("Your name"),
        "name": text("Name of the set"),
    }


def _name(name: str, used: str) -> str:
    """Return a set as the list names it: whether it is the clinic's own, and whether it is in use."""
    own = "" if name in presets() else ", the clinic's own"
    return f"{name}{own}{', in use' if name == used else ''}"
