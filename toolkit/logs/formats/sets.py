"""Apps that write one row a set: the sets of one start and one exercise make a session."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from toolkit.errors import Problem
from toolkit.logs.codes import Fault, Question, needs_no_work
from toolkit.logs.dates import DateForm
from toolkit.logs.formats.base import Aside, Item, Kept, Request, Sheet, Told, made_id, misfit, refuse_shifted
from toolkit.logs.formats.survey import Survey, targets_without_side
from toolkit.logs.mapping import IGNORE, MAX_NOTE, MappingError, Target
from toolkit.logs.names import may_tell_of_pain
from toolkit.logs.text import Cell, Exact, Record, text_of
from toolkit.logs.values import Moment, moment, number
from toolkit.typed import shown

Seconds = Callable[..., float | Fault | None]
MOST_SETS = 50


def _no_mark(text: str) -> str:
    return ""


def _seconds(text: str, *, decimal: str) -> float | Fault | None:
    return number(text, low=0, high=86_400, decimal=decimal)


@dataclass(frozen=True, slots=True)
class SetColumns:
    """The columns of an app that writes one row a set, folded.

    Parameters
    ----------
    name : of the format, part of each session's identity
    start, exercise, reps, seconds, note : columns; the last three may be absent in a file
    forms : of the dates, ours without any
    read_seconds : reads a cell of `seconds`
    order : column that numbers or marks a set; `mark` says what a cell of it marks: `""` is a plain set, `rest` no set
    """

    name: str
    start: str
    exercise: str
    reps: str = "reps"
    seconds: str = "seconds"
    note: str = "notes"
    forms: tuple[str, ...] = ()
    read_seconds: Seconds = _seconds
    order: str = ""
    mark: Callable[[str], str] = _no_mark

    def rows(self, sheet: Sheet, request: Request) -> Iterator[Item]:
        """Yield one entry for each start and exercise; ask for what the export does not say."""
        read = (self.start, self.exercise, self.reps, self.seconds, self.note, self.order)
        yield Told("columns_ignored", names=sheet.others(*read))
        _refuse_targets_without_side(request)
        survey = self._survey(sheet, request)
        asked = [one for one in survey.questions() if not self._answers(one, sheet, survey)]
        yield from asked
        if not asked:
            yield from _Sessions(self, sheet, request, survey).items()

    def _answers(self, asked: Question, sheet: Sheet, survey: Survey) -> bool:
        """Tell whether the app's own way of writing answers a question: its dates, and commas beside semicolons."""
        if asked.about == "date":
            return survey.own_form is not None
        return asked.about == "decimal" and sheet.decimal == "," and not survey.points

    def _survey(self, sheet: Sheet, request: Request) -> Survey:
        survey = Survey(
            request,
            titles={
                "performed_at": sheet.title(self.start),
                "exercise": sheet.title(self.exercise),
                "reps": sheet.title(self.reps),
                "hold_s": sheet.title(self.seconds),
            },
            forms=self.forms,
            sets=True,
        )
        widths: Counter[int] = Counter()
        number = 0
        for record in sheet.body():
            number += 1
            cells = sheet.cells(record)
            if fault := misfit(sheet, record):
                widths[len(record.fields)] += fault.code == "field_count"
                continue
            if self.mark(text_of(cells.get(self.order, ""))) == "rest":
                continue
            texts = {"performed_at": text_of(cells[self.start]), "exercise": text_of(cells[self.exercise])}
            texts |= {"reps": text_of(cells[self.reps]), "hold_s": text_of(cells.get(self.seconds, ""))}
            survey.add({ours: text.strip() for ours, text in texts.items()}, line=record.line)
        refuse_shifted(sheet, widths, number)
        return survey


@dataclass(slots=True)
class _Session:
    """The sets of one start and one exercise, in the order of the file."""

    target: Target
    at: Moment
    line: int
    sets: list[tuple[float | None, float | None]] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    unread: int = 0


