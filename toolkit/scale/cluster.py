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
        parts = asked.parts(least=len(client.scheduler_info(n_workers=-1)["workers"]))
        read = [client.submit(read_apart, path.resolve(), asked.reading, parts, pure=False) for path in paths]
        files: list[FileRead] = client.gather([client.submit(operator.itemgetter(parts), one) for one in read])
        for one in files:
            tell(one.told)
        quarantine = aside_of(files)
        keep_aside(quarantine)
        refuse_unread(files)
        each = zip(range(parts), asked.apart(parts), by_part(quarantine, parts), strict=True)
        tiers = [
            client.submit(_measured, [client.submit(operator.itemgetter(part), one) for one in read], *told, pure=False)
            for part, *told in each
        ]
        return ranked(client.gather(tiers), asked.rules)


def read_apart(path: Path, said: dict[str, Any], parts: int) -> list[Piece | FileRead | None]:
    """Return the rows of a file by part, and at last what is to be told of it."""
    found: list[list[Piece]] = [[] for _ in range(parts)]
    for item in read_file(path, said):
        if isinstance(item, FileRead):
            return [*(joined(pile) if pile else None for pile in found), item]
        for pile, piece in zip(found, item.split(parts), strict=True):
            pile += [piece] if len(piece) else []
    raise AssertionError("a file ends with what is to be told of it")


def _measured(pieces: list[Piece | None], asked: Asked, quarantine: pd.DataFrame) -> pd.DataFrame:
    there = [piece for piece in pieces if piece is not None]
    return tiers_of_part(joined(there) if there else None, asked, quarantine)


@contextmanager
def _client(workers: int | None, scheduler: str | None) -> Iterator[Any]:
    try:
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
    alone: dict[str, Any] = {"host": "127.0.0.1", "dashboard_address": None, "security": Security.temporary()}
    with (
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
