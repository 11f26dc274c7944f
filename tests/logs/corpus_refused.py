"""Files of which no row can be trusted: each is refused as a whole, with its code."""

import gzip
import io
import json
import zipfile

from logs.corpus_case import (
    CRUNCH,
    FITNOTES,
    HEADER,
    HEVY,
    PLAIN,
    REDCAP,
    STRONG,
    Case,
    fitnotes,
    hevy,
    lines,
    own,
    row,
    strong,
)

GOOD = own(row())
BOM = b"\xef\xbb\xbf"
BODY = b"Date,Time,Measurement,Value,Unit,Comment\n2026-03-02,07:30:00,Bodyweight,70,kgs,\n"


def packed(**parts):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def ours(*entries, **top):
    """Return our log as JSON."""
    return json.dumps({"format": "backcare-log", "version": 1, "patient_id": "p001", "entries": entries} | top).encode()


ONE = {"exercise": "knee_to_chest", "side": "left", "performed_at": "2026-03-02", "sets": 1}


def of_size(size):
    def put(folder):
        with (folder / "log.csv").open("wb") as file:
            file.truncate(size)
        return folder / "log.csv"

    return put


def under_a_file(folder):
    (folder / "log.csv").write_bytes(GOOD)
    return folder / "log.csv" / "log.csv"


REFUSED = {
    "empty_file": {
        "nothing": b"",
        "blank lines": b"\n\n  \n\r\n",
        "a mark of UTF-8 alone": BOM,
        "a header alone": HEADER.encode(),
        "a header and blank lines": HEADER.encode() + b"\n\n,,,,,,,,,,,,\n",
        "a header twice": lines(HEADER, HEADER),
        "JSON without entries": ours(),
        "an empty text, packed": gzip.compress(b""),
    },
    "not_a_log": {
        "words": b"some words\nand more\n",
        "a page": b"<!DOCTYPE html>\n<html><body><p>log, of an app</p></body></html>\n",
        "JSON of another kind": b'{"kind": "Patient", "id": "a"}',
        "a list in JSON": b"[1, 2, 3]",
        "body measurements of FitNotes": BODY,
        "packed and damaged": b"PK\x03\x04" + bytes(range(64)),
        "packed with gzip and damaged": gzip.compress(GOOD)[:-12],
        "an old workbook": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
        "one column of numbers": b"3\n4\n5\n",
    },
    "encoding": {
        "Western European": own(row(note="a\u00f1o")).decode().encode("windows-1252"),
        "Greek": own(row(note="\u03c0\u03cc\u03bd\u03bf\u03c2")).decode().encode("windows-1253"),
        "a letter cut in half": own(row(note="\u00f1")).replace("\u00f1".encode(), b"\xc3"),
        "half a letter at the end": GOOD + b"\xe2\x82",
        "16 bits, a byte too many": GOOD.decode().encode("utf-16") + b"x",
    },
    "nul_byte": {
        "in an id": own(row(patient_id="P1\0X")),
        "at the end": GOOD + b"\0",
        "in the header": GOOD.replace(b"pain", b"pa\0in"),
        "16 bits without a mark": GOOD.decode().encode("utf-16-le"),
        "in JSON": ours(ONE).replace(b"left", b"le\0ft"),
    },
    "unclosed_quote": {
        "in the last row": own(row(), row(note='"open')),
        "in the first row": own(row(patient_id='"p001'), row(entry_id="e2")),
        "in the middle, with old line ends": own(row(), row(note='"open'), row(), end="\r"),
        "in an app's export": lines(STRONG, strong(1, 10, 0), strong(2, 10, 0, notes='"open')),
        "in a row of semicolons": own(row(note='"open')).replace(b",", b";"),
    },
    "duplicate_column": {
        "of our names": own(row() + ",1", header=HEADER + ",sets"),
        "but for case and blanks": own(row() + ",1", header=HEADER + ", Sets "),
        "of names that are not read": own(row() + ",1,2", header=HEADER + ",mood,mood"),
        "in an app's export": lines(STRONG + ",Reps", strong(1, 10, 0) + ",9"),
    },
    "missing_column": {
        "no date": own(row(), header=HEADER.replace("performed_at", "when")),
        "no exercise": own(row(), header=HEADER.replace("exercise", "what")),
        "two columns alone": b"patient_id,exercise\np001,knee_to_chest\n",
    },
    "missing_column.header": {
        "of our rows": own(row(entry_id="e2"), header=row()),
        "of semicolons": own(row(entry_id="e2"), header=row()).replace(b",", b";"),
        "of dates and numbers": b"2026-03-02,3,4\n2026-03-03,3,5\n2026-03-04,2,5\n",
    },
    "header_shifted": {
        "the header two short": own(row(), row(entry_id="e2"), header=HEADER.removesuffix(",pain,note")),
        "the header one long": own(row(), row(entry_id="e2"), header=HEADER + ",mood"),
        "a comma at the end of each row": own(row() + ",", row(entry_id="e2") + ","),
        "rows with an index, as a program saved them": own("0," + row(), "1," + row(entry_id="e2"),
            "2," + row(entry_id="e3")),
        "an app's export": lines(STRONG, "x," + strong(1, 10, 0), "x," + strong(2, 10, 0)),
        "a study's export": lines(REDCAP, "1,exercise_log,1,2026-03-02", "1,exercise_log,2,2026-03-03"),
    },
    "format_ambiguous": {
        "ours and another app's": lines(
            f"patient_id,performed_at,{HEVY}", "p001,2026-03-02," + hevy(0, 3, 10)
        ),
        "two apps'": lines(f"{STRONG},{HEVY.replace('reps', 'x').replace('rpe', 'y')}", "a,b"),
        "ours and an app's": lines(f"patient_id,performed_at,{FITNOTES}", "p001,2026-03-02," + fitnotes(3, "0:00:10")),
    },
    "archive_limit": {
        "packed twice": gzip.compress(gzip.compress(GOOD)),
        "a packed file in a packed file": packed(**{"a.csv": packed(**{"b.csv": GOOD})}),
        "two million blanks in two kilobytes": gzip.compress(HEADER.encode() + b" " * 2_000_000),
    },
    "json_invalid": {
        "NaN": ours(ONE | {"pain": float("nan")}),
        "infinite": ours(ONE | {"pain": float("inf")}),
        "a key twice": ours(ONE).replace(b'"sets": 1', b'"sets": 1, "sets": 2'),
        "cut short": ours(ONE)[:-5],
        "with a tail": ours(ONE) + b"{}",
        "nested 70 deep": ours(ONE).replace(b'"sets": 1', b'"x": ' + b"[" * 70 + b"]" * 70),
        "nested 100,000 deep": b'{"a": ' + b"[" * 100_000,
        "a version in words": ours(ONE, version="1"),
        "entries that are no list": ours(entries={"a": 1}),
        "an entry of another patient": ours(ONE | {"patient_id": "p002"}),
        "a comma too many": ours(ONE).replace(b"]", b",]"),
        "a comment": b"{ // mine\n" + ours(ONE)[1:],
    },
    "version_newer": {
        "the next": ours(ONE, version=2),
        "one far away": ours(ONE, version=10**30),
        "with rows of another shape": ours(version=3, entries=[{"what": "knee_to_chest"}]),
        "one of 5,000 digits": ours(ONE).replace(b'"version": 1', b'"version": ' + b"9" * 5_000),
    },
    "too_large": {
        "a row of more than a million letters": GOOD + b"x" * 1_000_001,
        "257 columns": own(row() + "," * 244, header=HEADER + "," + ",".join(f"c{n}" for n in range(244))),
    },
}  # fmt: skip
TRAPPED = {
    "nul_byte, in an id": "zero byte", "unclosed_quote, in the last row": "quotes",
    "duplicate_column, of our names": "names of columns", "header_shifted, the header two short": "names of columns",
    "encoding, Western European": "encoding", "missing_column.header, of our rows": "lines and headers",
    "not_a_log, a page": "lines and headers", "json_invalid, NaN": "json", "json_invalid, a key twice": "json",
    "json_invalid, nested 100,000 deep": "json", "encoding, Greek": "encoding",
    "header_shifted, rows with an index, as a program saved them": "fields too few or many",
}  # fmt: skip


