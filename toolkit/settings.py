"""The clinic's profile: who it is, whom to call, and its dated thresholds."""

from __future__ import annotations

import os
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from toolkit.errors import RulesError, SettingsError
from toolkit.languages.words import languages
from toolkit.rules import Rules
from toolkit.typed import Day, Number, Typed, Zone, shown

PROFILE_VARIABLE = "BACKCARE_PROFILE"  # path of the profile; else the file beside a SQLite store, with its name
FORMAT, VERSION = "backcare-clinic", 1
BESIDE_RULES = {  # thresholds that no measure uses, with the least and most that is no slip of the hand
    "screening_valid_days": (1, 60),
    "minutes_a_day": (1, 240),
    "exercises_at_once": (1, 4),
    "stretch_minutes": (1, 60),
    "change_share": (0.05, 10),
    "small_cell": (2, 100),
}

BLANK = """# The clinic's profile: who it is, whom patients call, and its thresholds, each dated and with its source.
# Fill in what stands in angle brackets. Keep it beside the store, with the store's name.

format = "backcare-clinic"
version = 1
name = "<name of the clinic>"
language = "en"
zone = "<time zone, such as America/Denver>"
emergency_number = "<number for emergencies>"
numbers = ["<telephone number>"]

[[place]]
name = "<name of the place>"
address = ["<line>", "<line>"]

"""

Line = Annotated[str, Field(min_length=1, max_length=200)]


def _known_language(code: str) -> str:
    if code not in languages():
        raise ValueError(f"must be one of {', '.join(languages())}; found {shown(code)}")
    return code


class _Checked(Typed):
    error: ClassVar = SettingsError
    title: ClassVar[str] = "The clinic's profile"


class Place(_Checked):
    """One of the clinic's addresses, as it is printed."""

    name: Line
    address: tuple[Line, ...] = ()

    @field_validator("name", "address")
    @classmethod
    def _is_filled_in(cls, value: Any) -> Any:
        return filled_in(value)


class Setting(_Checked):
    """One threshold from a day on, with where it comes from; `flag` as in the catalogue's sources."""

    key: str
    value: Number | str
    unit: str
    valid_from: Day
    source: Line
    flag: Literal["V", "S", "C", "E"]
    checked_on: Day

    @field_validator("key")
    @classmethod
    def _known(cls, key: str) -> str:
        if key not in known_keys():
            raise ValueError(f"must be one of {', '.join(known_keys())}; found {shown(key)}")
        return key

    @model_validator(mode="after")
    def _in_range(self) -> Setting:
        least, most = BESIDE_RULES.get(self.key, (0, 0))
        if most and not (isinstance(self.value, (int, float)) and least <= self.value <= most):
            raise ValueError(f"{self.key} must be a number from {least:g} to {most:g}; found {shown(self.value)}")
        return self


class ClinicProfile(_Checked):
    """A clinic as its screens and documents name it, and the thresholds it has chosen.

    `numbers` are telephone numbers as printed; `sample` is true only for the made-up clinic, which says SAMPLE.
    """

    name: Line
    numbers: Annotated[tuple[Line, ...], Field(min_length=1)]
    emergency_number: Line
    zone: Zone
    language: Annotated[str, AfterValidator(_known_language)] = "en"
    sample: bool = False
    place: tuple[Place, ...] = ()
    setting: tuple[Setting, ...]

    @field_validator("name", "numbers", "emergency_number")
    @classmethod
    def _is_filled_in(cls, value: Any) -> Any:
        return filled_in(value)

    @field_validator("setting")
    @classmethod
    def _makes_rules(cls, settings: tuple[Setting, ...]) -> tuple[Setting, ...]:
        if missing := [key for key in BESIDE_RULES if key not in {one.key for one in settings}]:
            raise ValueError(f"must have an entry for {', '.join(missing)}")
        for key, day in {(one.key, one.valid_from) for one in settings}:
            if sum((one.key, one.valid_from) == (key, day) for one in settings) > 1:
                raise ValueError(f"{key} stands twice from {day}")
        for day in {one.valid_from for one in settings}:
            try:
                _rules(settings, day)
            except RulesError as error:
                raise ValueError("; ".join(map(str, error.problems))) from None
        return settings

    @property
    def contact(self) -> str:
        """Whom to call, in one line."""
        return f"{self.name}: {' or '.join(self.numbers)}; emergency: {self.emergency_number}"

    def in_force(self, key: str, on: date) -> Setting:
        """Return the threshold in force on a day.

        Raises
        ------
        SettingsError
            If the profile has none by then: a threshold is never a silent default.
        """
        found = [one for one in self.setting if one.key == key and one.valid_from <= on]
        if not found:
            raise SettingsError(f"The clinic's profile has no {key} in force on {on}: add a [[setting]] for it.")
        return max(found, key=lambda one: one.valid_from)

    def number(self, key: str, on: date) -> float:
        """Return the value of a threshold in force on a day."""
        return float(self.in_force(key, on).value)

    def rules(self, as_of: date) -> Rules:
        """Return the conventions of a calculation, with the clinic's thresholds in force on `as_of`."""
        return _rules(self.setting, as_of)


