"""One patient over time: adherence by week, pain; and the week as it is prescribed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from toolkit.charts.base import ROW_IN, days_on_axis, mark_changes, new_axes, no_data, plain, say, span_words
from toolkit.look import look
from toolkit.schema import WEEKDAYS

WEEK = 7
BAR_DAYS = 5.0  # width of a week's bar, of seven


def plot_weekly_adherence(
    weekly: pd.DataFrame,
    *,
    prescriptions: pd.DataFrame | None = None,
    pauses: pd.DataFrame | None = None,
    target: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what the diary can prove, week by week, as an interval, and return the Axes.

    Parameters
    ----------
    weekly : `adherence(cells, by=["week"])`: `week` (its Monday) as index or column, `expected`, `credited` (sessions),
        `session_adherence` and `session_adherence_high` (0-1, NaN where nothing was due: a gap), `coverage`
    prescriptions, pauses : mark revisions and pauses where given
    target : 0-1, adds a dashed line; none unless the clinic chose one
    """
    weekly = weekly.reset_index() if "week" not in weekly.columns else weekly
    if not len(weekly) or not weekly["expected"].sum() > 0:
        return no_data(new_axes(ax, height_in=2.6), "Nothing was due, so there is no adherence to show")
    ax = new_axes(ax, height_in=2.6, below_in=0.95, right_in=0.95 if target else 0.2)
    state = look()["state"]
    middle = date2num(weekly["week"]) + WEEK / 2
    low, high = weekly["session_adherence"].to_numpy(float), weekly["session_adherence_high"].to_numpy(float)
    ax.bar(
        middle, high - low, BAR_DAYS, bottom=low, label="open: days without an entry", hatch="///", zorder=2,
        facecolor=look()["ink"]["pale"], edgecolor=state["partial"]["edge"], linewidth=look()["line"]["thin_pt"],
    )  # fmt: skip
    ax.plot(middle, low, "-o", color=state["full"]["fill"], lw=look()["line"]["normal_pt"], ms=6, zorder=3,
            label="recorded")  # fmt: skip
    if target is not None:
        _draw_target(ax, target)
    first, last = weekly["week"].min(), weekly["week"].max()
    ax.set(ylim=(0, 1.04), xlim=(date2num(first) - 1, date2num(last) + WEEK + 1))
    ax.set_ylabel("Sessions done, of those prescribed")
    ax.yaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    ax.set_yticks(np.linspace(0, 1, 5))
    _over_time(ax, (first, last), prescriptions, pauses, what="Week")
    ax.legend(
        loc="upper left", bbox_to_anchor=(0, -0.22), ncols=2, frameon=False, borderaxespad=0, borderpad=0,
        fontsize=look()["text"]["small_pt"],
    )  # fmt: skip
    say(ax, *_weekly_words(weekly))
    return ax


