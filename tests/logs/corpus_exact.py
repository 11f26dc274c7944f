"""Files that have one right reading: every entry of them written out, every row of them counted."""

import codecs
import gzip
import json

from logs.corpus_case import HEADER, Case, entry, lines, own, row
from logs.corpus_refused import ONE, ours, packed

NOTED = own(row(note="a\u00f1o"), row(entry_id="e2", note=""))
TWO = (entry(2, note="a\u00f1o"), entry(3, entry_id="e2", note=None))
GREEK = own(row(note="\u03c0\u03cc\u03bd\u03bf\u03c2")).decode()


def containers():
    """Return one log in every container: the same two entries."""
    text = NOTED.decode()
    written = {
        "UTF-8": NOTED,
        "UTF-8 with its mark": codecs.BOM_UTF8 + NOTED,
        "16 bits, small end first": codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        "16 bits, big end first": codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        "line ends of Windows": text.replace("\n", "\r\n").encode(),
        "line ends of old": text.replace("\n", "\r").encode(),
        "no end of the last line": NOTED.removesuffix(b"\n"),
        "names in capitals, with blanks": text.replace("patient_id", " Patient_ID ").replace("sets", "SETS").encode(),
        "quotes around everything": "\n".join(
            '"' + line.replace(",", '","') + '"' for line in text.splitlines()
        ).encode(),
    }
    for what, data in written.items():
        yield Case(f"one log in {what}", data, kept=TWO, trap="lines and headers" if "old" in what else "")
    for mark in ";\t":
        yield Case(f"one log parted by {mark!r}", text.replace(",", mark).encode(), kept=TWO, mark=mark)
    yield Case(
        "one log, packed with gzip and called .csv", gzip.compress(NOTED), kept=TWO, counted=3, trap="lines and headers"
    )
    yield Case("one log, alone in a packed file", packed(**{"log.csv": NOTED}), kept=TWO, counted=3)
    for encoding in ("windows-1252", "iso-8859-15", "mac-roman", "cp850"):
        yield Case(f"one log in {encoding}, which is said", text.encode(encoding), kept=TWO,
            mapping={"encoding": encoding},
                   trap="encoding")  # fmt: skip
    yield Case("Greek in an encoding that is said", GREEK.encode("windows-1253"), mapping={"encoding": "windows-1253"},
               kept=(entry(2, note="\u03c0\u03cc\u03bd\u03bf\u03c2"),), trap="encoding")  # fmt: skip
    yield Case("a program's line that says the mark", b"sep=;\n" + own(row()).replace(b",", b";"), kept=(entry(3),),
        header=2,
               mark=";", trap="lines and headers")  # fmt: skip


def lines_and_headers():
    top = own(row()).decode()
    yield Case("a remark above the header", f"# typed up by the desk\n{top}".encode(), kept=(entry(3),), header=2)
    yield Case("a preamble of three lines and a blank one", f"Clinic diary\nWritten by,desk\n\n{top}".encode(),
               kept=(entry(5),), header=3)  # fmt: skip
    again = own(row(), HEADER, row(entry_id="e2"), HEADER.upper(), row(entry_id="e3"))
    yield Case("a header that stands again", again, kept=(entry(2), entry(4, entry_id="e2"), entry(6, entry_id="e3")),
               header=3, notices={"header_repeated": 2}, trap="lines and headers")  # fmt: skip
    yield Case(
        "a header twice at the top", own(HEADER, row()), kept=(entry(3),), header=2, notices={"header_repeated": 1}
    )
    below = own(row(), "", HEADER, "x")
    yield Case("a header that stands again above a damaged row", below, kept=(entry(2),), aside=((5, "field_count"),),
               header=2, notices={"header_repeated": 1})  # fmt: skip
    blank = own("", row(), "  ", ",,,,,,,,,,,,", row(entry_id="e2"), "", "")
    yield Case("blank rows of four kinds", blank, kept=(entry(3), entry(6, entry_id="e2")), trap="lines and headers")
    noted = row(note='"first\nsecond, with comma\n\nfifth ""quoted"""')
    note = 'first\nsecond, with comma\n\nfifth "quoted"'
    yield Case("a note of four lines", own(noted, row(entry_id="e2"), row(entry_id="e3", sets="x")),
               kept=(entry(2, note=note), entry(6, entry_id="e2")), aside=((7, "number_format"),))  # fmt: skip
    yield Case("a note of old line ends", own(row(note='"a\rb"'), row(entry_id="e2"), end="\r\n"),
               kept=(entry(2, note="a\rb"), entry(4, entry_id="e2")))  # fmt: skip
    ends = "a\u2028b\x0bc\x0cd\x85e\x1cf"
    yield Case(
        "signs in a note that end no line",
        own(row(note=ends), row(entry_id="e2", sets="x"), row(entry_id="e3")),
        kept=(entry(2, note=ends), entry(4, entry_id="e3")),
        aside=((3, "number_format"),),
    )
    index = own("0," + row(), "1," + row(entry_id="e2"), header="," + HEADER)
    yield Case(
        "an index under no name, as a program saves it",
        index,
        kept=(entry(2), entry(3, entry_id="e2")),
        trap="names of columns",
    )
    header, days = "performed_at,patient_id,exercise,extra", ("2026-03-02", "2026-03-03")
    few = lines(header, *(f"{one},p001,abdominal_stability,a" for one in days))
    nothing = dict.fromkeys(NUMBERS)
    kept = tuple({"line": n + 2, "performed_at": f"2026-03-0{n + 2} 12:00", "time_known": False, "status": "done",
                  "side": "none", "note": None, **nothing} for n in range(2))  # fmt: skip
    yield Case(
        "three columns in another order, and one more",
        few,
        kept=kept,
        notices={"date_only": 2, "columns_ignored": "extra"},
    )
    more = own(row() + ",good,555", header=HEADER + ",mood,phone")
    yield Case("two columns more", more, kept=(entry(2),), notices={"columns_ignored": "mood, phone"})
    theirs = own(row() + ",strong:12345678,77", header=HEADER + ",source,line")
    yield Case("the columns that only an import sets", theirs, kept=(entry(2),), notices={"columns_ignored": ""})
    commas = row(note="NOTE").replace(",", ";").replace("NOTE", "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p")
    yield Case("commas in the note of a file of semicolons", f"{HEADER.replace(',', ';')}\n{commas}\n".encode(),
        mark=";",
               kept=(entry(2, note="a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p"),))  # fmt: skip


