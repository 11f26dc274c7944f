"""The page of one patient: six charts, each with what it shows in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from matplotlib.axes import Axes

from toolkit.charts.base import Panel, panel
from toolkit.charts.calendar import plot_calendar
from toolkit.charts.lanes import plot_lanes
from toolkit.charts.pain import plot_pain
from toolkit.charts.ring import plot_ring
from toolkit.charts.weekly import plot_dose, plot_weekly_adherence
from toolkit.measures.review import PatientReview


def patient_drawings(review: PatientReview) -> dict[str, Callable[[], Axes]]:
    """Return the charts of a patient by name, each a function that draws it."""
    changes = {"prescriptions": review.prescriptions, "pauses": review.pauses}
    return {
        "calendar": lambda: plot_calendar(review.cells, prescriptions=review.prescriptions),
        "adherence": lambda: plot_weekly_adherence(review.weekly, target=review.rules.target_share, **changes),
        "lanes": lambda: plot_lanes(review.cells, review.prescriptions, pauses=review.pauses),
        "dose": lambda: plot_dose(review.weekly, **changes),
        "pain": lambda: plot_pain(review.pain, change=review.change, **changes),
        "time of day": lambda: plot_ring(review.rows),
    }


def patient_panels(review: PatientReview) -> Iterator[Panel]:
    """Return the charts of a patient, each drawn apart from any notebook, and only when it is asked for."""
    return (panel(name, draw) for name, draw in patient_drawings(review).items())
