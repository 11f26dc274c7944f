"""The descriptor of a data package, by the frictionless rules (Data Package and Table Schema, version 1)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import pandas as pd

from toolkit.exporting.records import Filled
from toolkit.schema import CODE, DAY, FLAG, INSTANT, NUMBER, TEXT, WHOLE, Column, Table
from toolkit.tables import make

NAME = "datapackage.json"
TYPES = {
    TEXT: "string", CODE: "string", FLAG: "boolean", WHOLE: "integer", NUMBER: "number", DAY: "date",
    INSTANT: "datetime",
}  # fmt: skip
DICTIONARY = Table(
    "dictionary",
    "one column of one table of this package",
    (
        Column("table", TEXT, "name of the table, of its file and of its sheet"),
        Column("column", TEXT, "name of the column"),
        Column("type", TEXT, "type in the sense of Table Schema", words=tuple(dict.fromkeys(TYPES.values()))),
        Column("unit", TEXT, "unit of a quantity", blank=True),
        Column("accepted", TEXT, "words or range", blank=True),
        Column("may_be_missing", FLAG, "whether a cell may be blank: not recorded, or not to be told; never 0"),
        Column("meaning", TEXT, "what it says"),
    ),
    key=("table", "column"),
)


def dictionary(tables: Sequence[Filled]) -> Filled:
    """Return the data dictionary of tables as a table."""
    rows = [
        {"table": one.table.name, "column": column.name, "type": TYPES[column.dtype], "unit": column.unit or None,
         "accepted": _accepted(column), "may_be_missing": column.blank, "meaning": column.meaning}
        for one in tables for column in one.table.columns
    ]  # fmt: skip
    return Filled(DICTIONARY, make(DICTIONARY, rows))


def descriptor(
    kind: str, says: str, tables: Sequence[Filled], files: Mapping[str, bytes], rules: Mapping[str, Any]
) -> bytes:
    """Return `datapackage.json`: tables with their schema and digest, other files with their digest, the rules.

    Parameters
    ----------
    kind : clinical or shared; says : what the package says on itself
    files : every file of the package but this one
    """
    resources = [_resource(one, files[f"{one.table.name}.csv"]) for one in tables]
    paths = {one["path"] for one in resources}
    others = [{"path": path, **_digest(data)} for path, data in files.items() if path not in paths]
    data = {
        "profile": "tabular-data-package",
        "name": f"backcare-{kind}",
        "title": f"Backcare, {kind} export",
        "description": says,
        "resources": resources,
        "backcare": {"export": kind, "version": version("backcare"), "rules": dict(rules), "other_files": others},
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _resource(filled: Filled, data: bytes) -> dict[str, Any]:
    table = filled.table
    key = {"primaryKey": list(table.key)} if table.key and _is_key(filled.rows, table.key) else {}
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "description": f"One row is {table.row}.",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **_digest(data),
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {"fields": [_field(column) for column in table.columns], "missingValues": [""], **key},
    }


def _is_key(rows: pd.DataFrame, key: Sequence[str]) -> bool:
    """A clinic's own table may break its key in ways that no measure minds; then the package does not claim it."""
    names = list(key)
    return not rows.duplicated(names).any() and bool(rows[names].notna().all(axis=None))


def _digest(data: bytes) -> dict[str, Any]:
    return {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}


def _field(column: Column) -> dict[str, Any]:
    """Return a field of Table Schema; `any` is ISO 8601 here: a date alone stands where no time is known."""
    field: dict[str, Any] = {"name": column.name, "type": TYPES[column.dtype], "description": column.meaning}
    field |= {"format": "any"} if column.dtype == INSTANT else {}
    field |= {"unit": column.unit} if column.unit else {}
    limits = {"minimum": _limit(column, column.low), "maximum": _limit(column, column.high)}
    constraints: dict[str, Any] = {"required": True} if not column.blank else {}
    constraints |= {"enum": list(column.words)} if column.words else {}
    constraints |= {name: value for name, value in limits.items() if value is not None}
    return field | ({"constraints": constraints} if constraints else {})


def _limit(column: Column, value: float | None) -> float | None:
    return int(value) if value is not None and column.dtype == WHOLE else value


def _accepted(column: Column) -> str | None:
    if column.words:
        return " ".join(column.words)
    if column.low is None:
        return None
    return f"{column.low:g} or more" if column.high is None else f"{column.low:g} to {column.high:g}"
