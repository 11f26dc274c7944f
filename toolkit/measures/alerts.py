"""Alerts: rules as data, laid on each patient's days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.measures.alert_rules import COMPARE, SERIES, AlertRule, Preset, parse, preset_of
from toolkit.measures.coding import Bools, Ints, as_dates, days, group_day
from toolkit.measures.series import daily_series
from toolkit.measures.spacing import spaced
from toolkit.rules import Rules, rules_of
from toolkit.schema import ALERTS, LEVELS

SAFETY_QUIET_DAYS = 1  # a safety rule may speak every day


def alerts(
    cells: pd.DataFrame, rows: pd.DataFrame, *, preset: str | Preset = "cautious", rules: Rules | None = None
) -> pd.DataFrame:
    """Return what a set of rules says of each patient, one row an alert.

    Parameters
    ----------
    cells, rows : as `cell_table` and `attribute` return them for the same caseload
    preset : name of a set of rules that comes with the package, or one of `read_alert_rules`
    rules : those `cells` was made with unless given; `alarm.quiet_days` is used

    Returns
    -------
    DataFrame with `patient_id`, `day`, `rule` (its id), `level` (safety, attention, note), `says`
        Ordered by patient, day and level. A rule that has fired is quiet for `quiet_days`, a safety rule for one day.
        The rules stand in `.attrs["rules"]`, the alert rules with their sources in `.attrs["preset"]`.

    Raises
    ------
    RulesError, SettingsError, TableError
        If no rules are known, no preset has that name, or a table lacks a column.
    """
    rules = rules_of(cells, rules)
    preset = preset_of(preset)
    table = alerts_of(daily_series(cells, rows, rules=rules), preset, rules)
    table.attrs["rules"], table.attrs["preset"] = rules.as_data(), preset.model_dump(mode="json")
    return table


def alerts_of(series: pd.DataFrame, preset: Preset, rules: Rules) -> pd.DataFrame:
    """Return the alerts that a preset raises on daily series (`daily_series`)."""
    index = day_index(series)
    found = [_alerts_of_rule(series, index, rule, quiet_days(rule, rules)) for rule in preset.rule]
    table = pd.concat(found, ignore_index=True)
    rank = table["level"].map({level: place for place, level in enumerate(LEVELS)})
    order = table.assign(rank=rank).sort_values(["patient_id", "day", "rank", "rule"], kind="stable").index
    return table.loc[order].reset_index(drop=True)


def quiet_days(rule: AlertRule, rules: Rules) -> int:
    """Return from how many days after it fired a rule may fire again."""
    return SAFETY_QUIET_DAYS if rule.level == "safety" else rules.alarm.quiet_days


@dataclass(frozen=True, slots=True)
class DayIndex:
    """The index of daily series as numbers, ordered by patient and day."""

    patient: Ints
    day: Ints


def day_index(series: pd.DataFrame) -> DayIndex:
    """Return the index of daily series as numbers."""
    patient, _ = pd.factorize(series.index.get_level_values("patient_id"), sort=True)
    day = days(series.index.get_level_values("day").to_series())
    return DayIndex(np.asarray(patient, dtype=np.int64), day)


def complete_days(series: pd.DataFrame, index: DayIndex, rule: AlertRule) -> Ints:
    """Return the places in the series of the days on which a rule is complete, before any quiet time."""
    at = np.flatnonzero(_all_true(series, rule))
    key = group_day(index.patient[at], index.day[at])
    many = np.searchsorted(key, key, side="right") - np.searchsorted(key, key - rule.within, side="right")
    return np.asarray(at[many >= rule.days], dtype=np.int64)


def words(series: pd.DataFrame, at: Ints, rule: AlertRule) -> list[str]:
    """Return the sentence of a rule for each of some days, with its numbers."""
    if not len(at):
        return []
    return [rule.says.format(**day) for day in series[list(SERIES)].iloc[at].to_dict("records")]


def _all_true(series: pd.DataFrame, rule: AlertRule) -> Bools:
    true = np.ones(len(series), dtype=bool)
    for text in rule.when:
        name, compare, limit = parse(text)
        value = series[name].to_numpy(float)
        with np.errstate(invalid="ignore"):
            true &= COMPARE[compare](value, limit) & ~np.isnan(value)
    return true


def _alerts_of_rule(series: pd.DataFrame, index: DayIndex, rule: AlertRule, quiet: int) -> pd.DataFrame:
    at = complete_days(series, index, rule)
    at = at[spaced(index.patient[at], index.day[at], least=quiet)]
    patient = series.index.get_level_values("patient_id")[at]
    table = pd.DataFrame({"patient_id": patient, "day": as_dates(index.day[at])})
    return table.assign(rule=rule.id, level=rule.level, says=words(series, at, rule))[ALERTS.names]
