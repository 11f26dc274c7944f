"""Columns that a table writes only when they change: a blank takes the value above, where nothing stands against it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from toolkit.logs.codes import Fault
from toolkit.logs.formats.base import Sheet, misfit
from toolkit.logs.mapping import Columns
from toolkit.logs.mapping import Mapping as Saved
from toolkit.logs.text import Cell, Record

CLOCK = re.compile(r"[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?(?: ?[AaPp]\.?[Mm]\.?)?")


class Carried:
    """The records of a sheet, each of the header's width or with its fault, and with the carried cells filled.

    Never across a patient: where the patient changes, nothing is carried. After a damaged row nothing is carried until
    it is written again, for the row may have held another value; only from a row that is too long, and whose carried
    columns are its first, is what stands there taken: a stray delimiter moves what is to its right. A time of day is
    never carried, and of a date in several columns nothing that stands right of a part written anew.

    Attributes
    ----------
    active : whether the mapping carries anything; filled : how many cells were filled in the last run
    """

    def __init__(self, sheet: Sheet, mapping: Saved, columns: Mapping[str, Columns]) -> None:
        self.sheet, self.filled = sheet, 0
        names = [name for one in mapping.carry_down for name in columns.get(one, (one.strip().casefold(),))]
        self.places = [sheet.names.index(name) for name in names if name in sheet.names]
        self.patient = [sheet.names.index(name) for name in columns.get("patient_id", ())]
        self.date = [sheet.names.index(name) for name in columns.get("performed_at", ())]
        self.active = bool(self.places)
        self.leftmost = sorted(self.places) == list(range(len(self.places)))

    def records(self) -> Iterator[Record]:
        """Yield every record of the sheet, from the first on."""
        above: dict[int, str] = {}
        self.filled = 0
        width = len(self.sheet.names)
        for record in self.sheet.body():
            fitting = of_width(self.sheet, record)
            if self.active and fitting.fault is None:
                fitting = Record(fitting.line, self._carry(list(fitting.fields), above))
            elif self.active:
                fitting = self._after_damage(fitting, above, width)
            yield fitting

    def _carry(self, cells: list[Cell], above: dict[int, str]) -> tuple[Cell, ...]:
        for place in self.patient:
            cell = cells[place]
            if isinstance(cell, Fault) or (cell.strip() and above.get(place, cell) != cell):
                above.clear()
        written = False
        for place in self.places:
            cell = cells[place]
            part_of_date = place in self.date
            if isinstance(cell, Fault):
                above.pop(place, None)
            elif cell.strip():
                written |= part_of_date
                if not (len(self.date) > 1 and part_of_date and CLOCK.fullmatch(cell.strip())):
                    above[place] = cell
            elif place in above and not (written and part_of_date):
                cells[place] = above[place]
                self.filled += 1
            elif written and part_of_date:
                above.pop(place, None)
        for place in self.patient:
            if isinstance(cells[place], str):
                above[place] = str(cells[place])
        return tuple(cells)

    def _after_damage(self, record: Record, above: dict[int, str], width: int) -> Record:
        if self.stands_left(record):
            fields = self._carry(list(record.fields[:width]), above) + record.fields[width:]
            return Record(record.line, fields, record.fault)
        above.clear()
        return record

    def stands_left(self, record: Record) -> bool:
        """Tell whether the carried cells of a damaged row can be trusted."""
        too_long = len(record.fields) > len(self.sheet.names)
        return self.leftmost and too_long and record.fault is not None and record.fault.code == "field_count"


def of_width(sheet: Sheet, record: Record) -> Record:
    """Return a record of the header's width, or with what is wrong; blank fields beyond the header say nothing."""
    fault, fields, width = misfit(sheet, record), record.fields, len(sheet.names)
    if fault is None or record.fault is not None:
        return record
    if len(fields) > width and not any(isinstance(cell, Fault) or cell.strip() for cell in fields[width:]):
        return Record(record.line, fields[:width])
    return Record(record.line, fields, fault)
