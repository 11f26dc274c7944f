"""Columns of many entries that are not yet written out: codes for words, places for identities."""

from __future__ import annotations

from typing import Any

import numpy as np

from toolkit.logs.blocks import WORD, Block
from toolkit.logs.formats.vocabulary import Vocabulary

FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)  # of SplitMix64 (Steele 2014)


class Coded:
    """A column as places in the values of a vocabulary; one that is blank has the place of None."""

    def __init__(self, codes: Any, words: Vocabulary) -> None:
        self.codes, self._words = codes, words

    def __getitem__(self, rows: Any) -> Coded:
        return Coded(self.codes[rows], self._words)

    def __setitem__(self, row: int, value: Any) -> None:
        self.codes[row] = self._words.code(value)

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def words(self) -> list[Any]:
        """What the codes stand for."""
        return self._words.values

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array([*self.words, None], object)[self.codes]


class Names:
    """The identities of entries: where they stand in a block, or what was made or read for a row of its own."""

    def __init__(self, block: Block, starts: Any, sizes: Any) -> None:
        self._block, self._starts, self._sizes = block, starts, sizes
        self._own = np.full(len(sizes), None, object)

    def __getitem__(self, rows: Any) -> Names:
        found = Names(self._block, self._starts[rows], self._sizes[rows])
        found._own = self._own[rows]
        return found

    def __setitem__(self, row: Any, text: Any) -> None:
        self._own[row] = text
        self._sizes[row] = 0

    def __len__(self) -> int:
        return len(self._sizes)

    @property
    def blank(self) -> Any:
        """Which rows have none yet."""
        return (self._sizes == 0) & (self._own == None)  # noqa: E711  each cell is compared

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        found, named = self._own.copy(), np.flatnonzero(self._sizes)
        found[named] = self._block.texts(self._starts[named], self._sizes[named])
        return found

    def hashes(self) -> Any:
        """Return a number of 64 bits for each: equal for equal identities, and by chance for one pair in 10^19."""
        found = mixed(self._block.words(self._starts, self._sizes))
        own = np.flatnonzero(self._sizes == 0)
        found[own] = hashes_of(self._own[own])
        return found


def hashes_of(texts: Any) -> Any:
    """Return the number of each text, as `Names.hashes` does."""
    data = [str(text).encode() for text in texts]
    width = max(map(len, data), default=0) // WORD + 1
    whole = b"".join(one.ljust(WORD * width, b"\0") for one in data)
    return mixed(list(np.frombuffer(whole, "<u8").reshape(-1, width).T))


def mixed(words: list[Any]) -> Any:
    """Return one number for several of 64 bits; words that are 0 at the end change nothing."""
    found = np.zeros(len(words[0]), "<u8")
    for word in words:
        more = (found + word) * FIRST
        more = (more ^ more >> np.uint64(29)) * SECOND
        found = np.where(word == 0, found, more ^ more >> np.uint64(32))
    return found.view(np.int64)
