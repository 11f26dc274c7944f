"""The sentence beside each tier, with the numbers it rests on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from toolkit.measures.coding import EDGE
from toolkit.measures.notes import on
from toolkit.plan.catalogue import name_of
from toolkit.plan.wording import counted, per_cent
from toolkit.rules import Rules

Row = dict[str, Any]


def sentence(tier: str, row: Row, signs: str, rules: Rules) -> str:
    """Return why a patient stands in a tier, with the numbers the tier rests on."""
    said = signs if tier == "safety" else _SAID[tier](row, rules)
    return said[:1].upper() + said[1:]


def _silent(row: Row, rules: Rules) -> str:
    if pd.isna(row["discontinued"]):
        waited = row["scheduled_days"] >= rules.alarm.welcome_days
        what, count = ("scheduled", row["scheduled_days"]) if waited else ("active", row["days_since_last_session"])
        return f"Not begun: no session on {counted(count, f'{what} day')} since {on(row['first_due'], rules.as_of)}"
    last = on(row["last_session"], rules.as_of)
    return f"No session for {counted(row['days_since_last_session'], 'active day')} (last on {last})"


def _dropping_off(row: Row, rules: Rules) -> str:
    first = rules.alarm.baseline_days
    kept = (
        f"{row['kept_late']:.0f} of the last {first} scheduled days kept, {row['kept_early']:.0f} of the first {first}"
    )
    silent = f"{counted(row['run_limit'], 'scheduled day')} in a row without a session; "
    day = on(row["alarm_on"], rules.as_of)
    return f"Drop-off alarm on {day}: {silent if row['alarm_by'] == 'silence' else ''}{kept}"


def _low(row: Row, rules: Rules) -> str:
    target, share = rules.target_share or 0.0, rules.triage.target_share
    name = f", {rules.target}" if isinstance(rules.target, str) else ""
    told = (
        f"{_share(row['session_adherence_28'])} of sessions recorded over 28 days, at most "
        f"{_share(row['ci_high_28'])} by the interval"
    )
    told += f": below {share * target:.0%} ({share:g} of the target of {target:.0%}{name})"
    hidden = row["session_adherence_high_28"] > row["session_adherence_28"] + EDGE
    return told + (f"; up to {_share(row['session_adherence_high_28'])} if unlogged days were done" if hidden else "")


def _thin_diary(row: Row, rules: Rules) -> str:
    held = _share(row["coverage_28"])
    return f"Too little diary to judge: entries on days that hold {held} of what was due in 28 days"


def _one_barrier(row: Row, rules: Rules) -> str:
    if row["least_share"] < rules.triage.barrier_low and row["next_share"] >= rules.triage.barrier_high - EDGE:
        return (
            f"{name_of(row['least_done'])} done {_share(row['least_share'])} over 28 days, every other exercise "
            f"{_share(row['next_share'])} or more"
        )
    more, less = ("left", "right") if row["side_asymmetry_28"] > 0 else ("right", "left")
    part = (1 - abs(row["side_asymmetry_28"])) / (1 + abs(row["side_asymmetry_28"]))
    return f"The {less} side done {_share(part)} as often as the {more} over 28 days"


def _over_dose(row: Row, rules: Rules) -> str:
    over = _share(row["over_dose_28"])
    return f"Dose above its upper end on single days: in sum {over} of the sessions due over 28 days"


def _on_track(row: Row, rules: Rules) -> str:
    share = row["session_adherence_28"]
    found = "nothing was due" if pd.isna(share) else f"{_share(share)} of sessions recorded"
    last = "" if pd.isna(row["last_session"]) else f", last on {on(row['last_session'], rules.as_of)}"
    paused = "" if row["active"] else f"paused on {on(pd.Timestamp(rules.as_of), rules.as_of)}; "
    return f"{paused}{found} over 28 days{last}"


def _no_regimen(row: Row, rules: Rules) -> str:
    if pd.isna(row["ends"]):
        return "No exercise was ever prescribed"
    as_of = pd.Timestamp(rules.as_of)
    if row["begins"] > as_of:
        return f"The first regimen begins on {on(row['begins'], rules.as_of)}"
    if row["ends"] < as_of:
        return f"The last regimen ended on {on(row['ends'], rules.as_of)}"
    return f"Between two regimens on {on(as_of, rules.as_of)}"


def _reviewed(row: Row, rules: Rules) -> str:
    by = f"{row['action']} by {row['reviewed_by']} on {on(row['reviewed_at'], rules.as_of)}"
    return f"Look again on {on(row['look_again_on'], rules.as_of)} ({by})"


def _share(share: float) -> str:
    return per_cent(share).replace(" %", "%")


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

TIER_WORDS = {
    "safety": "Safety sign",
    "silent": "Silent",
    "dropping_off": "Dropping off",
    "low": "Below the target",
    "thin_diary": "Thin diary",
    "one_barrier": "One barrier",
    "over_dose": "Over dose",
    "on_track": "Nothing flagged",
    "no_regimen": "No regimen",
    "reviewed": "Reviewed, shown apart",
}
NOT_CALLED = ("on_track", "no_regimen", "reviewed")  # tiers that ask for nobody's call
