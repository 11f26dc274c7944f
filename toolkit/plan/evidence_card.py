"""The evidence card in words: what sources say, how strong it is, what is a clinic default, where each stands."""

from __future__ import annotations

from toolkit.plan.catalogue import DOSE_PARTS, Exercise, Source, checked_on, evidence, exercises, known_sources
from toolkit.plan.questions import question_set
from toolkit.plan.wording import day_in_words

FLAGS = {
    "V": "read in the source itself",
    "S": "read in a text about it",
    "C": "to be confirmed by a clinician",
    "E": "a rule of our own",
}


def of_all_four() -> tuple[str, ...]:
    """Return what is known of the exercises as a whole, with the day on which the sources were read."""
    flags = ", ".join(f"{flag}: {words}" for flag, words in FLAGS.items())
    head = f"What is known of these exercises, from sources read by {day_in_words(checked_on())} ({flags}):"
    return (head, *(_line(f"{one.about}: {one.text}", one.certainty, one.sources) for one in evidence()))


def of_one(exercise: Exercise) -> tuple[str, ...]:
    """Return which side is meant, what is known of one exercise, and what of its dose the source page leaves silent."""
    silent = ", ".join(words for part, words in DOSE_PARTS.items() if part not in exercise.page)
    side = f"Side means {exercise.side_means}. " if exercise.sided else ""
    return (
        _line(f"{side}{exercise.evidence}", exercise.certainty, exercise.sources),
        f"Clinic default, not from the source page: {silent} ({FLAGS[exercise.flag]}).",
    )


def sources_in_words() -> tuple[str, ...]:
    """Return every source named on the card, in the hints and in the questions, with how it was read."""
    asked = question_set()
    cited = [*asked.sources, *known_sources().values()]
    listed = {one.key: f"{one.key}: {one.text} ({FLAGS[one.flag]})." for one in cited}
    families = (f"{one.name}: {', '.join(source.key for source in one.sources)}; what to do and by when: "
                f"{FLAGS[one.flag]}." for one in asked.families.values())  # fmt: skip
    return (*(listed[key] for key in sorted(listed)), *families)


def cautions_touch(names: tuple[str, ...]) -> str:
    """Return the exercises a caution touches, `all four` where it touches every one."""
    return "all four" if len(names) == len(exercises()) else ", ".join(exercises()[name].name.lower() for name in names)


def _line(text: str, certainty: str, sources: tuple[Source, ...]) -> str:
    return f"{text} Certainty: {certainty}. Sources: {', '.join(f'{one.key} ({one.flag})' for one in sources)}."