NUMBERS = ("sets", "reps", "hold_s", "pain", "utc_offset_min", "logged_at")


def meanings():
    """Return entries whose meaning is easily lost."""
    blank = own(row(sets="", reps="", hold_s="", pain=""), row(entry_id="e2", sets="0", reps="0", hold_s="0", pain="0"))
    yield Case("a blank is not recorded, and 0 is none", blank, trap="odd numbers", kept=(
        entry(2, sets=None, reps=None, hold_s=None, pain=None), entry(3, entry_id="e2", sets=0, reps=0, hold_s=0,
            pain=0)))  # fmt: skip
    not_done = own(row(status="not_done", sets="0", reps="", hold_s="0"))
    yield Case(
        "not done, and what was done is none",
        not_done,
        kept=(entry(2, status="not_done", sets=0, reps=None, hold_s=0),),
    )
    pain = own(row(exercise="", side="", status="", sets="", reps="", hold_s="", pain="5", note="after gardening"))
    of_pain = {"exercise": None, "side": None, "status": None, "sets": None, "reps": None, "hold_s": None}
    yield Case("a pain entry", pain, kept=(entry(2, **of_pain, pain=5, note="after gardening"),))
    unsided = own(
        row(exercise="abdominal_stability", side=""), row(entry_id="e2", exercise="Abdominal_Stability", side="NONE")
    )
    yield Case("an exercise without sides", unsided, kept=(
        entry(2, exercise="abdominal_stability", side="none"), entry(3, entry_id="e2", exercise="abdominal_stability",
            side="none")))  # fmt: skip
    words = own(row(side=" Left ", status="DONE", sets="3.0", pain="2.5"))
    yield Case(
        "words in capitals and 3.0 sets", words, kept=(entry(2, side="left", sets=3, pain=2.5),), trap="odd numbers"
    )
    days = own(
        row(performed_at="2026-03-02", utc_offset_min="", logged_at="2026-03-03"),
        row(entry_id="e2", performed_at="2026-03-04"),
    )
    yield Case("a day without a time is no midnight", days, notices={"date_only": 2}, kept=(
        entry(2, performed_at="2026-03-02 12:00", time_known=False, utc_offset_min=None, logged_at="2026-03-03 12:00"),
        entry(3, entry_id="e2", performed_at="2026-03-04 12:00", time_known=False)))  # fmt: skip
    iso = own(row(performed_at="2026-03-04"), row(entry_id="e2", performed_at="2026-04-03 00:40"))
    yield Case("our form is never read day first", iso, notices={"date_only": 1}, trap="ISO read day first", kept=(
        entry(2, performed_at="2026-03-04 12:00", time_known=False), entry(3, entry_id="e2",
            performed_at="2026-04-03 00:40")))  # fmt: skip
    offset = own(
        row(performed_at="2026-03-02 07:30-07:00", utc_offset_min=""),
        row(entry_id="e2", performed_at="2026-03-02 07:30+05:30", utc_offset_min="330"),
    )
    yield Case("an offset in the text is that of the clock", offset, kept=(
        entry(2), entry(3, entry_id="e2", utc_offset_min=330)), trap="clocks and zones")  # fmt: skip
    ids = ("00123", "12E3", "NA", "null", "True", "9007199254740993", "1E5")
    many = own(*(row(entry_id=f"e{n}", patient_id=one) for n, one in enumerate(ids)))
    yield Case("ids that look like something else", many, trap="ids changed", kept=tuple(
        entry(n + 2, entry_id=f"e{n}", patient_id=one) for n, one in enumerate(ids)))  # fmt: skip
    for one in ids:
        yield Case(
            f"the id {one} alone", own(row(patient_id=one)), kept=(entry(2, patient_id=one),), trap="ids changed"
        )
    yield Case("entries called 00123 and 1E5", own(row(entry_id="00123"), row(entry_id="1E5")), trap="ids changed",
               kept=(entry(2, entry_id="00123"), entry(3, entry_id="1E5")))  # fmt: skip
    accents = own(row(patient_id="zoe\u0308"), row(entry_id="e2", patient_id=" zo\u00eb "))
    yield Case("one id in two ways of writing", accents, trap="ids alike",
               kept=(entry(2, patient_id="zo\u00eb"), entry(3, entry_id="e2", patient_id="zo\u00eb")))  # fmt: skip
    for note in ("NA", "null", "1e5", "=1+1", "-", "#N/A", "00123", "\u202eabc", "None", "<b>x</b>"):
        yield Case(
            f"the note {note!a}",
            own(row(note=note)),
            kept=(entry(2, note=note),),
            trap="odd numbers" if note == "NA" else "",
        )
    equal = own(row(entry_id=""), row(entry_id=""))
    yield Case("equal rows are two entries", equal, kept=tuple({"line": n, "sets": 1, "pain": 4} for n in (2, 3)))


