"""At which time of the day a patient exercises, on the ring of a clock of 24 hours."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.projections.polar import PolarAxes

from toolkit.charts.axis import span_words
from toolkit.charts.base import foot, new_axes, new_figure, no_data, say, title_in, width_in
from toolkit.charts.foot import conventions
from toolkit.look import look
from toolkit.measures.timing import MIN_DAYS, circular, first_sessions
from toolkit.plan.wording import counted
from toolkit.rules import Rules, rules_of

HOURS = 24
SIZE_IN, BELOW_IN = 2.6, 0.75
REGULAR, SPREAD = 0.8, 0.4  # R from which a habit is called regular, below which it is called spread (our own words)


def plot_ring(rows: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw when the first session of each day began, one wedge an hour, and return the polar Axes.

    Parameters
    ----------
    rows : the log of one patient as `attribute` returns it; only sessions whose time is known are drawn
    ax : polar Axes
    """
    rules = rules_of(rows, None)
    times = first_sessions(rows, rules=rules)
    if not len(times):
        return no_data(new_axes(ax, height_in=0.5), "No session with a time of day")
    if ax is None:
        total, wide = SIZE_IN + BELOW_IN + title_in(), width_in()
        at = (0.55 / wide, BELOW_IN / total, SIZE_IN / wide, SIZE_IN / total)
        ax = new_figure(total).add_axes(at, projection="polar")
    assert isinstance(ax, PolarAxes), "a ring needs polar axes"
    ax.set_theta_zero_location("N")
    ax.set_theta_direction(-1)
    ax.set_xticks(np.arange(8) * np.pi / 4, [f"{hour:02}:00" for hour in range(0, HOURS, 3)])
    count, _ = np.histogram(times["minutes"], bins=np.arange(HOURS + 1) * 60)
    width = 2 * np.pi / HOURS
    ax.bar((np.arange(HOURS) + 0.5) * width, count, width * 0.92, color=look()["state"]["full"]["fill"], zorder=2)
    _scale(ax, int(count.max(initial=0)))
    answer = _words(ax, times, rules)
    untimed = _without_time(rows, times)
    basis = (
        f"First session of each of {counted(len(times), 'day')}, {span_words(times['day'].min(), times['day'].max())}"
    )
    basis += f"; {counted(untimed, 'more day')} without a time" if untimed else ""
    hours = ", ".join(f"{hour:02}:00 {many}" for hour, many in enumerate(count) if many)
    say(ax, answer, f"{basis}; self-reported", details=f"Days by hour: {hours}" if hours else "")
    foot(ax, conventions(rules, "day_start"), below_in=BELOW_IN)
    return ax


def _scale(ax: PolarAxes, most: int) -> None:
    top = max(most, 1)
    ax.set_ylim(-0.35 * top, top)  # a hole in the middle makes it a ring
    ticks = sorted({int(np.ceil(top / 2)), top})
    ax.set_yticks(ticks, [counted(tick, "day") for tick in ticks])
    ax.set_rlabel_position(22.5)
    ax.grid(color=look()["ink"]["grid"], lw=look()["line"]["thin_pt"])
    ax.spines["polar"].set_color(look()["ink"]["grid"])
    ax.tick_params(labelsize=look()["text"]["small_pt"], colors=look()["ink"]["text"])


def _words(ax: PolarAxes, times: pd.DataFrame, rules: Rules) -> str:
    """Return the answer, and draw the mean where there are days enough for one."""
    if len(times) < MIN_DAYS:
        return f"Not enough data: a time is known on {counted(len(times), 'day')}, {MIN_DAYS} are needed"
    minutes = times["minutes"].to_numpy(float)
    r, mean, spread = (float(one[0]) for one in circular(minutes, np.zeros(len(minutes), dtype=np.int64), 1))
    if np.isnan(mean):
        return "No usual time: the sessions are spread over the whole clock"
    low, high = ax.get_ylim()
    ax.plot([mean * 2 * np.pi / HOURS] * 2, [low * 0.1, high], color=look()["ink"]["text"], zorder=3,
            lw=look()["line"]["strong_pt"])  # fmt: skip
    how = "regular" if r >= REGULAR else "spread" if r < SPREAD else "fairly regular"
    minutes_in = round(mean * 60)
    clock = f"{minutes_in // 60 % HOURS:02}:{minutes_in % 60:02}"
    return f"First session about {clock}, {how} (R {r:.2f}, spread {spread:.1f} h)"


def _without_time(rows: pd.DataFrame, times: pd.DataFrame) -> int:
    """Return on how many days sessions were recorded without a time."""
    done = rows.loc[rows["reason"].isin(["counted", "rest_day"]), "day"].unique()
    return len(set(done) - set(times["day"].unique()))
