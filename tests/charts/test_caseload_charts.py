"""The pictures of a caseload are tested by what lies on their artists."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from caseloads import daily, days_text
from drawn import faults, texts
from matplotlib.collections import LineCollection, QuadMesh

from toolkit.charts.base import words_of
from toolkit.charts.caseload import caseload_panels, plot_coverage, plot_distribution, plot_persistence
from toolkit.charts.heat import LAST_DAYS, plot_heat_map
from toolkit.look import look
from toolkit.measures.adherence import adherence
from toolkit.measures.cells import cell_table
from toolkit.measures.patient_days import patient_days
from toolkit.measures.persistence import persistence
from toolkit.measures.survival import persistence_curve
from toolkit.rules import Rules
from toolkit.samples import sample_clinic
from toolkit.schema import PAUSES, STATES
from toolkit.tables import make

FIRST = date(2026, 3, 2)


@pytest.fixture(scope="module")
def cells():
    clinic = sample_clinic()
    return cell_table(clinic.prescriptions, clinic.log, Rules(as_of=clinic.as_of), pauses=clinic.pauses)


def state_of(cells):
    """The slow way: one patient, one day, by the words of the docstring."""
    due = cells[cells["expected"] > 0]
    states = set(cells["state"])
    if "pending" in states:
        return "pending"
    if len(due):
        if (due["state"] == "full").all():
            return "full"
        if (due["performed"] > 0).any():
            return "partial"
        return "known_zero" if due["observed"].any() else "unlogged"
    return next((state for state in ("paused", "not_scheduled") if state in states), "out_of_window")


def test_a_patients_day_has_the_state_that_the_slow_way_finds(cells):
    found = patient_days(cells).set_index(["patient_id", "day"])["state"]
    slow = {key: state_of(part) for key, part in cells.groupby(["patient_id", "day"], observed=True)}
    assert len(found) == len(slow) and {*found} >= {"full", "partial", "known_zero", "unlogged", "paused", "pending"}
    assert {key: state for key, state in found.items() if slow[key] != state} == {}


@pytest.mark.parametrize(("text", "state"), [("x", "full"), ("0", "known_zero"), (".", "unlogged")])
def test_a_day_without_an_entry_is_not_a_day_without_a_session(text, state):
    table = patient_days(cell_table(daily(FIRST, 1), days_text(FIRST, text), Rules(as_of=FIRST)))
    assert table["state"].tolist() == [state]


def test_the_heat_map_is_one_mesh_in_calling_order(cells):
    order = sorted(cells["patient_id"].unique(), reverse=True)
    ax = plot_heat_map(cells, order)
    (mesh,) = [one for one in ax.collections if isinstance(one, QuadMesh)]
    drawn = np.asarray(mesh.get_array())
    assert drawn.shape == (24, min(LAST_DAYS, drawn.shape[1]))
    assert [label.get_text() for label in ax.get_yticklabels()] == order
    table = patient_days(cells)
    first = table[table["patient_id"] == order[0]].set_index("day")["state"]
    days = pd.date_range(end=pd.Timestamp("2026-03-31"), periods=drawn.shape[1])
    assert [STATES[int(code)] for code in drawn[0]] == first.reindex(days).fillna("out_of_window").tolist()


def test_of_many_patients_only_as_many_are_named_as_can_be_read():
    clinic = sample_clinic(patients=120, weeks=2)
    many = cell_table(clinic.prescriptions, clinic.log, Rules(as_of=clinic.as_of), pauses=clinic.pauses)
    ax = plot_heat_map(many, sorted(many["patient_id"].unique()))
    assert len(ax.get_yticklabels()) == 40
    assert any("one name in 3" in text for text in texts(ax))


def test_what_a_fill_alone_could_leave_in_doubt_has_a_stroke_as_long_as_there_is_room(cells):
    ax = plot_heat_map(cells, sorted(cells["patient_id"].unique()))
    states = np.asarray(next(one for one in ax.collections if isinstance(one, QuadMesh)).get_array())
    strokes = {one.get_label(): len(one.get_segments()) for one in ax.collections if isinstance(one, LineCollection)}
    assert strokes == {name: int((states == STATES.index(name)).sum()) for name in ("unlogged", "known_zero", "paused")}
    assert min(strokes.values()) > 0


def test_states_of_the_heat_map_have_fills_that_differ():
    fills = look()["mesh"]
    assert set(fills) == set(STATES)
    assert len({fills[name] for name in STATES if name not in ("pending", "out_of_window")}) == 6


def test_the_distribution_has_an_interval_a_patient_the_least_first(cells):
    table = adherence(cells, by=["patient_id"])
    ax = plot_distribution(table)
    (lines,) = [one for one in ax.collections if isinstance(one, LineCollection)]
    low = [segment[0][1] for segment in lines.get_segments()]
    high = [segment[1][1] for segment in lines.get_segments()]
    assert low == sorted(table["session_adherence"])
    assert sorted(high) == sorted(table["session_adherence_high"])
    assert f"Half of 24 patients recorded {100 * table['session_adherence'].median():.0f} %" in words_of(ax)


def test_a_patient_with_nothing_due_is_counted_and_not_drawn():
    pause = make(PAUSES, [{"patient_id": "p002", "exercise": None, "first_day": FIRST, "last_day": FIRST,
                           "reason": "travel"}])  # fmt: skip
    both = pd.concat([daily(FIRST, 1), daily(FIRST, 1).assign(patient_id="p002", regimen_id="r2")])
    table = adherence(cell_table(both, days_text(FIRST, "x"), Rules(as_of=FIRST), pauses=pause), by=["patient_id"])
    assert any("1 more with nothing due" in text for text in texts(plot_distribution(table)))
    assert "The one diary is complete enough" in texts(plot_coverage(table))


def test_the_persistence_curve_stands_with_its_band_and_the_patients_followed(cells):
    curve = persistence_curve(persistence(cells, by=["patient_id"]))
    ax = plot_persistence(curve)
    (line,) = ax.lines
    assert line.get_ydata().tolist() == pytest.approx(curve["survival"].tolist())
    assert f"{int(curve['at_risk'].iloc[0])}" in texts(ax) and "Followed" in texts(ax)
    assert any("2 never started" in text for text in texts(ax))


def test_a_share_is_named_only_where_enough_patients_are_followed():
    clinic = sample_clinic(patients=4)
    few = cell_table(clinic.prescriptions, clinic.log, Rules(as_of=clinic.as_of), pauses=clinic.pauses)
    ax = plot_persistence(persistence_curve(persistence(few, by=["patient_id"])))
    assert "Not enough data: 4 patients followed, 5 are needed to name a share" in texts(ax)


def test_nobody_started_is_no_curve():
    table = persistence(cell_table(daily(FIRST, 3), days_text(FIRST, "..."), Rules(as_of=FIRST + timedelta(days=2))),
                        by=["patient_id"])  # fmt: skip
    assert "Nobody has started yet, so there is no curve" in texts(plot_persistence(persistence_curve(table)))


def test_coverage_counts_every_patient_once(cells):
    table = adherence(cells, by=["patient_id"])
    ax = plot_coverage(table)
    assert sum(bar.get_height() for bar in ax.patches) == 24
    thin = int((table["coverage"] < 0.5).sum())
    assert f"{thin} of 24 diaries are too thin to judge" in texts(ax)


def test_a_caseload_without_patients_says_so_in_every_picture(cells):
    panels = caseload_panels(cells.head(0), [])
    assert [one.name for one in panels] == ["days", "adherence", "persistence", "coverage"]
    assert [one.words for one in panels] == [
        "No patient has a prescribed day.", "Nothing was due of any patient.",
        "Nobody has started yet, so there is no curve.", "Nothing was due of any patient.",
    ]  # fmt: skip


def test_each_picture_states_its_finding_its_number_and_that_it_is_self_reported(cells):
    for one in caseload_panels(cells, sorted(cells["patient_id"].unique())):
        assert ("self-reported" in one.words and "24" in one.words) or "22 patients who started" in one.words
        assert "Last day counted 31 March 2026" in one.svg
        assert one.svg.startswith("<?xml") and "nan" not in one.words


@pytest.mark.parametrize("patients", [1, 24, 130])
def test_no_words_of_a_picture_are_cut_or_cover_others(patients):
    clinic = sample_clinic(patients=patients, weeks=6)
    many = cell_table(clinic.prescriptions, clinic.log, Rules(as_of=clinic.as_of), pauses=clinic.pauses)
    table = adherence(many, by=["patient_id"])
    drawn = (
        plot_heat_map(many, list(table.index)), plot_distribution(table), plot_coverage(table),
        plot_persistence(persistence_curve(persistence(many, by=["patient_id"]))),
    )  # fmt: skip
    for ax in drawn:
        assert faults(ax) == ([], []), words_of(ax)


def test_a_caseload_that_begins_tomorrow_has_no_days_to_draw():
    cells = cell_table(daily(FIRST, 9), days_text(FIRST, "."), Rules(as_of=FIRST - timedelta(days=1)))
    assert words_of(plot_heat_map(cells, ["p001"])) == "No prescribed day has come yet."
    assert not caseload_panels(cells, ["p001"])[0].drawn


@pytest.mark.parametrize("tenths", range(11))
def test_coverage_on_the_edge_of_a_tenth_belongs_to_the_tenth_it_begins(tenths):
    table = adherence(cell_table(daily(FIRST, 10), days_text(FIRST, "x" * tenths), Rules(as_of=FIRST + timedelta(9))),
                      by=["patient_id"])  # fmt: skip
    heights = [bar.get_height() for bar in plot_coverage(table).patches]
    assert heights.index(1) == min(tenths, 9)


def test_a_day_logged_among_hundreds_is_not_rounded_to_none():
    cells = cell_table(daily(FIRST, 300), days_text(FIRST, "x" * 299 + "."), Rules(as_of=FIRST + timedelta(299)))
    said = words_of(plot_heat_map(cells, ["p001"], last_days=400))
    assert said.startswith(
        "A session on above 99 % of the patients' days with something due; nothing logged on below 1 %"
    )


@pytest.mark.parametrize(("text", "says"), [("x" * 5, "complete enough"), ("x" * 4, "too thin to judge")])
def test_a_diary_on_the_least_coverage_is_not_too_thin(text, says):
    cells = cell_table(daily(FIRST, 10), days_text(FIRST, text), Rules(as_of=FIRST + timedelta(9)))
    assert words_of(plot_coverage(adherence(cells, by=["patient_id"]))).startswith(f"The one diary is {says}")


def test_a_day_on_which_one_of_two_exercises_was_done_is_a_day_with_a_session():
    rx = pd.concat([daily(FIRST, 4), daily(FIRST, 4, exercise="exercise_c")])
    cells = cell_table(rx, days_text(FIRST, "xx00"), Rules(as_of=FIRST + timedelta(3)))
    assert words_of(plot_heat_map(cells, ["p001"])).startswith("A session on 50 % of the patients' days")


@pytest.mark.parametrize(("days", "named"), [(20, 20), (40, 28), (57, 56)])
def test_the_share_still_exercising_is_named_at_the_last_whole_block_of_28_days(days, named):
    """Six patients who keep at it and one who stopped after two days; the first block may be cut short."""
    who = [f"p{place}" for place in range(7)]
    rx = pd.concat([daily(FIRST, 90, patient_id=one) for one in who])
    log = pd.concat([days_text(FIRST, "xx" if one == "p6" else "x" * days).assign(patient_id=one) for one in who])
    cells = cell_table(rx, log.reset_index(drop=True), Rules(as_of=FIRST + timedelta(days - 1)))
    said = words_of(plot_persistence(persistence_curve(persistence(cells, by=["patient_id"]))))
    assert said.startswith(f"86 % of those who started still exercised after {named} active days")
