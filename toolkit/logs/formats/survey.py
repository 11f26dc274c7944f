"""A look at a whole table before a row of it is read: what cannot be known from the file is asked, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from toolkit.logs.codes import Question
from toolkit.logs.dates import DateColumn, DateForm
from toolkit.logs.formats.base import Request
from toolkit.logs.mapping import IGNORE, Target
from toolkit.logs.names import proposal, word_proposals
from toolkit.plan.catalogue import exercises
from toolkit.plan.wording import day_in_words
from toolkit.schema import SIDES, STATUSES
from toolkit.typed import shown

MOST_NAMES = 500  # distinct names that one question lists
NUMBERS = ("sets", "reps", "hold_s", "pain")
CHOICES = {"side": SIDES, "status": STATUSES}


class Survey:
    """Sees every row's texts by our columns, then says what must be asked.

    Parameters
    ----------
    titles : the file's name of each of our columns that it has
    forms : of dates, as the format writes them
    sets : whether a row is a set of an app, not an entry: a name of ours is then asked for like any other
    """

    def __init__(
        self, request: Request, *, titles: Mapping[str, str], forms: Iterable[str] = (), sets: bool = False
    ) -> None:
        mapping = request.mapping
        self._sets = sets
        self.request, self.mapping, self.titles = request, mapping, titles
        self._forms = [DateForm(form, mapping.months) for form in forms]
        self._in_form: Counter[str] = Counter()
        self.dates = DateColumn(mapping.months, mapping.date)
        self.names: Counter[str] = Counter()
        self.words = {"side": Counter[str](), "status": Counter[str]()}
        self.patients: Counter[str] = Counter()
        self.marks = {"points": Counter[str](), "commas": Counter[str]()}
        self.commas: list[str] = []
        self.without_zone: list[str] = []

    def add(self, texts: Mapping[str, str], *, line: int) -> None:
        """See one row; blank texts say nothing."""
        performed = texts.get("performed_at", "")
        self.dates.add(performed)
        self._in_form.update(form.text for form in self._forms if form.read(performed) is not None)
        for instant in (performed, texts.get("logged_at", "")):
            if instant[-1:] == "Z" and instant[-2:-1].isdigit() and len(self.without_zone) < 3:
                self.without_zone.append(f"line {line}")
        if (name := texts.get("exercise", "")) and not self._known(name):
            self.names[name] += 1
        for column, seen in self.words.items():
            word = texts.get(column, "")
            if word and word.casefold() not in CHOICES[column]:
                seen[word] += 1
        asks = self.mapping.patients or self.request.patients_named
        if (whose := texts.get("patient_id", "")) and asks and whose not in self.mapping.patients:
            self.patients[whose] += 1
        for column in NUMBERS:
            self._number(column, texts.get(column, ""))

    def questions(self) -> Iterator[Question]:
        """Return what the mapping does not answer yet, the most basic first."""
        if self.request.patient_id is None and "patient_id" not in self.titles:
            yield Question("patient_needed", about="patient_id")
        yield from date_question(self.dates, self.titles.get("performed_at", "performed_at"), self.mapping.date)
        if self.without_zone and self.mapping.zone is None:
            yield Question("zone_missing", self.titles["performed_at"], examples=tuple(self.without_zone), about="zone")
        yield from self._numbers()
        if "side" not in self.titles and "side" not in self.mapping.constants:
            self.names.update(dict.fromkeys(targets_without_side(self.mapping.exercises), 0))
        if self.names:
            title, unit = self.titles.get("exercise", "exercise"), "sets" if self._sets else "rows"
            yield names_question(self.names, title, unit=unit, sided="side" not in self.titles)
        for column, seen in self.words.items():
            if seen:
                yield _words_question(column, seen, self.titles[column])
        if self.patients:
            names = tuple(self.patients)[:MOST_NAMES]
            yield Question("names_to_map", self.titles["patient_id"], about="patients", names=names)

    @property
    def own_form(self) -> str | None:
        """The format's own form of dates, where at least half of the file is written in it."""
        form, times = max(self._in_form.items(), key=lambda one: one[1], default=(None, 0))
        return form if times * 2 >= self.dates.cells else None

    @property
    def points(self) -> int:
        """How many numbers have a decimal point."""
        return self.marks["points"].total()

    def _known(self, name: str) -> bool:
        if name in self.mapping.exercises:
            return True
        ours = None if self._sets else exercises().get(name.casefold())
        return ours is not None and (not ours.sided or "side" in self.titles or "side" in self.mapping.constants)

    def _number(self, column: str, text: str) -> None:
        if "," in text and text.replace(",", "", 1).isdigit():
            self.marks["commas"][column] += 1
            if len(self.commas) < 5 and text not in self.commas:
                self.commas.append(text)
        elif "." in text and text.replace(".", "", 1).isdigit():
            self.marks["points"][column] += 1

    def _numbers(self) -> Iterator[Question]:
        """Commas alone, and not in groups of three, can only be decimal marks; that is proposed, all else is asked."""
        if self.mapping.decimal is not None or not self.marks["commas"]:
            return
        grouped = all(len(text.partition(",")[2]) == 3 for text in self.commas)
        proposed = {} if self.marks["points"] or grouped else {"decimal": ","}
        columns = ", ".join(self.titles[column] for column in self.marks["commas"])
        yield Question("number_format_unknown", columns, (",", "."), tuple(self.commas), "decimal", proposed=proposed)


