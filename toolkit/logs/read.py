"""Recognise, read, map, check: a log file becomes one checked table and an account of every row."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import LogError
from toolkit.logs.account import Account
from toolkit.logs.codes import Fault, Question, refuse, sentence
from toolkit.logs.formats import FORMATS
from toolkit.logs.formats.base import Format, Outcome, Request, Sheet
from toolkit.logs.mapping import Mapping, mapping_of
from toolkit.logs.text import HEAD, Record, decode, names_of, records
from toolkit.logs.values import patient
from toolkit.logs.workbook import is_workbook, read_workbook
from toolkit.schema import LOG, QUARANTINE
from toolkit.tables import make
from toolkit.typed import shown

MAX_BYTES, MAX_COLUMNS = 50_000_000, 256


@dataclass(frozen=True, slots=True, repr=False)
class ImportResult:
    """What a file came to: the checked log, the rows not kept, counts that add up, and what it still asks."""

    log: pd.DataFrame
    quarantine: pd.DataFrame
    account: Account
    questions: tuple[Question, ...]
    notices: tuple[str, ...]
    format: str
    file_sha256: str

    @property
    def said(self) -> dict[str, Any]:
        """What a store keeps of the file itself: no name, for names of files carry names of people."""
        account = {key: getattr(self.account, key) for key in ("kept", "quarantined", "blank", "header", "entries")}
        about = {"format": self.format, "file_sha256": self.file_sha256, "rows_in_file": self.account.rows}
        return about | account | {"notices": list(self.notices)}

    def __repr__(self) -> str:
        return "\n".join([str(self.account), *map(str, self.questions), *self.notices])


def read_log(
    path: str | os.PathLike[str],
    *,
    mapping: Mapping | dict[str, Any] | str | os.PathLike[str] | None = None,
    patient_id: str | None = None,
    imported_on: date | None = None,
) -> ImportResult:
    """Return every physical row of a log file: kept, or quarantined with line, column, code and what to do.

    Parameters
    ----------
    path : our own log as CSV, TSV or XLSX, or an export of Strong
    mapping : the answers to what the source's files ask, as a `Mapping`, its data, or the path of its file
    patient_id : pseudonym of the patient, for files that name none
    imported_on : last day accepted for an entry; 2099-12-31 without it

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
    path = Path(path)
    request = Request(mapping_of(mapping), _checked_patient(patient_id), imported_on)
    data = _bytes(path)
    if is_workbook(data):
        sheets = read_workbook(path.name, data)
        sheet_name, found, delimiter = _log_sheet(path.name, sheets)
    else:
        found, delimiter = records(path.name, decode(path.name, data), _known)
        sheet_name = None
    place, names, fmt = _header(path.name, found)
    filled = [record for record in found[place + 1 :] if not record.blank]
    again = [record for record in filled if names_of(record.fields) == names]
    rows = tuple(record for record in filled if names_of(record.fields) != names)
    if not rows:
        raise refuse(path.name, "empty_file")
    _refuse_other_header(path.name, request.mapping, names)
    sheet = Sheet(path.name, names, rows, "," if delimiter == ";" else ".")
    outcome = fmt.rows(sheet, request)
    above = [record for record in found[:place] if not record.blank]
    header = 1 + len(above) + len(again)
    account = _account(outcome, rows=len(found), header=header, blank=len(found) - header - len(rows))
    assert account.adds_up, account
    sha256 = hashlib.sha256(data).hexdigest()
    if again:
        outcome.notices["header_repeated"] = str(len(again))
    return _result(outcome, account, sha256, sheet_name, fmt.name)


def _checked_patient(patient_id: str | None) -> str | None:
    """Return the pseudonym given by the caller in its one form of writing."""
    found = None if patient_id is None else patient(patient_id)
    if isinstance(found, Fault):
        raise LogError(f"patient_id: {found.message}", code=found.code)
    return found


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise refuse(path.name, "too_large", f"{size / 1e6:.0f} MB; {MAX_BYTES / 1e6:.0f} MB are accepted")
        data = path.read_bytes()
    except FileNotFoundError:
        raise LogError(f"There is no file {shown(path.name)} in the folder given.", code="unreadable") from None
    except OSError as error:
        raise refuse(path.name, "unreadable", error.strerror or "no reason given") from None
    if not data.strip():
        raise refuse(path.name, "empty_file")
    return data


