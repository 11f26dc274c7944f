"""Forms of dates: one for a whole column, declared or found by looking at all of it, never row by row."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cache
from importlib.resources import files

TOKENS = {
    "%Y": r"(?P<year>[0-9]{4})",
    "%y": r"(?P<short_year>[0-9]{2})",
    "%m": r"(?P<month>[0-9]{1,2})",
    "%d": r"(?P<day>[0-9]{1,2})",
    "%b": r"(?P<word>[^\W\d_]{1,20})\.?",
    "%H": r"(?P<hour>[0-9]{1,2})",
    "%I": r"(?P<hour>[0-9]{1,2})",
    "%M": r"(?P<minute>[0-9]{2})",
    "%S": r"(?P<second>[0-9]{2})",
    "%f": r"(?P<fraction>[0-9]{1,6})",
    "%p": r"(?P<half>[AaPp]\.?[Mm]\.?)",
    "%z": r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?",
}
CELL = re.compile(  # any text that may be a date: three parts, what stands between them, and a time
    r"(?P<a>[0-9]{1,4}|[^\W\d_]{1,20})(?P<s1>\.? de |[-/.,]? ?)(?P<b>[0-9]{1,2}|[^\W\d_]{1,20})"
    r"(?P<s2>\.? de |\.[-/]|[-/.,]{0,2} ?)(?P<c>[0-9]{1,4})"
    r"(?:(?P<gap>T|,? (?:um |at )?)[0-9]{1,2}:[0-9]{2}(?P<second>:[0-9]{2}(?P<fraction>\.[0-9]{1,6})?)?"
    r"(?P<half> ?[AaPp]\.?[Mm]\.?)?(?P<zone> ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
CLOSE = re.compile("%[Yymd]%[YymdHI]|%[HIMS]%[HIMS]")  # numbers side by side: 1112026 is 11 January or 1 November
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?")


@dataclass(frozen=True, slots=True)
class Stated:
    """What a text says: a day, a time where there is one, and an offset as it is written."""

    day: date
    clock: time | None
    zone: str | None


@dataclass(frozen=True, eq=False)
class DateForm:
    """One form of a date, such as `%d.%m.%Y` or `%d %b %Y, %H:%M`; the time may be absent from a cell.

    Parameters
    ----------
    text : %Y or %y (20yy), %m or %b (a month's name), %d; optionally a time of %H or %I with %p, %M, %S, %z;
        a fraction of a second, %f, is read past: no entry is told from another by it
    months : further names of months, folded, to 1-12

    Raises
    ------
    ValueError
        If the form does not say a whole date.
    """

    text: str
    months: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a form that does not say a whole date."""
        found = re.findall("%.", self.text)
        whole = all(len(one & set(found)) == 1 for one in ({"%Y", "%y"}, {"%m", "%b"}, {"%d"}))
        clock = ("%I" in found) == ("%p" in found) and ("%M" in found) == bool({"%H", "%I"} & set(found))
        close = CLOSE.search(self.text)
        if set(found) - set(TOKENS) or len(set(found)) < len(found) or not whole or not clock or close:
            raise ValueError("must be a form such as %d.%m.%Y or %m/%d/%Y %H:%M")

    def read(self, text: str) -> Stated | None:
        """Return what a text says in this form, or None where it is not of it or no day of the calendar."""
        match = _pattern(self.text).fullmatch(text.strip())
        if match is None:
            return None
        said = match.groupdict()
        year = int(said["year"]) if said.get("year") else 2000 + int(said["short_year"])
        month = self._month(said["word"]) if said.get("word") else int(said["month"])
        try:
            return Stated(date(year, month, int(said["day"])), _clock(said), said.get("zone"))
        except ValueError:
            return None

    def unknown_month(self, text: str) -> str | None:
        """Return the word that stands where the month should, if no month is called so."""
        match = _pattern(self.text).fullmatch(text.strip())
        word = match.groupdict().get("word") if match else None
        return word if word and not self._month(word) else None

    def _month(self, word: str) -> int:
        return self.months.get(word.casefold()) or month_names().get(word.casefold(), 0)


@cache
def month_names() -> dict[str, int]:
    """Return the names of the months in the languages that are read, folded, to 1-12."""
    languages = tomllib.loads(files("toolkit.logs").joinpath("months.toml").read_text(encoding="utf-8"))
    return {word: number for names in languages.values() for number, words in enumerate(names, 1) for word in words}


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """Return the pattern of a form; the time, and its seconds, may be absent where the form has them."""
    clock = min((place for token in ("%H", "%I") if (place := text.find(token)) >= 0), default=len(text))
    day = max(text.find(token) + 2 for token in ("%Y", "%y", "%m", "%b", "%d") if token in text)
    if clock < day:  # the time stands first
        return re.compile(_tokens(text))
    return re.compile(f"{_tokens(text[:day])}(?:{_tokens(text[day:])})?")


def _tokens(text: str) -> str:
    parts = re.split(r"(.%S.%f|.%S|%.)", text)
    return "".join(_token(part) for part in parts)


def _token(part: str) -> str:
    if "%S" in part and part != "%S":
        inner = "".join(TOKENS.get(one) or re.escape(one) for one in re.split("(%.)", part))
        return f"(?:{inner})?"
    return TOKENS.get(part) or re.escape(part)


def _clock(said: Mapping[str, str | None]) -> time | None:
    if said.get("hour") is None:
        return None
    hour = int(said["hour"] or 0)
    if half := said.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError("no hour of twelve")
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    return time(hour, int(said["minute"] or 0), int(said.get("second") or 0))


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at a whole column came to: forms that read all of it, or else some of it, best first."""

    whole: tuple[str, ...]
    some: tuple[str, ...]
    unknown_months: tuple[str, ...]
    examples: tuple[str, ...]


class DateColumn:
    """Looks at every cell of a column of dates and tells in which forms it can be read.

    Parameters
    ----------
    months : further names of months, folded, to 1-12
    declared : a form whose readings are counted beside

    Attributes
    ----------
    cells, iso, declared_fits : how many were looked at, are in our own form, are in the declared one
    """

    def __init__(self, months: Mapping[str, int] | None = None, declared: str | None = None) -> None:
        self.months = dict(months or {})
        self.cells = self.iso = self.declared_fits = 0
        self._declared = DateForm(declared, self.months) if declared else None
        self._fits: Counter[str] = Counter()
        self._clocks: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()
        self._examples: dict[str, None] = {}
        self._forms: dict[str, DateForm] = {}

    def add(self, text: str) -> None:
        """Look at one cell; a blank one says nothing."""
        text = text.strip()
        if not text:
            return
        self.cells += 1
        if ISO.fullmatch(text):
            self.iso += 1
        self.declared_fits += self._declared is not None and self._declared.read(text) is not None
        if len(self._examples) < 5:
            self._examples[text] = None
        match = CELL.fullmatch(text) if len(text) < 80 else None
        if match is None:
            return
        day = text[: match.end("c")]
        for form in _forms_of(match):
            reader = self._forms.get(form) or self._forms.setdefault(form, DateForm(form, self.months))
            if reader.read(day) is not None:
                self._fits[form] += 1
            elif word := reader.unknown_month(day):
                self._unknown[word] += 1
        if match["gap"]:
            self._clocks[_clock_of(match)] += 1

    def finding(self) -> Finding:
        """Return the forms, each with the time as it is mostly written."""
        clock = max(self._clocks, key=lambda one: (self._clocks[one], len(one)), default="")
        if clock and ":%S" not in clock and any(":%S" in one for one in self._clocks):
            clock = clock.replace("%M", "%M:%S")
        ranked = [form + clock for form, _ in sorted(self._fits.items(), key=lambda one: (-one[1], one[0]))]
        whole = [form for form in ranked if self._fits[form.removesuffix(clock) if clock else form] == self.cells]
        return Finding(tuple(whole), tuple(ranked[:4]), tuple(self._unknown), tuple(self._examples))


def _forms_of(match: re.Match[str]) -> tuple[str, ...]:
    """Return the forms of a date that a cell's digits and words allow."""
    a, b, c = match["a"], match["b"], match["c"]
    mark, other = match["s1"], match["s2"]
    mark, other = mark.removeprefix(".") if a.isalpha() else mark, other.removeprefix(".") if b.isalpha() else other
    if a.isalpha():
        orders = [("%b", "%d", _year(c))] if b.isdigit() else []
    elif b.isalpha():
        orders = [("%Y", "%b", "%d")] if len(a) == 4 else [("%d", "%b", _year(c))] if len(a) < 3 else []
    elif len(a) == 3 or not mark or not other:
        orders = []
    elif len(a) == 4:
        orders = [("%Y", "%m", "%d")]
    else:
        orders = [("%d", "%m", _year(c)), ("%m", "%d", _year(c))]
        orders += [("%y", "%m", "%d")] if len(a) == len(c) == 2 else []
    forms = (f"{first}{mark}{second}{other}{third}" for first, second, third in orders)
    return tuple(form for form in forms if not CLOSE.search(form))


def _year(text: str) -> str:
    return "%Y" if len(text) == 4 else "%y"


def _clock_of(match: re.Match[str]) -> str:
    seconds = (":%S" + (".%f" if match["fraction"] else "")) if match["second"] else ""
    half, zone = match["half"] or "", match["zone"] or ""
    hour = "%I" if half else "%H"
    half = (" %p" if half.startswith(" ") else "%p") if half else ""
    zone = (" %z" if zone.startswith(" ") else "%z") if zone else ""
    return f"{match['gap']}{hour}:%M{seconds}{half}{zone}"
