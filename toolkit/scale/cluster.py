"""The same triage on many workers, by Dask: each reads files, then measures patients; what is lost is done anew."""

from __future__ import annotations

import logging
import operator
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import ToolkitError
from toolkit.measures.triage import ranked
from toolkit.scale.pieces import Piece, by_part, joined
from toolkit.scale.run import Asked, FileRead, aside_of, check, read_file, refuse_unread, tiers_of_part

NEEDED, PATIENCE = "needs Dask: pip install 'backcare[scale]'.", "30s"
MOST_PARTS = 10  # of one share: what travels at once must fit in a worker beside what it measures


def triage_on_workers(
    paths: Sequence[Path],
    asked: Asked,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    tell: Callable[[str], None] = lambda line: None,
    keep_aside: Callable[[pd.DataFrame], None] = lambda quarantine: None,
) -> pd.DataFrame:
    """Return what `run.triage_files` returns, made by several workers.

    Parameters
    ----------
    workers : how many processes on this computer; nobody else can join them
    scheduler : address of a running cluster instead, such as tcp://10.0.0.5:8786; its workers have this package and see
        the files under the same paths
    others : as in `triage_files`

    Raises
    ------
    ToolkitError
        As `triage_files`; or if the cluster cannot be reached, or a step failed again and again.
    """
    asked = check(asked)
    with _client(workers, scheduler) as client, _told():
        shares, inside = _shares(asked, len(client.scheduler_info(n_workers=-1)["workers"]))
        read = [client.submit(read_apart, path.resolve(), asked.reading, shares, pure=False) for path in paths]
        apart = _taken_apart(client, read, shares)
        files: list[FileRead] = client.gather(apart.pop())
        for one in files:
            tell(one.told)
        quarantine = aside_of(files)
        keep_aside(quarantine)
        refuse_unread(files)
        each = zip(apart, asked.apart(shares), by_part(quarantine, shares), strict=True)
        tiers = [client.submit(measured, *told, share, shares, inside, pure=False) for share, told in enumerate(each)]
        return ranked(client.gather(tiers), asked.rules)


def _shares(asked: Asked, workers: int) -> tuple[int, int]:
    """Return how many shares of the patients travel, and how many parts are measured in each."""
    parts = asked.parts()
    shares = max(2 * workers, -(-parts // MOST_PARTS))
    return shares, -(-parts // shares)


def _taken_apart(client: Any, read: list[Any], shares: int) -> list[list[Any]]:
    """Return of each share what every file has of it, and at last what is to be told of the files."""
    for one in read:
        one.exception()  # waits; what went wrong is raised where its result is asked for
    here = client.who_has(read)  # where it lies it is taken apart, so that only shares travel
    return [
        [
            client.submit(operator.itemgetter(place), one, workers=here[one.key], allow_other_workers=True)
            for one in read
        ]
        for place in range(shares + 1)
    ]


def read_apart(path: Path, said: dict[str, Any], shares: int) -> list[Piece | FileRead | None]:
    """Return the rows of a file by share, and at last what is to be told of it."""
    found: list[list[Piece]] = [[] for _ in range(shares)]
    for item in read_file(path, said):
        if isinstance(item, FileRead):
            return [*(joined(pile) if pile else None for pile in found), item]
        for pile, piece in zip(found, item.split(shares), strict=True):
            pile += [piece] if len(piece) else []
    raise AssertionError("a file ends with what is to be told of it")


def measured(
    pieces: list[Piece | None], asked: Asked, quarantine: pd.DataFrame, share: int, shares: int, inside: int
) -> pd.DataFrame:
    """Return the tiers of the patients of one share, part by part."""
    there = [piece for piece in pieces if piece is not None]
    parts = shares * inside  # a patient's part tells the share: its rest by `shares`
    rows = joined(there).split(parts) if there else [None] * parts
    each = zip(rows, asked.apart(parts), by_part(quarantine, parts), strict=True)
    return pd.concat([tiers_of_part(*told) for told in list(each)[share::shares]], ignore_index=True)


@contextmanager
def _client(workers: int | None, scheduler: str | None) -> Iterator[Any]:
    try:
        from dask import config
        from distributed import Client, LocalCluster, Security
    except ImportError:
        raise ToolkitError(f"Work on several workers {NEEDED}") from None
    if scheduler is not None:
        try:
            client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ToolkitError(f"The scheduler {scheduler} cannot be reached: {error}.") from None
        with client:
            yield client
        return
    # Dask has memory given back with every array; asking for it again doubles the time of everything here
    unset = {"distributed.nanny.pre-spawn-environ": {"MALLOC_TRIM_THRESHOLD_": None}}
    alone: dict[str, Any] = {"host": "127.0.0.1", "dashboard_address": None, "security": Security.temporary()}
    with (
        config.set(unset),
        LocalCluster(n_workers=workers, threads_per_worker=1, silence_logs=logging.CRITICAL, **alone) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


@contextmanager
def _told() -> Iterator[None]:
    """Say in words what Dask could not do."""
    from distributed import KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise ToolkitError(f"A step ended its workers again and again, and nothing was written: {error}") from None
