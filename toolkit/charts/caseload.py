"""The whole caseload in four pictures: days, adherence with its uncertainty, persistence, coverage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import MaxNLocator, PercentFormatter

from toolkit.charts.base import Panel, foot, left_of, new_axes, no_data, panel, plain, say
from toolkit.charts.foot import conventions
from toolkit.charts.heat import plot_heat_map
from toolkit.look import look
from toolkit.measures.adherence import adherence
from toolkit.measures.coding import EDGE
from toolkit.measures.persistence import persistence
from toolkit.measures.survival import persistence_curve
from toolkit.plan.wording import counted, per_cent
from toolkit.rules import Rules, rules_of

BELOW_IN = 1.0
FEW = 5  # patients at risk below which no share is put into words (our own convention)
BLOCK_DAYS = 28


def caseload_panels(cells: pd.DataFrame, order: Sequence[str]) -> list[Panel]:
    """Return the pictures of a caseload, each drawn apart from any notebook.

    Parameters
    ----------
    cells : one row an exercise, side and day, as `cell_table` returns it
    order : patients from the top down, such as `triage(...)["patient_id"]`
    """
    table = adherence(cells, by=["patient_id"])
    curve = persistence_curve(persistence(cells, by=["patient_id"]))
    return [
        panel("days", lambda: plot_heat_map(cells, order)),
        panel("adherence", lambda: plot_distribution(table)),
        panel("persistence", lambda: plot_persistence(curve)),
        panel("coverage", lambda: plot_coverage(table)),
    ]


def plot_distribution(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw each patient's session adherence as an interval, the lowest first, and return the Axes.

    Parameters
    ----------
    table : `adherence(cells, by=["patient_id"])`: `session_adherence`, `session_adherence_high` (0-1, NaN: not drawn)
    """
    known = table.dropna(subset=["session_adherence"]).sort_values(["session_adherence", "session_adherence_high"])
    if not len(known):
        return no_data(new_axes(ax, height_in=0.5), "Nothing was due of any patient")
    ax = new_axes(ax, height_in=2.6, below_in=BELOW_IN)
    low, high = known["session_adherence"].to_numpy(float), known["session_adherence_high"].to_numpy(float)
    x = np.arange(len(known))
    width_pt = max(1.0, min(9.0, 0.6 * 560 / len(known)))
    ax.add_collection(
        LineCollection(
            [[(at, one), (at, other)] for at, one, other in zip(x, low, high, strict=True)], lw=width_pt, zorder=1,
            colors=look()["state"]["partial"]["fill"], label="open: days without an entry",
        )
    )  # fmt: skip
    ax.plot(x, low, "o", color=look()["state"]["full"]["fill"], ms=max(2, min(6, width_pt)), zorder=2, label="recorded")
    ax.set(xlim=(-0.8, len(known) - 0.2), ylim=(0, 1.04), xticks=[])
    ax.set_xlabel("Patients, from the least recorded to the most")
    _shares(ax, "Sessions done, of those prescribed")
    _legend(ax)
    said = f"Half of {len(known)} patients recorded {per_cent(np.median(low))} of their sessions or more"
    if len(known) == 1:
        said = f"The one patient recorded {per_cent(low[0])} of the sessions"
    none = len(table) - len(known)
    basis = f"One line a patient, whole record; {none} more with nothing due; self-reported"
    say(ax, said, basis, details=f"Quartiles {_quartiles(low)}; with the days without an entry {_quartiles(high)}")
    return _foot(ax, table, "day_start")


