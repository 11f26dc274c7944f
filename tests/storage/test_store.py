"""A store loses nothing and overwrites nothing."""

import os
import sqlite3
import stat
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from screenings import answering, clear_screening, released

from toolkit.errors import Conflict, RegimenError, StoreError, TableError
from toolkit.logs.read import read_log
from toolkit.measures.reviews import Review
from toolkit.plan.catalogue import exercises
from toolkit.plan.regimen import Pause, starter_regimen
from toolkit.samples import sample_clinic
from toolkit.schema import LOG, QUARANTINE
from toolkit.settings import sample_profile_path
from toolkit.store import Store
from toolkit.tables import make

NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def store(url):
    opened = Store(url, clock=lambda: NINE)
    yield opened
    opened.close()


@pytest.fixture
def profiled(store, monkeypatch):
    """The same store, of a clinic that has a profile."""
    monkeypatch.setenv("BACKCARE_PROFILE", str(sample_profile_path()))
    return store


def regimen(revision=1, *, patient_id="p001", weeks=4, **more):
    first = starter_regimen(
        "remedial", patient_id=patient_id, regimen_id=f"r-{patient_id}", first_day=date(2026, 3, 2), weeks=weeks
    )
    return first.model_copy(update={"revision": revision, **more})


def final(revision=1, **more):
    """A regimen that may be final: screened on the day it is written, by a named person."""
    on = more.pop("on", date(2026, 3, 1))
    signed = {"status": "final", "written_by": "Dr Sample", "screening": clear_screening(on=on)}
    return regimen(revision, **signed | more)


def test_a_saved_draft_is_there_after_the_store_is_opened_again(store, url):
    saved = store.save(regimen(goal="walk to the shop", written_on=date(2026, 3, 1)))
    again = Store(url)
    assert again.regimens("p001") == [saved]
    again.close()
    assert saved.goal == "walk to the shop"


def test_an_own_clinic_is_empty_at_first(store):
    assert store.patients() == []
    assert len(store.log()) == 0
    assert len(store.prescriptions()) == 0
    assert repr(store).startswith("Clinic clinic")
    assert repr(store).endswith(", 0 patients")


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have these permissions")
def test_a_clinics_file_is_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    store = Store(tmp_path / "clinic.sqlite")
    store.save(regimen())
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("clinic.sqlite*")} == {0o600}


def test_every_revision_stays(store):
    store.save(regimen(1, weeks=4))
    store.save(regimen(2, weeks=6))
    assert [(one.revision, one.last_day) for one in store.regimens()] == [
        (1, date(2026, 3, 29)),
        (2, date(2026, 4, 12)),
    ]


@pytest.mark.parametrize("stale", [1, 2, 4])
def test_a_save_on_a_stale_revision_is_refused_and_nothing_is_lost(store, stale):
    """Two windows began from revision 1; the second to save sees a conflict, never overwrites."""
    store.save(regimen(1))
    store.save(regimen(2, note="the first window"))
    with pytest.raises(Conflict, match="Nothing was saved, and what you typed is still here"):
        store.save(regimen(stale, note="the second window"))
    assert [one.note for one in store.regimens()] == [None, "the first window"]


def test_a_revision_of_somebody_elses_regimen_is_refused(store):
    store.save(regimen(1))
    with pytest.raises(Conflict):
        store.save(regimen(2, patient_id="p002").model_copy(update={"regimen_id": "r-p001"}))


def test_the_same_act_of_saving_asked_twice_gives_the_first_answer(store):
    """A crash between commit and answer happens; the person presses Save again."""
    first = store.save(regimen(1), operation="op-1")
    assert store.save(regimen(1), operation="op-1") == first
    assert len(store.regimens()) == 1


def test_a_final_regimen_needs_its_screening(profiled):
    with pytest.raises(StoreError, match="cannot be final yet.*\n  screening: is missing: ask the four families"):
        profiled.save(regimen(status="final"))
    assert profiled.regimens() == []


