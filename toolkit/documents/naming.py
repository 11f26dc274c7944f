"""What a document is saved under: a name that tells nobody whose it is."""

from __future__ import annotations

import hashlib


def file_name(kind: str, document: bytes, *, revision: int | None = None, ending: str = "pdf") -> str:
    """Return a name such as `handout-r4-3f9a1c0b72de.pdf`: kind, revision, and the start of the document's digest."""
    part = "" if revision is None else f"-r{revision}"
    return f"{kind}{part}-{hashlib.sha256(document).hexdigest()[:12]}.{ending}"
