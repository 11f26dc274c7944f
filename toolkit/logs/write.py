"""A log written as our own file, which reads back to the same table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from toolkit.schema import LOG
from toolkit.tables import conform
from toolkit.writing import write_atomically

INSIDE_ONLY = ("time_known", "source", "line")  # columns of the table that are not of the file


def write_log(log: pd.DataFrame, path: Path | str) -> None:
    """Write a log as CSV: the old file or the whole new one; a date without a time as the date alone.

    Raises
    ------
    TableError, ToolkitError
        If the table is no log, or the file cannot be written.
    """
    log = conform(log, LOG)
    written = pd.DataFrame({name: _texts(log, name) for name in LOG.names if name not in INSIDE_ONLY})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(written.columns)
    writer.writerows(written.itertuples(index=False, name=None))
    write_atomically(Path(path), text.getvalue().encode("utf-8"))


def _texts(log: pd.DataFrame, name: str) -> list[str]:
    column = log[name]
    if name in ("performed_at", "logged_at"):
        texts = column.dt.strftime("%Y-%m-%d %H:%M:%S").str.removesuffix(":00")
        if name == "performed_at":
            texts = texts.where(log["time_known"], texts.str[:10])
        return texts.fillna("").tolist()
    if column.dtype.kind == "f":
        return ["" if value != value else f"{value:.10g}" for value in column.tolist()]
    return column.fillna("").tolist()
