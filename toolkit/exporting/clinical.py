"""The clinical export: everything as the clinic holds it, for the practice and the patient."""

from __future__ import annotations

from dataclasses import replace

from toolkit.exporting.package import Package, packed
from toolkit.exporting.records import Filled, Records, measured, overview_of, weekly
from toolkit.schema import CELLS, DAY, LOG, PAUSES, PRESCRIPTIONS, QUARANTINE, REVIEWS, TEXT, Column
from toolkit.tables import conform

SAYS = "pseudonymous, still personal health data"
WEEK = Column("week", DAY, "Monday of the week")
ALL_KEPT = "nothing is removed: this export is for the practice and the patient"


def clinical_export(records: Records) -> Package:
    """Return a package of all tables with real dates, ids, notes and reasons, and of the measures.

    Raises
    ------
    ToolkitError
        If nobody has a regimen, or a text is longer than a cell takes.
    """
    cells, rows = records.cells(), records.rows()
    held = {
        LOG: records.log, PRESCRIPTIONS: records.prescriptions, PAUSES: records.pauses, REVIEWS: records.reviews,
        QUARANTINE: records.quarantine,
    }  # fmt: skip
    found = measured("adherence_by_week", "one patient and week", weekly(cells, records.rules),
                     ("patient_id", "week"), WEEK)  # fmt: skip
    tables = [
        *(Filled(table, conform(frame, table)) for table, frame in held.items() if frame is not None),
        Filled(replace(CELLS, columns=tuple(_plain(one) for one in CELLS.columns)), cells),
        overview_of(records, cells, rows), found,
    ]  # fmt: skip
    told = [{"table": one.table.name, "what": "kept", "rule": ALL_KEPT} for one in tables]
    if records.reviews is None:
        told.append({"table": REVIEWS.name, "what": "removed", "rule": "no reviews were given"})
    return packed("clinical", SAYS, tables, told, records.rules.as_data())


def _plain(column: Column) -> Column:
    return replace(column, dtype=TEXT) if column.dtype == "category" else column
