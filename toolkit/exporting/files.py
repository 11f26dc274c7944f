"""Tables as CSV files that programs open as they are and that no spreadsheet runs."""

from __future__ import annotations

import pandas as pd

from toolkit.errors import Problem, ToolkitError
from toolkit.exporting.records import Filled
from toolkit.logs.write import csv_text, digits
from toolkit.schema import CODE, DAY, FLAG, INSTANT, NUMBER, TEXT, Column
from toolkit.writing import marked


def csv_file(filled: Filled) -> bytes:
    """Return a table as CSV in UTF-8: a blank is missing, days and instants in ISO 8601, texts `marked`.

    Raises
    ------
    ToolkitError
        If a text holds what no file can hold: half of a character.
    """
    names = filled.table.names
    columns = [_texts(filled.rows, column) for column in filled.table.columns]
    text = csv_text([names]) + csv_text(zip(*columns, strict=True))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        told = Problem(filled.table.name, "must hold whole characters; found half of one in a text")
        raise ToolkitError("The export cannot be made.", [told]) from None


def instants(rows: pd.DataFrame, name: str) -> list[str]:
    """Return instants as text: whole seconds unless there are parts of them; the date alone where `time_known` is not.

    `read_log` reads them so, and every program that knows ISO 8601.
    """
    column = rows[name]
    texts = column.dt.strftime("%Y-%m-%dT%H:%M:%S")
    if (column.dt.microsecond > 0).any():
        texts = texts.where(column.dt.microsecond == 0, column.dt.strftime("%Y-%m-%dT%H:%M:%S.%f"))
    if name == "performed_at" and "time_known" in rows:
        texts = texts.where(rows["time_known"], texts.str[:10])
    return list(texts.fillna(""))


def _texts(rows: pd.DataFrame, column: Column) -> list[str]:
    values = rows[column.name]
    if column.dtype == INSTANT:
        return instants(rows, column.name)
    if column.dtype == DAY:
        return list(values.dt.strftime("%Y-%m-%d").fillna(""))
    if column.dtype == FLAG:
        return ["true" if value else "false" for value in values.tolist()]
    if column.dtype == NUMBER:
        return ["" if value != value else digits(value) for value in values.tolist()]
    if column.dtype in (TEXT, CODE):
        return [marked(value) if isinstance(value, str) else "" for value in values.tolist()]
    return [str(value) for value in values.tolist()]
