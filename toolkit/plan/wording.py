"""A regimen in words and as a week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from toolkit.plan.catalogue import change_s, exercises
from toolkit.plan.regimen import Prescription, Regimen
from toolkit.schema import WEEKDAYS

if TYPE_CHECKING:
    import pandas as pd

SIDE_WORDS = {"both": ", each leg", "left": ", left leg", "right": ", right leg", "none": ""}
TIMES = {1: "once a day", 2: "twice a day"}


def day_in_words(day: date) -> str:
    """Return `1 March 2026`."""
    return f"{day.day} {day:%B %Y}"


def lowered(name: str) -> str:
    """Return a name as it stands within a sentence."""
    return name[:1].lower() + name[1:]


def counted(count: float, what: str) -> str:
    """Return a number of things in words: `1 patient`, `12.5 sessions`."""
    return f"{round(count, 1):g} {what}{'' if count == 1 else 's'}"


def per_cent(share: float) -> str:
    """Return a share in per cent; what is not all or nothing never reads 100 or 0."""
    if 0 < share < 0.005:
        return "below 1 %"
    if 0.995 <= share < 1 - 1e-9:
        return "above 99 %"
    return f"{100 * share:.0f} %"


def per_cent_between(low: float, high: float) -> str:
    """Return two shares in per cent as a span, `40 to 57 %`; as one where they read alike."""
    ends = per_cent(low), per_cent(high)
    if ends[0] == ends[1]:
        return ends[0]
    plain = all(one[0].isdigit() for one in ends)
    return f"{ends[0].removesuffix(' %') if plain else ends[0]} to {ends[1]}"


def name_with_side(row: Prescription) -> str:
    """Return `Hamstring stretch, each leg`."""
    return exercises()[row.exercise].name + SIDE_WORDS[row.side]


def sentence(row: Prescription) -> str:
    """Return a prescription in one line: `Hamstring stretch, each leg: 1 x 3 x 30 s, twice a day, every day`.

    The numbers are sets x repetitions x hold; a range stands as `15-30 s`.
    """
    dose = _dose(row.sets, row.reps_min, row.reps_max, row.hold_s_min, row.hold_s_max)
    often = TIMES.get(row.sessions_per_day, f"{row.sessions_per_day} times a day")
    return f"{name_with_side(row)}: {dose}, {often}, {days_in_words(row)}"


def dose_in_words(row: Mapping[str, Any]) -> str:
    """Return the dose of a row of the table of prescriptions, in short: `2 a day, 1 x 3 x 30 s, mon wed fri`."""
    known: dict[str, Any] = {name: None if value != value else value for name, value in row.items()}  # NaN is not NaN
    dose = _dose(known["sets"], *(known.get(name) for name in ("reps_min", "reps_max", "hold_s_min", "hold_s_max")))
    often = f"{known['sessions_per_day']:g} a day, " if known["sessions_per_day"] > 1 else ""
    week = known.get("days_per_week")
    named = str(known.get("weekdays") or "").replace(";", " ")
    when = named or ("daily" if week == len(WEEKDAYS) else f"{week:g} day{'' if week == 1 else 's'} a week")
    return f"{often}{dose}, {when}"


def _dose(sets: float, *ranges: float | None) -> str:
    """Return sets x repetitions x hold, from the ends of both ranges."""
    least, most, hold_least, hold_most = ranges
    dose = f"{sets:g} x {range_in_words(least, most)}"
    return dose if hold_least is None else f"{dose} x {range_in_words(hold_least, hold_most)} s"


def sentences(rows: Sequence[Prescription]) -> list[str]:
    """Return the prescriptions of one exercise in a line each; from the second on with the day it begins."""
    return [
        f"{sentence(row)}{f', from {day_in_words(row.first_day)}' if place else ''}" for place, row in enumerate(rows)
    ]


def phases(rows: Iterable[Prescription]) -> list[list[Prescription]]:
    """Return the prescriptions in force from each day on which one begins, the first days first."""
    rows = list(rows)
    days = sorted({row.first_day for row in rows})
    return [[row for row in rows if row.first_day <= day <= row.last_day] for day in days]


def range_in_words(low: float | None, high: float | None) -> str:
    """Return `15-30`, or one number where both ends are equal; nothing where there is none."""
    if low is None:
        return ""
    return f"{low:g}" if high in (None, low) else f"{low:g}-{high:g}"


def days_in_words(row: Prescription) -> str:
    """Return `every day`, `on Mon, Wed` or `on any 3 days a week`."""
    if row.days_per_week == len(WEEKDAYS) or (row.weekdays and len(row.weekdays) == len(WEEKDAYS)):
        return "every day"
    if row.weekdays:
        return "on " + ", ".join(day.capitalize() for day in row.weekdays)
    return f"on any {row.days_per_week} days a week" if row.days_per_week != 1 else "on any one day a week"


def minutes_a_day(rows: Iterable[Prescription]) -> float:
    """Return the estimated minutes of the longest day; an exercise without named days may fall on any day.

    An estimate of our own: sides x sets x most repetitions x (longest hold + change between repetitions).
    """
    rows = list(rows)
    on = (sum(_seconds(row) for row in rows if row.weekdays is None or day in row.weekdays) for day in WEEKDAYS)
    return max(on) / 60


def minutes_a_week(rows: Iterable[Prescription]) -> float:
    """Return the estimated minutes of a week, as in `minutes_a_day`."""
    return sum(_seconds(row) * _days_a_week(row) for row in rows) / 60


def week_grid(regimen: Regimen, *, on: date | None = None) -> pd.DataFrame:
    """Return a week as prescribed, one row an exercise, indexed by its name with its side.

    Parameters
    ----------
    on : the day whose prescriptions are shown; the regimen's first day without it

    Returns
    -------
    DataFrame with `sessions_per_day`, `days_per_week` (NaN where days are named), and `mon` to `sun` with the sessions
    of a named day (NaN on a free one)
    """
    day = on or regimen.first_day
    return week_of([row for row in regimen.prescriptions if row.first_day <= day <= row.last_day])


def week_of(rows: Sequence[Prescription]) -> pd.DataFrame:
    """Return a week of these prescriptions, as `week_grid` does."""
    import pandas as pd

    data = [_week(row) for row in rows]
    columns = ["sessions_per_day", "days_per_week", *WEEKDAYS]
    return pd.DataFrame(data, index=[name_with_side(row) for row in rows], columns=columns).astype("float64")


def _week(row: Prescription) -> dict[str, Any]:
    week: dict[str, Any] = dict.fromkeys(row.weekdays or (), row.sessions_per_day)
    return week | {"sessions_per_day": row.sessions_per_day, "days_per_week": row.days_per_week}


def _seconds(row: Prescription) -> float:
    one = row.sets * row.most_reps * ((row.longest_hold_s or 0) + change_s())
    return row.sessions_per_day * row.side_count * one


def _days_a_week(row: Prescription) -> int:
    return row.days_per_week or len(row.weekdays or ())
