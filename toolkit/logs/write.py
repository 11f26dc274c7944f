"""A log written as our own file, which reads back to the same table; a quarantine written for people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pandas as pd

from toolkit.schema import LOG, QUARANTINE
from toolkit.tables import conform
from toolkit.writing import marked, write_atomically

INSIDE_ONLY = ("time_known", "source", "line")  # columns of the table that are not of the file
WRITTEN = [name for name in LOG.names if name not in INSIDE_ONLY]
MARKS = re.compile('[,"\r\n]')


def write_log(log: pd.DataFrame, path: Path | str) -> None:
    """Write a log as CSV: the old file or the whole new one; a date without a time as the date alone.

    Raises
    ------
    TableError, ToolkitError
        If the table is no log, or the file cannot be written.
    """
    write_atomically(Path(path), (csv_text([WRITTEN]) + log_text(log)).encode("utf-8"))


def log_text(log: pd.DataFrame) -> str:
    """Return the rows of a log as they stand in our file, below its header."""
    log = conform(log, LOG)
    return csv_text(zip(*(_texts(log, name) for name in WRITTEN), strict=True))


def quarantine_text(quarantine: pd.DataFrame) -> str:
    """Return the rows of a quarantine for a spreadsheet: what it would take for a formula begins with an apostrophe."""
    table = conform(quarantine, QUARANTINE)
    columns = [_safe(table[name]) for name in table.columns]
    return csv_text(zip(*columns, strict=True))


def quarantine_file(quarantine: pd.DataFrame) -> bytes:
    """Return a quarantine as a CSV file that spreadsheets open with its accents right."""
    return (csv_text([QUARANTINE.names]) + quarantine_text(quarantine)).encode("utf-8-sig")


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as the lines of a CSV file; whatever could be taken for a mark stands in quotation marks."""
    return "".join(f"{','.join(_quoted(str(cell)) for cell in row)}\n" for row in rows)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if MARKS.search(text) else text


def _safe(column: pd.Series) -> list[str]:
    if column.dtype.kind == "M":
        return column.dt.strftime("%Y-%m-%d %H:%M").fillna("").tolist()
    texts = column.astype(object).where(column.notna(), "").map(str)
    return [marked(text) for text in texts]


def digits(value: float) -> str:
    """Return a number as digits that read back to the same number, never with an exponent."""
    return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")


def _texts(log: pd.DataFrame, name: str) -> list[str]:
    column = log[name]
    if name in ("performed_at", "logged_at"):
        texts = column.dt.strftime("%Y-%m-%d %H:%M:%S").str.removesuffix(":00")
        if name == "performed_at":
            texts = texts.where(log["time_known"], texts.str[:10])
        return texts.fillna("").tolist()
    if column.dtype.kind == "f":
        return ["" if value != value else digits(value) for value in column.tolist()]
    return column.fillna("").tolist()
