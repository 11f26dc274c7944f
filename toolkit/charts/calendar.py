"""A patient's days, one square an exercise, side and day."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import ListedColormap
from matplotlib.dates import date2num
from matplotlib.legend_handler import HandlerBase
from matplotlib.patches import Rectangle

from toolkit.charts.axis import days_on_axis, mark_changes, span_words
from toolkit.charts.base import foot, new_axes, no_data, plain, say, track_name, track_order
from toolkit.charts.foot import conventions
from toolkit.look import look
from toolkit.rules import Rules
from toolkit.schema import STATES

Places = npt.NDArray[np.float64]
ROW_IN = 0.36
BELOW_IN = 1.55
LAST_DAYS = 183  # more squares than that are no squares
INSET = 0.12  # of a square, kept free around a mark


def plot_calendar(
    cells: pd.DataFrame,
    *,
    prescriptions: pd.DataFrame | None = None,
    last_days: int = LAST_DAYS,
    ax: Axes | None = None,
) -> Axes:
    """Draw every day of one patient by its state, in shape and colour, and return the Axes.

    Parameters
    ----------
    cells : one row an exercise, side and day of one patient, as `cell_table` returns it
    prescriptions : marks the first day of each revision where given
    last_days : of a longer record only so many days are drawn, and the subtitle says so
    """
    if not len(cells):
        return no_data(new_axes(ax, height_in=0.5), "No prescription, so no day to show")
    cells, before = _latest(cells, last_days)
    found = cells[["exercise", "side"]].astype("str").drop_duplicates().itertuples(index=False, name=None)
    tracks = sorted(found, key=lambda track: track_order(*track))
    days = pd.date_range(cells["day"].min(), cells["day"].max())
    states = _grid(cells, tracks, days)
    ax = new_axes(ax, height_in=ROW_IN * len(tracks), left_in=2.35, below_in=BELOW_IN)
    left = float(date2num(days[0]))
    ax.pcolormesh(
        left + np.arange(len(days) + 1), np.arange(len(tracks) + 1), states,
        cmap=ListedColormap([_fill(name) for name in STATES]), vmin=-0.5, vmax=len(STATES) - 0.5,
        edgecolor=look()["ink"]["paper"], linewidth=_gap_pt(ax, len(days)),
    )  # fmt: skip
    for name, code in ((name, STATES.index(name)) for name in STATES):
        rows, columns = np.nonzero(states == code)
        x, y = (left + columns).astype(np.float64), rows.astype(np.float64)
        for mark in _marks(name, x, y, thin=_gap_pt(ax, len(days))):
            ax.add_collection(mark, autolim=False)
    ax.set(xlim=(left, left + len(days)), ylim=(len(tracks), 0))
    ax.set_yticks(np.arange(len(tracks)) + 0.5, [track_name(*track) for track in tracks])
    days_on_axis(ax, days[0], days[-1], what="Day")
    plain(ax)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    mark_changes(ax, prescriptions, None)
    _legend(ax, states)
    answer, basis = _words(cells, days)
    say(ax, answer, basis + (f"; {before} earlier days not shown" if before else ""), details=_by_track(cells))
    if "rules" in cells.attrs:
        foot(ax, conventions(Rules(**cells.attrs["rules"]), "day_start", "near_duplicates"), below_in=BELOW_IN)
    return ax


def _latest(cells: pd.DataFrame, last_days: int) -> tuple[pd.DataFrame, int]:
    """Return the cells of the last days up to the one counted last, and how many days come before them."""
    last = cells["day"].max()
    begin = max(cells["day"].min(), last - pd.Timedelta(days=last_days - 1))
    return cells[cells["day"] >= begin], (begin - cells["day"].min()).days


def _by_track(cells: pd.DataFrame) -> str:
    """Return the states of each exercise and side in numbers: what a reader hears who does not see the squares."""
    told = cells[~cells["state"].isin(["out_of_window", "not_scheduled"])].astype({"exercise": "str", "side": "str"})
    found = told.groupby(["exercise", "side"])["state"].value_counts()
    lines: dict[tuple[str, str], list[str]] = {}
    for (exercise, side, state), count in found[found > 0].items():
        lines.setdefault((exercise, side), []).append(f"{count} {look()['state'][state]['word']}")
    tracks = sorted(lines, key=lambda track: track_order(*track))
    return "Days: " + ". ".join(f"{track_name(*track)}: {', '.join(lines[track])}" for track in tracks) if lines else ""


def _grid(cells: pd.DataFrame, tracks: list[tuple[str, str]], days: pd.DatetimeIndex) -> npt.NDArray[np.int64]:
    """Return the code of each state, tracks x days."""
    rows = pd.MultiIndex.from_tuples(tracks).get_indexer(
        pd.MultiIndex.from_arrays([cells["exercise"].astype("str"), cells["side"].astype("str")])
    )
    grid = np.full((len(tracks), len(days)), STATES.index("out_of_window"))
    code = pd.Index(STATES).get_indexer(cells["state"].astype("str"))
    grid[rows, (cells["day"] - days[0]).dt.days.to_numpy()] = code
    return grid


def _fill(state: str) -> str:
    fill = look()["state"][state]["fill"]
    return look()["ink"]["paper"] if fill == "none" else fill


def _gap_pt(ax: Axes, days: int) -> float:
    """Return the line between squares, in points: a sixth of a narrow square, never more than a thin line."""
    width_pt = ax.get_window_extent().width / ax.get_figure().dpi * 72
    return float(min(look()["line"]["thin_pt"], width_pt / max(days, 1) / 6))


def _marks(state: str, x: Places, y: Places, *, thin: float) -> Iterator[PolyCollection | LineCollection]:
    """Return the marks of all squares of one state as one or two collections."""
    if not len(x):
        return
    token = look()["state"][state]
    if token["mark"] == "half":
        gap = {"edgecolors": look()["ink"]["paper"], "linewidths": thin}  # as between the squares of the mesh
        yield PolyCollection(_boxes(x, y, 0, 0.5, 1, 1), facecolors=token["edge"], label=state, **gap)
    elif token["mark"] == "bar":
        yield PolyCollection(
            _boxes(x, y, INSET, INSET, 1 - INSET, 1 - INSET),
            facecolors="none",
            edgecolors=token["edge"],
            linewidths=thin,
        )
        yield PolyCollection(_boxes(x, y, INSET, 0.42, 1 - INSET, 0.58), facecolors=token["edge"], label=state)
    elif token["mark"] == "dot":
        yield PolyCollection(_boxes(x, y, 0.28, 0.4, 0.72, 0.6), facecolors=token["edge"], label=state)
    elif token["mark"] == "striped":
        strokes = [[(a, b + 1), (a + 1, b)] for a, b in zip(x, y, strict=True)]
        yield LineCollection(strokes, colors=look()["ink"]["paper"], linewidths=1.2, label=state)
    elif token["mark"] == "dashed":
        boxes = _boxes(x, y, INSET, INSET, 1 - INSET, 1 - INSET)
        yield PolyCollection(
            boxes, facecolors="none", edgecolors=token["edge"], linewidths=thin, linestyles="dashed", label=state
        )


def _boxes(
    x: Places, y: Places, left: float, top: float, right: float, bottom: float
) -> list[list[tuple[float, float]]]:
    """Return a box inside each square, in shares of the square from its upper left corner."""
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return [[(a + u, b + v) for u, v in corners] for a, b in zip(x, y, strict=True)]


class _Square(HandlerBase):
    """Draws a state in the legend exactly as it stands in the calendar."""

    def create_artists(self, legend, orig_handle, xdescent, ydescent, width, height, fontsize, trans):  # type: ignore[no-untyped-def]
        state, size = orig_handle.get_label(), min(width, height) * 1.25
        ground = Rectangle(
            (0, 0), size, size, facecolor=_fill(state), edgecolor=look()["ink"]["grid"], lw=0.8, transform=trans
        )
        marks = list(_marks(state, np.zeros(1), np.zeros(1), thin=look()["line"]["thin_pt"]))
        for mark in marks:
            mark.set_transform(_unit_to(size) + trans)
        return [ground, *marks]


def _unit_to(size: float):  # type: ignore[no-untyped-def]
    """Map a square whose y runs down onto the legend, whose y runs up."""
    from matplotlib.transforms import Affine2D

    return Affine2D().scale(size, -size).translate(0, size)


def _legend(ax: Axes, states: npt.NDArray[np.int64]) -> None:
    """Name the states that occur, below the axes."""
    present = [name for code, name in enumerate(STATES) if (states == code).any() and name != "out_of_window"]
    handles = [Rectangle((0, 0), 1, 1, label=name) for name in present]
    text = look()["text"]
    width_in, height_in = ax.get_window_extent().size / ax.get_figure().dpi
    ax.legend(
        handles, [look()["state"][name]["word"] for name in present], handler_map={Rectangle: _Square()},
        loc="upper left", bbox_to_anchor=(0, -40 / max(72 * height_in, 1)),
        ncols=4 if width_in > 5 else 3, frameon=False, borderaxespad=0,
        fontsize=text["small_pt"], handlelength=1, columnspacing=2,
    )  # fmt: skip


def _words(cells: pd.DataFrame, days: pd.DatetimeIndex) -> tuple[str, str]:
    """Return what the calendar says in one sentence, and what it rests on."""
    due = cells[cells["expected"] > 0]
    by_day = due.groupby("day")["observed"].any()
    silent, scheduled = int((~by_day).sum()), len(by_day)
    full = int((due["state"] == "full").groupby(due["day"]).all().sum()) if scheduled else 0
    unit = "day" if scheduled == 1 else "days"
    logged = f"nothing logged on {silent}" if silent else "each has an entry"
    answer = f"All done on {full} of {scheduled} scheduled {unit}; {logged}" if scheduled else "Nothing was due so far"
    last = cells.loc[cells["state"] != "pending", "day"].max()
    span = span_words(days[0], last if pd.notna(last) else days[0])
    return answer, f"One square is one exercise, side and day, {span}; self-reported"
