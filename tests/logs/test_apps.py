"""Exports of Hevy, FitNotes and Strong in other languages: one row a set, and what each app writes in its own way."""

from datetime import datetime

import pytest

from toolkit.errors import LogError

HEVY = (
    '"title","start_time","end_time","description","exercise_title","superset_id","exercise_notes","set_index",'
    '"set_type","weight_kg","reps","distance_km","duration_seconds","rpe"'
)
FITNOTES = "Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment"
PLANK = {"exercises": {"Plank": {"exercise": "abdominal_stability"}, "Crunch": {"exercise": "abdominal_stability"}}}


def hevy(start, *, name="Plank", index=0, kind="normal", reps="", seconds="30", note=""):
    return f'"Morning","{start}","{start}","","{name}",,"{note}",{index},"{kind}",,{reps},,{seconds},'


def fitnotes(day, *, name="Plank", reps="", time="0:00:30", note=""):
    return f'{day},{name},Core,,,{reps},,,{time},"{note}"'


@pytest.fixture
def sessions(read):
    """Read an export of one patient and return its sessions, a tuple each."""

    def reading(header, *rows, **more):
        found = read("\n".join([header, *rows]), patient_id="p001", **({"mapping": PLANK} | more))
        columns = found.log[["sets", "reps", "hold_s"]].astype(object)
        return found, [tuple(row) for row in columns.where(columns.notna(), None).to_numpy().tolist()]

    return reading


@pytest.mark.parametrize(
    ("start", "at"),
    [
        ("30 Jun 2025, 19:56", datetime(2025, 6, 30, 19, 56)),
        ("5 Mai 2026, 07:34", datetime(2026, 5, 5, 7, 34)),
        ("18 sept. 2026, 17:31", datetime(2026, 9, 18, 17, 31)),
        ("Jun 11, 2026, 1:01 PM", datetime(2026, 6, 11, 13, 1)),
        ("Jul 29, 2026 at 6:00 PM", datetime(2026, 7, 29, 18, 0)),
    ],
    ids=["English", "Portuguese", "French", "twelve hours", "twelve hours, at"],
)
def test_hevy_writes_month_names_of_the_accounts_language(sessions, start, at):
    found, _ = sessions(HEVY, hevy(start))
    assert found.log["performed_at"].tolist() == [at]
    assert found.questions == ()


def test_hevy_a_month_of_an_unknown_language_is_asked_for_and_read_when_it_is_answered(sessions):
    row = hevy("3 czerwca 2026, 19:56")
    found, _ = sessions(HEVY, row)
    assert [(one.code, one.names) for one in found.questions] == [("month_language", ("czerwca",))]
    found, _ = sessions(HEVY, row, mapping=PLANK | {"words": {"month": {"czerwca": "6"}}})
    assert found.log["performed_at"].tolist() == [datetime(2026, 6, 3, 19, 56)]


def test_the_first_set_is_0_in_hevy_and_1_in_strong_and_both_count(sessions):
    found, dose = sessions(HEVY, *(hevy("30 Jun 2025, 19:56", index=index) for index in range(3)))
    assert dose == [(3, 1, 30)]
    assert (found.account.kept, found.account.entries) == (3, 1)


def test_hevy_a_warm_up_set_counts_like_any_other_and_is_told_of(sessions):
    found, dose = sessions(HEVY, hevy("30 Jun 2025, 19:56", kind="warmup"), hevy("30 Jun 2025, 19:56", index=1))
    assert dose == [(2, 1, 30)]
    assert "Sets marked as warm-up, drop set or otherwise count like all others: 1." in found.notices


def test_titles_and_descriptions_of_an_app_are_diary_text_and_stay_out(sessions):
    found, _ = sessions(HEVY, hevy("30 Jun 2025, 19:56", note="left side tight"))
    assert found.log["note"].tolist() == ["left side tight"]
    assert {"title", "description"} <= set(found.account.columns_ignored)


