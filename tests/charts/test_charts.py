"""Charts are tested by the data on their artists: what is drawn is what the tables say."""

import io
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from caseloads import daily, days_text
from drawn import texts
from matplotlib import rcParams
from matplotlib.collections import QuadMesh
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.text import Text

from toolkit.charts.calendar import plot_calendar
from toolkit.charts.pain import plot_pain
from toolkit.charts.style import use_notebook_style
from toolkit.charts.week import plot_week
from toolkit.charts.weekly import plot_weekly_adherence
from toolkit.look import look
from toolkit.measures.adherence import adherence
from toolkit.measures.attribution import attribute
from toolkit.measures.cells import cell_table
from toolkit.measures.pain import pain_by_day
from toolkit.rules import Rules
from toolkit.samples import sample_clinic
from toolkit.schema import STATES

FIRST = date(2026, 3, 2)


@pytest.fixture(scope="module")
def patient():
    """The tables of a patient with two revisions and a pause."""
    clinic = sample_clinic(patients=1)
    rules = Rules(as_of=clinic.as_of)
    cells = cell_table(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)
    rows = attribute(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)
    return cells, rows, clinic.prescriptions, clinic.pauses


def week_of(text):
    cells = cell_table(
        daily(FIRST, len(text)), days_text(FIRST, text), Rules(as_of=FIRST + timedelta(days=len(text) - 1))
    )
    return adherence(cells, by=["week"]), cells


def svg(ax):
    out = io.BytesIO()
    ax.figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def test_the_calendar_is_one_mesh_of_the_states_of_the_cells(patient):
    cells = patient[0]
    ax = plot_calendar(cells)
    (mesh,) = [one for one in ax.collections if isinstance(one, QuadMesh)]
    drawn = np.asarray(mesh.get_array())
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names[:2] == ["Hamstring stretch, left", "Hamstring stretch, right"]
    assert names[-1] == "Abdominal stability exercise"
    first = cells[(cells["exercise"] == "hamstring_stretch") & (cells["side"] == "left")]
    assert [STATES[int(code)] for code in drawn[0]] == first["state"].tolist()
    assert len(ax.collections) <= 1 + 2 * len(STATES), "a collection a state, not a patch a day"


def test_every_state_that_occurs_is_named_in_words_beside_its_mark(patient):
    ax = plot_calendar(patient[0])
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    present = set(patient[0]["state"].astype(str)) - {"out_of_window"}
    assert set(words) == {look()["state"][name]["word"] for name in present}


def test_states_differ_by_mark_and_not_by_colour_alone():
    marks = [token["mark"] for token in look()["state"].values()]
    assert len(set(marks)) == len(marks) == len(STATES)


def test_the_calendar_counts_its_days_in_the_title():
    """Six scheduled days: four done, one logged as not done, one without an entry."""
    assert "All done on 4 of 6 scheduled days; nothing logged on 1" in texts(plot_calendar(week_of("xx0x.x")[1]))
    assert "All done on 4 of 5 scheduled days; each has an entry" in texts(plot_calendar(week_of("xx0xx")[1]))


def test_a_week_is_an_interval_from_what_is_recorded_to_what_unlogged_days_could_hide():
    weekly, _ = week_of("xx0xx.x")
    ax = plot_weekly_adherence(weekly)
    (bar,) = ax.patches
    assert ax.lines[0].get_ydata().tolist() == pytest.approx([5 / 7])
    assert (bar.get_y(), bar.get_y() + bar.get_height()) == pytest.approx((5 / 7, 6 / 7))
    assert "71 % of sessions recorded; up to 86 % if all days without an entry were kept" in texts(ax)


def test_a_week_in_which_nothing_was_due_is_a_gap_and_not_a_zero():
    rules = Rules(as_of=FIRST + timedelta(days=20))
    pause = pd.DataFrame({"patient_id": ["p001"], "exercise": [None], "first_day": [FIRST + timedelta(days=7)],
                          "last_day": [FIRST + timedelta(days=13)]})  # fmt: skip
    cells = cell_table(daily(FIRST, 21), days_text(FIRST, "x" * 7), rules, pauses=pause)
    drawn = plot_weekly_adherence(adherence(cells, by=["week"])).lines[0].get_ydata()
    assert np.isnan(drawn).tolist() == [False, True, False]


