"""A set of alert rules while somebody edits it: what was typed, and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from toolkit.errors import Problem, SettingsError
from toolkit.measures.alert_rules import AlertRule, Preset, parse
from toolkit.measures.rule_words import SHARE, is_yes_or_no, rule_in_words, series_words, told_in_words
from toolkit.typed import shown

CHANGED = "changed by the clinic; it was: "
OWN_SOURCE, OWN_FLAG = "the clinic's own rule", "E"
NUMBER = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,6})?", re.ASCII)
WHOLE = re.compile(r"[0-9]{1,6}", re.ASCII)
MAX_LINE = 200  # characters, as in `AlertRule`


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of a rule as typed: a series, a comparison, a number."""

    series: str = ""
    compare: str = ">="
    number: str = ""


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as typed; `rule` is what it was before, None where it is new."""

    id: str
    when: tuple[Condition, ...]
    days: str = "1"
    within: str = "1"
    level: str = "attention"
    says: str = ""
    on: bool = True
    rule: AlertRule | None = None


@dataclass(frozen=True, slots=True)
class SetDraft:
    """A set of rules as typed; `base` is the name of the set it was begun from, `preset` that set."""

    base: str
    preset: Preset
    rules: tuple[RuleDraft, ...]

    def with_rule(self, rule_id: str, **typed: Any) -> SetDraft:
        """Return the draft with other text in one rule."""
        rules = tuple(replace(one, **typed) if one.id == rule_id else one for one in self.rules)
        return replace(self, rules=rules)

    def with_number(self, rule_id: str, place: int, number: str) -> SetDraft:
        """Return the draft with another number in one test of a rule."""
        when = next(list(one.when) for one in self.rules if one.id == rule_id)
        when[place] = replace(when[place], number=number)
        return self.with_rule(rule_id, when=tuple(when))

    def with_new(self, test: Condition) -> SetDraft:
        """Return the draft with one rule more, of one test, named after its series."""
        taken = {one.id for one in self.rules}
        names = [test.series, *(f"{test.series}_{count}" for count in range(2, len(taken) + 3))]
        new = RuleDraft(
            id=next(name for name in names if name not in taken), when=(test,), says=series_words()[test.series].says
        )
        return replace(self, rules=(*self.rules, new))

    def without(self, rule_id: str) -> SetDraft:
        """Return the draft without one rule."""
        return replace(self, rules=tuple(one for one in self.rules if one.id != rule_id))

    @property
    def is_changed(self) -> bool:
        """Whether anything is other than in the set it was begun from."""
        return self.rules != draft_of(self.base, self.preset).rules


def draft_of(name: str, preset: Preset) -> SetDraft:
    """Return a set of rules as if it had been typed."""
    return SetDraft(name, preset, tuple(_rule_draft(rule) for rule in preset.rule))


def review(draft: SetDraft, *, on: date) -> tuple[Preset | None, tuple[Problem, ...]]:
    """Return the set of rules if the draft is right, else None and what to fix, each with its rule and field.

    A rule whose tests, days or level were changed says so in its source, and has no flag of that source any more.
    """
    kept = [one for one in draft.rules if one.on]
    found = [_rule(one) for one in kept]
    problems = tuple(problem for _, some in found for problem in some)
    if not kept:
        return None, (Problem("rules", "at least one rule must be on"),)
    if problems:
        return None, problems
    if not draft.is_changed:
        return draft.preset, ()
    rules = tuple(rule for rule, _ in found if rule is not None)
    about = f"the clinic's own, begun from {draft.base}"
    return Preset(about=about, checked_on=on, rule=rules), ()


def draft_in_words(draft: RuleDraft) -> tuple[str, tuple[str, ...]]:
    """Return a rule as typed in words, then what it says and its source; while something is wrong, that alone."""
    rule, _ = _rule(draft)
    if rule is None:
        return f"{draft.id.replace('_', ' ')}: cannot be used as typed", ()
    off = "" if draft.on else "Off: "
    return f"{off}{rule_in_words(rule)}", told_in_words(rule)


def condition(series: str, compare: str, number: str) -> Condition:
    """Return a new test as typed; a series that knows yes and no alone is tested for yes."""
    if series and is_yes_or_no(series):
        return Condition(series, "==", "1")
    return Condition(series, compare, number)


def review_test(test: Condition) -> tuple[Problem, ...]:
    """Return what is wrong with a test as typed."""
    if not test.series:
        return (Problem("series", "is missing: choose what to test"),)
    if told := _number(test):
        return (Problem("number", told),)
    return ()


def _rule_draft(rule: AlertRule) -> RuleDraft:
    tests = []
    for text in rule.when:
        series, compare, number = parse(text)
        tests.append(Condition(series, compare, f"{number:.6f}".rstrip("0").rstrip(".")))
    days, within = str(rule.days), str(rule.within)
    return RuleDraft(rule.id, tuple(tests), days, within, rule.level, rule.says, rule=rule)


def _rule(draft: RuleDraft) -> tuple[AlertRule | None, list[Problem]]:
    """Return the rule of a draft, or what is wrong with it."""
    told = {f"number {place}": _number(test) for place, test in enumerate(draft.when, start=1)}
    problems = [Problem(f"{draft.id}: {name}", words) for name, words in told.items() if words]
    typed: dict[str, Any] = {
        "id": draft.id, "days": _whole(draft.days), "within": _whole(draft.within), "level": draft.level,
        "says": draft.says.strip(), "source": OWN_SOURCE, "flag": OWN_FLAG,
        "when": ["pain_max >= 0"] if problems else [f"{one.series} {one.compare} {one.number}" for one in draft.when],
    }  # fmt: skip
    try:
        rule = AlertRule(**typed)
    except SettingsError as error:
        return None, problems + [_placed(draft.id, one) for one in error.problems]
    return (None, problems) if problems else (_with_source(rule, draft.rule), [])


def _placed(rule_id: str, problem: Problem) -> Problem:
    """Return a problem of the model at its field: one of the rule as a whole is told beside its days."""
    own = f"{rule_id}: "
    return Problem(f"{own}{problem.where or 'days'}", problem.message.removeprefix(own).removeprefix("days "))


def _with_source(rule: AlertRule, before: AlertRule | None) -> AlertRule:
    """Return the rule with where it comes from: that of the rule before, unless it asks something else now."""
    if before is None:
        return rule
    if _asks(rule) == _asks(before):
        return rule.model_copy(update={"source": before.source, "flag": before.flag})
    source = before.source if before.source.startswith((CHANGED, OWN_SOURCE)) else CHANGED + before.source
    return rule.model_copy(update={"source": source[:MAX_LINE]})


def _asks(rule: AlertRule) -> tuple[Any, ...]:
    return [parse(text) for text in rule.when], rule.days, rule.within, rule.level


def _number(test: Condition) -> str:
    """Return what is wrong with the number of a test; nothing where it is right."""
    one = series_words()[test.series]
    accepted = f"must be a number from {one.least:g} to {one.most:g}"
    accepted += ", a share such as 0.6 for 60 %" if one.unit.startswith(SHARE) else ""
    if not NUMBER.fullmatch(test.number):
        return f"{accepted}; found {shown(test.number)}"
    return "" if one.least <= float(test.number) <= one.most else f"{accepted}; found {shown(test.number)}"


def _whole(text: str) -> int | str:
    """Return a whole number as typed; anything else as it is, for the model to refuse."""
    return int(text) if WHOLE.fullmatch(text) else text
