"""What the gate says in words: what is open, what to do, and the note that goes with a referral."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from toolkit.plan.catalogue import exercises
from toolkit.plan.questions import question_set
from toolkit.plan.screening import RELEASE, Screening, Verdict
from toolkit.plan.wording import day_in_words
from toolkit.settings import ClinicProfile


def unsigned() -> tuple[str, ...]:
    """Return the warning that stands over the form until a licensed clinician has signed its content."""
    if question_set().signed_by:
        return ()
    told = "Not signed yet: questions, times to act and doses await a licensed clinician (docs/safety.md)"
    return (f"{told}, and are not in force for real patients until then.",)


def result(screening: Screening | None, verdict: Verdict) -> str:
    """Return what was reported and what became of it, never a score and never `safe`."""
    if verdict.signs:
        return f"Red flags not released: {len(verdict.signs)}. What to do stands above."
    if screening is None or screening.screened_on is None:
        return "Nothing was asked yet."
    on = day_in_words(screening.screened_on)
    if screening.reviewed_by and screening.reviewed_on and screening.decision == "cleared":
        looked = f"looked at by {screening.reviewed_by} on {day_in_words(screening.reviewed_on)}"
        return f"A red flag was reported, {looked} and cleared for exercise. Found: {screening.found}."
    if any(answer == "not_asked" for answer in screening.answers.values()):
        return f"Asked in part on {on}."
    if screening.signs:
        return f"Reported on {on}, which holds nothing alone and is considered in words: {_texts(screening.signs)}"
    return f"No red flag was reported on {on}."


def open_points(verdict: Verdict, screening: Screening | None = None) -> tuple[str, ...]:
    """Return what keeps a regimen from being final, questions that are open counted by family."""
    before = [key for key in verdict.signs if screening is None or key not in screening.signs]
    on_record = [f"On record from an earlier screening, and not released: {_texts(before)}"] if before else []
    asked = question_set()
    open_keys = {one.where for one in verdict.problems if one.message.startswith("is not answered")}
    counted = [
        f"{family.name}: {count} of {len(family.questions)} questions open"
        for family in asked.families.values()
        if (count := sum(question.id in open_keys for question in family.questions))
    ]
    cautions = [key for key in asked.cautions if key in open_keys]
    counted += [f"Cautions: {len(cautions)} open"] if cautions else []
    named = {key: question.text for key, (_, question) in asked.questions.items()}
    named |= {key: caution.text for key, caution in asked.cautions.items()}
    told, release = [], []
    for one in verdict.problems:
        key, _, exercise = one.where.partition(": ")
        if key in RELEASE:
            release.append(one.message.removeprefix("is missing: "))
        elif one.where not in open_keys:
            whose = f" {exercises()[exercise].name}" if exercise else ""
            told.append(f"{named.get(key, key.replace('_', ' ').capitalize())}{whose} {one.message}")
    told += [f"To release it: {'; '.join(release)}"] if release else []
    return (*on_record, *counted, *told)


def acts(verdict: Verdict, profile: ClinicProfile | None) -> tuple[str, ...]:
    """Return what to do now on red flags that nobody has released, with whom to call; nothing where there are none."""
    if not verdict.signs:
        return ()
    contact = profile.contact if profile else "No clinic is named: fill in the clinic's profile."
    return (*(family.act for family in verdict.families), contact)


def referral_note(screening: Screening | None, verdict: Verdict, profile: ClinicProfile | None, on: date) -> str:
    """Return the note that goes with a referral, as plain text: what was reported, when, to whom, what is asked.

    It is empty where symptoms are neither serious (a sign not released) nor persistent (no better after a month).
    """
    if screening is None or not (verdict.signs or "ca_month" in screening.signs):
        return ""
    clinic = [profile.name, *(", ".join((one.name, *one.address)) for one in profile.place)] if profile else []
    numbers = [f"Telephone: {' or '.join(profile.numbers)}"] if profile else []
    asked = question_set().questions
    reported = [f"  - {asked[key][1].text} YES" for key in dict.fromkeys((*verdict.signs, *screening.signs))]
    considered = [f"    considered: {words}" for key, words in screening.considered.items() if key in screening.signs]
    whom, what = _referral(verdict)
    screened_on = day_in_words(screening.screened_on) if screening.screened_on else "a day that was not noted"
    withheld = "withheld until this has been looked at" if verdict.signs else "considered apart from this"
    lines = [
        *clinic, *numbers, "",
        f"REFERRAL NOTE, {day_in_words(on)}", f"Patient (pseudonym): {screening.patient_id}", f"To {whom}", "",
        f"Low-back symptoms, screened on {screened_on} by {screening.screened_by or 'nobody named'}. Reported:",
        *reported, *considered, "", "What is asked:", *(f"  - {one}" for one in what), "",
        f"Home exercise is {withheld}.",
        question_set().not_covered,
    ]  # fmt: skip
    return "\n".join(lines)


def _referral(verdict: Verdict) -> tuple[str, list[str]]:
    """Return whom a referral goes to (the most urgent family comes first) and what is asked, a line a family."""
    if not verdict.families:
        persistent = question_set().persistent
        return persistent["refer_to"], [persistent["refer_for"]]
    return verdict.families[0].refer_to, [family.refer_for for family in verdict.families]


def _texts(keys: Iterable[str]) -> str:
    return " ".join(question_set().questions[key][1].text for key in keys)