def filled_in(value: Any) -> Any:
    """Return a text, or several, unless a bracket of the blank profile still stands there."""
    for line in [value] if isinstance(value, str) else value:
        if line.startswith("<"):
            raise ValueError(f"is not filled in yet; found {line}")
    return value


def read_profile(path: Path | str | os.PathLike[str]) -> ClinicProfile:
    """Return the profile in a TOML file such as `data/clinic.toml`.

    Raises
    ------
    SettingsError
        If the file is missing, no TOML, of a later version, or wrong: every field at once.
    """
    path = Path(path)
    data = versioned_toml(path, "clinic's profile", FORMAT, VERSION, hint=": `backcare profile` writes one")
    return ClinicProfile(**data)


def profile_or_sample(path: Path | None = None) -> ClinicProfile:
    """Return the profile in a file, else the one that `BACKCARE_PROFILE` names, else the sample's, which says SAMPLE.

    Raises
    ------
    SettingsError
        If the one that is named cannot be used.
    """
    return read_profile(path or os.environ.get(PROFILE_VARIABLE) or sample_profile_path())


def versioned_toml(path: Path, what: str, form: str, version: int, *, hint: str = "") -> dict[str, Any]:
    """Return what stands in a TOML file that says its format and version, without these two.

    Raises
    ------
    SettingsError
        If the file is missing (with a `hint`), no TOML, or of another format or version.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"There is no {what} {path.name}{hint}.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"The {what} {path.name} cannot be read: {str(error).splitlines()[0]}.") from None
    if (data.pop("format", None), data.pop("version", None)) != (form, version):
        raise SettingsError(f"{path.name} must say format = {form!r} and version = {version}.")
    return data


def sample_profile_path() -> Path:
    """Return the sample's profile: packed beside this module, or in the checkout it was installed from."""
    packed = Path(__file__).with_name("clinic.toml")
    return packed if packed.is_file() else Path(__file__).parents[1] / "data" / "clinic.toml"


def blank_profile() -> str:
    """Return a profile to fill in: the sample's thresholds, and angle brackets where the clinic says who it is."""
    text = sample_profile_path().read_text(encoding="utf-8")
    settings = text[text.index("# An edit is a new entry") :]
    return BLANK + settings


def known_keys() -> tuple[str, ...]:
    """Return every key a setting may have: those of `Rules` by their names, and a few beside them."""
    own = [name for name in Rules.model_fields if name not in ("as_of", "pain", "alarm", "triage")]
    groups = {name: Rules.model_fields[name].annotation for name in ("pain", "alarm", "triage")}
    inner = [f"{name}.{key}" for name, group in groups.items() if group for key in group.model_fields]
    return (*own, *inner, *BESIDE_RULES)


def _rules(settings: tuple[Setting, ...], as_of: date) -> Rules:
    """Return the rules that the settings in force on a day make; a later entry of a key replaces the earlier."""
    fields: dict[str, Any] = {"as_of": as_of}
    for one in sorted(settings, key=lambda one: one.valid_from):
        if one.valid_from <= as_of and one.key not in BESIDE_RULES:
            group, _, key = one.key.rpartition(".")
            (fields.setdefault(group, {}) if group else fields)[key] = _whole(one.value)
    return Rules(**fields)


def _whole(value: float | str) -> Any:
    """Return 14.0 as 14: a TOML value has passed through a number with decimals."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
