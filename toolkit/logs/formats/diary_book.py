"""Our diary workbook as a patient has filled it in: one row a session and side, in any of our languages."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from toolkit.languages.words import Language, language, languages
from toolkit.logs.codes import Fault, refuse
from toolkit.logs.formats.base import Aside, Item, Kept, Request, Sheet, Told
from toolkit.logs.formats.carry import of_width
from toolkit.logs.formats.entries import EntryReader
from toolkit.logs.mapping import Mapping
from toolkit.logs.text import Cell, Exact, Record, text_of
from toolkit.plan.catalogue import exercises

# the grey columns, by our names: with a mark of their own they are those of no other file, and no head is there twice
GREY: Final = {
    "entry_id": "backcare_entry_id", "patient_id": "backcare_patient_id", "exercise": "backcare_exercise",
    "side": "backcare_side", "performed_at": "backcare_day",
}  # fmt: skip
SHOWN: Final = ("day", "exercise", "session", "leg")
ANSWERS: Final = ("status", "sets", "reps", "hold_s", "pain", "time", "note")
IDENTITY = re.compile(r"d-[0-9a-f]{12}\.([0-9]{4}-[0-9]{2}-[0-9]{2})\.([a-z-]+)\.(left|right|none)\.([1-9])")
CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?(?:\s?([ap])\.?\s?m\.?)?", re.IGNORECASE)
MORNING: Final = "06:00"  # own rule: a session before it may belong to the evening before or to that day
MIDNIGHT = re.compile(r"[ T]00:00(:00)?$")  # of a day that a spreadsheet has turned into an instant


def heads(words: Language) -> dict[str, str]:
    """Return the heads of the columns a patient sees, by name."""
    return {name: words.say(f"book.{name}") for name in (*SHOWN, *ANSWERS)}


def recognise(names: tuple[str, ...]) -> bool:
    """The grey columns tell the format."""
    return set(GREY.values()) <= set(names)


def rows(sheet: Sheet, request: Request) -> Iterator[Item]:
    """Yield every row that was filled in as an entry, or set aside; nothing is asked, the workbook says it all.

    Raises
    ------
    LogError
        `missing_column`, where the answers stand under no head of our languages.
    """
    words = _language(sheet)
    titles = {name: title.strip().casefold() for name, title in heads(words).items()}
    yield Told("columns_ignored", names=sheet.others(*GREY.values(), *titles.values()))
    reader, told = _reader(sheet, titles, words, request), Counter[str]()
    for raw in sheet.body():
        record = of_width(sheet, raw)
        if record.fault is not None:
            yield Aside(record, (record.fault,))
            continue
        item = _item(reader, _Row(sheet.cells(record), titles, words), record)
        if isinstance(item, Kept):
            told["date_only"] += not item.entry["time_known"]
            told["time_ambiguous"] += reader.twice
        else:
            told["not_filled_in"] += item.faults[0].code == "not_filled_in"
        yield item
    yield from (Told(code, times) for code, times in told.items() if times)


def _language(sheet: Sheet) -> Language:
    """Return the language in which the sheet asks whether it was done."""
    asked = {one: language(one).say("book.status") for one in languages()}
    found = [one for one, head in asked.items() if head.strip().casefold() in sheet.names]
    if not found:
        raise refuse(sheet.file, "missing_column", " / ".join(asked.values()))
    return language(found[0])


def _reader(sheet: Sheet, titles: dict[str, str], words: Language, request: Request) -> EntryReader:
    """Return what reads the rows once each stands under our own names."""
    names = (*GREY, *(name for name in ANSWERS if name != "time"))
    theirs = tuple(sheet.title(GREY.get(name) or titles[name]) for name in names)
    said = {words.say(f"diary.{word}"): word for word in ("done", "not_done")}
    said |= {text.rstrip("."): word for text, word in said.items()}
    mapping = Mapping(words={"status": said}, hold_of="rep", zone=request.mapping.zone)
    ours = dataclasses.replace(sheet, names=names, titles=theirs)
    return EntryReader(ours, dataclasses.replace(request, mapping=mapping), {name: (name,) for name in names})


def _item(reader: EntryReader, row: _Row, record: Record) -> Kept | Aside:
    """Return what became of a row: an answer that was not given is none, and is never taken from the other cells."""
    if not row.is_filled_in:
        return Aside(record, (Fault("not_filled_in"),))
    entry = reader.read(Record(record.line, row.as_ours()))
    faults = list(reader.faults)
    if (torn := row.disagreement()) is not None:
        faults.insert(0, torn)
    return Aside(record, tuple(faults), entry) if faults else Kept(entry | {"line": record.line})


class _Row:
    """The cells of one row, by their heads."""

    def __init__(self, cells: dict[str, Cell], titles: dict[str, str], words: Language) -> None:
        self._cells, self._titles, self._words = cells, titles, words

    @property
    def is_filled_in(self) -> bool:
        """Whether any answer is there; a damaged cell is one."""
        return any(isinstance(cell, Fault) or cell.strip() for cell in map(self._answer, ANSWERS))

    def as_ours(self) -> tuple[Cell, ...]:
        """Return the row under our own names: a time of day stands behind its day."""
        grey = {ours: self._cells[theirs] for ours, theirs in GREY.items()}
        grey["performed_at"] = self._moment(grey["performed_at"], self._answer("time"))
        return (*grey.values(), *(self._answer(name) for name in ANSWERS if name != "time"))

    def disagreement(self) -> Fault | None:
        """Return where the row and its grey columns are of two sessions: cells were sorted or copied without the rest.

        A day, an exercise or a leg that is not known here is no proof of that: its words may be of an older language.
        """
        grey = {ours: text_of(self._cells[theirs]).strip() for ours, theirs in GREY.items()}
        named = IDENTITY.fullmatch(grey["entry_id"])
        day = MIDNIGHT.sub("", grey["performed_at"])
        if named is None or named.groups()[:3] != (day, grey["exercise"].replace("_", "-"), grey["side"] or "none"):
            return Fault("columns_disagree", GREY["entry_id"], grey["entry_id"])
        others = (
            ("day", self._is_other_day(named[1])),
            ("exercise", self._is_other(_names(self._words), "exercise", grey["exercise"])),
            ("session", self._is_other_number(named[4])),
            ("leg", self._is_other(_legs(self._words), "leg", named[3])),
        )
        wrong = next((name for name, is_other in others if is_other), None)
        return Fault("columns_disagree", self._words.say(f"book.{wrong}"), self._shown(wrong)) if wrong else None

    def _answer(self, name: str) -> Cell:
        return self._cells.get(self._titles[name], "")

    def _shown(self, name: str) -> str:
        return text_of(self._cells.get(self._titles[name], "")).strip()

    def _moment(self, day: Cell, clock: Cell) -> Cell:
        if isinstance(clock, Fault) or isinstance(day, Fault):
            return day if isinstance(day, Fault) else clock
        on = MIDNIGHT.sub("", day.strip())
        time = _clock(clock.strip()) if clock.strip() else ""
        if CLOCK.fullmatch(time) and time < MORNING:  # the row says the day; which night it was, nobody can tell
            time = ""
        return Exact(f"{on} {time}".strip())

    def _is_other(self, known: dict[str, str], name: str, right: str) -> bool:
        return known.get(self._shown(name).casefold(), right) != right

    def _is_other_day(self, right: str) -> bool:
        text = self._shown("day")
        year, month, day = map(int, right.split("-"))
        months = self._words.list("date.months")
        named = {number for number, word in enumerate(months, 1) if re.search(rf"\b{word}\b", text, re.IGNORECASE)}
        numbers = set(map(int, re.findall(r"[0-9]{1,4}", text)))
        return bool(named) and (named != {month} or numbers != {day, year})

    def _is_other_number(self, right: str) -> bool:
        numbers = re.findall(r"[0-9]+", self._shown("session"))
        return len(numbers) == 2 and numbers[0] != right


def _clock(text: str) -> str:
    """Return a time of day as hh:mm; what is none is left as it is, for the reader to refuse."""
    match = CLOCK.fullmatch(text)
    if match is None:
        return text
    hour, half = int(match[1]), (match[3] or "").casefold()
    if half and not 1 <= hour <= 12:
        return text
    hour = hour % 12 + 12 * (half == "p") if half else hour
    return f"{hour:02}:{match[2]}"


def _names(words: Language) -> dict[str, str]:
    return {words.say(f"{one}.name").casefold(): one for one in exercises()}


def _legs(words: Language) -> dict[str, str]:
    return {words.say(f"exercise.side_{side}").casefold(): side for side in ("left", "right")}
