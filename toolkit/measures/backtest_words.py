"""What back-tests came to, for people: side by side, in words, by week."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from toolkit.measures.alert_rules import Preset
from toolkit.measures.backtest import AHEAD_DAYS, TOGETHER, BackTest
from toolkit.measures.rule_words import rule_in_words
from toolkit.plan.wording import counted

NOT_ENOUGH = "not enough data"
FEW = 5  # with fewer stops two sets cannot be told apart by them (our own convention)
WEEK = 7


def weeks_of(found: BackTest) -> float:
    """Return how many weeks were looked back on."""
    return ((found.last_day - found.first_day).days + 1) / WEEK


def side_by_side(tests: Mapping[str, BackTest]) -> list[list[str]]:
    """Return one row a figure: its name, then its value for each set of rules, with the counts behind it."""
    each = [_figures(found) for found in tests.values()]
    return [[name, *(one[name] for one in each)] for name in each[0]]


def rule_by_rule(preset: Preset, found: BackTest) -> list[list[str]]:
    """Return one row a rule: what it asks, alerts in all and a week, patients, stops warned of, days ahead."""
    rows = []
    for rule in preset.rule:
        row = found.table.loc[rule.id]
        rows.append([
            rule_in_words(rule), f"{row['alerts']:.0f}", f"{row['alerts'] / weeks_of(found):.1f}",
            _of(row["patients_alerted"], row["patients"]), _of(row["events_warned"], row["events"]),
            _ahead(row),
        ])  # fmt: skip
    return rows


def in_words(name: str, found: BackTest) -> str:
    """Return in a sentence or two what a set of rules would have meant for a clinic."""
    row = found.table.loc[TOGETHER]
    told = f"{name}: {_rate(row['alerts'] / weeks_of(found))} for {counted(row['patients'], 'patient')}"
    if not row["events"]:
        return f"{told}. No stop in these logs: {NOT_ENOUGH} to say how early it warns."
    warned = round(row["events_warned"] * row["events"])
    told += f"; {warned} of {counted(row['events'], 'stop')} {'was' if warned == 1 else 'were'} warned of"
    if warned:
        told += f", {_days(row['lead_time_days'])} ahead in the middle"
    few = f" With fewer than {FEW} stops this says little." if row["events"] < FEW else ""
    return f"{told}.{few}"


def rests_on(found: BackTest, gap_days: int) -> list[str]:
    """Return what a stop is, over which days was looked, and what the log does not say."""
    told = [
        f"A stop is {gap_days} active days without a session. Warned of: an alert of any rule in the {AHEAD_DAYS} "
        "active days up to it."
    ]
    share = found.unknown_logged_at
    if np.isnan(share):
        return [*told, "There is no log yet."]
    said = "All rows of the log say when they were written: each counts from that day on."
    if share > 0:
        said = (
            f"{_per_cent(share)} of the rows of the log do not say when they were written. They count as known at "
            "once, so what came late may look better than it was."
        )
    return [*told, said]


def alerts_by_week(tests: Mapping[str, BackTest]) -> pd.DataFrame:
    """Return the alerts of each whole week looked back on, one row a week (`week`, its Monday), one column a set."""
    found = next(iter(tests.values()))
    first, end = pd.Timestamp(found.first_day), pd.Timestamp(found.last_day)
    mondays = pd.date_range(first, end - pd.Timedelta(days=WEEK - 1), freq="W-MON", unit="s")
    weeks = {}
    for name, one in tests.items():
        day = one.alerts["day"]
        monday = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
        weeks[name] = monday.value_counts().reindex(mondays, fill_value=0).to_numpy()
    return pd.DataFrame(weeks, index=pd.Index(mondays, name="week"))


def _figures(found: BackTest) -> dict[str, str]:
    row = found.table.loc[TOGETHER]
    judged, weeks = row["alerts"] - row["alerts_open"], weeks_of(found)
    return {
        "Alerts a week, all patients": f"{row['alerts'] / weeks:.1f} ({row['alerts']:.0f} in {weeks:.1f} weeks)",
        "Alerts a week and patient": _number(row["alerts_per_patient_week"]),
        "Patients with an alert": _of(row["patients_alerted"], row["patients"]),
        "Stops warned of": _of(row["events_warned"], row["events"]),
        "Days ahead, in the middle": _ahead(row),
        f"Alerts followed by a stop in {AHEAD_DAYS} days": _of(row["alerts_confirmed"], judged),
        "Alerts too recent for that": f"{row['alerts_open']:.0f}",
    }


def _of(share: float, whole: float) -> str:
    """Return a share with its counts: `5 of 7 (71 %)`."""
    if not whole or np.isnan(share):
        return NOT_ENOUGH
    return f"{share * whole:.0f} of {whole:.0f} ({_per_cent(share)})"


def _per_cent(share: float) -> str:
    """Return a share in per cent; what is not nothing and not all does not read as such."""
    return f"{np.clip(round(100 * share), 1 if share > 0 else 0, 99 if share < 1 else 100):.0f} %"


def _number(value: float) -> str:
    return NOT_ENOUGH if np.isnan(value) else f"{value:.2f}"


def _ahead(row: pd.Series) -> str:
    """Return how early a set warns; that it never does is something known, unlike where there was no stop."""
    return "none" if row["events"] and not row["events_warned"] else _days(row["lead_time_days"])


def _days(value: float) -> str:
    return NOT_ENOUGH if np.isnan(value) else counted(value, "day")


def _rate(a_week: float) -> str:
    if not a_week:
        return "no alert at all"
    about = f"{a_week:.1f}" if a_week < 2 else f"{a_week:.0f}"
    return f"about {about.removesuffix('.0')} alert{'' if about in ('1', '1.0') else 's'} a week"
