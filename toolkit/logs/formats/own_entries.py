"""The entries of our own log file, read one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from toolkit.logs.codes import Question
from toolkit.logs.formats.base import Aside, Item, Request, Sheet, Told, misfit, refuse_shifted
from toolkit.logs.formats.entries import EntryReader
from toolkit.logs.mapping import ENTRY
from toolkit.logs.text import Record


class EntriesOneByOne:
    """Reads record after record, and remembers what is to be told of all of them.

    Attributes
    ----------
    dated : in how many records the date could be read; without_zone : lines whose time lacks a zone
    """

    def __init__(self, sheet: Sheet, request: Request) -> None:
        self._sheet = sheet
        self.reader = EntryReader(sheet, request, {name: (name,) for name in ENTRY if name in sheet.names})
        self.dated = self._number = 0
        self.without_zone: list[str] = []
        self._widths: Counter[int] = Counter()
        self._told: Counter[str] = Counter()

    def read(self, record: Record) -> dict[str, Any] | Aside:
        """Return the entry, or the record with all that is wrong with it."""
        self._number += 1
        if fault := misfit(self._sheet, record):
            self._widths[len(record.fields)] += fault.code == "field_count"
            return Aside(record, (fault,))
        entry = self.reader.read(record)
        self.dated += entry["performed_at"] is not None
        if not self.reader.faults:
            self._tell(not entry["time_known"], self.reader.twice)
            return entry
        if any(fault.code == "zone_missing" for fault in self.reader.faults):
            self.without_zone.append(f"line {record.line}")
        return Aside(record, tuple(self.reader.faults), entry)

    def took(self, rows: int, *, date_only: int, twice: int) -> None:
        """Count records that were read by others."""
        self._number += rows
        self.dated += rows
        self._tell(date_only, twice)

    def told(self) -> Iterator[Item]:
        """Return what is to be told and asked of the whole file.

        Raises
        ------
        LogError
            If the header does not belong to the rows.
        """
        refuse_shifted(self._sheet, self._widths, self._number)
        yield from (Told(code, times) for code, times in self._told.items() if times)
        if self.without_zone:
            yield Question("zone_missing", "performed_at", examples=tuple(self.without_zone[:3]), about="zone")

    def _tell(self, date_only: int, twice: int) -> None:
        self._told["date_only"] += date_only
        self._told["time_ambiguous"] += twice