def test_a_final_regimen_needs_a_clinic_that_can_be_called(store):
    with pytest.raises(StoreError, match="clinic: has no profile, so nobody could be told whom to call"):
        store.save(final())


def test_a_screened_regimen_becomes_final_and_its_screening_is_kept(profiled):
    profiled.save(final())
    assert set(profiled.prescriptions()["exercise"]) == set(exercises())
    assert [one.screened_on for one in profiled.screenings("p001")] == [date(2026, 3, 1)]


def test_a_red_flag_holds_until_a_physician_has_looked(profiled):
    flag = answering(clear_screening(), in_fever="yes")
    for status in ("draft", "final"):
        with pytest.raises(StoreError):
            profiled.save(final(screening=flag, status=status))
    profiled.save(final(screening=flag, status="held"))
    assert len(profiled.prescriptions()) == 0
    with pytest.raises(StoreError, match="reviewed_by: is missing: the physician who looked"):
        profiled.save(final(2, screening=flag))
    profiled.save(final(2, screening=released(flag)))
    assert len(profiled.prescriptions()) == 4
    assert [one.decision for one in profiled.screenings()] == [None, "cleared"]


def test_no_later_no_and_no_other_regimen_leads_around_a_hold(profiled):
    flag = answering(clear_screening(), ce_bladder="yes")
    profiled.save(final(screening=flag, status="held"))
    for regimen_id, revision in (("r-p001", 2), ("r-new", 1)):
        change = {"regimen_id": regimen_id}
        with pytest.raises(StoreError, match="reviewed_by: is missing: the physician who looked"):
            profiled.save(final(revision, **change))
        with pytest.raises(StoreError, match="it cannot be saved as a draft"):
            profiled.save(final(revision, status="draft", **change))
    assert profiled.save(final(1, regimen_id="r-new", screening=released(clear_screening()))).status == "final"


def test_a_sign_recorded_alone_holds_the_next_plan(profiled):
    profiled.record(answering(clear_screening(), in_fever="yes"))
    with pytest.raises(StoreError, match="cannot be final yet"):
        profiled.save(final())


@pytest.mark.parametrize("status", ["draft", "held", "final"])
def test_a_screening_of_another_patient_is_refused_and_spoils_no_record(profiled, status):
    """Kept once, it made every later screening of the second patient a conflict."""
    with pytest.raises(StoreError, match="is of another patient than the regimen"):
        profiled.save(final(patient_id="p002", status=status, screening=clear_screening("p001")))
    profiled.save(final(patient_id="p002", screening=clear_screening("p002")))
    assert [one.patient_id for one in profiled.screenings("p002")] == ["p002"]


def test_a_second_regimen_for_the_same_days_is_refused(profiled):
    profiled.save(final())
    with pytest.raises(StoreError, match="ask for the same exercise as regimen r-p001 from 2026-03-02 to 2026-03-29"):
        profiled.save(final(regimen_id="r-second"))
    assert len(profiled.prescriptions()) == 4


def test_a_final_regimen_names_who_prescribes_it(profiled):
    with pytest.raises(StoreError, match="written_by: is missing: who prescribes it"):
        profiled.save(final(written_by=None))


def test_a_status_that_is_none_never_enters_the_history(store):
    """A value copied past its checks is checked again."""
    with pytest.raises(RegimenError, match="status: must be 'draft', 'held' or 'final'; found Final"):
        store.save(regimen(status="Final"))


def test_nothing_is_held_without_a_red_flag(profiled):
    with pytest.raises(StoreError, match="none was reported"):
        profiled.save(final(status="held"))


def test_a_screening_is_judged_on_the_day_of_saving_whatever_day_the_regimen_says(profiled):
    """An old draft is made final: the day it was written does not make its screening young again."""
    old = final(on=date(2026, 2, 14), written_on=date(2026, 2, 14))
    with pytest.raises(StoreError, match="is 15 days ago; a screening is good for 14"):
        profiled.save(old)
    assert profiled.save(final(on=date(2026, 2, 15))).status == "final"


