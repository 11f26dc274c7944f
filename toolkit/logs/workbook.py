"""Workbooks, read in a child process behind a gate: whatever the file does, the parent lives."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from importlib.resources import as_file, files
from pathlib import Path

from toolkit.logs.codes import Fault, refuse
from toolkit.logs.text import Cell, Record

PACKED, UNPACKED, PARTS, RATIO = 16_000_000, 64_000_000, 2_000, 200
RATIO_FROM = 1_000_000  # bytes unpacked below which a high ratio is harmless
SECONDS, MEMORY = 20, 1_000_000_000
EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number


def is_workbook(data: bytes) -> bool:
    """Tell a packed workbook from text by its first bytes, never by the file's name."""
    return data.startswith(b"PK\x03\x04")


def read_workbook(name: str, data: bytes) -> dict[str, list[Record]]:
    """Return the rows of each visible sheet, every cell as text or with what is wrong with it.

    Raises
    ------
    LogError
        If the file is no workbook, is packed too deeply, holds definitions, or takes too much memory or time.
    """
    _gate(name, data)
    with (
        tempfile.TemporaryDirectory() as folder,
        as_file(files("toolkit.logs").joinpath("workbook_child.py")) as script,
    ):
        copy = Path(folder) / "workbook.xlsx"
        copy.write_bytes(data)
        try:
            command = [sys.executable, "-I", str(script), str(copy), str(MEMORY)]
            child = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - our script
        except subprocess.TimeoutExpired:
            raise refuse(name, "archive_limit", f"more than {SECONDS} s") from None
    try:
        answer = json.loads(child.stdout)
    except ValueError:
        raise refuse(name, "archive_limit", "its reader gave up") from None
    if "error" in answer:
        raise refuse(name, "not_a_log", "a packed file that is no readable workbook")
    return {title: [_record(*row) for row in enumerate(rows, start=1)] for title, rows in answer["sheets"].items()}


def _gate(name: str, data: bytes) -> None:
    """Refuse what no spreadsheet program writes, before any parser sees it."""
    if len(data) > PACKED:
        raise refuse(name, "archive_limit", f"{len(data) / 1e6:.0f} MB packed")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            titles = [part.filename for part in parts]
            if len(titles) > PARTS or len(set(titles)) < len(titles) or any(map(_leads_out, titles)):
                raise refuse(name, "archive_limit", "its parts")
            if any(part.flag_bits & 1 for part in parts):
                raise refuse(name, "archive_limit", "it is encrypted")
            _inflate(name, archive, parts)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
        raise refuse(name, "not_a_log", "a damaged packed file") from None


def _leads_out(title: str) -> bool:
    return title.startswith("/") or "\\" in title or ".." in title.split("/")


def _inflate(name: str, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Count what the parts really unpack to, and look for definitions in them."""
    total = 0
    for part in parts:
        size, tail = 0, b""
        with archive.open(part) as stream:
            while block := stream.read(1 << 16):
                size += len(block)
                total += len(block)
                if total > UNPACKED or (size > RATIO_FROM and size > RATIO * max(part.compress_size, 1)):
                    raise refuse(name, "archive_limit", "unpacked")
                seen = tail + block
                if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                    raise refuse(name, "xml_entity", "DOCTYPE")
                tail = block[-16:]


def _record(line: int, cells: list[list[str]]) -> Record:
    return Record(line, tuple(_cell(kind, text) for kind, text in cells))


def _cell(kind: str, text: str) -> Cell:
    """Return a cell as text; a number beyond a spreadsheet's digits is not the number that was typed."""
    if kind == "error":
        return Fault("cell_error", found=text)
    if kind == "formula":
        return Fault("formula_no_value")
    if kind == "number" and len(text.strip("-").replace(".", "").lstrip("0")) > EXACT_DIGITS:
        return Fault("id_characters", found="a number of more than 15 digits")
    return text
