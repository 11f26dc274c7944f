"""Workbooks, made when they are read: what only a workbook can do wrong."""

import datetime
import io
import re
import zipfile
from functools import partial

import xlsxwriter
from logs.corpus_case import Case

NAMES = ["patient_id", "exercise", "side", "performed_at", "status", "sets", "reps", "hold_s", "pain", "note"]
GOOD = ["p001", "knee_to_chest", "both", datetime.datetime(2026, 3, 2, 7, 30), "done", 1, 3, 20.5, 4, "fine"]
SHEET = "xl/worksheets/sheet1.xml"
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "b">]>'


def a_row(**changes):
    """Return a row of typed cells; a pair is a formula with its stored value."""
    return [changes.get(name, value) for name, value in zip(NAMES, GOOD, strict=True)]


def kept(line, **changes):
    """Return the entry of `a_row()` with these changes."""
    usual = dict(zip(NAMES, GOOD, strict=True)) | {"performed_at": "2026-03-02 07:30", "time_known": True, "line": line}
    return usual | changes


def book(sheets, hidden=(), hidden_rows=(), corner=(0, 0), **options):
    """Return a workbook; `corner` is the place of each sheet's first cell."""
    data = io.BytesIO()
    usual = {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}
    with xlsxwriter.Workbook(data, usual | options) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for place, row in enumerate(rows, corner[0]):
                for column, value in enumerate(row, corner[1]):
                    if isinstance(value, tuple):
                        sheet.write_formula(place, column, value[0], None, value[1])
                    elif value is not None:
                        sheet.write(place, column, value)
            for place in hidden_rows:
                sheet.set_row(place, None, None, {"hidden": True})
            if name in hidden:
                sheet.hide()
            else:
                sheet.activate()
    return data.getvalue()


