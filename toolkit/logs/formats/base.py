"""What a format gets and gives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from toolkit.logs.codes import Fault, Question
from toolkit.logs.mapping import Mapping
from toolkit.logs.text import Cell, Record


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of text as it stands in a file, below its header; blank rows are not in it."""

    file: str
    names: tuple[str, ...]
    records: tuple[Record, ...]
    decimal: str = "."

    def cells(self, record: Record) -> dict[str, Cell]:
        """Return the cells of a record by column; columns without a name are left out."""
        return {name: cell for name, cell in zip(self.names, record.fields, strict=False) if name}


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller said about a file."""

    mapping: Mapping
    patient_id: str | None = None
    imported_on: date | None = None


@dataclass(slots=True)
class Outcome:
    """What a format made of a sheet: entries of the log, faults by record, questions, notices.

    `kept` counts the records behind `entries`; it and the records with faults make up the sheet.
    """

    entries: list[dict[str, Any]] = field(default_factory=list)
    faults: list[tuple[Record, list[Fault], dict[str, Any]]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notices: dict[str, str] = field(default_factory=dict)
    kept: int = 0
    columns_ignored: tuple[str, ...] = ()

    def set_aside(self, record: Record, *faults: Fault, known: dict[str, Any] | None = None) -> None:
        """Quarantine a record; `known` holds its patient, time and note where they could be read."""
        self.faults.append((record, list(faults), known or {}))


@dataclass(frozen=True, slots=True)
class Format:
    """A format: `recognise` tells it from the names of the columns, `rows` reads a sheet of it."""

    name: str
    recognise: Callable[[tuple[str, ...]], bool]
    rows: Callable[[Sheet, Request], Outcome]


def whole_records(sheet: Sheet, outcome: Outcome) -> Iterator[Record]:
    """Return the records that have the header's number of fields; the others are set aside."""
    for record in sheet.records:
        if record.fault is not None:
            outcome.set_aside(record, record.fault)
        elif len(record.fields) != len(sheet.names):
            outcome.set_aside(record, Fault("field_count", found=str(len(record.fields))))
        else:
            yield record


def made_id(*parts: object) -> str:
    """Return an identity for an entry that names none: it depends on what the entry says, never on its line."""
    return "x" + hashlib.sha256(repr(parts).encode()).hexdigest()[:20]
