"""Reads one workbook from its input and prints its cells as JSON; a process of its own, knowing nothing of Backcare."""

import contextlib
import datetime
import io
import json
import math
import posixpath
import re
import sys
import zipfile
from decimal import Decimal
from xml.etree import ElementTree  # whatever is parsed has first been seen to hold no definition
from xml.parsers import expat

from python_calamine import CalamineSheet, CalamineWorkbook

ROWS, COLUMNS, CELLS = 1_000_000, 256, 5_000_000  # cells: what the used areas of all visible sheets hold together
EXACT_BELOW = 1e15  # a spreadsheet keeps 15 digits of a number; what is longer is not what was typed
LINK = '<Relationship Id="{}" Type="/relationships/{}" Target="{}"/>'
COLUMN, ROW, INDEX = re.compile("[A-Z]{1,3}"), re.compile("[1-9][0-9]{0,6}"), re.compile("[0-9]{1,9}")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")
ERROR = re.compile(r"#(NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!|ERROR!)|Err:[0-9]+")
VALUE = re.compile(rb'(?:<(?:[\w.-]+:)?v(?:\s+xml:space="preserve")?\s*>([^<]*))?')
CHILDREN = (["v"], ["f"], ["f", "v"], ["is"], ["f", "is"])
LISTS = {"sst": ["si", "extLst"], "si": ["t", "r", "rPh", "phoneticPr"], "cellXfs": ["xf"], "numFmts": ["numFmt"]}

Shown = str | list[str]  # a text; a number, date or time as [text]; or what is wrong with the cell as [code, found]
STRANGE = ["cell_error", "written as no spreadsheet program writes it"]
BELOW_ZERO = ["cell_error", "a date below zero"]  # a number below zero is none of this
TWICE = ["cell_error", "the cell is there twice"]


class RefusedError(Exception):
    """The whole file is refused: a code, with what was found."""


def _parser() -> expat.XMLParserType:
    """Return a parser that stops at a definition, which is no version 1.0, and at any encoding but UTF-8."""

    def stop(version: str, encoding: str | None, *_: object) -> None:
        if version != "1.0" or (encoding or "utf-8").lower() != "utf-8":
            raise RefusedError("xml_entity", "DOCTYPE, or an encoding other than UTF-8")

    made = expat.ParserCreate("utf-8")
    made.StartDoctypeDeclHandler = made.XmlDeclHandler = stop
    return made


def _sound(markup: bytes) -> bytes:
    """Return the markup, once no definition is in it and nothing in a list that the reader would count past."""
    names, whole = [""], _parser()

    def enter(tag: str, _: object) -> None:
        names.append(tag.rpartition(":")[2])
        if names[-1] not in LISTS.get(names[-2], names):
            raise RefusedError("not_a_log", "a workbook with a damaged list")

    whole.StartElementHandler, whole.EndElementHandler = enter, lambda _: names.pop()
    whole.Parse(markup, True)
    return markup


def _judge(kind: str, children: list[str], raw: bytes) -> list[str] | None:
    found = VALUE.fullmatch(raw)
    if children not in CHILDREN or not found or ("is" in children) != (kind == "inlineStr"):
        return STRANGE
    text = (found[1] or b"").decode()
    if kind == "e":
        return ["cell_error", text]
    if "f" in children and "is" not in children and not (text or (kind == "str" and "v" in children)):
        return ["formula_no_value", ""]
    if kind == "str":
        return ["cell_error", text] if "f" in children and ERROR.fullmatch(text) else None
    if not text or kind == "inlineStr":
        return None
    if kind in ("", "n"):
        if not NUMBER.fullmatch(text) or math.isinf(float(text)):
            return ["number_format", text]
        return BELOW_ZERO if text.startswith("-") else None
    form = {"s": INDEX, "b": re.compile("[01]"), "d": re.compile("[0-9T:.-]+")}.get(kind)
    return None if form and form.fullmatch(text) else STRANGE


def _row(text: str) -> int:
    if not ROW.fullmatch(text):
        raise RefusedError("not_a_log", "a row without a place")
    return int(text)


