"""Prints data/README.md: what lies in data/, and every table's columns as schema.py states them."""

from toolkit.schema import TABLES, Column, Table

HEAD = """# Data

* `sample/`: small made-up files for the notebooks. `worked/`: the worked examples of `docs/measures.md`.
* The sample clinic itself is made by `toolkit/samples.py`; `backcare sample --out FOLDER` writes it.
* Nothing here was recorded by a real person.

# Data dictionary

Written from `toolkit/schema.py` by `make dictionary`. An empty cell of a number means *not recorded*; 0 means *recorded
as none*. Days are inclusive dates, instants are the patient's own clock.
"""


def dictionary() -> str:
    """Return the text of data/README.md."""
    return HEAD + "".join(section(table) for table in TABLES)


def section(table: Table) -> str:
    lines = [f"\n## {table.name}\n", f"One row is {table.row}.\n", "| Column | Type | Unit | Accepted | Meaning |"]
    lines += ["|---|---|---|---|---|", *(row(column) for column in table.columns)]
    return "\n".join(lines) + "\n"


def row(column: Column) -> str:
    accepted = " ".join(column.words)
    if column.low is not None:
        accepted = f"{column.low:g} or more" if column.high is None else f"{column.low:g} to {column.high:g}"
    if column.blank:
        accepted = f"{accepted}, or missing" if accepted else "or missing"
    return f"| `{column.name}` | {column.dtype} | {column.unit} | {accepted} | {column.meaning} |"


if __name__ == "__main__":
    print(dictionary(), end="")
