"""The six charts of a patient's page: what lies on their artists, and what they say to those who do not see them."""

from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
import pytest
from caseloads import daily, days_text
from drawn import faults, texts
from matplotlib.dates import date2num

from toolkit.charts.base import WIDTH_IN, on_paper, words_of
from toolkit.charts.calendar import plot_calendar
from toolkit.charts.lanes import FLOOR, WORDS, plot_lanes
from toolkit.charts.pain import plot_pain
from toolkit.charts.patient import patient_drawings, patient_panels
from toolkit.charts.ring import plot_ring
from toolkit.charts.weekly import plot_dose, plot_weekly_adherence
from toolkit.measures.adherence import adherence
from toolkit.measures.attribution import attribute
from toolkit.measures.cells import cell_table
from toolkit.measures.pain import pain_by_day, pain_change
from toolkit.measures.review import patient_review
from toolkit.measures.trend import rolling_by_day
from toolkit.rules import Rules
from toolkit.samples import KINDS, sample_clinic
from toolkit.schema import LOG, PAUSES, PRESCRIPTIONS
from toolkit.tables import make

FIRST = date(2026, 3, 2)


def cells_of(text, **more):
    return cell_table(daily(FIRST, len(text), **more), days_text(FIRST, text),
                      Rules(as_of=FIRST + timedelta(days=len(text) - 1)))  # fmt: skip


@pytest.fixture(scope="module")
def clinic():
    return sample_clinic()


def page_of(clinic, kind):
    patient = next(who for who, one in clinic.kinds.items() if one == kind)
    return patient_review(patient, clinic.prescriptions, clinic.log, Rules(as_of=clinic.as_of), pauses=clinic.pauses)


def test_a_lane_holds_the_share_of_fourteen_days_between_its_floor_and_its_words(clinic):
    page = page_of(clinic, "one_sided")
    ax = plot_lanes(page.cells, page.prescriptions, pauses=page.pauses)
    shares = rolling_by_day(page.cells, ["exercise", "side"])
    names = [label.get_text() for label in ax.get_yticklabels()]
    right = names.index("Psoas stretch, right")
    found = shares[(shares["exercise"] == "psoas_stretch") & (shares["side"] == "right")].set_index("day")["share"]
    drawn = (right + FLOOR - ax.lines[right].get_ydata()) / (FLOOR - WORDS)
    assert drawn.tolist() == pytest.approx(found.asfreq("D").tolist(), nan_ok=True)


def test_a_lane_names_the_dose_of_each_revision_in_its_block(clinic):
    page = page_of(clinic, "revised")
    found = texts(plot_lanes(page.cells, page.prescriptions, pauses=page.pauses))
    assert "1 x 2 x 30 s, mon wed fri" in found and "1 x 3 x 30 s, daily" in found


def test_the_lane_least_done_is_named_in_the_title(clinic):
    """The right side of a one-sided patient, not one of many left ones."""
    title = words_of(plot_lanes(page_of(clinic, "one_sided").cells, page_of(clinic, "one_sided").prescriptions))
    assert title.startswith("Least done: ") and ", right, " in title.split(";")[0]


def test_dose_beyond_the_most_prescribed_stands_apart_and_lifts_no_bar():
    """Twice the sessions on Monday, none on Tuesday: the dose of the week is a half, and one session beyond."""
    log = pd.concat([days_text(FIRST, "x."), days_text(FIRST, "x.", prefix="f")], ignore_index=True)
    log.loc[1, "performed_at"] += pd.Timedelta(hours=8)
    cells = cell_table(daily(FIRST, 2), log, Rules(as_of=FIRST + timedelta(days=1)))
    dose, hidden, beyond = plot_dose(adherence(cells, by=["week"])).patches
    assert (dose.get_y(), dose.get_height()) == pytest.approx((0, 0.5))
    assert (hidden.get_y(), hidden.get_height()) == pytest.approx((0.5, 0.5)), "Tuesday has no entry"
    assert (beyond.get_y(), beyond.get_height()) == pytest.approx((1, 0.5))


def test_a_dose_that_days_without_an_entry_could_hide_is_open_and_a_logged_zero_is_not():
    """Two of four days done, one logged as not done, one without an entry: between a half and three quarters."""
    cells = cell_table(daily(FIRST, 4), days_text(FIRST, "xx0."), Rules(as_of=FIRST + timedelta(days=3)))
    dose, hidden = plot_dose(adherence(cells, by=["week"])).patches
    assert (dose.get_height(), hidden.get_height()) == pytest.approx((0.5, 0.25))
    assert "no entry counts as none" in words_of(plot_dose(adherence(cells, by=["week"])))


