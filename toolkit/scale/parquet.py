"""A checked log as a folder of Parquet files, a patient's rows all in one of them; what was set aside lies beside."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import ToolkitError
from toolkit.scale.pieces import by_part
from toolkit.schema import LOG, QUARANTINE, Table
from toolkit.tables import make
from toolkit.writing import refuse_filled, sync_folder, told_of

PARTS = tuple(f"part-{number:02}.parquet" for number in range(16))
ASIDE = "quarantine.parquet"
GROUP = 65_536  # rows that are written together
NEEDED = "Parquet files need pyarrow: pip install 'backcare[scale]'."


@contextmanager
def parquet_log(folder: Path) -> Iterator[Callable[[pd.DataFrame, pd.DataFrame], None]]:
    """Take a log and its quarantine block by block and leave them in a new folder: all, or after an error no folder.

    Raises
    ------
    ToolkitError
        If the folder is there already with something in it, cannot be written, or pyarrow is missing.
    """
    refuse_filled(folder)
    unnamed = folder.with_name(f".{secrets.token_hex(8)}.part")
    with told_of(folder):
        unnamed.mkdir(mode=0o700)
    opened: list[_Part] = []
    try:
        for name in (ASIDE, *PARTS):
            opened.append(_Part(folder, unnamed / name, QUARANTINE if name == ASIDE else LOG))

        def keep(log: pd.DataFrame, quarantine: pd.DataFrame) -> None:
            for part, rows in zip(opened, [quarantine, *by_part(log, len(PARTS))], strict=True):
                part.add(rows)

        yield keep
        for part in opened:
            part.finish()
        with told_of(folder):
            if folder.is_dir():
                folder.rmdir()
            unnamed.rename(folder)
            sync_folder(folder.parent)
    finally:
        for part in opened:
            part.close()
        shutil.rmtree(unnamed, ignore_errors=True)


def log_files(paths: Iterable[Path]) -> list[Path]:
    """Return log files: those named, and of a folder its Parquet files.

    Raises
    ------
    ToolkitError
        If a folder has none, lacks one that `backcare import --parquet` wrote, or holds other files.
    """
    return [one for path in paths for one in (_inside(path) if path.is_dir() else [path])]


def _inside(folder: Path) -> list[Path]:
    found = sorted(one for one in folder.iterdir() if not one.name.startswith("."))
    names = {one.name for one in found}
    if odd := [one.name for one in found if one.suffix.lower() != ".parquet"]:
        raise ToolkitError(f"The folder {folder.name} holds {odd[0]} too: name its log files one by one.")
    if not found:
        raise ToolkitError(f"The folder {folder.name} has no Parquet file of a log.")
    if missing := sorted({*PARTS, ASIDE} - names) if names & {*PARTS, ASIDE} else []:
        raise ToolkitError(f"The folder {folder.name} lacks {', '.join(missing)}: copy all files of the import.")
    return found


class _Part:
    """One file; rows wait until there are enough of them."""

    def __init__(self, folder: Path, path: Path, table: Table) -> None:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError:
            raise ToolkitError(NEEDED) from None
        self._folder, self._path, self._arrow = folder, path, pa
        self._schema = pa.Schema.from_pandas(make(table), preserve_index=False)
        self._waiting: list[pd.DataFrame] = []
        with told_of(folder):
            self._writer: Any = pq.ParquetWriter(path, self._schema)

    def add(self, rows: pd.DataFrame) -> None:
        self._waiting += [rows] if len(rows) else []
        if sum(map(len, self._waiting)) >= GROUP:
            self._write()

    def finish(self) -> None:
        """Bring it to the disk."""
        self._write()
        with told_of(self._folder):
            self._writer.close()
            with self._path.open("rb") as file:
                os.fsync(file.fileno())

    def close(self) -> None:
        """Close it, whatever became of what was still to be written."""
        with suppress(OSError):
            self._writer.close()

    def _write(self) -> None:
        if self._waiting:
            rows = pd.concat(self._waiting, ignore_index=True)
            with told_of(self._folder):
                self._writer.write_table(self._arrow.Table.from_pandas(rows, self._schema, preserve_index=False))
        self._waiting = []
