"""What the charts of a patient share: margins, titles, a calendar axis, revisions and pauses."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from toolkit.look import look
from toolkit.plan.catalogue import exercises, name_of

WIDTH_IN = 9.0
TITLE_IN = 0.9  # above the axes: title, subtitle, room for the words of revisions and pauses
ROW_IN = 0.42  # of a prescribed week
CLOSE = 0.1  # of the width: words nearer than that would cover one another
MAX_DATES = 14  # more tick labels than that run into one another


def new_axes(
    ax: Axes | None, *, height_in: float, left_in: float = 0.85, below_in: float = 0.6, right_in: float = 0.2
) -> Axes:
    """Return `ax`, or the axes of a new figure with fixed margins, in inches."""
    if ax is not None:
        return ax
    total = height_in + below_in + TITLE_IN
    figure, ax = plt.subplots(figsize=(WIDTH_IN, total))
    figure.subplots_adjust(
        left=left_in / WIDTH_IN, right=1 - right_in / WIDTH_IN, bottom=below_in / total, top=1 - TITLE_IN / total
    )
    return ax


def svg_of(draw: Callable[[Axes], Axes], *, rows: int, left_in: float = 3.0, below_in: float = 0.2) -> str:
    """Return what `draw` puts on axes of so many rows as SVG text, outside of any notebook's open figures."""
    total = ROW_IN * rows + TITLE_IN + below_in
    figure = Figure(figsize=(WIDTH_IN, total))
    width = WIDTH_IN - left_in - 0.2
    axes = figure.add_axes((left_in / WIDTH_IN, below_in / total, width / WIDTH_IN, ROW_IN * rows / total))
    draw(axes)
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()


def say(ax: Axes, answer: str, basis: str) -> None:
    """Write the answer as the title and what it rests on below it."""
    text = look()["text"]
    above = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}
    ax.annotate(answer, (0, 1), (0, 44), fontsize=text["title_pt"], fontweight="bold", **above)
    ax.annotate(basis, (0, 1), (0, 29), fontsize=text["small_pt"], color=look()["ink"]["quiet"], **above)


def no_data(ax: Axes, words: str) -> Axes:
    """Say in the middle of empty axes that there is nothing to draw."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, words, transform=ax.transAxes, ha="center", va="center", color=look()["ink"]["quiet"])
    return ax


def plain(ax: Axes) -> None:
    """Take away what carries no data, and set the type of what does."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(look()["ink"]["quiet"])
    ax.tick_params(labelsize=look()["text"]["small_pt"], colors=look()["ink"]["text"], length=3)
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set_size(look()["text"]["small_pt"])


def date_words(day: Any) -> str:
    """Return a day as people write it: 2 Mar."""
    stamp = pd.Timestamp(day)
    return f"{stamp.day} {stamp:%b}"


def span_words(first: Any, last: Any) -> str:
    """Return a span of days as people write it, each year named once."""
    first, last = pd.Timestamp(first), pd.Timestamp(last)
    if first == last:
        return f"{date_words(last)} {last.year}"
    begin = date_words(first) if first.year == last.year else f"{date_words(first)} {first.year}"
    return f"{begin} to {date_words(last)} {last.year}"


def days_on_axis(ax: Axes, first: Any, last: Any, *, what: str) -> None:
    """Put every day of a short span on the axis, of a longer one the Mondays that fit, and say so in its name."""
    first, last = pd.Timestamp(first), pd.Timestamp(last)
    if what == "Day" and (last - first).days < MAX_DATES:
        shown, told, middle = pd.date_range(first, last), what, 0.5
    else:
        mondays = pd.date_range(first, last, freq="W-MON")
        shown, told = mondays[:: max(1, int(np.ceil(len(mondays) / MAX_DATES)))], f"{what} (ticks on Mondays)"
        middle = 0.0
    ax.set_xticks(date2num(shown) + middle, [date_words(day) for day in shown])
    ax.set_xlabel(told)


def mark_changes(ax: Axes, prescriptions: pd.DataFrame | None, pauses: pd.DataFrame | None) -> None:
    """Draw the first day of each revision as a line and each pause as a band, named above the axes.

    Words of marks that stand close together go to the line above, so that they do not cover one another.
    """
    low, high = ax.get_xlim()
    quiet, grey = look()["ink"]["quiet"], look()["state"]["paused"]["fill"]
    for first, last in _pauses(pauses):
        if last > low and first < high:
            ax.axvspan(max(first, low), min(last, high), color=grey, alpha=0.45, lw=0, zorder=0)
    for day in (day for day, _ in _revisions(prescriptions) if low <= day <= high):
        ax.axvline(day, color=quiet, linestyle=(0, (4, 2)), lw=look()["line"]["thin_pt"], zorder=1)
    words = [(day, f"revision {number}") for day, number in _revisions(prescriptions)]
    words += [((first + last) / 2, "paused") for first, last in _pauses(pauses)]
    before, up = -np.inf, 4
    for day, text in sorted(word for word in words if low <= word[0] <= high):
        up = 15 if up == 4 and day - before < CLOSE * (high - low) else 4
        ax.annotate(
            text, (day, 1), (0, up), xycoords=("data", "axes fraction"), textcoords="offset points", ha="center",
            fontsize=look()["text"]["small_pt"], color=quiet, annotation_clip=False,
        )  # fmt: skip
        before = day


def track_order(exercise: str, side: str) -> tuple[int, str, str]:
    """Return what sorts exercises as the catalogue does, unknown ones last, left before right."""
    known = list(exercises())
    return known.index(exercise) if exercise in known else len(known), exercise, side


def track_name(exercise: str, side: str) -> str:
    """Return an exercise with its side in full: `Psoas stretch, left`."""
    return name_of(exercise) + ("" if side == "none" else f", {side}")


def _revisions(prescriptions: pd.DataFrame | None) -> Iterator[tuple[float, int]]:
    """Return the first day of every revision but the first, as a place on the axis."""
    if prescriptions is None or not len(prescriptions):
        return
    first = prescriptions.groupby(["regimen_id", "revision"])["first_day"].min()
    begins = pd.to_datetime(first.groupby("regimen_id").min())
    for (regimen, revision), day in first.items():
        if pd.Timestamp(day) > begins[regimen]:
            yield float(date2num(pd.Timestamp(day))), int(revision)


def _pauses(pauses: pd.DataFrame | None) -> Iterator[tuple[float, float]]:
    """Return the days of each pause as places on the axis, whole days from midnight to midnight."""
    if pauses is None:
        return
    for first, last in sorted(set(zip(pauses["first_day"], pauses["last_day"], strict=True))):
        yield float(date2num(pd.Timestamp(first))), float(date2num(pd.Timestamp(last) + pd.Timedelta(days=1)))
