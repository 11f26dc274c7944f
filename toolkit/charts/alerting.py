"""What sets of alert rules would have asked of a clinic, week by week."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import MaxNLocator

from toolkit.charts.axis import days_on_axis, span_words
from toolkit.charts.base import new_axes, no_data, plain, say
from toolkit.look import look
from toolkit.typed import shown

WEEK = 7
NAME = 30  # characters of a name in the title
NOTHING = "Not one whole week to look back on"
MARKS = (("-", "o", "accent"), ("--", "s", "text"))  # line, mark, ink: the first set, the one beside it


def plot_alerts_by_week(weekly: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the alerts of each week for one or two sets of rules, and return the Axes.

    Parameters
    ----------
    weekly : alerts (count) of all patients, one row a whole week, indexed by its Monday, one column a set of rules
    """
    if not len(weekly):
        return no_data(new_axes(ax, height_in=2.2), NOTHING)
    ax = new_axes(ax, height_in=2.2, right_in=0.3)
    middle = date2num(weekly.index) + WEEK / 2
    for (name, counts), (line, mark, ink) in zip(weekly.items(), MARKS, strict=False):
        ax.plot(middle, counts, line, marker=mark, ms=5, color=look()["ink"][ink], lw=look()["line"]["normal_pt"],
                label=shown(name, limit=NAME), zorder=3)  # fmt: skip
    first, last = weekly.index.min(), weekly.index.max() + pd.Timedelta(days=WEEK - 1)
    most = max(float(weekly.to_numpy().max()), 1.0)
    ax.set(ylim=(0, 1.12 * most), xlim=(date2num(first) - 1, date2num(last) + 2))
    ax.set_ylabel("Alerts a week, all patients")
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    ax.grid(axis="y", color=look()["ink"]["grid"], lw=look()["line"]["thin_pt"], zorder=0)
    days_on_axis(ax, first, last, what="Week")
    plain(ax)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1.0), ncols=2, frameon=False, borderaxespad=0,
              fontsize=look()["text"]["small_pt"])  # fmt: skip
    say(
        ax, weekly_words(weekly), f"Whole weeks of {span_words(first, last)}, on the days a reader would have been told"
    )
    return ax


def weekly_words(weekly: pd.DataFrame) -> str:
    """Return what the weeks come to in one sentence: how many alerts the middle week of each set has."""
    if not len(weekly):
        return NOTHING
    told = ", ".join(f"{shown(name, limit=NAME)} {counts.median():g}" for name, counts in weekly.items())
    return f"Alerts in the middle week: {told}"
