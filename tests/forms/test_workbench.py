"""The alerts workbench: rules in words, changed in a few fields, tried on the clinic's own logs, kept, used."""

from datetime import date, timedelta

import pandas as pd
import pytest
from caseloads import daily, days_text

from toolkit.errors import StoreError
from toolkit.forms.workbench import AlertWorkbench
from toolkit.measures.alert_rules import presets
from toolkit.rules import Rules

FIRST = date(2026, 1, 5)
TEXTS = {"p001": "x" * 60, "p002": "x" * 10 + "." * 50, "p003": "xx.x0.." * 8 + "...."}


@pytest.fixture
def clinic(clinic, monkeypatch):
    """A clinic of three patients: one steady, one who stopped, one who keeps half of the days."""
    rx = pd.concat([daily(FIRST, 60, patient_id=whose) for whose in TEXTS], ignore_index=True)
    log = pd.concat([days_text(FIRST, text, prefix=whose).assign(patient_id=whose) for whose, text in TEXTS.items()],
                    ignore_index=True)  # fmt: skip
    monkeypatch.setattr(clinic, "prescriptions", lambda: rx)
    monkeypatch.setattr(clinic, "log", lambda: log)
    monkeypatch.setattr(clinic, "pauses", lambda: None)
    monkeypatch.setattr(clinic, "rules", lambda: Rules(as_of=FIRST + timedelta(days=59)))
    return clinic


@pytest.fixture
def bench(clinic):
    return AlertWorkbench(clinic)


def fill(bench, **typed):
    for name, value in typed.items():
        bench.fields[name].value = value


def type_in(bench, name, value):
    bench.fields[name].value = value


def beside(bench, name):
    rule, _, field = name.partition(": ")
    return bench.blocks[rule].beside[field].value


def test_at_first_the_set_in_use_is_shown_each_rule_in_words_with_level_source_and_flag(bench):
    assert bench.in_use.value == "In use: cautious, as it comes; nobody has chosen yet."
    assert bench.fields["set"].value == bench.fields["other"].value == "cautious"
    assert [block.sentence.value for block in bench.blocks.values()][::3] == [
        "Worst pain of the day: 8 or more", "Active days without a session: 7 or more"
    ]  # fmt: skip
    assert bench.blocks["silence"].more.texts == [
        "Attention. It says, for instance: No session for 7 active days",
        "Source: own design rule. Flag E: own design.",
    ]
    assert bench.preset == presets()["cautious"]


def test_what_is_wrong_stands_beside_its_field_and_nothing_can_be_tried_or_saved(bench):
    type_in(bench, "pain_high: number 1", "8,5")
    type_in(bench, "silence: days", "3")
    assert beside(bench, "pain_high: number 1") == "must be a number from 0 to 10; found 8,5"
    assert beside(bench, "silence: days") == "must be 1 or less, as within is; found 3"
    assert [problem.where for problem in bench.problems] == ["pain_high: number 1", "silence: days"]
    assert bench.blocks["pain_high"].sentence.value == "pain high: cannot be used as typed"
    assert bench.test.disabled and bench.save.disabled and bench.use.disabled
    type_in(bench, "pain_high: number 1", " 8.5 ")
    type_in(bench, "silence: within", "4")
    assert bench.problems == ()
    assert beside(bench, "pain_high: number 1") == ""
    assert bench.blocks["silence"].sentence.value.endswith("7 or more, on 3 of the last 4 days")
    assert not bench.test.disabled


def test_fields_of_a_rule_are_seen_once_somebody_wants_to_change_it(bench):
    block = bench.blocks["silence"]
    assert block.view.children[-1].layout.display == "none"
    block.change.click()
    assert block.view.children[-1].layout.display == ""
    assert "number 1" not in bench.blocks["drop_off"].fields, "yes or no: there is no number to choose"


def test_a_changed_set_is_tried_beside_the_one_it_was_begun_from(bench):
    """The stop is complete on day 24: told by silence of 3 on day 13, by a broken pattern (6 missed) on day 16."""
    type_in(bench, "silence: number 1", "3")
    bench.test.click()
    figures = bench.tried.figures.value
    assert '<th scope="col">cautious, changed</th><th scope="col">cautious</th>' in figures
    assert "<td>Stops warned of</td><td>1 of 1 (100 %)</td><td>1 of 1 (100 %)</td>" in figures
    assert "<td>Days ahead, in the middle</td><td>11 days</td><td>8 days</td>" in figures
    assert [line.split(":")[0] for line in bench.tried.told.texts] == ["cautious, changed", "cautious"]
    assert "100 % of the rows of the log do not say when they were written" in bench.tried.rests.texts[1]
    assert "Rule by rule: cautious, changed" in bench.tried._head.value
    assert 'alt="Alerts in the middle week: cautious, changed ' in bench.tried.weeks.value
    assert "Tried on the days up to 5 March 2026." in bench.status.value


def test_without_a_stop_the_table_says_so_and_gives_no_lead_time(bench, clinic, monkeypatch):
    log = days_text(FIRST, TEXTS["p001"])
    monkeypatch.setattr(clinic, "log", lambda: log)
    monkeypatch.setattr(clinic, "prescriptions", lambda: daily(FIRST, 60))
    bench.test.click()
    assert "<td>Days ahead, in the middle</td><td>not enough data</td>" in bench.tried.figures.value
    assert "No stop in these logs" in bench.tried.told.texts[0]