def plot_pain(
    pain: pd.DataFrame,
    *,
    prescriptions: pd.DataFrame | None = None,
    pauses: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw pain on the days it was given, gaps as gaps, and return the Axes.

    Parameters
    ----------
    pain : one row a day of one patient, `day` and `pain` (0-10), as `pain_by_day` returns it
    prescriptions, pauses : mark revisions and pauses where given
    """
    given = pain.dropna(subset=["pain"]).sort_values("day")
    if not len(given):
        return no_data(new_axes(ax, height_in=2.2), "No pain recorded")
    ax = new_axes(ax, height_in=2.2)
    daily = given.set_index("day")["pain"].asfreq("D")  # a day without a value breaks the line
    ax.plot(
        date2num(daily.index) + 0.5,
        daily.to_numpy(),
        "-o",
        color=look()["ink"]["text"],
        lw=look()["line"]["normal_pt"],
        ms=3.5,
        zorder=3,
    )
    first, last = daily.index[0], daily.index[-1]
    ax.set(ylim=(-0.3, 10.3), xlim=(date2num(first) - 1, date2num(last) + 2))
    ax.set_ylabel("Pain (0 none, 10 worst)")
    ax.set_yticks(range(0, 11, 2))
    _over_time(ax, (first, last), prescriptions, pauses, what="Day")
    low, high, newest = given["pain"].min(), given["pain"].max(), given["pain"].iloc[-1]
    answer = f"Pain given on {len(given)} of {len(daily)} days: from {low:g} to {high:g}, last {newest:g}"
    say(ax, answer, f"{span_words(first, last)}, mean of each day's values; self-reported")
    return ax


def plot_week(grid: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw a week as it is prescribed and return the Axes.

    Parameters
    ----------
    grid : one row an exercise, indexed by its name, as `week_grid` returns it: `mon` to `sun` hold the sessions of
        named days (NaN: free); where no day is named, `days_per_week` and `sessions_per_day` hold the quota
    """
    if not len(grid):
        return no_data(new_axes(ax, height_in=1.0), "No exercise chosen yet")
    ax = new_axes(ax, height_in=ROW_IN * len(grid), left_in=3.0, below_in=0.2)
    for row, (_, line) in enumerate(grid.iterrows()):
        if pd.notna(line["days_per_week"]) and line["days_per_week"] < WEEK:
            _draw_quota(ax, row, int(line["days_per_week"]), int(line["sessions_per_day"]))
        else:
            _draw_days(ax, row, line)
    ax.set(xlim=(0, WEEK), ylim=(len(grid), 0))
    ax.set_xticks(np.arange(WEEK) + 0.5, [day.capitalize() for day in WEEKDAYS])
    ax.set_yticks(np.arange(len(grid)) + 0.5, list(grid.index))
    ax.xaxis.tick_top()
    plain(ax)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(length=0)
    say(ax, "The week as prescribed", "Sessions a day; a pale band leaves the choice of days to the patient")
    return ax


def _over_time(
    ax: Axes, days: tuple[Any, Any], prescriptions: pd.DataFrame | None, pauses: pd.DataFrame | None, *, what: str
) -> None:
    """Give the axes their Mondays, their quiet grid, and what changed on the way."""
    ax.grid(axis="y", color=look()["ink"]["grid"], lw=look()["line"]["thin_pt"], zorder=0)
    days_on_axis(ax, *days, what=what)
    plain(ax)
    mark_changes(ax, prescriptions, pauses)


def _draw_target(ax: Axes, target: float) -> None:
    ax.axhline(target, linestyle="--", color=look()["ink"]["quiet"], lw=look()["line"]["thin_pt"], zorder=1)
    ax.annotate(
        f"target {100 * target:.0f} %", (1, target), (5, 0), xycoords=("axes fraction", "data"),
        textcoords="offset points", va="center", fontsize=look()["text"]["small_pt"], annotation_clip=False,
    )  # fmt: skip


def _draw_days(ax: Axes, row: int, line: pd.Series) -> None:
    """Draw named days as filled squares with their sessions, free days as pale ones."""
    state = look()["state"]
    for place, day in enumerate(WEEKDAYS):
        sessions = line["sessions_per_day"] if pd.notna(line["days_per_week"]) else line[day]
        due = pd.notna(sessions) and sessions > 0
        fill = state["full"]["fill"] if due else state["not_scheduled"]["fill"]
        ax.add_patch(Rectangle((place + 0.04, row + 0.08), 0.92, 0.84, facecolor=fill, lw=0))
        if due:
            words = f"{sessions:.0f} x"
            ax.text(place + 0.5, row + 0.5, words, ha="center", va="center", color=look()["ink"]["paper"],
                    fontsize=look()["text"]["body_pt"])  # fmt: skip


def _draw_quota(ax: Axes, row: int, days: int, sessions: int) -> None:
    """Draw one band over the whole week that says on how many days, and names none."""
    token = look()["state"]["partial"]
    box = Rectangle(
        (0.04, row + 0.08), WEEK - 0.08, 0.84, facecolor=look()["ink"]["pale"], edgecolor=token["edge"], lw=0.8
    )
    ax.add_patch(box)
    words = f"any {days} of 7 days, {sessions} x" if days > 1 else f"any day of 7, {sessions} x"
    ax.text(WEEK / 2, row + 0.5, words, ha="center", va="center", fontsize=look()["text"]["body_pt"])


def _weekly_words(weekly: pd.DataFrame) -> tuple[str, str]:
    """Return what the weeks add up to in one sentence, and what it rests on."""
    expected, credited = weekly["expected"].sum(), weekly["credited"].sum()
    unseen = (weekly["expected"] * (1 - weekly["coverage"])).sum()
    low, high = credited / expected, (credited + unseen) / expected
    answer = f"{100 * low:.0f} % of sessions recorded"
    if high - low >= 0.005:
        answer += f"; up to {100 * high:.0f} % if all days without an entry were kept"
    weeks = span_words(weekly["week"].min(), weekly["week"].max())
    return answer, f"Session adherence by week, Mondays of {weeks}; {expected:g} sessions due; self-reported"
