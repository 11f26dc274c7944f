"""Our own log file: one row an entry (docs/formats.md)."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.logs.blocks import Block
from toolkit.logs.codes import Question, refuse
from toolkit.logs.dates import DateColumn
from toolkit.logs.formats.base import Aside, Item, Request, Sheet, Told
from toolkit.logs.formats.entries import Identities
from toolkit.logs.formats.own_blocks import EntriesAtOnce, is_plain
from toolkit.logs.formats.own_entries import EntriesOneByOne
from toolkit.logs.formats.survey import date_question
from toolkit.logs.mapping import ENTRY
from toolkit.logs.text import text_of

REQUIRED = ("patient_id", "exercise", "performed_at")
ENOUGH = 4  # of our columns, that a file without performed_at is ours and not just a table of patients and exercises
BY_IMPORT = ("source", "line")  # columns of our own tables that a file cannot state


def recognise(names: tuple[str, ...]) -> bool:
    """Two of the three columns that must be there tell the format; the third is then missed by name."""
    if any(name.startswith("redcap_") for name in names):
        return False
    told = set(REQUIRED) & set(names)
    others = [name for name in names if name and name not in ENTRY]  # one of them may be the date, by another name
    return len(told) >= 2 and ("performed_at" in told or not others or len(set(ENTRY) & set(names)) >= ENOUGH)


def rows(sheet: Sheet, request: Request) -> Iterator[Item]:
    """Yield every record as an entry, or set aside with all that is wrong with it."""
    missing = [name for name in REQUIRED if name not in sheet.names]
    if missing == ["patient_id"] and request.patient_id is None:
        yield Question("patient_needed", about="patient_id")
    elif missing and missing != ["patient_id"]:
        raise refuse(sheet.file, "missing_column", ", ".join(missing))
    yield Told("columns_ignored", names=sheet.others(*ENTRY, *BY_IMPORT))
    strictly = EntriesOneByOne(sheet, request)
    made = Identities("own")
    blocks = sheet.blocks if is_plain(request.mapping) else None
    at_once = EntriesAtOnce(strictly, made, blocks) if blocks else None
    for piece in blocks.in_pieces() if blocks else sheet.body():
        if isinstance(piece, Block):
            assert at_once is not None
            yield from at_once.read(piece)
        else:
            entry = strictly.read(piece)
            yield entry if isinstance(entry, Aside) else made.kept(entry, piece.line)
    yield from strictly.told()
    if not strictly.dated and strictly.reader.form is None and not strictly.without_zone:
        yield from _other_form(sheet)


def _other_form(sheet: Sheet) -> Iterator[Item]:
    """Where no date is in our form, and another with a whole year reads some, ask; else the rows stay set aside."""
    column = DateColumn()
    place = sheet.names.index("performed_at")
    for record in sheet.body():
        if record.fault is None and len(record.fields) > place:
            column.add(text_of(record.fields[place]))
    found = column.finding()
    if any("%Y" in form for form in found.whole or found.some):
        yield from date_question(column, "performed_at")
