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


class Vocabulary:
    """The texts of one column and what they say.

    Parameters
    ----------
    place : of the column, None where there is none
    parse : what a trimmed text says, or its fault
    absent : what every row says where there is no such column
    """

    def __init__(self, place: int | None, parse: Callable[[str], Any], absent: Any) -> None:
        self._place, self._parse = place, parse
        self.values: list[Any] = [absent] if place is None else []
        self._known: dict[str, int] = {}

    def read(self, block: Block, sure: Any, dtype: Any = object) -> Any:
        """Return the value of each row, and take away from `sure` where it has none."""
        numbers, codes, told_apart = self._look_up(block)
        sure &= (codes >= 0)[numbers] & told_apart
        values = [self.values[code] if code >= 0 else None for code in codes.tolist()]
        return np.array(values, dtype)[numbers]

    def codes(self, block: Block) -> Any:
        """Return the place of each row's value in `values`, or `UNSURE`."""
        numbers, codes, told_apart = self._look_up(block)
        return np.where(told_apart, codes[numbers], UNSURE)

    def _look_up(self, block: Block) -> tuple[Any, Any, Any]:
        """Number the texts of a block; return each row's number, each number's code, and which rows it holds for."""
        if self._place is None:
            return np.zeros(block.rows, np.int64), np.zeros(1, np.int64), np.ones(block.rows, bool)
        starts, sizes = block.field(self._place)
        words = block.words(starts, sizes)
        key = words[0]
        for word in words[1:]:
            key = key * MIXED ^ word
        numbers, first = distinct(key)
        codes = np.array([self._code(text) for text in block.texts(starts[first], sizes[first])])
        told_apart = np.ones(block.rows, bool)
        if len(words) > 1:  # different texts may have one key
            told_apart = (sizes == sizes[first][numbers]) & (sizes <= WORD * MOST_WORDS)
            for word in words:
                told_apart &= word == word[first][numbers]
        return numbers, codes, told_apart

    def _code(self, text: str) -> int:
        code = self._known.get(text)
        if code is None:
            value = Fault("bad_quote") if '"' in text else self._parse(text.strip())
            code = UNSURE if isinstance(value, Fault) else len(self.values)
            if code != UNSURE:
                self._known[text] = code
                self.values.append(value)
        return code


def distinct(key: Any) -> tuple[Any, Any]:
    """Return for each row the number of its key, and for each number the first row that has it."""
    codes, keys = pd.factorize(key)
    first = np.empty(len(keys), np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return codes, first
