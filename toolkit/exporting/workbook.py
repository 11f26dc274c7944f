"""The same tables as one workbook: a sheet a table, text as text, no formula, no author."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final

import pandas as pd

from toolkit.errors import Problem, ToolkitError
from toolkit.exporting.files import instants
from toolkit.exporting.records import Filled
from toolkit.schema import CODE, DAY, FLAG, INSTANT, NUMBER, TEXT, WHOLE, Column

OPTIONS: Final = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
CREATED = datetime(2000, 1, 1)
MOST_ROWS = 100_000  # of a sheet; one of 1,048,575 could be made, but neither written nor opened without much memory
MOST_TEXT = 32_767  # characters that a cell takes
FORMATS = {DAY: "yyyy-mm-dd", INSTANT: "yyyy-mm-dd hh:mm:ss", WHOLE: "0", NUMBER: "General"}
SHARE = "0.000"
WIDTHS = {DAY: 12, INSTANT: 20, FLAG: 9, WHOLE: 9, NUMBER: 11}
LOOKED_AT, WIDEST = 200, 48  # rows that tell the width of a text column, in characters


def fits(filled: Filled) -> bool:
    """Return whether a table is put on a sheet."""
    return len(filled.rows) <= MOST_ROWS


def workbook(title: str, lines: Sequence[str], tables: Sequence[Filled]) -> bytes:
    """Return a workbook (XLSX), the same bytes for the same tables: `about` with some lines, then a sheet a table.

    Raises
    ------
    ToolkitError
        If a text is longer than a cell takes.
    """
    import xlsxwriter

    made = BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        book.set_properties({"title": title, "comments": lines[0], "created": CREATED})
        about = book.add_worksheet("about")
        about.set_column(0, 0, 110, book.add_format({"text_wrap": True, "valign": "top"}))
        for place, line in enumerate([title, *lines]):
            about.write_string(place, 0, line)
        for filled in tables:
            _sheet(book, filled)
    return made.getvalue()


def _sheet(book: Any, filled: Filled) -> None:
    sheet = book.add_worksheet(filled.table.name)
    head = book.add_format({"bold": True, "bottom": 1})
    for place, column in enumerate(filled.table.columns):
        sheet.write_string(0, place, column.name, head)
        shape = SHARE if column.unit == "share" else FORMATS.get(column.dtype)
        style = book.add_format({"num_format": shape}) if shape else None
        sheet.set_column(place, place, _width(filled.rows[column.name], column), style)
        _fill(sheet, place, filled, column, style)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(filled.rows)), len(filled.table.columns) - 1)


def _fill(sheet: Any, place: int, filled: Filled, column: Column, style: Any) -> None:
    """Write one column; what is missing stays blank."""
    write = {TEXT: sheet.write_string, CODE: sheet.write_string, FLAG: sheet.write_boolean}
    put = write.get(column.dtype, sheet.write_number)
    if column.dtype in (DAY, INSTANT):
        return _fill_dates(sheet, place, filled, column, style)
    for line, value in enumerate(filled.rows[column.name].tolist(), start=1):
        if value is None or value != value:
            continue
        if put(line, place, value, style) < 0:
            where = f"{filled.table.name}, {column.name}, row {line}"
            told = f"must have at most {MOST_TEXT} characters for a spreadsheet; found {len(value)}"
            raise ToolkitError("The export cannot be made.", [Problem(where, told)])
    return None


def _fill_dates(sheet: Any, place: int, filled: Filled, column: Column, style: Any) -> None:
    """Write days and instants as dates; what a date cell cannot say stands there as text, which reads the same.

    A cell whose date has no part of a day is a date alone: so is an entry without a time, and a midnight is no such.
    """
    texts = instants(filled.rows, column.name) if column.dtype == INSTANT else None
    for line, value in enumerate(filled.rows[column.name].tolist(), start=1):
        if pd.isna(value):
            continue
        text = texts[line - 1] if texts else ""
        if text.endswith("T00:00:00") or "." in text or value.year < 1900:
            sheet.write_string(line, place, text or f"{value:%Y-%m-%d}")
        else:
            sheet.write_datetime(line, place, datetime.fromisoformat(text) if text else value, style)


def _width(values: pd.Series, column: Column) -> int:
    if column.dtype in WIDTHS:
        return max(WIDTHS[column.dtype], len(column.name) + 4)
    longest = max((len(value) for value in values.head(LOOKED_AT).tolist() if isinstance(value, str)), default=0)
    return min(WIDEST, max(longest + 1, len(column.name) + 4))
