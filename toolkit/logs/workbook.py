"""Workbooks, read in a child process behind a gate: whatever the file does, the parent lives."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Any

from toolkit.errors import LogError
from toolkit.logs.codes import Fault, refuse
from toolkit.logs.text import MAX_FIELD, Cell, Exact, Record

PACKED, UNPACKED, PARTS, RATIO = 16_000_000, 64_000_000, 2_000, 200
RATIO_FROM = 1_000_000  # bytes unpacked below which a high ratio is harmless
SECONDS, MEMORY, ANSWER = 20, 1_000_000_000, 64_000_000  # ANSWER: bytes that the child may tell
ENTRY = b"PK\x01\x02"  # begins each entry of a packed file's list
OLD = bytes.fromhex("d0cf11e0a1b11ae1")  # XLS, and any workbook with a password
DEFINITIONS = [mark.encode(code) for mark in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")]
OTHERS = {
    "xl/workbook.bin": "a binary workbook; save it as XLSX",
    "content.xml": "an OpenDocument file; save it as XLSX, or as CSV",
    "word/document.xml": "a text document",
}


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook's visible sheets, the names of its hidden ones, and how many rows a visible sheet hides."""

    sheets: dict[str, list[Record]]
    hidden: tuple[str, ...]
    hidden_rows: dict[str, int]


def is_workbook(data: bytes) -> bool:
    """Tell a packed workbook from text by its first bytes, never by the file's name."""
    return data.startswith(b"PK\x03\x04")


def is_old_workbook(data: bytes) -> bool:
    """Tell an XLS workbook, or one with a password: an error in it cannot be told from a blank."""
    return data.startswith(OLD)


def read_workbook(name: str, data: bytes) -> Book:
    """Return the rows of each visible sheet, every cell as text or with what is wrong with it.

    Raises
    ------
    LogError
        If the file is no workbook, is packed too deeply, holds definitions, or takes too much memory or time.
    """
    if is_old_workbook(data):
        raise refuse(name, "not_a_log", "an old workbook, or one with a password; save it as XLSX without one")
    _gate(name, data)
    answer = _answer(name, data)
    if "refused" in answer:
        raise refuse(name, *answer["refused"])
    return Book(
        {title: [_record(*row) for row in enumerate(rows, start=1)] for title, rows in answer["sheets"].items()},
        tuple(answer["hidden"]),
        answer["hidden_rows"],
    )


def _gate(name: str, data: bytes) -> None:
    """Refuse what no spreadsheet program writes, before any parser sees it."""
    if len(data) > PACKED:
        raise refuse(name, "archive_limit", f"{len(data) / 1e6:.0f} MB packed")
    if data.count(ENTRY) > PARTS:
        raise refuse(name, "archive_limit", f"more than {PARTS} parts")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            titles = [part.orig_filename for part in parts]
            if len({title.lower() for title in titles}) < len(titles) or any(map(_leads_out, titles)):
                raise refuse(name, "archive_limit", "its parts")
            if any(part.flag_bits & 1 for part in parts):
                raise refuse(name, "archive_limit", "it is encrypted")
            _inflate(name, archive, parts)
    except LogError:
        raise
    except Exception:  # zipfile names no closed list of what a damaged file makes it raise
        raise refuse(name, "not_a_log", "a damaged packed file") from None
    for other, what in OTHERS.items():
        if other in titles:
            raise refuse(name, "not_a_log", what)


def _leads_out(title: str) -> bool:
    return title.startswith("/") or "\\" in title or "\0" in title or ".." in title.split("/")


def _inflate(name: str, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Count what the parts really unpack to, and look for definitions in them."""
    total = 0
    for part in parts:
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others unpack without a bound
            raise refuse(name, "archive_limit", "packed in an unusual way")
        size, tail = 0, b""
        with archive.open(part) as stream:
            while block := stream.read(1 << 16):
                size += len(block)
                total += len(block)
                if total > UNPACKED or (size > RATIO_FROM and size > RATIO * max(part.compress_size, 1)):
                    raise refuse(name, "archive_limit", "unpacked")
                seen = tail + block
                if any(mark in seen for mark in DEFINITIONS):
                    raise refuse(name, "xml_entity", "DOCTYPE")
                tail = seen[-32:]


def _answer(name: str, data: bytes) -> dict[str, Any]:
    """Return what a process of its own makes of the workbook, which never touches the disk."""
    with as_file(files("toolkit.logs").joinpath("workbook_child.py")) as script:
        command = [sys.executable, "-I", str(script), str(MEMORY), str(SECONDS)]
        began = time.monotonic()
        try:
            told = _told(command, data)
        except OSError:
            raise refuse(name, "archive_limit", "its reader does not start") from None
    if len(told) > ANSWER:
        raise refuse(name, "archive_limit", f"more than {ANSWER / 1e6:.0f} MB of text")
    try:
        return json.loads(told)
    except ValueError:
        late = time.monotonic() - began >= SECONDS
        raise refuse(name, "archive_limit", f"more than {SECONDS} s" if late else "its reader gave up") from None


def _told(command: list[str], data: bytes) -> bytes:
    """Return what a child writes when given the data: no more than its bounds, with nothing of our surroundings."""
    kept = {key: value for key, value in os.environ.items() if key == "SYSTEMROOT"}  # Windows does not start without
    pipe, none = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=none, env=kept, cwd=os.sep) as child:  # noqa: S603 - our script
        assert child.stdin and child.stdout
        clock = threading.Timer(SECONDS, child.kill)
        clock.start()
        try:
            with contextlib.suppress(OSError):  # it may end before it has read all
                child.stdin.write(data)
            with contextlib.suppress(OSError):
                child.stdin.close()
            return child.stdout.read(ANSWER + 1)
        finally:
            child.kill()
            clock.cancel()


def _record(line: int, cells: list[str | list[str]]) -> Record:
    fields = tuple(_cell(cell) for cell in cells)
    if any(len(cell) > MAX_FIELD for cell in fields if isinstance(cell, str)):
        return Record(line, fields, Fault("field_count", found="too long"))
    return Record(line, fields)


def _cell(cell: str | list[str]) -> Cell:
    """A text is a text, a list of one a number, date or time, a list of two what is wrong with the cell."""
    if isinstance(cell, str):
        return cell
    return Exact(cell[0]) if len(cell) == 1 else Fault(cell[0], found=cell[1])
