"""A draft as plain data and back, so that what was typed outlasts the program."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from toolkit.plan.drafts import ExerciseDraft, PauseDraft, RegimenDraft, StepDraft, blank_exercises
from toolkit.plan.screening_draft import ScreeningDraft


def draft_to_data(draft: RegimenDraft) -> dict[str, Any]:
    """Return a draft as plain data, days as text."""
    return dict(json.loads(json.dumps(asdict(draft), default=lambda day: day.isoformat())))


def draft_from_data(data: dict[str, Any]) -> RegimenDraft:
    """Return the draft that plain data hold; what an earlier Backcare did not know stays blank."""
    typed = _known(RegimenDraft, data, days=("first_day", "last_day"))
    exercises = {name: _exercise(one) for name, one in data.get("exercises", {}).items() if name in blank_exercises()}
    typed["exercises"] = blank_exercises() | exercises
    typed["pauses"] = tuple(
        PauseDraft(**_known(PauseDraft, one, days=("first_day", "last_day"))) for one in data.get("pauses", ())
    )
    typed["screening"] = _screening(data.get("screening", {}))
    return RegimenDraft(**typed)


def _exercise(data: dict[str, Any]) -> ExerciseDraft:
    typed = _known(ExerciseDraft, data)
    typed["weekdays"] = tuple(data.get("weekdays", ()))
    typed["steps"] = tuple(StepDraft(**_known(StepDraft, one)) for one in data.get("steps", ()))
    return ExerciseDraft(**typed)


def _screening(data: dict[str, Any]) -> ScreeningDraft:
    typed = _known(ScreeningDraft, data, days=("since", "reviewed_on", "emergency_assessed_on"))
    if data.get("asked_at"):
        typed["asked_at"] = datetime.fromisoformat(data["asked_at"])
    typed["at_once"] = tuple(data.get("at_once", ()))
    typed["decisions"] = {key: (one[0], one[1]) for key, one in data.get("decisions", {}).items()}
    return ScreeningDraft(**typed)


def _known(kind: Any, data: dict[str, Any], *, days: tuple[str, ...] = ()) -> dict[str, Any]:
    names = {one.name for one in fields(kind)}
    return {
        key: date.fromisoformat(value) if key in days and value else value
        for key, value in data.items()
        if key in names
    }
