"""The stated conventions of a calculation."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator

from toolkit.errors import RulesError
from toolkit.typed import Day, Number, Typed, Whole

if TYPE_CHECKING:
    import pandas as pd

Share = Annotated[Number, Field(ge=0, le=1)]
Points = Annotated[Number, Field(ge=0, le=10)]
Days = Annotated[Whole, Field(ge=1, le=365)]

# named targets: conventions of the literature, not biology (docs/measures.md)
TARGETS = {
    "bailey_80": 0.80,  # Bailey 2020, Br J Sports Med 54:326: 80-99 % is the commonest band called satisfactory
    "mispex_70": 0.70,  # low-back cohort, n = 1,511, PMID 39756772
}


class PainRules(Typed):
    """How a change of pain is judged (docs/measures.md, pain)."""

    error: ClassVar = RulesError
    title: ClassVar[str] = "Rules, pain"

    window_days: Days = 7
    min_days: Days = 3
    mic_points: Points = 2  # Ostelo 2008, Spine
    mic_share: Share = 0.30  # Ostelo 2008, Spine
    flare_points: Points = 2
    flare_days: Days = 14


class AlarmRules(Typed):
    """When a drop-off alarm is raised (docs/measures.md, early warning)."""

    error: ClassVar = RulesError
    title: ClassVar[str] = "Rules, alarm"

    baseline_days: Days = 14
    limit: Annotated[Number, Field(gt=0)] = 5.5
    run_p: Annotated[Number, Field(gt=0, lt=1)] = 0.0005
    run_min: Days = 5
    kept_share: Share = 0.5
    welcome_days: Days = 3
    quiet_days: Days = 7


class TriageRules(Typed):
    """The cuts of the calling order (docs/measures.md, triage)."""

    error: ClassVar = RulesError
    title: ClassVar[str] = "Rules, triage"

    pain_max: Points = 8
    flare_days: Days = 2
    target_share: Share = 0.8
    barrier_low: Share = 0.5
    barrier_high: Share = 0.8
    asymmetry: Share = 1 / 3
    over_dose: Annotated[Number, Field(ge=0)] = 0.5


class Rules(Typed):
    """The conventions under which numbers are computed; printed under each figure, kept with each export.

    Parameters
    ----------
    as_of : last complete local day, a date or its ISO text; nothing after it counts
    day_start : hour at which a local day begins, a time or `HH:MM`, 00:00 to 11:59
    near_duplicates : `flag` keeps rows that follow a like one within `near_duplicate_s` seconds, `drop` does not
    gap_days : active days without a session that end persistence
    silent_days : active days without a session after which a patient is called silent
    min_scheduled_days : scheduled days a rolling window needs
    confidence : of the intervals, 0-1
    coverage_min : coverage below which there is too little diary to judge, 0-1
    complete_share : share of the asked dose that makes a session complete, 0-1
    recall_h : hours after which a written session counts as recalled
    target : share, or the name of one (`bailey_80`, `mispex_70`); none unless the clinic chose it

    Raises
    ------
    RulesError
        With every field that is missing or out of range.
    """

    error: ClassVar = RulesError
    title: ClassVar[str] = "Rules"

    as_of: Day
    day_start: Annotated[time, Field(le=time(11, 59))] = time(3, 0)
    near_duplicates: Literal["flag", "drop"] = "flag"
    near_duplicate_s: Annotated[Whole, Field(ge=0, le=86_400)] = 600
    gap_days: Days = 14
    silent_days: Days = 7
    min_scheduled_days: Annotated[Whole, Field(ge=1, le=28)] = 3
    confidence: Annotated[Number, Field(gt=0, lt=1)] = 0.95
    coverage_min: Share = 0.5
    complete_share: Share = 0.8
    recall_h: Annotated[Number, Field(ge=0)] = 48
    target: Share | str | None = None
    pain: PainRules = PainRules()
    alarm: AlarmRules = AlarmRules()
    triage: TriageRules = TriageRules()

    @field_validator("target")
    @classmethod
    def _known_target(cls, value: float | str | None) -> float | str | None:
        if isinstance(value, str) and value not in TARGETS:
            raise ValueError(f"must be a share between 0 and 1 or one of {', '.join(TARGETS)}; found {value}")
        return value

    @property
    def target_share(self) -> float | None:
        """The target as a share, 0-1, or None where no target was chosen."""
        return TARGETS[self.target] if isinstance(self.target, str) else self.target

    def as_data(self) -> dict[str, Any]:
        """Return the rules as plain data, as they stand in `.attrs["rules"]` of a table."""
        return self.model_dump(mode="json")


def rules_of(table: pd.DataFrame, rules: Rules | None) -> Rules:
    """Return `rules` where given, else those that `table` was made with.

    Raises
    ------
    RulesError
        If there are neither: a convention is never a silent default.
    """
    if rules is not None:
        return rules
    if "rules" not in table.attrs:
        raise RulesError("The table does not say by which rules it was made: give rules=Rules(as_of=...).")
    return Rules(**table.attrs["rules"])
