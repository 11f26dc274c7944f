"""Log rows as narrow arrays, apart by patient: what is kept of a file until its patients are measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import Problem, TableError
from toolkit.logs.formats.base import Lot
from toolkit.logs.formats.columns import Names, hashes_of
from toolkit.measures.coding import Ints, codes_in, dense
from toolkit.plan.catalogue import exercises
from toolkit.schema import SIDES, STATUSES, TEXT

INSTANTS, NUMBERS = ("performed_at", "logged_at"), ("utc_offset_min", "sets", "reps", "hold_s", "pain")
COLUMNS = ("entry_id", "exercise", "side", "status", *INSTANTS, "time_known", *NUMBERS)


@cache
def words() -> dict[str, pd.Index]:
    """Return what the codes of each column stand for, the same in every process."""
    return {"exercise": pd.Index(sorted(exercises())), "side": pd.Index(SIDES), "status": pd.Index(STATUSES)}


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of a log in their order.

    Attributes
    ----------
    patients, patient : their names, and the place of each row's among them
    columns : of `COLUMNS`; an identity as a hash, words as codes (-1 where blank), instants in microseconds
    noted, notes : the rows that have a note, and what they say
    """

    patients: Sequence[str]
    patient: Ints
    columns: dict[str, Any]
    noted: Ints
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.patient)

    def __sizeof__(self) -> int:
        """How many bytes it holds, by which Dask tells what to leave where it is."""
        texts = sum(map(len, self.notes)) + 50 * (len(self.notes) + len(self.patients))
        return texts + sum(array.nbytes for array in (self.patient, self.noted, *self.columns.values()))

    def split(self, parts: int) -> list[Piece]:
        """Return the rows of each part: a patient belongs to one, the same in every file."""
        there, code = dense(self.patient)
        names = [self.patients[one] for one in there.tolist()]
        part = parts_of(names, parts)[code]
        order = np.argsort(part, kind="stable")
        rows = np.split(order, np.cumsum(np.bincount(part, minlength=parts))[:-1])
        return [self._take(one, names, code) for one in rows]

    def _take(self, rows: Ints, names: list[str], code: Ints) -> Piece:
        there, patient = dense(code[rows]) if len(rows) else (rows, rows)
        at = np.searchsorted(rows, self.noted)
        mine = np.flatnonzero(rows[np.minimum(at, len(rows) - 1)] == self.noted) if len(rows) else rows
        return Piece(
            tuple(names[one] for one in there.tolist()), patient.astype(np.int32),
            {name: _narrow(column[rows]) for name, column in self.columns.items()},
            at[mine], tuple(self.notes[one] for one in mine.tolist()),
        )  # fmt: skip

    def log(self) -> pd.DataFrame:
        """Return the rows as a log that the measures take: words as categories, no `source` and no `line`."""
        note = np.full(len(self), -1)
        note[self.noted], texts = pd.factorize(np.array(self.notes, dtype=object))
        coded = {"patient_id": (self.patient, self.patients), "note": (note, texts)}
        coded |= {name: (self.columns[name], known) for name, known in words().items()}
        return pd.DataFrame(
            {
                **{name: _categories(*pair) for name, pair in coded.items()},
                **{name: self.columns[name].view("M8[us]") for name in INSTANTS},
                **{name: self.columns[name] for name in ("entry_id", "time_known")},
                **{name: self.columns[name].astype(float) for name in NUMBERS},
            },
            copy=False,
        )


def _categories(codes: Ints, names: Any) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype=TEXT), validate=False)


def _narrow(column: Any) -> Any:
    """Return numbers in half the room where that loses nothing."""
    if column.dtype != np.float64:
        return column
    half = column.astype(np.float32)
    return half if np.array_equal(half, column, equal_nan=True) else column


def parts_of(patients: Iterable[str], parts: int) -> Ints:
    """Return the part of each patient, told by the name alone."""
    return (hashes_of(patients) % parts).astype(np.int64)


def by_part(table: pd.DataFrame, parts: int) -> list[pd.DataFrame]:
    """Return the rows of a table apart by the part of their patient; rows that name none are in no part."""
    code, names = pd.factorize(table["patient_id"])
    part = np.append(parts_of(names, parts), parts)[code]
    order = np.argsort(part, kind="stable")
    ends = np.cumsum(np.bincount(part, minlength=parts + 1))
    return [table.iloc[rows] for rows in np.split(order, ends[:-1])[:parts]]


def joined(pieces: Sequence[Piece]) -> Piece:
    """Return the rows of several pieces, one after the other."""
    names, places = _renamed([piece.patients for piece in pieces])
    begin = np.cumsum([0, *map(len, pieces)])
    return Piece(
        names,
        np.concatenate([place(piece.patient) for place, piece in zip(places, pieces, strict=True)]),
        {name: np.concatenate([piece.columns[name] for piece in pieces]) for name in COLUMNS},
        np.concatenate([piece.noted + start for piece, start in zip(pieces, begin[:-1], strict=True)]),
        tuple(note for piece in pieces for note in piece.notes),
    )


def _renamed(named: list[Sequence[str]]) -> tuple[Sequence[str], list[Callable[[Ints], Ints]]]:
    """Return one list of names for several, and for each what turns places in it to places there."""
    if all(one is named[0] for one in named):  # pieces of one file
        return named[0], [np.asarray] * len(named)
    names = pd.Index(sorted({name for one in named for name in one}), dtype=TEXT)
    return tuple(names), [names.get_indexer(pd.Index(one, dtype=TEXT)).__getitem__ for one in named]


def of_log(log: pd.DataFrame) -> Piece:
    """Return a checked log as a piece.

    Raises
    ------
    TableError
        If it names an exercise that the catalogue has not, which no reader keeps.
    """
    if strange := sorted(set(log["exercise"].dropna().unique()) - set(words()["exercise"])):
        told = f"must be one of {', '.join(words()['exercise'])}; found {strange[0]}"
        raise TableError("The table of log cannot be used.", [Problem("exercise", told)])
    patient, names = pd.factorize(log["patient_id"])
    noted = np.flatnonzero(log["note"].notna())
    columns: dict[str, Any] = {"entry_id": hashes_of(log["entry_id"]), "time_known": log["time_known"].to_numpy(bool)}
    columns |= {name: codes_in(log[name], known).astype(np.int8) for name, known in words().items()}
    columns |= {name: log[name].to_numpy("datetime64[us]").astype(np.int64) for name in INSTANTS}
    columns |= {name: log[name].to_numpy(float) for name in NUMBERS}
    return Piece(tuple(names), patient.astype(np.int32), columns, noted, tuple(log["note"].iloc[noted]))


def of_lot(lot: Lot) -> Piece:
    """Return entries that were read many at once as a piece, without writing out their words."""
    held = lot.held
    assert isinstance(held["entry_id"], Names)
    columns: dict[str, Any] = {"entry_id": held["entry_id"].hashes(), "time_known": held["time_known"]}
    columns |= {name: _placed(held[name], known) for name, known in words().items()}
    columns |= {name: np.asarray(held[name]).view(np.int64) for name in INSTANTS}
    columns |= {name: held[name] for name in NUMBERS}
    noted = np.flatnonzero(held["note"] != None)  # noqa: E711  each cell is compared
    return Piece(held["patient_id"].words, held["patient_id"].codes, columns, noted, tuple(held["note"][noted]))


def _placed(coded: Any, known: pd.Index) -> Any:
    place = [-1 if value is None else known.get_loc(value) for value in coded.words]
    return np.array([*place, -1], np.int8)[coded.codes]
