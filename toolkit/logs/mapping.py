"""How one source writes what we ask: saved once, in a small readable file without patients' data."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from toolkit.errors import LogError
from toolkit.logs.codes import Fault
from toolkit.logs.dates import DateForm
from toolkit.logs.encodings import ENCODINGS
from toolkit.logs.strict_json import parse
from toolkit.logs.values import patient
from toolkit.plan.catalogue import exercises
from toolkit.schema import SIDES, STATUSES
from toolkit.typed import Number, PatientId, Typed, Whole, Zone, problems_of, shown
from toolkit.writing import write_atomically

ENTRY = (
    "entry_id", "patient_id", "exercise", "side", "performed_at", "utc_offset_min", "logged_at", "status",
    "sets", "reps", "hold_s", "pain", "note",
)  # fmt: skip
CONSTANTS = ("exercise", "side", "status", "performed_at", "sets", "reps", "hold_s", "utc_offset_min")  # never pain
VALUES = ("pain", "sets", "reps", "hold_s")  # a blank in them is not recorded, never as the day before
OF_A_SESSION = {"side", "status", "sets", "reps", "hold_s"}  # where one of them is read, rows are not of pain alone
WORDS = {"side": SIDES, "status": STATUSES, "month": tuple(str(month) for month in range(1, 13))}
PAIN, IGNORE = "pain", "ignore"
MAX_NOTE = 2_000  # characters


class MappingError(LogError):
    """A saved mapping cannot be used."""


class Target(Typed):
    """The exercise of ours that a name of the source stands for, with a side or a hold where the name tells one."""

    error: ClassVar = MappingError

    exercise: str
    side: Literal["left", "right", "both", "none"] | None = None
    hold_s: Annotated[Number, Field(gt=0, le=600)] | None = None

    @field_validator("exercise")
    @classmethod
    def _ours(cls, value: str) -> str:
        if value not in exercises():
            raise ValueError(f"must be one of {', '.join(exercises())}; found {shown(value)}")
        return value

    @model_validator(mode="after")
    def _fits_the_exercise(self) -> Target:
        sided = exercises()[self.exercise].sided
        if sided and self.side == "none":
            raise ValueError(f"must say the side of {self.exercise}: left, right or both")
        if not sided and self.side not in (None, "none"):
            raise ValueError(f"must give no side: {self.exercise} has none")
        return self


def _column_names(value: object) -> object:
    """One name, or several whose cells are read one after the other."""
    return (value,) if isinstance(value, str) else value


Columns = Annotated[tuple[str, ...], BeforeValidator(_column_names), Field(min_length=1, max_length=4)]


class Mapping(Typed):
    """The answers to what a source's files ask, and for a plain table its columns and words.

    Parameters
    ----------
    name : what to call the source
    header : the header a file must have to fit, any file without it
    sheet : sheet of a workbook
    skip_rows : rows above the header
    encoding : of a text file that is neither UTF-8 nor UTF-16
    columns : ours to theirs; several names are read one after the other, a blank between, such as a date and a time
    date : the one form of dates, such as `%d.%m.%Y`; ours (2026-03-02) without it
    zone : IANA name of the patient's zone
    decimal : the decimal mark
    carry_down : columns written only when they change, by our names or theirs
    blank : words that mean not recorded
    words : their words to ours, for `side`, `status`, `month` (1-12), or any of our columns
    constants : the same value in every row
    exercises : each name of the source, exactly as it stands there, to one of ours, to `pain` or to `ignore`
    hold_of : whether seconds beside several repetitions are those of each `rep` or of the whole `set`
    patients : their ids to ours
    """

    error: ClassVar = MappingError
    title: ClassVar[str] = "The saved mapping"

    format: Literal["backcare-mapping"] = "backcare-mapping"
    version: Literal[1] = 1
    name: str = ""
    header: tuple[str, ...] | None = None
    sheet: str | None = None
    skip_rows: Annotated[Whole, Field(ge=0, le=1000)] | None = None
    encoding: str | None = None
    columns: dict[str, Columns] = Field(default_factory=dict)
    date: str | None = None
    zone: Zone | None = None
    decimal: Literal[".", ","] | None = None
    carry_down: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    exercises: dict[str, Target | Literal["ignore", "pain"]] = Field(default_factory=dict)
    hold_of: Literal["rep", "set"] | None = None
    patients: dict[str, PatientId] = Field(default_factory=dict)

    @field_validator("patients")
    @classmethod
    def _one_form_of_writing(cls, value: dict[str, str]) -> dict[str, str]:
        found = {theirs: patient(ours) for theirs, ours in value.items()}
        if odd := [one for one in found.values() if isinstance(one, Fault)]:
            raise ValueError(f"must give pseudonyms. {odd[0].message}")
        return {theirs: str(ours) for theirs, ours in found.items()}

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        if value is not None and value not in ENCODINGS:
            raise ValueError(f"must be one of {', '.join(ENCODINGS)}; found {shown(value)}")
        return value

    @field_validator("date")
    @classmethod
    def _whole_date(cls, value: str | None) -> str | None:
        if value is not None:
            DateForm(value)
        return value

    @field_validator("constants")
    @classmethod
    def _our_constants(cls, value: dict[str, str]) -> dict[str, str]:
        for name, constant in value.items():
            if name not in CONSTANTS:
                raise ValueError(f"must be for {', '.join(CONSTANTS)}; found {shown(name)}")
            accepted = {"status": STATUSES, "side": SIDES, "exercise": tuple(exercises())}.get(name)
            if accepted and constant not in accepted:
                raise ValueError(f"must give {name} as one of {', '.join(accepted)}; found {shown(constant)}")
        return value

    @field_validator("columns")
    @classmethod
    def _our_columns(cls, value: dict[str, Any]) -> dict[str, Any]:
        if odd := [name for name in value if name not in ENTRY]:
            raise ValueError(f"must name our columns {', '.join(ENTRY)}; found {shown(odd[0])}")
        if blank := [ours for ours, theirs in value.items() if not all(name.strip() for name in theirs)]:
            raise ValueError(f"must name a column of the file for {', '.join(blank)}; found nothing")
        return value

    @field_validator("words")
    @classmethod
    def _our_words(cls, value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        for column, words in value.items():
            if column not in (*ENTRY, *WORDS) or column in ("entry_id", "patient_id", "exercise", "note"):
                raise ValueError(f"must be for side, status, month or a number; found {shown(column)}")
            for word in words.values():
                if column in WORDS and word not in WORDS[column]:
                    raise ValueError(f"must turn {column} into {', '.join(WORDS[column])}; found {shown(word)}")
        return value

    @model_validator(mode="after")
    def _hangs_together(self) -> Mapping:
        carried = {name for name in self.carry_down if name in VALUES}
        carried |= {ours for ours in VALUES if set(self.columns.get(ours, ())) & set(self.carry_down)}
        if carried:
            raise ValueError(
                f"carry_down must not fill {', '.join(sorted(carried))}: a blank there is not recorded, and copying the"
                " day before would invent it"
            )
        if twice := sorted(set(self.columns) & set(self.constants)):
            raise ValueError(f"must give {', '.join(twice)} by a column or by a constant, not both")
        return self

    @property
    def months(self) -> dict[str, int]:
        """Further names of months, folded, to 1-12."""
        return {
            word.strip().casefold().rstrip("."): int(number) for word, number in self.words.get("month", {}).items()
        }

    @property
    def says_enough(self) -> bool:
        """Whether a table can be read: a date, and an exercise, or pain where no row can be a session."""
        given = {*self.columns, *self.constants}
        return "performed_at" in given and ("exercise" in given or ("pain" in given and not OF_A_SESSION & given))

    def fits(self, header: tuple[str, ...]) -> bool:
        """Tell whether a file with this header, trimmed and folded, is of the source."""
        return self.header is not None and folded(self.header) == header


def folded(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of columns as they are compared: trimmed, without case."""
    return tuple(name.strip().casefold() for name in names)


