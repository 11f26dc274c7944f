"""Medication availability: worked by hand, walked through day by day, and against published figures."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import RulesError, TableError
from toolkit.measures.cma import CMA_NAMES, cma, episodes, sliding_cma_7

FIRST = date(2026, 3, 2)
SHORT = {"start_after_days": 10, "follow_up_days": 60, "observation_days": 40}  # events from day 10, judged 20 to 60
ONE_OF_EACH = [(0, 10), (10, 13), (30, 5), (40, 18), (50, 10), (65, 10)]


def events_of(pairs, patient="p001"):
    """Return events from days after the first one and the days each supply lasts."""
    rows = [(patient, FIRST + timedelta(days=day), supply) for day, supply in pairs]
    return pd.DataFrame(rows, columns=["patient_id", "day", "supply_days"])


def nine(pairs, **lengths):
    return cma(events_of(pairs), **(lengths or SHORT)).loc["p001"]


def days_after(series):
    return (series - pd.Timestamp(FIRST)).dt.days.tolist()


def test_nine_definitions_give_one_patient_from_70_to_115_per_cent():
    """Without supply are the days 23 to 30 and 35 to 40; day 0 does not exist, and day 65 is known to CMA9 alone."""
    row = nine(ONE_OF_EACH)
    assert row["cma_1"] == pytest.approx((5 + 18) / 20)  # without the last event, days 30 to 50
    assert row["cma_2"] == pytest.approx((5 + 18 + 10) / 30)  # days 30 to 60
    assert (row["cma_3"], row["cma_4"]) == (1, 1)
    assert row["cma_5"] == pytest.approx((20 - 5) / 20)
    assert row["cma_6"] == pytest.approx((30 - 5) / 30)
    assert row["cma_7"] == pytest.approx((40 - 7 - 5) / 40)  # days 20 to 60
    assert row["cma_8"] == pytest.approx((37 - 7 - 5) / 37)  # the 3 days left on day 20 move the start to 23
    assert row["cma_9"] == pytest.approx((10 * 13 / 20 + 10 * 5 / 10 + 10 + 10) / 40)


def test_a_single_event_has_no_span_for_1_3_and_5():
    row = nine([(0, 10), (40, 10)])
    assert row[["cma_1", "cma_3", "cma_5"]].isna().all()
    assert row[["cma_2", "cma_6", "cma_7", "cma_8"]].tolist() == [0.5, 0.5, 0.25, 0.25]
    assert row["cma_9"] == pytest.approx(20 * 10 / 30 / 40)


def test_two_events_of_one_day_are_no_span_and_add_up():
    row = nine([(0, 10), (40, 4), (40, 6)])
    assert np.isnan(row["cma_1"])
    assert (row["cma_2"], row["cma_6"], row["cma_7"]) == (0.5, 0.5, 0.25)


@pytest.mark.parametrize("pairs", [[(0, 400)], [(0, 30), (9, 30)], [(0, 30), (61, 30)]])
def test_without_an_event_of_follow_up_up_to_the_end_of_observation_nothing_is_said(pairs):
    assert nine(pairs).isna().all()


def test_an_event_on_the_last_day_of_observation_is_its_last_event():
    row = nine([(0, 10), (20, 10), (60, 30)])
    assert (row["cma_1"], row["cma_2"], row["cma_5"], row["cma_7"]) == (0.25, 1, 0.25, 0.25)


def test_an_event_after_follow_up_does_not_exist():
    before = ONE_OF_EACH[:-1]
    pd.testing.assert_series_equal(nine([*before, (71, 10)]), nine(before))
    assert nine([*before, (70, 10)])["cma_9"] == nine(before)["cma_9"] != nine(ONE_OF_EACH)["cma_9"]


def test_with_an_event_before_observation_alone_cma8_is_0_and_cma7_counts_what_was_left():
    row = nine([(0, 10), (15, 15)])
    assert (row["cma_7"], row["cma_8"]) == (0.25, 0)


def test_a_supply_that_outlasts_observation_leaves_cma8_no_day():
    row = nine([(0, 10), (15, 90), (40, 10)])
    assert row["cma_7"] == 1
    assert np.isnan(row["cma_8"])


def test_the_order_of_rows_changes_nothing_and_the_table_given_stays_as_it_was():
    both = pd.concat([events_of([*ONE_OF_EACH, (50, 3)]), events_of([(0, 5), (25, 9), (25, 2)], patient="p000")])
    kept = both.copy()
    found = cma(both, **SHORT)
    assert found.index.tolist() == ["p000", "p001"]
    pd.testing.assert_frame_equal(found, cma(both.iloc[::-1], **SHORT))
    pd.testing.assert_frame_equal(both, kept)


def walked(pairs, first, last):
    """Return the days from `first` up to `last` on which something was left, and what is left then; day by day."""
    left, covered = 0, []
    for day in range(last):
        left += sum(supply for when, supply in pairs if when == day)
        covered += [day] if left and day >= first else []
        left -= left > 0
    return len(covered), left


EVENTS = st.lists(st.tuples(st.integers(10, 70), st.integers(0, 40)), max_size=12)


@given(EVENTS)
def test_the_share_of_days_without_gap_is_what_a_walk_through_the_days_gives(later):
    row = nine([(0, 30), *later])
    inside = [(day, supply) for day, supply in later if 20 <= day <= 60]
    if not [day for day, _ in later if day <= 60]:
        assert row.isna().all()
        return
    assert row["cma_7"] == pytest.approx(walked(later, 20, 60)[0] / 40)
    if not inside:
        assert row["cma_8"] == 0
        return
    first, last = min(inside)[0], max(inside)[0]
    _, left = walked([(day, supply) for day, supply in later if day < 20], 0, 20)
    moved = [(max(day, 20 + left), supply) for day, supply in inside]
    spans = {"cma_5": (inside, first, last), "cma_6": (inside, first, 60), "cma_8": (moved, 20 + left, 60)}
    for name, (known, start, end) in spans.items():
        expected = walked(known, start, end)[0] / (end - start) if end > start else np.nan
        assert row[name] == pytest.approx(expected, nan_ok=True)


@given(EVENTS)
def test_only_1_and_2_can_be_above_1_and_3_and_4_are_what_is_left_of_them(later):
    row = nine([(0, 30), *later])
    assert row[2:].dropna().between(0, 1 + 1e-9).all()
    assert row[["cma_3", "cma_4"]].tolist() == pytest.approx(np.minimum(row[:2], 1).tolist(), nan_ok=True)


def test_an_episode_ends_where_supply_ends_before_a_gap_of_more_than_90_days():
    found = episodes(events_of([(0, 30), (40, 30), (160, 30), (300, 60)]), gap_days=90, follow_up_days=365)
    assert days_after(found["start_day"]) == [0, 300]
    assert days_after(found["end_day"]) == [190, 365]
    assert found[["episode", "duration_days", "gap_days"]].to_numpy().tolist() == [[1, 190, 110], [2, 65, 5]]


def test_a_gap_as_long_as_permitted_ends_no_episode_and_one_day_more_does():
    pairs = [(0, 30), (120, 30)]
    assert days_after(episodes(events_of(pairs), follow_up_days=240)["end_day"]) == [240]
    assert days_after(episodes(events_of(pairs), gap_days=89, follow_up_days=240)["end_day"]) == [30, 150]


def test_supply_left_over_shortens_the_gap_that_decides_over_an_episode():
    found = episodes(events_of([(0, 60), (10, 10), (161, 30)]), follow_up_days=200)
    assert found[["duration_days", "gap_days"]].to_numpy().tolist() == [[70, 91], [39, 9]]


def test_an_event_on_the_day_follow_up_ends_opens_no_episode():
    found = episodes(events_of([(0, 30), (200, 30)]), follow_up_days=200)
    assert found[["duration_days", "gap_days"]].to_numpy().tolist() == [[30, 170]]


def test_windows_slide_from_the_first_event_and_none_ends_after_observation():
    found = sliding_cma_7(events_of([(0, 10), (25, 10)]), window_days=20, step_days=10, observation_days=45)
    assert found["window"].tolist() == [1, 2, 3]
    assert days_after(found["start_day"]) == [0, 10, 20]
    assert days_after(found["end_day"]) == [20, 30, 40]
    assert found["cma_7"].tolist() == [0.5, 0.25, 0.5]


@pytest.mark.parametrize(("measure", "columns"), [(cma, 9), (episodes, 6), (sliding_cma_7, 5)])
def test_without_events_there_are_no_rows_but_all_columns(measure, columns):
    assert measure(events_of([])).shape == (0, columns)


def test_the_lengths_chosen_travel_with_the_table():
    events = events_of(ONE_OF_EACH)
    assert cma(events, **SHORT).attrs["windows"] == SHORT
    assert episodes(events).attrs["windows"] == {"gap_days": 90, "follow_up_days": 730}
    assert sliding_cma_7(events).attrs["windows"] == {"window_days": 120, "step_days": 30, "observation_days": 365}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"supply_days": 7.5}, "supply_days: must hold a whole number from 0 to 3650; found 7.5 in row 1"),
        ({"supply_days": -1}, "supply_days: must hold a whole number from 0 to 3650; found -1 in row 1"),
        ({"day": "03/02/2026"}, "day: must hold a date such as 2026-03-02; found 03/02/2026 in row 1"),
        ({"patient_id": None}, "patient_id: must hold text; found nothing in row 1"),
    ],
)
@pytest.mark.parametrize("measure", [cma, episodes, sliding_cma_7])
def test_events_that_cannot_be_used_are_refused_by_row(measure, change, words):
    with pytest.raises(TableError, match=words):
        measure(events_of([(0, 10)]).assign(**change))


@pytest.mark.parametrize(
    ("measure", "lengths", "words"),
    [
        (cma, {"start_after_days": -1}, "start_after_days: must be a whole number of days, 0 or more; found -1"),
        (cma, {"observation_days": 36.5}, "observation_days: must be a whole number of days, 1 or more; found 36.5"),
        (cma, {"follow_up_days": 394}, "follow_up_days: must be a whole number of days, 395 or more; found 394"),
        (episodes, {"gap_days": True}, "gap_days: must be a whole number of days, 0 or more; found True"),
        (sliding_cma_7, {"step_days": 0}, "step_days: must be a whole number of days, 1 or more; found 0"),
        (sliding_cma_7, {"window_days": 366}, "observation_days: must be a whole number of days, 366 or more"),
    ],
)
def test_a_length_that_leaves_nothing_to_observe_is_refused(measure, lengths, words):
    with pytest.raises(RulesError, match=words):
        measure(events_of([(0, 10)]), **lengths)


PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "adherer"
absent = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the folder of published medication availability is not here"
)


def published(name):
    return pd.read_csv(PUBLISHED / f"{name}.csv", dtype={"PATIENT_ID": "str"}).rename(
        columns={"PATIENT_ID": "patient_id"}
    )


def published_events():
    table = published("med_events")
    day = pd.to_datetime(table["DATE"], format="%m/%d/%Y")
    return pd.DataFrame({"patient_id": table["patient_id"], "day": day, "supply_days": table["DURATION"]})


def same_days(ours, theirs):
    return ours.dt.strftime("%Y-%m-%d").tolist() == theirs.tolist()


@pytest.mark.shared
@absent
def test_all_nine_figures_of_100_patients_are_the_published_ones():
    theirs = published("ref_CMA_all").set_index("patient_id").sort_index()
    ours = cma(published_events())
    assert theirs.shape == ours.shape == (100, 9)
    assert ours.index.tolist() == theirs.index.tolist()
    assert [name.upper().replace("_", "") for name in CMA_NAMES] == theirs.columns.tolist()
    np.testing.assert_allclose(ours.to_numpy(), theirs.to_numpy(), rtol=0, atol=1e-9)


@pytest.mark.shared
@absent
def test_all_900_sliding_windows_are_the_published_ones():
    theirs = published("ref_CMA7_sliding120_30").sort_values(["patient_id", "window.ID"])
    ours = sliding_cma_7(published_events())
    assert len(theirs) == 900
    assert ours[["patient_id", "window"]].to_numpy().tolist() == theirs[["patient_id", "window.ID"]].to_numpy().tolist()
    assert same_days(ours["start_day"], theirs["window.start"])
    assert same_days(ours["end_day"], theirs["window.end"])
    np.testing.assert_allclose(ours["cma_7"], theirs["CMA"], rtol=0, atol=1e-9)


@pytest.mark.shared
@absent
def test_all_192_treatment_episodes_are_the_published_ones():
    theirs = published("ref_episodes_gap90").sort_values(["patient_id", "episode.ID"])
    ours = episodes(published_events())
    columns = ["patient_id", "episode.ID", "episode.duration", "end.episode.gap.days"]
    assert len(theirs) == 192
    figures = ours[["patient_id", "episode", "duration_days", "gap_days"]].to_numpy().tolist()
    assert figures == theirs[columns].to_numpy().tolist()
    assert same_days(ours["start_day"], theirs["episode.start"])
    assert same_days(ours["end_day"], theirs["episode.end"])


@pytest.mark.shared
@absent
def test_18_to_47_of_the_same_100_patients_are_adherent_at_80_per_cent_depending_on_the_definition():
    adherent = (cma(published_events()) >= 0.8 - 1e-9).sum()
    assert adherent.tolist() == [38, 47, 38, 47, 30, 32, 21, 18, 19]
    assert (adherent.min(), adherent.max()) == (18, 47)
