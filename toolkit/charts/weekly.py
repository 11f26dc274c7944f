"""A patient's weeks: sessions as an interval, and dose against what was prescribed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import PercentFormatter

from toolkit.charts.axis import date_words, days_on_axis, mark_changes, span_words
from toolkit.charts.base import foot, legend_below, new_axes, no_data, plain, say
from toolkit.charts.foot import conventions
from toolkit.look import look
from toolkit.measures.coding import EDGE
from toolkit.plan.wording import counted, per_cent, per_cent_between
from toolkit.rules import Rules

BAR_SHARE = 0.72  # of a week or month, the width of its bar
BELOW_IN = 1.2
KINDS = {"week": "Mondays", "month": "months"}


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
    weekly : `adherence(cells, by=["week"])`, or by month: `week` (its Monday) as index or column, `expected`,
        `credited` (sessions), `session_adherence` and `session_adherence_high` (0-1, NaN where nothing was due: a gap),
        `coverage`
    prescriptions, pauses : mark revisions and pauses where given
    target : 0-1, adds a dashed line; none unless the clinic chose one
    """
    kind, weekly = _kind(weekly)
    if not len(weekly) or not weekly["expected"].sum() > 0:
        return no_data(new_axes(ax, height_in=0.5), "Nothing was due, so there is no adherence to show")
    ax = new_axes(ax, height_in=2.6, below_in=BELOW_IN, right_in=0.95 if target else 0.2)
    state = look()["state"]
    middle, width = _bars(weekly, kind)
    low, high = weekly["session_adherence"].to_numpy(float), weekly["session_adherence_high"].to_numpy(float)
    ax.bar(
        middle, high - low, width, bottom=low, label="open: days without an entry", hatch="///", zorder=2,
        facecolor=look()["ink"]["pale"], edgecolor=state["partial"]["edge"], linewidth=look()["line"]["thin_pt"],
    )  # fmt: skip
    ax.plot(middle, low, "-o", color=state["full"]["fill"], lw=look()["line"]["normal_pt"], ms=_dot_pt(weekly),
            zorder=3, label="recorded")  # fmt: skip
    over = _over(weekly, kind)
    ax.plot(middle[~over], low[~over], "o", color=state["full"]["fill"], mfc=look()["ink"]["paper"], zorder=4,
            ms=_dot_pt(weekly), label=f"{kind} not over yet" if (~over).any() else None)  # fmt: skip
    if target is not None:
        _draw_target(ax, target)
    ax.set_ylabel("Sessions done, of those prescribed")
    _shares(ax, highest=1.0)
    _over_time(ax, weekly, kind, prescriptions, pauses)
    answer, basis = _weekly_words(weekly, kind)
    say(ax, answer, basis, details=_by_week(weekly, kind, "session_adherence", "session_adherence_high"))
    _foot(ax, weekly)
    return ax


