"""The records of a table below its header, and what was counted on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from toolkit.logs.text import Record, names_of, text_of

Rows = Callable[[], Iterator[Record]]


@dataclass(slots=True)
class Body:
    """The records of a table below its header, from the first on each time; counts what is none of them."""

    rows: Rows
    names: tuple[str, ...] = ()
    line: int = 0  # of the header, 0 where there is none
    total: int = 0
    filled: int = 0
    blank: int = 0
    header: int = 0
    again: int = 0
    complete: bool = False
    nameless: set[int] = field(default_factory=set)
    beside: frozenset[int] = frozenset()  # lines that are no row, and no header either

    def __call__(self) -> Iterator[Record]:
        """Yield every record that is neither blank nor a header."""
        self.total = self.filled = self.blank = self.header = self.again = 0
        self.complete = False
        unnamed = [place for place, name in enumerate(self.names) if not name]
        for record in self.rows():
            self.total += 1
            if record.blank:
                self.blank += 1
            elif record.line <= self.line or record.line in self.beside:
                self.header += 1
            elif self._is_header(record):
                self.header += 1
                self.again += 1
            else:
                self.filled += 1
                if unnamed:
                    self._look_at(unnamed, record)
                yield record
        self.complete = True

    def _look_at(self, unnamed: list[int], record: Record) -> None:
        """Remember which columns without a name hold something: they are not read, and told of."""
        for place in unnamed:
            if place not in self.nameless and place < len(record.fields) and text_of(record.fields[place]).strip():
                self.nameless.add(place)

    def _is_header(self, record: Record) -> bool:
        first = names_of(record.fields[:1])
        return first == self.names[:1] and names_of(record.fields) == self.names
