"""Files written whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    import pandas as pd


def write_table(table: pd.DataFrame, path: Path | str) -> None:
    """Write a table as CSV, days as 2026-03-02 and whole numbers without a point: the old file or the whole new one."""
    text = table.to_csv(index=False, date_format="%Y-%m-%d", float_format="%.10g", lineterminator="\n")
    write_atomically(Path(path), text.encode("utf-8"))


def write_atomically(path: Path, data: bytes) -> None:
    """Leave the old file or the whole new one under `path`, whatever happens in between.

    Raises
    ------
    ToolkitError
        If the folder is missing or cannot be written.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with _told(path):
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


class Growing:
    """A text file that grows beside its place and takes its name when all is written: the old one or the whole new one.

    Used with `with`; where the block ends in an error, nothing is left of it.

    Raises
    ------
    ToolkitError
        If the folder is missing or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._temporary = path.with_name(f".{secrets.token_hex(8)}.part")

    def __enter__(self) -> Growing:
        """Open it."""
        with _told(self.path):
            handle = os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = open(handle, "w", encoding="utf-8", newline="")  # noqa: PTH123 - a descriptor, closed below
        return self

    def write(self, text: str) -> None:
        """Add text at the end."""
        with _told(self.path):
            self._file.write(text)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Give it its name, or take it away."""
        try:
            with _told(self.path):
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()
                if kind is None:
                    self._temporary.replace(self.path)
                    sync_folder(self.path.parent)
        finally:
            self._temporary.unlink(missing_ok=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ToolkitError(f"{path.name} cannot be written: {error.strerror or error}.") from None


def sync_folder(folder: Path) -> None:
    """Make the new name itself last; only systems with directory handles need and allow it."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
