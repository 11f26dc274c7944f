"""Recognise, read, map, check: a log file becomes one checked table and an account of every row."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import LogError
from toolkit.logs.account import Account
from toolkit.logs.codes import Fault, Question, refuse, sentence
from toolkit.logs.formats.base import Aside, Kept, Lot, Request, Told
from toolkit.logs.formats.redcap import read_dictionary
from toolkit.logs.gathered import Gathered
from toolkit.logs.mapping import Mapping, mapping_of
from toolkit.logs.recognise import Found, recognise
from toolkit.logs.source import MAX_ROWS, Source, open_source
from toolkit.logs.values import patient
from toolkit.typed import shown

TELL_EVERY = 2_000  # records
SAID = ("kept", "quarantined", "blank", "header", "entries")  # what a store keeps of an account


@dataclass(frozen=True, slots=True, repr=False)
class ImportResult:
    """What a file came to: the checked log, the rows not kept, counts that add up, and what it still asks.

    `header` is the header of the file, for a saved mapping; `says` is what to call the file on a screen.
    """

    log: pd.DataFrame
    quarantine: pd.DataFrame
    account: Account
    questions: tuple[Question, ...]
    notices: tuple[str, ...]
    format: str
    file_sha256: str
    header: tuple[str, ...] = ()
    says: str = ""

    @property
    def said(self) -> dict[str, Any]:
        """What a store keeps of the file itself: no name, for names of files carry names of people."""
        about = {"format": self.format, "file_sha256": self.file_sha256, "rows_in_file": self.account.rows}
        return about | {key: getattr(self.account, key) for key in SAID} | {"notices": list(self.notices)}

    def __repr__(self) -> str:
        return "\n".join([str(self.account), *map(str, self.questions), *self.notices])


@dataclass(slots=True)
class Reading:
    """A file that is being read, row by row.

    Attributes
    ----------
    found : what the file is; questions, notices, account : complete once `items` has come to its end
    """

    source: Source
    found: Found
    request: Request
    questions: list[Question] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    columns_ignored: tuple[str, ...] = ()
    kept: int = 0
    entries: int = 0
    aside: int = 0

    @property
    def source_name(self) -> str:
        """What the log's column `source` holds: the format and the start of the file's digest."""
        return f"{self.found.format.name}:{self.source.sha256[:8]}"

    def items(self) -> Iterator[Kept | Aside]:
        """Yield what became of each record, one by one, as `lots` does."""
        for item in self.lots(one_by_one=True):
            assert not isinstance(item, Lot)
            yield item

    def lots(self, *, one_by_one: bool = False) -> Iterator[Kept | Aside | Lot]:
        """Yield what became of the records, many at once where the file allows it.

        Where a question turns up, nothing that was yielded may be kept.

        Raises
        ------
        LogError
            If no row of the file can be trusted.
        """
        told: list[Told] = list(self.found.told)
        self.questions = list(self.found.questions)
        sheet = replace(self.found.sheet, blocks=None) if one_by_one else self.found.sheet
        for item in self.found.format.rows(sheet, self.request) if not self.questions else ():
            if isinstance(item, (Kept, Lot)):
                self.kept += item.rows
                self.entries += 1 if isinstance(item, Kept) else item.rows
                yield item
            elif isinstance(item, Aside):
                self.aside += 1
                yield item
            elif isinstance(item, Question):
                self.questions.append(item)
            else:
                told.append(item)
        body = self.found.body
        if not body.complete:
            for _ in body():
                pass
        if not body.filled:
            raise refuse(self.source.name, "empty_file")
        self._tell(told)

    @property
    def account(self) -> Account:
        """The counts of the whole file."""
        body = self.found.body
        counts: dict[str, Any] = {
            "rows": body.total, "header": body.header, "blank": body.blank, "columns_ignored": self.columns_ignored,
            "unit": self.found.unit,
        }  # fmt: skip
        if self.questions:
            return Account(kept=0, quarantined=0, waiting=body.filled, **counts)
        account = Account(kept=self.kept, quarantined=self.aside, entries=self.entries, **counts)
        assert account.adds_up, account
        return account

    def quarantined(self, item: Aside) -> dict[str, Any]:
        """Return a record as a row of the quarantine: the first fault by column and code, all of them in words."""
        first = item.faults[0]
        return {
            "source": self.source_name,
            "sheet": self.found.title,
            "line": item.record.line,
            "column": first.column or None,
            "code": first.code,
            "value": shown(first.found) if first.found else None,
            "message": " ".join(dict.fromkeys(fault.message for fault in item.faults)),
            **{name: item.known.get(name) for name in ("patient_id", "performed_at", "note")},
        }

    def _tell(self, told: list[Told]) -> None:
        if self.found.body.again:
            told.append(Told("header_repeated", self.found.body.again))
        for one in told:
            if one.code == "columns_ignored":
                nameless = (f"column {place + 1}, which has no name" for place in sorted(self.found.body.nameless))
                self.columns_ignored = (*one.names, *nameless)
            elif not self.questions or one.code in ("sheets_hidden", "rows_hidden"):
                found = ", ".join(one.names) if one.names else one.times
                self.notices.append(sentence("notice", one.code, found))


def begin(
    source: Source,
    *,
    mapping: Mapping | None = None,
    patient_id: str | None = None,
    imported_on: date | None = None,
    dictionary: Path | None = None,
) -> Reading:
    """Return the reading of a file that has been recognised; the parameters are those of `read_log`."""
    identifiers, forms = read_dictionary(dictionary) if dictionary is not None else (frozenset(), {})
    request = Request(mapping or Mapping(), _checked_patient(patient_id), imported_on, identifiers, forms)
    return Reading(source, recognise(source, request.mapping), request)


def read_log(
    path: str | os.PathLike[str],
    *,
    mapping: Mapping | dict[str, Any] | str | os.PathLike[str] | None = None,
    patient_id: str | None = None,
    imported_on: date | None = None,
    dictionary: str | os.PathLike[str] | None = None,
) -> ImportResult:
    """Return every physical row of a log file: kept, or quarantined with line, column, code and what to do.

    Parameters
    ----------
    path : our own log (CSV, TSV, XLSX, JSON), an export of Strong, Hevy, FitNotes or REDCap, FHIR R4,
        any table by a mapping
    mapping : the answers to what the source's files ask, as a `Mapping`, its data, or the path of its file
    patient_id : pseudonym of the patient, for files that name none
    imported_on : last day accepted for an entry; 2099-12-31 without it
    dictionary : the study's data dictionary of a REDCap export, whose identifiers are then left out

    Returns
    -------
    ImportResult
        With `log`, `quarantine` (tables of data/README.md), `account`, `questions`, `notices`. While a file still asks,
        `questions` says what and nothing is kept.

    Raises
    ------
    LogError
        If no row of the file can be trusted: it is missing, empty, damaged, no known log, or lacks a column. A bad row
        is no error: it is a row of `quarantine`.
    """
    source = open_source(Path(path))
    return read_source(
        source,
        mapping=mapping_of(mapping),
        patient_id=patient_id,
        imported_on=imported_on,
        dictionary=None if dictionary is None else Path(dictionary),
    )


def read_source(source: Source, *, progress: Callable[[int], None] | None = None, **said: Any) -> ImportResult:
    """Return what `read_log` returns, of a source; `progress` is told how many records have been read.

    Raises
    ------
    LogError
        As `read_log`.
    """
    reading = begin(source, **said)
    gathered, told = Gathered(reading), 0
    for item in reading.lots():
        gathered.add(item)
        if len(gathered) > MAX_ROWS:
            raise refuse(source.name, "too_large", f"more than {MAX_ROWS} rows")
        if progress is not None and len(gathered) > told:
            progress(len(gathered))
            told = len(gathered) + TELL_EVERY
    if reading.questions:
        gathered.clear()
    gathered.aside.sort(key=lambda row: row["line"])
    account, sheet = reading.account, reading.found.sheet
    header = () if reading.found.unit == "resource" else sheet.titles  # it tells no source, and so no answer to keep
    return ImportResult(
        gathered.log(), gathered.quarantine(), account,
        tuple(reading.questions), tuple(reading.notices), reading.found.format.name, source.sha256,
        header, reading.found.format.says,
    )  # fmt: skip


def _checked_patient(patient_id: str | None) -> str | None:
    """Return the pseudonym given by the caller in its one form of writing."""
    found = None if patient_id is None else patient(patient_id)
    if isinstance(found, Fault):
        raise LogError(f"patient_id: {found.message}", code=found.code)
    return found
