"""What the charts share: figures with fixed margins, titles that state a finding, words for those who do not see."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from toolkit.charts.style import chart_style
from toolkit.look import look
from toolkit.plan.catalogue import exercises, name_of

WIDTH_IN = 9.0
PAPER_IN = 7.08  # what the margins of an A4 page leave: type keeps its size in print
TITLE_IN = 0.9  # above the axes: title, subtitle, room for the words of revisions and pauses
ABOVE_IN = 0.42  # of these, the room for the words of revisions and pauses
FOOT_IN = 0.3  # below the axes, for the conventions
ROW_IN = 0.42  # of a prescribed week
_PAPER: ContextVar[bool] = ContextVar("paper", default=False)
_PAGE: ContextVar[_Page | None] = ContextVar("page", default=None)  # None: a figure that a notebook shows


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart of a page: its name, its picture as SVG text, and what it shows in words.

    `title` is the answer and `basis` what it rests on; `drawn` is false where there was nothing to draw.
    """

    name: str
    svg: str
    words: str
    title: str = ""
    basis: str = ""
    drawn: bool = True


@dataclass(slots=True)
class _Page:
    """What a chart says while it is drawn apart from any notebook."""

    title: str = ""
    basis: str = ""
    drawn: bool = True


@contextmanager
def on_paper() -> Iterator[None]:
    """Draw panels as wide as the text of a page, which itself says title, basis and conventions."""
    token = _PAPER.set(True)
    try:
        yield
    finally:
        _PAPER.reset(token)


def width_in() -> float:
    """Return the width of a figure in inches: of a page on paper, else of a screen."""
    return PAPER_IN if _PAPER.get() else WIDTH_IN


def title_in() -> float:
    """Return the room above the axes in inches."""
    return ABOVE_IN if _PAPER.get() else TITLE_IN


def new_axes(
    ax: Axes | None, *, height_in: float, left_in: float = 0.85, below_in: float = 0.6, right_in: float = 0.2
) -> Axes:
    """Return `ax`, or the axes of a new figure with fixed margins, in inches."""
    if ax is not None:
        return ax
    below_in -= FOOT_IN if _PAPER.get() else 0
    total, wide = height_in + below_in + title_in(), width_in()
    return new_figure(total).add_axes(
        (left_in / wide, below_in / total, (wide - left_in - right_in) / wide, height_in / total)
    )


def new_figure(height_in: float) -> Figure:
    """Return a figure of our width: one the notebook shows, but in a `panel` one of its own."""
    if _PAGE.get():
        return Figure(figsize=(width_in(), height_in))
    import matplotlib.pyplot as plt

    return plt.figure(figsize=(width_in(), height_in))


def panel(name: str, draw: Callable[[], Axes]) -> Panel:
    """Return what `draw` puts on a figure of its own as a panel."""
    page = _Page()
    token = _PAGE.set(page)
    try:
        with rc_context(chart_style()):
            ax = draw()
            return Panel(name, _svg(ax.figure), words_of(ax), page.title, page.basis, page.drawn)
    finally:
        _PAGE.reset(token)


def svg_of(draw: Callable[[Axes], Axes], *, rows: int) -> str:
    """Return what `draw` puts on axes of so many rows as SVG text, outside of any notebook's open figures."""
    total = ROW_IN * rows + TITLE_IN + 0.2
    figure = Figure(figsize=(WIDTH_IN, total))
    draw(figure.add_axes((3.0 / WIDTH_IN, 0.2 / total, (WIDTH_IN - 3.2) / WIDTH_IN, ROW_IN * rows / total)))
    return _svg(figure)


def say(ax: Axes, answer: str, basis: str, *, details: str = "") -> None:
    """Write the answer as the title and what it rests on below it; keep both, with details, as the chart in words."""
    answer = answer[:1].upper() + answer[1:]  # it may begin with a share: "below 1 %"
    ax.set_label(". ".join(part for part in (answer, basis, details) if part) + ".")
    if page := _PAGE.get():
        page.title, page.basis = answer, basis
    if _PAPER.get():
        return
    text = look()["text"]
    above = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}
    left = left_of(ax)
    ax.annotate(answer, (0, 1), (left, 44), fontsize=text["title_pt"], fontweight="bold", **above)
    ax.annotate(basis, (0, 1), (left, 29), fontsize=text["small_pt"], color=look()["ink"]["quiet"], **above)


def foot(ax: Axes, words: str, *, below_in: float) -> None:
    """Write the conventions of a figure at its lower edge, `below_in` the space there is under the axes."""
    if _PAPER.get():
        return
    ax.annotate(
        words, (0, 0), (left_of(ax), 8 - 72 * below_in), xycoords="axes fraction", textcoords="offset points",
        fontsize=look()["text"]["small_pt"], color=look()["ink"]["quiet"], annotation_clip=False, va="bottom",
    )  # fmt: skip


def left_of(ax: Axes) -> float:
    """Return how far left of the axes, in points, a title begins: near the edge of a figure of our own width."""
    figure = ax.figure
    own = abs(figure.get_figwidth() - width_in()) < 0.01 and len(figure.axes) == 1
    return min(0.0, 72 * (0.1 - ax.get_position().x0 * width_in())) if own else 0.0


def legend_below(ax: Axes) -> None:
    """Name the marks of an axis of days below its name."""
    height_pt = ax.get_window_extent().height / ax.get_figure().dpi * 72
    ax.legend(
        loc="upper left", bbox_to_anchor=(0, -46 / height_pt), ncols=3, frameon=False, borderaxespad=0, borderpad=0,
        fontsize=look()["text"]["small_pt"],
    )  # fmt: skip


def no_data(ax: Axes, words: str) -> Axes:
    """Say in the middle of empty axes that there is nothing to draw."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, words, transform=ax.transAxes, ha="center", va="center", color=look()["ink"]["quiet"])
    ax.set_label(words + ".")
    if page := _PAGE.get():
        page.title, page.drawn = words, False
    return ax


def words_of(ax: Axes) -> str:
    """Return a chart in words, as a reader hears it who does not see it."""
    return str(ax.get_label())


def plain(ax: Axes) -> None:
    """Take away what carries no data, and set the type of what does."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(look()["ink"]["quiet"])
    ax.tick_params(labelsize=look()["text"]["small_pt"], colors=look()["ink"]["text"], length=3)
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set_size(look()["text"]["small_pt"])


def track_order(exercise: str, side: str) -> tuple[int, str, str]:
    """Return what sorts exercises as the catalogue does, unknown ones last, left before right."""
    known = list(exercises())
    return known.index(exercise) if exercise in known else len(known), exercise, side


def track_name(exercise: str, side: str) -> str:
    """Return an exercise with its side in full: `Psoas stretch, left`."""
    return name_of(exercise) + ("" if side == "none" else f", {side}")


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()