def _known(names: tuple[str, ...]) -> bool:
    return any(fmt.recognise(names) for fmt in FORMATS)


def _header(name: str, found: list[Record]) -> tuple[int, tuple[str, ...], Format]:
    """Return the place of the header among the first rows, its names, and the one format that they tell."""
    for place, record in enumerate(found[:HEAD]):
        names = names_of(record.fields)
        fitting = [fmt for fmt in FORMATS if fmt.recognise(names)]
        if len(fitting) > 1:
            raise refuse(name, "format_ambiguous", ", ".join(fmt.name for fmt in fitting))
        if fitting:
            named = [column for column in names if column]
            if twice := sorted({column for column in named if named.count(column) > 1}):
                raise refuse(name, "duplicate_column", ", ".join(twice))
            if len(names) > MAX_COLUMNS:
                raise refuse(name, "too_large", f"{len(names)} columns")
            return place, names, fitting[0]
    first = next((record for record in found if not record.blank), None)
    if first is None:
        raise refuse(name, "empty_file")
    count = len(first.fields)  # the names themselves may hold a person's
    raise refuse(name, "not_a_log", f"its first row has {count} field{'' if count == 1 else 's'}, none by our names")


def _log_sheet(name: str, sheets: dict[str, list[Record]]) -> tuple[str, list[Record], str]:
    """Return the sheet called log, else the one visible sheet whose header fits."""
    if "log" in sheets:
        return "log", sheets["log"], ""
    fitting = [
        title for title, found in sheets.items() if any(_known(names_of(record.fields)) for record in found[:HEAD])
    ]
    if len(fitting) != 1:
        raise refuse(name, "wrong_sheet", ", ".join(sheets) or "all hidden")
    return fitting[0], sheets[fitting[0]], ""


def _refuse_other_header(name: str, mapping: Mapping, names: tuple[str, ...]) -> None:
    if mapping.header is not None and tuple(text.strip().casefold() for text in mapping.header) != names:
        raise LogError(f"{shown(name)}: the saved mapping is for a file with another header.", code="missing_column")


def _account(outcome: Outcome, *, rows: int, header: int, blank: int) -> Account:
    counts = {"rows": rows, "header": header, "blank": blank, "columns_ignored": outcome.columns_ignored}
    if outcome.questions:
        return Account(kept=0, quarantined=0, waiting=rows - header - blank, **counts)  # type: ignore[arg-type]
    kept, entries = outcome.kept, len(outcome.entries)
    return Account(kept=kept, quarantined=len(outcome.faults), entries=entries, **counts)  # type: ignore[arg-type]


def _result(outcome: Outcome, account: Account, sha256: str, sheet: str | None, format_name: str) -> ImportResult:
    source = f"{format_name}:{sha256[:8]}"
    waiting = bool(outcome.questions)
    log = make(LOG, [] if waiting else [{**entry, "source": source} for entry in outcome.entries])
    faults = [] if waiting else sorted(outcome.faults, key=lambda found: found[0].line)
    rows = [_quarantined(*found, source=source, sheet=sheet) for found in faults]
    notices = tuple(sentence("notice", code, count) for code, count in outcome.notices.items())
    return ImportResult(log, make(QUARANTINE, rows), account, tuple(outcome.questions), notices, format_name, sha256)


def _quarantined(
    record: Record, faults: list[Fault], known: dict[str, Any], *, source: str, sheet: str | None
) -> dict[str, Any]:
    """Return one row of the quarantine: the first fault by column and code, all of them in words."""
    first = faults[0]
    return {
        "source": source,
        "sheet": sheet,
        "line": record.line,
        "column": first.column or None,
        "code": first.code,
        "value": shown(first.found) if first.found else None,
        "message": " ".join(dict.fromkeys(fault.message for fault in faults)),
        **{name: known.get(name) for name in ("patient_id", "performed_at", "note")},
    }
