"""What is unusual in a regimen, with where the usual comes from; a hint informs and never blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from toolkit.plan.catalogue import DOSE_PARTS, exercises
from toolkit.plan.regimen import Prescription, ends_of
from toolkit.plan.wording import minutes_a_day, range_in_words
from toolkit.settings import ClinicProfile, Setting


def dose_hints(row: Prescription) -> tuple[str, ...]:
    """Return what is outside the range seen in sources, as `hold 60 s: usual is 15-30 s (OA, PHYX-HIP, KRAMER)`."""
    return tuple(_outside(row))


def regimen_hints(rows: Iterable[Prescription], profile: ClinicProfile | None, on: date) -> tuple[str, ...]:
    """Return what is much for one patient: minutes a day, exercises at once, minutes of one stretch a session.

    Parameters
    ----------
    rows : the prescriptions of one time
    profile : the clinic's thresholds; without one there is nothing to compare with
    on : the day whose thresholds count
    """
    return tuple(_much(list(rows), profile, on)) if profile else ()


def _outside(row: Prescription) -> Iterator[str]:
    entry = exercises()[row.exercise]
    for part, name in DOSE_PARTS.items():
        words, unit = name.removesuffix(" (s)"), " s" if name.endswith("(s)") else ""
        low, high = (getattr(row, field) for field in ends_of(part))
        most = low if high is None else high
        if part not in entry.usual:
            continue
        least_usual, most_usual = entry.usual[part]
        usual = f"usual is {range_in_words(least_usual, most_usual)}{unit} ({', '.join(entry.usual_from)})"
        if low is None:
            yield f"no {words} is given: {usual}"
        elif low < least_usual or most > most_usual:
            yield f"{words} {range_in_words(low, high)}{unit}: {usual}"


def _much(rows: list[Prescription], profile: ClinicProfile, on: date) -> Iterator[str]:
    limit = profile.in_force("minutes_a_day", on)
    if (minutes := minutes_a_day(rows)) > float(limit.value):
        yield f"{minutes:.0f} minutes on the longest day: {_basis(limit)}"
    limit = profile.in_force("exercises_at_once", on)
    if (count := len({row.exercise for row in rows})) > float(limit.value):
        yield f"{count} exercises at once: {_basis(limit)}"
    limit = profile.in_force("stretch_minutes", on)
    for row in rows:
        minutes = row.sets * row.most_reps * (row.longest_hold_s or 0) / 60
        if exercises()[row.exercise].sided and minutes > float(limit.value):
            yield f"{exercises()[row.exercise].name}, {minutes:.1f} minutes a side in a session: {_basis(limit)}"


def _basis(limit: Setting) -> str:
    return f"the clinic's mark is {float(limit.value):g} {limit.unit} ({limit.source}; {limit.flag})"
