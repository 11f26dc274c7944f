"""Alert rules in words: what a day is tested for, how often, and where a rule comes from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from toolkit.measures.alert_rules import SERIES, AlertRule, parse

YES_OR_NO = "1 yes, 0 no"
SHARE = "share"


@dataclass(frozen=True, slots=True)
class SeriesWords:
    """What a series is called, its unit, what a number may be that it is compared with, and what a rule of it says."""

    words: str
    unit: str
    least: float
    most: float
    says: str


def series_words() -> dict[str, SeriesWords]:
    """Return the series that a rule may test, by name, in the order of `SERIES`."""
    return {name: SeriesWords(**_texts()["series"][name]) for name in SERIES}


def is_yes_or_no(series: str) -> bool:
    """Tell whether a series knows yes and no alone, so that there is no number to choose."""
    return series_words()[series].unit == YES_OR_NO


def comparisons() -> dict[str, str]:
    """Return the comparisons in words; `{number}` stands where the number goes."""
    return dict(_texts()["compare"])


def test_in_words(text: str) -> str:
    """Return a test such as `pain_max >= 8` in words: `Worst pain of the day: 8 or more`."""
    name, compare, number = parse(text)
    one = series_words()[name]
    if is_yes_or_no(name) and compare == "==":
        return one.words if number else f"Not so: {one.words[0].lower()}{one.words[1:]}"
    told = f"{100 * number:g} %" if one.unit.startswith(SHARE) else f"{number:g}"
    return f"{one.words}: {comparisons()[compare].format(number=told)}"


def rule_in_words(rule: AlertRule) -> str:
    """Return what a rule asks of a day: `Worst pain of the day: 8 or more, on 2 of the last 3 days`."""
    asked = ", and ".join(one if place == 0 else one[0].lower() + one[1:] for place, one in enumerate(_tests(rule)))
    if rule.within == 1:
        return asked
    return f"{asked}, on {rule.days} of the last {rule.within} days"


def told_in_words(rule: AlertRule) -> tuple[str, str]:
    """Return a rule's level with what it says on a day that just meets it, and its source with how it was seen."""
    numbers = dict.fromkeys(SERIES, 1.0) | {name: number for name, _, number in map(parse, rule.when)}
    said = f"{_texts()['level'][rule.level]}. It says, for instance: {rule.says.format(**numbers)}"
    return said, f"Source: {rule.source}. Flag {rule.flag}: {_texts()['flag'][rule.flag]}."


def _tests(rule: AlertRule) -> list[str]:
    return [test_in_words(text) for text in rule.when]


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(files("toolkit.measures").joinpath("alert_words.toml").read_text(encoding="utf-8"))