def test_each_revision_asks_again(profiled):
    profiled.save(final())
    with pytest.raises(StoreError, match="was used for a revision before: ask if anything is new since 2026-03-01"):
        profiled.save(final(2, weeks=8))
    again = clear_screening(screened_at=NINE.replace(tzinfo=None))
    assert profiled.save(final(2, weeks=8, screening=again)).revision == 2


def test_ending_early_asks_nothing_new_and_says_who_and_why(profiled):
    profiled.save(final())
    ended = profiled.end("r-p001", last_day=date(2026, 3, 10), by="Dr Sample", reason="moved away")
    assert (ended.revision, ended.status, ended.last_day) == (2, "final", date(2026, 3, 10))
    told = profiled.history("r-p001").iloc[-1]
    assert (told["written_by"], told["reason"], told["written_at"]) == ("Dr Sample", "moved away", "2026-03-01T09:00")
    rows = profiled.prescriptions()
    assert rows["last_day"].max() == pd.Timestamp(2026, 3, 10)
    assert rows["first_day"].min() == pd.Timestamp(2026, 3, 2), "old days keep the old dose"
    with pytest.raises(StoreError, match="is missing: why"):
        profiled.end("r-p001", last_day=date(2026, 3, 9), by="Dr Sample", reason=" ")


def test_asking_more_again_after_an_early_end_needs_a_new_screening(profiled):
    """No way round the gate: ending and then extending is a new plan."""
    profiled.save(final())
    profiled.end("r-p001", last_day=date(2026, 3, 10), by="Dr Sample", reason="moved away")
    with pytest.raises(StoreError, match="was used for a revision before"):
        profiled.save(final(3))


def test_a_pause_takes_days_out_at_once_with_its_reason(profiled):
    profiled.save(final())
    days = {"first_day": date(2026, 3, 9), "last_day": date(2026, 3, 12)}
    profiled.pause("p001", Pause(**days, reason="medical_hold"), by="Dr S")
    assert profiled.pauses("p001")["reason"].tolist() == ["medical_hold"]
    with pytest.raises(StoreError, match="reason: is missing: why"):
        profiled.pause("p001", Pause(**days), by="Dr S")


def test_a_pause_taken_back_stays_in_the_history_and_counts_no_more(profiled):
    profiled.save(final())
    days = {"first_day": date(2026, 3, 9), "last_day": date(2026, 3, 12)}
    profiled.pause("p001", Pause(**days, reason="travel"), by="Dr S", operation="op-1")
    assert profiled.pause("p001", Pause(**days, reason="travel"), by="Dr S", operation="op-1"), "asked twice, kept once"
    with pytest.raises(StoreError, match="This pause stands already"):
        profiled.pause("p001", Pause(**days, reason="travel"), by="Dr S")
    with pytest.raises(StoreError, match="Nothing of this is prescribed on these days"):
        far = {"first_day": date(2027, 3, 9), "last_day": date(2027, 3, 12), "reason": "travel"}
        profiled.pause("p001", Pause(**far), by="Dr S")
    [number] = profiled.own_pauses("p001")
    profiled.withdraw_pause("p001", number, by="Dr S", reason="stayed at home")
    assert len(profiled.pauses("p001")) == 0
    with pytest.raises(StoreError, match="no such pause"):
        profiled.withdraw_pause("p001", number, by="Dr S", reason="again")
    profiled.pause("p001", Pause(**days, reason="travel after all"), by="Dr S")
    assert profiled.pauses("p001")["reason"].tolist() == ["travel after all"]
    assert profiled.verify().counts["pause"] == 3


