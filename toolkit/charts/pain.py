"""A patient's pain over time: gaps as gaps, its first level with what counts as an important change, its flares."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from toolkit.charts.axis import days_on_axis, mark_changes, span_words
from toolkit.charts.base import foot, legend_below, new_axes, no_data, plain, say
from toolkit.charts.foot import conventions
from toolkit.look import look
from toolkit.measures.pain import change_in_words
from toolkit.plan.wording import counted
from toolkit.rules import Rules

BELOW_IN = 1.2
STATUS = {
    "improved": "improved by every criterion",
    "possibly_improved": "possibly improved, one criterion of two",
    "unchanged": "no important change",
    "possibly_worse": "possibly worse, one criterion of two",
    "worse": "worse by every criterion",
    "not_enough_data": "not enough data to judge a change",
}


def plot_pain(
    pain: pd.DataFrame,
    *,
    change: pd.Series | None = None,
    prescriptions: pd.DataFrame | None = None,
    pauses: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw pain on the days it was given, gaps as gaps, and return the Axes.

    Parameters
    ----------
    pain : one row a day of one patient, `day`, `pain` (0-10) and, where flares are to be marked, `flare` (true, false
        or missing), as `pain_by_day` returns it
    change : the patient's row of `pain_change`: draws the baseline with the band of no important change
    prescriptions, pauses : mark revisions and pauses where given
    """
    given = pain.dropna(subset=["pain"]).sort_values("day")
    if not len(given):
        return no_data(new_axes(ax, height_in=0.5), "No pain recorded")
    ax = new_axes(ax, height_in=2.4, below_in=BELOW_IN, right_in=1.15)
    rules = Rules(**pain.attrs["rules"]) if "rules" in pain.attrs else None
    last = pd.Timestamp(rules.as_of) if rules else given["day"].iloc[-1]
    daily = given.set_index("day")["pain"].reindex(pd.date_range(given["day"].iloc[0], last))  # gaps break the line
    many = len(daily) > 200
    ax.plot(
        date2num(daily.index) + 0.5, daily.to_numpy(), "-o", color=look()["ink"]["text"], label="mean of the day",
        lw=look()["line"]["thin_pt" if many else "normal_pt"], ms=1.6 if many else 3.5, zorder=3,
    )  # fmt: skip
    ax.set(ylim=(-0.3, 10.3), xlim=(date2num(daily.index[0]) - 1, date2num(daily.index[-1]) + 2))
    if change is not None and rules is not None and pd.notna(change["pain_baseline"]):
        _draw_band(ax, float(change["pain_baseline"]), rules)
    _draw_flares(ax, given)
    ax.set_ylabel("Pain (0 none, 10 worst)")
    ax.set_yticks(range(0, 11, 2))
    ax.grid(axis="y", color=look()["ink"]["grid"], lw=look()["line"]["thin_pt"], zorder=0)
    days_on_axis(ax, daily.index[0], daily.index[-1], what="Day")
    plain(ax)
    mark_changes(ax, prescriptions, pauses)
    legend_below(ax)
    say(ax, *_words(given, len(daily), change))
    if rules is not None:
        foot(ax, conventions(rules, "pain", "flare"), below_in=BELOW_IN)
    return ax


def _draw_band(ax: Axes, baseline: float, rules: Rules) -> None:
    """Draw the first level, around it what neither criterion calls important, and name what both do."""
    ink = look()["ink"]
    points = rules.pain.mic_points
    part = rules.pain.mic_share * baseline if baseline > 0 else points  # of 0 there is no per cent
    near, reach = min(points, part), max(points, part)
    ax.axhspan(
        max(baseline - near, -0.3), min(baseline + near, 10.3),
        color=ink["pale"], lw=0, zorder=0, label="no important change",
    )  # fmt: skip
    low, high = baseline - reach, baseline + reach
    ax.axhline(baseline, color=look()["state"]["full"]["edge"], lw=look()["line"]["thin_pt"], ls="--", zorder=1)
    right = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
    small = {"fontsize": look()["text"]["small_pt"], "color": ink["quiet"], "annotation_clip": False}
    ax.annotate(f"baseline {baseline:.1f}", (1, baseline), (5, 0), **right, **small)
    if low > 0.6:
        ax.annotate("improved", (1, low / 2), (5, 0), **right, **small)
    if high < 9.4:
        ax.annotate("worse", (1, (high + 10) / 2), (5, 0), **right, **small)


def _draw_flares(ax: Axes, given: pd.DataFrame) -> None:
    if "flare" not in given or not (flare := given["flare"].fillna(False).to_numpy(bool)).any():
        return
    at, color = given[flare], look()["state"]["known_zero"]["edge"]
    above = np.minimum(at["pain"] + 0.75, 10.1)
    ax.plot(date2num(at["day"]) + 0.5, above, "v", color=color, ms=6, mfc="none", zorder=4, label="flare")


def _words(given: pd.DataFrame, days: int, change: pd.Series | None) -> tuple[str, str]:
    low, high, newest = given["pain"].min(), given["pain"].max(), given["pain"].iloc[-1]
    answer = f"Pain given on {len(given)} of {counted(days, 'day')}: from {low:.3g} to {high:.3g}, last {newest:.3g}"
    if change is not None:
        answer = _of_change(change)
        if "flare" in given and (flares := int(given["flare"].fillna(False).sum())):
            answer += f"; {counted(flares, 'flare day')}"
    first = given["day"].iloc[0]
    span = span_words(first, first + pd.Timedelta(days=days - 1))
    told = f"given on {len(given)} of {counted(days, 'day')}, {low:.3g} to {high:.3g}, last {newest:.3g}"
    return answer, f"Mean of each day's values, {span}; {told}; self-reported"


def _of_change(change: pd.Series) -> str:
    """Return what became of the pain in one sentence."""
    status = STATUS[change["pain_status"]]
    if pd.isna(change["pain_change"]):
        return f"Pain: {status}"
    told = f"from {change['pain_baseline']:.1f} to {change['pain_current']:.1f} ({change_in_words(change)})"
    return f"Pain {told}: {status}"
