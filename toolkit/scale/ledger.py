"""Rows of many files, kept apart by patient until all are there: `add`, `merge`, `finish`."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from toolkit.errors import ToolkitError
from toolkit.scale.pieces import COLUMNS, Piece, joined

HELD = 2_000_000  # rows that stay in memory; more go to a folder of temporary files, a file a part


class Ledger:
    """The rows of all files, one pile for each part of the patients.

    Used with `with`; its temporary files go when the block ends.

    Parameters
    ----------
    parts : how many piles

    Raises
    ------
    ToolkitError
        If the disk with the temporary files is full.
    """

    def __init__(self, parts: int) -> None:
        self.parts = parts
        self._held: list[dict[int, list[Piece]]] = [{} for _ in range(parts)]
        self._rows = 0
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, piece: Piece, file: int) -> None:
        """Take rows of any patients from a file, by its number; several threads may."""
        self.merge(piece.split(self.parts), file)

    def merge(self, split: list[Piece], file: int) -> None:
        """Take rows that are apart by part already."""
        with self._lock:
            for pile, piece in zip(self._held, split, strict=True):
                if len(piece):
                    pile.setdefault(file, []).append(piece)
                    self._rows += len(piece)
            if self._rows > HELD:
                self._put_away()

    def finish(self, part: int) -> Piece | None:
        """Give away all rows of one part, file by file and in the order of each; None where there are none."""
        held, self._held[part] = self._held[part], {}
        found = [*self._fetch(part), *((file, piece) for file, pile in held.items() for piece in pile)]
        found.sort(key=lambda one: one[0])
        return joined([piece for _, piece in found]) if found else None

    def _put_away(self) -> None:
        try:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="backcare-")
            for part, pile in enumerate(self._held):
                if pile:
                    with self._file(part).open("ab") as stream:
                        for number, pieces in pile.items():
                            np.save(stream, np.array(number))
                            _write(stream, joined(pieces))
        except OSError as error:
            told = f"Rows of the logs cannot wait in {tempfile.gettempdir()}: {error.strerror or error}."
            raise ToolkitError(f"{told} Set TMPDIR to a folder with room, about 60 bytes a row.") from None
        self._held = [{} for _ in range(self.parts)]
        self._rows = 0

    def _file(self, part: int) -> Path:
        assert self._folder is not None
        return Path(self._folder.name) / f"part-{part}"

    def _fetch(self, part: int) -> Iterator[tuple[int, Piece]]:
        if self._folder is None or not (path := self._file(part)).exists():
            return
        size = path.stat().st_size
        with path.open("rb") as file:
            while file.tell() < size:
                yield int(np.load(file)), _read(file)


def _write(file: BinaryIO, piece: Piece) -> None:
    for texts in (piece.patients, piece.notes):
        data = [text.encode() for text in texts]
        np.save(file, np.array([len(one) for one in data], np.int64))
        np.save(file, np.frombuffer(b"".join(data), np.uint8))
    for array in (piece.patient, piece.noted, *(piece.columns[name] for name in COLUMNS)):
        np.save(file, array)


def _read(file: BinaryIO) -> Piece:
    patients, notes = _texts(file), _texts(file)
    patient, noted = np.load(file), np.load(file)
    return Piece(patients, patient, {name: np.load(file) for name in COLUMNS}, noted, notes)


def _texts(file: BinaryIO) -> tuple[str, ...]:
    ends = np.cumsum(np.load(file)).tolist()
    data = np.load(file).tobytes()
    return tuple(data[start:end].decode() for start, end in zip([0, *ends[:-1]], ends, strict=True)) if ends else ()
