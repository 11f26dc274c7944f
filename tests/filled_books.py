"""A diary workbook as a patient and a spreadsheet program hand it back: filled in, and saved again in their way."""

import csv
import datetime
import io

import xlsxwriter
from python_calamine import CalamineWorkbook

from toolkit.logs.formats.diary_book import ANSWERS, SHOWN

PLACES = {name: place for place, name in enumerate((*SHOWN, *ANSWERS))}
GREY_FROM = len(PLACES)
FIRST = 2  # the first row to fill in, counted from 0


def rows_of(data, *, sheet=1):
    """Return the cells of a workbook's sheet, as its writer put them."""
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(sheet).to_python()


def fill(rows, place, **answers):
    """Fill in one row, the first being 0."""
    for name, answer in answers.items():
        rows[FIRST + place][PLACES[name]] = answer
    return rows


def saved_again(rows, *, real_dates=False, before=()):
    """Return rows as another program saves them: texts, numbers, and days as dates where it turns them."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "default_date_format": "d/m/yyyy"}) as book:
        for name in before:
            book.add_worksheet(name).write_string(0, 0, "words")
        sheet = book.add_worksheet("Sheet1")
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                if real_dates and column == GREY_FROM + 4 and line >= FIRST:
                    sheet.write_datetime(line, column, datetime.date.fromisoformat(cell))
                elif isinstance(cell, str):
                    sheet.write_string(line, column, cell) if cell else None
                else:
                    sheet.write(line, column, cell)
    return data.getvalue()


def as_csv(rows, mark=",", encoding="utf-8-sig"):
    """Return rows as a spreadsheet program exports them."""
    text = io.StringIO(newline="")
    shown = [[f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    csv.writer(text, delimiter=mark, lineterminator="\r\n").writerows(shown)
    return text.getvalue().encode(encoding)
