"""Real people's records go all the way: import, store, a patient's page, the caseload. They are read and never kept."""

import csv
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from screenings import clear_screening

from toolkit.forms.reviewer import CaseloadForm, PatientForm
from toolkit.logs.read import read_log
from toolkit.plan.regimen import Prescription, Regimen
from toolkit.settings import sample_profile_path
from toolkit.store import Store

LOGS = Path(__file__).parents[3] / "shared" / "data" / "logs"
absent = pytest.mark.skipif(not LOGS.is_dir(), reason="the folder of published logs is not here")
pytestmark = [pytest.mark.shared, absent]
PARTS = ["year", "month", "day"]
CORE = {"exercise": "abdominal_stability"}


def third_column(path, header):
    with path.open(newline="", encoding="utf-8-sig") as file:
        return {row[3] for row in list(csv.reader(file))[header:]}


def eight_years():
    """A pain diary by region and a sport diary of one person, 2015 to 2023."""
    pain, sport = LOGS / "diary/pain_by_region.csv", LOGS / "diary/sport.csv"
    by_day = {"date": "%Y %m %d", "carry_down": PARTS}
    regions = {"skip_rows": 1, "exercises": dict.fromkeys(third_column(pain, 2), "pain"),
               "columns": {"performed_at": PARTS, "exercise": "region", "pain": "intensity"}}  # fmt: skip
    walks = {"exercises": dict.fromkeys(third_column(sport, 1), "ignore") | {"Walk": CORE},
             "columns": {"performed_at": PARTS, "exercise": "activity", "pain": "pain after"}}  # fmt: skip
    yield read_log(pain, mapping=by_day | regions, patient_id="p001")
    yield read_log(sport, mapping=by_day | walks, patient_id="p001")


def lifter():
    """Somebody who trains on Mondays, Wednesdays and Fridays."""
    path = LOGS / "strong/strong_2021_a.csv"
    names = [one.rsplit(": ", 1)[0] for one in read_log(path, patient_id="p001").questions[0].examples]
    yield read_log(path, mapping={"exercises": dict.fromkeys(names, CORE), "hold_of": "rep"}, patient_id="p001")


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """Return a function that puts imported diaries and a regimen over all their days into a store of its own."""
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    monkeypatch.setenv("BACKCARE_PROFILE", str(sample_profile_path()))
    stores = []

    def open_with(imports, **how):
        clock = {}
        store = Store(tmp_path / "own.sqlite", clock=lambda: clock["now"])
        stores.append(store)
        imported = list(imports)
        days = [one.log["performed_at"] for one in imported]
        first, last = min(day.min() for day in days).date(), max(day.max() for day in days).date()
        begin = first
        while begin <= last:
            end = min(last, begin + timedelta(days=363))
            rx = Prescription(exercise="abdominal_stability", side="none", first_day=begin, last_day=end, sets=1,
                              reps_min=1, **how)  # fmt: skip
            clock["now"] = _morning(begin)
            store.save(Regimen(regimen_id=f"r-{begin}", patient_id="p001", prescriptions=[rx], status="final",
                               written_by="Dr A", screening=clear_screening(on=begin)))  # fmt: skip
            begin = end + timedelta(days=1)
        clock["now"] = _morning(last + timedelta(days=1))
        for one in imported:
            store.add_import(one, by="A. Berg")
        return store

    yield open_with
    for store in stores:
        store.close()


def _morning(day):
    return datetime.combine(day, time(9), UTC)


def page_of(store):
    """Return the page as the therapist opens it."""
    form = PatientForm(store)
    assert form.status.value == "", form.status.value
    assert [line for _, line in CaseloadForm(store).round.lines(show="all")] == ["p001"]
    return form


def words(form):
    return [chart.value.split('alt="')[-1].split('" src')[0] for chart in form.page.charts.children]


def test_eight_years_of_pain_and_walks_are_one_page(opened):
    form = page_of(opened(eight_years(), days_per_week=4))
    calendar, adherence, _, dose, pain, ring = words(form)
    assert "2727 earlier days not shown" in calendar
    assert adherence.startswith("63 % of sessions recorded; up to 100 % if all days without an entry were kept")
    assert "Session adherence by month, months of 1 Nov 2015 to 1 Nov 2023" in adherence
    assert dose.startswith("The sessions recorded say nothing of their dose")
    assert pain.startswith("Pain from 3.7 to 2.9 (−0.8, −22 %): no important change")
    assert "given on 2908 of 2910 days" in pain
    assert ring == "No session with a time of day"
    assert "1047 of 1662.9 sessions recorded" in form.page.record.value


def test_a_lifter_of_three_days_a_week_is_one_page(opened):
    form = page_of(opened(lifter(), weekdays=("mon", "wed", "fri")))
    _, adherence, lanes, _, pain, ring = words(form)
    assert adherence.startswith("70 % of sessions recorded")
    assert "108 sessions due" in adherence and "1 x 1, mon wed fri" in lanes
    assert pain == "No pain recorded"
    assert ring.startswith("First session about 18:28, regular (R 0.91")
    assert "76 of 108 sessions recorded (70 %; up to 100 %" in form.page.record.value
