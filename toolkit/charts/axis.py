"""The axis of days that the charts of a patient share, with what changed on the way: revisions and pauses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from toolkit.look import look

CLOSE = 0.14  # of the width: words nearer than that would cover one another
MAX_DATES = 14  # more tick labels than that are too many to read
TICK_IN = 0.5  # width of a tick label with its distance to the next
LONG_DAYS = 370  # a longer span is told in months and years


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
    """Name the days of an axis: each of a short span, the Mondays that fit of a longer one, months where it is long."""
    first, last = pd.Timestamp(first), pd.Timestamp(last)
    middle = 0.0
    fit = min(MAX_DATES, int(ax.get_window_extent().width / ax.get_figure().dpi / TICK_IN))
    if what == "Day" and (last - first).days < fit:
        shown, told, middle = pd.date_range(first, last), what, 0.5
    elif (last - first).days > LONG_DAYS:
        shown, told = _months(first, last, fit), f"{what} (ticks on the first of a month)"
    else:
        shown, told = _thinned(pd.date_range(first, last, freq="W-MON"), fit), f"{what} (ticks on Mondays)"
    ax.set_xticks(date2num(shown) + middle, [_tick(day, first, last) for day in shown])
    ax.set_xlabel(told)


def _thinned(days: pd.DatetimeIndex, fit: int) -> pd.DatetimeIndex:
    """Return every n-th day, n as small as leaves few enough to be read."""
    return days[:: max(1, int(np.ceil(len(days) / fit)))]


def _months(first: pd.Timestamp, last: pd.Timestamp, fit: int) -> pd.DatetimeIndex:
    """Return the firsts of months that fit: of every month, quarter, half or year, which begin where people expect."""
    months = pd.date_range(first, last, freq="MS")
    step = next((step for step in (1, 2, 3, 6) if len(months) / step <= fit), 12)
    return _thinned(months[(months.month - 1) % step == 0], fit)


def _tick(day: pd.Timestamp, first: pd.Timestamp, last: pd.Timestamp) -> str:
    return f"{day:%b}\n{day.year}" if (last - first).days > LONG_DAYS else date_words(day)


def mark_changes(ax: Axes, prescriptions: pd.DataFrame | None, pauses: pd.DataFrame | None) -> None:
    """Draw the first day of each revision or later regimen as a line and each pause as a band, named above the axes.

    Words stand in two lines; one that fits in neither without covering another is left out, its mark is not.
    """
    low, high = ax.get_xlim()
    quiet, grey = look()["ink"]["quiet"], look()["state"]["paused"]["fill"]
    seen = [(first, last, words) for first, last, words in _pauses(pauses) if last > low and first < high]
    for first, last, _ in seen:
        ax.axvspan(max(first, low), min(last, high), color=grey, alpha=0.45, lw=0, zorder=0)
    begun = [(day, words) for day, words in _revisions(prescriptions) if low <= day <= high]
    for day in {day for day, _ in begun}:
        ax.axvline(day, color=quiet, linestyle=(0, (4, 2)), lw=look()["line"]["thin_pt"], zorder=1)
    words = begun + [((max(first, low) + min(last, high)) / 2, words) for first, last, words in seen]
    taken = {4: -np.inf, 15: -np.inf}
    for day, text in sorted(words):
        up = next((up for up, before in taken.items() if day - before >= CLOSE * (high - low)), None)
        if up is None:
            continue
        taken[up] = day
        ax.annotate(
            text, (day, 1), (0, up), xycoords=("data", "axes fraction"), textcoords="offset points", ha="center",
            fontsize=look()["text"]["small_pt"], color=quiet, annotation_clip=False,
        )  # fmt: skip


def _revisions(prescriptions: pd.DataFrame | None) -> Iterator[tuple[float, str]]:
    """Return the first day of every revision and regimen but the first, as a place on the axis with its name."""
    if prescriptions is None or not len(prescriptions):
        return
    first = prescriptions.groupby(["regimen_id", "revision"])["first_day"].min()
    begins = pd.to_datetime(first.groupby("regimen_id").min())
    for (regimen, revision), day in first.items():
        place = float(date2num(pd.Timestamp(day)))
        if pd.Timestamp(day) > begins[regimen]:
            yield place, f"revision {revision}"
        elif pd.Timestamp(day) > begins.min():
            yield place, "new regimen"


def _pauses(pauses: pd.DataFrame | None) -> Iterator[tuple[float, float, str]]:
    """Return the days of each pause as places on the axis, from midnight to midnight, and whether all is paused."""
    if pauses is None:
        return
    whole = pauses.assign(whole=pauses["exercise"].isna()).groupby(["first_day", "last_day"])["whole"].any()
    for (first, last), everything in whole.items():
        end = pd.Timestamp(last) + pd.Timedelta(days=1)
        yield float(date2num(pd.Timestamp(first))), float(date2num(end)), "paused" if everything else "partly paused"
