"""Plan a low-back home-exercise regimen, read the patient's log, see adherence with its uncertainty.

Each name is imported from its module when first asked for, so that a plan needs no pandas and a table no database.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.charts.calendar import plot_calendar
    from toolkit.charts.caseload import plot_coverage, plot_distribution, plot_persistence
    from toolkit.charts.heat import plot_heat_map
    from toolkit.charts.lanes import plot_lanes
    from toolkit.charts.pain import plot_pain
    from toolkit.charts.ring import plot_ring
    from toolkit.charts.style import use_notebook_style
    from toolkit.charts.week import plot_week
    from toolkit.charts.weekly import plot_dose, plot_weekly_adherence
    from toolkit.errors import Problem, ToolkitError
    from toolkit.forms.export import ExportForm
    from toolkit.forms.importer import ImporterForm
    from toolkit.forms.life import LifeForm
    from toolkit.forms.planner import PlannerForm
    from toolkit.forms.reviewer import CaseloadForm, PatientForm
    from toolkit.forms.take_home import TakeHomeForm
    from toolkit.forms.typing_in import TypingForm
    from toolkit.forms.workbench import AlertWorkbench
    from toolkit.logs.read import read_log
    from toolkit.measures.adherence import adherence
    from toolkit.measures.alerts import alerts
    from toolkit.measures.attribution import attribute
    from toolkit.measures.backtest import back_test
    from toolkit.measures.caseload import caseload_table
    from toolkit.measures.catalogue import explain
    from toolkit.measures.cells import cell_table
    from toolkit.measures.notes import unread_notes
    from toolkit.measures.overview import overview
    from toolkit.measures.pain import pain_by_day, pain_change
    from toolkit.measures.persistence import persistence
    from toolkit.measures.rtm import rtm_days
    from toolkit.measures.survival import persistence_curve
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
    "CaseloadForm": "forms.reviewer",
    "ExportForm": "forms.export",
    "ImporterForm": "forms.importer",
    "LifeForm": "forms.life",
    "PatientForm": "forms.reviewer",
    "PlannerForm": "forms.planner",
    "Prescription": "plan.regimen",
    "Problem": "errors",
    "Regimen": "plan.regimen",
    "Rules": "rules",
    "Store": "store",
    "TakeHomeForm": "forms.take_home",
    "ToolkitError": "errors",
    "TypingForm": "forms.typing_in",
    "adherence": "measures.adherence",
    "alerts": "measures.alerts",
    "attribute": "measures.attribution",
    "back_test": "measures.backtest",
    "caseload_table": "measures.caseload",
    "cell_table": "measures.cells",
    "exercises": "plan.catalogue",
    "explain": "measures.catalogue",
    "overview": "measures.overview",
    "pain_by_day": "measures.pain",
    "pain_change": "measures.pain",
    "persistence": "measures.persistence",
    "persistence_curve": "measures.survival",
    "plot_calendar": "charts.calendar",
    "plot_coverage": "charts.caseload",
    "plot_distribution": "charts.caseload",
    "plot_dose": "charts.weekly",
    "plot_heat_map": "charts.heat",
    "plot_lanes": "charts.lanes",
    "plot_pain": "charts.pain",
    "plot_persistence": "charts.caseload",
    "plot_ring": "charts.ring",
    "plot_week": "charts.week",
    "plot_weekly_adherence": "charts.weekly",
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
    "AlertWorkbench", "CaseloadForm", "ExportForm", "ImporterForm", "LifeForm", "PatientForm", "PlannerForm",
    "Prescription", "Problem", "Regimen", "Rules", "Store", "TakeHomeForm", "ToolkitError", "TypingForm", "adherence",
    "alerts", "attribute", "back_test", "caseload_table", "cell_table", "exercises", "explain", "overview",
    "pain_by_day", "pain_change", "persistence", "persistence_curve", "plot_calendar", "plot_coverage",
    "plot_distribution", "plot_dose", "plot_heat_map", "plot_lanes", "plot_pain", "plot_persistence", "plot_ring",
    "plot_week", "plot_weekly_adherence", "prescription_table", "read_caseload", "read_log", "rtm_days",
    "sample_clinic", "starter_regimen", "triage", "unread_notes", "use_notebook_style", "week_grid",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"toolkit has no {name}")
    return getattr(import_module(f"toolkit.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
