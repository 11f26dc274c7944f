"""Files written whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    import pandas as pd


FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # what a spreadsheet would run
_RUNS = re.compile(f"'*[{''.join(map(re.escape, FORMULA))}]")
_MARKED = re.compile(f"'{_RUNS.pattern}")


def marked(text: str) -> str:
    """Return a text as it may stand in a CSV file: before what a spreadsheet would take for a formula, an apostrophe.

    One more apostrophe where some stand there already, so that `unmarked` gives back every text as it was.
    """
    return f"'{text}" if _RUNS.match(text) else text


def unmarked(text: str) -> str:
    """Return the text that `marked` was given."""
    return text[1:] if _MARKED.match(text) else text


def write_table(table: pd.DataFrame, path: Path | str) -> None:
    """Write a table as CSV, days as 2026-03-02 and whole numbers without a point: the old file or the whole new one.

    Texts that a spreadsheet would take for a formula are `marked`; `read_table` takes the mark off again.
    """
    texts = {name: _marked_column(table[name]) for name in table.columns if table[name].dtype.kind == "O"}
    text = table.assign(**texts).to_csv(index=False, date_format="%Y-%m-%d", float_format="%.10g", lineterminator="\n")
    write_atomically(Path(path), text.encode("utf-8"))


def _marked_column(column: pd.Series) -> pd.Series:
    return column.astype(object).map(lambda value: marked(value) if isinstance(value, str) else value)


def write_atomically(path: Path, data: bytes) -> None:
    """Leave the old file or the whole new one under `path`, whatever happens in between.

    Raises
    ------
    ToolkitError
        If the folder is missing or cannot be written.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with told_of(path):
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def refuse_clash(read: Iterable[Path | None], written: Iterable[Path | None]) -> None:
    """Stop before anything is read if a file to write is one that is read, written twice, or no plain file.

    Raises
    ------
    ToolkitError
        With the name of the file.
    """
    inputs = {path.resolve() for path in read if path is not None}
    outputs = [path for path in written if path is not None]
    for path in outputs:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise ToolkitError(f"{path} cannot be written: it must be a plain file, new or to be replaced.")
        if path.resolve() in inputs:
            raise ToolkitError(f"{path.name} would be written over what is read: choose another name.")
    if len({path.resolve() for path in outputs}) < len(outputs):
        raise ToolkitError("Two files would be written under one name: choose another for one of them.")


def refuse_filled(folder: Path) -> None:
    """Stop before anything is written unless a folder is new or empty.

    Raises
    ------
    ToolkitError
        With the name of the folder.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ToolkitError(f"{folder.name} cannot be written: it must be a folder, new or empty.")
    if folder.is_dir() and any(folder.iterdir()):
        raise ToolkitError(f"{folder.name} holds something already: choose a new or an empty folder.")


class Growing:
    """Text files that grow beside their places and take their names together when all is written.

    Used with `with`; where the block ends in an error nothing is left of them. A name is taken only when every file
    lies whole on the disk: what can still fail between two names is the renaming itself.

    Raises
    ------
    ToolkitError
        If a folder is missing or cannot be written.
    """

    def __init__(self, *paths: Path) -> None:
        self._paths = {path: path.with_name(f".{secrets.token_hex(8)}.part") for path in paths}
        self._files: list[Part] = []

    def __enter__(self) -> tuple[Part, ...]:
        """Open them."""
        for path, temporary in self._paths.items():
            if path.is_dir():
                self._take_away()
                raise ToolkitError(f"{path.name} cannot be written: it is a folder.")
            try:
                self._files.append(Part(path, temporary))
            except ToolkitError:
                self._take_away()
                raise
        return tuple(self._files)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Give them their names, or take them away."""
        try:
            if kind is None:
                for one in self._files:
                    one.finish()
                for path, temporary in self._paths.items():
                    with told_of(path):
                        temporary.replace(path)
                        sync_folder(path.parent)
        finally:
            self._take_away()

    def _take_away(self) -> None:
        for one in self._files:
            one.close()
        for temporary in self._paths.values():
            temporary.unlink(missing_ok=True)


class Part:
    """A file that has no name yet; an error of the disk names the one it will have."""

    def __init__(self, path: Path, temporary: Path) -> None:
        self._path = path
        with told_of(path):
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = open(handle, "w", encoding="utf-8", newline="")  # noqa: PTH123, SIM115 - a descriptor, closed below

    def write(self, text: str) -> int:
        """Add text at the end."""
        with told_of(self._path):
            return self._file.write(text)

    def finish(self) -> None:
        """Bring it to the disk."""
        with told_of(self._path):
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close it, whatever became of what was still to be written."""
        with suppress(OSError):
            self._file.close()


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Say of an error of the disk which file or folder could not be written."""
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