class _Sessions:
    """Groups the sets of a sheet."""

    def __init__(self, columns: SetColumns, sheet: Sheet, request: Request, survey: Survey) -> None:
        self.columns, self.sheet, self.request = columns, sheet, request
        declared = request.mapping.date or survey.own_form
        self.form = DateForm(declared, request.mapping.months) if declared else None
        self.decimal = request.mapping.decimal or ("," if sheet.decimal == "," and survey.commas else ".")
        self.sessions: dict[tuple[str, str], _Session] = {}
        self.told: Counter[str] = Counter()

    def items(self) -> Iterator[Item]:
        """Yield the rows set aside, then the sessions, then what is to be told of all."""
        for record in self.sheet.body():
            faults = self._take(record)
            if faults:
                self.told[faults[0].code] += needs_no_work(faults[0].code)
                yield Aside(record, tuple(faults), self._known(record))
        for key, session in self.sessions.items():
            if session.sets:
                yield self._kept(key, session)
        yield from (Told(code, times) for code, times in self.told.items() if times)

    def _take(self, record: Record) -> list[Fault]:
        """Put a row into its session, or return what is wrong with it."""
        if fault := misfit(self.sheet, record):
            return [fault]
        cells, columns = self.sheet.cells(record), self.columns
        mark = columns.mark(text_of(cells.get(columns.order, "")))
        if mark == "rest":
            return [Fault("not_a_session", self.sheet.title(columns.order), text_of(cells[columns.order]))]
        if damaged := self._damaged(cells):
            return damaged
        name = text_of(cells[columns.exercise]).strip()
        at = self._moment(cells[columns.start])
        if isinstance(at, Fault):
            return [Fault(at.code, self.sheet.title(columns.start), at.found)]
        if not name:
            return [Fault("exercise_missing", self.sheet.title(columns.exercise))]
        target = self.request.mapping.exercises.get(name, IGNORE)
        if not isinstance(target, Target):
            return [Fault("exercise_ignored", self.sheet.title(columns.exercise))]
        when = at.at.isoformat(sep=" ") if at.time_known else at.at.date().isoformat()
        key = (when, unicodedata.normalize("NFC", name))
        session = self.sessions.setdefault(key, _Session(target, at, record.line))
        self.told["sets_marked"] += bool(mark)
        return self._add(session, cells)

    def _moment(self, cell: Cell) -> Moment | Fault:
        """Return when a session began; a date by type needs no declared form."""
        form = None if isinstance(cell, Exact) else self.form
        latest = self.request.imported_on
        return moment(text_of(cell).strip(), zone=self.request.mapping.zone, latest=latest, form=form)

    def _decimal(self, cell: Cell) -> str:
        return "." if isinstance(cell, Exact) else self.decimal

    def _damaged(self, cells: dict[str, Cell]) -> list[Fault]:
        """Return what is wrong with the cells that are read; a damaged one elsewhere says nothing of the set."""
        columns = self.columns
        read = (columns.start, columns.exercise, columns.reps, columns.seconds, columns.note)
        found = ((name, cells.get(name, "")) for name in read)
        return [replace(cell, column=self.sheet.title(name)) for name, cell in found if isinstance(cell, Fault)]

    def _add(self, session: _Session, cells: dict[str, Cell]) -> list[Fault]:
        note = unicodedata.normalize("NFC", text_of(cells.get(self.columns.note, "")).strip())
        notes = [*session.notes, *([note] if note and note not in session.notes else [])]
        one = self._set(cells, session.target)
        if len("\n".join(notes)) > MAX_NOTE:
            one = Fault("out_of_range", self.sheet.title(self.columns.note), f"{len(note)} characters")
        if isinstance(one, Fault):
            session.unread += 1
            return [one]
        session.sets.append(one)
        session.notes = dict.fromkeys(notes)
        return []

    def _set(self, cells: dict[str, Cell], target: Target) -> tuple[float | None, float | None] | Fault:
        """Return repetitions and the hold of one; seconds of 0 are how these apps write that none were taken."""
        columns, hold_of = self.columns, self.request.mapping.hold_of
        cell = cells.get(columns.reps, "")
        reps = number(text_of(cell), low=0, high=200, decimal=self._decimal(cell))
        if isinstance(reps, Fault):
            return Fault(reps.code, self.sheet.title(columns.reps), reps.found)
        cell = cells.get(columns.seconds, "")
        seconds = columns.read_seconds(text_of(cell), decimal=self._decimal(cell))
        if isinstance(seconds, Fault):
            return Fault(seconds.code, self.sheet.title(columns.seconds), seconds.found)
        if seconds and reps and reps > 1:
            if hold_of is None:
                found = f"{seconds:g} s and {reps:g} repetitions"
                return Fault("hold_ambiguous", self.sheet.title(columns.seconds), found)
            hold_s = seconds if hold_of == "rep" else seconds / reps
        else:
            hold_s = seconds or target.hold_s or 0
            reps = 1 if hold_s and not reps else reps
        if hold_s > 600:
            return Fault("out_of_range", self.sheet.title(columns.seconds), f"{hold_s:g} s")
        return reps, hold_s or None

    def _kept(self, key: tuple[str, str], session: _Session) -> Kept:
        dose, averaged = _dose(session)
        note = "\n".join(session.notes) or None
        self.told["set_unreadable"] += session.unread > 0
        self.told["sets_too_many"] += len(session.sets) > MOST_SETS
        self.told["sets_averaged"] += averaged
        self.told["date_only"] += not session.at.time_known
        self.told["time_ambiguous"] += session.at.twice
        self.told["text_may_hold_pain"] += bool(note and may_tell_of_pain(note))
        entry = {
            "entry_id": made_id(self.columns.name, self.request.patient_id, *key),
            "patient_id": self.request.patient_id,
            "exercise": session.target.exercise,
            "side": session.target.side or "none",
            "performed_at": session.at.at,
            "time_known": session.at.time_known,
            "utc_offset_min": session.at.utc_offset_min,
            "status": "done",
            **dose,
            "note": note,
            "line": session.line,
        }
        return Kept(entry, rows=len(session.sets))

    def _known(self, record: Record) -> dict[str, object]:
        """Return the patient, time and note of a row set aside, where they can be read."""
        if misfit(self.sheet, record):
            return {}
        cells = self.sheet.cells(record)
        at = self._moment(cells[self.columns.start])
        note = text_of(cells.get(self.columns.note, "")).strip() or None
        when = None if isinstance(at, Fault) else at.at
        return {"patient_id": self.request.patient_id, "performed_at": when, "note": note}


