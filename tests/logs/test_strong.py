"""Exports of Strong: sets become sessions, names are asked for, rests are no sessions."""

from pathlib import Path

import pytest

from toolkit.errors import LogError
from toolkit.logs.mapping import Mapping, load_mapping, save_mapping
from toolkit.logs.read import read_log
from toolkit.measures.adherence import adherence
from toolkit.measures.cells import cell_table
from toolkit.plan.regimen import Prescription, Regimen, prescription_table
from toolkit.rules import Rules

HEADER = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"
SEMICOLONS = (
    "Workout #;Date;Workout Name;Duration (sec);Exercise Name;Set Order;Weight (kg);Reps;RPE;Distance (meters);"
    "Seconds;Notes;Workout Notes"
)
CRUNCH = {"exercises": {"Crunch": {"exercise": "abdominal_stability"}}}
SHARED = Path(__file__).parents[3] / "shared" / "data" / "logs" / "strong"


def a_set(order, reps, seconds, *, name="Crunch", at="2026-03-02 18:10:00", notes=""):
    return f'{at},"Evening",24m,"{name}",{order},0,{reps},0,{seconds},{notes},,'


def read(tmp_path, *rows, mapping=CRUNCH, header=HEADER, patient_id="p001"):
    path = tmp_path / "strong.csv"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return read_log(path, mapping=mapping, patient_id=patient_id)


def dose(found):
    return (
        found.log[["sets", "reps", "hold_s"]].astype(object).where(found.log[["sets", "reps", "hold_s"]].notna(), None)
    )


def test_equal_sets_of_one_workout_are_one_session(tmp_path):
    found = read(tmp_path, a_set(1, 10, 0), a_set(2, "10.0", "0.0"), a_set("W", 10, 0))
    assert dose(found).to_numpy().tolist() == [[3, 10, None]]
    assert (found.account.kept, found.account.entries) == (3, 1)
    assert found.log["line"].tolist() == [2]


def test_unequal_sets_keep_the_true_total(tmp_path):
    """10 x 5 s and 6 x 10 s are 110 repetition-seconds in 2 sets."""
    found = read(tmp_path, a_set(1, 10, 5), a_set(2, 6, 10), mapping=CRUNCH | {"hold_of": "rep"})
    sets, reps, hold_s = dose(found).to_numpy()[0]
    assert (sets, reps) == (2, 8)
    assert sets * reps * hold_s == pytest.approx(110)
    assert found.notices == (
        "Sets of one session differ in 1 entries: repetitions and hold are means, the total is kept.",
    )


def test_seconds_without_repetitions_are_one_repetition_held_that_long(tmp_path):
    assert dose(read(tmp_path, a_set(1, 0, 90))).to_numpy().tolist() == [[1, 1, 90]]


@pytest.mark.parametrize(("hold_of", "hold_s"), [("rep", 30), ("set", 3)])
def test_the_mapping_says_whose_seconds_they_are(tmp_path, hold_of, hold_s):
    assert dose(read(tmp_path, a_set(1, 10, 30), mapping=CRUNCH | {"hold_of": hold_of})).iloc[0]["hold_s"] == hold_s


def test_seconds_beside_repetitions_are_ambiguous_until_it_does(tmp_path):
    """The session stays, with its dose unknown: a sum with a hole is a wrong sum."""
    found = read(tmp_path, a_set(1, 10, 30), a_set(2, 10, 0))
    assert found.quarantine[["line", "column", "code"]].to_numpy().tolist() == [[2, "Seconds", "hold_ambiguous"]]
    assert dose(found).to_numpy().tolist() == [[None, None, None]]


def test_a_rest_timer_is_no_session_and_is_counted(tmp_path):
    found = read(tmp_path, a_set(1, 10, 0), a_set("Rest Timer", 0, 60))
    assert found.quarantine["code"].tolist() == ["not_a_session"]
    assert (found.account.kept, found.account.quarantined, found.account.rows) == (1, 1, 3)


def test_names_without_a_mapping_are_asked_for_and_nothing_is_kept(tmp_path):
    found = read(tmp_path, a_set(1, 10, 0), a_set(1, 8, 0, name="Hamstring Curl"), mapping=None)
    assert [question.code for question in found.questions] == ["names_to_map"]
    assert found.questions[0].examples == ("Crunch: 1 sets", "Hamstring Curl: 1 sets")
    assert "ignore" in found.questions[0].choices
    assert (len(found.log), found.account.waiting, found.account.adds_up) == (0, 2, True)


def test_a_hamstring_curl_is_no_hamstring_stretch(tmp_path):
    """A near name is never taken by itself."""
    mapping = {"exercises": {"Hamstring": {"exercise": "hamstring_stretch", "side": "both"}}}
    assert read(tmp_path, a_set(1, 8, 0, name="Hamstring Curl"), mapping=mapping).questions[0].code == "names_to_map"


def test_an_ignored_name_is_counted_and_needs_no_work(tmp_path):
    mapping = {"exercises": {**CRUNCH["exercises"], "Bench Press": "ignore"}}
    found = read(tmp_path, a_set(1, 10, 0), a_set(1, 8, 0, name="Bench Press"), mapping=mapping)
    assert found.quarantine["code"].tolist() == ["exercise_ignored"]
    assert found.account.adds_up


def test_the_patient_is_asked_for(tmp_path):
    found = read(tmp_path, a_set(1, 10, 0), patient_id=None)
    assert [question.code for question in found.questions] == ["patient_needed"]


