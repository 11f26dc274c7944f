"""What a format gets and gives."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from toolkit.logs.body import Body
from toolkit.logs.codes import Fault, Question, refuse
from toolkit.logs.mapping import Mapping
from toolkit.logs.text import Cell, Record


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of text as it stands in a file, below its header; blank rows and repeated headers are not in it.

    Parameters
    ----------
    names, titles : the columns, folded and as they are written
    body : gives the records from the first on, each time it is asked
    decimal : the decimal mark that goes with the file's delimiter in apps that write one
    blocks : gives the same records, blocks of them at once, where they come so and the caller takes lots of entries
    """

    file: str
    names: tuple[str, ...]
    titles: tuple[str, ...]
    body: Callable[[], Iterator[Record]]
    decimal: str = "."
    blocks: Body | None = None

    def cells(self, record: Record) -> dict[str, Cell]:
        """Return the cells of a record by column; columns without a name are left out."""
        return {name: cell for name, cell in zip(self.names, record.fields, strict=False) if name}

    def title(self, name: str) -> str:
        """Return a column's name as the file writes it."""
        return self.titles[self.names.index(name)] if name in self.names else name

    def others(self, *read: str) -> tuple[str, ...]:
        """Return the columns that are not among those read, as the file writes them."""
        return tuple(title for name, title in zip(self.names, self.titles, strict=True) if name and name not in read)


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller said about a file.

    `identifiers` are columns that must not be read, `forms` says to which form of a study a column belongs (both from a
    study's data dictionary); `patients_named` says that the file's ids of patients may name them: all are asked for.
    """

    mapping: Mapping
    patient_id: str | None = None
    imported_on: date | None = None
    identifiers: frozenset[str] = frozenset()
    forms: dict[str, str] = field(default_factory=dict)
    patients_named: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry of the log, with the number of records behind it."""

    entry: dict[str, Any]
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Aside:
    """A record that is not kept, with all that is wrong; `known` is its patient, time and note where they were read."""

    record: Record
    faults: tuple[Fault, ...]
    known: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """Something to tell of the file as a whole: a notice, with how often, or with names."""

    code: str
    times: int = 1
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lot:
    """Many entries, each with one record behind it, by column of the log; `source` is not among them.

    `held` has the columns as they were read, some of them as codes; `columns` writes them out.
    """

    held: dict[str, Any]

    @property
    def rows(self) -> int:
        """How many entries."""
        return len(self.held["line"])

    @property
    def columns(self) -> dict[str, Any]:
        """The columns as arrays."""
        return {name: np.asarray(column) for name, column in self.held.items()}


Item = Kept | Aside | Lot | Told | Question


@dataclass(frozen=True, slots=True)
class Format:
    """A format: `recognise` tells it by the names of the columns, `rows` reads a sheet of it.

    `rows` yields what became of each record; where it yields a question, nothing of the file is kept. `says` is what to
    call it on a screen.
    """

    name: str
    says: str
    recognise: Callable[[tuple[str, ...]], bool]
    rows: Callable[[Sheet, Request], Iterator[Item]]


def made_id(*parts: object) -> str:
    """Return an identity for an entry that names none: it depends on what the entry says, never on its line."""
    return "x" + hashlib.sha256(repr(parts).encode()).hexdigest()[:20]


def misfit(sheet: Sheet, record: Record) -> Fault | None:
    """Return what is wrong with a record as a row: it must have the header's number of fields."""
    if record.fault is not None:
        return record.fault
    if len(record.fields) != len(sheet.names):
        return Fault("field_count", found=str(len(record.fields)))
    return None


def refuse_shifted(sheet: Sheet, widths: Counter[int], rows: int) -> None:
    """Refuse a table whose rows all have the same number of fields, and another than its header.

    Raises
    ------
    LogError
        `header_shifted`: nothing says under which name a value stands.
    """
    for width, times in widths.items():
        if times == rows > 1:
            raise refuse(sheet.file, "header_shifted", f"{width} fields, the header {len(sheet.names)}")
