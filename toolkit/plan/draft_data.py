"""A draft as plain data and back, so that what was typed outlasts the program."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from toolkit.errors import RegimenError
from toolkit.plan.asking import taken_up
from toolkit.plan.drafts import RegimenDraft, blank_exercises
from toolkit.typed import problems_of


def draft_to_data(draft: RegimenDraft) -> dict[str, Any]:
    """Return a draft as plain data, days as text."""
    data: dict[str, Any] = TypeAdapter(RegimenDraft).dump_python(draft, mode="json", warnings=False)
    return data


def draft_from_data(data: dict[str, Any]) -> RegimenDraft:
    """Return the draft that plain data hold; what an earlier Backcare did not know stays blank.

    Raises
    ------
    RegimenError
        If a field holds what no form could have typed.
    """
    known = {name: one for name, one in data.get("exercises", {}).items() if name in blank_exercises()}
    kept = data | {"screening": taken_up(data.get("screening", {}))}
    try:
        draft = TypeAdapter(RegimenDraft).validate_python(kept | {"exercises": known})
    except ValidationError as error:
        raise RegimenError("What was typed cannot be read again.", problems_of(error)) from None
    draft.exercises.update({name: one for name, one in blank_exercises().items() if name not in known})
    return draft
