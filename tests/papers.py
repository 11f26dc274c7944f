"""What stands in a PDF of ours, read from its bytes: its objects are plain, only pictures and text are packed."""

import re
import shutil
import subprocess

import pytest


def headings(document):
    """Return the outline of a document, as a reader's program shows it at the side."""
    return [_text(found) for found in re.findall(rb"/Title(\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\))/Dest", document)]


def descriptions(document):
    """Return the words of each picture."""
    return [
        _text(found) for found in re.findall(rb"/S/Figure/P \d+ 0 R/Alt(\(.*?\)|<[0-9A-Fa-f]+>)\s*/", document, re.S)
    ]


def properties(document):
    """Return what a file manager shows of a document without opening it, in both places where it stands."""
    (plain,) = re.findall(rb"<</Title.*?/CreationDate\(.*?\)>>", document, re.S)
    (xml,) = re.findall(rb"<x:xmpmeta.*?</x:xmpmeta>", document, re.S)
    return plain.decode("latin-1"), xml.decode("utf-8")


def pages(document):
    return len(re.findall(rb"/Type/Page\b", document))


def printed(document, tmp_path):
    """Return what is printed, cell after cell, without blanks; skipped where poppler is not installed."""
    return without_blanks(read_by_poppler(document, tmp_path, "-raw"))


def page_texts(document, tmp_path):
    """Return the words of each page, in the order in which they are read, one blank between them."""
    read = read_by_poppler(document, tmp_path, "-raw").replace("\u200b", "").split("\f")[:-1]
    return [" ".join(page.split()) for page in read]


def placed_words(document, tmp_path):
    """Return each word with the top of its line and its height, in points."""
    found = re.findall(
        r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]*)<', read_by_poppler(document, tmp_path, "-bbox")
    )
    return [(word, float(top), float(end) - float(top)) for top, end, word in found]


def read_by_poppler(document, tmp_path, form):
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext: poppler-utils brings it")
    file = tmp_path / "read.pdf"
    file.write_bytes(document)
    done = subprocess.run(["pdftotext", form, file, "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def without_blanks(text):
    return "".join(text.replace("\u200b", "").split())


def _text(found):
    if found.startswith(b"<"):
        return bytes.fromhex(found[1:-1].decode()).decode("utf-16")
    inside = re.sub(rb"\\([()\\])", rb"\1", found[1:-1])
    return inside.decode("utf-16") if inside.startswith(b"\xfe\xff") else inside.decode("latin-1")
