"""Workbooks made to break a reader, or only odd: each with the cells it holds, or the code that refuses it."""

import io
import warnings
import zipfile
from typing import NamedTuple

import xlsxwriter

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
FORMATS = (0, 14, 22, 21, 46, 164)  # plain, date, date with time, time, duration, one of our own
SHEET, BOOK, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
BOOK_RELS, RELS = "xl/_rels/workbook.xml.rels", "_rels/.rels"
ROWS = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>3</v></c></row>'
)
PLAIN = {"log": [["id", "reps"], ["p1", "3"]]}
LINK = f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
KINDS = ("styles", "sharedStrings")
TARGET = 'Target="worksheets/sheet1.xml"'


class Odd(NamedTuple):
    """A workbook, and its cells by sheet (a fault as ! and its code) or the codes of which one refuses it."""

    name: str
    data: bytes
    expected: dict[str, list[list[str]]] | str


def sheet(rows=ROWS, before="", after=""):
    return f"{HEAD}<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def strings(*texts):
    return f"{HEAD}<sst {MAIN}>{''.join(f'<si>{text}</si>' for text in texts)}</sst>"


def relations(links):
    return f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'


def workbook(sheets='<sheet name="log" sheetId="1" r:id="r1"/>', before=""):
    return f'{HEAD}<workbook {MAIN} xmlns:r="{OFFICE}">{before}<sheets>{sheets}</sheets></workbook>'


def parts():
    others = "".join(f'<Relationship Id="{k}" Type="{OFFICE}/{k}" Target="{k}.xml"/>' for k in KINDS)
    formats = "".join(f'<xf numFmtId="{number}"/>' for number in FORMATS)
    own = '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd&quot; at &quot;hh:mm"/></numFmts>'
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        RELS: relations(f'<Relationship Id="b" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'),
        BOOK: workbook(),
        BOOK_RELS: relations(LINK + others),
        SHEET: sheet(),
        STRINGS: strings("<t>id</t>", "<t>reps</t>", "<t>p1</t>"),
        STYLES: f"{HEAD}<styleSheet {MAIN}>{own}<cellXfs>{formats}</cellXfs></styleSheet>",
    }


def pack(changes=None, *, drop=(), first=()):
    """Return the plain workbook with parts changed, added, dropped, or there twice."""
    data = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*first, *{**parts(), **(changes or {})}.items()]:
            if name not in drop:
                archive.writestr(name, content)
    return data.getvalue()


def with_rows(rows, **more):
    return pack({SHEET: sheet(rows, **more)})


def changed(part, old, new):
    found = parts()[part]
    assert old in found, (part, old)
    return pack({part: found.replace(old, new)})


