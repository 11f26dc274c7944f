"""Things that keep a distance in time from the one kept before."""

from __future__ import annotations

import numpy as np

from toolkit.measures.coding import Bools, Ints


def spaced(kind: Ints, at: Ints, *, least: int) -> Bools:
    """Tell which rows are kept: the first of each kind, then the first that is `least` or more after the one kept last.

    Parameters
    ----------
    kind, at : rows ordered by kind and by time
    least : in the unit of `at`
    """
    close = np.zeros(len(at), dtype=bool)
    close[1:] = (kind[1:] == kind[:-1]) & (np.diff(at) < least)
    run = np.cumsum(~close)
    since = at - at[np.flatnonzero(~close)][run - 1] if len(run) else at
    key = run * (since.max(initial=0) + least + 1) + since
    following = np.searchsorted(key, key + least)
    kept = np.zeros(len(run), dtype=bool)
    here = np.flatnonzero(~close)
    while len(here):
        kept[here] = True
        after = following[here]
        inside = after < len(run)
        here = after[inside][run[after[inside]] == run[here[inside]]]
    return kept
