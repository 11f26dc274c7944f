"""From the questions of a file to its mapping: what to write, and what a mapping says once it is answered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from toolkit.logs.codes import Question
from toolkit.logs.mapping import IGNORE, MappingError, Target, folded
from toolkit.logs.mapping import Mapping as Saved
from toolkit.logs.names import side_told
from toolkit.plan.catalogue import exercises
from toolkit.typed import shown

if TYPE_CHECKING:
    from toolkit.logs.read import ImportResult

ASKED = "..."  # stands in a mapping where an answer is still missing
OF_A_FILE = ("date", "decimal", "zone", "encoding", "sheet", "skip_rows")
MOST_SAID = 60  # names that are listed
WORDS = ("side", "status", "month")
CALLED = {
    "entry_id": "Entry's own id", "patient_id": "Patient", "exercise": "Exercise", "side": "Side",
    "performed_at": "Date, or date and time", "utc_offset_min": "Offset from UTC (min)", "logged_at": "Written down at",
    "status": "Done or not done", "sets": "Sets", "reps": "Repetitions", "hold_s": "Hold (s)", "pain": "Pain (0-10)",
    "note": "Note",
}  # fmt: skip
PARTS = {
    "%Y": "year", "%y": "year (20yy)", "%m": "month", "%b": "month's name", "%d": "day", "%H": "hour", "%I": "hour",
    "%M": "minute", "%S": "second", "%f": "fraction", "%p": "am or pm", "%z": "offset",
}  # fmt: skip


def answered(mapping: Saved, question: Question, answer: Any, **more: Any) -> Saved:
    """Return the mapping with the answer to one question, and whatever else was said with it, by key.

    Parameters
    ----------
    answer : the value of a key such as `date`; for a question with names, a dict of name to answer, of which those
        without an answer are left out

    Raises
    ------
    LogError
        If the answer is not one that the mapping takes, or contradicts the side that a name tells.
    """
    key = question.about.partition("_sided")[0]
    given = mapping.model_dump(exclude_defaults=True, exclude_none=True)
    if key in WORDS:
        words = given.get("words", {})
        given["words"] = words | {key: words.get(key, {}) | answer}
    elif key == "carry_down":
        given[key] = ("performed_at",)
    elif key in ("exercises", "patients"):
        _refuse_other_side(answer)
        given[key] = given.get(key, {}) | answer
    elif key in Saved.model_fields:
        given[key] = answer
    else:
        raise MappingError(f"{key} is no answer of a mapping.")
    return Saved(**given | more)


def _refuse_other_side(answer: Mapping[str, Any]) -> None:
    """A name that ends in a side may stand for that side and no other."""
    sides = {name: one.get("side") for name, one in answer.items() if isinstance(one, Mapping)}
    if wrong := [name for name, side in sides.items() if side and side_told(name) not in (None, side)]:
        named = ", ".join(map(shown, wrong))
        raise MappingError(f"The name tells one side and the answer another: {named}. Choose the side of the name.")


def proposed(mapping: Saved, questions: Iterable[Question]) -> Saved:
    """Return the mapping with every answer that the file itself suggests; each still waits to be confirmed."""
    for question in questions:
        if question.proposed:
            answer = question.proposed if question.names else question.proposed[question.about]
            mapping = answered(mapping, question, dict(answer) if isinstance(answer, Mapping) else answer)
    return mapping


def what_to_answer(questions: Iterable[Question]) -> str:
    """Return what a file asks and the lines a mapping needs, with what is proposed and `...` for the rest."""
    lines: list[str] = []
    asked: dict[str, Any] = {}
    for question in questions:
        lines.append(f"  {question}")
        if question.about == "patient_id":
            lines.append("  Answer with --patient.")
        elif question.about:
            asked |= _lines_for(question, asked)
    if asked:
        lines.append("Write into the mapping (--mapping FILE), with an answer in place of each ...:")
        lines.append(json.dumps({"format": "backcare-mapping", "version": 1, **asked}, ensure_ascii=False, indent=1))
    return "\n".join(lines)


def _lines_for(question: Question, asked: Mapping[str, Any]) -> dict[str, Any]:
    key = question.about.partition("_sided")[0]
    if key == "columns":
        return {key: {ours: list(theirs) for ours, theirs in question.proposed.items()} or {"performed_at": ASKED}}
    if key == "sheet" or not question.names:
        return {key: question.proposed.get(key, ASKED)}
    answers = {name: question.proposed.get(name, ASKED) for name in question.names}
    if question.about == "exercises_sided":
        answers = {name: _with_side(one) for name, one in answers.items()}
    return {"words": {**asked.get("words", {}), key: answers}} if key in WORDS else {key: answers}


def _with_side(answer: Any) -> Any:
    """Return a proposed exercise with a place for its side, where it has sides and none is proposed."""
    sided = isinstance(answer, Mapping) and exercises()[answer["exercise"]].sided
    return {"side": ASKED, **answer} if sided else answer


def date_in_words(form: str) -> str:
    """Return a form of dates as people say it: `day.month.year hour:minute`."""
    return re.sub("%.", lambda found: PARTS[found[0]], form)


def offers(result: ImportResult) -> list[Question]:
    """Return what a person may add though the file does not ask: what rows were set aside for want of."""
    codes = result.quarantine["code"]
    commas = result.quarantine["value"].fillna("").str.fullmatch(r"[0-9]+,[0-9]+")
    found = []
    if result.format == "table" and (codes == "date_missing").any():
        found.append(Question("carry_down", about="carry_down"))
    if (codes == "hold_ambiguous").any():
        found.append(Question("hold_of", about="hold_of"))
    if len(codes) and ((codes == "number_format") & commas).any():
        values = tuple(result.quarantine.loc[commas, "value"].unique()[:5])
        found.append(Question("number_format_unknown", "the rows set aside", (",", "."), values, "decimal"))
    return found


def said_by(mapping: Saved) -> list[str]:
    """Return in sentences how a mapping reads its files, for a person to agree with or to correct."""
    lines = []
    if mapping.columns:
        lines.append("; ".join(f"{CALLED[ours]}: {' + '.join(theirs)}" for ours, theirs in mapping.columns.items()))
    lines += [f"Dates are written {date_in_words(mapping.date)}."] if mapping.date else []
    lines += [f"The patient's zone is {mapping.zone}."] if mapping.zone else []
    lines += ["The comma is the decimal mark."] if mapping.decimal == "," else []
    lines += [f"Blank cells of {', '.join(mapping.carry_down)} take the value above."] if mapping.carry_down else []
    known = [f"{name}: {_target(target)}" for name, target in mapping.exercises.items() if target != IGNORE]
    ignored = [name for name, target in mapping.exercises.items() if target == IGNORE]
    lines += ["; ".join(known)] if known else []
    more = ", ..." if len(ignored) > MOST_SAID else ""
    lines += [f"{len(ignored)} ignored: {', '.join(map(shown, ignored[:MOST_SAID]))}{more}"] if ignored else []
    for column, words in mapping.words.items():
        lines.append(f"{column}: {', '.join(f'{theirs} is {ours}' for theirs, ours in words.items())}")
    lines += [f"{name} of every row: {value}" for name, value in mapping.constants.items()]
    whose = {"rep": "of each repetition", "set": "of the whole set"}
    lines += [f"Seconds are those {whose[mapping.hold_of]}."] if mapping.hold_of else []
    return lines


def for_another_file(kept: Saved) -> Saved:
    """Return what holds for every file of a source.

    How dates and numbers are written, and the clock, may be one patient's own: they are asked for each file, with what
    was answered before as the proposal.
    """
    return kept.model_copy(update=dict.fromkeys(OF_A_FILE))


def corrections(mapping: Saved, titles: tuple[str, ...]) -> list[tuple[Question, dict[str, Any]]]:
    """Return what a mapping answers as questions, each with its present answers.

    Parameters
    ----------
    titles : the header of the file, whose columns may be chosen
    """
    data = mapping.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    found = []
    if mapping.columns:
        called = dict(zip(folded(titles), titles, strict=True))
        columns = {ours: [called.get(one, one) for one in folded(theirs)] for ours, theirs in mapping.columns.items()}
        found.append((Question("names_to_map", about="columns", names=tuple(filter(None, titles))), columns))
    for key, code, choices in (
        ("date", "date_order_unknown", _orders(mapping.date)),
        ("decimal", "number_format_unknown", (",", ".")),
        ("zone", "zone_missing", ()),
        ("hold_of", "hold_of", ()),
    ):
        if key in data:
            found.append((Question(code, "the log", choices, about=key), {key: data[key]}))
    if mapping.exercises:
        about = "exercises" if "side" in mapping.columns else "exercises_sided"
        found.append((Question("names_to_map", about=about, names=tuple(data["exercises"])), data["exercises"]))
    for key in WORDS:
        if said := data.get("words", {}).get(key):
            found.append((Question("names_to_map", about=key, names=tuple(said)), said))
    return found


def _orders(form: str | None) -> tuple[str, ...]:
    """Return a form of dates and the one with day and month changed round."""
    if not form or "%m" not in form:
        return (form,) if form else ()
    return form, form.replace("%d", "%_").replace("%m", "%d").replace("%_", "%m")


def _target(target: Target | str) -> str:
    return target if isinstance(target, str) else said_of(target.model_dump())


def said_of(target: Mapping[str, Any]) -> str:
    """Return what a name stands for, in words."""
    hold = f"hold {target['hold_s']:g} s" if target.get("hold_s") else ""
    parts = (exercises()[target["exercise"]].name, target.get("side"), hold)
    return ", ".join(part for part in parts if part and part != "none")
