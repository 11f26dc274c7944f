"""Files that a person must be asked about, and what becomes of them once the answer is there."""

from logs.corpus_case import (
    COLUMNS,
    CRUNCH,
    FITNOTES,
    HEADER,
    HEVY,
    PLAIN,
    REDCAP,
    STRONG,
    Case,
    entry,
    fitnotes,
    hevy,
    lines,
    own,
    row,
    session,
    strong,
)  # fmt: skip

MAPPED = {"columns": COLUMNS}
NO_PATIENT = HEADER.replace("patient_id,", "")
THEIR_DATES = "performed_at,exercise,side,patient_id\n"


def plain(*rows, header=PLAIN):
    return lines(header, *rows)


def day(text, *, name="knee_to_chest", side="left", reps="3", hold="20"):
    """Return a row of a plain table."""
    return f"{text},{name},{side},1,{reps},{hold},,"


def held(line, at, **told):
    """Return the entry of `day()`; its date has no time."""
    usual = {"patient_id": "p001", "exercise": "knee_to_chest", "side": "left", "status": "done", "time_known": False}
    return usual | {"line": line, "performed_at": f"{at} 12:00", "sets": 1, "reps": 3, "hold_s": 20} | told


def without(*rows):
    return lines(NO_PATIENT, *(one.replace("p001,", "") for one in rows))


def study(name, side="left", done="1"):
    return f"7,exercise_log,1,2026-03-02,{name},{side},1,3,20,,{done},,2"


ISO = plain(day("2026-03-02"))
OURS = THEIR_DATES.encode()
SLASHES = {"date": "%m/%d/%Y"}
DAY_FIRST = {"date": "%d/%m/%Y"}


def answered():
    """Return what each file asks, and how it reads with the answer."""
    unsure = plain(day("03/04/2026"), day("05/04/2026"))
    yield Case(
        "an order of dates that is said: the month first",
        unsure,
        mapping=MAPPED | SLASHES,
        patient_id="p001",
        kept=(held(2, "2026-03-04"), held(3, "2026-05-04")),
        notices={"date_only": 2},
        trap="day or month",
    )
    yield Case(
        "an order of dates that is said: the day first",
        unsure,
        mapping=MAPPED | DAY_FIRST,
        patient_id="p001",
        kept=(held(2, "2026-04-03"), held(3, "2026-04-05")),
        notices={"date_only": 2},
        trap="day or month",
    )
    mixed = plain(day("13/04/2026"), day("04/14/2026"), day("2026-04-15"))
    yield Case(
        "one order is said, the rows in another are set aside",
        mixed,
        mapping=MAPPED | DAY_FIRST,
        patient_id="p001",
        kept=(held(2, "2026-04-13"),),
        aside=((3, "date_format"), (4, "date_format")),
        notices={"date_only": 1},
        trap="ISO read day first",
    )
    ours = own(
        row(performed_at="03/04/2026", logged_at=""), row(entry_id="e2", performed_at="2026-04-04", logged_at="")
    )
    yield Case(
        "our own log in another form, and the form is said",
        ours,
        mapping=DAY_FIRST,
        aside=((3, "date_format"),),
        kept=(entry(2, performed_at="2026-04-03 12:00", time_known=False, logged_at=None),),
        notices={"date_only": 1},
    )
    commas = plain(day("2026-03-02", reps='"1,5"', hold='"20,5"'))
    yield Case(
        "commas that are said to be decimal marks",
        commas,
        mapping=MAPPED | {"decimal": ","},
        trap="comma or point",
        patient_id="p001",
        kept=(held(2, "2026-03-02", reps=1.5, hold_s=20.5),),
        notices={"date_only": 1},
    )
    yield Case(
        "commas that are said to be none",
        commas,
        mapping=MAPPED | {"decimal": "."},
        patient_id="p001",
        aside=((2, "number_format"),),
        trap="comma or point",
    )
    points = plain(day("2026-03-02", hold="2.5"), day("2026-03-03"))
    yield Case(
        "a point where the comma is the decimal mark",
        points,
        mapping=MAPPED | {"decimal": ","},
        trap="comma or point",
        patient_id="p001",
        kept=(held(3, "2026-03-03"),),
        aside=((2, "number_format"),),
        notices={"date_only": 1},
    )
    dutch = plain(day("2 maart 2026"), day("3 mei 2026"))
    months = {"date": "%d %b %Y", "words": {"month": {"maart": "3", "mei": "5"}}}
    yield Case(
        "months whose names are said",
        dutch,
        mapping=MAPPED | months,
        patient_id="p001",
        kept=(held(2, "2026-03-02"), held(3, "2026-05-03")),
        notices={"date_only": 2},
    )
    letters = plain(day("2026-03-02", side="I"), day("2026-03-03", side="D"), day("2026-03-04", side="x"))
    spanish = {"words": {"side": {"I": "left", "D": "right", "x": "both"}}}
    yield Case(
        "letters that are said to be sides",
        letters,
        mapping=MAPPED | spanish,
        patient_id="p001",
        kept=(held(2, "2026-03-02"), held(3, "2026-03-03", side="right"), held(4, "2026-03-04", side="both")),
        notices={"date_only": 3},
    )
    utc = own(row(performed_at="2026-03-03T01:30Z", utc_offset_min="", logged_at=""))
    yield Case(
        "a zone that is said: an evening there is not tomorrow",
        utc,
        mapping={"zone": "America/New_York"},
        kept=(entry(2, performed_at="2026-03-02 20:30", utc_offset_min=-300, logged_at=None),),
        trap="clocks and zones",
    )
    ids = {"patients": {"17": "p001"}}
    theirs = lines("Who,Day,Exercise", "17,2026-03-02,abdominal_stability")
    columns = {"columns": {"patient_id": "Who", "performed_at": "Day", "exercise": "Exercise"}}
    yield Case(
        "patients whose pseudonyms are said",
        theirs,
        mapping=columns | ids,
        notices={"date_only": 1},
        kept=({"patient_id": "p001", "exercise": "abdominal_stability", "line": 2},),
    )
    yield Case("a patient who is said for the whole file", without(row()), kept=(entry(2),), patient_id="p001")


