"""Blocks of bytes cut at record ends: what is proved of a whole block need not be asked of each of its rows.

A stretch of which it cannot be proved goes to the strict reader, record by record. Both see the same records.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import Any

import numpy as np

from toolkit.logs.source import Source
from toolkit.logs.text import (
    MAX_FIELD,
    MAX_RECORD,
    Record,
    checked_lines,
    held_together,
    record_on,
    records,
    swallows_rows,
)

LARGEST = 3_600_000  # bytes read at once: fewer, and threads wait for one another
ENOUGH = 500  # rows, for which a block is worth its trouble
PATIENCE = 4_096  # records read strictly before a block is tried again, where blocks keep being short
WORD, MOST_WORDS = 8, 8  # bytes; a field of more than 64 is looked at by itself
LONE_CR = re.compile(rb"\r(?!\n)")
QUOTE, NEWLINE, RETURN = b'"\n\r'
MASKS = np.array([(1 << 8 * size) - 1 for size in range(WORD + 1)], dtype="<u8")


def pieces_of(source: Source, mark: str, width: int) -> Callable[[], Iterator[Any]] | None:
    """Return what gives a text's blocks and records, None where it is not UTF-8 throughout or holds a zero byte."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.opened() as stream:
        start = len(codecs.BOM_UTF8) if stream.read(3) == codecs.BOM_UTF8 else 0
        stream.seek(0)
        try:
            while data := stream.read(LARGEST):
                if b"\0" in data:
                    return None
                decoder.decode(data)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return partial(_pieces, source, mark, width, start)


def _pieces(source: Source, mark: str, width: int, at: int) -> Iterator[Any]:
    line = strictly = 1
    with source.opened() as stream:
        while True:
            stream.seek(at)
            data = stream.read(LARGEST)
            if not data:
                return
            block = Block(source.name, data, mark, width, line, last=len(data) < LARGEST)
            if block.rows:
                yield block
                at, line = at + block.size, line + block.lines
            if block.odd or not block.rows:
                strictly = 1 if block.rows >= ENOUGH else min(2 * strictly, PATIENCE)
                read, lines = yield from _strictly(source, mark, width, at, line, strictly)
                at, line = at + read, line + lines


def _strictly(
    source: Source, mark: str, width: int, at: int, line: int, count: int
) -> Generator[Record, None, tuple[int, int]]:
    """Yield the records of `count` lines, or groups of lines, and return how many bytes and lines they were."""
    read = lines = 0
    with source.opened() as stream:
        stream.seek(at)
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        groups = held_together(source.name, checked_lines(source.name, text, first=line), mark, line)
        for _, (number, held, stray) in zip(range(count), groups, strict=False):
            yield from record_on(held, number, mark, width, stray=stray)
            read += sum(len(one.encode()) for one in held)
            lines += len(held)
    return read, lines


