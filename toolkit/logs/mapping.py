"""How one source calls our exercises: saved once, in a small readable file without patients' data."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from toolkit.errors import LogError, ToolkitError
from toolkit.plan.catalogue import exercises
from toolkit.typed import Number, Typed, Zone, shown
from toolkit.writing import write_atomically


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
    def _says_the_side(self) -> Target:
        sided = exercises()[self.exercise].sided
        if sided and self.side in (None, "none"):
            raise ValueError(f"must say the side of {self.exercise}: left, right or both")
        if not sided and self.side not in (None, "none"):
            raise ValueError(f"must give no side: {self.exercise} has none")
        return self


class Mapping(Typed):
    """The answers to what a source's files ask.

    `exercises` maps each name of the source, exactly as it stands there, to one of ours or to `ignore`. `hold_of` says
    whether seconds beside several repetitions are those of each `rep` or of the whole `set`. `zone` is the IANA name of
    the patient's zone for times in UTC. `header`, where given, is the header a file must have to fit.
    """

    error: ClassVar = MappingError
    title: ClassVar[str] = "The saved mapping"

    format: Literal["backcare-mapping"] = "backcare-mapping"
    version: Literal[1] = 1
    name: str = ""
    header: tuple[str, ...] | None = None
    exercises: dict[str, Target | Literal["ignore"]] = Field(default_factory=dict)
    hold_of: Literal["rep", "set"] | None = None
    zone: Zone | None = None


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
    return Mapping(**given) if isinstance(given, dict) else load_mapping(given)


def load_mapping(path: str | os.PathLike[str]) -> Mapping:
    """Return the mapping saved at `path`.

    Raises
    ------
    LogError
        If the file is missing, is no JSON object, or is wrong: every problem.
    """
    path = Path(path)
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise MappingError(f"There is no mapping {path.name} in the folder given.", code="unreadable") from None
    except (OSError, ValueError, RecursionError):
        raise MappingError(f"{path.name} is no saved mapping: it must be a JSON object in UTF-8.") from None
    if not isinstance(data, dict):
        raise MappingError(f"{path.name} is no saved mapping: it must be a JSON object.")
    try:
        return Mapping(**data)
    except ToolkitError as error:
        raise MappingError(f"{path.name} cannot be used as a mapping.", error.problems) from None


def save_mapping(mapping: Mapping, path: str | os.PathLike[str]) -> None:
    """Save a mapping as a readable file: the old file or the whole new one."""
    text = json.dumps(mapping.model_dump(mode="json", exclude_none=True), ensure_ascii=False, indent=1) + "\n"
    write_atomically(Path(path), text.encode("utf-8"))
