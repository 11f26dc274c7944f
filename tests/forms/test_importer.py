"""The import form: what a file leaves open is asked, what became of each row is shown, and nothing comes in twice."""

import base64
import re
from datetime import datetime

import pytest

from toolkit.forms.importer import ImporterForm
from toolkit.store import Store

OWN = "patient_id,exercise,side,performed_at,sets,reps,note\n"
ABROAD = "Datum;Übung;Seite;Halten (s)\n03.04.2026;Knie zur Brust;links;22,5\n05.06.2026;Knie zur Brust;rechts;20\n"
NOW = datetime(2026, 7, 1, 9).astimezone()


@pytest.fixture
def clinic(tmp_path, monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    store = Store(tmp_path / "clinic.sqlite", clock=lambda: NOW)
    yield store
    store.close()


@pytest.fixture
def form(clinic, tmp_path):
    """The form, and a way to have it read a file with a content."""
    folder = tmp_path / "files"
    folder.mkdir()
    made = ImporterForm(clinic, folder=folder)

    def take(content, name="diary.csv"):
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        (folder / name).write_bytes(data)
        made.fields["path"].value = str(folder / name)
        made.files.read.click()
        return made

    made.take = take
    return made


def said(form):
    return re.sub("<[^>]+>", "", form.status.value)


def answer(form, **answers):
    """Answer the questions on screen, by what each is about; `rest` is for every name without a proposal."""
    for one in form.asked:
        for name, field in one.fields.items():
            if one.key in answers and (name == one.key or not field.value):
                field.value = answers[one.key]
    form.answer.click()


def visible(widget):
    return widget.layout.display != "none"


def test_our_own_log_needs_no_question_and_is_imported(form, clinic):
    form.take(OWN + "p001,knee_to_chest,both,2026-03-02,1,3,fine\np001,knee_to_chest,,2026-03-03,1,3,\n")
    assert form.recognised.value == "diary.csv is our own log file, 3 rows."
    assert form.asked == []
    assert "side_missing" in form.rows.value
    assert len(clinic.log()) == 0, "nothing is stored before Import"
    form.fields["by"].value = "T. Berg"
    form.save.click()
    assert said(form).startswith("Imported: 1 new")
    assert (len(clinic.log()), len(clinic.quarantine())) == (1, 1)


def test_the_same_file_again_adds_nothing_and_says_so(form, clinic):
    for _ in range(2):
        form.take(OWN + "p001,knee_to_chest,both,2026-03-02,1,3,\n")
        form.fields["by"].value = "T. Berg"
        form.save.click()
    assert said(form) == "Nothing was added: all 1 entries are held already."
    assert len(clinic.log()) == 1


def test_an_ambiguous_file_is_asked_about_with_its_own_examples_and_read_as_answered(form, clinic):
    form.take(ABROAD)
    keys = [one.key for one in form.asked]
    assert keys == ["columns", "patient_id", "date", "decimal", "exercises", "side"]
    assert "03.04.2026: 3 April 2026 or 4 March 2026" in form.asked[2].question.examples
    assert form.asked[2].fields["date"].value == "", "two readings: none is chosen beforehand"
    assert form.asked[3].fields["decimal"].value == ",", "one reading: proposed"
    assert not visible(form.save)
    answer(form, patient_id="p001", date="%d.%m.%Y")
    assert form.asked == []
    assert "3 April 2026" in form.first.value
    form.fields["by"].value = "T. Berg"
    form.save.click()
    assert clinic.log()["performed_at"].dt.date.astype(str).tolist() == ["2026-04-03", "2026-06-05"]
    assert clinic.log()["hold_s"].tolist() == [22.5, 20]


def test_what_was_answered_is_used_for_the_next_file_of_the_source_and_shown(form):
    form.take(ABROAD)
    answer(form, patient_id="p001", date="%d.%m.%Y")
    form.fields["by"].value = "T. Berg"
    form.save.click()
    form.take(ABROAD.replace("links", "rechts"), name="next.csv")
    assert [one.key for one in form.asked] == ["patient_id", "date", "decimal"], "a patient's own, asked for every file"
    assert form.asked[1].fields["date"].value == "%d.%m.%Y", "what was answered before is the proposal"
    assert "Knie zur Brust: Knee-to-chest stretch" in form.how.texts


def test_the_order_of_dates_of_one_patient_is_never_that_of_another_without_a_look(form):
    """Two spreadsheets with one header, one from Britain and one from America."""
    header = "Date,Pain,Comment\n"
    form.take(header + "03/02/2026,4,\n04/02/2026,5,\n", name="uk.csv")
    answer(form, patient_id="p001", date="%d/%m/%Y")
    form.fields["by"].value = "T. Berg"
    form.save.click()
    form.take(header + "03/02/2026,4,\n03/13/2026,5,\n", name="us.csv")
    asked = next(one for one in form.asked if one.key == "date")
    assert asked.fields["date"].value == "%m/%d/%Y", "only one order reads this file, whatever was answered before"


def test_what_was_answered_can_be_corrected(form):
    form.take(ABROAD)
    answer(form, patient_id="p001", date="%m.%d.%Y")
    assert "4 March 2026" in form.first.value
    form.correct.click()
    next(one for one in form.asked if one.key == "date").fields["date"].value = "%d.%m.%Y"
    form.answer.click()
    assert "3 April 2026" in form.first.value


def test_a_near_name_is_shown_and_never_chosen(form):
    form.take("Day;Exercise\n2026-03-02;Hamstring Curl\n2026-03-03;Knee to chest (Left)\n")
    asked = next(one for one in form.asked if one.key == "exercises")
    assert asked.fields["Hamstring Curl"].value == ""
    assert '"side": "left"' in asked.fields["Knee to chest (Left)"].value
    assert any("Looks like Hamstring stretch, and need not be the same." in str(part.value)
               for part in asked.view.children if hasattr(part, "value"))  # fmt: skip


def test_names_that_do_not_matter_are_ignored_by_one_press(form):
    rows = "".join(f'2026-03-02 18:10:00,E,24m,"Lift {n}",1,0,10,0,0,,,\n' for n in range(30))
    header = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
    form.take(header + rows + '2026-03-02 18:10:00,E,24m,"Crunch",1,0,10,0,0,,,\n')
    asked = next(one for one in form.asked if one.key == "exercises")
    asked.fields["Crunch"].value = '{"exercise": "abdominal_stability"}'
    asked.view.children[-1].click()
    answer(form, patient_id="p001")
    assert form.result.log["exercise"].tolist() == ["abdominal_stability"]
    assert any(one.startswith("30 ignored: Lift 0, Lift 1") for one in form.how.texts)


def test_seconds_beside_repetitions_offer_a_choice(form):
    header = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
    form.take(header + '2026-03-02 18:10:00,E,24m,"Abdominal stability",1,0,10,0,50,,,\n')
    answer(form, patient_id="p001")
    assert [one.key for one in form.asked] == ["hold_of"]
    answer(form, hold_of="set")
    assert form.result.log["hold_s"].tolist() == [5]


def test_text_in_an_unknown_encoding_is_shown_in_each_and_read_as_chosen(form):
    form.take((OWN + "p001,knee_to_chest,both,2026-03-02,1,3,rodilla débil\n").encode("windows-1252"))
    (asked,) = form.asked
    assert "The text is not in UTF-8" in asked.question.sentence
    options = dict(asked.fields["encoding"].options)
    assert options["débil (Western European (Windows))"] == "windows-1252"
    assert len({name.partition(" (")[0] for name in options}) == len(options), "no two that read alike"
    answer(form, encoding="windows-1252")
    assert form.result.log["note"].tolist() == ["rodilla débil"]
    assert form.problem.value == ""


def test_a_refused_file_leaves_nothing_of_the_one_before_on_screen(form):
    form.take(OWN + "p001,knee_to_chest,both,2026-03-02,1,3,\n")
    form.take("", name="empty.csv")
    assert "empty.csv: The file is empty" in form.problem.value
    assert form.recognised.value == form.account.value == form.first.value == ""
    assert not visible(form.save)


def test_a_patient_the_clinic_does_not_know_is_told_of(form):
    form.take(OWN + "p01,knee_to_chest,both,2026-03-02,1,3,\n")
    assert "Not a patient of this clinic yet: p01. Check the pseudonym." in form.notices.texts


def test_who_imports_is_asked_for(form, clinic):
    form.take(OWN + "p001,knee_to_chest,both,2026-03-02,1,3,\n")
    form.save.click()
    assert said(form) == "Say who imports it: your name is missing."
    assert len(clinic.log()) == 0


def test_an_entry_of_tomorrow_is_set_aside(form):
    form.take(OWN + "p001,knee_to_chest,both,2026-07-02,1,3,\n")
    assert "date_future" in form.rows.value


def test_the_quarantine_comes_as_a_file_to_send_back_with_no_live_formula(form):
    form.take(OWN + '=HYPERLINK(1),knee_to_chest,,2026-03-02,1,3,"=1+1"\n')
    encoded = re.search(r'download="quarantine.csv" href="data:text/csv;charset=utf-8;base64,([^"]+)"', form.rows.value)
    text = base64.b64decode(encoded[1]).decode("utf-8-sig")
    assert text.splitlines()[0].startswith("source,sheet,line,column,code")
    assert ",'=HYPERLINK(1)," in text
    assert ",'=1+1" in text


PAYLOAD = "<img src=x onerror=alert(1)>"


def test_what_a_file_says_never_becomes_markup(form):
    form.take(OWN + f"p001,{PAYLOAD},both,2026-03-02,1,3,{PAYLOAD}\np001,knee_to_chest,both,2026-03-02,1,3,{PAYLOAD}\n",
              name="<b>diary.csv")  # fmt: skip
    for widget in (form.rows, form.first, form.account, form.status):
        assert "<img" not in widget.value
    assert "&lt;img" in form.rows.value
    assert "<b>" not in form.status.value


def test_a_chosen_file_is_read_like_one_of_a_path(form):
    content = memoryview((OWN + "p001,knee_to_chest,both,2026-03-02,1,3,\n").encode())
    chosen = {"name": "up.csv", "type": "text/csv", "size": len(content), "content": content, "last_modified": NOW}
    form.fields["upload"].value = (chosen,)
    assert form.recognised.value == "up.csv is our own log file, 2 rows."


def test_a_dropped_file_stands_in_the_list_after_another_look(clinic, tmp_path):
    form = ImporterForm(clinic, folder=tmp_path)
    assert [name for name, _ in form.fields["dropped"].options] == [""]
    (tmp_path / "late.csv").write_text(OWN + "p001,knee_to_chest,both,2026-03-02,1,3,\n", encoding="utf-8")
    form.files.again.click()
    form.fields["dropped"].value = "late.csv"
    form.files.read.click()
    assert form.recognised.value.startswith("late.csv is our own log file")


def test_files_chosen_together_are_taken_one_after_the_other(form):
    names = ("one.csv", "two.csv", "three.csv")
    content = memoryview((OWN + "p001,knee_to_chest,both,2026-03-02,1,3,\n").encode())
    chosen = [{"name": name, "type": "text/csv", "size": len(content), "content": content, "last_modified": NOW}
              for name in names]  # fmt: skip
    form.fields["upload"].value = tuple(chosen)
    seen = [form.recognised.value.partition(" ")[0]]
    assert form.files.next.description == "Next file (2 waiting)"
    for _ in range(2):
        form.files.next.click()
        seen.append(form.recognised.value.partition(" ")[0])
    assert tuple(seen) == names
    assert not visible(form.files.next)


def test_where_another_column_is_chosen_nothing_that_was_asked_of_the_first_is_taken(form):
    """The order of a date is that of a column: an answer about one says nothing of another."""
    form.take("Datum;Geburtstag;Übung\n03.04.2026;13.01.2020;Knie zur Brust\n05.06.2026;14.01.2020;Knie zur Brust\n")
    columns, patient, day, *_ = form.asked
    columns.fields["performed_at.0"].value = "Geburtstag"
    patient.fields["patient_id"].value = "p001"
    day.fields["date"].value = "%m.%d.%Y"
    form.answer.click()
    day = next(one for one in form.asked if one.key == "date")
    assert day.fields["date"].value == "%d.%m.%Y", "asked anew, and now only one order fits"


def test_naming_another_file_takes_away_what_was_read_before(form):
    """Import once imported the file of before, while the field showed the next one."""
    form.take(OWN + "p001,knee_to_chest,both,2026-03-02,1,3,\n")
    form.fields["path"].value = "another.csv"
    assert form.result is None
    assert not visible(form.save)


def test_nothing_is_imported_while_a_correction_waits_to_be_used(form, clinic):
    form.take(ABROAD)
    answer(form, patient_id="p001", date="%d.%m.%Y")
    form.correct.click()
    assert not visible(form.save)
    form.fields["by"].value = "T. Berg"
    form.save.click()
    assert len(clinic.log()) == 0


def test_correcting_nothing_changes_nothing(form, clinic):
    """Carried dates, constants and holds of a name stand in the mapping, and not all of them on screen."""
    from toolkit.logs.mapping import Mapping

    header = "Datum;Was;Wdh"
    kept = Mapping(
        header=header.split(";"), columns={"performed_at": "Datum", "exercise": "Was", "reps": "Wdh"},
        carry_down=("performed_at",), constants={"sets": "2"},
        exercises={"Halten 0:30": {"exercise": "abdominal_stability", "hold_s": 30}},
    )  # fmt: skip
    clinic.mappings.keep(kept)
    form.take(f"{header}\n2026-03-02;Halten 0:30;3\n;Halten 0:30;4\n")
    answer(form, patient_id="p001")
    before = form.result.log
    form.correct.click()
    form.answer.click()
    assert form.result.log.equals(before)
    assert before[["sets", "hold_s"]].to_numpy().tolist() == [[2, 30], [2, 30]]


def test_a_side_that_the_name_contradicts_is_refused(form):
    form.take("Day;Exercise\n2026-03-02;Hip Flexor Stretch (Left)\n2026-03-03;Hip Flexor Stretch (Left)\n")
    asked = next(one for one in form.asked if one.key == "exercises")
    asked.fields["Hip Flexor Stretch (Left)"].value = '{"exercise": "psoas_stretch", "side": "right"}'
    answer(form, patient_id="p001")
    assert form.unanswered.value.startswith("The name tells one side and the answer another: Hip Flexor Stretch (Left)")
    assert form.asked, "the questions stay"


def test_blank_dates_offer_to_be_the_one_above(form):
    form.take("Day;Exercise;Side\n2026-03-02;Knee to chest;left\n;Knee to chest;right\n")
    answer(form, patient_id="p001")
    assert [one.key for one in form.asked] == ["carry_down"]
    answer(form, carry_down="yes")
    assert form.result.log["side"].tolist() == ["left", "right"]


def test_a_pseudonym_like_a_known_one_is_told_of(form, clinic):
    form.take(OWN + "p101,knee_to_chest,both,2026-03-02,1,3,\n")
    form.fields["by"].value = "T. Berg"
    form.save.click()
    form.take(OWN + "p-101,knee_to_chest,both,2026-03-03,1,3,\n", name="next.csv")
    assert "Not a patient of this clinic yet: p-101. It is like p101. Check the pseudonym." in form.notices.texts


def test_a_corrected_file_says_what_stays_held(form):
    form.take(OWN + "p001,knee_to_chest,left,2026-03-02,1,3,\np001,knee_to_chest,left,2026-03-04,1,3,\n")
    form.fields["by"].value = "T. Berg"
    form.save.click()
    form.take(OWN + "p001,knee_to_chest,right,2026-03-02,1,3,\np001,knee_to_chest,left,2026-03-04,1,3,\n", name="b.csv")
    assert "Held of these days from earlier files, and not in this one: 1. They stay held." in form.notices.texts


def test_a_saved_mapping_that_cannot_be_used_is_told_of_and_left_out(form, clinic):
    header = ("Datum", "Übung", "Seite", "Halten (s)")
    path = clinic.mappings.path_of(header)
    path.parent.mkdir()
    path.write_text("{", encoding="utf-8")
    form.take(ABROAD)
    assert form.notices.texts[0].startswith("What was answered before for this kind of file cannot be used")
    assert "columns" in [one.key for one in form.asked]


def test_an_import_stands_though_its_answers_cannot_be_kept(form, clinic):
    clinic.mappings.folder.write_text("in the way", encoding="utf-8")
    form.take(ABROAD)
    answer(form, patient_id="p001", date="%d.%m.%Y")
    form.fields["by"].value = "T. Berg"
    form.save.click()
    assert said(form).startswith("Imported: 2 new")
    assert "The answers were not kept" in said(form)
    assert len(clinic.log()) == 2


def test_a_file_of_which_no_entry_could_be_kept_offers_no_import(form):
    form.take(OWN + "p001,knee_to_chest,,2026-03-02,1,3,\n")
    assert form.span.value == "No entry could be kept."
    assert not visible(form.save)
    assert "side_missing" in form.rows.value