class Block:
    """Whole records of a text in UTF-8 whose quotation marks and line ends are all in their places.

    Attributes
    ----------
    rows, lines, size : how many records, physical lines and bytes it holds
    odd : whether something out of place stands behind it
    fits : which rows have the header's number of fields; of the others `field` says nothing
    """

    def __init__(self, name: str, data: bytes, mark: str, width: int, line: int, *, last: bool) -> None:
        self._name, self._mark, self._width, self._line = name, mark, width, line
        text = data[: data.rfind(b"\n") + 1] if not last else data if data.endswith(b"\n") else data + b"\n"
        whole, quotes = len(text), b'"' in text
        place = _first_odd(text, ord(mark)) if quotes or b"\r" in text else whole
        self.odd = place < whole
        self._text = text[:place] + bytes(WORD * (MOST_WORDS + 1))
        self._latin, self._ascii = self._text.decode("latin-1"), self._text.isascii()
        self._bytes = np.frombuffer(self._text, np.uint8)
        ends = (self._bytes == ord(mark)) | (self._bytes == NEWLINE)
        if quotes:
            ends[_inside(np.flatnonzero(self._bytes == QUOTE), len(ends))] = False
        self._find_rows(np.flatnonzero(ends), quoted=quotes)
        size = int(self.row_ends[-1]) + 1 if self.rows else 0
        self.size = min(size, len(data))  # the last record may have no line end
        self._number_lines(size, quoted=quotes)

    def _find_rows(self, ends: Any, *, quoted: bool) -> None:
        """Find the records, which of them have the header's number of fields, and where these begin and end."""
        row_ends = np.flatnonzero(self._bytes[ends] == NEWLINE)
        long = np.flatnonzero(np.diff(ends[row_ends], prepend=-1) > MAX_RECORD)  # too long perhaps: counted strictly
        self.odd |= len(long) > 0
        row_ends = row_ends[: long[0]] if len(long) else row_ends
        self.rows = len(row_ends)
        self.row_ends: Any = ends[row_ends]
        self.row_starts = np.concatenate([[0], self.row_ends[:-1] + 1])[: self.rows]
        self.fits = np.diff(row_ends, prepend=-1) == self._width
        if self.rows:
            self._find_fields(ends, row_ends, quoted=quoted)
        self.fits &= self.row_ends - self.row_starts <= MAX_FIELD

    def _find_fields(self, ends: Any, row_ends: Any, *, quoted: bool) -> None:
        if self.fits.all():
            fields, begin = ends[: row_ends[-1] + 1].reshape(-1, self._width).T.copy(), self.row_starts
        else:
            first = int(self.fits.argmax())  # stands in for rows that do not fit
            lasts, begin = (np.where(self.fits, some, some[first]) for some in (row_ends, self.row_starts))
            fields = ends[np.maximum(lasts + np.arange(1 - self._width, 1)[:, None], 0)]
        starts = np.concatenate([begin[None], fields[:-1] + 1])
        fields[-1] -= (fields[-1] > starts[-1]) & (self._bytes[fields[-1] - 1] == RETURN)
        if quoted:
            marks = self._bytes[starts] == QUOTE
            starts += marks
            fields -= marks
        self._starts, self._sizes = starts, fields - starts

    def _number_lines(self, size: int, *, quoted: bool) -> None:
        """Number the lines, and give up the rows that quotation marks may have swallowed."""
        newlines = np.flatnonzero(self._bytes[:size] == NEWLINE) if quoted else self.row_ends
        self.lines = len(newlines)
        self.line: Any = np.arange(self._line, self._line + self.rows)
        if self.lines > self.rows:
            self.line = self._line + np.searchsorted(newlines, self.row_starts)
        for row in np.flatnonzero(np.diff(self.line, append=self._line + self.lines) > 1).tolist():
            self.fits[row] &= not swallows_rows(self._held(row), self._mark, self._width)

    def _held(self, row: int) -> list[str]:
        text = self._text[self.row_starts[row] : self.row_ends[row] + 1].decode()
        return list(io.StringIO(text, newline=""))

    def records(self, row: int) -> Iterator[Record]:
        """Return a row as the strict reader sees it."""
        return records(self._name, self._held(row), self._mark, self._width, int(self.line[row]))

    def field(self, place: int) -> tuple[Any, Any]:
        """Return where the field of each row begins and how long it is, in bytes, without its quotation marks."""
        return self._starts[place], self._sizes[place]

    def words(self, starts: Any, sizes: Any) -> list[Any]:
        """Return fields as numbers of eight bytes each, as many as the longest that is looked at has; no text is 0."""
        every = np.ndarray((len(self._text) - WORD + 1,), "<u8", buffer=self._text, strides=(1,))
        count = min(-(-int(sizes.max(initial=1)) // WORD), MOST_WORDS)
        found = [every[starts] & MASKS[np.minimum(sizes, WORD)]]
        for begin in range(WORD, WORD * count, WORD):
            found.append(every[starts + begin] & MASKS[np.minimum(np.maximum(sizes - begin, 0), WORD)])
        return found

    def raw(self, starts: Any, sizes: Any) -> list[str]:
        """Return fields with a character for each byte."""
        return [self._latin[start:end] for start, end in zip(starts.tolist(), (starts + sizes).tolist(), strict=True)]

    def texts(self, starts: Any, sizes: Any) -> list[str]:
        """Return fields as they are written; quotation marks inside them are still doubled."""
        raw = self.raw(starts, sizes)
        return raw if self._ascii else [one if one.isascii() else one.encode("latin-1").decode() for one in raw]


def _inside(quotes: Any, size: int) -> Any:
    """Return the places between quotation marks: from each opening one to the closing one, or to the end."""
    opening, closing = quotes[0::2], np.append(quotes[1::2], size)[: len(quotes[0::2])]
    lengths = closing - opening
    return np.arange(lengths.sum()) + np.repeat(opening - (np.cumsum(lengths) - lengths), lengths)


def _first_odd(text: bytes, mark: int) -> int:
    """Return the first place of a carriage return alone, or of a quotation mark where none may stand."""
    alone = b"\r" in text and text.count(b"\r") != text.count(b"\r\n") and LONE_CR.search(text)
    places = [alone.start() if alone else len(text)]
    every = np.frombuffer(text, np.uint8)
    quotes = np.flatnonzero(every == QUOTE)
    opening, closing = quotes[0::2], quotes[1::2]
    if len(opening):
        before, after = every[opening - 1], every[closing + 1]
        may_open = (before == mark) | (before == NEWLINE) | (opening == 0)
        may_open[1:] |= opening[1:] == closing[: len(opening) - 1] + 1  # doubled inside a field
        may_close = (after == mark) | (after == NEWLINE) | (after == RETURN) | (after == QUOTE)
        places += opening[~may_open][:1].tolist() + closing[~may_close][:1].tolist()
    return min(places)
