"""Plan a low-back home-exercise regimen, read the patient's log, see adherence with its uncertainty.

Each name is imported from its module when first asked for, so that a plan needs no pandas and a table no database.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.charts.calendar import plot_calendar
    from toolkit.charts.patient import plot_pain, plot_week, plot_weekly_adherence
    from toolkit.charts.style import use_notebook_style
    from toolkit.errors import Problem, ToolkitError
    from toolkit.forms.chooser import PatientChooser
    from toolkit.forms.importer import ImporterForm
    from toolkit.forms.life import LifeForm
    from toolkit.forms.planner import PlannerForm
    from toolkit.logs.read import read_log
    from toolkit.measures.adherence import adherence
    from toolkit.measures.attribution import attribute
    from toolkit.measures.cells import cell_table
    from toolkit.measures.pain import pain_by_day
    from toolkit.plan.catalogue import exercises
    from toolkit.plan.files import read_caseload
    from toolkit.plan.regimen import Prescription, Regimen, prescription_table, starter_regimen
    from toolkit.plan.wording import week_grid
    from toolkit.rules import Rules
    from toolkit.samples import sample_clinic
    from toolkit.store import Store

_HOME = {
    "ImporterForm": "forms.importer",
    "LifeForm": "forms.life",
    "PatientChooser": "forms.chooser",
    "PlannerForm": "forms.planner",
    "Prescription": "plan.regimen",
    "Problem": "errors",
    "Regimen": "plan.regimen",
    "Rules": "rules",
    "Store": "store",
    "ToolkitError": "errors",
    "adherence": "measures.adherence",
    "attribute": "measures.attribution",
    "cell_table": "measures.cells",
    "exercises": "plan.catalogue",
    "pain_by_day": "measures.pain",
    "plot_calendar": "charts.calendar",
    "plot_pain": "charts.patient",
    "plot_week": "charts.patient",
    "plot_weekly_adherence": "charts.patient",
    "prescription_table": "plan.regimen",
    "read_caseload": "plan.files",
    "read_log": "logs.read",
    "sample_clinic": "samples",
    "starter_regimen": "plan.regimen",
    "use_notebook_style": "charts.style",
    "week_grid": "plan.wording",
}

__all__ = [
    "ImporterForm", "LifeForm", "PatientChooser", "PlannerForm", "Prescription", "Problem", "Regimen", "Rules",
    "Store", "ToolkitError", "adherence", "attribute", "cell_table", "exercises", "pain_by_day", "plot_calendar",
    "plot_pain", "plot_week", "plot_weekly_adherence", "prescription_table", "read_caseload", "read_log",
    "sample_clinic", "starter_regimen", "use_notebook_style", "week_grid",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"toolkit has no {name}")
    return getattr(import_module(f"toolkit.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
