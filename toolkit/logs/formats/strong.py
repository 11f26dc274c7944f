"""Exports of the app Strong: one row a set; the sets of one workout and exercise make a session."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from toolkit.logs.codes import Fault, Question
from toolkit.logs.formats.base import Outcome, Request, Sheet, made_id, whole_records
from toolkit.logs.mapping import Target
from toolkit.logs.text import Cell, Record
from toolkit.logs.values import Moment, moment, number
from toolkit.plan.catalogue import exercises

COLUMNS = {"workout name", "exercise name", "set order", "reps", "seconds"}
READ = {*COLUMNS, "date", "notes"}
REST = "rest timer"


@dataclass(frozen=True, slots=True)
class _Set:
    """One set: repetitions and seconds of one repetition; None where they were not recorded."""

    record: Record
    reps: float | None
    hold_s: float | None


def recognise(names: tuple[str, ...]) -> bool:
    """Strong has a date, a workout, an exercise, a set order, repetitions and seconds."""
    return set(names) >= COLUMNS | {"date"}


def rows(sheet: Sheet, request: Request) -> Outcome:
    """Return one entry for each workout's start and exercise; ask for the patient and for names without a mapping."""
    outcome = Outcome(columns_ignored=tuple(name for name in sheet.names if name and name not in READ))
    records = list(whole_records(sheet, outcome))
    unmapped = Counter(
        name
        for cells in map(sheet.cells, records)
        if not _is_rest(cells) and (name := _text(cells, "exercise name")) and name not in request.mapping.exercises
    )
    if request.patient_id is None:
        outcome.questions.append(Question("patient_needed"))
    if unmapped:
        examples = tuple(f"{name}: {count} sets" for name, count in unmapped.most_common())
        outcome.questions.append(
            Question("names_to_map", "Exercise Name", choices=(*exercises(), "ignore"), examples=examples)
        )
    if not outcome.questions:
        _group(sheet, records, request, outcome)
    return outcome


def _group(sheet: Sheet, records: list[Record], request: Request, outcome: Outcome) -> None:
    sessions: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        cells = sheet.cells(record)
        name = _text(cells, "exercise name")
        when = _when(cells, request)
        faults = [cell for cell in cells.values() if isinstance(cell, Fault)]
        if _is_rest(cells):
            outcome.set_aside(record, Fault("not_a_session", "Set Order", "Rest Timer"))
        elif faults or isinstance(when, Fault):
            outcome.set_aside(record, *faults, *([when] if isinstance(when, Fault) else []))
        elif not name:
            outcome.set_aside(record, Fault("exercise_missing", "Exercise Name"))
        elif request.mapping.exercises[name] == "ignore":
            outcome.set_aside(record, Fault("exercise_ignored", "Exercise Name"))
        else:
            sessions.setdefault((_text(cells, "date"), name), []).append(record)
    for (date_text, name), of_session in sessions.items():
        _add_session(sheet, of_session, (date_text, name), request, outcome)
    _tell(outcome)


def _add_session(sheet: Sheet, records: list[Record], key: tuple[str, str], request: Request, outcome: Outcome) -> None:
    """Make one entry of the sets of one exercise, or set aside the sets that cannot be read."""
    target = request.mapping.exercises[key[1]]
    assert isinstance(target, Target)
    sets, unread = [], 0
    for record in records:
        found = _set(record, sheet, target, request)
        if isinstance(found, Fault):
            outcome.set_aside(record, found)
            unread += 1
        else:
            sets.append(found)
    if not sets:
        return
    when = _when(sheet.cells(sets[0].record), request)
    assert isinstance(when, Moment)
    dose, averaged = _dose(sets) if not unread else (dict.fromkeys(("sets", "reps", "hold_s")), False)
    _count(outcome, "set_unreadable", unread > 0)
    _count(outcome, "sets_averaged", averaged)
    notes = [text for one in sets if (text := _text(sheet.cells(one.record), "notes").strip())]
    outcome.kept += len(sets)
    outcome.entries.append(
        {
            "entry_id": made_id("strong", request.patient_id, *key),
            "patient_id": request.patient_id,
            "exercise": target.exercise,
            "side": target.side or "none",
            "performed_at": when.at,
            "time_known": when.time_known,
            "utc_offset_min": when.utc_offset_min,
            "status": "done",
            **dose,
            "note": "\n".join(notes) or None,
            "line": sets[0].record.line,
        }
    )


def _set(record: Record, sheet: Sheet, target: Target, request: Request) -> _Set | Fault:
    """Return what one set says; seconds of 0 are Strong's way of writing that none were taken."""
    cells = sheet.cells(record)
    found: dict[str, float | None] = {}
    for name, high in (("reps", 200), ("seconds", 86_400)):
        value = number(_text(cells, name), low=0, high=high, decimal=sheet.decimal)
        if isinstance(value, Fault):
            return Fault(value.code, name.capitalize(), value.found)
        found[name] = value
    reps, seconds = found["reps"], found["seconds"]
    if seconds and reps and reps > 1:
        if request.mapping.hold_of is None:
            return Fault("hold_ambiguous", "Seconds", f"{seconds:g} s and {reps:g} repetitions")
        hold_s = seconds if request.mapping.hold_of == "rep" else seconds / reps
    else:
        hold_s = seconds or target.hold_s or 0
        reps = 1 if hold_s and not reps else reps
    if hold_s > 600:
        return Fault("out_of_range", "Seconds", f"{hold_s:g} s")
    return _Set(record, reps, hold_s or None)


def _dose(sets: list[_Set]) -> tuple[dict[str, float | None], bool]:
    """Return sets, repetitions and hold whose product is the true total, and whether they are means."""
    count = float(len(sets))
    if count > 50:
        return {"sets": None, "reps": None, "hold_s": None}, False
    first = sets[0]
    if all((one.reps, one.hold_s) == (first.reps, first.hold_s) for one in sets):
        return {"sets": count, "reps": first.reps, "hold_s": first.hold_s}, False
    if any(one.reps is None for one in sets):
        return {"sets": count, "reps": None, "hold_s": None}, False
    reps = sum(one.reps or 0 for one in sets)
    held = sum((one.reps or 0) * (one.hold_s or 0) for one in sets)
    known = reps > 0 and all(one.hold_s is not None for one in sets if one.reps)
    return {"sets": count, "reps": reps / count, "hold_s": held / reps if known else None}, True


def _when(cells: dict[str, Cell], request: Request) -> Moment | Fault:
    found = moment(_text(cells, "date"), zone=request.mapping.zone, latest=request.imported_on)
    return Fault(found.code, "Date", found.found) if isinstance(found, Fault) else found


def _is_rest(cells: dict[str, Cell]) -> bool:
    return _text(cells, "set order").strip().casefold() == REST


def _text(cells: dict[str, Cell], name: str) -> str:
    cell = cells.get(name, "")
    return cell if isinstance(cell, str) else ""


def _count(outcome: Outcome, notice: str, happened: bool) -> None:
    if happened:
        outcome.notices[notice] = str(int(outcome.notices.get(notice, "0")) + 1)


def _tell(outcome: Outcome) -> None:
    """Sum up the rows that need no work."""
    codes = Counter(faults[0].code for _, faults, _ in outcome.faults)
    for code in ("not_a_session", "exercise_ignored"):
        if codes[code]:
            outcome.notices[code] = str(codes[code])
