"""One row of a table, one entry of the log: everything that is wrong with it at once."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from toolkit.logs.codes import Fault
from toolkit.logs.dates import DateForm
from toolkit.logs.formats.base import Kept, Request, Sheet, made_id
from toolkit.logs.mapping import ENTRY, IGNORE, MAX_NOTE, PAIN, Columns, Target
from toolkit.logs.names import says_hold, word_proposals
from toolkit.logs.text import Cell, Exact, Record, text_of
from toolkit.logs.values import MOMENT, Moment, entry_id, hold, moment, number, offset_min, patient, side
from toolkit.plan.catalogue import exercises
from toolkit.schema import STATUSES

TYPED_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}")
Parse = Callable[[str], Any]


class EntryReader:
    """Reads the rows of a sheet by its columns and the source's mapping.

    Parameters
    ----------
    columns : ours to theirs, folded; several of theirs are read one after the other

    Attributes
    ----------
    faults : what is wrong with the row read last; twice : whether its time was shown twice by clocks there
    """

    def __init__(self, sheet: Sheet, request: Request, columns: Mapping[str, Columns]) -> None:
        mapping = request.mapping
        self.request, self.mapping = request, mapping
        self.places = {ours: [sheet.names.index(name) for name in theirs] for ours, theirs in columns.items()}
        self.called = {ours: sheet.title(theirs[0]) for ours, theirs in columns.items()}
        self.form = DateForm(mapping.date, mapping.months) if mapping.date else None
        self.blanks = frozenset(word.strip().casefold() for word in mapping.blank)
        self.words = {
            ours: {word.strip().casefold(): ours_word for word, ours_word in words.items()}
            for ours, words in mapping.words.items()
        }
        self.moments = partial(moment, zone=mapping.zone, latest=request.imported_on, form=self.form)
        self.numbers = _numbers(mapping.decimal or ".")
        self.declared = mapping.decimal == "," or self.form is not None
        by_type = partial(moment, zone=mapping.zone, latest=request.imported_on)
        self.exactly: dict[str, Parse] = {**_numbers("."), "performed_at": self._dated(by_type), "logged_at": by_type}
        self.faults: list[Fault] = []
        self.cells: tuple[Cell, ...] = ()
        self.twice = False

    def _dated(self, by_type: Parse) -> Parse:
        """A date by type is read as such; a year, month and day in cells of their own are numbers, and declared."""
        return lambda text: by_type(text) if MOMENT.fullmatch(text) else self.moments(text)

    def read(self, record: Record) -> dict[str, Any]:
        """Return the fields of the entry; what could not be read is None and its fault is in `faults`."""
        self.cells, self.faults = record.fields, []
        performed: Moment | None = self._take("performed_at", self.moments)
        logged: Moment | None = self._take("logged_at", self.moments) if self.text("logged_at") else None
        self.twice = bool(performed and performed.twice)
        offset = self._take("utc_offset_min", offset_min)
        entry: dict[str, Any] = {
            "entry_id": self._take("entry_id", entry_id),
            "patient_id": self._patient(),
            "exercise": None,
            "side": None,
            "status": None,
            "performed_at": performed.at if performed else None,
            "time_known": performed.time_known if performed else True,
            "utc_offset_min": self._one_offset(offset, performed.utc_offset_min if performed else None),
            "logged_at": logged.at if logged else None,
            **{name: self._take(name, parse) for name, parse in self.numbers.items()},
            "note": self._note(),
        }
        entry |= self._what(entry)
        self._hangs_together(entry)
        return entry

    def text(self, ours: str) -> str:
        """Return what stands in a column, after the mapping's words; blank where there is no such column."""
        places = self.places.get(ours)
        if places is None:
            return self.mapping.constants.get(ours, "")
        cell = self.cells[places[0]]
        text = cell.strip() if len(places) == 1 and isinstance(cell, str) else self._joined(ours, places)
        if self.blanks and text.casefold() in self.blanks:
            return ""
        return self.words[ours].get(text.casefold(), text) if ours in self.words else text

    def _joined(self, ours: str, places: list[int]) -> str:
        found: list[str] = []
        for place in places:
            cell = self.cells[place]
            if isinstance(cell, Fault):
                self._add(dataclasses.replace(cell, column=self.called[ours]))
                return ""
            if text := cell.strip():
                found.append(text if not found or not TYPED_CLOCK.fullmatch(text) else text.zfill(8))
        return " ".join(found)

    def exact(self, ours: str) -> bool:
        """Tell whether a column's first cell is a number or a date by type, to which no declared form applies."""
        places = self.places.get(ours)
        return places is not None and isinstance(self.cells[places[0]], Exact)

    def _add(self, fault: Fault) -> None:
        if fault not in self.faults:
            self.faults.append(fault)

    def _take(self, ours: str, parse: Parse) -> Any:
        """Return what a column says, None where there is no such column, or where its fault has been added."""
        if ours not in self.places and ours not in self.mapping.constants:
            return None
        before = len(self.faults)
        text = self.text(ours)
        if self.declared and self.exact(ours):
            parse = self.exactly.get(ours, parse)
        value = parse(text) if len(self.faults) == before else None
        if isinstance(value, Fault):
            code = "pain_out_of_range" if (ours, value.code) == ("pain", "out_of_range") else value.code
            self._add(Fault(code, self.called.get(ours, ours), value.found))
            return None
        return value

    def _patient(self) -> str | None:
        if "patient_id" not in self.places:
            return self.request.patient_id
        ours = self.mapping.patients.get(self.text("patient_id")) if self.mapping.patients else None
        return ours or self._take("patient_id", patient)

    def _one_offset(self, column: int | None, in_text: int | None) -> int | None:
        if column is not None and in_text is not None and column != in_text:
            column_name = self.called.get("utc_offset_min", "utc_offset_min")
            self._add(Fault("offset_disagrees", column_name, f"{in_text} and {column}"))
        return in_text if column is None else column

    def _what(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return exercise, side and status: all blank in a pain entry."""
        name = self.text("exercise").strip()
        target = self.mapping.exercises.get(name) if name else None
        if target == IGNORE:
            self.faults = [Fault("exercise_ignored", self.called.get("exercise", "exercise"))]
            return {}
        if target == PAIN or (not name and "exercise" not in self.places):
            return self._pain_entry(entry, says_so=True)
        if not name:
            return self._pain_entry(entry, says_so=False)
        status = self._status()
        known = exercises().get(target.exercise if isinstance(target, Target) else name.casefold())
        if known is None:
            self._add(Fault("exercise_unknown", self.called.get("exercise", "exercise"), name))
            return {"status": status}
        named = target if isinstance(target, Target) else None
        found: dict[str, Any] = {"exercise": known.id, "side": self._side(named, sided=known.sided), "status": status}
        if word := self._word_of_side():
            found["note"] = f"{entry['note'] or ''} [side: {word}]".strip()
        if named and named.hold_s is not None and entry["hold_s"] is None and status == "done":
            found["hold_s"] = named.hold_s
        return found

    def _pain_entry(self, entry: Mapping[str, Any], *, says_so: bool) -> dict[str, Any]:
        """A row without an exercise: pain, and nothing that only a session has."""
        column = self.called.get("exercise", "exercise")
        if says_so:
            if entry["pain"] is None and not self.faults:
                self._add(Fault("not_a_session", column, "no pain value"))
            return {"sets": None, "reps": None, "hold_s": None}
        stated = any(self.text(name) for name in ("side", "status") if name in self.places)
        if stated or not self.text("pain"):
            self._add(Fault("exercise_missing", column))
        return {}

    def _status(self) -> str:
        if "status" not in self.places:
            return self.mapping.constants.get("status", "done")
        word = self.text("status").strip().casefold()
        if word not in STATUSES:
            self._add(Fault("status_unknown" if word else "status_missing", self.called["status"], word))
        return word

    def _side(self, named: Target | None, *, sided: bool) -> str | None:
        """Return the side of the column, else the one that the exercise's name tells; they may not differ."""
        told = named.side if named else None
        stated = self.text("side").strip()
        if told is None or (stated and stated.casefold() != told):
            if told not in (None, "none") and stated:
                self._add(Fault("side_unknown", self.called.get("side", "side"), f"{told} and {stated}"))
                return None
            return self._take_side(stated, sided=sided)
        return told

    def _word_of_side(self) -> str:
        """Return the words of a side that a person had to interpret, such as `Right Mostly`: they stay in the note."""
        cell = self.cells[self.places["side"][0]] if "side" in self.words and "side" in self.places else ""
        word = text_of(cell).strip()
        return (
            word if " " in word and word.casefold() in self.words["side"] and not word_proposals("side", [word]) else ""
        )

    def _take_side(self, stated: str, *, sided: bool) -> str | None:
        found = side(stated, sided=sided)
        if isinstance(found, Fault):
            self._add(Fault(found.code, self.called.get("side", "side"), found.found))
            return None
        return found

    def _note(self) -> str | None:
        cells = [self.cells[place] for place in self.places.get("note", ())]
        damaged = [cell for cell in cells if isinstance(cell, Fault)]
        for cell in damaged:
            self._add(dataclasses.replace(cell, column=self.called["note"]))
        text = unicodedata.normalize("NFC", " ".join(cell for cell in cells if isinstance(cell, str)))
        if len(text) > MAX_NOTE:
            self._add(Fault("out_of_range", self.called["note"], f"{len(text)} characters"))
        return text if text.strip() else None

    def _hangs_together(self, entry: dict[str, Any]) -> None:
        given = [name for name in ("sets", "reps", "hold_s") if entry[name]]
        if entry["status"] == "not_done" and given:
            self._add(Fault("status_contradicts", self.called.get(given[0], given[0]), ", ".join(given)))
        if not entry["hold_s"] or not entry["reps"] or entry["reps"] <= 1:
            return
        if self.mapping.hold_of == "set":
            entry["hold_s"] /= entry["reps"]
        elif self.mapping.hold_of is None and "hold_s" in self.places and not says_hold(self.called["hold_s"]):
            found = f"{entry['hold_s']:g} s and {entry['reps']:g} repetitions"
            self._add(Fault("hold_ambiguous", self.called["hold_s"], found))


def _numbers(decimal: str) -> dict[str, Parse]:
    return {
        "sets": partial(number, low=0, high=50, whole=True, decimal=decimal),
        "reps": partial(number, low=0, high=200, decimal=decimal),
        "hold_s": partial(hold, decimal=decimal),
        "pain": partial(number, low=0, high=10, decimal=decimal),
    }


class Identities:
    """Gives an identity to entries that name none: equal rows of a file stay different entries.

    Takes about 100 bytes of memory for each such row.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._seen: dict[int, int] = {}

    def kept(self, entry: dict[str, Any], line: int) -> Kept:
        """Return the entry with its identity and line."""
        if entry["entry_id"] is None:
            entry["entry_id"] = self.made((*(entry[name] for name in ENTRY), entry["time_known"]))
        return Kept(entry | {"line": line})

    def made(self, said: tuple[Any, ...]) -> str:
        """Return the identity of an entry that says this, `ENTRY` and `time_known`, after those that said the same."""
        first = made_id(self._kind, *said, 0)
        key = int(first[1:17], 16)
        ordinal = self._seen.get(key, 0)
        self._seen[key] = ordinal + 1
        return made_id(self._kind, *said, ordinal) if ordinal else first