def test_revisions_and_pauses_are_drawn_where_they_are_and_named(patient):
    cells, _, prescriptions, pauses = patient
    ax = plot_weekly_adherence(adherence(cells, by=["week"]), prescriptions=prescriptions, pauses=pauses)
    begins = prescriptions.loc[prescriptions["revision"] == 2, "first_day"].min()
    assert float(date2num(begins)) in [line.get_xdata()[0] for line in ax.lines]
    assert {"revision 2", "paused"} <= set(texts(ax))


def test_a_target_is_drawn_only_where_the_clinic_chose_one():
    weekly, _ = week_of("xxxxxxx")
    assert not [text for text in texts(plot_weekly_adherence(weekly)) if "target" in text]
    assert "target 80 %" in texts(plot_weekly_adherence(weekly, target=0.8))


def test_pain_is_drawn_on_the_days_it_was_given_and_a_gap_stays_a_gap():
    pain = pd.DataFrame({"day": pd.to_datetime(["2026-03-02", "2026-03-03", "2026-03-06"]), "pain": [4.0, 3.0, 5.0]})
    drawn = plot_pain(pain).lines[0].get_ydata()
    assert drawn.tolist() == pytest.approx([4, 3, np.nan, np.nan, 5], nan_ok=True)


def test_pain_is_on_its_whole_scale():
    pain = pd.DataFrame({"day": pd.to_datetime(["2026-03-02"]), "pain": [4.0]})
    low, high = plot_pain(pain).get_ylim()
    assert low <= 0 and high >= 10


def test_a_prescribed_week_names_days_only_where_they_are_named():
    grid = pd.DataFrame({"sessions_per_day": [2.0, 1.0], "days_per_week": [np.nan, 5.0], "mon": [2.0, np.nan],
                         **{day: [np.nan, np.nan] for day in ("tue", "wed", "thu", "fri", "sat", "sun")}},
                        index=["Hamstring stretch, each leg", "Psoas stretch, left leg"])  # fmt: skip
    found = texts(plot_week(grid))
    assert "2 x" in found
    assert "any 5 of 7 days, 1 x" in found


EMPTY = {
    "calendar": (plot_calendar, lambda cells, weekly, pain: cells, "No prescription"),
    "weeks": (plot_weekly_adherence, lambda cells, weekly, pain: weekly, "Nothing was due"),
    "pain": (plot_pain, lambda cells, weekly, pain: pain, "No pain recorded"),
}


@pytest.mark.parametrize(("plot", "choose", "words"), EMPTY.values(), ids=EMPTY.keys())
def test_without_data_a_chart_says_so(patient, plot, choose, words):
    cells, rows, *_ = patient
    nothing = choose(cells.head(0), adherence(cells.head(0), by=["week"]), pain_by_day(rows.head(0)))
    assert words in " ".join(texts(plot(nothing)))


CHARTS = {
    "calendar": lambda p, ax: plot_calendar(p[0], prescriptions=p[2], ax=ax),
    "weeks": lambda p, ax: plot_weekly_adherence(
        adherence(p[0], by=["week"]), prescriptions=p[2], pauses=p[3], target=0.8, ax=ax
    ),
    "pain": lambda p, ax: plot_pain(pain_by_day(p[1]), prescriptions=p[2], pauses=p[3], ax=ax),
}


@pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS.keys())
def test_a_chart_draws_on_the_axes_it_was_given_and_returns_them(patient, draw):
    ax = Figure().subplots()
    assert draw(patient, ax) is ax


@pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS.keys())
def test_no_text_is_smaller_than_nine_points(patient, draw):
    ax = draw(patient, None)
    assert min(text.get_fontsize() for text in ax.figure.findobj(Text) if text.get_text()) >= 9


@pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS.keys())
def test_the_same_data_gives_the_same_bytes(patient, draw):
    assert svg(draw(patient, None)) == svg(draw(patient, None))


def test_another_day_gives_other_bytes():
    assert svg(plot_weekly_adherence(week_of("xx0xx.x")[0])) != svg(plot_weekly_adherence(week_of("xx0xx0x")[0]))


def test_a_dollar_in_a_word_is_no_mathematics():
    grid = pd.DataFrame({"sessions_per_day": [1.0], "days_per_week": [5.0]}, index=["$5 or $10 $\\frac$"])
    grid[["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = np.nan
    assert b"$5 or $10" in svg(plot_week(grid))


def test_the_notebook_style_can_be_asked_for_again_and_again():
    use_notebook_style()
    use_notebook_style()
    assert rcParams["svg.hashsalt"] == "backcare"