def test_the_day_is_the_clinics_own(store, monkeypatch):
    """Two in the morning in UTC is still the evening before in Denver."""
    monkeypatch.setenv("BACKCARE_PROFILE", str(sample_profile_path()))
    store._clock = lambda: datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert store.now().date() == date(2026, 3, 1)


def test_a_review_is_kept_as_a_row_of_its_table(store):
    store.review(Review(patient_id="p001", reviewed_at=datetime(2026, 3, 1, 9), reviewed_by="Ann", action="called"))
    assert store.reviews().loc[0, "action"] == "called"
    with pytest.raises(TableError, match="action: must be 'reviewed', 'called' or 'adjusted'; found phoned"):
        Review(patient_id="p001", reviewed_at=datetime(2026, 3, 1, 9), reviewed_by="Ann", action="phoned")


def test_an_import_keeps_its_account_its_quarantine_and_the_files_digest(store, tmp_path):
    path = tmp_path / "diary of somebody.csv"
    path.write_text(
        "patient_id,exercise,side,performed_at\np001,psoas_stretch,left,2026-03-02\np001,psoas_stretch,,x\n"
    )
    imported = read_log(path)
    added = store.add_import(imported, by="Ann")
    assert (added.new, len(store.log()), len(store.quarantine())) == (1, 1, 1)
    assert store.add_import(read_log(path), by="Ann").held == 1
    assert len(store.quarantine()) == 1, "the same row of the same file is set aside once"
    told = store.imports().iloc[0]
    assert (told["by"], told["kept"], told["quarantined"], told["new"]) == ("Ann", 1, 1, 1)
    assert told["file_sha256"] == imported.file_sha256
    assert "somebody" not in str(store.imports().to_dict()), "names of files carry names of people"
    assert store.verify().wrong == ()


def test_what_is_typed_is_kept_until_it_is_saved(store):
    store.keep_draft("d-1", {"patient_id": "p001", "weeks": "4"})
    store.keep_draft("d-1", {"patient_id": "p001", "weeks": "44"})
    assert store.drafts() == {"d-1": {"patient_id": "p001", "weeks": "44"}}
    store.drop_draft("d-1")
    assert store.drafts() == {}


def test_a_clinics_own_starter_is_offered_under_its_name(store):
    store.save_template("after surgery", {"weeks": "6"}, by="Dr Sample")
    store.save_template("after surgery", {"weeks": "8"}, by="Dr Sample")
    assert store.templates() == {"after surgery": {"weeks": "8"}}
    with pytest.raises(StoreError, match="needs a name"):
        store.save_template("  ", {}, by="Dr Sample")


def test_drafts_are_no_prescriptions(store):
    store.save(regimen())
    assert len(store.prescriptions()) == 0
    assert store.caseload().notices == ("r-p001 revision 1 is draft: left out",)


def test_the_same_log_added_twice_adds_nothing(store):
    log = sample_clinic(patients=1, weeks=2).log
    assert str(store.add_log(log)) == f"{len(log)} new, 0 later versions of entries held, 0 held already"
    assert store.add_log(log).held == len(log)
    assert store.log().equals(log)


def test_a_changed_entry_is_a_later_version_beside_the_first(store):
    log = sample_clinic(patients=1, weeks=2).log.head(3)
    store.add_log(log)
    changed = log.assign(reps=[9.0, *log["reps"].iloc[1:]])
    added = store.add_log(changed)
    assert (added.new, added.later_versions, added.held) == (0, 1, 2)
    assert store.log()["reps"].tolist() == [*log["reps"], 9.0]


def test_where_a_row_stood_in_a_file_is_no_part_of_what_it_says(store):
    log = sample_clinic(patients=1, weeks=2).log
    store.add_log(log)
    assert store.add_log(log.assign(line=log["line"] + 7, source="own:00000000")).held == len(log)


