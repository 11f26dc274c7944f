"""A prescription as its patient reads it: the dose, the days and what is adapted, in sentences of a language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.languages.words import Language
from toolkit.plan.regimen import Prescription
from toolkit.plan.screening import Screening
from toolkit.schema import WEEKDAYS


def steps_of(exercise: str, rows: Iterable[Prescription], words: Language) -> list[str]:
    """Return how an exercise is done; where nothing is held, without its last step, which says to hold."""
    steps = [words.say(f"{exercise}.start"), *words.list(f"{exercise}.steps")]
    return steps if any(row.hold_s_min is not None for row in rows) else steps[:-1]


def dose_sentences(row: Prescription, words: Language) -> list[str]:
    """Return a dose and its days: repetitions with their side, hold, sets, times a day, days of the week, dates."""
    return [*session_sentences(row, words), *often_sentences(row, words), dates_sentence(row, words)]


def session_sentences(row: Prescription, words: Language) -> list[str]:
    """Return what one session asks: repetitions with their side, the hold, the sets."""
    return list(_session(row, words))


def often_sentences(row: Prescription, words: Language) -> list[str]:
    """Return how many times a day, and on which days of the week where it is more than one day."""
    per_day = words.say("exercise.per_day", n=row.sessions_per_day, times=words.times(row.sessions_per_day))
    return [per_day] if row.first_day == row.last_day else [per_day, _days(row, words)]


def dates_sentence(row: Prescription, words: Language) -> str:
    """Return the first and the last day of a prescription."""
    if row.first_day == row.last_day:
        return words.say("exercise.on_day", first=words.day(row.first_day))
    return words.say("exercise.from_to", first=words.day(row.first_day), last=words.day(row.last_day))


def adapted(screening: Screening | None, exercise: str, words: Language) -> list[str]:
    """Return how an exercise is adapted under the cautions that were answered, in the clinician's words."""
    decided = (one.exercises.get(exercise) for one in screening.cautions.values()) if screening else ()
    return [words.say("exercise.adapted", words=one.words) for one in decided if one and one.do == "adapt"]


def _session(row: Prescription, words: Language) -> Iterator[str]:
    count = _count(row, words)
    yield from words.list(f"exercise.times_{row.side}", n=count, times=words.times(row.most_reps))
    if row.hold_s_min is not None:
        yield _hold(row.hold_s_min, row.longest_hold_s, words)
    if row.sets > 1:
        yield words.say("exercise.sets", n=row.sets, times=words.times(row.sets))


def _count(row: Prescription, words: Language) -> str:
    if row.most_reps == row.reps_min:
        return str(row.reps_min)
    return words.say("exercise.count_range", low=row.reps_min, high=row.most_reps)


def _hold(least: float, most: float | None, words: Language) -> str:
    if most not in (None, least):
        return words.say("exercise.hold_range", low=f"{least:g}", high=f"{most:g}")
    return words.say("exercise.hold_one") if least == 1 else words.say("exercise.hold", n=f"{least:g}")


def _days(row: Prescription, words: Language) -> str:
    if len(row.weekdays or ()) == len(WEEKDAYS) or row.days_per_week == len(WEEKDAYS):
        return words.say("exercise.every_day")
    if row.weekdays:
        names = words.list("date.weekdays")
        return words.say("exercise.named_days", days=", ".join(names[WEEKDAYS.index(day)] for day in row.weekdays))
    if row.days_per_week == 1:
        return words.say("exercise.quota_one")
    return words.say("exercise.quota", n=row.days_per_week)
