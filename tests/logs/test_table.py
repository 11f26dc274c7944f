"""Any table with a header: nothing is taken that nobody said, and what was said is used again."""

from datetime import datetime

import pytest

from toolkit.errors import LogError
from toolkit.logs.answers import answered, corrections, offers, proposed, said_by
from toolkit.logs.library import Library
from toolkit.logs.mapping import Mapping
from toolkit.logs.names import proposal

HEADER = "Day;Exercise;L/R;Sets;Reps;Hold (s);NRS"
CLINIC = {
    "name": "clinic diary 2026", "header": HEADER.split(";"), "skip_rows": 2,
    "columns": {"performed_at": "Day", "exercise": "Exercise", "side": "L/R", "sets": "Sets", "reps": "Reps",
                "hold_s": "Hold (s)", "pain": "NRS"},
    "date": "%d.%m.%Y", "zone": "Europe/Berlin", "decimal": ",", "carry_down": ["performed_at"], "blank": ["-", "n/a"],
    "words": {"side": {"L": "left", "R": "right", "L+R": "both"}}, "constants": {"status": "done"},
    "exercises": {"Hamstrings": {"exercise": "hamstring_stretch"}, "Plank 1:00": "ignore",
                  "Hamstrings 0:30": {"exercise": "hamstring_stretch", "hold_s": 30}},
}  # fmt: skip
ABOVE = "Diary of the practice;;;;;;\n\n"


def kept(found, *columns):
    table = found.log[list(columns)].astype(object)
    return table.where(table.notna(), None).to_numpy().tolist()


def test_a_saved_mapping_reads_a_table_without_a_question(read):
    rows = ["02.03.2026;Hamstrings;L;1;2;22,5;4", ";Hamstrings;R;1;2;-;n/a", "03.03.2026;Hamstrings 0:30;L+R;1;2;;",
            ";Plank 1:00;;1;1;;"]  # fmt: skip
    found = read("\n".join([ABOVE + HEADER, *rows]), mapping=CLINIC, patient_id="p001")
    assert found.questions == ()
    assert kept(found, "performed_at", "side", "hold_s", "pain", "status") == [
        [datetime(2026, 3, 2, 12), "left", 22.5, 4, "done"],
        [datetime(2026, 3, 2, 12), "right", None, None, "done"],
        [datetime(2026, 3, 3, 12), "both", 30, None, "done"],
    ]
    assert found.quarantine["code"].tolist() == ["exercise_ignored"]
    assert str(found.account) == "7 rows: 3 kept, 1 quarantined, 1 blank, 2 header"
    assert "Cells that were filled from the row above, as the mapping says: 2." in found.notices


def test_a_table_nobody_has_mapped_asks_and_keeps_nothing(read):
    found = read("Datum;Übung;Schmerz\n2026-03-02;Knie zur Brust;4\n")
    (asked,) = found.questions
    assert (asked.code, asked.about, asked.names) == ("names_to_map", "columns", ("Datum", "Übung", "Schmerz"))
    assert asked.proposed == {"performed_at": ("Datum",), "exercise": ("Übung",), "pain": ("Schmerz",)}
    assert (len(found.log), found.account.waiting) == (0, 1)


def test_what_a_file_suggests_waits_to_be_confirmed(read):
    text = "Datum;Übung;Halten (s)\n13.03.2026;Rodilla al pecho (derecha);22,5\n"
    mapping = Mapping()
    for _ in range(3):
        found = read(text, mapping=mapping, patient_id="p001")
        assert len(found.log) == 0 or not found.questions
        mapping = proposed(mapping, found.questions)
    assert kept(found, "exercise", "side", "hold_s") == [["knee_to_chest", "right", 22.5]]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Hamstring Curl", None), ("Hamstring", None), ("Hamstring stretch (30 s)", None), ("Stretch", None),
        ("hamstring-stretch", {"exercise": "hamstring_stretch"}),
        ("Knee to chest (Left)", {"exercise": "knee_to_chest", "side": "left"}),
        ("Psoas stretch, each side", {"exercise": "psoas_stretch", "side": "both"}),
        ("Abdominal stability (left)", None), ("Knee to chest (L)", None),
    ],
)  # fmt: skip
def test_only_an_equal_name_is_proposed_never_a_near_one(name, found):
    assert proposal(name) == found


