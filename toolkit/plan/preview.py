"""A regimen before it is final: as the patient will read it, and as adherence to it will be counted."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.languages.words import Language
from toolkit.languages.words import language as language_of
from toolkit.plan.catalogue import exercises
from toolkit.plan.dose_words import adapted, dose_sentences, steps_of
from toolkit.plan.regimen import Pause, Prescription
from toolkit.plan.screening import Screening
from toolkit.plan.wording import day_in_words, days_in_words, name_with_side, range_in_words
from toolkit.rules import Rules


def patient_text(
    rows: Iterable[Prescription], *, language: str = "en", screening: Screening | None = None
) -> tuple[str, ...]:
    """Return what the patient will read, a paragraph a prescription: steps of the exercise, dose, days.

    How an exercise is adapted under a caution stands with it. Languages: `en`, and `es` as a draft.
    """
    words = language_of(language)
    return tuple(_paragraph(row, words, screening) for row in rows)


def counting_text(rows: Iterable[Prescription], rules: Rules) -> tuple[str, ...]:
    """Return how adherence will be counted, a sentence a prescription and one for all."""
    rows = list(rows)
    begin = min((row.first_day for row in rows), default=None)
    told = [_counted(row, step=row.first_day != begin) for row in rows]
    whole = (
        f"A session counts as complete from {rules.complete_share:.0%} of its least dose; what is more is shown apart. "
        f"A day without an entry is neither done nor missed; a day begins at {rules.day_start:%H:%M}."
    )
    return (*told, whole)


def pause_text(pauses: Iterable[Pause]) -> tuple[str, ...]:
    """Return the days off, a line a pause."""
    names = {name: one.name for name, one in exercises().items()}
    return tuple(
        f"No exercise counts from {one.first_day} to {one.last_day}" if one.exercise is None
        else f"{names[one.exercise]} does not count from {one.first_day} to {one.last_day}"
        for one in pauses
    )  # fmt: skip


def _paragraph(row: Prescription, words: Language, screening: Screening | None) -> str:
    parts = [f"{words.say(f'{row.exercise}.name')}.", *steps_of(row.exercise, [row], words)]
    parts += [*adapted(screening, row.exercise, words), *dose_sentences(row, words), words.say("exercise.stop")]
    return " ".join(parts)


def _counted(row: Prescription, *, step: bool) -> str:
    a_week = row.sessions_per_day * (row.days_per_week or len(row.weekdays or ()))
    sides = "each side by itself, " if row.side == "both" else ""
    hold = f" x {row.hold_s_min:g} s" if row.hold_s_min is not None else ""
    return (
        f"{name_with_side(row)}: {sides}{range_in_words(a_week, None)} sessions a week expected, "
        f"{days_in_words(row)}{f' from {day_in_words(row.first_day)} on' if step else ''}; "
        f"the least dose of one is {row.sets} x {row.reps_min}{hold}."
    )
