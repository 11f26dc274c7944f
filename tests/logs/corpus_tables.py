"""Exports of REDCap, and plain tables by a mapping: each row becomes an entry, or says why not."""

from logs.corpus_asked import MAPPED, day, held, plain
from logs.corpus_case import COLUMNS, PLAIN, REDCAP, Case, lines


def log_form(instance, *, done="1", pain="4", exercise="knee_to_chest", day="2026-03-02 07:30"):
    return f"7,exercise_log,{instance},{day},{exercise},left,1,3,20,{pain},{done},,2"


BASE = "7,,,,,,,,,,,,"
DICTIONARY = lines(
    "Variable / Field Name,Form Name,Identifier?",
    "phone,exercise_log,y",
    "birth,exercise_log,y",
    "log_date,exercise_log,",
)


def studies():
    one = {
        "patient_id": "7",
        "exercise": "knee_to_chest",
        "side": "left",
        "sets": 1,
        "reps": 3,
        "hold_s": 20,
        "status": "done",
    }
    told = {"dictionary_missing": "nothing"}
    yield Case(
        "REDCap: base rows are no sessions",
        lines(REDCAP, BASE, log_form(1), log_form(2, done="0").replace("1,3,20", "0,,")),
        kept=(
            {**one, "line": 3, "pain": 4},
            {**one, "line": 4, "status": "not_done", "sets": 0, "reps": None, "hold_s": None},
        ),
        aside=((2, "not_a_session"),),
        notices=told | {"not_a_session": 1},
    )
    yield Case(
        "REDCap: another instrument is no log",
        lines(REDCAP, log_form(1), "7,mood,1,,,,,,,,,,2"),
        kept=({**one, "line": 2},),
        aside=((3, "not_a_session"),),
        notices=told | {"not_a_session": 1},
    )
    yield Case(
        "REDCap: a word in a date",
        lines(REDCAP, log_form(1), log_form(2, day="soon")),
        kept=({**one, "line": 2},),
        aside=((3, "date_format"),),
        notices=told,
        trap="a date made up",
    )
    yield Case(
        "REDCap: a time that was not completed",
        lines(REDCAP, log_form(1), log_form(2, day="[not completed]")),
        kept=({**one, "line": 2},),
        aside=((3, "date_missing"),),
        notices=told,
    )
    with_names = [("phone", "555"), ("phone,birth", "555,1970-01-01"), ("Birth", "1970-01-01")]
    for names, values in with_names:
        data = lines(f"{REDCAP},{names}", f"{log_form(1)},{values}", f"{log_form(2)},{values}")
        yield Case(
            f"REDCap: {names} can name a person",
            data,
            kept=({**one, "line": 2}, {**one, "line": 3}),
            dictionary=DICTIONARY,
            notices={"identifiers_dropped": names.replace(",", ", ")},
        )


def carried(*rows, back=0, filled, kept, **more):
    notices = {"date_only": len(kept), "carried_down": filled} | ({"steps_back": back} if back else {})
    return {
        "data": plain(*rows),
        "kept": kept,
        "mapping": MAPPED | {"carry_down": ["performed_at"]},
        "patient_id": "p001",
        "notices": notices,
        **more,
    }


