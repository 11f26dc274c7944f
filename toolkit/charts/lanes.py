"""One lane an exercise and side: what was prescribed when, and how much of it was done."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.dates import date2num

from toolkit.charts.axis import days_on_axis, span_words
from toolkit.charts.base import foot, left_of, new_axes, no_data, plain, say, track_name, track_order
from toolkit.charts.foot import conventions
from toolkit.look import look
from toolkit.measures.adherence import adherence
from toolkit.measures.trend import rolling_by_day
from toolkit.plan.wording import counted, dose_in_words, lowered, per_cent, per_cent_between
from toolkit.rules import Rules

LANE_IN = 0.66
BELOW_IN = 1.4
TOP, WORDS, FLOOR = 0.05, 0.38, 0.95  # of a lane, downwards: its upper edge, where the words end, its lower edge
WINDOW_DAYS = 14
ALIKE = 0.1  # shares that lie closer are called alike
LETTER_IN = 0.072  # width of a letter of the smallest type


def plot_lanes(
    cells: pd.DataFrame, prescriptions: pd.DataFrame, *, pauses: pd.DataFrame | None = None, ax: Axes | None = None
) -> Axes:
    """Draw each exercise and side of one patient in a lane of its own, and return the Axes.

    The ground is what was prescribed, a block for each revision with its dose; the height of the line is the share of
    sessions done in the 14 days up to each day; a pause is striped. At the right stands the share of the whole record.

    Parameters
    ----------
    cells : one row an exercise, side and day of one patient, as `cell_table` returns it
    prescriptions, pauses : the tables of this patient that `cells` was made from
    """
    whole = adherence(cells, by=["exercise", "side"])["session_adherence"] if len(cells) else pd.Series(dtype=float)
    if not whole.notna().any():
        return no_data(new_axes(ax, height_in=0.5), "Nothing was due, so no lane is drawn")
    tracks = sorted(whole.index, key=lambda track: track_order(*track))
    ax = new_axes(ax, height_in=LANE_IN * len(tracks), left_in=2.35, below_in=BELOW_IN, right_in=0.75)
    first, last = cells["day"].min(), cells.loc[cells["state"] != "pending", "day"].max()
    ax.set(xlim=(date2num(first), date2num(last) + 1), ylim=(len(tracks), 0))
    for row, (exercise, side) in enumerate(tracks):
        _draw_blocks(ax, row, _of_track(prescriptions, exercise, side))
        _draw_pauses(ax, row, exercise, pauses)
    _draw_shares(ax, tracks, rolling_by_day(cells, ["exercise", "side"], window_days=WINDOW_DAYS))
    for row, track in enumerate(tracks):
        said = "none due" if pd.isna(whole[track]) else per_cent(whole[track])
        ax.annotate(said, (1, row + 0.5), (6, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                    va="center", fontsize=look()["text"]["body_pt"], annotation_clip=False)  # fmt: skip
    ax.set_yticks(np.arange(len(tracks)) + 0.5, [track_name(*track) for track in tracks])
    days_on_axis(ax, first, last, what="Day")
    plain(ax)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    _legend(ax)
    say(ax, *_words(whole, tracks, first, last), details=_details(whole, tracks, prescriptions))
    if "rules" in cells.attrs:
        rules = Rules(**cells.attrs["rules"])
        foot(ax, conventions(rules, "day_start", "min_scheduled_days"), below_in=BELOW_IN)
    return ax


def _of_track(prescriptions: pd.DataFrame, exercise: str, side: str) -> pd.DataFrame:
    sides = [side, "both"] if side != "none" else ["none"]
    mine = (prescriptions["exercise"] == exercise) & prescriptions["side"].isin(sides)
    return prescriptions[mine].sort_values("first_day")


def _draw_blocks(ax: Axes, row: int, blocks: pd.DataFrame) -> None:
    """Draw each prescription as a block over its days, with its dose where there is room for the words."""
    low, high = ax.get_xlim()
    inch = ax.get_window_extent().width / ax.get_figure().dpi / (high - low)
    for block in blocks.to_dict("records"):
        left = max(float(date2num(block["first_day"])), low)
        right = min(float(date2num(block["last_day"])) + 1, high)
        if right <= left:
            continue
        ax.add_collection(
            PolyCollection(
                [_box(row, left, right)],
                facecolor=look()["ink"]["pale"], edgecolor=look()["state"]["partial"]["edge"], lw=0.8, zorder=1,
            ),
            autolim=False,
        )  # fmt: skip
        words = dose_in_words(block)
        if len(words) * LETTER_IN < (right - left) * inch:
            ax.annotate(words, (left, row + TOP), (3, -2), textcoords="offset points", va="top", zorder=5,
                        fontsize=look()["text"]["small_pt"], color=look()["ink"]["text"])  # fmt: skip


def _box(row: int, left: float, right: float) -> list[tuple[float, float]]:
    return [(left, row + TOP), (right, row + TOP), (right, row + FLOOR), (left, row + FLOOR)]


def _draw_pauses(ax: Axes, row: int, exercise: str, pauses: pd.DataFrame | None) -> None:
    if pauses is None:
        return
    low, high = ax.get_xlim()
    mine = pauses[pauses["exercise"].isna() | (pauses["exercise"] == exercise)]
    for first, last in zip(mine["first_day"], mine["last_day"], strict=True):
        left, right = max(float(date2num(pd.Timestamp(first))), low), min(float(date2num(pd.Timestamp(last))) + 1, high)
        if right > left:
            box = [_box(row, left, right)]
            grey = look()["state"]["paused"]["fill"]
            ax.add_collection(
                PolyCollection(box, facecolor=grey, edgecolor=look()["ink"]["paper"], hatch="///", lw=0, zorder=2),
                autolim=False,
            )


def _draw_shares(ax: Axes, tracks: list[Any], shares: pd.DataFrame) -> None:
    """Draw the share of the last days in each lane, from its lower edge (none) to its upper (all)."""
    color = look()["state"]["full"]["fill"]
    edge, lines = look()["state"]["partial"]["edge"], look()["line"]
    parts = shares.groupby(["exercise", "side"])
    by = {key: part.set_index("day")[["share", "high"]].asfreq("D") for key, part in parts}
    for row, track in enumerate(tracks):
        if track not in by:
            continue
        x = date2num(by[track].index) + 0.5
        low, high = (row + FLOOR - (FLOOR - WORDS) * by[track][name].to_numpy(float) for name in ("share", "high"))
        ax.fill_between(x, low, high, facecolor="none", edgecolor=edge, hatch="////", lw=0, zorder=2, label="open")
        ax.fill_between(x, low, row + FLOOR, color=color, alpha=0.18, lw=0, zorder=2, label="recorded")
        ax.plot(x, low, color=color, lw=lines["strong_pt"], zorder=4, solid_capstyle="butt")


def _legend(ax: Axes) -> None:
    ax.annotate(
        f"Line: share of sessions of the last {WINDOW_DAYS} days, none (lower edge) to all. Hatched: days without an "
        "entry.\n"
        "Block: a prescription, sets x repetitions x hold. Grey: paused. Right: share of the record.",
        (0, 0), (left_of(ax), -49), xycoords="axes fraction", textcoords="offset points", va="top",
        annotation_clip=False, fontsize=look()["text"]["small_pt"], color=look()["ink"]["text"],
    )  # fmt: skip


def _words(whole: pd.Series, tracks: list[Any], first: Any, last: Any) -> tuple[str, str]:
    known = whole.loc[tracks].dropna()
    least, most = known.idxmin(), known.idxmax()
    if not known.any():
        answer = "No session recorded of any exercise"
    elif len(known) == 1:
        answer = f"{track_name(*least)}: {per_cent(known[least])} of sessions recorded"
    elif known[most] - known[least] < ALIKE:
        answer = f"All alike: {per_cent_between(known[least], known[most])} of sessions recorded"
    else:
        answer = f"Least done: {_end(known, least)}; most: {_end(known, most)}"
    return (
        answer,
        f"Sessions recorded of those due, {counted(len(tracks), 'lane')}, {span_words(first, last)}; self-reported",
    )


def _end(known: pd.Series, track: Any) -> str:
    """Return the lane at one end with its share; where several share its place, how many do."""
    share = per_cent(known[track])
    alike = int((known.map(per_cent) == share).sum())
    return f"{lowered(track_name(*track)) if alike == 1 else f'{alike} lanes'}, {share}"


def _details(whole: pd.Series, tracks: list[Any], prescriptions: pd.DataFrame) -> str:
    told = []
    for track in tracks:
        share = "nothing due" if pd.isna(whole[track]) else per_cent(whole[track])
        doses = [dose_in_words(block) for block in _of_track(prescriptions, *track).to_dict("records")]
        told.append(f"{track_name(*track)}: {share}; prescribed {', then '.join(dict.fromkeys(doses))}")
    return ". ".join(told)