def flagged(data, at_local, at_central, value):
    """Return a packed file with one byte changed in every entry, in the file and in its list."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", at_local), (b"PK\x01\x02", at_central)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + offset] = value
            place = changed.find(mark, place + 4)
    return bytes(changed)


CELLS = {  # what stands in A1, and what A1 is
    "a text of zeros and digits": ('t="inlineStr"><is><t>00123</t></is>', "00123"),
    "an inline string in runs": ('t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is>', "a b"),
    "an inline string in its own comment": ('t="inlineStr"><is><t>a<!-- x -->b</t></is>', "ab"),
    "an inline string in a CDATA section": ('t="inlineStr"><is><t><![CDATA[a<b]]></t></is>', "a<b"),
    "phonetic runs": ('t="inlineStr"><is><t>X</t><rPh sb="0" eb="1"><t>Y</t></rPh></is>', "X"),
    "an escaped control character": ('t="inlineStr"><is><t>a_x0041__x000B_</t></is>', "aA\x0b"),
    "an escaped zero byte": ('t="inlineStr"><is><t>P1_x0000_X</t></is>', "!cell_error"),
    "an inline string without its element": ('t="inlineStr"><v>5</v>', "!cell_error"),
    "an inline string beside a value": ('t="inlineStr"><is><t>a</t></is><v>5</v>', "!cell_error"),
    "a string that no table holds": ('t="s"><v>3</v>', "not_a_log"),
    "a string number beyond all": ('t="s"><v>99999999999999999999</v>', "!cell_error"),
    "a string number with a point": ('t="s"><v>2.0</v>', "!cell_error"),
    "true": ('t="b"><v>1</v>', "TRUE"),
    "false": ('t="b"><v>0</v>', "FALSE"),
    "a truth value in letters": ('t="b"><v>false</v>', "!cell_error"),
    "an error": ('t="e"><v>#REF!</v>', "!cell_error"),
    "an error of a formula": ('t="e"><f>1/0</f><v>#DIV/0!</v>', "!cell_error"),
    "an error stored as a text result": ('t="str"><f>1/0</f><v>Err:502</v>', "!cell_error"),
    "an error nobody knows": ('t="e"><v>#WHAT!</v>', "not_a_log"),
    "a formula with its value": ("><f>1+2</f><v>3</v>", "3"),
    "a formula without a value": ("><f>1+2</f>", "!formula_no_value"),
    "a formula with a blank value": ("><f>1+2</f><v></v>", "!formula_no_value"),
    "a formula with an empty text": ('t="str"><f>IF(1,"")</f><v></v>', ""),
    "a text formula without a value": ('t="str"><f>A2</f>', "!formula_no_value"),
    "an array formula": ('><f t="array" ref="A1:A2">B1:B2</f><v>7</v>', "7"),
    "a shared formula": ('><f t="shared" si="0"/><v>7</v>', "7"),
    "a value before its formula": ("><v>5</v><f>2+3</f>", "!cell_error"),
    "two values": ("><v>5</v><v>6</v>", "!cell_error"),
    "a comment in a value": ("><v>1<!-- -->2</v>", "!cell_error"),
    "a character reference in a value": ("><v>&#53;</v>", "!number_format"),
    "a value in a CDATA section": ("><v><![CDATA[5]]></v>", "!cell_error"),
    "a kind nobody knows": ('t="zz"><v>5</v>', "not_a_log"),
    "1e400": ("><v>1e400</v>", "!number_format"),
    "NaN": ("><v>NaN</v>", "!number_format"),
    "INF": ('t="n"><v>INF</v>', "!number_format"),
    "a word as a number": ("><v>three</v>", "!number_format"),
    "a number of 16 digits": ("><v>9007199254740993</v>", "!id_characters"),
    "a number of 15 digits": ("><v>123456789012345</v>", "123456789012345"),
    "a number as programs store 4.1": ("><v>4.0999999999999996</v>", "4.1"),
    "a small number": ("><v>1E-7</v>", "0.0000001"),
    "a number below zero": ("><v>-2.50</v>", "-2.5"),
    "a date": ('s="1"><v>46083</v>', "2026-03-02"),
    "a date with a time": ('s="2"><v>46083.3125</v>', "2026-03-02 07:30:00"),
    "half past seven, stored too low": ('s="2"><v>46083.31249999</v>', "2026-03-02 07:30:00"),
    "a date in a format of one's own": ('s="5"><v>46083.75</v>', "2026-03-02 18:00:00"),
    "a time": ('s="3"><v>0.3125</v>', "7:30:00"),
    "a duration": ('s="4"><v>1.0625</v>', "25:30:00"),
    "a duration below zero": ('s="4"><v>-0.0625</v>', "-1:30:00"),
    "a date below zero": ('s="1"><v>-1</v>', "!cell_error"),
    "a date beyond all": ('s="1"><v>1e10</v>', "10000000000"),
    "a date in letters": ('t="d"><v>2026-03-02T07:30:00</v>', "2026-03-02 07:30:00"),
    "a date in letters with a zone": ('t="d"><v>2026-03-02T07:30:00Z</v>', "!cell_error"),
    "a style that is no number": ('s="x"><v>46083</v>', "!cell_error"),
    "a style that no table holds": ('s="999"><v>46083</v>', "46083"),
    "a cell of 32,767 characters": (f't="inlineStr"><is><t>{"x" * 32_767}</t></is>', "x" * 32_767),
}


def cells():
    for name, (content, cell) in CELLS.items():
        expected = cell if cell == "not_a_log" else {"log": [[cell]]}
        yield Odd(name, with_rows(f'<row r="1"><c r="A1" {content}</c></row>'), expected)


def row(number, content, given=""):
    return f'<row r="{number}"{given}>{content}</row>'


def one(reference, value=5):
    return f'<c r="{reference}"><v>{value}</v></c>'


PLACES = {  # what stands in the sheet, and its rows
    "a cell at XFD1048576": (ROWS + row(1_048_576, one("XFD1048576")), "archive_limit"),
    "a cell in column 257": (row(1, one("IW1")), "archive_limit"),
    "a cell in column 256": (row(1, one("IV1")), [[""] * 255 + ["5"]]),
    "a cell in row 1,000,001": (row(1_000_001, one("A1000001")), "archive_limit"),
    "a styled blank at XFD1048576": (ROWS + row(1_048_576, '<c r="XFD1048576" s="1"/>'), PLAIN["log"]),
    "70,000 styled blanks": (ROWS + row(3, '<c s="1"/>' * 70_000), PLAIN["log"]),
    "5,200,000 places for two cells": (row(1, one("CV1")) + row(52_000, one("A52000")), "archive_limit"),
    "a row below zero": (row(-1, one("A1")), "not_a_log"),
    "row 0": (row(0, "<c><v>5</v></c>"), "not_a_log"),
    "a row number that runs over": (row(4_294_967_298, one("A4294967298")), "not_a_log"),
    "a cell of the next row": (row(1, one("A2")), "not_a_log"),
    "a cell of the row before": (row(2, one("A1")), "not_a_log"),
    "a cell named in small letters": (row(1, one("a1")), "not_a_log"),
    "a cell without a column": (row(1, one("1")), "not_a_log"),
    "a cell without a row": (row(1, one("A")), "not_a_log"),
    "a cell beyond every column": (row(1, one("AAAA1")), "not_a_log"),
    "no places at all": ("<row><c><v>1</v></c><c/><c><v>2</v></c></row><row><c><v>3</v></c></row>",
                         [["1", "", "2"], ["3", "", ""]]),
    "rows out of order": (row(2, one("A2", 2)) + row(1, one("A1", 1)), [["1"], ["2"]]),
    "cells out of order": (row(1, one("B1", 2) + one("A1", 1)), [["1", "2"]]),
    "a row in two pieces": (row(1, one("A1", 1)) + row(1, one("B1", 2)), [["1", "2"]]),
    "the same cell twice": (row(1, one("A1", 1) + one("A1", 2)), [["!cell_error"]]),
    "blank rows and columns before": (row(3, one("C3")), [["", "", ""], ["", "", ""], ["", "", "5"]]),
    "comments between rows": (f"<!-- a -->{ROWS}<!-- b -->", PLAIN["log"]),
    "an empty sheet": ("", []),
    "an element nobody knows in a row": (row(1, one("A1").replace("c", "d")), "not_a_log"),
    "20,000 attributes": (row(1, one("A1"), "".join(f' a{n}=""' for n in range(20_000))), [["5"]]),
    "an attribute twice": (row(1, one("A1"), ' a="" a=""'), "not_a_log"),
    "markup that never closes": ("<row>", "not_a_log"),
    "an element nobody knows in a cell": (row(1, '<c r="A1"><z/><v>5</v></c>'), "not_a_log"),
    "an entity nobody defines": (row(1, '<c r="A1" t="str"><v>&x;</v></c>'), "not_a_log"),
    "100,000 small rows": ("".join(row(n, one(f"A{n}", n)) for n in range(1, 100_001)),
                           [[str(n)] for n in range(1, 100_001)]),
}  # fmt: skip


def places():
    for name, (rows, expected) in PLACES.items():
        yield Odd(name, with_rows(rows), expected if isinstance(expected, str) else {"log": expected})
    yield Odd("a stated size that is too small", with_rows(ROWS, before='<dimension ref="A1:A1"/>'), PLAIN)
    yield Odd("a stated size beyond all", with_rows(ROWS, before='<dimension ref="A1:XFD1048576"/>'), PLAIN)
    yield Odd("a stated size that is none", with_rows(ROWS, before='<dimension ref="?"/>'), "not_a_log")
    yield Odd("markup 20,000 deep", with_rows(ROWS, after="<x>" * 20_000 + "</x>" * 20_000), PLAIN)
    yield Odd("a merged header", with_rows(ROWS, after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'), PLAIN)
    yield Odd("two tables in a sheet", with_rows(ROWS, after=f"<sheetData>{ROWS}</sheetData>"), "not_a_log")


def packages():
    billions = changed(STRINGS, "<sst", '<sst uniqueCount="4000000000"')
    yield Odd("4,000,000,000 shared strings", billions, "archive_limit")
    yield Odd("a string to skip", changed(STRINGS, "<si><t>id", "<sj/><si><t>id"), "not_a_log")
    yield Odd("fewer strings than stated", changed(STRINGS, "<sst", '<sst count="9" uniqueCount="99"'), PLAIN)
    yield Odd("a part of a high ratio", pack({"xl/media/a.xml": b"0" * 5_000_000}), "archive_limit")
    yield Odd("72 MB unpacked", pack({f"xl/{n}.xml": bytes(900_000) for n in range(80)}), "archive_limit")
    yield Odd("2,001 parts", pack({f"xl/{n}": b"" for n in range(2_001)}), "archive_limit")
    yield Odd("a text told 100,000 times", pack({
        STRINGS: strings("<t>" + "x" * 30_000 + "</t>"),
        SHEET: sheet("".join(row(n, f'<c r="A{n}" t="s"><v>0</v></c>') for n in range(1, 100_001)))}),
        "archive_limit")  # fmt: skip
    for name in ("../evil.xml", "xl/../../evil.xml", "xl\\evil.xml", "/evil.xml"):
        yield Odd(f"a part called {name}", pack({name: b"x"}), "archive_limit")
    yield Odd("a part there twice, but for its case", pack({SHEET.upper(): sheet("")}), "archive_limit")
    yield Odd("a part there twice", pack(first=[(SHEET, sheet(""))]), "archive_limit")
    for part in (SHEET, STRINGS, BOOK, RELS, BOOK_RELS, STYLES):
        laughing = parts()[part].replace(HEAD, HEAD + LAUGHS)
        yield Odd(f"definitions in {part}", pack({part: laughing}), "xml_entity")
        yield Odd(f"definitions in 16 bits in {part}", pack({part: laughing.encode("utf-16")}), "xml_entity")
        yield Odd(f"no {part}", pack(drop=(part,)), "not_a_log")
    late = sheet().replace(HEAD, HEAD + "<!--" + " " * (65_530 - len(HEAD) - 7) + "-->" + LAUGHS)
    yield Odd("definitions across two blocks", pack({SHEET: late}), "xml_entity")
    strange = HEAD.replace("UTF-8", "cp037").encode() + LAUGHS.encode("cp037")
    yield Odd("definitions in another alphabet", pack({SHEET: strange}), "xml_entity")
    yield Odd("16 bits", pack({SHEET: sheet().replace("UTF-8", "UTF-16").encode("utf-16")}), "xml_entity")
    yield Odd("8 bits with a mark", pack({SHEET: sheet().encode("utf-8-sig")}), PLAIN)
    yield Odd("encrypted", flagged(pack(), 6, 8, 1), "archive_limit")
    yield Odd("packed in a way nobody knows", flagged(pack(), 8, 10, 99), "archive_limit")
    yield Odd("a wrong checksum", flagged(pack(), 14, 16, 77), "not_a_log")
    yield Odd("cut in the middle", pack()[:1_000], "not_a_log")
    yield Odd("with a tail", pack() + b"x" * 100, PLAIN)
    yield Odd("an old workbook, or a password", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2_000), "not_a_log")
    for name in ("xl/workbook.bin", "content.xml", "word/document.xml", "a.txt"):
        yield Odd(f"a file of {name}", pack({name: "<x/>"}, drop=(BOOK,)), "not_a_log")
    yield Odd("a packed file in it", pack({"a.zip": pack({"b": b"0" * 900_000})}), PLAIN)
    yield Odd("macros", pack({"xl/vbaProject.bin": bytes(5_000)}), PLAIN)
    yield Odd("a pivot table's memory", pack({"xl/pivotCache/pivotCacheRecords1.xml": "<broken"}), PLAIN)
    yield Odd("a link to another workbook", pack({"xl/externalLinks/externalLink1.xml": "<broken"}), PLAIN)


def sheets():
    for to in ("http://example.org/s.xml", "/etc/passwd", "../../../etc/passwd", "file:///etc/passwd", ""):
        yield Odd(f"a sheet at {to}", changed(BOOK_RELS, TARGET, f'Target="{to}"'), "not_a_log")
    yield Odd("a sheet elsewhere", changed(BOOK_RELS, TARGET, f'{TARGET} TargetMode="External"'), "not_a_log")
    yield Odd("a sheet at its full path", changed(BOOK_RELS, TARGET, f'Target="/{SHEET}"'), PLAIN)
    links = parts()[BOOK_RELS].replace('Target="sharedStrings.xml"', 'Target="words.xml"')
    decoy = {"xl/words.xml": parts()[STRINGS], STRINGS: strings(*["<t>decoy</t>"] * 3), BOOK_RELS: links}
    yield Odd("strings of another name", pack(decoy), PLAIN)
    one_sheet = '<sheet name="{}" sheetId="1" r:id="r1"{}/>'.format
    for state in ("hidden", "veryHidden"):
        both = workbook(one_sheet("log", "") + one_sheet("old", f' state="{state}"'))
        yield Odd(f"a sheet that is {state}", pack({BOOK: both}), PLAIN)
    yield Odd("only a hidden sheet", pack({BOOK: workbook(one_sheet("a", ' state="hidden"'))}), {})
    yield Odd("twin sheets", pack({BOOK: workbook(one_sheet("log", "") + one_sheet("LOG", ""))}), "not_a_log")
    many = "".join(one_sheet(f"s{n}", "") for n in range(300))
    yield Odd("300 sheets", pack({BOOK: workbook(many)}), {f"s{n}": PLAIN["log"] for n in range(300)})
    days = row(1, f'<c r="A1" s="1"><v>{46083 - 1462}</v></c><c r="B1" s="3"><v>0.5</v></c>')
    since = workbook(before='<workbookPr date1904="1"/>')
    yield Odd("days since 1904", pack({BOOK: since, SHEET: sheet(days)}), {"log": [["2026-03-02", "12:00:00"]]})
    prefixed = sheet().replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")
    yield Odd("names with a prefix", pack({SHEET: prefixed}), PLAIN)
    yield Odd("written by a common program", common(), {"log": [["rich text", "2026-03-02", "TRUE"], ["", "3", ""]]})


def common():
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        log, bold, day = book.add_worksheet("log"), book.add_format({"bold": True}), book.add_format({"num_format": 14})
        log.write_rich_string(0, 0, bold, "rich", " text")
        log.write_number(0, 1, 46083, day)
        log.write_boolean(0, 2, True)
        log.write_formula(1, 1, "=1+2", None, 3)
        log.write_comment(1, 0, "a remark")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=log!$B$1:$B$2"})
        book.add_chartsheet("picture").set_chart(chart)
    return data.getvalue()


def books():
    return [Odd("plain", pack(), PLAIN), *cells(), *places(), *packages(), *sheets()]
