"""The words that lie beside the tables of a package: what it is, what became of the data, how to open it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from toolkit.exporting.records import Filled

NOT_LEGAL = "All this is engineering, not legal advice."
FOR = {
    "clinical": "For the practice and the patient. It holds real dates, pseudonyms of the clinic, notes and reasons. "
                "Treat it like the record itself; do not pass it on for teaching, research or a report of a fault.",
    "shared": "For teaching, research and reports of faults. Dates are told as days since the first day of the "
              "patient's regimen, ids are new and random, and there is no free text. A rare course of events can still "
              "be recognised by somebody who knows the person: look at it before you publish it. Nothing here says "
              "which export the same patients are in elsewhere.",
}  # fmt: skip
OPEN = """## How to open it

`datapackage.json` describes every CSV file by the rules of Data Package and Table Schema (frictionless): types, units,
accepted values, keys, and the SHA-256 of each file. The workbook holds the same tables.

    import pandas as pd                                   # Python
    log = pd.read_csv("log.csv", keep_default_na=False, na_values=[""])

    log <- read.csv("log.csv", na.strings = "")           # R; or frictionless::read_package("datapackage.json")

* UTF-8, comma, a blank cell is missing: not recorded, or not to be told. It is never 0.
* Instants are ISO 8601 on the patient's own clock; a date alone stands where no time is known.
* A text that a spreadsheet would run as a formula has an apostrophe in front, one more where some stand there already:
  take one away from a text that matches `^'+[=+@\\t\\r-]` or begins so with a full-width sign. Texts of the workbook
  have none.
"""


def readme(kind: str, says: str, tables: Sequence[Filled], told: Sequence[dict[str, str]]) -> str:
    """Return the text of README.md of a package."""
    rows = [f"| `{one.table.name}` | {len(one.rows)} | {one.table.row} |" for one in tables]
    told_of = ("table", "column", "what", "becomes", "rule")
    fates = [f"| {' | '.join(row.get(name, '') for name in told_of)} |" for row in told]
    return "\n".join([
        f"# Backcare, {kind} export", "", f"**{says}**", "", FOR[kind], "", NOT_LEGAL, "",
        "## Tables", "", "| Table | Rows | One row is |", "|---|---|---|", *rows, "",
        "Every column with type, unit, accepted values and meaning: `dictionary.csv`.", "",
        "## What became of the data", "", "| Table | Column | What | Becomes | Rule |", "|---|---|---|---|---|", *fates,
        "",
        OPEN, f"Made by Backcare {version('backcare')}.", "",
    ])  # fmt: skip
