"""T9: whatever a workbook does, the program lives and says why; what it accepts, a second reader reads alike."""

import io
import json
import random
import re
import resource
import signal
import subprocess
import sys
import time
import zipfile
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from xml.etree import ElementTree

import pytest
import xlsxwriter
from hostile_books import CELLS, PLAIN, Odd, books, cells, pack
from torture.levels import SEED, count, tell

from toolkit.errors import LogError
from toolkit.logs.codes import Fault
from toolkit.logs.workbook import SECONDS, read_workbook

GROWTH = 500_000_000  # bytes that the parent may take for the worst book
DAYS = [*map(str, range(14, 23)), "45", "47"]  # formats of a date or a time; 46 is a duration
ALONE = """
import json, resource, sys
from python_calamine import CalamineWorkbook
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_AS, (8_000_000_000, 8_000_000_000))
told = []
for path in sys.argv[1:]:
    try:
        told.append(str(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[0][0]))
    except Exception as error:
        told.append(None)
print(json.dumps(told))
"""


def alone(folder, odd):
    """Read books as a program would that has no child and takes no second look."""
    paths = [folder / f"{number}.xlsx" for number, _ in enumerate(odd)]
    for path, book in zip(paths, odd, strict=True):
        path.write_bytes(book.data)
    return subprocess.run([sys.executable, "-c", ALONE, *paths], capture_output=True, timeout=60, check=False)


def told(read):
    """Return the cells of a book by sheet, a fault as ! and its code."""
    return {
        name: [[f"!{cell.code}" if isinstance(cell, Fault) else cell for cell in row.fields] for row in rows]
        for name, rows in read.sheets.items()
    }


def tried(book):
    """Return what a book came to, and the seconds it took."""
    began = time.monotonic()
    try:
        found = told(read_workbook("log.xlsx", book.data))
    except LogError as error:
        found = error.code
    return found, time.monotonic() - began


# A second reader: slow, obvious, and of nobody else's making.


def local(element):
    return element.tag.rpartition("}")[2]


def text_of(holder):
    """Return the text of a string, in runs or not, without what is only read aloud."""
    if local(holder) == "t":
        text = "".join(holder.itertext())
        kept = text if holder.get("{http://www.w3.org/XML/1998/namespace}space") else text.strip(" \t\r\n")
        return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), kept)
    return "".join(text_of(child) for child in holder if local(child) != "rPh")


def h_mm_ss(days):
    whole = int((abs(days) * 86_400).quantize(Decimal(1), ROUND_HALF_UP))
    return f"{'-' if days < 0 else ''}{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def day_of(days, since_1904):
    first = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)
    seconds = int((days * 86_400).quantize(Decimal(1), ROUND_HALF_UP))
    moment = first + timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%d}" if days == int(days) else f"{moment:%Y-%m-%d %H:%M:%S}"