def test_a_clinic_without_patients_gets_an_answer_too(bench, clinic, monkeypatch):
    monkeypatch.setattr(clinic, "prescriptions", lambda: daily(FIRST, 60)[:0])
    monkeypatch.setattr(clinic, "log", lambda: days_text(FIRST, ""))
    bench.test.click()
    assert "no alert at all for 0 patients" in bench.tried.told.texts[0]


def test_a_change_takes_the_back_test_of_other_rules_off_the_screen(bench):
    bench.test.click()
    assert bench.tried.view.layout.display == ""
    type_in(bench, "silence: number 1", "4")
    assert bench.tried.view.layout.display == "none"
    assert bench.tried.figures.value == ""
    bench.test.click()
    type_in(bench, "other", "graded")
    assert bench.tried.figures.value == ""


def test_a_rule_is_added_and_taken_out_again(bench):
    bench.add.click()
    assert bench.beside["new: series"].value == "is missing: choose what to test"
    type_in(bench, "new: series", "session_adherence_28")
    type_in(bench, "new: compare", "<")
    type_in(bench, "new: number", "50")
    bench.add.click()
    assert "a share such as 0.6 for 60 %; found 50" in bench.beside["new: number"].value
    type_in(bench, "new: number", "0.5")
    bench.add.click()
    assert bench.preset.rule[-1].when == ("session_adherence_28 < 0.5",)
    assert bench.fields["new: series"].value == ""
    bench.blocks["session_adherence_28"].view.children[2].children[2].click()
    assert bench.preset == presets()["cautious"]


def test_a_set_is_saved_under_a_name_by_somebody_and_then_put_to_use(bench, clinic):
    type_in(bench, "silence: number 1", "5")
    bench.save.click()
    assert "Give first: your name." in bench.status.value
    fill(bench, by="A. Therapist")
    bench.save.click()
    assert "Give first: a name for the set." in bench.status.value
    bench.use.click()
    assert "Save the changes first" in bench.status.value
    fill(bench, name="Cautious")
    bench.save.click()
    assert "comes with the package" in bench.status.value
    assert bench.fields["silence: number 1"].value == "5", "what was typed is still there"
    fill(bench, name="ours")
    bench.save.click()
    assert "Saved as ours." in bench.status.value
    assert clinic.alert_presets()["ours"].rule[3].when == ("silent_days >= 5",)
    assert bench.fields["set"].value == "ours"
    bench.use.click()
    assert "ours is in use from now on." in bench.status.value
    assert bench.in_use.value == "In use: ours, chosen by A. Therapist on 1 April 2026."
    assert ("ours, the clinic's own, in use", "ours") in bench.fields["set"].options
    assert clinic.alert_preset() == clinic.alert_presets()["ours"]


def test_what_was_typed_of_one_set_is_there_again_after_a_look_at_another(bench):
    type_in(bench, "silence: number 1", "5")
    type_in(bench, "set", "graded")
    assert bench.fields["other"].value == "graded"
    assert bench.preset == presets()["graded"]
    type_in(bench, "set", "cautious")
    assert bench.fields["silence: number 1"].value == "5"
    assert bench.about.value.endswith("Changed here, not saved yet.")
    type_in(bench, "silence: number 1", "7")
    assert bench.preset == presets()["cautious"]


def test_a_save_whose_answer_was_lost_is_one_entry_and_a_second_act_another(bench, clinic, monkeypatch):
    real, lost = clinic.save_alert_rules, []

    def lose(*given, **more):
        real(*given, **more)
        if not lost:
            lost.append("once")
            raise StoreError("The answer was lost.")

    monkeypatch.setattr(clinic, "save_alert_rules", lose)
    fill(bench, by="A. Therapist", name="ours")
    bench.save.click()
    assert "The answer was lost." in bench.status.value
    bench.save.click()
    assert len(clinic._entries("alert_rules")) == 1
    bench.save.click()
    assert "The one before stays in the history." in bench.status.value
    assert len(clinic._entries("alert_rules")) == 2


def test_where_the_sets_cannot_be_read_it_is_told_and_nothing_is_offered(clinic, monkeypatch):
    def refuse():
        raise StoreError("The store cannot be read: locked.")

    monkeypatch.setattr(clinic, "alert_presets", refuse)
    bench = AlertWorkbench(clinic)
    assert "cannot be read: locked" in bench.status.value
    assert bench.test.disabled


def test_text_of_a_set_never_becomes_markup(bench, clinic):
    name = "<img src=x onerror=alert(1)>"
    type_in(bench, "silence: says", name)
    fill(bench, by="A. Therapist", name=name)
    bench.save.click()
    bench.test.click()
    assert "<img src=x" not in bench.tried.figures.value + bench.tried.weeks.value + bench.status.value
    assert "&lt;img src=x" in bench.tried.figures.value


def test_the_workbench_shows_itself_by_a_text_that_never_changes(bench):
    found = bench._repr_mimebundle_()
    assert found["text/plain"] == "AlertWorkbench: run this cell to choose and try alert rules"
    assert "application/vnd.jupyter.widget-view+json" in found
