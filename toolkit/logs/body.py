"""The records of a table below its header, and what was counted on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from toolkit.logs.blocks import Block
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
    pieces: Callable[[], Iterator[Block | Record]] | None = None  # the same records, whole blocks of them at once

    def __call__(self) -> Iterator[Record]:
        """Yield every record that is neither blank nor a header."""
        self._begin()
        yield from filter(self.takes, self.rows())
        self.complete = True

    def in_pieces(self) -> Iterator[Block | Record]:
        """Yield the records in blocks where they come so; of a block it must be said what it held (`takes`, `took`)."""
        assert self.pieces is not None
        self._begin()
        for piece in self.pieces():
            if isinstance(piece, Block) or self.takes(piece):
                yield piece
        self.complete = True

    def takes(self, record: Record) -> bool:
        """Count a record, and tell whether it is neither blank nor a header."""
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
            self._look_at(record)
            return True
        return False

    def took(self, block: Block, rows: Any) -> None:
        """Count rows of a block that are neither blank nor a header."""
        self.total += len(rows)
        self.filled += len(rows)
        for place in self.unnamed:
            starts, sizes = (some[rows] for some in block.field(place))
            if any(text.strip() for text in block.texts(starts[sizes > 0], sizes[sizes > 0])):
                self.nameless.add(place)

    @property
    def unnamed(self) -> list[int]:
        """Places of the columns without a name that have held nothing yet."""
        return [place for place, name in enumerate(self.names) if not name and place not in self.nameless]

    def _begin(self) -> None:
        self.total = self.filled = self.blank = self.header = self.again = 0
        self.complete = False

    def _look_at(self, record: Record) -> None:
        """Remember which columns without a name hold something: they are not read, and told of."""
        if "" not in self.names:
            return
        for place in self.unnamed:
            if place < len(record.fields) and text_of(record.fields[place]).strip():
                self.nameless.add(place)

    def _is_header(self, record: Record) -> bool:
        first = names_of(record.fields[:1])
        return first == self.names[:1] and names_of(record.fields) == self.names