class Second:
    """A workbook as a second reader sees it."""

    def __init__(self, data):
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.links = {link.get("Id"): link for link in self.tree("xl/_rels/workbook.xml.rels")}
        self.book = self.tree("xl/workbook.xml")
        self.strings, self.formats = [], []
        for link in self.links.values():
            if link.get("Type", "").endswith("/sharedStrings"):
                self.strings = [text_of(one) for one in self.tree(self.path(link))]
            if link.get("Type", "").endswith("/styles"):
                self.formats = list(self.format_kinds(self.tree(self.path(link))))
        self.since_1904 = any(e.get("date1904") in ("1", "true") for e in self.book.iter() if local(e) == "workbookPr")

    def tree(self, path):
        [name] = [name for name in self.archive.namelist() if name.lower() == path.lower()]
        return ElementTree.fromstring(self.archive.read(name))  # noqa: S314 - our own books

    def path(self, link):
        target = link.get("Target")
        return target[1:] if target.startswith("/") else f"xl/{target}"

    def format_kinds(self, styles):
        own = {e.get("numFmtId"): e.get("formatCode") for e in styles.iter() if local(e) == "numFmt"}
        for holder in (one for one in styles if local(one) == "cellXfs"):
            for number in (one.get("numFmtId", "0") for one in holder):
                code = re.sub(r'"[^"]*"|\\.', "", own.get(number) or "")
                if "[h" in code or number == "46":
                    yield "duration"
                else:
                    yield "day" if re.search("[dmyhs]", re.sub(r"\[[^]]*\]", "", code)) or number in DAYS else ""

    def sheets(self):
        for sheet in (one for one in self.book.iter() if local(one) == "sheet"):
            link = self.links[next(sheet.get(key) for key in sheet.keys() if key.endswith("}id"))]  # noqa: SIM118
            if sheet.get("state", "visible") == "visible" and link.get("Type", "").endswith("/worksheet"):
                yield sheet.get("name"), dict(self.cells(self.tree(self.path(link))))

    def cells(self, tree):
        [rows] = [one for one in tree if local(one) == "sheetData"]
        line = 0
        for row in rows:
            line, column = int(row.get("r", line + 1)), 0
            for cell in (one for one in row if local(one) == "c"):
                letters = cell.get("r", "").rstrip("0123456789")
                column = sum((ord(a) - 64) * 26**n for n, a in enumerate(reversed(letters))) if letters else column + 1
                try:
                    shown = self.cell(cell)
                except (KeyError, IndexError, ValueError, ArithmeticError):
                    shown = "!"
                if shown not in (None, ""):
                    yield (line, column), shown

    def cell(self, cell):
        """Return a cell's text; a number as a number; ! where no value can be trusted; None where nothing stands."""
        inner = {local(child): child for child in cell}
        kind, value = cell.get("t", "n"), "".join(inner["v"].itertext()) if "v" in inner else None
        if kind == "e" or (kind != "str" and "f" in inner and not value):
            return "!"
        if kind in ("inlineStr", "str"):
            return text_of(inner["is"]) if kind == "inlineStr" else value
        if not value:
            return None
        if kind in ("s", "b"):
            return self.strings[int(value)] if kind == "s" else ("FALSE", "TRUE")[int(value)]
        if kind == "d":
            return value.replace("T", " ")
        return self.number(Decimal(value), int(cell.get("s", 0)))

    def number(self, value, style):
        kind = self.formats[style] if style < len(self.formats) else ""
        if kind == "duration" or (kind == "day" and 0 <= value < 1):
            return h_mm_ss(value)
        return day_of(value, self.since_1904) if kind == "day" and 61 <= value < 2_958_466 else float(value)


def disagreements(data, found):
    """Return the cells that two readers read as two, and how many cells they read alike."""
    differ, alike = [], 0
    seen = dict(Second(data).sheets())
    assert list(seen) == list(found)
    for name, rows in found.items():
        ours = {(n, m): cell for n, row in enumerate(rows, 1) for m, cell in enumerate(row, 1) if cell}
        for place in ours.keys() | seen[name].keys():
            one, other = ours.get(place, ""), seen[name].get(place, "")
            if one.startswith("!"):
                continue  # set aside, and said so
            same = one == other if isinstance(other, str) else re.fullmatch("[0-9.-]+", one) and float(one) == other
            alike, differ = alike + bool(same), differ if same else [*differ, (name, place, one[:40], str(other)[:40])]
    return differ, alike


