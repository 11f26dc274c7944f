"""What each text of a column says, worked out once however often it stands there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from toolkit.logs.blocks import MOST_WORDS, WORD, Block
from toolkit.logs.codes import Fault

UNSURE = -1
MIXED = np.uint64(0x9E3779B97F4A7C15)  # odd, so that multiplying loses nothing
MOST = 1 << 19  # texts remembered of a column at once: they may go on without end


class Numbered:
    """Numbers for keys of 64 bits, in the order in which they first come."""

    def __init__(self) -> None:
        self._keys = pd.Index([], dtype="uint64")

    def __len__(self) -> int:
        return len(self._keys)

    def read(self, keys: Any) -> tuple[Any, Any]:
        """Return the number of each key, and for each that is new the first row that has it."""
        numbers = self._keys.get_indexer(keys)
        fresh = np.flatnonzero(numbers < 0)
        if not len(fresh):
            return numbers, fresh
        codes, names = pd.factorize(keys[fresh])
        numbers[fresh] = len(self._keys) + codes
        self._keys = self._keys.append(pd.Index(names))
        first = np.empty(len(names), np.int64)
        first[codes[::-1]] = fresh[::-1]
        return numbers, first


class _Texts:
    """Texts of a column, each with its code; of several words they are compared whole, for two may have one key."""

    def __init__(self) -> None:
        self._numbered, self._codes = Numbered(), np.empty(0, np.int64)
        self._sizes, self._words = np.empty(0, np.int64), np.empty((MOST_WORDS, 0), "<u8")

    def __len__(self) -> int:
        return len(self._numbered)

    def read(self, block: Block, starts: Any, sizes: Any, words: list[Any], code: Callable[[str], int]) -> Any:
        """Return the code of each row; `code` gives that of a text which is new."""
        key = words[0]
        for word in words[1:]:
            key = key * MIXED ^ word
        numbers, first = self._numbered.read(key)
        if len(first):
            self._codes = np.append(self._codes, [code(text) for text in block.texts(starts[first], sizes[first])])
        if len(words) == 1:
            return self._codes[numbers]
        if len(first):
            self._learn(sizes[first], [word[first] for word in words])
        alike = sizes == self._sizes[numbers]
        for word, known in zip(words, self._words, strict=False):
            alike &= word == known[numbers]
        return np.where(alike, self._codes[numbers], UNSURE)

    def _learn(self, sizes: Any, words: list[Any]) -> None:
        known = np.zeros((MOST_WORDS, len(sizes)), "<u8")
        known[: len(words)] = words
        self._sizes = np.append(self._sizes, np.where(sizes <= WORD * MOST_WORDS, sizes, UNSURE))
        self._words = np.append(self._words, known, axis=1)


class Vocabulary:
    """The texts of one column and what they say.

    Parameters
    ----------
    place : of the column, None where there is none
    parse : what a trimmed text says, or its fault
    absent : what every row says where there is no such column

    Attributes
    ----------
    values : what texts say, each once
    """

    def __init__(self, place: int | None, parse: Callable[[str], Any], absent: Any) -> None:
        self._place, self._parse = place, parse
        self.values: list[Any] = []
        self._of_value: dict[Any, int] = {}
        self._absent = self.code(absent) if place is None else UNSURE
        self._begin()

    def _begin(self) -> None:
        """Forget the texts, not what they said."""
        self._short, self._long = _Texts(), _Texts()  # of one word, whose key is the text, and of several

    def numbers(self, block: Block, sure: Any) -> Any:
        """Return the value of each row where all are numbers, and take away from `sure` where it has none."""
        codes = self.codes(block)
        sure &= codes >= 0
        values = np.array([np.nan if value is None else value for value in [*self.values, None]], float)[codes]
        if len(self.values) > MOST:
            self.values, self._of_value = [], {}
            self._begin()
        return values

    def codes(self, block: Block) -> Any:
        """Return the place of each row's value in `values`, or `UNSURE`."""
        if self._place is None:
            return np.full(block.rows, self._absent)
        starts, sizes = block.field(self._place)
        words = block.words(starts, sizes)
        known = self._long if len(words) > 1 else self._short
        codes = known.read(block, starts, sizes, words, self._code)
        if len(known) > MOST:
            self._begin()
        return codes

    def _code(self, text: str) -> int:
        value = Fault("bad_quote") if '"' in text else self._parse(text.strip())
        return UNSURE if isinstance(value, Fault) else self.code(value)

    def code(self, value: Any) -> int:
        """Return the place of a value, a new one if it was not there."""
        if value not in self._of_value:
            self._of_value[value] = len(self.values)
            self.values.append(value)
        return self._of_value[value]
