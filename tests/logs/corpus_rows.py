"""Rows of our own log that are set aside, each between two that are kept: the line and the code."""

from datetime import date

from logs.corpus_case import HEADER, Case, bad, entry, own, row

UNSIDED = {"exercise": "abdominal_stability", "side": ""}
NOTHING = {"sets": "", "reps": "", "hold_s": ""}
BAD = {
    "patient_missing": [{"patient_id": ""}, {"patient_id": "   "}, {"patient_id": "\u00a0"}],
    "id_personal": [{"patient_id": "a@b.org"}, {"patient_id": "@p"}, {"patient_id": "p@"}],
    "id_characters": [{"patient_id": "p\u200b001"}, {"patient_id": "p\u202e001"}, {"entry_id": "e 1"},
        {"patient_id": "p" * 65}],
    "exercise_missing": [{"exercise": "", "pain": ""}, {"exercise": ""}, {"exercise": "", "side": "", "status": "",
        "pain": ""}],
    "exercise_unknown": [{"exercise": "Hamstring Curl"}, {"exercise": "hamstring"}, {"exercise": "Knee to chest"}],
    "side_missing": [{"side": ""}, {"side": "none"}, {"side": "", "status": "not_done", **NOTHING}],
    "side_unknown": [{"side": "L"}, {"side": "I"}, {"side": "left right"}, {"side": "izquierda"}],
    "side_not_allowed": [UNSIDED | {"side": one} for one in ("left", "right", "both")],
    "date_missing": [{"performed_at": ""}, {"performed_at": "  "}, {"performed_at": "", "pain": "5"}],
    "date_format": [{"performed_at": "13/04/2026"}, {"performed_at": "May"}, {"performed_at": "10:30"},
                    {"performed_at": "4.3.26"}, {"performed_at": "today"}, {"logged_at": "Fri"},
                    {"performed_at": "2026-03-02 07:30 EST"}],
    "date_ambiguous": [{"performed_at": "03/04/2026"}, {"performed_at": "3.4.2026"},
        {"performed_at": "03-04-2026 07:30"}],
    "number_in_date": [{"performed_at": "45000"}, {"performed_at": "20260304"}, {"performed_at": "1767225600000"}],
    "date_out_of_range": [{"performed_at": "1999-12-31"}, {"performed_at": "2100-01-01"}, {"logged_at": "1926-03-02"}],
    "offset_disagrees": [{"performed_at": f"2026-03-02 07:30{one}"} for one in ("-06:00", "+07:00", "+00:00")],
    "number_format": [{"reps": "12 reps"}, {"reps": "\u00bd"}, {"reps": "1_000"}, {"reps": "inf"}, {"sets": "1e2"},
                      {"reps": "1e400"}, {"reps": "\uff13"}, {"reps": '"1,5"'}, {"pain": "NaN"}, {"sets": "NA"}],
    "not_whole": [{"sets": "2.5"}, {"sets": "0.1"}, {"sets": "1.999"}],
    "out_of_range": [{"hold_s": "601"}, {"sets": "51"}, {"reps": "200.5"}, {"utc_offset_min": "841"},
                     {"note": "x" * 2_001}],
    "pain_out_of_range": [{"pain": "11"}, {"pain": "10.5"}, {"pain": "100"}],
    "status_missing": [{"status": ""}, {"status": "  "}, UNSIDED | {"status": ""}],
    "status_unknown": [{"status": "yes"}, {"status": "x"}, {"status": "not done"}],
    "status_contradicts": [{"status": "not_done"}, {"status": "not_done", "sets": "", "reps": "", "hold_s": "1"},
                           {"status": "not_done", "sets": "1", "reps": "0", "hold_s": "0"}],
    "unit_unknown": [{"hold_s": "30 s"}, {"hold_s": "0:30"}, {"hold_s": "30\u2033"}],
}  # fmt: skip
TRAPS = {
    ("date_format", 1): "a date made up", ("date_format", 2): "a date made up", ("date_format", 3): "a date made up",
    ("date_format", 4): "a date made up", ("number_in_date", 0): "a bare number as a date",
    ("number_in_date", 1): "a bare number as a date", ("number_in_date", 2): "a bare number as a date",
    ("date_format", 6): "clocks and zones", ("date_ambiguous", 0): "day or month",
    ("number_format", 7): "comma or point", ("not_whole", 0): "odd numbers", ("id_characters", 0): "ids alike",
    ("id_characters", 1): "ids alike", **{("number_format", place): "odd numbers" for place in (0, 1, 2, 3, 4, 5, 6, 8,
        9)},
}  # fmt: skip
GOOD = (entry(2), entry(4, entry_id="e3"))


