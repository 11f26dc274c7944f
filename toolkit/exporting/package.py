"""A data package: files that say what they are, written whole into a folder of their own, or as one zip."""

from __future__ import annotations

import io
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError
from toolkit.exporting.descriptor import NAME, descriptor, dictionary
from toolkit.exporting.files import csv_file
from toolkit.exporting.readme import NOT_LEGAL, readme
from toolkit.exporting.records import Filled
from toolkit.exporting.shared_tables import MANIFEST, manifest
from toolkit.exporting.workbook import fits, workbook
from toolkit.writing import refuse_filled, sync_folder, write_atomically

FIXED = (1980, 1, 1, 0, 0, 0)  # the time of every part of a zip: same files, same bytes


@dataclass(frozen=True, slots=True)
class Package:
    """An export: `clinical` or `shared`, what it says on itself, its manifest in lines, its files by name.

    `keys` is the table from patients to their ids in a shared export; it is none of the files.
    """

    kind: str
    says: str
    told: tuple[str, ...]
    files: Mapping[str, bytes]
    keys: bytes | None = None

    def zipped(self) -> bytes:
        """Return the files as one zip, the same bytes for the same files."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for name, data in self.files.items():
                part = zipfile.ZipInfo(f"backcare-{self.kind}/{name}", FIXED)
                part.external_attr, part.compress_type = 0o600 << 16, zipfile.ZIP_DEFLATED
                archive.writestr(part, data)
        return made.getvalue()

    def write(self, folder: Path, *, keys: Path | None = None) -> None:
        """Write the files into a folder that is new or empty, all or none; the keys into another file, if asked for.

        Raises
        ------
        ToolkitError
            If the folder holds something, the file of the keys is there already or would lie in the folder, there are
            no keys, or the disk refuses: nothing is left.
        """
        _refuse(self, folder, keys)
        making = folder.with_name(f".{secrets.token_hex(8)}.part")
        try:
            making.mkdir(mode=0o700)
            for name, data in self.files.items():
                write_atomically(making / name, data)
            if keys is not None and self.keys is not None:
                write_atomically(keys, self.keys)
            try:
                _give_name(making, folder)
            except OSError:
                if keys is not None:
                    keys.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise ToolkitError(f"{folder.name} cannot be written: {error.strerror or error}.") from None
        finally:
            shutil.rmtree(making, ignore_errors=True)


def packed(
    kind: str, says: str, tables: Sequence[Filled], told: list[dict[str, str]], rules: Mapping[str, Any]
) -> Package:
    """Return a package of tables, with its manifest, dictionary, workbook, descriptor and words to read first."""
    large = [one.table.name for one in tables if not fits(one)]
    told = told + [{"table": name, "what": "told", "becomes": "not in the workbook",
                    "rule": "it has more rows than are put on a sheet; the CSV file holds them"}
                   for name in large]  # fmt: skip
    described = Filled(MANIFEST, manifest(told))
    whole = [*tables, described, dictionary([*tables, described])]
    files = {f"{one.table.name}.csv": csv_file(one) for one in whole}
    in_book = [one for one in whole if one.table.name not in large]
    files[f"{kind}.xlsx"] = workbook(f"Backcare, {kind} export", [says, NOT_LEGAL], in_book)
    files["README.md"] = readme(kind, says, whole, told).encode("utf-8")
    files[NAME] = descriptor(kind, says, whole, files, rules)
    return Package(kind, says, tuple(_lines(told)), files)


def _lines(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Yield a manifest for a screen: a line for each rule, with what it was applied to."""
    by_rule: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for row in rows:
        told = row.get("becomes", "") if row["what"] == "told" or not row.get("column") else ""
        tables = by_rule.setdefault((row["what"], told, row.get("rule", "")), {})
        tables.setdefault(row["table"], []).extend([row["column"]] if row.get("column") else [])
    for (what, told, rule), tables in by_rule.items():
        applied = "; ".join(" ".join([table, ", ".join(columns)]).strip() for table, columns in tables.items())
        yield " - ".join(part for part in (f"{what.capitalize()}: {applied}", told, rule) if part)


def _refuse(package: Package, folder: Path, keys: Path | None) -> None:
    """Stop before anything is written where a place is taken or wrong."""
    refuse_filled(folder)
    if not folder.absolute().parent.is_dir():
        raise ToolkitError(f"The folder for {folder.name} is not there.")
    if keys is None:
        return
    if package.keys is None:
        raise ToolkitError("A clinical export has no keys: its ids are the clinic's own.")
    if keys.is_symlink() or keys.exists():
        raise ToolkitError(f"{keys.name} is there already: keys are never written over.")
    if keys.resolve().is_relative_to(folder.resolve()):
        raise ToolkitError("The keys must not lie in the folder that is shared: choose another place for them.")


def _give_name(making: Path, folder: Path) -> None:
    """Let the finished folder take its name, in one step."""
    if os.name == "nt" and folder.is_dir():
        folder.rmdir()  # there an empty folder stands in the way
    making.replace(folder)
    sync_folder(folder.absolute().parent)
