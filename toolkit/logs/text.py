"""Bytes to text to records, one at a time: strict, with the physical line of each record."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from toolkit.logs.codes import Fault, refuse

DELIMITERS = (",", ";", "\t")
DATA = re.compile(r"\s*[\"']?[0-9]+(?:[-/.,:][0-9]+)*(?:[ T]|$|[\"'])")  # a number, a date or a time
HEAD = 20  # records in which the header is looked for
MAX_FIELD, MAX_RECORD = 32_767, 1_000_000  # characters


class Exact(str):
    """A number, date or time as its file holds it by type: no declared form of writing applies to it."""

    __slots__ = ()


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


def lines_of(
    name: str, opened: Callable[[], BinaryIO], encoding: str | None = None, *, longest: int = MAX_RECORD
) -> Iterator[str]:
    """Return the lines of a text with their ends: UTF-8, UTF-16 with its mark, or the encoding that a person chose.

    A mark at the start of the file tells more than the chosen encoding; `longest` is the most characters of a line.

    Raises
    ------
    LogError
        `nul_byte`, `encoding`, or `too_large` for a line of more than a million characters.
    """
    with opened() as stream:
        mark = stream.read(4)
        stream.seek(0)
        if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            encoding = "utf-16"
        elif mark.startswith(codecs.BOM_UTF8) or encoding is None:
            encoding = "utf-8-sig"
        text = io.TextIOWrapper(stream, encoding=encoding, errors="strict", newline="")
        try:
            yield from checked_lines(name, text, longest)
        except UnicodeError:
            raise refuse(name, "encoding") from None


def checked_lines(name: str, text: io.TextIOBase, longest: int = MAX_RECORD, first: int = 1) -> Iterator[str]:
    """Return the lines of a decoded text, `first` being the number of the first.

    Raises
    ------
    LogError
        `nul_byte` or `too_large`.
    """
    number = first - 1
    while line := text.readline(longest):
        number += 1
        if "\0" in line:
            raise refuse(name, "nul_byte")
        if len(line) == longest and line[-1] not in "\r\n":
            raise refuse(name, "too_large", f"line {number} is longer than a million characters")
        yield line


def records(name: str, lines: Iterable[str], delimiter: str, width: int = 0, first: int = 1) -> Iterator[Record]:
    """Return every record of a delimited text.

    Parameters
    ----------
    width : number of the header's fields, where it is known: a quotation mark that swallows whole rows shows by it
    first : the physical line on which the text begins

    Raises
    ------
    LogError
        If a quotation mark never closes.
    """
    for number, held, stray in held_together(name, lines, delimiter, first):
        yield from record_on(held, number, delimiter, width, stray=stray)


def held_together(
    name: str, lines: Iterable[str], delimiter: str, first: int = 1
) -> Iterator[tuple[int, list[str], bool]]:
    """Return the lines that quotation marks hold together, the number of the first, and whether a mark is misplaced.

    Raises
    ------
    LogError
        If a quotation mark never closes.
    """
    held: list[str] = []
    opened = stray = False
    size, number = 0, first - 1
    for number, line in enumerate(lines, start=first):
        if not held and '"' not in line:
            yield number, [line], False
            continue
        opened, odd = _quotes(line.rstrip("\r\n"), delimiter, opened)
        stray |= odd
        held.append(line)
        size += len(line)
        if opened and size > MAX_RECORD:
            break
        if not opened:
            yield number - len(held) + 1, held, stray
            held, stray, size = [], False, 0
    if opened:
        raise refuse(name, "unclosed_quote", number - len(held) + 1)


def names_of(fields: Iterable[Cell]) -> tuple[str, ...]:
    """Return the names a header states: trimmed, case folded; a damaged cell names nothing."""
    return tuple(cell.strip().casefold() if isinstance(cell, str) else "" for cell in fields)


def text_of(cell: Cell) -> str:
    """Return a cell's text; a damaged one has none."""
    return cell if isinstance(cell, str) else ""


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


def record_on(held: list[str], first: int, delimiter: str, width: int, *, stray: bool) -> Iterator[Record]:
    """Return the record that stands on these lines; each of them apart where a quote swallowed whole rows."""
    if len(held) == 1 and '"' not in held[0]:
        yield _limited(Record(first, tuple(held[0].rstrip("\r\n").split(delimiter))))
        return
    if swallows_rows(held, delimiter, width):
        for number, line in enumerate(held, start=first):
            yield Record(number, (line.rstrip("\r\n"),), Fault("rows_in_cell"))
        return
    text = "".join(held).rstrip("\r\n") if len(held) == 1 else _without_end("".join(held))
    if stray:
        yield Record(first, (text,), Fault("bad_quote"))
        return
    if csv.field_size_limit() <= MAX_RECORD:
        csv.field_size_limit(MAX_RECORD + 1)
    fields = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    yield _limited(Record(first, tuple(fields)))


def swallows_rows(held: list[str], delimiter: str, width: int) -> bool:
    """Tell whether lines that a quotation mark holds together are rows: they have the fields, and a number in one."""
    return any(_is_row(line, delimiter, width) for line in held[1:])


def _is_row(line: str, delimiter: str, width: int) -> bool:
    fields = line.split(delimiter)
    return len(fields) >= width > 1 and any(DATA.match(field) for field in fields)


def _without_end(text: str) -> str:
    """Take the end of the last line away, and nothing of what stands inside the quotation marks."""
    return text.removesuffix("\n").removesuffix("\r")


def _limited(record: Record) -> Record:
    if max(map(len, record.fields)) > MAX_FIELD:  # type: ignore[arg-type]
        return Record(record.line, record.fields, Fault("field_count", found="too long"))
    return record
