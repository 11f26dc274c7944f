"""A file as it lies on the disk: what it is by its first bytes, its digest, and a way to read it again and again."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from toolkit.errors import LogError
from toolkit.logs.codes import refuse
from toolkit.logs.workbook import PACKED, RATIO, RATIO_FROM, UNPACKED, is_old_workbook, is_workbook
from toolkit.typed import shown

MAX_BYTES, MAX_ROWS = 50_000_000, 1_000_000  # what a form and `read_log` take; a command streams any size
BOOKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
MAC = "__MACOSX/"
OTHERS = {b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture", b"%PDF": "a PDF document",
          b"SQLite format 3": "a database", b"<!DOCTYPE html": "a web page: the download did not work",
          b"<html": "a web page: the download did not work"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A file: its name (shown, never kept), digest, and kind: `text`, `workbook` or `json`."""

    name: str
    sha256: str
    kind: str
    opened: Callable[[], BinaryIO]
    size: int

    def data(self) -> bytes:
        """Return the whole file."""
        with self.opened() as stream:
            return stream.read()


def open_source(path: Path, *, any_size: bool = False) -> Source:
    """Return the file at `path`, told by its first bytes, never by its name.

    Raises
    ------
    LogError
        If it is missing, unreadable, empty, too large, or packed in a way that is not read.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES and not any_size:
            raise refuse(path.name, "too_large", f"{size / 1e6:.0f} MB; {MAX_BYTES / 1e6:.0f} MB are accepted")
        if not any_size:
            return source_of(path.name, path.read_bytes())  # as it is now, whatever becomes of it while it is looked at
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            stream.seek(0)
            start = stream.read(4096)
    except FileNotFoundError:
        raise LogError(f"There is no file {shown(path.name)} in the folder given.", code="unreadable") from None
    except OSError as error:
        raise refuse(path.name, "unreadable", error.strerror or "no reason given") from None
    except ValueError:  # a zero byte or half a character in its name
        raise refuse(path.name, "unreadable", "its name holds what no file's name may hold") from None
    return _told(path.name, sha256, start, lambda: path.open("rb"), size)


def source_of(name: str, data: bytes) -> Source:
    """Return the bytes of a file as a source."""
    return _told(name, hashlib.sha256(data).hexdigest(), data[:4096], lambda: io.BytesIO(data), len(data))


def _told(name: str, sha256: str, start: bytes, opened: Callable[[], BinaryIO], size: int) -> Source:
    if is_old_workbook(start):
        return Source(name, sha256, "workbook", opened, size)  # whose reader refuses it in its own words
    for signature, what in OTHERS.items():
        if start.startswith(signature):
            raise refuse(name, "not_a_log", what)
    if is_workbook(start):
        return _packed(Source(name, sha256, "workbook", opened, size))
    if start.startswith(b"\x1f\x8b"):
        return _inside(name, sha256, _gunzip(name, opened))
    return _plain(name, sha256, start, opened, size)


def _plain(name: str, sha256: str, start: bytes, opened: Callable[[], BinaryIO], size: int) -> Source:
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not bare and size <= len(start):
        raise refuse(name, "empty_file")
    return Source(name, sha256, "json" if bare[:1] in (b"{", b"[") else "text", opened, size)


def _inside(name: str, sha256: str, data: bytes) -> Source:
    """Return what a packed file holds; the digest stays that of the file as it came."""
    if data[:2] == b"PK" or data[:2] == b"\x1f\x8b":
        raise refuse(name, "archive_limit", "packed twice")
    return _plain(name, sha256, data[:4096], lambda: io.BytesIO(data), len(data))


def _packed(source: Source) -> Source:
    """Tell a workbook from a packed text: one text file in a zip is read, several are not."""
    if source.size > PACKED:
        raise refuse(source.name, "archive_limit", f"{source.size / 1e6:.0f} MB packed")
    try:
        with zipfile.ZipFile(io.BytesIO(source.data())) as archive:
            parts = [one for one in archive.infolist() if not one.filename.endswith("/") and MAC not in one.filename]
            if any(part.filename in BOOKS for part in parts) or len(parts) != 1 or "/" in parts[0].filename:
                return source
            if parts[0].flag_bits & 1 or parts[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise refuse(source.name, "archive_limit", "it is encrypted, or packed in a way that is not read")
            with archive.open(parts[0]) as stream:
                data = _unpacked(source.name, stream.read, parts[0].compress_size)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error, RuntimeError):
        raise refuse(source.name, "not_a_log", "a damaged packed file") from None
    return _inside(source.name, source.sha256, data)


def _gunzip(name: str, opened: Callable[[], BinaryIO]) -> bytes:
    with opened() as stream:
        packed = stream.read(PACKED + 1)
    if len(packed) > PACKED:
        raise refuse(name, "archive_limit", f"more than {PACKED / 1e6:.0f} MB packed")
    try:
        with gzip.open(io.BytesIO(packed)) as unpacked:
            return _unpacked(name, unpacked.read, len(packed))
    except (OSError, EOFError, zlib.error):
        raise refuse(name, "not_a_log", "a damaged packed file") from None


def _unpacked(name: str, read: Callable[[int], bytes], packed: int) -> bytes:
    """Inflate block by block, counting."""
    blocks, size = [], 0
    while block := read(1 << 16):
        blocks.append(block)
        size += len(block)
        if size > UNPACKED or (size > RATIO_FROM and size > RATIO * max(packed, 1)):
            raise refuse(name, "archive_limit", "unpacked")
    if not b"".join(blocks[:1]).strip():
        raise refuse(name, "empty_file")
    return b"".join(blocks)