def broken():
    """Return rows whose fields cannot be told apart."""
    quoted = {
        "in the middle": ('a "word" inside', "bad_quote"),
        "and a word behind it": ('"word" after', "bad_quote"),
        "behind a stroke": (r'"she said \"no\" twice"', "bad_quote"),
        "that closes nothing": ('word"', "bad_quote"),
    }
    for what, (note, code) in quoted.items():
        yield bad(f"a quotation mark {what}", {"note": note}, code, trap="quotes")
    for what, line in {
        "two fields short": row(entry_id="e2").removesuffix(",4,fine"),
        "one field alone": "e2",
        "one field long": row(entry_id="e2") + ",more",
        "long by a blank": row(entry_id="e2") + ",",
        "long at its front": "1," + row(entry_id="e2"),
    }.items():
        yield Case(f"a row {what}", own(row(), line, row(entry_id="e3")), aside=((3, "field_count"),), kept=GOOD,
                   trap="fields too few or many")  # fmt: skip
    opened, closed = row(entry_id="e2", note='"open'), row(entry_id="e4", note='closed"')
    three = tuple((line, "rows_in_cell") for line in (3, 4, 5))
    yield Case("a quotation mark that swallows two rows", own(row(), opened, row(entry_id="e5"), closed,
        row(entry_id="e3")),
               aside=three, kept=(entry(2), entry(6, entry_id="e3")), trap="quotes")  # fmt: skip
    yield Case("the same with old line ends", own(row(), opened, row(entry_id="e5"), closed, row(entry_id="e3"),
        end="\r"),
               aside=three, kept=(entry(2), entry(6, entry_id="e3")), trap="quotes")  # fmt: skip
    yield Case("a quotation mark that swallows the next patient", own(row(), opened, row(entry_id="e5",
        patient_id="p002", note='b"')),
               aside=three[:2], kept=(entry(2),), trap="quotes")  # fmt: skip
    early = row(entry_id='"e2'), row(entry_id="e4", note='c"')
    yield Case("a quotation mark in the first field", own(row(), *early, row(entry_id="e3")), aside=three[:2],
               kept=(entry(2), entry(5, entry_id="e3")), trap="quotes")  # fmt: skip
    long = own(row(), row(entry_id="e2", note="x" * 32_768), row(entry_id="e3"))
    yield Case("a field of more than 32,767 letters", long, aside=((3, "field_count"),), kept=GOOD)


def dated():
    """Return rows whose date stands against the day of import, or against the clocks of a zone."""
    for latest, day in (
        (date(2026, 3, 2), "2026-03-03"),
        (date(2026, 3, 9), "2026-03-10 00:00"),
        (date(2026, 3, 2), "2099-01-01"),
    ):
        yield bad(f"{day} read on {latest}", {"performed_at": day}, "date_future", imported_on=latest)
    for zone, at in (
        ("Europe/Berlin", "2026-03-29 02:30"),
        ("America/New_York", "2026-03-08 02:00"),
        ("Australia/Sydney", "2026-10-04 02:59"),
    ):
        yield bad(f"{at}, which no clock in {zone} showed", {"performed_at": at}, "time_nonexistent",
            mapping={"zone": zone},
                  trap="clocks and zones")  # fmt: skip
    twice = (
        ("Europe/Berlin", "2026-10-25 02:30"),
        ("America/New_York", "2026-11-01 01:00"),
        ("Australia/Sydney", "2026-04-05 02:59"),
    )
    for zone, at in twice:
        data = own(row(performed_at=at, utc_offset_min="", logged_at=""))
        yield Case(f"{at}, which clocks in {zone} showed twice", data, mapping={"zone": zone},
            notices={"time_ambiguous": 1},
                   kept=(entry(2, performed_at=at, utc_offset_min=None, logged_at=None),))  # fmt: skip


def cases():
    for code, rows in BAD.items():
        for place, changes in enumerate(rows):
            what = ", ".join(f"{name} {value[:24]!a}" for name, value in changes.items())
            yield bad(f"{code}: {what}", changes, code, trap=TRAPS.get((code, place), ""))
    yield from broken()
    yield from dated()
    several = own(row(sets="x", pain="99", side="L"), row(entry_id="e2"))
    yield Case(
        "three faults in one row are one row set aside",
        several,
        aside=((2, "number_format"),),
        kept=(entry(3, entry_id="e2"),),
    )
    every = own(row(sets="x"), row(reps="y"), row(pain="z"))
    yield Case(
        "a file of which every row is set aside", every, aside=tuple((line, "number_format") for line in (2, 3, 4))
    )
    yield Case("a header of one column too many that one row has", own(row() + ",good", row(entry_id="e2"),
        header=HEADER + ",mood"),
               kept=(entry(2),), aside=((3, "field_count"),), notices={"columns_ignored": "mood"})  # fmt: skip
