"""The conventions of a calculation in a few words, as they stand under a figure and in a report."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.plan.wording import day_in_words
from toolkit.rules import Rules

SAID: dict[str, Callable[[Rules], str]] = {
    "as_of": lambda rules: f"last day counted {day_in_words(rules.as_of)}",
    "day_start": lambda rules: f"a day begins at {rules.day_start:%H:%M}",
    "near_duplicates": lambda rules: (
        f"like entries within {rules.near_duplicate_s / 60:g} min "
        + ("flagged, counted" if rules.near_duplicates == "flag" else "not counted")
    ),
    "min_scheduled_days": lambda rules: f"a rolling window needs {rules.min_scheduled_days} scheduled days",
    "coverage_min": lambda rules: f"too little diary below {100 * rules.coverage_min:g} % coverage",
    "confidence": lambda rules: f"{100 * rules.confidence:g} % interval",
    "gap_days": lambda rules: f"stopped: {rules.gap_days} active days without a session",
    "silent_days": lambda rules: f"silent from {rules.silent_days} active days",
    "pain": lambda rules: (
        f"{rules.pain.window_days}-day means of {rules.pain.min_days} values or more; important: "
        f"{rules.pain.mic_points:g} points and {100 * rules.pain.mic_share:g} %"
    ),
    "alarm": lambda rules: (
        f"drop-off alarm: a sum of {rules.alarm.limit:g} against the first {rules.alarm.baseline_days} scheduled days, "
        f"or {rules.alarm.run_min} or more of them in a row without a session"
    ),
    "triage": lambda rules: (
        f"called for pain of {rules.triage.pain_max:g} or more, {rules.triage.flare_days} flare days, sessions surely "
        f"below {rules.triage.target_share:g} of a target, one exercise below {100 * rules.triage.barrier_low:g} % "
        f"with the others at {100 * rules.triage.barrier_high:g} % or more, sides apart by "
        f"{rules.triage.asymmetry:.2g}, dose beyond the most by {100 * rules.triage.over_dose:g} %"
    ),
    "flare": lambda rules: f"flare: {rules.pain.flare_points:g} above the {rules.pain.flare_days}-day median",
}


def conventions(rules: Rules, *names: str) -> str:
    """Return the conventions asked for by name (`SAID`) in one line; the last day counted always stands first."""
    said = "; ".join(SAID[name](rules) for name in ("as_of", *(name for name in names if name != "as_of")))
    return said[:1].upper() + said[1:]