def date_question(column: DateColumn, title: str, declared: str | None = None) -> Iterator[Question]:
    """Ask for the form of a column of dates, unless it is ours, or no form reads any of it.

    Parameters
    ----------
    declared : the form a mapping declares; it is asked again where it does not read the column and another reads all
    """
    found = column.finding()
    if not column.cells or (declared is None and column.iso == column.cells):
        return
    if declared is not None and (column.declared_fits == column.cells or not (found.whole or found.unknown_months)):
        return
    if declared is None and column.iso * 2 >= column.cells and not found.whole:
        return
    if found.unknown_months:
        months = tuple(str(month) for month in range(1, 13))
        yield Question("month_language", title, months, found.examples, "month", found.unknown_months)
    elif found.whole:
        proposed = {"date": found.whole[0]} if len(found.whole) == 1 else {}
        examples = tuple(_readings(text, found.whole) for text in found.examples)
        yield Question("date_order_unknown", title, found.whole, examples, "date", proposed=proposed)
    elif others := tuple(form for form in found.some if not form.startswith("%Y-%m-%d")):
        yield Question("date_order_mixed", title, others, found.examples, "date")


def _readings(text: str, forms: Iterable[str]) -> str:
    """Show what a date means in each form: `03/04/2026: 3 April 2026 or 4 March 2026`."""
    read = (DateForm(form).read(text) for form in forms)
    days = dict.fromkeys(day_in_words(one.day) for one in read if one)
    return f"{shown(text)}: {' or '.join(days)}" if days else shown(text)


def names_question(names: Counter[str], title: str, *, unit: str, sided: bool) -> Question:
    """Ask which of our exercises each name stands for; equal names are proposed, none is taken.

    Parameters
    ----------
    sided : whether the name alone must tell the side, because no column does
    """
    asked = tuple(name for name, _ in names.most_common(MOST_NAMES))
    proposed = {name: found for name in asked if (found := proposal(name))}
    examples = tuple(f"{name}: {names[name]} {unit}" for name in asked)
    about = "exercises_sided" if sided else "exercises"
    return Question("names_to_map", title, (*exercises(), IGNORE), examples, about, asked, proposed=proposed)


def _words_question(column: str, seen: Counter[str], title: str) -> Question:
    asked = tuple(seen)[:MOST_NAMES]
    examples = tuple(f"{word}: {seen[word]} rows" for word in asked)
    return Question(
        "names_to_map", title, CHOICES[column], examples, column, asked, proposed=word_proposals(column, asked)
    )


def targets_without_side(mapping_exercises: Mapping[str, Target | str]) -> Sequence[str]:
    """Return the names that stand for an exercise with sides and tell none."""
    return [
        name
        for name, target in mapping_exercises.items()
        if isinstance(target, Target) and exercises()[target.exercise].sided and target.side is None
    ]
