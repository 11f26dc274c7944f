"""Files written whole or not at all."""

from __future__ import annotations

import os
import secrets
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
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ToolkitError(f"{path.name} cannot be written: {error.strerror or error}.") from None
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Make the new name itself last; only systems with directory handles need and allow it."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
