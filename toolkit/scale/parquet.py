"""A checked log as a folder of Parquet files, a patient's rows all in one of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import ToolkitError
from toolkit.scale.pieces import by_part
from toolkit.writing import refuse_filled, sync_folder

FILES = 16  # the patients of a folder are spread over so many
GROUP = 65_536  # rows that are written together


@contextmanager
def parquet_log(folder: Path) -> Iterator[Callable[[pd.DataFrame], None]]:
    """Take a log block by block and leave it in a new folder: all of it, or, after an error, no folder.

    Raises
    ------
    ToolkitError
        If the folder is there already with something in it, cannot be written, or pyarrow is missing.
    """
    try:
        import pyarrow.parquet as pq
    except ImportError:
        raise ToolkitError("Parquet files need pyarrow: pip install 'backcare[scale]'.") from None
    refuse_filled(folder)
    unnamed = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(unnamed, ignore_errors=True)
        unnamed.mkdir(mode=0o700)
        parts = [_Part(pq, unnamed / f"part-{number:02}.parquet") for number in range(FILES)]

        def keep(log: pd.DataFrame) -> None:
            for part, rows in zip(parts, by_part(log, FILES), strict=True):
                part.add(rows)

        yield keep
        for part in parts:
            part.finish()
        if folder.is_dir():
            folder.rmdir()
        unnamed.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise ToolkitError(f"{folder.name} cannot be written: {error.strerror or error}.") from None
    finally:
        shutil.rmtree(unnamed, ignore_errors=True)


class _Part:
    """One file; rows wait until there are enough of them."""

    def __init__(self, pq: Any, path: Path) -> None:
        self._pq, self._path = pq, path
        self._waiting: list[pd.DataFrame] = []
        self._writer: Any = None

    def add(self, rows: pd.DataFrame) -> None:
        self._waiting.append(rows)
        if sum(map(len, self._waiting)) >= GROUP:
            self._write()

    def finish(self) -> None:
        self._write()
        if self._writer is not None:
            self._writer.close()

    def _write(self) -> None:
        import pyarrow as pa

        rows = pd.concat(self._waiting, ignore_index=True) if self._waiting else None
        self._waiting = []
        if rows is not None and len(rows):
            table = pa.Table.from_pandas(rows, preserve_index=False)
            self._writer = self._writer or self._pq.ParquetWriter(self._path, table.schema)
            self._writer.write_table(table)
