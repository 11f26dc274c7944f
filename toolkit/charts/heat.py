"""Patients x days in one mesh: where the caseload's diaries are full, open or silent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap
from matplotlib.dates import date2num
from matplotlib.patches import Rectangle

from toolkit.charts.axis import days_on_axis, span_words
from toolkit.charts.base import foot, new_axes, no_data, plain, say
from toolkit.charts.foot import conventions
from toolkit.charts.style import printable
from toolkit.look import look
from toolkit.measures.patient_days import patient_days
from toolkit.plan.wording import counted, per_cent
from toolkit.rules import Rules
from toolkit.schema import STATES
from toolkit.typed import shown

LAST_DAYS = 90
BELOW_IN = 1.3
MAX_NAMES = 40  # more names than that run into one another
NAME_LETTERS = 12
LEGEND_IN = 1.3  # width of a word in the legend
MARKS = {"unlogged": ((0.3, 0.5), (0.7, 0.5)), "known_zero": ((0.2, 0.5), (0.8, 0.5)), "paused": ((0, 1), (1, 0))}
MAX_MARKED = 60  # rows; with more, a square is too low for a mark


def plot_heat_map(
    cells: pd.DataFrame, order: Sequence[str], *, last_days: int = LAST_DAYS, ax: Axes | None = None
) -> Axes:
    """Draw one row a patient and one square a day, coloured by its state, and return the Axes.

    Parameters
    ----------
    cells : one row an exercise, side and day, as `cell_table` returns it
    order : patients from the top down, such as `triage(...)["patient_id"]`; others are not drawn
    last_days : how many days up to the last one counted
    """
    table = patient_days(cells) if len(cells) else cells
    known = set(table["patient_id"].unique()) if len(table) else set()
    order = [who for who in order if who in known]
    if not order:
        return no_data(new_axes(ax, height_in=0.5), "No patient has a prescribed day")
    rules = Rules(**table.attrs["rules"])
    days = pd.date_range(end=pd.Timestamp(rules.as_of), periods=last_days)
    days = days[days >= max(days[0], table["day"].min())]
    if not len(days):
        return no_data(new_axes(ax, height_in=0.5), "No prescribed day has come yet")
    states = _grid(table, order, days)
    ax = new_axes(ax, height_in=_height_in(len(order)), left_in=1.1, below_in=BELOW_IN)
    left = float(date2num(days[0]))
    ax.pcolormesh(
        left + np.arange(len(days) + 1), np.arange(len(order) + 1), states,
        cmap=ListedColormap([look()["mesh"][name] for name in STATES]), vmin=-0.5, vmax=len(STATES) - 0.5,
        rasterized=len(order) > MAX_MARKED,
    )  # fmt: skip
    if len(order) <= MAX_MARKED:
        _mark(ax, states, left)
    ax.set(xlim=(left, left + len(days)), ylim=(len(order), 0))
    step = max(1, int(np.ceil(len(order) / MAX_NAMES)))
    ax.set_yticks(np.arange(0, len(order), step) + 0.5, [_name(who) for who in order[::step]])
    days_on_axis(ax, days[0], days[-1], what="Day")
    plain(ax)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    _legend(ax, states)
    named = "" if step == 1 else f", one name in {step}"
    said, details = _words(states)
    basis = f"{counted(len(order), 'patient')} in calling order{named}, {span_words(days[0], days[-1])}; self-reported"
    say(ax, said, basis, details=details)
    foot(ax, conventions(rules, "day_start"), below_in=BELOW_IN)
    return ax


def _name(patient_id: str) -> str:
    """Return a pseudonym as short as its place beside the rows."""
    return shown(printable(patient_id), limit=NAME_LETTERS)


def _height_in(patients: int) -> float:
    return float(np.clip(0.19 * patients, 0.5, 6.5))


def _grid(table: pd.DataFrame, order: Sequence[str], days: pd.DatetimeIndex) -> npt.NDArray[np.int64]:
    """Return the code of each state, patients x days."""
    row = pd.Index(order).get_indexer(pd.Index(table["patient_id"]))
    column = days.get_indexer(pd.DatetimeIndex(table["day"]))
    inside = (row >= 0) & (column >= 0)
    grid = np.full((len(order), len(days)), STATES.index("out_of_window"))
    grid[row[inside], column[inside]] = table["state"].cat.codes.to_numpy()[inside]
    return grid


def _mark(ax: Axes, states: npt.NDArray[np.int64], left: float) -> None:
    """Draw a stroke in each square that its fill alone could leave in doubt: on white, or in grey print."""
    for name, ((x0, y0), (x1, y1)) in MARKS.items():
        row, column = np.nonzero(states == STATES.index(name))
        strokes = [[(left + x + x0, y + y0), (left + x + x1, y + y1)] for x, y in zip(column, row, strict=True)]
        ink = look()["state"]["unlogged"]["edge"] if name == "unlogged" else look()["ink"]["paper"]
        ax.add_collection(LineCollection(strokes, colors=ink, lw=1.2, label=name), autolim=False)


def _legend(ax: Axes, states: npt.NDArray[np.int64]) -> None:
    present = [name for code, name in enumerate(STATES) if (states == code).any() and name != "out_of_window"]
    edge = look()["ink"]["quiet"]
    handles = [Rectangle((0, 0), 1, 1, facecolor=look()["mesh"][name], edgecolor=edge, lw=0.6) for name in present]
    width_in, height_in = ax.get_window_extent().size / ax.get_figure().dpi
    columns = min(len(present), int(width_in / LEGEND_IN))
    ax.legend(
        handles, [look()["state"][name]["word"] for name in present], loc="upper left", ncols=columns,
        bbox_to_anchor=(0, -44 / (72 * height_in)), frameon=False, borderaxespad=0, borderpad=0, handlelength=1.2,
        columnspacing=1.4, fontsize=look()["text"]["small_pt"],
    )  # fmt: skip


def _words(states: npt.NDArray[np.int64]) -> tuple[str, str]:
    """Return what the picture says in one sentence, and the count of each state."""
    count = {name: int((states == code).sum()) for code, name in enumerate(STATES)}
    due = sum(count[name] for name in ("full", "partial", "known_zero", "unlogged"))
    if not due:
        return "Nothing was due on these days", ""
    done = count["full"] + count["partial"]
    said = f"A session on {per_cent(done / due)} of the patients' days with something due"
    said += f"; nothing logged on {per_cent(count['unlogged'] / due)}"
    told = ", ".join(f"{many} {look()['state'][name]['word']}" for name, many in count.items()
                     if many and name != "out_of_window")  # fmt: skip
    return said, f"Patients' days: {told}"
