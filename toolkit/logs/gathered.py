"""What became of the records of a file, gathered into tables: as many at a time as the caller likes to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from toolkit.logs.formats.base import Aside, Kept, Lot
from toolkit.schema import LOG, QUARANTINE, TEXT
from toolkit.tables import make

if TYPE_CHECKING:
    from toolkit.logs.read import Reading

DTYPES = {column.name: object if column.dtype == TEXT else column.dtype for column in LOG.columns}


class Gathered:
    """Entries and records set aside, in the order of the file."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.clear()

    def clear(self) -> None:
        """Forget what was gathered."""
        self.forget_entries()
        self.aside: list[dict[str, Any]] = []

    def forget_entries(self) -> None:
        """Forget the entries, but not what was set aside."""
        self._rows: list[dict[str, Any]] = []
        self._lots: list[dict[str, Any]] = []
        self.kept = 0

    def __len__(self) -> int:
        return self.kept + len(self.aside)

    def add(self, item: Kept | Aside | Lot) -> None:
        """Take what became of a record, or of many."""
        if isinstance(item, Aside):
            self.aside.append(self._reading.quarantined(item))
        elif isinstance(item, Kept):
            self.kept += 1
            self._rows.append(item.entry)
        else:
            self.kept += item.rows
            self._turn_rows()
            self._lots.append(item.columns)

    def log(self) -> pd.DataFrame:
        """Return the entries as a checked table."""
        source = self._reading.source_name
        if not self._lots:
            return make(LOG, [entry | {"source": source} for entry in self._rows])
        self._turn_rows()
        names = [name for name in LOG.names if name != "source"]
        columns = {name: np.concatenate([lot[name] for lot in self._lots]) for name in names}
        return make(LOG, columns | {"source": source})

    def quarantine(self) -> pd.DataFrame:
        """Return the records set aside as a checked table, in the order in which they were taken."""
        return make(QUARANTINE, self.aside)

    def _turn_rows(self) -> None:
        """Turn single entries into columns, so that they stand before the lot that follows them."""
        if self._rows:
            names = [name for name in LOG.names if name != "source"]
            self._lots.append({name: np.array([row[name] for row in self._rows], DTYPES[name]) for name in names})
            self._rows = []