def test_single_letters_are_sides_only_by_mapping(read):
    """A Spanish I is left and a D right; nobody may guess that."""
    columns = {"performed_at": "Fecha", "exercise": "Ejercicio", "side": "Lado"}
    rows = [f"2026-03-0{day};Rodilla al pecho;{side}" for day, side in ((2, "I"), (3, "D"), (4, "derecha"))]
    text = "\n".join(["Fecha;Ejercicio;Lado", *rows])
    mapping = {"columns": columns, "exercises": {"Rodilla al pecho": {"exercise": "knee_to_chest"}}}
    (asked,) = read(text, mapping=mapping, patient_id="p001").questions
    assert (asked.about, asked.names, asked.proposed) == ("side", ("I", "D", "derecha"), {"derecha": "right"})
    words = {"side": {"I": "left", "D": "right", "derecha": "right"}}
    found = read(text, mapping=mapping | {"words": words}, patient_id="p001")
    assert [row[0] for row in kept(found, "side")] == ["left", "right", "right"]


def test_a_word_that_somebody_had_to_interpret_stays_in_the_note(read):
    mapping = CLINIC | {"words": {"side": {"Mostly right": "right"}}}
    found = read(ABOVE + HEADER + "\n02.03.2026;Hamstrings;Mostly right;1;2;30;\n", mapping=mapping, patient_id="p001")
    assert kept(found, "side", "note") == [["right", "[side: Mostly right]"]]


@pytest.mark.parametrize(
    ("days", "code", "whole"),
    [
        (["03/04/2026", "05/06/2026"], "date_order_unknown", {"%d/%m/%Y", "%m/%d/%Y"}),
        (["04/12/2016", "4/13/2016"], "date_order_unknown", {"%m/%d/%Y"}),
        (["13/04/2026", "04/13/2026"], "date_order_mixed", {"%d/%m/%Y", "%m/%d/%Y"}),
    ],
)
def test_the_order_of_a_date_is_a_matter_of_the_whole_column(read, days, code, whole):
    mapping = {"columns": {"performed_at": "Day"}, "constants": {"exercise": "abdominal_stability"}}
    text = "\n".join(["Day,x", *(f"{day},1" for day in days)])
    (asked,) = read(text, mapping=mapping, patient_id="p001").questions
    assert (asked.code, set(asked.choices)) == (code, whole)
    assert bool(asked.proposed) == (len(whole) == 1)


@pytest.mark.parametrize(
    ("numbers", "proposes"),
    [(["22,5", "30"], True), (["22,5", "30.5"], False), (["1,500", "2,250"], False)],
    ids=["commas alone", "commas and points", "groups of three"],
)
def test_a_comma_is_a_decimal_mark_only_when_somebody_says_so(read, numbers, proposes):
    mapping = CLINIC | {"decimal": None}
    text = "\n".join([ABOVE + HEADER, *(f"02.03.2026;Hamstrings;L;1;2;{number};" for number in numbers)])
    (asked,) = read(text, mapping=mapping, patient_id="p001").questions
    assert (asked.code, bool(asked.proposed)) == ("number_format_unknown", proposes)


def test_nothing_is_carried_across_a_patient_or_a_damaged_row(read):
    mapping = {
        "columns": {"patient_id": "Who", "performed_at": "Day", "exercise": "What"},
        "carry_down": ["performed_at", "Who"],
        "exercises": {"Core": {"exercise": "abdominal_stability"}},
    }  # fmt: skip
    rows = ["p1,2026-03-02,Core", ",,Core", "p2,,Core", "p2,2026-03-05,Core", 'p2,2026-03-06,"a"b', ",,Core"]
    found = read("\n".join(["Who,Day,What", *rows]), mapping=mapping)
    assert kept(found, "patient_id", "line") == [["p1", 2], ["p1", 3], ["p2", 5]]
    assert found.quarantine[["line", "code"]].to_numpy().tolist() == [
        [4, "date_missing"],
        [6, "bad_quote"],
        [7, "date_missing"],
    ]


def test_a_blank_value_is_never_filled_from_the_day_before():
    with pytest.raises(LogError, match="a blank there is not recorded, and copying the day before would invent it"):
        Mapping(**CLINIC | {"carry_down": ["NRS"]})