def test_the_same_sets_have_the_same_identity_wherever_they_stand(tmp_path):
    """A longer export adds only what is new."""
    later = a_set(1, 10, 0, at="2026-03-04 18:00:00")
    short, long = read(tmp_path, a_set(1, 10, 0)), read(tmp_path, later, a_set(1, 10, 0))
    assert short.log["entry_id"].tolist() == long.log["entry_id"].tolist()[1:]


def test_the_form_with_semicolons_has_decimal_commas(tmp_path):
    found = read(tmp_path, "1;2026-03-02 18:10:00;Evening;1440;Crunch;1;0,0;10;;;2,5;;", header=SEMICOLONS,
                 mapping=CRUNCH | {"hold_of": "rep"})  # fmt: skip
    assert dose(found).to_numpy().tolist() == [[1, 10, 2.5]]


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"exercises": {"Crunch": {"exercise": "crunch"}}}, "must be one of hamstring_stretch"),
        ({"exercises": {"Stretch": {"exercise": "psoas_stretch"}}}, "must say the side of psoas_stretch"),
        ({"exercises": {"Crunch": {"exercise": "abdominal_stability", "side": "left"}}}, "must give no side"),
        ({"word": {}}, "word: is not a field here"),
        ({"zone": "Mars/Olympus"}, "must be a zone such as America/Denver"),
    ],
)
def test_a_wrong_mapping_says_what_is_accepted(tmp_path, mapping, words):
    with pytest.raises(LogError, match=words):
        read(tmp_path, a_set(1, 10, 0), mapping=mapping)


def test_a_mapping_saved_and_loaded_is_the_same(tmp_path):
    mapping = Mapping(**CRUNCH, name="gym", hold_of="rep")
    save_mapping(mapping, tmp_path / "mapping.json")
    assert load_mapping(tmp_path / "mapping.json") == mapping


@pytest.mark.parametrize(
    ("content", "words"), [(None, "There is no mapping"), ("{", "is no saved mapping"), ("[]", "must be a JSON object")]
)
def test_a_mapping_that_is_not_there_or_no_mapping_is_refused(tmp_path, content, words):
    if content is not None:
        (tmp_path / "mapping.json").write_text(content, encoding="utf-8")
    with pytest.raises(LogError, match=words):
        read(tmp_path, a_set(1, 10, 0), mapping=tmp_path / "mapping.json")


PUBLISHED = [  # file, sets, sessions after grouping, days: counted independently
    ("strong_2021_a.csv", 1903, 320, 86),
    ("strong_2021_b.csv", 2078, 619, 129),
    ("strong_2025_no_notes.csv", 250, 87, 15),
    ("strong_unquoted.csv", 6, 3, 3),
]


@pytest.mark.parametrize(("name", "sets", "sessions", "days"), PUBLISHED)
@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of published logs is not here")
def test_a_published_export_gives_the_sessions_that_were_counted_by_hand(name, sets, sessions, days):
    asked = read_log(SHARED / name, patient_id="p001")
    names = [example.rsplit(": ", 1)[0] for example in asked.questions[0].examples]
    mapping = {"exercises": {name: {"exercise": "abdominal_stability"} for name in names}, "hold_of": "rep"}
    found = read_log(SHARED / name, mapping=mapping, patient_id="p001")
    account = found.account
    assert account.kept + account.quarantined + account.blank + account.header == account.rows == sets + 1
    assert (account.kept, account.entries) == (sets, sessions)
    assert found.log["performed_at"].dt.normalize().nunique() == days


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of published logs is not here")
def test_a_published_export_goes_all_the_way_to_a_table_and_a_chart():
    """One core exercise of theirs called ours, against three days a week."""
    from toolkit.charts.weekly import plot_weekly_adherence

    path = SHARED / "strong_2021_a.csv"
    names = [one.rsplit(": ", 1)[0] for one in read_log(path, patient_id="p001").questions[0].examples]
    core = max(names, key=lambda name: "Crunch" in name or "Sit Up" in name or "Plank" in name or "Leg Raise" in name)
    mapping = {
        "exercises": dict.fromkeys(names, "ignore") | {core: {"exercise": "abdominal_stability"}},
        "hold_of": "rep",
    }
    log = read_log(path, mapping=mapping, patient_id="p001").log
    first, last = log["performed_at"].min().date(), log["performed_at"].max().date()
    three = Prescription(exercise="abdominal_stability", side="none", first_day=first, last_day=last, days_per_week=3,
                         sets=1, reps_min=10)  # fmt: skip
    regimen = Regimen(regimen_id="r-1", patient_id="p001", prescriptions=[three])
    cells = cell_table(prescription_table([regimen]), log, Rules(as_of=last))
    row = adherence(cells, by=["patient_id"]).loc["p001"]
    assert row["performed"] == len(log)
    assert row["any_days"] <= log["performed_at"].dt.normalize().nunique()
    assert 0 < row["session_adherence"] <= row["session_adherence_high"] <= 1
    ax = plot_weekly_adherence(adherence(cells, by=["week"]))
    assert len(ax.lines[0].get_xdata()) == len(adherence(cells, by=["week"]))


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of published logs is not here")
def test_our_own_example_reads_to_one_table_from_text_and_from_a_workbook():
    ours = SHARED.parent / "ours"
    text, book = read_log(ours / "log.csv"), read_log(ours / "log.xlsx")
    assert book.log.drop(columns=["source", "line"]).equals(text.log.drop(columns=["source", "line"]))
    assert (len(text.log), len(text.quarantine)) == (11, 0)
    assert (~text.log["time_known"]).sum() == 3
