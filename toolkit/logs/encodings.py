"""Encodings of text files: UTF by itself, any other chosen by a person who has seen what comes out."""

from __future__ import annotations

import re

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
SEEN = 6  # words of a preview


def previews(data: bytes) -> dict[str, str]:
    """Return the words that are more than ASCII as an encoding shows them, once for all that read the file alike."""
    found: dict[str, str] = {}
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(character.isprintable() or character in "\t\r\n" for character in text):
            found.setdefault(text, encoding)
    return {encoding: _odd_words(text) for text, encoding in found.items()}


def _odd_words(text: str) -> str:
    words = dict.fromkeys(word for word in re.findall(r"\w+|[^\w\s]+", text) if not word.isascii())
    return ", ".join(list(words)[:SEEN])
