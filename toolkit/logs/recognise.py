"""What a file is: its table, the place of the header, and the one format that the header tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Any

from toolkit.errors import LogError
from toolkit.logs.blocks import pieces_of
from toolkit.logs.body import Body, Rows
from toolkit.logs.codes import Question, refuse
from toolkit.logs.fhir_json import NAMES, fhir_document, is_fhir, resource_rows
from toolkit.logs.formats import FHIR, FORMATS, TABLE
from toolkit.logs.formats.base import Format, Sheet, Told
from toolkit.logs.mapping import Mapping, folded
from toolkit.logs.names import column_proposals
from toolkit.logs.own_json import entries_of
from toolkit.logs.source import Source
from toolkit.logs.strict_json import json_text
from toolkit.logs.text import DELIMITERS, HEAD, Record, lines_of, names_of, records, text_of
from toolkit.logs.values import BARE_NUMBER, MOMENT
from toolkit.logs.workbook import read_workbook
from toolkit.schema import LOG
from toolkit.typed import shown
from toolkit.writing import unmarked

EXPORTED = tuple(LOG.names)  # the header of the log in a clinical export, which no other file has
MAX_COLUMNS, MOST_ABOVE = 256, 1_000  # records above which no header is looked for any more


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was told: its format, its table, what is to be told and what must be asked before it is read."""

    format: Format
    sheet: Sheet
    body: Body
    title: str | None = None
    unit: str = "row"
    told: tuple[Told, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    """One table that may be the log: text parted by one mark, or a sheet."""

    rows: Rows
    head: list[Record]
    mark: str = ""
    title: str | None = None
    told: tuple[Told, ...] = field(default=())


def recognise(source: Source, mapping: Mapping) -> Found:
    """Return what a file is.

    Raises
    ------
    LogError
        If no row of it can be trusted: it is no log, damaged, fits several formats, or lacks a header.
    """
    if source.kind == "json":
        return _json(source)
    tables = _sheets(source, mapping) if source.kind == "workbook" else _texts(source, mapping)
    fitting = [(table, hit) for table in tables if (hit := _header(source.name, table, mapping)) is not None]
    if source.kind == "text" or len(fitting) == 1:
        fitting = sorted(fitting, key=lambda one: one[1][0])[:1]
    if not fitting:
        _refuse_other_header(source.name, mapping)
        fitting = _plain(source, tables, mapping)
    if len(fitting) > 1:
        return _ask_for_sheet(source, fitting)
    table, (place, fmt) = fitting[0]
    return _found(source, table, place, fmt, mapping.encoding)


def _json(source: Source) -> Found:
    text = json_text(source)
    if is_fhir(text):
        rows, beside, left = resource_rows(source.name, fhir_document(source.name, text))
        body = Body(rows.__iter__, beside=beside)
        told = (Told("not_of_the_log", names=left),) if left else ()
        return Found(FHIR, Sheet(source.name, NAMES, NAMES, body), body, unit="resource", told=told)
    names, rows = entries_of(source, text)
    body = Body(rows.__iter__)
    sheet = Sheet(source.name, names, names, body)
    return Found(FORMATS[0], sheet, body, unit="entry")


def _texts(source: Source, mapping: Mapping) -> list[_Table]:
    """Return the file as each delimiter would part it."""
    tables, failed = [], None
    for mark in DELIMITERS:

        def rows(mark: str = mark, width: int = 0) -> Iterator[Record]:
            return records(source.name, lines_of(source.name, source.opened, mapping.encoding), mark, width)

        try:
            head = _head(rows(), mapping)
        except LogError as error:
            if error.code != "unclosed_quote":
                raise
            failed = error
            continue
        tables.append(_Table(rows, head, mark))
    if failed and not any(_header(source.name, one, mapping) or _candidate(one, mapping) for one in tables):
        raise failed
    if not any(not record.blank for table in tables for record in table.head):
        raise refuse(source.name, "empty_file")
    return tables


def _head(rows: Iterable[Record], mapping: Mapping) -> list[Record]:
    """Return the records in which a header is looked for: the first that hold something, blank ones between."""
    head, filled = [], 0
    for record in islice(rows, MOST_ABOVE):
        head.append(record)
        filled += not record.blank
        if filled == HEAD + (mapping.skip_rows or 0):
            break
    return head


def _sheets(source: Source, mapping: Mapping) -> list[_Table]:
    """Return the sheet that the mapping names, the sheet called log, else every visible one."""
    book = read_workbook(source.name, source.data())
    told = (Told("sheets_hidden", names=book.hidden),) if book.hidden else ()
    titles = [one for one in (mapping.sheet, "log") if one in book.sheets][:1] or list(book.sheets)
    if mapping.sheet is not None and mapping.sheet not in book.sheets:
        raise refuse(source.name, "wrong_sheet", ", ".join(book.sheets) or "all hidden")
    if not titles:
        raise refuse(source.name, "wrong_sheet", "all hidden")
    tables = []
    for title in titles:
        found = book.sheets[title]
        hidden = (Told("rows_hidden", book.hidden_rows[title]),) if book.hidden_rows.get(title) else ()
        head = _head(found, mapping)
        tables.append(_Table(found.__iter__, head, title=title, told=told + hidden))
    return tables


def _header(name: str, table: _Table, mapping: Mapping) -> tuple[int, Format] | None:
    """Return the place of a table's header and its format, where a mapping or a known format tells them."""
    for place, record in enumerate(table.head):
        names = names_of(record.fields)
        if record.fault is not None or not any(names):
            continue
        if fmt := _by_mapping(names, mapping, place):
            return place, fmt
        fitting = [] if mapping.columns and mapping.header is None else [f for f in FORMATS if f.recognise(names)]
        if mapping.header is not None and not mapping.fits(names):
            continue
        if len(fitting) > 1:
            raise refuse(name, "format_ambiguous", ", ".join(fmt.name for fmt in fitting))
        if fitting:
            return place, fitting[0]
    return None


def _by_mapping(names: tuple[str, ...], mapping: Mapping, place: int) -> Format | None:
    """A mapping of columns reads a table where its header is equal, or, if it has none, where its columns are there."""
    if not mapping.columns or place < (mapping.skip_rows or 0):
        return None
    needed = {name for theirs in mapping.columns.values() for name in folded(theirs)}
    if not (mapping.fits(names) if mapping.header is not None else needed <= set(names)):
        return None
    study = next(fmt for fmt in FORMATS if fmt.name == "redcap")
    return study if study.recognise(names) else TABLE


def _refuse_other_header(name: str, mapping: Mapping) -> None:
    if mapping.header is not None:
        raise LogError(f"{shown(name)}: the saved mapping is for a file with another header.", code="missing_column")
    if mapping.columns:
        theirs = ", ".join(name for names in mapping.columns.values() for name in names)
        raise refuse(name, "missing_column", theirs)


def _plain(source: Source, tables: list[_Table], mapping: Mapping) -> list[tuple[_Table, tuple[int, Format]]]:
    """Return the tables that have a header and rows under it, though nobody has said yet what they are."""
    found = [(*candidate, table) for table in tables if (candidate := _candidate(table, mapping))]
    if found and source.kind == "text":
        found = [max(found, key=lambda one: one[0])]
    if found:
        return [(table, (place, TABLE)) for _, place, table in found]
    if source.kind == "workbook":
        raise refuse(source.name, "wrong_sheet", ", ".join(str(table.title) for table in tables))
    firsts = [next((one for one in table.head if not one.blank), Record(1, ())) for table in tables]
    if any(len(one.fields) > 1 and _is_data(one) for one in firsts):
        raise refuse(source.name, "missing_column.header")
    count = len(firsts[0].fields)
    fields = "1 field" if count == 1 else f"{count} fields"  # the names themselves may hold a person's
    raise refuse(source.name, "not_a_log", f"its first row has {fields}, none by our names")


def _candidate(table: _Table, mapping: Mapping) -> tuple[tuple[bool, int], int] | None:
    """Return how much a table looks like one, its first row's width before its size, and the place of its header."""
    whole = [one for one in table.head if one.fault is None and not one.blank]
    widths = Counter(len(record.fields) for record in whole)
    width, times = max(widths.items(), key=lambda one: (one[0] > 1, one[1], one[0]), default=(0, 0))
    if width < 2 or times < 2:
        return None
    if mapping.skip_rows is not None:
        return ((True, times * width), mapping.skip_rows) if mapping.skip_rows < len(table.head) else None
    scores = [_score(one) if one in whole and len(one.fields) == width else 0 for one in table.head]
    return ((len(whole[0].fields) == width, times * width), scores.index(max(scores))) if max(scores) else None


def _score(record: Record) -> int:
    """Return how much a row looks like a header: names in most of its fields, no values, some of them known."""
    names = [text_of(cell).strip() for cell in record.fields]
    known, filled = len(column_proposals(names)), sum(map(bool, names))
    if _is_data(record) or names[0].startswith("<") or filled * 2 <= len(names) or (filled < 3 and not known):
        return 0
    return 100 * known + filled


def _is_data(record: Record) -> bool:
    """Tell a row of values from a header: it holds a number or a date."""
    names = [text_of(cell).strip() for cell in record.fields]
    return any(BARE_NUMBER.fullmatch(name) or MOMENT.fullmatch(name) for name in names)


def _ask_for_sheet(source: Source, fitting: list[Any]) -> Found:
    titles = tuple(table.title for table, _ in fitting)
    table = fitting[0][0]
    body = Body(table.rows)
    asked = Question("names_to_map", "", titles, titles, "sheet", titles)
    return Found(TABLE, Sheet(source.name, (), (), body), body, questions=(asked,))


def _found(source: Source, table: _Table, place: int, fmt: Format, encoding: str | None) -> Found:
    header = table.head[place]
    names, titles = names_of(header.fields), tuple(text_of(cell).strip() for cell in header.fields)
    named = [name for name in names if name]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise refuse(source.name, "duplicate_column", ", ".join(twice))
    if len(names) > MAX_COLUMNS:
        raise refuse(source.name, "too_large", f"{len(names)} columns")
    rows = (lambda: table.rows(width=len(names))) if table.mark else table.rows  # type: ignore[call-arg]
    if table.mark and names == EXPORTED:
        rows = partial(_unmarked, rows)
    body = Body(rows, names, header.line)
    sheet = Sheet(source.name, names, titles, body, "," if table.mark == ";" else ".")
    if fmt.name == "own" and table.mark and names != EXPORTED and encoding is None:
        body.pieces = pieces_of(source, table.mark, len(names))
        sheet = replace(sheet, blocks=body if body.pieces else None)
    return Found(fmt, sheet, body, table.title, told=table.told)


def _unmarked(rows: Callable[[], Iterator[Record]]) -> Iterator[Record]:
    """Yield the records of our own export, each text without the mark that keeps a spreadsheet from running it."""
    for record in rows():
        yield replace(record, fields=tuple(unmarked(cell) if isinstance(cell, str) else cell for cell in record.fields))