def test_a_week_that_is_not_over_is_hollow():
    """Ten days from a Monday: the second week has four days to come."""
    ax = plot_weekly_adherence(adherence(cells_of("x" * 10), by=["week"]))
    hollow = next(line for line in ax.lines if line.get_label() == "week not over yet")
    assert len(hollow.get_xdata()) == 1 and hollow.get_xdata()[0] == ax.lines[0].get_xdata()[-1]
    full = plot_weekly_adherence(adherence(cells_of("x" * 14), by=["week"]))
    assert "week not over yet" not in [text.get_text() for text in full.get_legend().get_texts()]


def test_a_lane_is_open_above_its_line_by_what_days_without_an_entry_could_hide():
    page = patient_review("p001", daily(FIRST, 14), days_text(FIRST, "x." * 7), Rules(as_of=FIRST + timedelta(days=13)))
    line = rolling_by_day(page.cells, ["exercise", "side"]).iloc[-1]
    assert (line["share"], line["high"]) == (0.5, 1)
    ax = plot_lanes(page.cells, page.prescriptions)
    hatched = next(one for one in ax.collections if one.get_label() == "open")
    assert hatched.get_hatch() and hatched.get_paths()[0].vertices[:, 1].min() == pytest.approx(WORDS)


def test_a_week_without_a_dose_is_a_line_on_the_floor_and_a_paused_one_a_gap():
    pause = make(PAUSES, [{"patient_id": "p001", "exercise": None, "first_day": FIRST + timedelta(days=7),
                           "last_day": FIRST + timedelta(days=13), "reason": "travel"}])  # fmt: skip
    text = "." * 7 + "." * 7 + "x" * 7
    cells = cell_table(daily(FIRST, 21), days_text(FIRST, text), Rules(as_of=FIRST + timedelta(days=20)), pauses=pause)
    bars = plot_dose(adherence(cells, by=["week"])).patches
    assert [bar.get_height() for bar in bars] == [0, 1, 1, 0], "recorded; and hidden behind days without an entry"


def pain_rows(values):
    log = make(LOG, [
        {"entry_id": f"p{place}", "patient_id": "p001", "exercise": None, "side": None, "status": None, "pain": value,
         "performed_at": datetime.combine(FIRST + timedelta(days=place), time(20))}
        for place, value in enumerate(values)
    ])  # fmt: skip
    return attribute(daily(FIRST, 60), log, Rules(as_of=FIRST + timedelta(days=len(values) - 1)))


def test_the_band_holds_what_neither_criterion_calls_important():
    """Baseline 8: 30 % are 2.4 points, so 2 points are important by one criterion; nothing is between 6 and 10."""
    rows = pain_rows([8] * 7 + [7] * 14)
    ax = plot_pain(pain_by_day(rows), change=pain_change(rows).iloc[0])
    band = next(patch for patch in ax.patches if patch.get_label() == "no important change")
    low = band.get_y()
    assert low == pytest.approx(6) and low + band.get_height() == pytest.approx(10)
    assert "Pain from 8.0 to 7.0 (−1.0, −12 %): no important change" in texts(ax)


def test_flares_are_marked_on_the_days_that_the_measure_counts():
    rows = pain_rows([3] * 14 + [6, 3, 5])
    change = pain_change(rows).iloc[0]
    ax = plot_pain(pain_by_day(rows), change=change)
    flares = next(line for line in ax.lines if line.get_label() == "flare")
    assert flares.get_xdata().tolist() == [float(date2num(FIRST + timedelta(days=day))) + 0.5 for day in (14, 16)]
    assert change["flare_days"] == 2 and "2 flare days" in words_of(ax)


def test_without_a_baseline_no_band_is_drawn_and_the_title_says_why():
    rows = pain_rows([5, 5])
    ax = plot_pain(pain_by_day(rows), change=pain_change(rows).iloc[0])
    assert not ax.patches
    assert "Pain: not enough data to judge a change" in texts(ax)


def timed(hours):
    log = days_text(FIRST, "x" * len(hours))
    log["performed_at"] = [pd.Timestamp(FIRST) + pd.Timedelta(days=day, hours=hour) for day, hour in enumerate(hours)]
    rules = Rules(as_of=FIRST + timedelta(days=len(hours)))
    return attribute(daily(FIRST, 90), log.assign(time_known=True), rules)


def test_the_ring_has_a_wedge_an_hour_and_counts_each_day_once():
    ax = plot_ring(timed([7.5] * 6 + [19.25] * 3))
    heights = [bar.get_height() for bar in ax.patches]
    assert len(heights) == 24 and (heights[7], heights[19], sum(heights)) == (6, 3, 9)