ASKED = {
    "patient_needed": [
        ("our own log without the column", without(row()), None),
        ("a plain table", ISO, MAPPED),
        ("an app's export", lines(STRONG, strong(1, 10, 0)), CRUNCH),
        ("another app's export", lines(FITNOTES, fitnotes(10, "0:00:00")), CRUNCH),
    ],
    "zone_missing": [
        ("our own log", own(row(performed_at="2026-03-02T07:30Z", utc_offset_min="")), None),
        ("one time among others", own(row(), row(entry_id="e2", performed_at="2026-03-02T07:30:05Z",
            utc_offset_min="")), None),
        ("a plain table", plain(day("2026-03-02T07:30Z"), day("2026-03-03T07:30")), MAPPED),
        ("an app's export", lines(STRONG, strong(1, 10, 0, at="2026-03-02T18:10:00Z")), CRUNCH),
        ("when it was written down", own(row(logged_at="2026-03-02T14:41Z")), None),
    ],
    "date_order_unknown": [
        ("two orders fit", plain(day("03/04/2026"), day("05/04/2026")), MAPPED),
        ("one order fits", plain(day("03/04/2026"), day("13/04/2026")), MAPPED),
        ("with points", plain(day("3.4.2026"), day("28.4.2026")), MAPPED),
        ("years of two digits", plain(day("03/04/26"), day("05/06/26")), MAPPED),
        ("our own log, not one date in our form",
            OURS + b"03/04/2026,knee_to_chest,left,p001\n05/04/2026,knee_to_chest,left,p001\n", None),
        ("our own log, days above 12", OURS + b"13/04/2026,knee_to_chest,left,p001\n", None),
        ("an app's export saved again", lines(STRONG, strong(1, 10, 0, at="02.03.2026 18:10")), CRUNCH),
        ("months in words", plain(day("2 March 2026"), day("3 March 2026")), MAPPED),
    ],
    "date_order_mixed": [
        ("each order in one row", plain(day("13/04/2026"), day("04/13/2026")), MAPPED),
        ("points and strokes", plain(day("03.04.2026"), day("03/04/2026"), day("05/04/2026")), MAPPED),
        ("an app's export saved again", lines(STRONG, strong(1, 10, 0, at="13/04/2026"), strong(1, 10, 0,
            at="04/14/2026")), CRUNCH),
        ("the day ahead of our form", plain(day("02-03-2026"), day("2026-03-03"), day("04-03-2026")), MAPPED),
        ("a word among dates", plain(day("13/04/2026"), day("14/04/2026"), day("Easter")), MAPPED),
    ],
    "number_format_unknown": [
        ("halves", plain(day("2026-03-02", reps='"1,5"')), MAPPED),
        ("groups of three", plain(day("2026-03-02", hold='"1,500"')), MAPPED),
        ("commas and points", plain(day("2026-03-02", reps='"1,5"', hold="20.5")), MAPPED),
        ("semicolons", plain(day("2026-03-02")).replace(b",20,", b",20:5,").replace(b",", b";").replace(b":", b","),
            MAPPED),
        ("an app's export", lines(STRONG, strong(1, '"10,5"', 0)), CRUNCH),
        ("a study's export", lines(REDCAP, study("knee_to_chest").replace(",20,", ',"20,54",')), None),
    ],
    "month_language": [
        ("Dutch", plain(day("2 maart 2026"), day("3 mei 2026")), MAPPED),
        ("an app's export in Polish", lines(HEVY, hevy(0, 10, 0, at="30 cze 2025, 19:56")), CRUNCH),
        ("Finnish", plain(day("2. maaliskuu 2026"), day("3. toukokuu 2026")), MAPPED),
        ("one unknown month among known ones", plain(day("2 March 2026"), day("3 Brumaire 2026")), MAPPED),
    ],
    "names_to_map": [
        ("an app's export", lines(STRONG, strong(1, 10, 0, name="Plank")), None),
        ("another app's export", lines(HEVY, hevy(0, 10, 0, name="Hamstring Curl")), None),
        ("a third app's export", lines(FITNOTES, fitnotes(10, "0:00:00", name="Hamstring Stretch (Left)")), None),
        ("a plain table", plain(day("2026-03-02", name="Knee to chest")), MAPPED),
        ("a study's export", lines(REDCAP, study("3")), None),
        ("a name that is ours but for a word", plain(day("2026-03-02", name="knee_to_chest daily")), MAPPED),
    ],
    "names_to_map.columns": [
        ("no mapping", ISO, None),
        ("a mapping of other things", ISO, {"decimal": ","}),
        ("names of nobody", lines("a,b,c", "2026-03-02,knee_to_chest,3", "2026-03-03,knee_to_chest,4"), None),
        ("a date alone is mapped", ISO, {"columns": {"performed_at": "Day"}}),
    ],
    "names_to_map.side": [
        ("letters", plain(day("2026-03-02", side="L"), day("2026-03-03", side="R")), MAPPED),
        ("Spanish letters", plain(day("2026-03-02", side="I"), day("2026-03-03", side="D")), MAPPED),
        ("words in full of another language", plain(day("2026-03-02", side="links")), MAPPED),
        ("a study's codes", lines(REDCAP, study("knee_to_chest", side="1")), None),
    ],
    "names_to_map.status": [
        ("yes and no", lines("Day,Exercise,Done", "2026-03-02,abdominal_stability,yes",
            "2026-03-03,abdominal_stability,no"), "done"),
        ("marks", lines("Day,Exercise,Done", "2026-03-02,abdominal_stability,x"), "done"),
        ("a study's code that is not its own", lines(REDCAP, study("knee_to_chest", done="9")), None),
        ("truth values", lines("Day,Exercise,Done", "2026-03-02,abdominal_stability,TRUE"), "done"),
    ],
}  # fmt: skip
TRAPPED = {
    "date_order_unknown, two orders fit": "day or month", "date_order_mixed, each order in one row": "day or month",
    "date_order_unknown, our own log, not one date in our form": "day or month",
    "zone_missing, one time among others": "clocks and zones", "number_format_unknown, halves": "comma or point",
    "date_order_mixed, the day ahead of our form": "ISO read day first",
}  # fmt: skip
DONE = {"columns": {"performed_at": "Day", "exercise": "Exercise", "status": "Done"}}
WHOSE = {"columns": {"patient_id": "Who", "performed_at": "Day", "exercise": "Exercise"}, "patients": {"17": "p001"}}