class Look:
    """One pass over a sheet's markup: how far it reaches, its hidden rows, and the cells that are odd."""

    def __init__(self, markup: bytes) -> None:
        self.odd: dict[tuple[int, int], list[str]] = {}
        self.rows = self.columns = self.hidden = 0
        self.markup, self._parser = markup, _parser()
        self._row = self._column = self._depth = self._tables = self._from = 0
        self._inside = self._hides = False
        self._kind, self._children, self._raw = "", [""], b""
        self._seen = bytearray()  # a bit for each place
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._open, self._close
        self._parser.Parse(markup, True)

    def _open(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if self._depth:  # inside a cell
            self._depth += 1
            if self._depth == 2:
                self._children.append(name)
                self._from = self._parser.CurrentByteIndex
        elif name == "sheetData":
            self._inside, self._tables = True, self._tables + 1
            if self._tables > 1:
                raise RefusedError("not_a_log", "a sheet with two tables")
        elif self._inside and name == "row":
            self._row, self._column = _row(given.get("r") or str(self._row + 1)), 0
            self._hides = given.get("hidden") in ("1", "true")
        elif self._inside and name != "c":
            raise RefusedError("not_a_log", "a sheet with a damaged list")
        elif self._inside:
            self._kind = given.get("t", "") if INDEX.fullmatch(given.get("s", "0")) else "unknown"
            self._depth, self._children, self._raw = 1, [], b""
            self._place(given.get("r"))

    def _close(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if self._depth:
            self._depth -= 1
            if self._depth == 1 and name == "v":
                self._raw = self.markup[self._from : self._parser.CurrentByteIndex]
            elif not self._depth and self._children:
                self._note()
        elif name == "sheetData":
            self._inside = False

    def _place(self, reference: str | None) -> None:
        self._column += 1
        if reference is None:  # the place after the last
            return
        letters = reference.rstrip("0123456789")
        if not COLUMN.fullmatch(letters) or _row(reference[len(letters) :]) != self._row:
            raise RefusedError("not_a_log", "a cell without a place")
        self._column = 0
        for letter in letters:
            self._column = self._column * 26 + ord(letter) - 64

    def _note(self) -> None:
        if self._row > ROWS or self._column > COLUMNS:
            raise RefusedError("archive_limit", f"a cell in row {self._row}, column {self._column}")
        self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column)
        if self._hides:
            self.hidden, self._hides = self.hidden + 1, False
        at, bit = divmod(self._row * COLUMNS + self._column - 1, 8)
        self._seen.extend(bytes(max(0, at + 1 - len(self._seen))))
        twice = self._seen[at] >> bit & 1
        self._seen[at] |= 1 << bit
        odd = TWICE if twice else _judge(self._kind, self._children, self._raw)
        if odd:
            self.odd[self._row - 1, self._column - 1] = odd


class Package:
    """The parts of a workbook, found by their relations and not by their names."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.lower(): name for name in archive.namelist()}
        [book] = [target for kind, target in self._links("").values() if kind == "officeDocument"]
        self.links = self._links(book)
        tree = [(e.tag.rpartition("}")[2], e.attrib) for e in ElementTree.fromstring(_sound(self.part(book))).iter()]
        self.from_1904 = any(tag == "workbookPr" and a.get("date1904") in ("1", "true") for tag, a in tree)
        self.sheets = [attributes for tag, attributes in tree if tag == "sheet"]

    def part(self, name: str) -> bytes:
        """Return what a part holds, whole; a sheet's definitions are looked for on the way."""
        return self._archive.read(self._names[name.lower()])

    def _links(self, part: str) -> dict[str, tuple[str, str]]:
        """Return kind and target of each relation of a part, by its name; none that leads out of the file."""
        folder, _, name = part.rpartition("/")
        links = ElementTree.fromstring(_sound(self.part(f"{folder}/_rels/{name}.rels".lstrip("/"))))
        return {
            link.get("Id", ""): (
                link.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/"),
            )
            for link in links
            if link.get("TargetMode") != "External"
        }


def _repacked(package: Package, sheets: list[Look]) -> io.BytesIO:
    numbers, packed = range(len(sheets)), io.BytesIO()
    links = "".join(LINK.format(f"s{n}", "worksheet", f"sheet{n}.xml") for n in numbers)
    book = LINK.format("b", "officeDocument", "xl/workbook.xml")
    listed = "".join(f'<sheet name="s{n}" sheetId="{n + 1}" r:id="s{n}"/>' for n in numbers)
    epoch = f'<workbookPr date1904="{package.from_1904:d}"/>'
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("_rels/.rels", f"<Relationships>{book}</Relationships>")
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>")
        archive.writestr("xl/workbook.xml", f"<workbook>{epoch}<sheets>{listed}</sheets></workbook>")
        for kind, part in dict(package.links.values()).items():
            if kind in ("styles", "sharedStrings"):
                archive.writestr(f"xl/{kind}.xml", _sound(package.part(part)))
        for n in numbers:
            archive.writestr(f"xl/sheet{n}.xml", sheets[n].markup)
    packed.seek(0)
    return packed


def _clock(seconds: float) -> str:
    whole = math.floor(abs(seconds) + 0.5)
    return f"{'-' if seconds < 0 else ''}{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _shown(value: object) -> Shown:
    if isinstance(value, str):
        return ["cell_error", "a zero byte"] if "\0" in value else value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        if abs(value) >= EXACT_BELOW:
            return ["id_characters", "a number of more than 15 digits"]
        return [str(int(value)) if float(value).is_integer() else format(Decimal(repr(value)), "f")]
    if isinstance(value, datetime.datetime):  # the reader tells milliseconds: 07:29:59.999 was 07:30
        return [(value + datetime.timedelta(milliseconds=500)).isoformat(sep=" ", timespec="seconds")]
    if isinstance(value, datetime.timedelta):
        return [_clock(value.total_seconds())]
    if isinstance(value, datetime.time):
        return [_clock(value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6)]
    return [value.isoformat()] if isinstance(value, datetime.date) else STRANGE


def _table(sheet: CalamineSheet, look: Look) -> list[list[Shown]]:
    (first, left), (last, right) = sheet.start or (0, 0), sheet.end or (-1, -1)
    if last >= look.rows or right >= look.columns:
        raise RefusedError("not_a_log", "a sheet that two readers read as two")
    rows: list[list[Shown]] = [[""] * look.columns for _ in range(look.rows)]
    values = sheet.to_python()
    for row, line in enumerate(values, start=first):
        rows[row][left : right + 1] = map(_shown, line)
    for (row, column), odd in look.odd.items():
        if odd != BELOW_ZERO or isinstance(values[row - first][column - left], (datetime.date, datetime.time)):
            rows[row][column] = odd
    return rows


def read(data: bytes) -> dict[str, object]:
    """Return the cells of every visible sheet, and what is hidden."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        package = Package(archive)
        names = [sheet["name"] for sheet in package.sheets]
        if len({name.casefold() for name in names}) < len(names):
            raise RefusedError("not_a_log", "a workbook with two sheets of one name")
        hidden = [sheet["name"] for sheet in package.sheets if sheet.get("state", "visible") != "visible"]
        looks: dict[str, Look] = {}
        for sheet in package.sheets:
            kind, part = package.links[next(sheet[key] for key in sheet if key.endswith("}id"))]
            if kind == "worksheet" and sheet["name"] not in hidden:
                looks[sheet["name"]] = Look(package.part(part))
                if sum(look.rows * look.columns for look in looks.values()) > CELLS:
                    raise RefusedError("archive_limit", f"more than {CELLS} cells")
        copy = _repacked(package, list(looks.values()))
    book = CalamineWorkbook.from_filelike(copy)
    tables = {name: _table(book.get_sheet_by_index(n), look) for n, (name, look) in enumerate(looks.items())}
    return {
        "sheets": tables,
        "hidden": hidden,
        "hidden_rows": {name: look.hidden for name, look in looks.items() if look.hidden},
    }


def _limit(memory: int, seconds: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):  # macOS has no limit of the address space
            resource.setrlimit(kind, (most, most))


def _main() -> None:
    _limit(int(sys.argv[1]), int(sys.argv[2]))
    try:
        answer = json.dumps(read(sys.stdin.buffer.read()))
    except RefusedError as error:
        answer = json.dumps({"refused": error.args})
    except MemoryError:
        answer = json.dumps({"refused": ["archive_limit", "memory"]})
    except Exception:  # whatever the file made its readers say
        answer = json.dumps({"refused": ["not_a_log", "a packed file that is no readable workbook"]})
    sys.stdout.write(answer)


if __name__ == "__main__":
    _main()