def test_the_usual_time_goes_round_the_clock_over_midnight():
    """23:30 and 00:30 in turn have midnight between them, not noon."""
    ax = plot_ring(timed([23.5, 24.5 - 24 + 24] * 4))
    assert words_of(ax).startswith("First session about 00:00, regular")


def test_with_fewer_than_seven_timed_days_no_usual_time_is_named():
    assert words_of(plot_ring(timed([8] * 6))).startswith("Not enough data: a time is known on 6 days, 7 are needed")


def test_a_record_of_a_year_shows_the_last_half_and_says_so():
    ax = plot_calendar(cells_of("x" * 365))
    assert any("182 earlier days not shown" in text for text in texts(ax))
    low, high = ax.get_xlim()
    assert high - low == 183


def test_years_of_weeks_are_told_in_months_with_their_year():
    weekly = adherence(cells_of("x" * 800), by=["month"])
    ax = plot_weekly_adherence(weekly)
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert len(labels) <= 14 and all(label.split("\n")[1] in ("2026", "2027", "2028") for label in labels)
    assert ax.get_xlabel() == "Month (ticks on the first of a month)"


@pytest.mark.parametrize("kind", KINDS)
def test_no_words_of_a_chart_are_cut_or_cover_others(clinic, kind):
    for ax in [draw() for draw in patient_drawings(page_of(clinic, kind)).values()]:
        assert faults(ax) == ([], []), words_of(ax)


def test_words_that_are_cut_or_covered_are_found():
    ax = plot_weekly_adherence(adherence(cells_of("xx0"), by=["week"]))
    ax.text(0.5, 1.0, "half out", transform=ax.figure.transFigure)
    ax.set_title("over the words of the chart", loc="left", y=1.13)
    cut, pairs = faults(ax)
    assert cut == ["half out"] and pairs


@pytest.mark.parametrize("kind", KINDS)
def test_every_panel_says_in_words_what_it_shows(clinic, kind):
    panels = list(patient_panels(page_of(clinic, kind)))
    assert [one.name for one in panels] == ["calendar", "adherence", "lanes", "dose", "pain", "time of day"]
    for one in panels:
        assert one.words.endswith(".") and "nan" not in one.words.lower()
        assert "self-reported" in one.words or one.words.startswith(("No ", "Nothing "))


def test_a_page_without_a_prescription_or_a_log_says_so_everywhere():
    page = patient_review("p001", make(PRESCRIPTIONS), make(LOG), Rules(as_of=FIRST))
    assert [one.words for one in patient_panels(page)] == [
        "No prescription, so no day to show.", "Nothing was due, so there is no adherence to show.",
        "Nothing was due, so no lane is drawn.", "No dose is known, so none is shown.", "No pain recorded.",
        "No session with a time of day.",
    ]  # fmt: skip


def test_a_page_of_one_day_is_drawn():
    page = patient_review("p001", daily(FIRST, 1), days_text(FIRST, "x"), Rules(as_of=FIRST))
    words = [one.words for one in patient_panels(page)]
    assert words[0].startswith("All done on 1 of 1 scheduled day; each has an entry")
    assert words[1].startswith("100 % of sessions recorded")


def test_drawing_a_page_leaves_no_figure_for_the_notebook_to_show(clinic):
    from matplotlib import pyplot as plt

    list(patient_panels(page_of(clinic, "steady")))
    assert plt.get_fignums() == []


def test_titles_begin_at_the_left_edge_of_a_chart_with_long_names(clinic):
    page = page_of(clinic, "steady")
    ax = plot_lanes(page.cells, page.prescriptions)
    title = next(text for text in ax.texts if text.get_text().startswith(("All alike", "Least")))
    ax.figure.canvas.draw()
    assert title.get_window_extent().x0 / ax.figure.dpi == pytest.approx(0.1, abs=0.03)
    assert ax.figure.get_figwidth() == WIDTH_IN and np.isfinite(title.get_window_extent().x1)