def edited(data, part, change, more=()):
    """Return a workbook with one part changed, and with more parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content.decode()) if name == part else content)
        for name, content in more:
            new.writestr(name, content)
    return out.getvalue()


def of_size(stated):
    return edited(log(), SHEET, lambda text: re.sub('<dimension ref="[^"]*"', f'<dimension ref="{stated}"', text))


def with_definition(part):
    return lambda: edited(log(), part, lambda text: text.replace("?>", "?>" + DOCTYPE, 1))


def log(*rows, **more):
    return book({"log": [NAMES, *(rows or [GOOD])]}, **more)


def with_log(name, *rows, options=None, **more):
    """Return a case of one sheet: a good row, then these."""
    filled = [NAMES, GOOD, *rows]
    return Case(name, partial(book, {"log": filled}, **options or {}), file="log.xlsx", counted=len(filled), **more)


def refused(name, code, data, **more):
    return Case(f"{code}, {name}", data, refused=code, file="log.xlsx", **more)


def cases():
    cells = {
        "cell_error": [
            {"sets": ("=1/0", "#DIV/0!")},
            {"reps": ("=REF!A1", "#REF!")},
            {"performed_at": ("=NA()", "#N/A")},
        ],
        "formula_no_value": [{"reps": ("=A1+1", "")}, {"pain": ("=SUM(A1:A9)", "")}, {"patient_id": ("=A1", "")}],
        "number_in_date": [{"performed_at": 46083}, {"performed_at": 46083.3125}, {"performed_at": 20260302}],
        "id_characters": [{"patient_id": 12345678901234567890}],
    }
    for code, rows in cells.items():
        for changes in rows:
            trap = "errors in cells" if code in ("cell_error", "formula_no_value") else ""
            yield with_log(f"in a cell {changes}", a_row(**changes), kept=(kept(2),), aside=((3, code),), trap=trap)
    yield with_log(
        "a number in words of 1e400",
        a_row(sets="1e400"),
        kept=(kept(2),),
        aside=((3, "number_format"),),
        trap="errors in cells",
    )
    yield with_log("a formula with its value", a_row(reps=("=1+2", 3)), kept=(kept(2), kept(3)))
    yield with_log(
        "an id of zeros and digits",
        a_row(patient_id="00123"),
        kept=(kept(2), kept(3, patient_id="00123")),
        trap="ids changed",
        options={"strings_to_numbers": False},
    )
    day = a_row(performed_at=datetime.date(2026, 3, 3))
    yield with_log(
        "a day without a time",
        day,
        notices={"date_only": 1},
        kept=(kept(2), kept(3, performed_at="2026-03-03 12:00", time_known=False)),
    )
    yield with_log(
        "a book that counts from 1904", kept=(kept(2),), options={"date_1904": True}, trap="a bare number as a date"
    )
    yield with_log(
        "a bare number in a book that counts from 1904",
        a_row(performed_at=44621),
        kept=(kept(2),),
        aside=((3, "number_in_date"),),
        options={"date_1904": True},
        trap="a bare number as a date",
    )
    for rows in ([1], [1, 2], [3]):
        name = f"hidden rows {rows}"
        yield with_log(
            name,
            a_row(pain=5),
            a_row(pain=6),
            kept=(kept(2), kept(3, pain=5), kept(4, pain=6)),
            options={"hidden_rows": rows},
            notices={"rows_hidden": len(rows)},
        )
    both = {"old": [NAMES, a_row(pain=9), GOOD], "log": [NAMES, GOOD]}
    for name, sheets, hidden in (
        ("the first", both, ("old",)),
        ("a cover", {"log": both["log"], "cover": [["a"]]}, ("cover",)),
        ("two", {"diary": both["log"], "x": both["old"], "y": [["b"]]}, ("x", "y")),
    ):
        yield Case(
            f"a hidden sheet: {name}",
            lambda s=sheets, h=hidden: book(s, h),
            file="log.xlsx",
            counted=2,
            kept=(kept(2),),
            notices={"sheets_hidden": ", ".join(hidden)},
            trap="place in a workbook",
        )
    yield Case(
        "a table from C4 on",
        lambda: book({"log": [NAMES, GOOD, [], a_row(sets="x")]}, corner=(3, 2)),
        file="log.xlsx",
        counted=7,
        kept=(kept(5),),
        aside=((7, "number_format"),),
        trap="place in a workbook",
    )
    yield Case(
        "a title above the table",
        lambda: book({"log": [["my diary"], [], NAMES, GOOD]}),
        file="log.xlsx",
        counted=4,
        header=2,
        kept=(kept(4),),
    )
    for stated in ("A1:B2", "A1", "A1:XFD1048576"):
        yield Case(
            f"a size stated as {stated}",
            partial(of_size, stated),
            file="log.xlsx",
            counted=2,
            kept=(kept(2),),
            trap="a size that is stated wrong",
        )
    two = {"one": [NAMES, GOOD], "two": [NAMES, GOOD]}
    diaries = {name: [["Day", "Exercise", "Sets"], ["2026-03-02", "psoas_stretch", 1]] for name in ("May", "June")}
    for name, sheets, counted in (
        ("two that fit", two, 2),
        ("three that fit", two | {"three": [NAMES, GOOD, GOOD]}, 2),
        ("two plain tables", diaries, 2),
        ("two with a cover", {"cover": [["a"]], **two}, 2),
    ):
        yield Case(
            f"names_to_map.sheet, {name}",
            lambda s=sheets: book(s),
            file="log.xlsx",
            counted=counted,
            header=0,
            asked=("names_to_map.sheet",),
        )
    yield Case(
        "a sheet that is said", lambda: book(two), file="log.xlsx", counted=2, kept=(kept(2),), mapping={"sheet": "two"}
    )
    yield refused("none fits", "wrong_sheet", lambda: book({"one": [["a"]], "two": [["b"]]}))
    yield refused(
        "the one that fits is hidden",
        "wrong_sheet",
        lambda: book({"old": [NAMES, GOOD], "x": [["a"]]}, ("old",)),
    )
    yield refused("the one that is said is not there", "wrong_sheet", log, mapping={"sheet": "diary"})
    yield refused("an empty one", "wrong_sheet", lambda: book({"one": []}))
    for part in (SHEET, "xl/workbook.xml", "xl/sharedStrings.xml"):
        yield refused(f"in {part}", "xml_entity", with_definition(part))
    yield refused("a part that leads out", "archive_limit", lambda: edited(log(), "", str, [("../evil.xml", b"x")]))
    yield refused(
        "a part of a high ratio",
        "archive_limit",
        lambda: edited(log(), "", str, [("xl/media/a.xml", b"0" * 3_000_000)]),
    )
    yield refused(
        "2,001 parts", "archive_limit", lambda: edited(log(), "", str, [(f"xl/{n}", b"") for n in range(2_001)])
    )
    yield refused("a cell at the far corner", "archive_limit", lambda: log(GOOD, [], corner=(0, 300)))
    yield refused("cut short", "not_a_log", lambda: log()[:3_000])
    yield refused("a sheet with a header alone", "empty_file", lambda: book({"log": [NAMES]}))
    yield refused("a column twice", "duplicate_column", lambda: book({"log": [[*NAMES, "sets"], [*GOOD, 2]]}))
