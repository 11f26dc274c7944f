"""The mappings a clinic has saved: one readable file a source, in a folder of its own."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.logs.mapping import Mapping, folded, load_mapping, save_mapping


@dataclass(frozen=True, slots=True)
class Library:
    """Saved mappings in a folder; a file's name is made from the header, never from what somebody typed."""

    folder: Path

    def fitting(self, header: tuple[str, ...]) -> Mapping | None:
        """Return the mapping saved for files with this header, None where there is none.

        Raises
        ------
        LogError
            If it is there and cannot be used.
        """
        path = self.path_of(header)
        return load_mapping(path) if path.is_file() else None

    def keep(self, mapping: Mapping) -> Path:
        """Save a mapping for the files that have its header, in place of the one before.

        Raises
        ------
        ToolkitError
            If it names no header, or cannot be written.
        """
        if not mapping.header:
            raise ToolkitError("A mapping is saved for a header, and this one names none.")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ToolkitError(f"The folder for mappings cannot be made: {error.strerror}.") from None
        path = self.path_of(mapping.header)
        save_mapping(mapping, path)
        return path

    def path_of(self, header: tuple[str, ...]) -> Path:
        """Return where the mapping of a header lies."""
        digest = hashlib.sha256(json.dumps(folded(header)).encode()).hexdigest()
        return self.folder / f"mapping-{digest[:12]}.json"
