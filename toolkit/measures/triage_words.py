"""The sentence beside each tier, with its numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from toolkit.measures.signs import on
from toolkit.plan.catalogue import name_of
from toolkit.rules import Rules

Row = dict[str, Any]


def sentence(tier: str, row: Row, signs: str, rules: Rules) -> str:
    """Return why a patient stands in a tier, with the numbers the tier rests on."""
    return signs if tier == "safety" else _SAID[tier](row, rules)


def _silent(row: Row, rules: Rules) -> str:
    if pd.isna(row["discontinued"]):
        return f"Not begun: no session on {_days(row['scheduled_days'], 'scheduled day')} since {on(row['first_due'])}"
    return f"No session for {_days(row['days_since_last_session'], 'active day')} (last on {on(row['last_session'])})"


def _dropping_off(row: Row, rules: Rules) -> str:
    first = rules.alarm.baseline_days
    kept = (
        f"{row['kept_late']:.0f} of the last {first} scheduled days kept, {row['kept_early']:.0f} of the first {first}"
    )
    silent = f"{_days(row['run_limit'], 'scheduled day')} in a row without a session; "
    return f"Drop-off alarm on {on(row['alarm_on'])}: {silent if row['alarm_by'] == 'silence' else ''}{kept}"


def _low(row: Row, rules: Rules) -> str:
    name = f" ({rules.target})" if isinstance(rules.target, str) else ""
    return (
        f"At most {row['ci_high_28']:.0%} of sessions over 28 days ({rules.confidence:.0%} interval); the target is "
        f"{rules.target_share:.0%}{name}"
    )


def _thin_diary(row: Row, rules: Rules) -> str:
    return f"Too little diary to judge: entries on days that hold {row['coverage_28']:.0%} of what was due in 28 days"


def _one_barrier(row: Row, rules: Rules) -> str:
    if row["least_share"] < rules.triage.barrier_low and row["next_share"] >= rules.triage.barrier_high:
        return (
            f"{name_of(row['least_done'])} done {row['least_share']:.0%} over 28 days, every other exercise "
            f"{row['next_share']:.0%} or more"
        )
    more, less = ("left", "right") if row["side_asymmetry_28"] > 0 else ("right", "left")
    part = (1 - abs(row["side_asymmetry_28"])) / (1 + abs(row["side_asymmetry_28"]))
    return f"The {less} side done {part:.0%} as often as the {more} over 28 days"


def _over_dose(row: Row, rules: Rules) -> str:
    return f"{row['over_dose_28']:.0%} above the upper end of the dose over 28 days"


def _on_track(row: Row, rules: Rules) -> str:
    share = row["session_adherence_28"]
    found = "Nothing was due" if pd.isna(share) else f"{share:.0%} of sessions recorded"
    last = "" if pd.isna(row["last_session"]) else f", last on {on(row['last_session'])}"
    return f"{found} over 28 days{last}"


def _no_regimen(row: Row, rules: Rules) -> str:
    if pd.isna(row["ends"]):
        return "No exercise was ever prescribed"
    if row["begins"] > pd.Timestamp(rules.as_of):
        return f"The first regimen begins on {on(row['begins'])}"
    if row["ends"] < pd.Timestamp(rules.as_of):
        return f"The last regimen ended on {on(row['ends'])}"
    return f"Between two regimens on {on(pd.Timestamp(rules.as_of))}"


def _reviewed(row: Row, rules: Rules) -> str:
    by = f"{row['action']} by {row['reviewed_by']} on {on(row['reviewed_at'])}"
    return f"Look again on {on(row['look_again_on'])} ({by})"


def _days(count: float, word: str) -> str:
    return f"{count:.0f} {word}" + ("" if count == 1 else "s")


_SAID: dict[str, Callable[[Row, Rules], str]] = {
    "silent": _silent,
    "dropping_off": _dropping_off,
    "low": _low,
    "thin_diary": _thin_diary,
    "one_barrier": _one_barrier,
    "over_dose": _over_dose,
    "on_track": _on_track,
    "no_regimen": _no_regimen,
    "reviewed": _reviewed,
}
