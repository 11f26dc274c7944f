"""The same triage on many workers, by Dask: each reads files, then measures patients; what is lost is done anew."""

from __future__ import annotations

import logging
import operator
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import LogError, ToolkitError
from toolkit.measures.triage import ranked
from toolkit.scale.asked import Asked
from toolkit.scale.files import FileRead, read_file, settled, stamp_of
from toolkit.scale.pieces import Piece, by_part, joined, words
from toolkit.scale.run import tiers_of_part

PATIENCE = "30s"
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
    asked = asked.checked()
    run = secrets.token_hex(4)  # keys name what they are, and no earlier run's
    with _client(workers, scheduler) as client, _told():
        shares, inside = _shares(asked, paths, _workers_of(client))
        read = [
            client.submit(
                read_apart, path.absolute(), stamp_of(path), asked.reading, shares, pure=False,
                key=f"read {path.name}-{run}-{place}",
            )
            for place, path in enumerate(paths)
        ]  # fmt: skip
        apart = _taken_apart(client, read, shares)
        quarantine = settled(client.gather(apart.pop()), tell, keep_aside)
        each = zip(apart, asked.apart(shares), by_part(quarantine, shares), strict=True)
        tiers = [
            client.submit(
                measured, *told, share, shares, inside, pure=False, key=f"measure share {share + 1} of {shares}-{run}"
            )
            for share, told in enumerate(each)
        ]
        return ranked(client.gather(tiers), asked.rules)


def version() -> tuple[str, ...]:
    """Return what must be the same on every worker: this package, and the words for which its rows have codes."""
    return (metadata.version("backcare"), *(str(word) for known in words().values() for word in known))


def _workers_of(client: Any) -> int:
    """Return how many workers there are, once it is known that all have this version.

    Raises
    ------
    ToolkitError
        If none comes, or one has another version or none.
    """
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        found = client.run(version)
    except TimeoutError:
        raise ToolkitError("The cluster has no worker: start some, such as `dask worker ADDRESS`.") from None
    except ImportError as error:
        raise ToolkitError(f"A worker has no Backcare of this version: {error}. Install it there.") from None
    if odd := [where for where, has in found.items() if has != version()]:
        has = found[odd[0]][0]
        raise ToolkitError(f"The worker {odd[0]} has another Backcare, {has}: {version()[0]} must be on all of them.")
    return len(found)


def _shares(asked: Asked, paths: Sequence[Path], workers: int) -> tuple[int, int]:
    """Return how many shares of the patients travel, and how many parts are measured in each."""
    parts = asked.parts(paths)
    shares = max(2 * workers, -(-parts // MOST_PARTS))
    return shares, -(-parts // shares)


def _taken_apart(client: Any, read: list[Any], shares: int) -> list[list[Any]]:
    """Return of each share what every file has of it, and at last what is to be told of the files."""
    for one in read:
        one.exception()  # waits; what went wrong is raised where its result is asked for
    here = client.who_has(read)  # where it lies it is taken apart, so that only shares travel

    def taken(one: Any, place: int) -> Any:
        return client.submit(operator.itemgetter(place), one, workers=here[one.key], allow_other_workers=True)

    return [[taken(one, place) for one in read] for place in range(shares + 1)]


def read_apart(
    path: Path, stamp: tuple[int, int] | None, said: dict[str, Any], shares: int
) -> list[Piece | FileRead | None]:
    """Return the rows of a file by share, and at last what is to be told of it.

    Raises
    ------
    LogError
        If the file is no longer as it was when the run began: read again, it would not go with what was read before.
    """
    found: list[list[Piece]] = [[] for _ in range(shares)]
    for item in read_file(path, said):
        if isinstance(item, FileRead):
            if stamp not in (None, stamp_of(path)):
                raise LogError(f"{path.name} was changed during the run. Start again.", code="unreadable")
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

        security = None if scheduler else Security.temporary()
    except ImportError:
        raise ToolkitError("Work on several workers needs Dask: pip install 'backcare[scale]'.") from None
    if scheduler is not None:
        try:
            client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:  # of another kind where TLS is asked for and not set up
            raise ToolkitError(f"The scheduler {scheduler} cannot be reached: {error}.") from None
        with client:
            yield client
        return
    # Dask has memory given back with every array; asking for it again doubles the time of everything here
    environment = config.get("distributed.nanny.pre-spawn-environ") | {"MALLOC_TRIM_THRESHOLD_": None}
    pages: dict[str, Any] = {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}
    with (
        config.set({"distributed.nanny.pre-spawn-environ": environment} | pages),
        LocalCluster(
            n_workers=workers, threads_per_worker=1, silence_logs=logging.CRITICAL, host="127.0.0.1",
            dashboard_address="127.0.0.1:0", security=security,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):  # fmt: skip
        yield client


@contextmanager
def _told() -> Iterator[None]:
    """Say in words what Dask could not do."""
    from distributed import KilledWorker
    from distributed.client import FuturesCancelledError
    from distributed.comm import CommClosedError

    try:
        yield
    except KilledWorker as error:
        told = f"The step “{error.task.rsplit('-', 2)[0]}” ended its workers again and again, and nothing was measured."
        raise ToolkitError(f"{told} Often it is memory: give fewer workers, or more files.") from None
    except (FuturesCancelledError, CommClosedError) as error:
        raise ToolkitError(f"The cluster went away, and nothing was measured: {error}.") from None