def plot_persistence(curve: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many of those who started still exercise after so many days, and return the Axes.

    Parameters
    ----------
    curve : as `persistence_curve` returns it; under the axis stands how many patients are still followed
    """
    started = curve.attrs.get("started", int(curve["at_risk"].max()) if len(curve) else 0)
    if not started:
        return no_data(new_axes(ax, height_in=0.5), "Nobody has started yet, so there is no curve")
    ax = new_axes(ax, height_in=2.4, below_in=1.45, right_in=0.3)
    days, survival = curve.index.to_numpy(float), curve["survival"].to_numpy(float)
    band = {"step": "post", "color": look()["state"]["partial"]["fill"], "alpha": 0.6, "lw": 0, "zorder": 1}
    ax.fill_between(days, curve["ci_low"], curve["ci_high"], **band)
    ax.step(
        days, survival, where="post", color=look()["state"]["full"]["fill"], lw=look()["line"]["strong_pt"], zorder=2
    )
    end = max(float(days[-1]), 1.0)
    ax.set(xlim=(0, end), ylim=(0, 1.04))
    ticks = MaxNLocator(integer=True, nbins=10, min_n_ticks=2).tick_values(0, end)
    ax.set_xticks([tick for tick in ticks if 0 <= tick <= end])
    ax.set_xlabel("Active days since the first session")
    _shares(ax, "Still exercising, of those who started")
    below = {"textcoords": "offset points", "fontsize": look()["text"]["small_pt"], "annotation_clip": False}
    ax.annotate("Followed", (0, 0), (left_of(ax), -42), xycoords="axes fraction", **below)
    for tick in ax.get_xticks():
        ax.annotate(f"{_at_risk(curve, tick)}", (tick, 0), (0, -42), xycoords=("data", "axes fraction"), ha="center",
                    **below)  # fmt: skip
    never = curve.attrs.get("never_started", 0)
    basis = f"{counted(started, 'patient')} who started, {int(curve['events'].sum())} stopped; {never} never started"
    say(ax, _still(curve), f"Kaplan-Meier curve with its interval; {basis}; self-reported", details=_steps(curve))
    return _foot(ax, curve, "gap_days", "confidence", below_in=1.45)


def plot_coverage(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how complete the diaries are, as a count of patients in tenths of coverage, and return the Axes.

    Parameters
    ----------
    table : `adherence(cells, by=["patient_id"])`: `coverage` (0-1, NaN where nothing was due: not drawn)
    """
    known = table["coverage"].dropna().to_numpy(float)
    if not len(known):
        return no_data(new_axes(ax, height_in=0.5), "Nothing was due of any patient")
    least = rules_of(table, None).coverage_min
    ax = new_axes(ax, height_in=2.2, below_in=BELOW_IN, right_in=0.4)
    count = np.bincount(np.minimum((10 * known + EDGE).astype(int), 9), minlength=10)  # 0.3 is 0.3, not just below
    ax.bar(np.arange(10) / 10 + 0.05, count, 0.092, color=look()["state"]["full"]["fill"], zorder=2)
    ax.axvline(least, color=look()["ink"]["quiet"], ls="--", lw=look()["line"]["thin_pt"], zorder=3)
    ax.annotate(f"too thin below {100 * least:g} %", (least, 1), (4, 2), xycoords=("data", "axes fraction"),
                textcoords="offset points", fontsize=look()["text"]["small_pt"], annotation_clip=False)  # fmt: skip
    ax.set(xlim=(0, 1))
    ax.set_xlabel("Coverage: sessions due on days with an entry, of all due")
    ax.set_ylabel("Patients")
    ticks = MaxNLocator(integer=True, nbins=5, min_n_ticks=2).tick_values(0, count.max())
    ax.set_yticks([tick for tick in ticks if tick <= 1.05 * count.max()])
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    ax.set_xticks(np.linspace(0, 1, 11))
    plain(ax)
    thin = int((known < least - EDGE).sum())
    are = "diary is" if len(known) == 1 else "diaries are"
    said = f"{thin if thin else 'None'} of {len(known)} {are} too thin to judge" if len(known) > 1 else (
        f"The one diary is {'too thin to judge' if thin else 'complete enough'}"
    )  # fmt: skip
    told = ", ".join(f"{10 * place} to {10 * place + 10} %: {many}" for place, many in enumerate(count) if many)
    say(ax, said, "Patients by tenths of coverage, whole record; self-reported", details=f"Patients: {told}")
    return _foot(ax, table, "coverage_min")


def _shares(ax: Axes, name: str) -> None:
    ax.set_ylabel(name)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    ax.set_yticks(np.linspace(0, 1, 5))
    ax.grid(axis="y", color=look()["ink"]["grid"], lw=look()["line"]["thin_pt"], zorder=0)
    plain(ax)


def _legend(ax: Axes) -> None:
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, borderaxespad=0, borderpad=0.2,
              fontsize=look()["text"]["small_pt"])  # fmt: skip


def _foot(ax: Axes, table: pd.DataFrame, *names: str, below_in: float = BELOW_IN) -> Axes:
    if "rules" in table.attrs:
        foot(ax, conventions(Rules(**table.attrs["rules"]), *names), below_in=below_in)
    return ax


def _quartiles(values: np.ndarray) -> str:
    return ", ".join(per_cent(one) for one in np.quantile(values, (0.25, 0.5, 0.75)))


def _at_risk(curve: pd.DataFrame, day: float) -> int:
    """Return how many patients are followed for at least so many days, as far as the steps of the curve tell."""
    later = curve.index.to_numpy(float) >= day
    return int(curve["at_risk"].to_numpy()[later.argmax()]) if later.any() else 0


def _still(curve: pd.DataFrame) -> str:
    """Return the share on the last round day on which enough patients are followed."""
    known = curve[curve["at_risk"] >= FEW]
    if not len(known):
        few = int(curve["at_risk"].max())
        return f"Not enough data: {counted(few, 'patient')} followed, {FEW} are needed to name a share"
    last = int(known.index.max())
    day = max(BLOCK_DAYS * (last // BLOCK_DAYS), min(last, BLOCK_DAYS))
    share = curve.loc[curve.index <= day, "survival"].iloc[-1]
    return f"{per_cent(share)} of those who started still exercised after {day} active days"


def _steps(curve: pd.DataFrame) -> str:
    rows = [f"day {day:g} {per_cent(row['survival'])} of {row['at_risk']:g}" for day, row in curve.iterrows()]
    return "Steps: " + ", ".join(rows[:: max(1, len(rows) // 12)])
