"""What a log file asks, each question with its examples and a field for every answer.

Nothing is answered beforehand but what the file itself suggests, and that waits to be confirmed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

import ipywidgets as widgets

from toolkit.forms.fields import button, choice, on_change, seen, text, tick, typed_or_chosen, words
from toolkit.logs.answers import CALLED, date_in_words, said_of
from toolkit.logs.codes import Question
from toolkit.logs.encodings import ENCODINGS
from toolkit.logs.mapping import ENTRY, IGNORE, PAIN
from toolkit.logs.mapping import Mapping as Saved
from toolkit.logs.names import near
from toolkit.plan.catalogue import exercises
from toolkit.typed import shown

WIDE = "720px"
RARE = ("entry_id", "utc_offset_min", "logged_at", "performed_at.1", "performed_at.2", "performed_at.3")
MOST_FIELDS = 60  # of one question at a time: the rest is asked when these are answered
SIDES = {"left": "left", "right": "right", "both": "each side"}
WORDS = {
    "side": {"left": "left", "right": "right", "both": "both sides", "none": "no side"},
    "status": {"done": "done", "not_done": "not done"},
}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
DECIMALS = [
    ("the comma is the decimal mark: 1,5 is one and a half", ","),
    ("the point is; rows with a comma are set aside", "."),
]
CARRIES = [("is the one above", "yes")]
HOLDS = [("of each repetition", "rep"), ("of the whole set", "set")]


class Asked:
    """One question on screen.

    Attributes
    ----------
    view : the widget; fields : the input widgets, by what they answer
    """

    def __init__(
        self, question: Question, *, patients: Sequence[str] = (), current: Mapping[str, Any] | None = None,
        mapping: Saved | None = None,
    ) -> None:  # fmt: skip
        self.question, self._mapping = question, mapping or Saved()
        self.key = question.about.partition("_sided")[0]
        self.fields: dict[str, Any] = {}
        self._suggested = {**question.proposed, **(current or {})}
        build: dict[str, Callable[[], list[widgets.Widget]]] = {
            "patient_id": lambda: [self._typed("Patient (pseudonym)", patients)],
            "zone": lambda: [self._typed("Zone of the patient's clock", sorted(available_timezones()))],
            "exercises": self._exercises,
            "patients": lambda: [self._named(name, text(shown(name))) for name in self._names],
            "columns": self._columns,
        }
        parts = build.get(self.key, self._chosen)()
        heading = words(question.sentence, "sentence")
        self.view = widgets.VBox([heading, *(words(one, "hint") for one in self._hints()), *parts])
        self.view.add_class("backcare-question-of-file")

    def answer(self) -> Any:
        """Return the answer, or None while there is none; a dict of those names that have one."""
        if self.key == "columns":
            return self._columns_answer()
        given = {name: field.value for name, field in self.fields.items() if field.value}
        if self.question.names and self.key != "sheet":
            read = json.loads if self.key == "exercises" else str.strip
            return {name: read(value) for name, value in given.items()} or None
        return next(iter(given.values()), None)

    @property
    def _names(self) -> tuple[str, ...]:
        return self.question.names[:MOST_FIELDS]

    def _hints(self) -> list[str]:
        if self.key == "columns":
            return [f"Its first rows: {shown(one, limit=160)}" for one in self.question.examples]
        if self.question.names:
            more = len(self.question.names) - MOST_FIELDS
            return [f"{more} more are asked when these are answered."] if more > 0 else []
        return [] if self.key == "encoding" else [shown(one, limit=160) for one in self.question.examples]

    def _typed(self, description: str, options: Sequence[str]) -> widgets.Widget:
        field = self._named(self.key, typed_or_chosen(description, options))
        field.value = self._suggested.get(self.key) or ""
        return field

    def _named(self, name: str, field: Any) -> Any:
        self.fields[name] = field
        return field

    def _chosen(self) -> list[widgets.Widget]:
        """Lists to choose from: one for the whole question, or one a name."""
        options = [("", ""), *self._options()]
        names = self._names if self.question.names and self.key != "sheet" else (self.key,)
        labels = {self.key: {"date": "Dates are written as", "decimal": "Decimal mark", "sheet": "Sheet",
                             "hold_of": "Seconds are", "encoding": "The words are",
                             "carry_down": "A blank date"}.get(self.key, "")}  # fmt: skip
        for name in names:
            field = self._named(name, choice(labels.get(name) or self._example(name), options, width=WIDE))
            field.value = self._suggested.get(name) if self._suggested.get(name) in dict(options).values() else ""
        return list(self.fields.values())

    def _options(self) -> list[tuple[str, str]]:
        if self.key == "date":
            return [(date_in_words(form), form) for form in self.question.choices]
        if self.key == "month":
            return [(name, str(number)) for number, name in enumerate(MONTHS, start=1)]
        if self.key in WORDS:
            return [(said, word) for word, said in WORDS[self.key].items()]
        if self.key == "encoding":
            told = zip(self.question.choices, self.question.examples, strict=True)
            return [(f"{shown(words_of, limit=50)} ({ENCODINGS[one]})", one) for one, words_of in told]
        fixed = {"decimal": DECIMALS, "hold_of": HOLDS, "carry_down": CARRIES}
        return fixed.get(self.key) or [(shown(one), one) for one in self.question.choices]

    def _example(self, name: str) -> str:
        """Return a name with how often it stands in the file, where the file tells."""
        told, names = self.question.examples, self.question.names
        return shown(told[names.index(name)] if len(told) == len(names) and name in names else name, limit=60)

    def _exercises(self) -> list[widgets.Widget]:
        usual = exercise_options(by_name=self.question.about == "exercises_sided")
        parts: list[widgets.Widget] = []
        for name in sorted(self._names, key=lambda one: (one not in self._suggested, not near(one))):
            options, wanted = usual, _as_option(self._suggested.get(name))
            told = self._suggested.get(name)
            if wanted not in dict(usual).values() and isinstance(told, Mapping) and told.get("hold_s"):
                options = [*usual, (f"as before: {said_of(told)}", wanted)]
            field = self._named(name, choice(self._example(name), options, width=WIDE))
            field.value = wanted if wanted in dict(options).values() else ""
            parts.append(field)
            if not field.value and (alike := near(name)):
                parts.append(words(f"Looks like {' or '.join(alike)}, and need not be the same.", "quiet"))
        rest = button("Ignore every name without an answer", self._ignore_rest)
        return [*parts, rest]

    def _ignore_rest(self) -> None:
        for field in self.fields.values():
            field.value = field.value or json.dumps(IGNORE)

    def _columns(self) -> list[widgets.Widget]:
        titles = [("", ""), *((shown(one, limit=60), one) for one in self.question.names)]
        for ours in ENTRY:
            suggested = self.suggested_columns.get(ours, ())
            parts = 4 if ours == "performed_at" else 1
            for place in range(parts):
                label = CALLED[ours] if place == 0 else f"Date, part {place + 1} (year, month, day, time apart)"
                field = self._named(f"{ours}.{place}", choice(label, titles))
                field.value = suggested[place] if place < len(suggested) else ""
        self._all = choice(
            "Exercise of every row, if no column tells", exercise_options(by_name=False)[:-2], width=WIDE
        )
        self._carry = tick("A date is written only when it changes: a blank cell takes the one above", width="auto")
        before = {key: self._mapping.constants[key] for key in ("exercise", "side") if key in self._mapping.constants}
        self._all.value = _as_option(before) if _as_option(before) in dict(self._all.options).values() else ""
        self._carry.value = bool(self._mapping.carry_down)
        self._before = self._all.value, self._carry.value
        rare = [field for name, field in self.fields.items() if name.startswith(RARE) and not field.value]
        rare += [self._all, self._carry]
        more = tick("Show the rarer ones: dates in several columns, entry ids, one exercise for all rows", width="auto")
        on_change(more, lambda told: _all_seen(rare, told["new"]))
        _all_seen(rare, False)
        plain = [field for field in self.fields.values() if field not in rare]
        return [*plain, more, *rare]

    @property
    def suggested_columns(self) -> dict[str, tuple[str, ...]]:
        """The columns that stood there at first."""
        return {
            ours: (theirs,) if isinstance(theirs, str) else tuple(theirs) for ours, theirs in self._suggested.items()
        }

    @property
    def extras(self) -> dict[str, Any]:
        """What else was said with the columns of a table, by key of the mapping."""
        if self.key != "columns":
            return {}
        constants, carry = dict(self._mapping.constants), self._mapping.carry_down
        if self._all.value != self._before[0]:
            target = json.loads(self._all.value) if self._all.value else {}
            constants = {key: one for key, one in constants.items() if key not in ("exercise", "side")} | target
        if self._carry.value != self._before[1]:
            carry = ("performed_at",) if self._carry.value else ()
        return {"carry_down": carry, "constants": constants}

    def _columns_answer(self) -> dict[str, tuple[str, ...]] | None:
        found: dict[str, tuple[str, ...]] = {}
        for name, field in self.fields.items():
            if field.value:
                ours = name.partition(".")[0]
                found[ours] = (*found.get(ours, ()), field.value)
        return found or None


def exercise_options(*, by_name: bool) -> list[tuple[str, str]]:
    """Return what a name of the source may stand for, as text on screen and as JSON.

    Parameters
    ----------
    by_name : whether the name alone must tell the side
    """
    options = [("", "")]
    for key, one in exercises().items():
        if not one.sided or not by_name:
            said = f"{one.name} (side as its column says)" if one.sided else one.name
            options.append((said, json.dumps({"exercise": key})))
        if one.sided:
            options += [
                (f"{one.name}, {said}", json.dumps({"exercise": key, "side": side})) for side, said in SIDES.items()
            ]
    if not by_name:
        options.append(("a pain entry, no exercise", json.dumps(PAIN)))
    return [*options, ("none of ours: ignore", json.dumps(IGNORE))]


def _as_option(target: Any) -> str:
    """Return what a mapping says of a name as it stands among the options."""
    if isinstance(target, Mapping):
        return json.dumps({key: target[key] for key in ("exercise", "side", "hold_s") if target.get(key)})
    return json.dumps(target) if target else ""


def _all_seen(parts: Sequence[Any], is_seen: bool) -> None:
    for part in parts:
        seen(part, is_seen)
