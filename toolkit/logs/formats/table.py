"""Any plain table with a header, by a saved mapping: one row an entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from toolkit.logs.codes import Question, needs_no_work, refuse
from toolkit.logs.formats.base import Aside, Item, Kept, Request, Sheet, Told, refuse_shifted
from toolkit.logs.formats.carry import Carried
from toolkit.logs.formats.entries import EntryReader, Identities
from toolkit.logs.formats.survey import NUMBERS, Survey
from toolkit.logs.mapping import ENTRY, Columns, folded
from toolkit.logs.names import column_proposals
from toolkit.logs.text import Record, text_of


def recognise(names: tuple[str, ...]) -> bool:
    """No header tells that a table is a log: a mapping does, or a person who is asked."""
    return False


def rows(sheet: Sheet, request: Request) -> Iterator[Item]:
    """Yield every record as an entry, or set aside with all that is wrong with it; ask what the mapping leaves open."""
    mapping = request.mapping
    if question := _columns_question(sheet, request):
        yield question
        return
    columns = columns_of(sheet, request)
    yield Told("columns_ignored", names=sheet.others(*(name for names in columns.values() for name in names)))
    carried = Carried(sheet, mapping, columns)
    questions = list(ask(sheet, request, columns, carried))
    yield from questions
    if not questions:
        reader = EntryReader(sheet, request, columns)
        yield from read(reader, Identities("table"), carried)


def columns_of(sheet: Sheet, request: Request) -> dict[str, Columns]:
    """Return the mapping's columns, folded.

    Raises
    ------
    LogError
        `missing_column`, with all that the sheet lacks.
    """
    found = {ours: folded(theirs) for ours, theirs in request.mapping.columns.items()}
    if missing := [name for names in found.values() for name in names if name not in sheet.names]:
        raise refuse(sheet.file, "missing_column", ", ".join(dict.fromkeys(missing)))
    return found


def ask(sheet: Sheet, request: Request, columns: dict[str, Columns], carried: Carried) -> Iterator[Question]:
    """Look at the whole table and return what must be asked before it is read."""
    survey = Survey(request, titles={ours: sheet.title(names[0]) for ours, names in columns.items()})
    reader = EntryReader(sheet, request, columns)
    shifted: Counter[int] = Counter()
    number = 0
    for record in carried.records():
        number += 1
        if record.fault is not None:
            shifted[len(record.fields)] += record.fault.code == "field_count"
            continue
        reader.cells = record.fields
        texts = {ours: reader.text(ours) for ours in columns if ours not in NUMBERS or not reader.exact(ours)}
        survey.add(texts, line=record.line)
    refuse_shifted(sheet, shifted, number)
    yield from survey.questions()


def read(reader: EntryReader, made: Identities, carried: Carried) -> Iterator[Item]:
    """Yield what became of each record."""
    told: Counter[str] = Counter()
    before: dict[str, Any] = {}
    for record in carried.records():
        if record.fault is not None:
            yield Aside(record, (record.fault,), _day_of(reader, carried, record))
            continue
        entry = reader.read(record)
        if carried.active and entry["performed_at"] is not None:
            told["steps_back"] += bool(before) and entry["performed_at"].date() < before["day"].date()
            before["day"] = entry["performed_at"]
        item = finished(reader, made, entry, record)
        if isinstance(item, Kept):
            told["date_only"] += not entry["time_known"]
            told["time_ambiguous"] += reader.twice
        else:
            told[item.faults[0].code] += needs_no_work(item.faults[0].code)
        yield item
    told["carried_down"] = carried.filled
    yield from (Told(code, times) for code, times in told.items() if times)


def _day_of(reader: EntryReader, carried: Carried, record: Record) -> dict[str, Any]:
    """Return the day of a damaged row, where its columns stand left of the damage."""
    if not carried.active or not carried.stands_left(record):
        return {}
    return {"performed_at": reader.read(record)["performed_at"]}


def finished(reader: EntryReader, made: Identities, entry: dict[str, Any], record: Record) -> Kept | Aside:
    """Return the entry with its identity, or the record set aside."""
    if reader.faults:
        return Aside(record, tuple(reader.faults), entry)
    return made.kept(entry, record.line)


def _columns_question(sheet: Sheet, request: Request) -> Question | None:
    """Ask for the columns where the mapping does not say at least a date, and an exercise or a pain."""
    if request.mapping.says_enough:
        return None
    titles = tuple(title for title in sheet.titles if title.strip())
    shown = []
    for record in sheet.body():
        shown.append(", ".join(text_of(cell).strip() for cell in record.fields))
        if len(shown) == 3:
            break
    return Question("names_to_map", "", ENTRY, tuple(shown), "columns", titles, proposed=dict(column_proposals(titles)))
