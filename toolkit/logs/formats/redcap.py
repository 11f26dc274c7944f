"""Raw exports of REDCap: one row a record, event and instance of a repeating instrument, most of its cells blank."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from toolkit.errors import LogError
from toolkit.logs.codes import Fault, Question
from toolkit.logs.formats.base import Aside, Item, Kept, Request, Sheet, Told, made_id, misfit
from toolkit.logs.formats.carry import Carried
from toolkit.logs.formats.entries import EntryReader, Identities
from toolkit.logs.formats.table import ask, columns_of, finished
from toolkit.logs.formats.table import rows as table_rows
from toolkit.logs.mapping import Columns, folded
from toolkit.logs.text import Cell, Record, text_of
from toolkit.typed import shown

STRUCTURE = ("redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance")
OFFERED = {  # the instrument we offer: docs/formats.md
    "performed_at": "log_date", "exercise": "exercise", "side": "side", "sets": "sets_done", "reps": "reps_done",
    "hold_s": "hold_s", "pain": "pain_nrs", "status": "done", "note": "skip_reason",
}  # fmt: skip
STATUS = {"1": "done", "0": "not_done"}
NOT_GIVEN = "[not completed]"
FIELD, FORM, IDENTIFIER = "Variable / Field Name", "Form Name", "Identifier?"


def recognise(names: tuple[str, ...]) -> bool:
    """The structure columns tell the format, or the column in which a form says whether it is complete."""
    if set(STRUCTURE) & set(names):
        return True
    return any(name.endswith("_complete") for name in names[1:]) and not {"exercise", "performed_at"} <= set(names)


def rows(sheet: Sheet, request: Request) -> Iterator[Item]:
    """Yield the rows of the log's instrument as entries, all others as no session."""
    request = _with_offered_columns(sheet, request)
    identifying = tuple(name for name in sheet.others() if _base(name) in request.identifiers)
    request = _without_identifiers(request, identifying)
    if identifying:
        yield Told("identifiers_dropped", names=identifying)
    if not request.forms:
        yield Told("dictionary_missing")
    if not request.mapping.columns:
        yield from table_rows(_without(sheet, identifying), request)
        return
    columns = columns_of(sheet, request)
    read = {name for names in columns.values() for name in names}
    yield Told("columns_ignored", names=sheet.others(*read, *STRUCTURE))
    own = _instrument(sheet, columns)
    study = replace(sheet, body=lambda: (_answered(sheet, request, record) for record in sheet.body()))
    log = replace(study, body=lambda: (record for record in study.body() if _is_log(study, own, record)))
    questions: list[Question] = list(ask(log, request, columns, Carried(log, request.mapping, columns)))
    yield from questions
    if not questions:
        yield from _entries(study, request, columns, own)


def _entries(sheet: Sheet, request: Request, columns: dict[str, Columns], own: frozenset[str]) -> Iterator[Item]:
    reader, made, others, dated = EntryReader(sheet, request, columns), Identities("redcap"), 0, 0
    for record in sheet.body():
        if fault := misfit(sheet, record):
            yield Aside(record, (fault,))
        elif not _is_log(sheet, own, record):
            others += 1
            yield Aside(record, (Fault("not_a_session", found=_instrument_of(sheet, record) or "another form"),))
        else:
            entry = reader.read(record)
            place = tuple(text_of(sheet.cells(record).get(name, "")).strip() for name in STRUCTURE)
            if entry["entry_id"] is None and any(place):
                about = (text_of(record.fields[0]).strip(), *place, entry["exercise"], entry["side"])
                entry["entry_id"] = made_id("redcap", sheet.names, *about)
            item = finished(reader, made, entry, record)
            dated += isinstance(item, Kept) and not entry["time_known"]
            yield item
    yield from (Told(code, times) for code, times in (("not_a_session", others), ("date_only", dated)) if times)


def _with_offered_columns(sheet: Sheet, request: Request) -> Request:
    """Read our own instrument without a mapping of columns; the record's id is the patient."""
    mapping = request.mapping
    if mapping.columns and "patient_id" not in mapping.columns:
        columns = {"patient_id": (sheet.names[0],), **mapping.columns}
        return replace(request, mapping=mapping.model_copy(update={"columns": columns}))
    if mapping.columns or not {"log_date", "exercise"} <= set(sheet.names):
        return request
    columns = {ours: (theirs,) for ours, theirs in OFFERED.items() if theirs in sheet.names}
    words = mapping.words if "status" in mapping.words else {**mapping.words, "status": STATUS}
    return replace(
        request,
        mapping=mapping.model_copy(update={"columns": {"patient_id": (sheet.names[0],), **columns}, "words": words}),
    )


