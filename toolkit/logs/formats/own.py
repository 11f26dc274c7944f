"""Our own log file: one row an entry (docs/formats.md)."""

from __future__ import annotations

import dataclasses
from collections import Counter
from functools import partial
from typing import Any

from toolkit.errors import LogError
from toolkit.logs.codes import Fault, Question, refuse
from toolkit.logs.formats.base import Outcome, Request, Sheet, made_id, whole_records
from toolkit.logs.text import Cell
from toolkit.logs.values import entry_id, moment, number, offset_min, patient, side
from toolkit.plan.catalogue import exercises
from toolkit.schema import STATUSES

REQUIRED = ("patient_id", "exercise", "performed_at")
OPTIONAL = ("entry_id", "side", "utc_offset_min", "logged_at", "status", "sets", "reps", "hold_s", "pain", "note")
BY_IMPORT = ("source", "line")  # columns of our own tables that a file cannot state
MAX_NOTE = 2_000
NUMBERS = {
    "sets": partial(number, low=0, high=50, whole=True),
    "reps": partial(number, low=0, high=200),
    "hold_s": partial(number, low=0, high=600),
    "pain": partial(number, low=0, high=10),
}


def recognise(names: tuple[str, ...]) -> bool:
    """Two of the three columns that must be there tell the format; the third is then missed by name."""
    return len(set(REQUIRED) & set(names)) >= 2


def rows(sheet: Sheet, request: Request) -> Outcome:
    """Return every record as an entry, or set aside with all that is wrong with it."""
    _refuse_missing(sheet, request)
    outcome = Outcome(columns_ignored=tuple(n for n in sheet.names if n not in (*REQUIRED, *OPTIONAL, *BY_IMPORT)))
    equal: Counter[tuple[Any, ...]] = Counter()
    for record in whole_records(sheet, outcome):
        reader = _Reader(sheet.cells(record), request)
        entry = reader.entry()
        if reader.faults:
            outcome.set_aside(record, *reader.faults, known=entry)
            continue
        said = tuple(entry.values())
        entry["entry_id"] = entry["entry_id"] or made_id("own", *said, equal[said])
        equal[said] += 1
        outcome.entries.append({**entry, "line": record.line})
        outcome.kept += 1
    _ask_for_zone(outcome)
    return outcome


def _refuse_missing(sheet: Sheet, request: Request) -> None:
    missing = [name for name in REQUIRED if name not in sheet.names]
    if request.patient_id is not None:
        missing = [name for name in missing if name != "patient_id"]
    if missing:
        error: LogError = refuse(sheet.file, "missing_column", ", ".join(missing))
        raise error


def _ask_for_zone(outcome: Outcome) -> None:
    """A zone is one answer for the whole file, not a fault of each row."""
    waiting = [record for record, faults, _ in outcome.faults if any(fault.code == "zone_missing" for fault in faults)]
    if waiting:
        lines = tuple(f"line {record.line}" for record in waiting[:3])
        outcome.questions.append(Question("zone_missing", "performed_at", examples=lines))


class _Reader:
    """Reads one row, gathering everything that is wrong with it."""

    def __init__(self, cells: dict[str, Cell], request: Request) -> None:
        self.cells, self.request = cells, request
        self.faults: list[Fault] = []

    def entry(self) -> dict[str, Any]:
        """Return the fields of the entry; what could not be read is None."""
        performed = self._moment("performed_at")
        logged = self._moment("logged_at") if self._text("logged_at") else None
        offset = self._take("utc_offset_min", offset_min)
        entry: dict[str, Any] = {
            "entry_id": self._take("entry_id", entry_id),
            "patient_id": self._patient(),
            **self._what(),
            "performed_at": performed.at if performed else None,
            "time_known": performed.time_known if performed else True,
            "utc_offset_min": self._one_offset(offset, performed.utc_offset_min if performed else None),
            "logged_at": logged.at if logged else None,
            **{name: self._take(name, parse) for name, parse in NUMBERS.items()},
            "note": self._note(),
        }
        self._hangs_together(entry)
        return entry

    def _text(self, name: str) -> str:
        cell = self.cells.get(name, "")
        if isinstance(cell, Fault):
            self.faults.append(dataclasses.replace(cell, column=name))
            return ""
        return cell

    def _take(self, name: str, parse: Any) -> Any:
        value = parse(self._text(name))
        if isinstance(value, Fault):
            code = "pain_out_of_range" if (name, value.code) == ("pain", "out_of_range") else value.code
            self.faults.append(Fault(code, name, value.found))
            return None
        return value

    def _moment(self, name: str) -> Any:
        if isinstance(self.cells.get(name), Fault):
            self._text(name)
            return None
        mapping, latest = self.request.mapping, self.request.imported_on
        return self._take(name, partial(moment, zone=mapping.zone, latest=latest))

    def _patient(self) -> str | None:
        if "patient_id" not in self.cells and self.request.patient_id is not None:
            return self.request.patient_id
        return self._take("patient_id", patient)

    def _one_offset(self, column: int | None, in_text: int | None) -> int | None:
        if column is not None and in_text is not None and column != in_text:
            self.faults.append(Fault("offset_disagrees", "utc_offset_min", f"{in_text} and {column}"))
        return in_text if column is None else column

    def _what(self) -> dict[str, str | None]:
        """Return exercise, side and status: all blank in a pain entry."""
        name, word = self._text("exercise").strip(), self._text("status").strip().casefold()
        side_text = self._text("side").strip()
        if not name:
            if side_text or word or not self._text("pain").strip():
                self.faults.append(Fault("exercise_missing", "exercise"))
            return {"exercise": None, "side": None, "status": None}
        status = "done" if "status" not in self.cells else word
        if status not in STATUSES:
            self.faults.append(Fault("status_unknown" if status else "status_missing", "status", word))
        known = exercises().get(name.casefold())
        if known is None:
            self.faults.append(Fault("exercise_unknown", "exercise", name))
            return {"exercise": None, "side": None, "status": status}
        chosen = self._take("side", partial(side, sided=known.sided))
        return {"exercise": known.id, "side": chosen, "status": status}

    def _note(self) -> str | None:
        text = self._text("note")
        if len(text) > MAX_NOTE:
            self.faults.append(Fault("out_of_range", "note", f"{len(text)} characters"))
        return text if text.strip() else None

    def _hangs_together(self, entry: dict[str, Any]) -> None:
        given = [name for name in ("sets", "reps", "hold_s") if entry[name]]
        if entry["status"] == "not_done" and given:
            self.faults.append(Fault("status_contradicts", given[0], ", ".join(given)))