def plot_dose(
    weekly: pd.DataFrame,
    *,
    prescriptions: pd.DataFrame | None = None,
    pauses: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the recorded dose against the least prescribed, and apart from it what went beyond the most.

    Parameters
    ----------
    weekly : as for `plot_weekly_adherence`, with `dose_adherence`, `dose_known` (0-1) and `over_dose` (share of the
        sessions due, 0 or more)
    prescriptions, pauses : mark revisions and pauses where given
    """
    kind, weekly = _kind(weekly)
    if not len(weekly) or not weekly["dose_adherence"].notna().any():
        return no_data(new_axes(ax, height_in=0.5), "No dose is known, so none is shown")
    ax = new_axes(ax, height_in=2.2, below_in=BELOW_IN)
    state, ink = look()["state"], look()["ink"]
    middle, width = _bars(weekly, kind)
    dose, over = weekly["dose_adherence"].to_numpy(float), weekly["over_dose"].fillna(0).to_numpy(float)
    due = ~np.isnan(dose)  # a week without anything recorded is a line on the floor, one without anything due a gap
    ax.bar(middle[due], dose[due], width[due], color=state["full"]["fill"], edgecolor=state["full"]["edge"], zorder=2,
           linewidth=look()["line"]["normal_pt"], label="dose recorded")  # fmt: skip
    weekly = weekly.assign(dose_high=_dose_high(weekly, dose))
    hidden = weekly["dose_high"].to_numpy(float) - dose
    ax.bar(
        middle[due], hidden[due], width[due], bottom=dose[due], zorder=2, facecolor=ink["pale"], hatch="///",
        edgecolor=state["partial"]["edge"], linewidth=look()["line"]["thin_pt"],
        label="open: days without an entry" if (hidden[due] > EDGE).any() else None,
    )  # fmt: skip
    beyond = over > EDGE
    named = "beyond the most prescribed" if beyond.any() else None
    ax.bar(
        middle[beyond], over[beyond], width[beyond], bottom=1, zorder=2, label=named,
        facecolor=ink["paper"], edgecolor=state["known_zero"]["edge"], hatch="xxx", linewidth=look()["line"]["thin_pt"],
    )  # fmt: skip
    ax.axhline(1, color=ink["quiet"], lw=look()["line"]["thin_pt"], zorder=1)
    ax.set_ylabel("Dose, of the least prescribed")
    _shares(ax, highest=1 + float(over.max(initial=0)))
    _over_time(ax, weekly, kind, prescriptions, pauses)
    answer, basis = _dose_words(weekly, kind)
    say(ax, answer, basis, details=_by_week(weekly, kind, "dose_adherence", "dose_high"))
    _foot(ax, weekly)
    return ax


def _dose_high(weekly: pd.DataFrame, dose: Any) -> Any:
    """Return the dose if all days without an entry had been done in full: their dose counts as none, which is known."""
    known = weekly["dose_known"].where(weekly["dose_known"] > EDGE)
    return np.minimum(1, dose + ((1 - weekly["coverage"]) / known).fillna(0).to_numpy(float))


def _kind(weekly: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Return whether rows are weeks or months, and the table with that column."""
    attrs = weekly.attrs
    weekly = weekly if {*KINDS} & {*weekly.columns} else weekly.reset_index()
    weekly.attrs = attrs
    return next(name for name in KINDS if name in weekly.columns), weekly


def _bars(weekly: pd.DataFrame, kind: str) -> tuple[Any, Any]:
    """Return the middle and the width of each bar, in days."""
    first = pd.to_datetime(weekly[kind])
    length = np.full(len(weekly), 7.0) if kind == "week" else first.dt.days_in_month.to_numpy(float)
    return date2num(first) + length / 2, BAR_SHARE * length


def _over(weekly: pd.DataFrame, kind: str) -> Any:
    """Tell which weeks or months were over on the last day counted; where that is not known, all."""
    if "rules" not in weekly.attrs:
        return np.ones(len(weekly), dtype=bool)
    first = pd.to_datetime(weekly[kind])
    last = first + (pd.Timedelta(days=6) if kind == "week" else pd.offsets.MonthEnd(1))
    return (last <= pd.Timestamp(weekly.attrs["rules"]["as_of"])).to_numpy(bool)


def _dot_pt(weekly: pd.DataFrame) -> float:
    return 6.0 if len(weekly) <= 60 else 3.0


def _shares(ax: Axes, *, highest: float) -> None:
    """Name an axis of shares by per cent, from 0 past the highest."""
    step = 0.25 if highest <= 1.5 else float(np.ceil(highest / 6 / 0.5)) * 0.5
    ax.set_ylim(0, 1.04 * max(highest, 1))
    ax.set_yticks(np.arange(0, highest + step / 2, step))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))