def test_a_save_outlasts_a_power_cut_by_its_settings(tmp_path, monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    with Store(tmp_path / "clinic.sqlite")._read.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_server_that_may_lose_an_acknowledged_save_is_refused(postgres, monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    weak = f"{postgres}&options=-csynchronous_commit%3Doff"
    with pytest.raises(StoreError, match="may lose a save in a power cut: it needs synchronous_commit"):
        Store(weak)


@pytest.mark.parametrize(
    ("url", "environment"),
    [
        ("postgresql+psycopg://ann:secret@db.example/clinic", {}),
        ("postgresql+psycopg:///clinic?host=db.example", {}),
        ("postgresql+psycopg:///clinic?hostaddr=192.0.2.7", {}),
        ("postgresql+psycopg:///clinic?service=clinic", {}),
        ("postgresql+psycopg:///clinic", {"PGHOST": "db.example"}),
        ("postgresql+psycopg://localhost/clinic", {"PGHOSTADDR": "192.0.2.7"}),
        ("postgresql+psycopg://localhost/clinic?host=db.example", {}),
    ],
)
def test_a_server_elsewhere_must_prove_who_it_is(monkeypatch, url, environment):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreError, match="must be reached with sslmode=verify-full"):
        Store(url)


def test_a_server_that_the_url_names_here_is_here_whatever_the_system_names(monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    monkeypatch.setenv("PGHOST", "db.example")
    with pytest.raises(StoreError, match="cannot be opened: connection failed"):
        Store("postgresql+psycopg://127.0.0.1:1/clinic?connect_timeout=2")


def test_a_database_of_something_else_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    with sqlite3.connect(tmp_path / "photos.sqlite") as connection:
        connection.execute("CREATE TABLE photos (name TEXT)")
    connection.close()
    with pytest.raises(StoreError, match="holds tables of something else"):
        Store(tmp_path / "photos.sqlite")
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(StoreError, match="holds no store of Backcare"):
        Store(tmp_path / "empty.sqlite", must_exist=True)


def test_no_password_stands_in_a_message(monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    with pytest.raises(StoreError, match="cannot be opened") as error:
        Store("postgresql+psycopg://ann:very-secret@127.0.0.1:1/clinic?connect_timeout=2")
    assert "very-secret" not in str(error.value)
    assert "very-secret" not in repr(error.value)


def test_the_sample_says_sample_and_is_filled(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKCARE_HOME", str(tmp_path))
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    sample = Store()
    assert "SAMPLE" in repr(sample)
    assert len(sample.patients()) == 24
    assert sample.as_of == date(2026, 3, 31)
    assert sample.log().equals(sample_clinic().log)
    assert len(list(tmp_path.glob("*.sqlite"))) == 1


def test_a_session_of_the_sample_opens_no_real_clinic(tmp_path, monkeypatch):
    """Its outputs would be kept in the notebook."""
    monkeypatch.setenv("BACKCARE_CLINIC", "sample")
    with pytest.raises(StoreError, match="This session shows the sample clinic"):
        Store(tmp_path / "clinic.sqlite")


def test_the_session_names_the_clinic_that_opens(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKCARE_CLINIC", f"sqlite:///{tmp_path / 'own.sqlite'}")
    assert Store().name == "Clinic own"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder / "missing" / "clinic.sqlite", "a file in a folder that is there; found clinic.sqlite"),
        (lambda folder: folder, "a file in a folder that is there"),
        (lambda folder: "nonsense://", "must be of SQLite or PostgreSQL; found nonsense"),
        (lambda folder: "sqlite//://x", "must be a URL such as"),
    ],
)
def test_a_store_that_cannot_be_opened_says_why(tmp_path, monkeypatch, make, words):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    with pytest.raises(StoreError, match=words):
        Store(make(tmp_path))


def test_a_file_that_is_no_store_is_left_as_it_is(tmp_path, monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but somebody's notes " * 50)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="cannot be opened: file is not a database"):
        Store(path)
    assert path.read_bytes() == before


def test_a_store_of_a_later_backcare_is_refused(tmp_path, monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    Store(tmp_path / "clinic.sqlite").close()
    with sqlite3.connect(tmp_path / "clinic.sqlite") as connection:
        connection.execute("UPDATE about SET schema_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="made by a later Backcare"):
        Store(tmp_path / "clinic.sqlite")


def pain_entry(name, patient="p001", **more):
    row = {"entry_id": name, "patient_id": patient, "exercise": None, "side": None, "status": None, "pain": 4,
           "performed_at": datetime(2026, 3, 2, 8)}  # fmt: skip
    return make(LOG, [row | more])


def test_what_came_in_after_the_last_review_of_its_patient_has_been_seen_by_nobody(store):
    """The order of writing counts, not the hour a session was done: a diary may come in late."""
    dealt = {"reviewed_by": "Ann", "action": "called", "reviewed_at": datetime(2026, 3, 20, 9)}
    store.add_log(pain_entry("a"))
    store.add_log(pain_entry("b", "p002"))
    assert store.unseen() == [("p001", "a"), ("p002", "b")]
    store.review(Review(patient_id="p001", **dealt))
    assert (store.unseen(), store.unseen("p001")) == ([("p002", "b")], [])
    store.add_log(pain_entry("late"))
    assert store.unseen() == [("p002", "b"), ("p001", "late")]
    assert store.unseen("p001") == [("p001", "late")]
    store.review(Review(patient_id="p001", **dealt))
    store.review(Review(patient_id="p002", **dealt))
    assert store.unseen() == []


def test_a_row_set_aside_after_the_last_review_of_its_patient_has_been_seen_by_nobody(store):
    dealt = {"reviewed_by": "Ann", "action": "called", "reviewed_at": datetime(2026, 3, 20, 9)}
    said = {"code": "number", "message": "must be a number", "source": "own:1a"}
    aside = make(QUARANTINE, [{**said, "line": 4, "patient_id": "p001"}, {**said, "line": 5, "patient_id": None}])
    store._add(make(LOG), aside, {"format": "own"}, "Ann")
    assert store.unseen() == [("p001", "own:1a::4")], "what names no patient is nobody's"
    assert (store.unseen("p001"), store.unseen("p002")) == ([("p001", "own:1a::4")], [])
    store.review(Review(patient_id="p001", **dealt))
    assert store.unseen() == []


DEALT = {"reviewed_by": "Ann", "action": "called", "reviewed_at": datetime(2026, 3, 20, 9)}


def test_a_row_that_came_in_between_reading_and_reviewing_stops_the_review(store):
    """Looked for in the transaction that would keep the review: there is no moment between."""
    store.add_log(pain_entry("a"))
    read_at = store.place
    store.add_log(pain_entry("b"))
    with pytest.raises(Conflict, match="New entries of this patient came in meanwhile."):
        store.review(Review(patient_id="p001", **DEALT), read_at=read_at)
    assert len(store.reviews()) == 0
    store.review(Review(patient_id="p001", **DEALT), read_at=store.place)
    assert len(store.reviews()) == 1


def test_rows_of_another_patient_stop_no_review(store):
    read_at = store.place
    store.add_log(pain_entry("b", "p002"))
    store.review(Review(patient_id="p001", **DEALT), read_at=read_at)
    assert len(store.reviews()) == 1


def test_a_review_that_was_not_on_the_screen_stops_the_next_one_and_the_same_press_is_kept_in_one(store):
    read_at = store.place
    for _ in range(2):
        store.review(Review(patient_id="p001", **DEALT), read_at=read_at, operation="one press")
    assert len(store.reviews()) == 1
    with pytest.raises(Conflict, match="dealt with meanwhile: called by Ann on 20 March 2026"):
        store.review(Review(patient_id="p001", **DEALT), read_at=read_at)
    store.review(Review(patient_id="p001", **DEALT), read_at=read_at, known=1)
    assert len(store.reviews()) == 2