def cases():
    for code, files in REFUSED.items():
        for what, data in files.items():
            name = f"{code}, {what}"
            app = {"mapping": CRUNCH, "patient_id": "p001"} if "app" in what else {}
            yield Case(name, data, refused=code, trap=TRAPPED.get(name, ""), **app)
    header = PLAIN.split(",")
    a_row = lines(PLAIN, "2026-03-02,knee_to_chest,left,1,3,20,,")
    lacking, other = {"columns": {"performed_at": "Date", "exercise": "Exercise"}}, {"header": [*header, "Mood"]}
    yield Case("missing_column, of a mapping", a_row, refused="missing_column", mapping=lacking, patient_id="p001")
    yield Case("missing_column, the header of a mapping", a_row, refused="missing_column", mapping=other)
    yield Case("too_large, 51 MB", refused="too_large", place=of_size(51_000_000))
    yield Case("too_large, a byte above 50 MB", refused="too_large", place=of_size(50_000_001))
    yield Case("unreadable, no file", refused="unreadable", place=lambda folder: folder / "none.csv")
    yield Case("unreadable, a folder", refused="unreadable", place=lambda folder: folder)
    yield Case("unreadable, a file's file", refused="unreadable", place=under_a_file)
    yield Case("unreadable, a name too long", refused="unreadable", place=lambda folder: folder / ("x" * 300))
