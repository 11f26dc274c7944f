"""The dates and times of a column, whole blocks at once: each day and each time of day is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from toolkit.logs.blocks import WORD, Block
from toolkit.logs.codes import Fault
from toolkit.logs.formats.vocabulary import MOST, Numbered
from toolkit.logs.values import Moment

DAY, MINUTE = 10, 16  # characters of 2026-03-02 and of 2026-03-02 07:30
SECOND = 19
NOTHING = np.iinfo(np.int64).min  # as numpy writes a missing instant
MICROSECOND = 1_000_000
EPOCH = date(1970, 1, 1)
SEPARATORS, CENTURY = tuple(b" T"), int.from_bytes(b"20", "little")


@dataclass(frozen=True, slots=True)
class Read:
    """What a column of a block says, by row; where it is not `sure`, nothing is said."""

    instants: Any
    time_known: Any
    utc_offset_min: Any
    twice: Any
    sure: Any


class Moments:
    """Reads a column of moments.

    Parameters
    ----------
    place : of the column, None where there is none
    parse : reads one text
    in_parts : whether day and time may be read apart, because no zone says which times there are on a day
    optional : whether a blank is accepted
    """

    def __init__(
        self, place: int | None, parse: Callable[[str], Moment | Fault], *, in_parts: bool, optional: bool
    ) -> None:
        self._place, self._parse, self._in_parts, self._optional = place, parse, in_parts, optional
        self._days, self._clocks = _Parts(self._day_of), _Parts(self._clock_of)

    def read(self, block: Block) -> Read:
        """Return what the column says in a block."""
        rows = block.rows
        found = Read(np.full(rows, NOTHING), np.ones(rows, bool), np.full(rows, np.nan), np.zeros(rows, bool),
                     np.full(rows, self._place is None))  # fmt: skip
        if self._place is None:
            return found
        starts, sizes = block.field(self._place)
        if self._optional:
            found.sure[:] = sizes == 0
        if self._in_parts and sizes.any():
            self._read_parts(block, starts, sizes, found)
        rest = np.flatnonzero(~found.sure)
        for row, text in zip(rest.tolist(), block.texts(starts[rest], sizes[rest]), strict=True):
            self._read_whole(text.strip(), row, found)
        return found

    def _read_parts(self, block: Block, starts: Any, sizes: Any, found: Read) -> None:
        century, between = (
            block.words(starts + skip, np.full(block.rows, size))[0] for skip, size in ((0, 2), (DAY, 1))
        )
        parted = (between == SEPARATORS[0]) | (between == SEPARATORS[1])
        whole = (sizes == DAY) | (parted & ((sizes == MINUTE) | (sizes == SECOND)))
        whole &= century == CENTURY  # a day is told by its last eight characters
        sizes = np.where(whole, sizes, 0)
        day = self._days.read(block, starts + DAY - WORD, np.where(whole, WORD, 0), back=DAY - WORD)
        clock = self._clocks.read(block, starts + DAY + 1, np.maximum(sizes - DAY - 1, 0))
        read = whole & (day != NOTHING) & (clock != NOTHING)
        found.instants[read] = day[read] + clock[read]
        found.time_known[read] = sizes[read] > DAY
        found.sure[read] = True

    def _day_of(self, text: str) -> int:
        found = self._parse(text) if text else Fault("date_unreadable")
        return NOTHING if isinstance(found, Fault) else (found.at.date() - EPOCH).days * 86_400 * MICROSECOND

    def _clock_of(self, text: str) -> int:
        """Return the time of day, noon where none is told."""
        found = self._parse(f"2000-01-01 {text}" if text else "2000-01-01")
        if isinstance(found, Fault):
            return NOTHING
        return (found.at.hour * 3600 + found.at.minute * 60 + found.at.second) * MICROSECOND

    def _read_whole(self, text: str, row: int, found: Read) -> None:
        one = self._parse(text) if text else None
        if isinstance(one, Fault) or (one is None and not self._optional):
            return
        found.sure[row] = True
        if one is not None:
            found.instants[row] = np.datetime64(one.at, "us").astype(np.int64)
            found.time_known[row], found.twice[row] = one.time_known, one.twice
            found.utc_offset_min[row] = np.nan if one.utc_offset_min is None else one.utc_offset_min


class _Parts:
    """Parts of moments of at most eight characters, each worked out once."""

    def __init__(self, worked_out: Callable[[str], int]) -> None:
        self._worked_out = worked_out
        self._begin()

    def _begin(self) -> None:
        self._numbered, self._values = Numbered(), np.empty(0, np.int64)

    def read(self, block: Block, starts: Any, sizes: Any, *, back: int = 0) -> Any:
        """Return what each part says; `back` characters before it belong to it, the same in all."""
        (key,) = block.words(starts, sizes)
        numbers, first = self._numbered.read(key)
        if len(first):
            starts, sizes = starts[first], sizes[first]
            texts = block.raw(starts - np.where(sizes > 0, back, 0), sizes + np.where(sizes > 0, back, 0))
            self._values = np.append(self._values, [self._worked_out(text) for text in texts])
        found = self._values[numbers]
        if len(self._numbered) > MOST:
            self._begin()
        return found