def mapping_of(given: Mapping | dict[str, Any] | str | os.PathLike[str] | None) -> Mapping:
    """Return the mapping that is given as one, as its data, or as the path of its file; an empty one for None.

    Raises
    ------
    LogError
        With every problem of the mapping.
    """
    if given is None:
        return Mapping()
    if isinstance(given, Mapping):
        return given
    return _from_data(given, f"{Mapping.title} cannot be used.") if isinstance(given, dict) else load_mapping(given)


def load_mapping(path: str | os.PathLike[str]) -> Mapping:
    """Return the mapping saved at `path`.

    Raises
    ------
    LogError
        If the file is missing, is no JSON object, or is wrong: every problem.
    """
    path = Path(path)
    name = shown(path.name)
    try:
        data = parse(name, path.read_text(encoding="utf-8-sig"), exact=False)
    except FileNotFoundError:
        raise MappingError(f"There is no mapping {name} in the folder given.", code="unreadable") from None
    except (OSError, ValueError, LogError):
        raise MappingError(f"{name} is no saved mapping: it must be a JSON object in UTF-8.") from None
    if not isinstance(data, dict):
        raise MappingError(f"{name} is no saved mapping: it must be a JSON object.")
    return _from_data(data, f"{name} cannot be used as a mapping.")


def _from_data(data: dict[str, Any], summary: str) -> Mapping:
    try:
        return Mapping.model_validate(data)
    except ValidationError as error:
        raise MappingError(summary, problems_of(error)) from None


def save_mapping(mapping: Mapping, path: str | os.PathLike[str]) -> None:
    """Save a mapping as a readable file, without what is not in it: the old file or the whole new one."""
    data = mapping.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    data = {"format": mapping.format, "version": mapping.version, **data}
    if columns := data.get("columns"):
        data["columns"] = {ours: theirs[0] if len(theirs) == 1 else theirs for ours, theirs in columns.items()}
    write_atomically(Path(path), (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