def test_a_note_that_may_tell_of_pain_is_counted_and_nothing_is_made_of_it(sessions):
    found, _ = sessions(HEVY, hevy("30 Jun 2025, 19:56", note="Schmerz im Rücken, 7 von 10"))
    assert "Notes that may tell of pain: 1. Read them; nothing is made of them." in found.notices
    assert found.log["pain"].isna().all()


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Date,Exercise,Category,Weight (kgs),Reps,Distance,Distance Unit,Time", "2026-03-02,Plank,Core,,,,,0:00:30"),
        ("Date,Exercise,Category,Weight (lbs),Reps,Distance,Distance Unit,Time", "2026-03-02,Plank,Core,,,,,0:00:30"),
        (FITNOTES, fitnotes("2026-03-02")),
    ],
    ids=["kgs", "lbs", "with a unit and comments"],
)
def test_fitnotes_has_a_date_and_no_time_and_a_hold_in_hours_minutes_seconds(sessions, header, row):
    found, dose = sessions(header, row)
    assert dose == [(1, 1, 30)]
    assert found.log["time_known"].tolist() == [False]


def test_fitnotes_equal_rows_are_different_sets_and_all_are_kept(sessions):
    found, dose = sessions(FITNOTES, *[fitnotes("2026-03-02")] * 3)
    assert dose == [(3, 1, 30)]
    assert found.account.kept == 3


def test_fitnotes_a_time_of_zero_is_none(sessions):
    assert sessions(FITNOTES, fitnotes("2026-03-02", reps="12", time="0:00:00"))[1] == [(1, 12, None)]


def test_fitnotes_a_hold_may_stand_in_the_name(sessions):
    mapping = {"exercises": {"Plank 1:00": {"exercise": "abdominal_stability", "hold_s": 60}}}
    assert sessions(FITNOTES, fitnotes("2026-03-02", name="Plank 1:00", time=""), mapping=mapping)[1] == [(1, 1, 60)]


def test_fitnotes_dates_rewritten_by_a_spreadsheet_are_asked_about(sessions):
    found, _ = sessions(FITNOTES, fitnotes("3/4/2026"), fitnotes("3/5/2026"))
    assert [one.code for one in found.questions] == ["date_order_unknown"]
    found, _ = sessions(FITNOTES, fitnotes("3/4/2026"), mapping=PLANK | {"date": "%m/%d/%Y"})
    assert found.log["performed_at"].tolist() == [datetime(2026, 3, 4, 12)]


def test_fitnotes_body_measurements_are_no_log(read):
    with pytest.raises(LogError, match="export the training log instead"):
        read("Date,Time,Measurement,Value,Unit,Comment\n2026-03-02,07:30,Bodyweight,80,kg,\n", patient_id="p001")


GERMAN = (
    "Datum,Workout-Name,Dauer,Name der Übung,Reihenfolge festlegen,Gewicht,Wiederh.,Entfernung,Sekunden,Notizen,"
    "Workout-Notizen,RPE"
)
FRENCH = (
    "Date,Nom de l'entraînement,Durée,Nom de l'exercice,Ordre de la série,Poids,Réps,Distance,Secondes,Notes,"
    "Notes d'entraînement,RPE"
)


@pytest.mark.parametrize("header", [GERMAN, FRENCH], ids=["German", "French"])
def test_strong_heads_its_columns_in_the_language_of_the_app(sessions, header):
    rows = [
        "2026-03-02 18:10:00,Abend,24m,Plank,1,0,0,0,30,gut,,",
        "2026-03-02 18:10:00,Abend,24m,Plank,Ruhezeit,0,0,0,90,,,",
    ]
    found, dose = sessions(header, *rows)
    assert (found.format, dose) == ("strong", [(1, 1, 30)])
    assert found.quarantine["code"].tolist() == ["not_a_session"]
    assert found.log["note"].tolist() == ["gut"]


def test_strong_with_semicolons_may_write_a_decimal_point(sessions):
    header = (
        "Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;Distance Unit;Seconds;Notes;"
        "Workout Notes;Workout Duration"
    )
    assert sessions(header, "2026-03-02 18:10:00;E;Plank;1;0;kg;1.0;;;;30.0;;;20s")[1] == [(1, 1, 30)]


def test_a_strong_export_that_a_spreadsheet_has_rewritten_is_asked_about(sessions):
    header = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"
    found, _ = sessions(
        header, "11/18/2024 15:04,E,24m,Plank,1,0,0,0,30,,,", "11/8/2024 15:04,E,24m,Plank,1,0,0,0,30,,,"
    )
    assert found.questions[0].proposed == {"date": "%m/%d/%Y %H:%M"}
