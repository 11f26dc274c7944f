"""Encodings of text files: UTF by itself, any other chosen by a person who has seen what comes out."""

from __future__ import annotations

ENCODINGS = {
    "windows-1252": "Western European (Windows)",
    "iso-8859-15": "Western European (ISO, with the euro sign)",
    "windows-1250": "Central European (Windows)",
    "windows-1251": "Cyrillic (Windows)",
    "windows-1253": "Greek (Windows)",
    "iso-8859-7": "Greek (ISO)",
    "windows-1254": "Turkish (Windows)",
    "mac-roman": "Western European (older Macintosh)",
    "cp850": "Western European (DOS)",
    "utf-8": "UTF-8",
}
SEEN = 3  # lines of a preview


def previews(data: bytes) -> dict[str, tuple[str, ...]]:
    """Return the first lines that hold more than ASCII as each encoding shows them, without those that cannot."""
    odd = [line for line in data.splitlines() if not line.isascii()][:SEEN]
    found: dict[str, tuple[str, ...]] = {}
    for encoding in ENCODINGS:
        try:
            shown = tuple(line.decode(encoding) for line in odd)
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(character.isprintable() or character == "\t" for line in shown for character in line):
            found[encoding] = shown
    return found