def whose(*ids):
    return lines("Who,Day,Exercise", *(f"{one},2026-03-02,abdominal_stability" for one in ids))


def cases():
    for code, files in ASKED.items():
        for what, data, mapping in files:
            name, without_patient = (
                f"{code}, {what}",
                code == "patient_needed" or data.startswith((b"entry", b"perf", b"rec")),
            )
            yield Case(
                name, data, asked=(code,), mapping=DONE if mapping == "done" else mapping, trap=TRAPPED.get(name, ""),
                patient_id=None if without_patient else "p001", mark=";" if "semicolons" in what else ",",
            )  # fmt: skip
    for what, ids in {"one more": ("17", "18"), "one in other letters": ("17", "017"), "none known": ("a",)}.items():
        yield Case(f"names_to_map.patients, {what}", whose(*ids), asked=("names_to_map.patients",), mapping=WHOSE)
    many = plain(day("03/04/2026", name="Plank", side="L", reps='"1,5"'))
    every = ("patient_needed", "date_order_unknown", "number_format_unknown", "names_to_map", "names_to_map.side")
    yield Case("all that a table leaves open is asked at once", many, asked=every, mapping=MAPPED)
    yield Case("an app's names and patient are asked together", lines(STRONG, strong(1, 10, 0, name="Plank")),
               asked=("patient_needed", "names_to_map"))  # fmt: skip
    yield Case("a name that was answered is not asked again", lines(STRONG, strong(1, 10, 0)), mapping=CRUNCH,
               patient_id="p001", kept=(session(2),))  # fmt: skip
    yield from answered()
