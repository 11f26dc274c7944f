"""What the tiers of triage ask of each patient, in one table."""

from __future__ import annotations

import pandas as pd

from toolkit.measures.adherence import adherence
from toolkit.measures.alarm import drop_off
from toolkit.measures.days import INACTIVE
from toolkit.measures.persistence import persistence
from toolkit.measures.signs import RECENT_DAYS
from toolkit.rules import Rules

WINDOW_DAYS = 28
WINDOW = ["session_adherence_high", "coverage", "ci_high", "side_asymmetry", "over_dose"]


def facts_of(
    cells: pd.DataFrame, prescriptions: pd.DataFrame, rows: pd.DataFrame, signs: pd.DataFrame, rules: Rules
) -> pd.DataFrame:
    """Return one row a patient with everything a tier asks for; `_28` is over the last 28 calendar days."""
    as_of = pd.Timestamp(rules.as_of)
    who = pd.concat([prescriptions["patient_id"], rows["patient_id"], signs["patient_id"]]).unique()
    recent = cells[(cells["day"] > as_of - pd.Timedelta(days=WINDOW_DAYS)) & (cells["day"] <= as_of)]
    whole, late = (adherence(part, by=["patient_id"], rules=rules) for part in (cells, recent))
    lasting = persistence(cells, by=["patient_id"], rules=rules)
    table = pd.DataFrame(index=pd.Index(sorted(who), name="patient_id"))
    table = table.join(whole[["rolling_28", "scheduled_days"]])
    table = table.join(late[["session_adherence", *WINDOW]].add_suffix("_28"))
    table = table.join(lasting[["days_since_last_session", "discontinued"]])
    table = table.join(_days_on_record(cells, as_of)).join(_spans(prescriptions, as_of))
    table = table.join(_alarms(cells, rules)).join(_barriers(recent, prescriptions, rules)).join(_sides(recent, rules))
    counts = ["days_since_last_session", "scheduled_days"]
    flags = ["active", "in_force"]
    return table.astype(dict.fromkeys(flags, "boolean")).fillna(dict.fromkeys(counts, 0) | dict.fromkeys(flags, False))


def _days_on_record(cells: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the last day with a session, the first day that asked for one, and whether `as_of` is an active day."""
    by = cells["patient_id"].astype(str)
    return pd.DataFrame(
        {
            "last_session": cells["day"].where(cells["performed"] > 0).groupby(by).max(),
            "first_due": cells["day"].where(cells["expected"] > 0).groupby(by).min(),
            "active": ((cells["day"] == as_of) & ~cells["state"].isin(INACTIVE)).groupby(by).any(),
        }
    )


def _spans(prescriptions: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    by = prescriptions["patient_id"]
    first, last = prescriptions["first_day"], prescriptions["last_day"]
    last_day = last.groupby(by).max()
    return pd.DataFrame(
        {
            "in_force": ((first <= as_of) & (last >= as_of)).groupby(by).any(),
            "begins": first.groupby(by).min(),
            "ends": last_day,
            "ends_in_days": (last_day - as_of).dt.days.astype("Int64"),
        }
    )


def _alarms(cells: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return the last drop-off alarm of each patient, if it lies in the last 7 days."""
    found = drop_off(cells, rules=rules)
    fresh = found[found["day"] > pd.Timestamp(rules.as_of) - pd.Timedelta(days=RECENT_DAYS)]
    return fresh.groupby("patient_id").last().rename(columns={"day": "alarm_on", "by": "alarm_by"})


def _barriers(recent: pd.DataFrame, prescriptions: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return the exercise least done and the share of the one above it, among those in force with days enough."""
    as_of = pd.Timestamp(rules.as_of)
    now = prescriptions[(prescriptions["first_day"] <= as_of) & (prescriptions["last_day"] >= as_of)]
    each = adherence(recent, by=["patient_id", "exercise"], rules=rules)["rolling_28"].dropna()
    each = each[each.index.isin(pd.MultiIndex.from_frame(now[["patient_id", "exercise"]]))].reset_index()
    each = each.sort_values(["patient_id", "rolling_28"], kind="stable")
    by = each.groupby("patient_id")
    least, above = by.nth(0).set_index("patient_id"), by.nth(1).set_index("patient_id")
    return pd.DataFrame(
        {"least_done": least["exercise"], "least_share": least["rolling_28"], "next_share": above["rolling_28"]}
    )


def _sides(recent: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return how far apart the shares of both sides are, which prescriptions that ask unlike of them do not touch."""
    each = adherence(recent, by=["side", "patient_id"], rules=rules)["rolling_28"]
    left, right = (each[each.index.get_level_values("side") == side].droplevel("side") for side in ("left", "right"))
    left, right = left.align(right)
    return pd.DataFrame({"share_asymmetry": (left - right) / (left + right).where(lambda total: total > 0)})
