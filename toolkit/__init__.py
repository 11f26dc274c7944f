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
    from toolkit.forms.workbench import AlertWorkbench
    from toolkit.logs.read import read_log
    from toolkit.measures.adherence import adherence
    from toolkit.measures.alerts import alerts
    from toolkit.measures.attribution import attribute
    from toolkit.measures.backtest import back_test
    from toolkit.measures.catalogue import explain
    from toolkit.measures.cells import cell_table
    from toolkit.measures.notes import unread_notes
    from toolkit.measures.overview import overview
    from toolkit.measures.pain import pain_by_day, pain_change
    from toolkit.measures.persistence import persistence
    from toolkit.measures.rtm import rtm_days
    from toolkit.measures.triage import triage
    from toolkit.plan.catalogue import exercises
    from toolkit.plan.files import read_caseload
    from toolkit.plan.regimen import Prescription, Regimen, prescription_table, starter_regimen
    from toolkit.plan.wording import week_grid
    from toolkit.rules import Rules
    from toolkit.samples import sample_clinic
    from toolkit.store import Store

_HOME = {
    "AlertWorkbench": "forms.workbench",
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
    "alerts": "measures.alerts",
    "attribute": "measures.attribution",
    "back_test": "measures.backtest",
    "cell_table": "measures.cells",
    "exercises": "plan.catalogue",
    "explain": "measures.catalogue",
    "overview": "measures.overview",
    "pain_by_day": "measures.pain",
    "pain_change": "measures.pain",
    "persistence": "measures.persistence",
    "plot_calendar": "charts.calendar",
    "plot_pain": "charts.patient",
    "plot_week": "charts.patient",
    "plot_weekly_adherence": "charts.patient",
    "prescription_table": "plan.regimen",
    "read_caseload": "plan.files",
    "read_log": "logs.read",
    "rtm_days": "measures.rtm",
    "sample_clinic": "samples",
    "starter_regimen": "plan.regimen",
    "triage": "measures.triage",
    "unread_notes": "measures.notes",
    "use_notebook_style": "charts.style",
    "week_grid": "plan.wording",
}

__all__ = [
    "AlertWorkbench",
    "ImporterForm", "LifeForm", "PatientChooser", "PlannerForm", "Prescription", "Problem", "Regimen", "Rules",
    "Store", "ToolkitError", "adherence", "alerts", "attribute", "back_test", "cell_table", "exercises", "explain",
    "overview", "pain_by_day", "pain_change", "persistence", "plot_calendar", "plot_pain", "plot_week",
    "plot_weekly_adherence", "prescription_table", "read_caseload", "read_log", "rtm_days", "sample_clinic",
    "starter_regimen", "triage", "unread_notes", "use_notebook_style", "week_grid",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"toolkit has no {name}")
    return getattr(import_module(f"toolkit.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