def _over_time(
    ax: Axes, weekly: pd.DataFrame, kind: str, prescriptions: pd.DataFrame | None, pauses: pd.DataFrame | None
) -> None:
    """Give the axes their days, their quiet grid, what changed on the way, and the words of its marks."""
    first, last = pd.to_datetime(weekly[kind]).min(), pd.to_datetime(weekly[kind]).max()
    end = last + (pd.Timedelta(days=7) if kind == "week" else pd.offsets.MonthEnd(1))
    ax.set_xlim(date2num(first) - 1, date2num(end) + 1)
    ax.grid(axis="y", color=look()["ink"]["grid"], lw=look()["line"]["thin_pt"], zorder=0)
    days_on_axis(ax, first, end, what=kind.capitalize())
    plain(ax)
    mark_changes(ax, prescriptions, pauses)
    legend_below(ax)


def _foot(ax: Axes, weekly: pd.DataFrame) -> None:
    if "rules" in weekly.attrs:
        foot(ax, conventions(Rules(**weekly.attrs["rules"]), "day_start", "near_duplicates"), below_in=BELOW_IN)


def _draw_target(ax: Axes, target: float) -> None:
    ax.axhline(target, linestyle="--", color=look()["ink"]["quiet"], lw=look()["line"]["thin_pt"], zorder=1)
    ax.annotate(
        f"target {100 * target:.0f} %", (1, target), (5, 0), xycoords=("axes fraction", "data"),
        textcoords="offset points", va="center", fontsize=look()["text"]["small_pt"], annotation_clip=False,
    )  # fmt: skip


def _weekly_words(weekly: pd.DataFrame, kind: str) -> tuple[str, str]:
    """Return what the weeks add up to in one sentence, and what it rests on."""
    expected, credited = weekly["expected"].sum(), weekly["credited"].sum()
    unseen = (weekly["expected"] * (1 - weekly["coverage"])).sum()
    low, high = credited / expected, (credited + unseen) / expected
    answer = f"{per_cent(low)} of sessions recorded"
    if high - low >= 0.005:
        answer += f"; up to {per_cent(high)} if all days without an entry were kept"
    seen = f"{counted(expected, 'session')} due, {per_cent(1 - unseen / expected)} of them on days with an entry"
    return answer, f"Session adherence by {kind}, {_span(weekly, kind)}; {seen}; self-reported"


def _dose_words(weekly: pd.DataFrame, kind: str) -> tuple[str, str]:
    known = weekly["expected"] * weekly["dose_known"].fillna(0)
    total, dose = known.sum(), (known * weekly["dose_adherence"].fillna(0)).sum()
    over, many = int((weekly["over_dose"] > EDGE).sum()), int(weekly["dose_adherence"].notna().sum())
    answer = f"{per_cent(dose / total)} of the least prescribed dose recorded" if dose else "No dose recorded"
    if not dose and weekly["credited"].sum() > 0:
        answer = "The sessions recorded say nothing of their dose"
    if over:
        answer += f"; beyond the most prescribed in {over} of {counted(many, kind)}"
    elif dose:
        answer += "; none beyond the most"
    due, missing = weekly["expected"].sum(), 1 - total / weekly["expected"].sum()
    seen = f"{counted(due, 'session')} due, no entry counts as none"
    seen += f", {per_cent(missing)} without a dose" if missing > EDGE else ""
    return answer, f"Dose by {kind}, {_span(weekly, kind)}; {seen}; self-reported"


def _span(weekly: pd.DataFrame, kind: str) -> str:
    return f"{KINDS[kind]} of {span_words(weekly[kind].min(), weekly[kind].max())}"


def _by_week(weekly: pd.DataFrame, kind: str, low: str, high: str) -> str:
    """Return every bar in words: what a reader hears who does not see them."""
    told, first = [], pd.Timestamp(weekly[kind].min())
    for row in weekly.to_dict("records"):
        if pd.isna(row[low]):
            said = "not known" if row["expected"] > 0 else "nothing due"
        elif row[high] - row[low] < 0.005:
            said = per_cent(row[low])
        else:
            said = per_cent_between(row[low], row[high])
        begins = pd.Timestamp(row[kind])
        named = f"{begins:%b}" if kind == "month" else date_words(begins)
        year = f" {begins.year}" if kind == "month" or begins.year != first.year else ""
        told.append(f"{named}{year} {said}")
    return f"By {kind}: {', '.join(told)}"
