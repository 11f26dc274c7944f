"""Alert rules as data: read from a file, checked, and said in words."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from toolkit.errors import SettingsError
from toolkit.measures.coding import EDGE
from toolkit.settings import versioned_toml
from toolkit.typed import Day, Typed, Whole, shown

FORMAT, VERSION = "backcare-alert-rules", 1
# what a rule may ask of a day; docs/measures.md says how each is computed
SERIES = (
    "pain_max", "pain_step", "pain_rise", "silent_days", "silent_scheduled_days", "drop_off", "session_adherence_28",
    "coverage_28", "over_dose_7", "any_note", "flagged_note",
)  # fmt: skip
TEST = re.compile(r"([a-z_0-9]{1,40}) {1,3}(>=|<=|==|>|<) {1,3}(-?[0-9]{1,6}(?:\.[0-9]{1,6})?)")
COMPARE: dict[str, Callable[[Any, float], Any]] = {
    ">=": lambda value, limit: operator.ge(value, limit - EDGE),
    "<=": lambda value, limit: operator.le(value, limit + EDGE),
    ">": lambda value, limit: operator.gt(value, limit + EDGE),
    "<": lambda value, limit: operator.lt(value, limit - EDGE),
    "==": lambda value, limit: operator.le(abs(value - limit), EDGE),
}

Line = Annotated[str, Field(min_length=1, max_length=200)]


class _Checked(Typed):
    error: ClassVar = SettingsError
    title: ClassVar[str] = "The alert rules"


class AlertRule(_Checked):
    """One rule: it fires on a day when all of `when` hold on `days` of the last `within` calendar days, that day too.

    `when` holds texts such as `pain_max >= 8`; `says` may name what they test in braces: `Pain {pain_max:g} of 10`.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    when: Annotated[tuple[Line, ...], Field(min_length=1)]
    days: Annotated[Whole, Field(ge=1, le=90)] = 1
    within: Annotated[Whole, Field(ge=1, le=90)] = 1
    level: Literal["safety", "attention", "note"]
    says: Line
    source: Line
    flag: Literal["V", "S", "C", "E"]

    @field_validator("when")
    @classmethod
    def _tests(cls, when: tuple[str, ...]) -> tuple[str, ...]:
        for text in when:
            parse(text)
        return when

    @field_validator("says")
    @classmethod
    def _names_what_is_known(cls, says: str) -> str:
        try:
            says.format(**dict.fromkeys(SERIES, 1.0))
            names = [name for _, name, _, _ in Formatter().parse(says) if name is not None]
        except (ValueError, KeyError, IndexError, AttributeError, TypeError):
            names = [says]
        if unknown := [name for name in names if name not in SERIES]:
            raise ValueError(f"may name in braces only {', '.join(SERIES)}; found {shown(unknown[0])}")
        return says

    @model_validator(mode="after")
    def _fits(self) -> AlertRule:
        if self.days > self.within:
            raise ValueError(f"{self.id}: days must be {self.within} or less, as within is; found {self.days}")
        return self


class Preset(_Checked):
    """A named list of rules, with where it comes from and when that was read."""

    about: Line
    checked_on: Day
    rule: Annotated[tuple[AlertRule, ...], Field(min_length=1)]

    @field_validator("rule")
    @classmethod
    def _each_once(cls, rules: tuple[AlertRule, ...]) -> tuple[AlertRule, ...]:
        ids = [one.id for one in rules]
        if twice := [one for one in ids if ids.count(one) > 1]:
            raise ValueError(f"each rule needs an id of its own; found {twice[0]} twice")
        return rules


@dataclass(frozen=True, slots=True)
class InUse:
    """Which set of rules a clinic works by, who chose it and when; None where nobody has chosen yet."""

    name: str = "cautious"
    chosen_by: str | None = None
    chosen_at: datetime | None = None


class _File(_Checked):
    preset: Annotated[dict[str, Preset], Field(min_length=1)]


def parse(text: str) -> tuple[str, str, float]:
    """Return the series, the comparison and the number of a test such as `pain_max >= 8`.

    Raises
    ------
    ValueError
        With what is accepted.
    """
    found = TEST.fullmatch(text.strip())
    if found is None or found[1] not in SERIES:
        raise ValueError(
            f"must be one of {', '.join(SERIES)}, then >= > <= < or ==, then a number; found {shown(text)}"
        )
    return found[1], found[2], float(found[3])


def presets() -> dict[str, Preset]:
    """Return the presets that come with the package, by name."""
    return dict(_packed())


def read_alert_rules(path: Path | str) -> dict[str, Preset]:
    """Return the presets of a TOML file of the form of `toolkit/measures/alerts.toml`, by name.

    Raises
    ------
    SettingsError
        If the file is missing, no TOML, of a later version, or wrong: every field at once.
    """
    return _File(**versioned_toml(Path(path), "file of alert rules", FORMAT, VERSION)).preset


def preset_of(name: str | Preset) -> Preset:
    """Return a preset given by name or as itself.

    Raises
    ------
    SettingsError
        If no preset has that name.
    """
    if isinstance(name, Preset):
        return name
    if name not in _packed():
        raise SettingsError(f"The alert preset must be one of {', '.join(_packed())}; found {shown(name)}.")
    return _packed()[name]


@cache
def _packed() -> dict[str, Preset]:
    with as_file(files("toolkit.measures").joinpath("alerts.toml")) as path:
        return read_alert_rules(path)
