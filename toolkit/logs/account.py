"""Counts that add up: what became of every physical row of a file."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.typed import shown


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """What became of the rows of one file: kept + quarantined + blank + header + waiting = rows.

    A row is one record of the file; a note that runs over several lines is one. `unit` is what is counted where a file
    has no rows: an `entry` of JSON, or a `resource` of FHIR, of which `header` counts those that are not of the log.
    `waiting` is above 0 only while the file still asks something. Where several rows make one entry (the sets of an
    app), `entries` is below `kept`.
    """

    rows: int
    kept: int
    quarantined: int
    blank: int
    header: int
    waiting: int = 0
    entries: int = 0
    columns_ignored: tuple[str, ...] = ()
    unit: str = "row"

    @property
    def adds_up(self) -> bool:
        """True always; a test holds it for every file."""
        return self.kept + self.quarantined + self.blank + self.header + self.waiting == self.rows

    def __str__(self) -> str:
        counts = [
            f"{self.kept} kept",
            f"{self.quarantined} quarantined",
            f"{self.blank} blank",
            f"{self.header} {'not of the log' if self.unit == 'resource' else 'header'}",
        ]
        counts += [f"{self.waiting} waiting for an answer"] if self.waiting else []
        entries = f"; the kept rows make {self.entries} entries" if self.entries != self.kept else ""
        others = ", ".join(shown(one) for one in self.columns_ignored)
        ignored = f"; columns not read: {others}" if others else ""
        unit = {"row": "rows", "entry": "entries in the file", "resource": "resources"}[self.unit]
        return f"{self.rows} {unit}: {', '.join(counts)}{entries}{ignored}"

    __repr__ = __str__
