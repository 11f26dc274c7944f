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


def codes_in(values: pd.Series, names: pd.Index) -> Ints:
    """Return the place of each value in `names`; -1 where it is blank or not there."""
    return np.asarray(names.get_indexer(pd.Index(values)), dtype=np.int64)


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
    """Return one code a row: equal where all columns are equal, a blank number equal to a blank number."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        more, names = pd.factorize(column, use_na_sentinel=False)
        code = np.asarray(pd.factorize(code * max(len(names), 1) + more)[0], dtype=np.int64)
    return code


def ranges(starts: Ints, lengths: Ints) -> Ints:
    """Return start, start + 1, ... for each start, `lengths` of them, one after the other."""
    lengths = np.maximum(lengths, 0)
    before = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum(), dtype=np.int64) + np.repeat(starts - before, lengths)


def total(codes: Ints, size: int, weights: npt.NDArray[Any] | None = None) -> Floats:
    """Return the sum of `weights` (or the count) for each code, in the order of the rows."""
    return np.bincount(codes, weights=weights, minlength=size).astype(np.float64)


def share(part: Floats, whole: Floats, *, nothing: float = np.nan) -> Floats:
    """Return part / whole; `nothing`, NaN unless said, where the whole is 0: 0/0 is neither 0 nor 1."""
    return np.divide(part, whole, out=np.full(len(whole), nothing), where=whole > 0)


def group_day(group: Ints, day: Ints) -> Ints:
    """Return one number for each group (a patient, say) and day, in the order of both."""
    return (group << 32) + day


def distinct_days(group: Ints, day: Ints) -> tuple[Ints, Ints, Ints]:
    """Return each day of each group once, ordered by group and day, and for each row the place of its day there."""
    _, first, place = np.unique(group_day(group, day), return_index=True, return_inverse=True)
    return group[first], day[first], np.asarray(place, dtype=np.int64)