def in_json():
    full = {name: value for name, value in entry(0).items() if name not in ("patient_id", "time_known", "line")}
    full |= {"performed_at": "2026-03-02T07:30", "logged_at": "2026-03-02T07:41:00"}
    yield Case("one entry in JSON", ours(full), kept=(entry(1),), header=0, file="log.json")
    absent = ours(
        {"exercise": "abdominal_stability", "performed_at": "2026-03-02T07:30", "pain": None},
        {"performed_at": "2026-03-02", "pain": 5},
    )
    yield Case("what is absent in JSON is blank", absent, header=0, notices={"date_only": 1}, trap="json", kept=(
        {"line": 1, "status": "done", "sets": None, "pain": None, "exercise": "abdominal_stability"},
        {"line": 2, "status": None, "exercise": None, "pain": 5}))  # fmt: skip
    wrong = [({"sets": "1"}, "number_format"), ({"sets": 1e2}, "out_of_range"), ({"sets": 2.5}, "not_whole"),
             ({"exercise": True}, "exercise_unknown"), ({"performed_at": 20260302}, "date_format"),
                 ({"side": ["left"]}, "side_unknown"),
             ({"note": [3]}, "number_format"), ({"entry_id": 7}, "id_characters"), ({"pain": 11},
                 "pain_out_of_range")]  # fmt: skip
    for changes, code in wrong:
        data = ours(ONE, ONE | changes)
        yield Case(f"in JSON {json.dumps(changes)}", data, header=0, aside=((2, code),), notices={"date_only": 1},
            trap="json",
                   kept=({"line": 1, "side": "left", "sets": 1},))  # fmt: skip
    huge = ours(ONE, ONE).replace(b'"sets": 1}]', b'"sets": 1e400}]')
    yield Case("in JSON 1e400", huge, header=0, aside=((2, "number_format"),), notices={"date_only": 1}, trap="json",
               kept=({"line": 1, "sets": 1},))  # fmt: skip
    half = ours(ONE | {"note": "\ud83d"}, ONE)
    yield Case("half a sign in a note of JSON", half, refused="json_invalid", trap="json")
    zero = ours(ONE | {"note": "a\0b"}, ONE)
    yield Case("a zero sign in a note of JSON", zero, refused="nul_byte", trap="zero byte")

    blank = ours(ONE | {"patient_id": None}, ONE | {"patient_id": "p001"})
    yield Case(
        "in JSON a patient of null is the one above",
        blank,
        header=0,
        notices={"date_only": 2},
        trap="json",
        kept=({"line": 1, "patient_id": "p001"}, {"line": 2, "patient_id": "p001"}),
    )
    yield Case("in JSON no patient at all", ours(ONE, patient_id=None), asked=("patient_needed",), header=0)
    yield Case(
        "in JSON a patient who is said",
        ours(ONE, patient_id=None),
        patient_id="p001",
        header=0,
        kept=({"line": 1, "patient_id": "p001", "side": "left"},),
        notices={"date_only": 1},
    )
    yield Case(
        "in JSON a key that is not ours",
        ours(ONE | {"mood": "good"}),
        header=0,
        kept=({"line": 1, "sets": 1},),
        notices={"date_only": 1, "columns_ignored": "mood"},
    )


def cases():
    yield from containers()
    yield from lines_and_headers()
    yield from meanings()
    yield from in_json()