def tables():
    second = day("", name="psoas_stretch")
    other = {"exercise": "psoas_stretch"}
    yield Case(
        "a day that is written only when it changes",
        **carried(
            day("2026-03-02"),
            second,
            day("2026-03-03"),
            second,
            filled=2,
            kept=(
                held(2, "2026-03-02"),
                held(3, "2026-03-02", **other),
                held(4, "2026-03-03"),
                held(5, "2026-03-03", **other),
            ),
        ),
    )
    yield Case(
        "a day that goes back",
        **carried(
            day("2026-03-03"),
            day("2026-03-02"),
            second,
            back=1,
            filled=1,
            kept=(held(2, "2026-03-03"), held(3, "2026-03-02"), held(4, "2026-03-02", **other)),
        ),
    )
    yield Case(
        "a day that goes back twice",
        **carried(
            day("2026-03-05"),
            day("2026-03-02"),
            second,
            day("2026-03-04"),
            day("2026-03-03"),
            back=2,
            filled=1,
            kept=(
                held(2, "2026-03-05"),
                held(3, "2026-03-02"),
                held(4, "2026-03-02", **other),
                held(5, "2026-03-04"),
                held(6, "2026-03-03"),
            ),
        ),
    )
    yield Case(
        "a day that goes back a year",
        **carried(
            day("2026-01-02"),
            second,
            day("2025-01-03"),
            back=1,
            filled=1,
            kept=(held(2, "2026-01-02"), held(3, "2026-01-02", **other), held(4, "2025-01-03")),
        ),
    )
    damaged = carried(day("2026-03-02"), "2026-03-03,knee", second, filled=0, kept=(held(2, "2026-03-02"),))
    damaged["notices"] = {"date_only": 1}
    yield Case(
        "nothing is carried below a damaged row",
        **damaged,
        aside=((3, "field_count"), (4, "date_missing")),
        trap="fields too few or many",
    )
    whose = lines(
        "Who,Day,Exercise", "p001,2026-03-02,abdominal_stability", ",,abdominal_stability", "p002,,abdominal_stability"
    )
    columns = {"patient_id": "Who", "performed_at": "Day", "exercise": "Exercise"}
    yield Case(
        "a day is never carried to the next patient",
        whose,
        notices={"date_only": 2, "carried_down": 2},
        mapping={"columns": columns, "carry_down": ["patient_id", "performed_at"]},
        aside=((4, "date_missing"),),
        kept=({"line": 2, "patient_id": "p001"}, {"line": 3, "patient_id": "p001", "performed_at": "2026-03-02 12:00"}),
    )
    few = plain(day("2026-03-02"), day("2026-03-04"), day("03/04/2026"))
    yield Case(
        "one date in another form among ours",
        few,
        mapping=MAPPED,
        patient_id="p001",
        aside=((4, "date_ambiguous"),),
        kept=(held(2, "2026-03-02"), held(3, "2026-03-04")),
        notices={"date_only": 2},
        trap="day or month",
    )
    serials = plain(day("45000"), day("20260304"), day("1767225600000"))
    yield Case(
        "bare numbers where the dates should be",
        serials,
        mapping=MAPPED,
        patient_id="p001",
        aside=tuple((line, "number_in_date") for line in (2, 3, 4)),
        trap="a bare number as a date",
    )
    trailing = plain(day("2026-03-02") + ",", day("2026-03-03") + ",,")
    yield Case(
        "blank fields at the end of a plain table's rows",
        trailing,
        mapping=MAPPED,
        patient_id="p001",
        kept=(held(2, "2026-03-02"), held(3, "2026-03-03")),
        notices={"date_only": 2},
        trap="fields too few or many",
    )
    yield Case(
        "a plain table's row with a field too many",
        plain(day("2026-03-02"), day("2026-03-03") + "x"[:0] + ",x"),
        mapping=MAPPED,
        patient_id="p001",
        kept=(held(2, "2026-03-02"),),
        aside=((3, "field_count"),),
        notices={"date_only": 1},
        trap="fields too few or many",
    )
    ignore = MAPPED | {"exercises": {"Walk": "ignore", "Back": "pain"}}
    ignored = plain(
        day("2026-03-02"), day("2026-03-03", name="Walk"), "2026-03-04,Back,,,,,6,", "2026-03-05,Back,,,,,,"
    )
    yield Case(
        "names to ignore, and names of pain",
        ignored,
        mapping=ignore,
        patient_id="p001",
        kept=(held(2, "2026-03-02"), {"line": 4, "exercise": None, "status": None, "sets": None, "pain": 6}),
        aside=((3, "exercise_ignored"), (5, "not_a_session")),
        notices={"date_only": 2, "exercise_ignored": 1, "not_a_session": 1},
    )
    units = plain(*(day(f"2026-03-0{n}", hold=hold) for n, hold in enumerate(("20", "30 s", "1:30", "30 sec"), 2)))
    yield Case(
        "holds with a unit in a plain table",
        units,
        mapping=MAPPED,
        patient_id="p001",
        kept=(held(2, "2026-03-02"),),
        aside=((3, "unit_unknown"), (4, "unit_unknown"), (5, "unit_unknown")),
        notices={"date_only": 1},
        trap="odd numbers",
    )
    clocks = plain(*(day(f"2026-{at}") for at in ("03-29 02:30", "10-25 02:30", "10-25 12:00")))
    yield Case(
        "clocks that change in a plain table",
        clocks,
        mapping=MAPPED | {"zone": "Europe/Berlin"},
        patient_id="p001",
        kept=({"line": 3, "performed_at": "2026-10-25 02:30"}, {"line": 4, "performed_at": "2026-10-25 12:00"}),
        aside=((2, "time_nonexistent"),),
        notices={"time_ambiguous": 1},
        trap="clocks and zones",
    )
    skip = b"Clinic diary 2026\n\nfor,whoever,asks\n" + plain(day("2026-03-02"))
    yield Case(
        "a plain table below a title",
        skip,
        mapping=MAPPED,
        patient_id="p001",
        kept=(held(5, "2026-03-02"),),
        header=3,
        notices={"date_only": 1},
    )
    apart = lines("Date,Time,Exercise", "02.03.2026,07:30,abdominal_stability", "02.03.2026,,abdominal_stability")
    both = {"columns": {"performed_at": ["Date", "Time"], "exercise": "Exercise"}, "date": "%d.%m.%Y %H:%M"}
    yield Case(
        "a date and a time in two columns",
        apart,
        mapping=both,
        patient_id="p001",
        notices={"date_only": 1},
        kept=(
            {"line": 2, "performed_at": "2026-03-02 07:30", "time_known": True},
            {"line": 3, "performed_at": "2026-03-02 12:00", "time_known": False},
        ),
    )
    blanks = MAPPED | {"blank": ["-", "n/a"]}
    yield Case(
        "words that mean not recorded",
        plain(day("2026-03-02", reps="-", hold="N/A")),
        mapping=blanks,
        patient_id="p001",
        kept=(held(2, "2026-03-02", reps=None, hold_s=None),),
        notices={"date_only": 1},
        trap="odd numbers",
    )
    more = lines(PLAIN + ",Mood", day("2026-03-02") + ",good")
    yield Case(
        "a plain table's columns that nobody reads",
        more,
        mapping={"columns": COLUMNS},
        patient_id="p001",
        kept=(held(2, "2026-03-02"),),
        notices={"date_only": 1, "columns_ignored": "Mood"},
    )


def cases():
    yield from studies()
    yield from tables()