@pytest.mark.parametrize("days", [1, 9, 30, 100, 250, 365, 372, 800, 2900])
def test_ticks_can_be_read_whatever_the_length_of_a_record(days):
    page = patient_review("p001", daily(FIRST, days), days_text(FIRST, "xx0x.x" * (days // 6) + "x" * (days % 6)),
                          Rules(as_of=FIRST + timedelta(days=days - 1)))  # fmt: skip
    for ax in [draw() for draw in patient_drawings(page).values()]:
        assert faults(ax) == ([], []), words_of(ax)
        assert len(ax.get_xticklabels()) >= 1


def test_sessions_without_a_dose_are_not_called_no_dose():
    log = days_text(FIRST, "xxxx").assign(reps=None)
    cells = cell_table(daily(FIRST, 5), log, Rules(as_of=FIRST + timedelta(days=4)))
    assert words_of(plot_dose(adherence(cells, by=["week"]))).startswith("The sessions recorded say nothing of their")


def test_a_record_of_years_names_the_year_of_each_month():
    weekly = adherence(cells_of("x" * 800), by=["month"])
    words = words_of(plot_weekly_adherence(weekly))
    assert "Mar 2026 100 %" in words and "Mar 2027 100 %" in words


def test_a_week_of_the_next_year_is_told_with_its_year():
    words = words_of(plot_weekly_adherence(adherence(cells_of("x" * 371), by=["week"])))
    assert "By week: 2 Mar 100 %" in words and "1 Mar 2027 100 %" in words


def test_a_week_whose_dose_is_not_known_is_not_said_to_have_had_nothing_due():
    log = days_text(FIRST, "x" * 14)
    log.loc[:6, "reps"] = None
    cells = cell_table(daily(FIRST, 14), log, Rules(as_of=FIRST + timedelta(days=13)))
    assert words_of(plot_dose(adherence(cells, by=["week"]))).endswith("By week: 2 Mar not known, 9 Mar 100 %.")


def test_weeks_with_nothing_due_do_not_dilute_those_beyond_the_most():
    pause = make(PAUSES, [{"patient_id": "p001", "exercise": None, "first_day": FIRST + timedelta(days=7),
                           "last_day": FIRST + timedelta(days=13), "reason": "travel"}])  # fmt: skip
    log = days_text(FIRST, "x" * 7, reps=20)
    cells = cell_table(daily(FIRST, 14), log, Rules(as_of=FIRST + timedelta(days=13)), pauses=pause)
    assert "; beyond the most prescribed in 1 of 1 week. " in words_of(plot_dose(adherence(cells, by=["week"])))


def test_a_dose_on_its_upper_end_is_not_beyond_it_by_the_last_digit():
    """0.1 s held three times a day is 0.30000000000000004 s to a computer."""
    weekly = adherence(cells_of("x" * 7), by=["week"]).assign(over_dose=4e-16)
    ax = plot_dose(weekly)
    assert "; none beyond the most. " in words_of(ax) and len(ax.patches) == 2


def test_one_session_short_of_all_does_not_read_all_on_a_chart():
    ax = plot_weekly_adherence(adherence(cells_of("0" + "x" * 279), by=["week"]))
    assert words_of(ax).startswith("Above 99 % of sessions recorded")


def test_lanes_that_share_their_place_are_counted_and_none_is_singled_out():
    names = ["exercise_b", "exercise_c", "exercise_d"]
    rx = pd.concat([daily(FIRST, 10, exercise=name) for name in names])
    log = pd.concat([days_text(FIRST, "x" * 10), days_text(FIRST, "0" * 10, prefix="c").assign(exercise=names[1])])
    cells = cell_table(rx, log.reset_index(drop=True), Rules(as_of=FIRST + timedelta(days=9)))
    assert words_of(plot_lanes(cells, rx)).startswith("Least done: 2 lanes, 0 %; most: exercise b, 100 %.")


def test_a_lane_without_sides_holds_only_what_was_prescribed_without_sides():
    """Prescribed without sides for a week, then for the left: two lanes, one block each."""
    rx = pd.concat([daily(FIRST, 7), daily(FIRST + timedelta(days=7), 7, revision=2, side="left", reps_min=9)])
    cells = cell_table(rx, days_text(FIRST, "x" * 14), Rules(as_of=FIRST + timedelta(days=13)))
    found = texts(plot_lanes(cells, rx))
    assert (found.count("1 x 5, daily"), found.count("1 x 9, daily")) == (1, 1)


def test_pain_that_got_worse_from_none_is_not_said_to_be_worse_by_both_criteria():
    """From 0 there is no per cent: points alone decide."""
    rows = pain_rows([0] * 7 + [3] * 14)
    assert words_of(plot_pain(pain_by_day(rows), change=pain_change(rows).iloc[0])).startswith(
        "Pain from 0.0 to 3.0 (+3.0): worse by every criterion"
    )


def test_days_without_pain_after_the_last_value_are_missing_as_well():
    rows = pain_rows([5, 5, 5] + [None] * 27)
    ax = plot_pain(pain_by_day(rows))
    assert words_of(ax).startswith("Pain given on 3 of 30 days: ")
    assert ax.get_xlim()[1] > date2num(FIRST + timedelta(days=29))


def test_a_change_outside_the_band_is_never_called_unimportant():
    """Baseline 4: 1.5 points less are 38 %, one criterion of two; the band ends at 1.2 points."""
    rows = pain_rows([4] * 7 + [2.5] * 14)
    ax = plot_pain(pain_by_day(rows), change=pain_change(rows).iloc[0])
    band = next(patch for patch in ax.patches if patch.get_label() == "no important change")
    assert band.get_y() == pytest.approx(2.8) and "one criterion of two" in words_of(ax)


def test_one_day_without_a_time_is_told_in_the_singular():
    log = days_text(FIRST, "xx").assign(time_known=[True, False])
    rows = attribute(daily(FIRST, 9), log, Rules(as_of=FIRST + timedelta(days=1)))
    assert "; 1 more day without a time; " in words_of(plot_ring(rows))


def test_a_pause_of_one_exercise_is_marked_as_a_part_and_a_second_regimen_as_new():
    rx = pd.concat([daily(FIRST, 14), daily(FIRST + timedelta(days=21), 40, regimen_id="r2")])
    pauses = make(PAUSES, [{"patient_id": "p001", "exercise": "exercise_b", "first_day": FIRST + timedelta(days=3),
                            "last_day": FIRST + timedelta(days=6), "reason": None}])  # fmt: skip
    cells = cell_table(rx, days_text(FIRST, "x" * 42), Rules(as_of=FIRST + timedelta(days=41)), pauses=pauses)
    found = texts(plot_weekly_adherence(adherence(cells, by=["week"]), prescriptions=rx, pauses=pauses))
    assert "partly paused" in found and "paused" not in found and "new regimen" in found


def test_a_calendar_on_which_nothing_is_due_yet_says_so():
    cells = cell_table(daily(FIRST, 9), days_text(FIRST, "."), Rules(as_of=FIRST - timedelta(days=1)))
    assert words_of(plot_calendar(cells)).startswith("Nothing was due so far. ")


@pytest.mark.parametrize("days", [15, 17, 19, 21, 23])
def test_the_words_of_a_partial_pause_and_of_a_revision_beside_it_do_not_touch(days):
    rx = pd.concat([daily(FIRST, 14), daily(FIRST + timedelta(days=14), 90, revision=2)])
    pauses = make(PAUSES, [{"patient_id": "p001", "exercise": "exercise_b", "first_day": FIRST + timedelta(days=days),
                            "last_day": FIRST + timedelta(days=days), "reason": None}])  # fmt: skip
    cells = cell_table(rx, days_text(FIRST, "x" * 84), Rules(as_of=FIRST + timedelta(days=83)), pauses=pauses)
    with on_paper():
        ax = plot_weekly_adherence(adherence(cells, by=["week"]), prescriptions=rx, pauses=pauses)
    assert faults(ax)[1] == []


def test_the_title_of_the_weeks_holds_both_bounds_and_the_share_of_days_with_an_entry():
    """Seven due: four done, one logged as not done, two without an entry."""
    words = words_of(plot_weekly_adherence(adherence(cells_of("xxxx0.."), by=["week"])))
    assert words.startswith("57 % of sessions recorded; up to 86 % if all days without an entry were kept. ")
    assert "; 7 sessions due, 71 % of them on days with an entry; self-reported. By week: 2 Mar 57 to 86 %." in words


def test_a_block_of_a_lane_ends_with_its_last_day():
    rx = pd.concat([daily(FIRST, 7), daily(FIRST + timedelta(days=9), 7, revision=2)])
    cells = cell_table(rx, days_text(FIRST, "x" * 14), Rules(as_of=FIRST + timedelta(days=13)))
    blocks = [one.get_paths()[0].get_extents() for one in plot_lanes(cells, rx).collections[:2]]
    day = float(date2num(FIRST))
    assert [(block.x0 - day, block.x1 - day) for block in blocks] == [(0, 7), (9, 14)]


def test_improved_is_written_where_both_criteria_are_met():
    """Baseline 4: 1.2 points are 30 %, 2 points are both; so improved lies from 0 to 2, its word in the middle."""
    rows = pain_rows([4] * 7 + [2.5] * 14)
    ax = plot_pain(pain_by_day(rows), change=pain_change(rows).iloc[0])
    assert next(text.xy[1] for text in ax.texts if text.get_text() == "improved") == pytest.approx(1)


def test_the_wedge_of_an_hour_stands_between_it_and_the_next():
    bar = plot_ring(timed([7.5] * 7)).patches[7]
    assert (bar.get_x() + bar.get_width() / 2) * 24 / (2 * np.pi) == pytest.approx(7.5)
