"""What becomes of each column in the shared export, and by which rule: an allow-list."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd

from toolkit.exporting.identifiers import RULE
from toolkit.logs.formats import FORMATS, TABLE
from toolkit.plan.catalogue import exercises
from toolkit.schema import CELLS, NUMBER, PAUSES, PRESCRIPTIONS, ROWS, TEXT, WHOLE, Column, Table
from toolkit.tables import make

ENTRY = Column("entry_id", WHOLE, "number of the row", low=1)
REGIMEN = Column(
    "regimen_id", WHOLE, "number of the regimen; all prescriptions of one patient that belong together", low=1
)
PATIENT = Column("patient_id", TEXT, "random, new in each export; nothing of the person is in it")
STUDY_DAY = Column("study_day", WHOLE, "days since the first day of the patient's regimen, which is 0", unit="days")
STUDY_WEEK = Column("study_week", WHOLE, "weeks since that day, each of seven study days; the first is 0", unit="weeks")
LOGGED = Column("logged_study_day", NUMBER, "study day on which the entry was written", unit="days", blank=True)
CLOCK_TIME = Column("clock_time", TEXT, "hour and minute on the patient's clock", blank=True)
NAMED_DAYS = Column("named_days", NUMBER, "how many days of the week are named; missing where none are", "days",
                    low=1, high=7, blank=True)  # fmt: skip
FIRST = Column("first_study_day", WHOLE, "first study day in force, inclusive", unit="days")
LAST = Column("last_study_day", WHOLE, "last study day in force, inclusive", unit="days")
OTHER_SOURCE = "other"

ANY = f"free text may hold any of the 18 kinds, {RULE}(A) to (R)"
DATES = f"an element of a date, {RULE}(C): told as study day and week"
WEEKDAYS = f"an element of a date, {RULE}(C): told as a number of days"
PLACES = f"a clock's distance from UTC tells a place, {RULE}(B)"
CODES = f"a unique code, {RULE}(R): numbered anew, in an order that tells nothing"
RANDOM = f"a unique code, {RULE}(R): random, not made from anything of the person, 164.514(c)"
LINES = f"a place in a file is a unique code, {RULE}(R)"
FILES = f"the digest of a file is a unique code, {RULE}(R): the format alone is told"

# what is neither kept nor turned into something else is removed
KEPT = {
    "log": ("exercise", "side", "time_known", "status", "sets", "reps", "hold_s", "pain", "reason", "near_duplicate"),
    "prescriptions": ("revision", "exercise", "side", "sessions_per_day", "days_per_week", "sets", "reps_min",
                      "reps_max", "hold_s_min", "hold_s_max"),
    "pauses": ("exercise",),
    "cells": ("exercise", "side", "expected", "performed", "credited", "dose_done", "dose_floor", "dose_ceiling",
              "dose_known", "observed", "state"),
}  # fmt: skip
TURNED: dict[str, dict[str, tuple[tuple[Column, ...], str]]] = {
    "log": {"entry_id": ((ENTRY,), CODES), "patient_id": ((PATIENT,), RANDOM),
            "performed_at": ((STUDY_DAY, STUDY_WEEK, CLOCK_TIME), DATES), "logged_at": ((LOGGED,), DATES),
            "source": ((Column("source", TEXT, "format the entry came from", blank=True),), FILES)},
    "prescriptions": {"patient_id": ((PATIENT,), RANDOM), "regimen_id": ((REGIMEN,), CODES),
                      "first_day": ((FIRST,), DATES), "last_day": ((LAST,), DATES),
                      "weekdays": ((NAMED_DAYS,), WEEKDAYS)},
    "pauses": {"patient_id": ((PATIENT,), RANDOM), "first_day": ((FIRST,), DATES), "last_day": ((LAST,), DATES)},
    "cells": {"patient_id": ((PATIENT,), RANDOM), "day": ((STUDY_DAY, STUDY_WEEK), DATES)},
}  # fmt: skip
REMOVED = {
    "log": {"utc_offset_min": PLACES, "note": ANY, "line": LINES, "day": DATES, "first_day": DATES},
    "prescriptions": {},
    "pauses": {"reason": ANY},
    "cells": {},
}
GONE = {
    "quarantine": f"{ANY}; rows that were not kept are no data",
    "reviews": f"names of staff, dates and {ANY}",
}
SOURCES = {"log": ROWS, "prescriptions": PRESCRIPTIONS, "pauses": PAUSES, "cells": CELLS}
KEYS = {"log": ("entry_id",), "prescriptions": ("patient_id", "exercise", "side", "first_study_day"),
        "cells": ("patient_id", "study_day", "exercise", "side")}  # fmt: skip

MANIFEST = Table(
    "manifest",
    "what became of one column, or of rows, on the way into this package",
    (
        Column("table", TEXT, "table of the clinic"),
        Column("column", TEXT, "its column; missing where all of the table is meant", blank=True),
        Column("what", TEXT, "kept as it is, turned into other columns, removed, or told",
               words=("kept", "turned", "removed", "told")),
        Column("becomes", TEXT, "columns it stands in here, or what is told", blank=True),
        Column("rule", TEXT, "why", blank=True),
    ),
)  # fmt: skip


@cache
def shared_table(name: str, *, clock: bool = False) -> Table:
    """Return the columns that a table has in the shared export, in the order of the clinic's own."""
    source = SOURCES[name]
    columns: list[Column] = []
    for column in source.columns:
        if column.name in KEPT[name]:
            columns.append(_closed(column))
        elif column.name in TURNED[name]:
            columns += map(_closed, _becomes(name, column.name, clock=clock))
    return Table(name, source.row, tuple(columns), KEYS.get(name, ()))


def manifest_rows(name: str, *, clock: bool) -> list[dict[str, str]]:
    """Return what becomes of each column of a table of the clinic, and why."""
    rows = []
    for column in SOURCES[name].columns:
        row = {"table": name, "column": column.name}
        if column.name in KEPT[name]:
            row |= {"what": "kept"}
        elif column.name in TURNED[name]:
            becomes = " ".join(one.name for one in _becomes(name, column.name, clock=clock))
            row |= {"what": "turned", "becomes": becomes, "rule": TURNED[name][column.name][1]}
        else:
            row |= {"what": "removed", "rule": REMOVED[name][column.name]}
        rows.append(row)
    return rows


def manifest(rows: list[dict[str, str]]) -> pd.DataFrame:
    """Return rows of the manifest as a table."""
    return make(MANIFEST, [{name: row.get(name) or None for name in MANIFEST.names} for row in rows])


def formats() -> tuple[str, ...]:
    """Return what `source` may say: names of formats, nothing of a file."""
    return (*(one.name for one in FORMATS), TABLE.name, "fhir", "sample", OTHER_SOURCE)


def _becomes(name: str, column: str, *, clock: bool) -> list[Column]:
    return [one for one in TURNED[name][column][0] if one is not CLOCK_TIME or clock]


def _closed(column: Column) -> Column:
    """Close the lists of what a text may say: in the shared export every text is on one."""
    words = {"exercise": tuple(exercises()), "source": formats()}.get(column.name, column.words)
    return replace(column, words=words)
