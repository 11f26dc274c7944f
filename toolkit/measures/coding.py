"""Integer codes for the words, days and instants of the tables, so that sums run on arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEFT, RIGHT, NONE, BOTH = 0, 1, 2, 3
SIDE_NAMES = ("left", "right", "none")
EDGE = 1e-9  # what a comparison with a threshold allows for rounding
NEVER = np.iinfo(np.int64).min  # a blank instant: earlier than every other
LARGEST = 1 << 62  # of codes that stand for several columns
SPARSE = 8  # numbers that lie thinner than one in so many are sorted, not counted


def codes_in(values: pd.Series, names: pd.Index) -> Ints:
    """Return the place of each value in `names`; -1 where it is blank or not there."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        places = np.append(names.get_indexer(values.cat.categories), -1)  # the last is for a blank
        return np.asarray(places[values.cat.codes.to_numpy()], dtype=np.int64)
    return np.asarray(names.get_indexer(pd.Index(values)), dtype=np.int64)


def coded(values: pd.Series) -> tuple[Ints, npt.NDArray[Any]]:
    """Return the code of each value, -1 where it is blank, and the values that there are, in order."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        present, place = dense(np.append(values.cat.codes.to_numpy(), -1).astype(np.int64))
        return place[:-1] - 1, values.cat.categories[present[1:]].to_numpy(dtype=object)  # the first is for a blank
    codes, names = pd.factorize(values, sort=True)
    return np.asarray(codes, dtype=np.int64), np.asarray(names, dtype=object)


def days(values: pd.Series) -> Ints:
    """Return days since 1970-01-01."""
    return values.to_numpy(dtype="datetime64[D]").astype(np.int64)


def as_dates(numbers: Ints) -> npt.NDArray[Any]:
    """Return days since 1970-01-01 as datetime64."""
    return numbers.astype("datetime64[D]").astype("datetime64[s]")


def microseconds(values: pd.Series) -> Ints:
    """Return microseconds since 1970-01-01, `NEVER` where blank."""
    return values.to_numpy(dtype="datetime64[us]").astype(np.int64)  # NaT is the least integer


def weekday(day: Ints) -> Ints:
    """Return the day of the week, Monday 0; 1970-01-01 was a Thursday."""
    return (day + 3) % 7


def combine(*columns: npt.NDArray[Any]) -> Ints:
    """Return one code a row, from 0 on: equal where all columns are equal, a blank number equal to a blank number."""
    return _numbered(key_of(*columns))[0]


def key_of(*columns: npt.NDArray[Any]) -> Ints:
    """Return what `combine` numbers: one number a row, however large."""
    code, size = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        more, names = _small(column)
        if size * names >= LARGEST:
            code, size = _numbered(code)
            more, names = _numbered(more)
        code, size = code * names + more, size * names
    return code


def _small(column: npt.NDArray[Any]) -> tuple[Ints, int]:
    """Return codes of a column and how many there may be: its whole numbers as they are if that is not too many."""
    if column.dtype.kind in "iub" and len(column):
        low, size = _span(column)
        if size < LARGEST >> 16:
            return column.astype(np.int64) - low, size
    codes, names = pd.factorize(column, use_na_sentinel=False)
    return np.asarray(codes, dtype=np.int64), max(len(names), 1)


def _numbered(code: Ints) -> tuple[Ints, int]:
    if (step := np.diff(code)).min(initial=0) >= 0:  # in order already
        number = np.concatenate([[0], np.cumsum(step > 0)])[: len(code)]
        return number, int(number.max(initial=0)) + 1
    if code.max() - code.min() <= SPARSE * len(code):
        present, number = dense(code)
        return number, len(present)
    number, names = pd.factorize(code)
    return np.asarray(number, dtype=np.int64), len(names)


def dense(numbers: Ints) -> tuple[Ints, Ints]:
    """Return the different numbers in order, and the place of each row's among them; by counting where that is less."""
    low, high = int(numbers.min(initial=0)), int(numbers.max(initial=0))
    if high - low > SPARSE * len(numbers) + SPARSE:
        found, place = np.unique(numbers, return_inverse=True)
        return found, np.asarray(place, dtype=np.int64)
    there = np.zeros(high - low + 1, dtype=bool)
    there[numbers - low] = True
    found = np.flatnonzero(there)
    if len(found) == len(there):
        return found + low, numbers - low
    return found + low, (np.cumsum(there) - 1)[numbers - low]


def in_order(group: Ints, at: Ints) -> Ints:
    """Return the rows by group and by what comes first within it; where both are equal, the earlier row."""
    first, width = _span(at)
    if (int(group.max(initial=0)) + 1) * width < LARGEST:
        return np.argsort(group * width + (at - first), kind="stable")
    return np.lexsort((at, group))


def ranges(starts: Ints, lengths: Ints) -> Ints:
    """Return start, start + 1, ... for each start, `lengths` of them, one after the other."""
    lengths = np.maximum(lengths, 0)
    before = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum(), dtype=np.int64) + np.repeat(starts - before, lengths)


def total(codes: Ints, size: int, weights: npt.NDArray[Any] | None = None) -> Floats:
    """Return the sum of `weights` (or the count) for each code, in the order of the rows."""
    return np.bincount(codes, weights=weights, minlength=size).astype(np.float64)


def marked(codes: Ints, size: int) -> Bools:
    """Tell which codes there are."""
    found = np.zeros(size, dtype=bool)
    found[codes] = True
    return found


def share(part: Floats, whole: Floats, *, nothing: float = np.nan) -> Floats:
    """Return part / whole; `nothing`, NaN unless said, where the whole is 0: 0/0 is neither 0 nor 1."""
    return np.divide(part, whole, out=np.full(len(whole), nothing), where=whole > 0)


def group_day(group: Ints, day: Ints) -> Ints:
    """Return one number for each group (a patient, say) and day, in the order of both."""
    return (group << 32) + day


def distinct_days(group: Ints, day: Ints) -> tuple[Ints, Ints, Ints]:
    """Return each day of each group once, ordered by group and day, and for each row the place of its day there."""
    first, width = _span(day)
    present, place = dense(group * width + (day - first))
    return present // width, present % width + first, place


def _span(numbers: Ints) -> tuple[int, int]:
    """Return the least number, and how many there are from it to the greatest."""
    if not len(numbers):
        return 0, 1
    first = int(numbers.min())
    return first, int(numbers.max()) - first + 1