def _dose(session: _Session) -> tuple[dict[str, float | None], bool]:
    """Return sets, repetitions and hold whose product is the true total, and whether they are means."""
    sets = session.sets
    count = float(len(sets))
    if session.unread or count > MOST_SETS:
        return {"sets": None, "reps": None, "hold_s": None}, False
    if all(one == sets[0] for one in sets):
        return {"sets": count, "reps": sets[0][0], "hold_s": sets[0][1]}, False
    if any(reps is None for reps, _ in sets):
        return {"sets": count, "reps": None, "hold_s": None}, False
    reps = sum(one or 0 for one, _ in sets)
    held = sum((one or 0) * (hold_s or 0) for one, hold_s in sets)
    known = reps > 0 and all(hold_s is not None for one, hold_s in sets if one)
    return {"sets": count, "reps": reps / count, "hold_s": held / reps if known else None}, True


def _refuse_targets_without_side(request: Request) -> None:
    """An app has no column for sides, so that a name must tell one."""
    problems = []
    for name in targets_without_side(request.mapping.exercises):
        target = request.mapping.exercises[name]
        assert isinstance(target, Target)
        message = f"must say the side of {target.exercise}: left, right or both"
        problems.append(Problem(f"exercises: {shown(name)}", message))
    if problems:
        raise MappingError("The saved mapping cannot be used.", problems)