def _without_identifiers(request: Request, identifying: tuple[str, ...]) -> Request:
    """Read no column that can name a person, but the record's id, which must then be answered with a pseudonym."""
    gone = set(folded(identifying))
    columns = {
        ours: theirs
        for ours, theirs in request.mapping.columns.items()
        if ours == "patient_id" or not set(folded(theirs)) & gone
    }
    named = bool(set(folded(columns.get("patient_id", ()))) & gone)
    mapping = request.mapping.model_copy(update={"columns": columns})
    return replace(request, mapping=mapping, patients_named=named)


def _without(sheet: Sheet, identifying: tuple[str, ...]) -> Sheet:
    """Return the sheet as a person may see it who is asked for its columns."""
    gone = {place for place, title in enumerate(sheet.titles) if title in identifying}

    def kept(values: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(value for place, value in enumerate(values) if place not in gone)

    return replace(
        sheet,
        names=tuple(str(name) for name in kept(sheet.names)),
        titles=tuple(str(title) for title in kept(sheet.titles)),
        body=lambda: (Record(one.line, kept(one.fields), one.fault) for one in sheet.body()),
    )


def _instrument_of(sheet: Sheet, record: Record) -> str:
    return text_of(sheet.cells(record).get("redcap_repeat_instrument", "")).strip()


def _instrument(sheet: Sheet, columns: dict[str, Columns]) -> frozenset[str]:
    """Return the instruments in whose rows a mapped column holds something; base rows have a blank one."""
    mapped = [name for ours, names in columns.items() if ours != "patient_id" for name in names]
    found = set()
    for record in sheet.body():
        cells = sheet.cells(record)
        if record.fault is None and any(text_of(cells.get(name, "")).strip() for name in mapped):
            found.add(_instrument_of(sheet, record))
    return frozenset(found - {""} or found)


def _is_log(sheet: Sheet, own: frozenset[str], record: Record) -> bool:
    return record.fault is not None or _instrument_of(sheet, record) in own


def _answered(sheet: Sheet, request: Request, record: Record) -> Record:
    """Blank what was never answered: an unchecked box of a question without a check, a time that was not given."""
    if misfit(sheet, record):
        return record
    cells = sheet.cells(record)
    fields = [
        "" if cell == NOT_GIVEN or (cell == "0" and "___" in name and _unasked(cells, request, name)) else cell
        for name, cell in zip(sheet.names, record.fields, strict=True)
    ]
    return Record(record.line, tuple(fields))


def _unasked(cells: dict[str, Cell], request: Request, name: str) -> bool:
    """Tell whether an unchecked box may never have been asked.

    A box says 0 whether or not its form was opened: it counts where the form says whether it is complete, and where the
    question has no other box or one of its boxes is checked.
    """
    question = _base(name)
    form = request.forms.get(question)
    says = (
        [cells.get(f"{form}_complete", "")]
        if form
        else [cell for key, cell in cells.items() if key.endswith("_complete")]
    )
    boxes = [cell for key, cell in cells.items() if _base(key) == question and "___" in key]
    return not all(text_of(one).strip() for one in says) or (len(boxes) > 1 and "1" not in boxes)


def _base(name: str) -> str:
    return name.strip().casefold().partition("___")[0]


def read_dictionary(path: Path) -> tuple[frozenset[str], dict[str, str]]:
    """Return the columns that can name a person, and the form of each column, from a study's data dictionary.

    Raises
    ------
    LogError
        If it is no data dictionary as REDCap writes it.
    """
    name = shown(path.name)
    try:
        found = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True))
    except (OSError, ValueError, csv.Error):
        raise LogError(f"{name} cannot be read as a data dictionary.", code="unreadable") from None
    if not found or not {FIELD, FORM, IDENTIFIER} <= set(found[0]):
        raise LogError(
            f"{name} is no data dictionary: it lacks {FIELD}, {FORM} or {IDENTIFIER}.", code="missing_column"
        )
    fields = {row[FIELD].strip().casefold(): row for row in found if row[FIELD]}
    identifiers = frozenset(one for one, row in fields.items() if (row[IDENTIFIER] or "").strip().casefold() == "y")
    return identifiers, {one: (row[FORM] or "").strip().casefold() for one, row in fields.items()}
