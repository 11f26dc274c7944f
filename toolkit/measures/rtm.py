"""Days with an entry in each 30-day period, and the class they reach: supporting evidence, not billing."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, ClassVar

import numpy as np
import pandas as pd
from pydantic import Field

from toolkit.errors import Problem, TableError
from toolkit.measures.attribution import day_number
from toolkit.measures.coding import Bools, Ints, as_dates, days, distinct_days, total
from toolkit.measures.groups import check_rows, group_by
from toolkit.measures.pain import DROPPED
from toolkit.rules import Rules, rules_of
from toolkit.typed import Day, Typed, Whole

SAYS = "supporting evidence, not billing"
ACCEPTED_BY = ("patient_id", "weekday", "week", "month")
NEEDED = ("patient_id", "day", "reason")
YEARS_BACK = 20  # a first day longer ago is taken for a slip of the hand (limit of our own)
COLUMNS = [
    "patient_id", "period_first_day", "period_last_day", "data_days", "rtm_tier", "code", "dates", "days_needed",
    "reachable_until", "over",
]  # fmt: skip


class _Periods(Typed):
    """The periods as a person types them."""

    error: ClassVar = TableError
    title: ClassVar[str] = "The periods"

    first_day: Day
    period_days: Annotated[Whole, Field(ge=1, le=366)]


class _Period(Typed):
    """One period as a person types it."""

    error: ClassVar = TableError
    title: ClassVar[str] = "The period"

    data_days: Annotated[Whole, Field(ge=0, le=366)]
    period_first_day: Day


@dataclass(frozen=True, slots=True)
class Tier:
    """One class of a period: its name, the data days at which it begins, its billing code if there is one."""

    rtm_tier: str
    least_days: int
    code: str | None = None


@dataclass(frozen=True, slots=True)
class TierRule:
    """The tiers of the periods that begin on `valid_from` or later, lowest first, until the next rule."""

    valid_from: date
    tiers: tuple[Tier, ...]

    def place(self, data_days: Ints) -> Ints:
        """Return the place among the tiers that each number of days reaches."""
        return np.searchsorted([tier.least_days for tier in self.tiers], data_days, side="right") - 1


def data_days(rows: pd.DataFrame, by: Sequence[str] = ("patient_id",), *, rules: Rules | None = None) -> pd.DataFrame:
    """Return on how many days each patient wrote something down.

    Parameters
    ----------
    rows : the log as `attribute` returns it, the whole of it
    by : patient_id, alone or with weekday, week (its Monday) or month
    rules : those `rows` were made with unless given

    Returns
    -------
    DataFrame, indexed by `by`, one row for each group with a row of the log
        `data_days`: distinct local days with a row not dropped as a duplicate, done, not done or pain entry, inside or
        outside the window, paused or not.

    Raises
    ------
    RulesError
        If neither `rows` nor the caller says by which rules.
    TableError
        If `rows` lacks a column or `by` names something else.
    """
    rules = rules_of(rows, rules)
    check_rows(rows, NEEDED)
    if isinstance(by, str) or "patient_id" not in by or not {*by} <= {*ACCEPTED_BY}:
        found = by if isinstance(by, str) else ", ".join(map(str, by))
        told = f"must be a list of patient_id, alone or with weekday, week or month; found {found or 'nothing'}"
        raise TableError("Data days cannot be grouped.", [Problem("by", told)])
    groups = group_by(rows, by)
    use = _kept(rows)
    group, _, _ = distinct_days(groups.code[use], days(rows["day"])[use])
    table = pd.DataFrame({"data_days": total(group, len(groups)).astype(np.int64)}, index=groups.labels)
    table.attrs["rules"] = rules.as_data()
    return table


def rtm_days(
    rows: pd.DataFrame, *, first_day: date | str, rules: Rules | None = None, period_days: int = 30
) -> pd.DataFrame:
    """Return the days with an entry in each period of each patient, and the class they reach.

    Parameters
    ----------
    rows : the log as `attribute` returns it; what lies after `as_of` is left out
    first_day : first day of the first period, a date or its ISO text; periods follow one another without overlap
    rules : those `rows` were made with unless given
    period_days : days of a period; the classes are made for 30

    Returns
    -------
    DataFrame, one row for each patient with a row of the log and each period up to the one that holds `as_of`
        `patient_id`, `period_first_day`, `period_last_day`, `data_days`, `rtm_tier` (none, 2_to_15, 16_to_30), `code`
        (missing where none), `dates` (the days counted, ISO dates joined by `;`), `days_needed` (to the next class, 0
        in the highest), `reachable_until` (the last day from which an entry on every day left still reaches it; missing
        where nothing is needed or it is out of reach), `over` (the period is complete by `as_of`). A period is judged
        by the rule in force on its first day; before 2022 there was no code. The rules stand in `.attrs["rules"]`, and
        `.attrs["says"]` is to be printed with the table.

    Raises
    ------
    RulesError
        If neither `rows` nor the caller says by which rules.
    TableError
        If `rows` lacks a column, or `first_day` or `period_days` cannot be used.

    Notes
    -----
    Classes, codes and their sources: rtm.toml. A diary on paper or in a notebook may not be the device that the codes
    presuppose.
    """
    rules = rules_of(rows, rules)
    check_rows(rows, NEEDED)
    first, as_of = _first(first_day, period_days, rules), day_number(rules)
    rows = rows[days(rows["day"]) <= as_of]
    patient, names = pd.factorize(rows["patient_id"], sort=True)
    number = (as_of - first) // period_days + 1
    here = _kept(rows) & (days(rows["day"]) >= first)
    patient, day, _ = distinct_days(np.asarray(patient, dtype=np.int64)[here], days(rows["day"])[here])
    place = patient * number + (day - first) // period_days
    begins = np.tile(first + period_days * np.arange(number), len(names))
    table = pd.DataFrame(
        {
            "patient_id": np.repeat(np.asarray(names, dtype=object), number),
            "period_first_day": as_dates(begins),
            "period_last_day": as_dates(begins + period_days - 1),
            "data_days": total(place, len(begins)).astype(np.int64),
        }
    ).astype({"patient_id": "str"})
    table = table.assign(**_judged(table["data_days"].to_numpy(), begins), dates=_dates(place, day, len(begins)))
    table["reachable_until"] = _until(table["days_needed"].to_numpy(), begins + period_days - 1, as_of)
    table["over"] = begins + period_days - 1 <= as_of
    table = table[COLUMNS]
    table.attrs = {"rules": rules.as_data(), "says": SAYS}
    return table


def tier_of(data_days: int | np.integer[Any], period_first_day: date | str) -> Tier:
    """Return the class that `data_days` reach in a period that begins on `period_first_day`, a date or its ISO text.

    Raises
    ------
    TableError
        If `data_days` is no whole number from 0 to 366, or the day no date.
    """
    plain = int(data_days) if isinstance(data_days, np.integer) else data_days
    period = _Period(data_days=plain, period_first_day=period_first_day)
    rule = [one for one in tier_rules() if one.valid_from <= period.period_first_day][-1]
    return rule.tiers[int(rule.place(np.array([period.data_days]))[0])]


@cache
def tier_rules() -> tuple[TierRule, ...]:
    """Return the rules by date, earliest first."""
    data = tomllib.loads(files("toolkit.measures").joinpath("rtm.toml").read_text(encoding="utf-8"))
    dated = [TierRule(rule["valid_from"], tuple(Tier(**tier) for tier in rule["tier"])) for rule in data["rule"]]
    return tuple(sorted(dated, key=lambda rule: rule.valid_from))


def _first(first_day: date | str, period_days: int, rules: Rules) -> int:
    """Return the first day of the first period in days since 1970-01-01."""
    first = _Periods(first_day=first_day, period_days=period_days).first_day
    if first > rules.as_of or first.year < rules.as_of.year - YEARS_BACK:
        told = f"must be {rules.as_of}, the last day counted, or at most {YEARS_BACK} years earlier; found {first}"
        raise TableError("The periods cannot be used.", [Problem("first_day", told)])
    return int(np.datetime64(first, "D").astype(np.int64))


def _kept(rows: pd.DataFrame) -> Bools:
    return ~rows["reason"].isin(DROPPED).to_numpy(bool)


def _judged(counted: Ints, begins: Ints) -> dict[str, pd.Series | Ints]:
    """Return the class of each period, its code, and the days it lacks to the next class."""
    rules = tier_rules()
    which = np.searchsorted([np.datetime64(rule.valid_from, "D").astype(np.int64) for rule in rules], begins, "right")
    name, code = (np.full(len(counted), None, dtype=object) for _ in range(2))
    needed = np.zeros(len(counted), dtype=np.int64)
    for number, rule in enumerate(rules, start=1):
        here = np.flatnonzero(which == number)
        place = rule.place(counted[here])
        name[here] = np.array([tier.rtm_tier for tier in rule.tiers], dtype=object)[place]
        code[here] = np.array([tier.code for tier in rule.tiers], dtype=object)[place]
        following = np.array([tier.least_days for tier in rule.tiers[1:]] + [0])[place]
        needed[here] = np.maximum(following - counted[here], 0)
    return {"rtm_tier": pd.Series(name, dtype="str"), "code": pd.Series(code, dtype="str"), "days_needed": needed}


def _dates(place: Ints, day: Ints, size: int) -> pd.Series:
    """Return the days of each period as text; `place` is in order, and an ISO date with its `;` has 11 characters."""
    text = ";".join(np.datetime_as_string(as_dates(day), unit="D"))
    ends = 11 * np.cumsum(total(place, size).astype(np.int64))
    begins = np.append(0, ends)[:size]
    return pd.Series([text[begin : max(end - 1, begin)] for begin, end in zip(begins, ends, strict=True)], dtype="str")


def _until(needed: Ints, last: Ints, as_of: int) -> pd.Series:
    """Return the last day from which every day left still suffices, missing once it is past or nothing is needed."""
    until = last - needed + 1
    return pd.Series(as_dates(until)).where((needed > 0) & (until > as_of))
