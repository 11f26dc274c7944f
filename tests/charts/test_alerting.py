"""The chart of alerts by week is tested by what is drawn."""

import matplotlib
import pandas as pd
import pytest
from matplotlib.dates import date2num

from toolkit.charts.alerting import plot_alerts_by_week, weekly_words

matplotlib.use("Agg")
WEEKS = pd.DataFrame(
    {"ours": [2, 4, 9], "cautious": [1, 0, 1]}, index=pd.to_datetime(["2026-03-02", "2026-03-09", "2026-03-16"])
)


@pytest.fixture(autouse=True)
def closed():
    yield
    matplotlib.pyplot.close("all")


def test_each_set_is_a_line_of_its_own_told_apart_without_colour_and_the_title_says_what_they_come_to():
    ax = plot_alerts_by_week(WEEKS)
    first, second = ax.lines
    assert (first.get_ydata().tolist(), second.get_ydata().tolist()) == ([2, 4, 9], [1, 0, 1])
    assert first.get_xdata().tolist() == [date2num(day) + 3.5 for day in WEEKS.index]
    assert first.get_marker() != second.get_marker()
    assert first.get_linestyle() != second.get_linestyle()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["ours", "cautious"]
    said = [text.get_text() for text in ax.texts]
    assert said == ["Alerts in the middle week: ours 4, cautious 1",
                    "Whole weeks of 2 Mar to 22 Mar 2026, on the days a reader would have been told"]  # fmt: skip
    assert ax.get_ylabel() == "Alerts a week, all patients"


def test_without_a_whole_week_it_says_so():
    ax = plot_alerts_by_week(WEEKS[:0])
    assert [text.get_text() for text in ax.texts] == ["Not one whole week to look back on"] == [weekly_words(WEEKS[:0])]


def test_a_long_name_of_a_set_leaves_room_for_the_finding():
    assert weekly_words(WEEKS.rename(columns={"ours": "o" * 60})).endswith(f": {'o' * 29}… 4, cautious 1")
