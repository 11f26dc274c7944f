"""The entries of our own log file, read whole blocks at once: equal in every value to those read one by one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from toolkit.logs.blocks import MOST_WORDS, WORD, Block
from toolkit.logs.body import Body
from toolkit.logs.codes import Fault
from toolkit.logs.formats.base import Aside, Item, Lot
from toolkit.logs.formats.columns import Coded, Names
from toolkit.logs.formats.entries import Identities
from toolkit.logs.formats.moments import Moments
from toolkit.logs.formats.own_entries import EntriesOneByOne
from toolkit.logs.formats.vocabulary import UNSURE, Vocabulary
from toolkit.logs.mapping import ENTRY, MAX_NOTE, Mapping
from toolkit.logs.names import says_hold
from toolkit.logs.values import offset_min, patient, side
from toolkit.plan.catalogue import exercises
from toolkit.schema import SIDES, STATUSES

UNSIDED, SIDED, PAIN = 0, 1, 2  # kinds of entries, by their exercise
ID_BYTES = b"\0.-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
NO_ID_BYTES = bytes(byte not in ID_BYTES for byte in range(256))
NUMBERS = ("sets", "reps", "hold_s", "pain")
SIDE_WORDS, STATUS_WORDS = np.array([*SIDES, None], object), np.array([*STATUSES, None], object)


def is_plain(mapping: Mapping) -> bool:
    """Tell whether a mapping leaves every value of our own file as it stands."""
    beside = {"name": "", "header": None, "sheet": None, "skip_rows": None, "zone": None}
    return mapping.model_copy(update=beside) == Mapping()


class EntriesAtOnce:
    """Reads whole blocks; whatever it is not sure of is read one by one."""

    def __init__(self, one_by_one: EntriesOneByOne, made: Identities, body: Body) -> None:
        self._one_by_one, self._made, self._body = one_by_one, made, body
        reader = one_by_one.reader
        self._places = {name: places[0] for name, places in reader.places.items()}
        in_parts = reader.mapping.zone is None
        self._performed = Moments(self._places["performed_at"], reader.moments, in_parts=in_parts, optional=False)
        self._logged = Moments(self._places.get("logged_at"), reader.moments, in_parts=in_parts, optional=True)
        self._patients = self._words("patient_id", patient, reader.request.patient_id)
        self._exercises = self._words("exercise", _exercise, None)
        self._sides = self._words("side", _sides, _sides(""))
        self._statuses = self._words("status", _statuses, (0, 0, len(STATUSES)))
        self._names = {name: Vocabulary(None, str, None) for name in ("exercise", "side", "status")}
        self._offsets = self._words("utc_offset_min", offset_min, None)
        self._numbers = {name: self._words(name, parse, None) for name, parse in reader.numbers.items()}
        self._hold_unsaid = "hold_s" in self._places and not says_hold(reader.called["hold_s"])

    def _words(self, name: str, parse: Callable[[str], Any], absent: Any) -> Vocabulary:
        return Vocabulary(self._places.get(name), parse, absent)

    def read(self, block: Block) -> Iterator[Item]:
        """Yield what became of each record of a block, in the order of the file."""
        if not block.fits.any():
            for record in (one for row in range(block.rows) for one in block.records(row) if self._body.takes(one)):
                entry = self._one_by_one.read(record)
                yield entry if isinstance(entry, Aside) else self._made.kept(entry, record.line)
            return
        columns, keep, twice = self._columns(block)
        sure = np.flatnonzero(keep)
        date_only, twice = (int(some[keep].sum()) for some in (~columns["time_known"], twice))
        self._one_by_one.took(len(sure), date_only=date_only, twice=twice)
        self._body.took(block, sure)
        for row in np.flatnonzero(~keep).tolist():
            for record in filter(self._body.takes, block.records(row)):
                entry = self._one_by_one.read(record)
                if isinstance(entry, Aside):
                    yield entry
                    continue
                keep[row] = True
                for name in (*ENTRY, "time_known"):
                    columns[name][row] = entry[name]
        self._identify(columns, keep)
        if keep.any():
            yield Lot(columns if keep.all() else {name: column[keep] for name, column in columns.items()})

    def _columns(self, block: Block) -> tuple[dict[str, Any], Any, Any]:
        """Return the columns of the log, of which rows they are sure, and in which the time was shown twice."""
        performed, logged = self._performed.read(block), self._logged.read(block)
        sure = block.fits & (block.line > self._body.line) & performed.sure & logged.sure
        columns: dict[str, Any] = {"entry_id": self._entry_ids(block, sure)}
        patients = self._patients.codes(block)
        sure &= patients >= 0
        columns["patient_id"] = Coded(patients, self._patients)
        kinds = self._what(block, columns, sure)
        columns |= {
            "performed_at": performed.instants.view("M8[us]"), "time_known": performed.time_known,
            "utc_offset_min": self._offsets.numbers(block, sure), "logged_at": logged.instants.view("M8[us]"),
        }  # fmt: skip
        columns |= {name: number.numbers(block, sure) for name, number in self._numbers.items()}
        columns["note"] = self._notes(block, sure)
        columns["line"] = block.line.astype(float)
        stated = performed.utc_offset_min
        offset = columns["utc_offset_min"]
        sure &= np.isnan(stated) | np.isnan(offset) | (stated == offset)
        columns["utc_offset_min"] = np.where(np.isnan(offset), stated, offset)
        self._hang_together(columns, kinds, sure)
        return columns, sure, performed.twice

    def _what(self, block: Block, columns: dict[str, Any], sure: Any) -> Any:
        """Set exercise, side and status, and return the kinds of the entries."""
        codes = self._exercises.codes(block)
        sure &= codes >= 0
        kinds = np.array([kind for _, kind in self._exercises.values] or [PAIN])[codes]
        columns["exercise"] = self._coded(
            "exercise", np.array([name for name, _ in self._exercises.values], object), codes
        )
        for name, said, words in (("side", self._sides, SIDE_WORDS), ("status", self._statuses, STATUS_WORDS)):
            codes = said.codes(block)
            outcome = np.array(said.values or [(UNSURE,) * 3])[codes, kinds]
            sure &= (codes >= 0) & (outcome >= 0)
            columns[name] = self._coded(name, words, outcome)
        return kinds

    def _coded(self, name: str, words: Any, places: Any) -> Coded:
        """Return places in a list of words as places in the vocabulary of a column; where it is unsure, of anything."""
        names = self._names[name]
        return Coded(np.array([names.code(word) for word in words.tolist()] or [names.code(None)])[places], names)

    def _hang_together(self, columns: dict[str, Any], kinds: Any, sure: Any) -> None:
        sets, reps, hold, pain = (columns[name] for name in NUMBERS)
        sure &= (kinds != PAIN) | ~np.isnan(pain)
        not_done = columns["status"].codes == self._names["status"].code("not_done")
        sure &= ~(not_done & ((sets > 0) | (reps > 0) | (hold > 0)))
        if self._hold_unsaid:
            sure &= ~((hold > 0) & (reps > 1))

    def _entry_ids(self, block: Block, sure: Any) -> Names:
        if (place := self._places.get("entry_id")) is None:
            return Names(block, np.zeros(block.rows, np.int64), np.zeros(block.rows, np.int64))
        starts, sizes = block.field(place)
        sure &= sizes <= WORD * MOST_WORDS
        for word in block.words(starts, sizes):
            sure &= np.frombuffer(word.tobytes().translate(NO_ID_BYTES), "<u8") == 0
        return Names(block, starts, sizes.copy())

    def _notes(self, block: Block, sure: Any) -> Any:
        found = np.full(block.rows, None, object)
        if (place := self._places.get("note")) is not None:
            starts, sizes = block.field(place)
            noted = np.flatnonzero(sizes > 0)
            notes = [_note(text) for text in block.texts(starts[noted], sizes[noted])]
            found[noted] = notes
            sure[noted] &= np.array([note is None or len(note) <= MAX_NOTE for note in notes], bool)
        return found

    def _identify(self, columns: dict[str, Any], keep: Any) -> None:
        """Give an identity to entries that name none, in the order of the file."""
        rows = np.flatnonzero(keep & columns["entry_id"].blank)
        if not len(rows):
            return
        said = [np.asarray(columns[name][rows]).tolist() for name in (*ENTRY, "time_known")]
        for place, name in enumerate(ENTRY):
            if name in (*NUMBERS, "utc_offset_min"):
                kind = int if name == "utc_offset_min" else float
                said[place] = [None if value != value else kind(value) for value in said[place]]
        columns["entry_id"][rows] = [self._made.made(one) for one in zip(*said, strict=True)]


def _exercise(text: str) -> tuple[str | None, int] | Fault:
    if not text:
        return None, PAIN
    known = exercises().get(text.casefold())
    return Fault("exercise_unknown") if known is None else (known.id, SIDED if known.sided else UNSIDED)


def _sides(text: str) -> tuple[int, ...]:
    """Return which side a text stands for in an entry of each kind."""
    found = (side(text, sided=sided) for sided in (False, True))
    sides = (UNSURE if isinstance(one, Fault) else SIDES.index(one) for one in found)
    return *sides, UNSURE if text else len(SIDES)


def _statuses(text: str) -> tuple[int, ...]:
    """Return which status a text stands for in an entry of each kind."""
    word = text.casefold()
    status = STATUSES.index(word) if word in STATUSES else UNSURE
    return status, status, UNSURE if text else len(STATUSES)


def _note(text: str) -> str | None:
    if '"' in text:
        text = text.replace('""', '"')
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text if text.strip() else None
