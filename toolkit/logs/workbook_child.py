"""Reads one workbook and prints its cells as JSON; started as a process of its own, knowing nothing of Backcare."""

import datetime
import json
import posixpath
import sys
import zipfile
from xml.etree import ElementTree  # the gate has refused every definition

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def limit(memory: int) -> None:
    """Let the system end this process before it takes the computer's memory."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def cell(value: object) -> list[str]:
    """Return the kind and the text of a cell, as people would write it in a log."""
    if isinstance(value, bool):
        return ["word", str(value)]
    if isinstance(value, (int, float)):
        whole = float(value).is_integer() and abs(value) < 1e18
        return ["number", str(int(value)) if whole else repr(value)]
    if isinstance(value, datetime.datetime):
        return ["date", value.isoformat(sep=" ", timespec="seconds")]
    if isinstance(value, datetime.date):
        return ["date", value.isoformat()]
    return ["text", str(value)]


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part that holds each sheet, by the sheet's name."""
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id", ""): posixpath.normpath(posixpath.join("xl", link.get("Target", ""))) for link in links}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    return {sheet.get("name", ""): targets[sheet.get(LINK, "")].lstrip("/") for sheet in book.iter(f"{MAIN}sheet")}


def oddities(archive: zipfile.ZipFile, part: str) -> dict[str, list[str]]:
    """Return the cells that hold an error or a formula without a result: the reader shows them as empty."""
    found: dict[str, list[str]] = {}
    with archive.open(part) as stream:
        for _, element in ElementTree.iterparse(stream):
            if element.tag == f"{MAIN}c":
                value, formula = element.find(f"{MAIN}v"), element.find(f"{MAIN}f")
                if element.get("t") == "e":
                    found[element.get("r", "A1")] = ["error", (value.text if value is not None else "") or ""]
                elif formula is not None and (value is None or not value.text) and element.get("t") != "str":
                    found[element.get("r", "A1")] = ["formula", ""]
            elif element.tag == f"{MAIN}row":
                element.clear()
    return found


def place(reference: str) -> tuple[int, int]:
    """Return row and column of a reference such as B3, counted from 0."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :]) - 1, column - 1


def read(path: str) -> dict[str, list[list[list[str]]]]:
    """Return the cells of every visible sheet."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_path(path)
    sheets = {}
    with zipfile.ZipFile(path) as archive:
        parts = sheet_parts(archive)
        for about in book.sheets_metadata:
            if about.visible != SheetVisibleEnum.Visible:
                continue
            values = book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
            rows = [[cell(value) for value in row] for row in values]
            for reference, odd in oddities(archive, parts[about.name]).items() if about.name in parts else ():
                row, column = place(reference)
                if row < len(rows) and column < len(rows[row]):
                    rows[row][column] = odd
            sheets[about.name] = rows
    return sheets


if __name__ == "__main__":
    limit(int(sys.argv[2]))
    try:
        answer: dict[str, object] = {"sheets": read(sys.argv[1])}
    except Exception as error:
        answer = {"error": type(error).__name__}
    sys.stdout.write(json.dumps(answer))
