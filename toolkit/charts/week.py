"""The week as it is prescribed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from toolkit.charts.base import ROW_IN, new_axes, no_data, plain, say
from toolkit.look import look
from toolkit.schema import WEEKDAYS

WEEK = 7


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