def test_a_step_back_of_a_carried_date_is_told(read):
    mapping = CLINIC | {"skip_rows": None, "header": None}
    rows = ["05.03.2026;Hamstrings;L;1;2;30;", "04.03.2026;Hamstrings;L;1;2;30;", ";Hamstrings;R;1;2;30;"]
    found = read("\n".join([HEADER, *rows]), mapping=mapping, patient_id="p001")
    assert "The carried date goes back 1 times: check the rows where it does." in found.notices


def test_a_name_may_stand_for_pain_and_a_mood_is_none(read):
    mapping = {
        "columns": {"performed_at": ["startyear", "startmonth", "startday"], "exercise": "name", "pain": "intensity"},
        "date": "%Y %m %d", "exercises": {"Back Pain": "pain", "happiness": "ignore"},
    }  # fmt: skip
    text = 'name,startday,startmonth,startyear,intensity\n"Back Pain",22,10,2025,3.2\nhappiness,22,10,2025,4\n'
    found = read(text, mapping=mapping, patient_id="p001")
    assert kept(found, "exercise", "status", "pain", "performed_at") == [[None, None, 3.2, datetime(2025, 10, 22, 12)]]
    assert found.quarantine["code"].tolist() == ["exercise_ignored"]


def test_a_table_of_ticks_alone_is_a_log_and_its_dose_stays_unknown(read):
    mapping = {
        "columns": {"performed_at": "Date", "status": "Done"}, "constants": {"exercise": "abdominal_stability"},
        "words": {"status": {"x": "done", "o": "not_done"}},
    }  # fmt: skip
    found = read("Date,Done\n2026-03-02,x\n2026-03-03,o\n2026-03-04,\n", mapping=mapping, patient_id="p001")
    assert kept(found, "status", "sets") == [["done", None], ["not_done", None]]
    assert found.quarantine["code"].tolist() == ["status_missing"]


def test_a_shifted_header_yields_nothing(read):
    """Values two columns away from their names are under wrong names."""
    with pytest.raises(LogError, match="the header is shifted") as raised:
        read(
            "patient_id,exercise,performed_at\n1,p1,abdominal_stability,2026-03-02\n2,p1,abdominal_stability,2026-03-03\n"
        )
    assert raised.value.code == "header_shifted"


def test_a_mapping_of_another_header_is_refused(read):
    with pytest.raises(LogError, match="the saved mapping is for a file with another header"):
        read("Day;What\n02.03.2026;Hamstrings\n", mapping=CLINIC, patient_id="p001")


def test_a_library_finds_a_mapping_by_the_header_and_nothing_else(tmp_path):
    library = Library(tmp_path / "clinic.mappings")
    mapping = Mapping(**CLINIC)
    path = library.keep(mapping)
    assert library.fitting((" DAY ", "exercise", "L/R", "Sets", "Reps", "Hold (s)", "NRS")) == mapping
    assert library.fitting(("Day",)) is None
    assert path.name.startswith("mapping-")
    assert "clinic" not in path.name


def test_what_a_mapping_says_can_be_read_and_corrected():
    mapping = Mapping(**CLINIC)
    said = " ".join(said_by(mapping))
    assert all(
        word in said for word in ("day.month.year", "Europe/Berlin", "Hamstring stretch", "1 ignored: Plank 1:00")
    )
    by_about = {asked.about: (asked, current) for asked, current in corrections(mapping, mapping.header)}
    assert by_about["date"][0].choices == ("%d.%m.%Y", "%m.%d.%Y")
    assert answered(mapping, by_about["date"][0], "%m.%d.%Y").date == "%m.%d.%Y"


def test_rows_set_aside_for_want_of_an_answer_offer_it(read):
    own = "patient_id,exercise,performed_at,hold_s\np1,abdominal_stability,2026-03-02,2\n"
    found = read(own + 'p1,abdominal_stability,2026-03-03,"1,5"\n')
    assert [one.about for one in offers(found)] == ["decimal"]
    assert found.quarantine["code"].tolist() == ["number_format"]


@pytest.mark.parametrize("encoding", ["windows-1252", "iso-8859-15", "mac-roman"])
def test_a_file_in_another_encoding_is_read_when_somebody_has_chosen_it(read, encoding):
    text = "patient_id,exercise,performed_at,note\np1,abdominal_stability,2026-03-02,rodilla débil\n".encode(encoding)
    with pytest.raises(LogError) as raised:
        read(text)
    assert raised.value.code == "encoding"
    assert read(text, mapping={"encoding": encoding}).log["note"].tolist() == ["rodilla débil"]
