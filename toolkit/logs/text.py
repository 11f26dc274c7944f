"""Bytes to text to records: strict, with the physical line of each record."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from toolkit.logs.codes import Fault, refuse

DELIMITERS = (",", ";", "\t")
HEAD = 20  # lines in which the header is looked for
MAX_FIELD, MAX_RECORD, MAX_ROWS = 32_767, 1_000_000, 1_000_000  # characters, characters, rows
LINE_END = re.compile(r"\r\n|\n|\r")

Cell = str | Fault


@dataclass(frozen=True, slots=True)
class Record:
    """One physical row: the line it begins on, its fields, and what is wrong with it as a row."""

    line: int
    fields: tuple[Cell, ...]
    fault: Fault | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return self.fault is None and not any(isinstance(cell, Fault) or cell.strip() for cell in self.fields)


def decode(name: str, data: bytes) -> str:
    """Return the text of a file: UTF-8 with or without a mark, UTF-16 with one; any other bytes are refused."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
        if b"\0" in data:
            raise refuse(name, "nul_byte")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise refuse(name, "encoding") from None
    if "\0" in text:
        raise refuse(name, "nul_byte")
    return text


def records(name: str, text: str, known: Callable[[tuple[str, ...]], bool]) -> tuple[list[Record], str]:
    """Return every record of a delimited text, and the delimiter, which the header tells.

    Parameters
    ----------
    known : tells whether the names of a line are those of a known header

    Raises
    ------
    LogError
        If a quotation mark never closes, or there are more rows than a form reads.
    """
    lines = LINE_END.split(text)
    if lines and lines[-1] == "":
        lines.pop()
    if len(lines) > MAX_ROWS:
        raise refuse(name, "too_large", f"{len(lines)} rows; {MAX_ROWS} are accepted")
    delimiter, width = _delimiter(lines[:HEAD], known)
    found: list[Record] = []
    for first, last, fault in _extents(name, lines, delimiter):
        found += _record(lines, first, last, fault, delimiter, width)
    return found, delimiter


def names_of(fields: Iterable[Cell]) -> tuple[str, ...]:
    """Return the names a header states: trimmed, case folded; a damaged cell names nothing."""
    return tuple(cell.strip().casefold() if isinstance(cell, str) else "" for cell in fields)


def _delimiter(head: list[str], known: Callable[[tuple[str, ...]], bool]) -> tuple[str, int]:
    """Return what parts the fields of the known header, and their number; else the mark that stands most often."""
    for line in head:
        for mark in DELIMITERS:
            fields = line.replace('"', "").split(mark)
            if known(names_of(fields)):
                return mark, len(fields)
    most = max(DELIMITERS, key=lambda mark: max((line.count(mark) for line in head), default=0))
    return most, 0


def _extents(name: str, lines: list[str], delimiter: str) -> Iterator[tuple[int, int, bool]]:
    """Return the first and last line of each record, and whether a quotation mark stands where none may."""
    first, opened, stray = 0, False, False
    for number, line in enumerate(lines):
        if '"' in line or opened:
            opened, odd = _quotes(line, delimiter, opened)
            stray |= odd
        if not opened:
            yield first, number, stray
            first, stray = number + 1, False
    if opened:
        raise refuse(name, "unclosed_quote", first + 1)


def _quotes(line: str, delimiter: str, opened: bool) -> tuple[bool, bool]:
    """Follow the quotation marks of a line: is one still open, and does one stand in the wrong place?"""
    stray, may_open, place = False, not opened, 0
    while place < len(line):
        character = line[place]
        if opened and character == '"':
            if line[place + 1 : place + 2] == '"':
                place += 1
            else:
                opened = False
                stray |= line[place + 1 : place + 2] not in ("", delimiter)
        elif not opened and character == '"':
            opened, stray = (True, stray) if may_open else (False, True)
        may_open = character == delimiter
        place += 1
    return opened, stray


def _record(lines: list[str], first: int, last: int, stray: bool, delimiter: str, width: int) -> Iterator[Record]:
    """Return the record that stands on these lines; each of them apart where a quote swallowed whole rows."""
    text = "\n".join(lines[first : last + 1])
    if last > first and any(line.count(delimiter) + 1 >= width > 1 for line in lines[first + 1 : last + 1]):
        for number in range(first, last + 1):
            yield Record(number + 1, (lines[number],), Fault("rows_in_cell"))
    elif stray:
        yield Record(first + 1, (text,), Fault("bad_quote"))
    elif '"' not in text:
        yield _limited(Record(first + 1, tuple(text.split(delimiter))))
    else:
        csv.field_size_limit(MAX_RECORD)
        fields = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        yield _limited(Record(first + 1, tuple(fields)))


def _limited(record: Record) -> Record:
    long = any(len(cell) > MAX_FIELD for cell in record.fields if isinstance(cell, str))
    return Record(record.line, record.fields, Fault("field_count", found="too long")) if long else record