def good():
    """Return a log as a common program writes it, with every kind of cell."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        log, at = book.add_worksheet("log"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        log.write_row(0, 0, ["patient_id", "performed_at", "reps", "hold_s", "done", "note"])
        for n in range(1, 40):
            log.write_row(n, 0, [f"p{n:03}", 46_083 + n / 7, n, n / 3, n % 2 == 0, f"note {n}\nand more"])
            log.write_number(n, 1, 46_083 + n / 7, at)
            log.write_formula(n, 2, f"=B{n}+1", None, n)
        book.add_worksheet("old").hide()
    return data.getvalue()


def flipped(data, chance, most):
    damaged = bytearray(data)
    for _ in range(chance.randint(1, most)):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def damaged(times):
    """Return a good book damaged: cut, with bits flipped, and with bits flipped in a part that is packed well again."""
    chance, whole = random.Random(SEED), good()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        inner = {name: archive.read(name) for name in archive.namelist()}
    for number in range(times):
        if number % 3 == 0:
            yield Odd(f"cut {number}", whole[: chance.randrange(len(whole))], None)
        elif number % 3 == 1:
            yield Odd(f"flipped {number}", flipped(whole, chance, 8), None)
        else:
            name = chance.choice([name for name in inner if name.startswith("xl/") and "theme" not in name])
            yield Odd(f"{name} {number}", pack({**inner, name: flipped(inner[name], chance, 2)}), None)


def test_t9_every_odd_workbook_is_read_exactly_or_refused_with_its_reason():
    asked, worst, wrong, accepted, alike = count(change=40, night=60, release=60), 0.0, [], 0, 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    odd = books()
    for book in odd:
        found, seconds = tried(book)
        worst = max(worst, seconds)
        if found != book.expected:
            wrong.append((book.name, str(found)[:200]))
        if isinstance(found, dict) and "another name" not in book.name:
            differ, same = disagreements(book.data, found)
            wrong += [(book.name, *one) for one in differ]
            accepted, alike = accepted + 1, alike + same
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    tell("T9", odd=len(odd), accepted=accepted, cells_alike=alike, worst_s=round(worst, 2), growth_mb=growth // 10**6)
    assert wrong == []
    assert len({book.name for book in odd}) >= asked
    assert (worst < SECONDS, growth < GROWTH) == (True, True)


def test_t9_a_damaged_workbook_is_refused_or_read_as_a_second_reader_reads_it():
    asked, worst, runs, accepted, alike, wrong = count(change=60, night=2_500, release=2_500), 0.0, 0, 0, 0, []
    for book in damaged(asked):
        found, seconds = tried(book)
        worst, runs = max(worst, seconds), runs + 1
        if isinstance(found, dict):
            differ, same = disagreements(book.data, found)
            wrong += [(book.name, *one) for one in differ]
            accepted, alike = accepted + 1, alike + same
    tell("T9", damaged=runs, accepted=accepted, cells_alike=alike, worst_s=round(worst, 2))
    assert wrong == []
    assert runs >= asked
    assert accepted > 0
    assert worst < SECONDS


@pytest.mark.parametrize("name", ["a cell at XFD1048576", "4,000,000,000 shared strings"])
def test_t9_control_the_same_reader_without_its_child_dies(tmp_path, name):
    [book] = [book for book in books() if book.name == name]
    ended = alone(tmp_path, [book])
    tell("T9", control=name, ended=ended.returncode)
    assert ended.returncode == -signal.SIGABRT
    assert tried(book)[0] == "archive_limit"


def test_t9_control_the_same_reader_without_a_second_look_changes_values(tmp_path):
    doubtful = [book for book in cells() if isinstance(book.expected, dict) and book.expected["log"][0][0][:1] == "!"]
    shown = json.loads(alone(tmp_path, doubtful).stdout)
    silent = [book.name for book, value in zip(doubtful, shown, strict=True) if value is not None]
    tell("T9", control="no second look", silent=len(silent), of=len(CELLS))
    assert len(silent) >= 15


def test_t9_control_a_wrong_cell_is_seen():
    wrong = {"log": [["id", "reps"], ["p1", "4"]]}
    assert [differ for differ, _ in (disagreements(pack(), PLAIN), disagreements(pack(), wrong))] == [
        [],
        [("log", (2, 2), "4", "3.0")],
    ]
