"""Log files of any size to one checked log file and one quarantine, block by block.

What grows with a file is small: 100 bytes for each entry without an id, and the sessions of an app's export.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.errors import LogError
from toolkit.logs.account import Account
from toolkit.logs.answers import what_to_answer
from toolkit.logs.gathered import Gathered
from toolkit.logs.mapping import Mapping
from toolkit.logs.read import Reading, begin
from toolkit.logs.source import open_source
from toolkit.logs.write import WRITTEN, csv_text, log_text, quarantine_text
from toolkit.schema import QUARANTINE
from toolkit.typed import shown
from toolkit.writing import Growing, Part, refuse_clash

BLOCK = 20_000  # rows held at a time
Keep = Callable[[Any, Any], object]  # takes a part of the log and of the quarantine, as tables


def import_logs(
    paths: Iterable[Path],
    out: Path,
    *,
    mapping: Mapping,
    patient_id: str | None = None,
    imported_on: date | None = None,
    dictionary: Path | None = None,
    keep: AbstractContextManager[Keep] | None = None,
    tell: Callable[[str], None],
    progress: Callable[[int], None] = lambda rows: None,
) -> list[Account]:
    """Write `log.csv` and `quarantine.csv` into the folder `out`: both whole, or none of them.

    Parameters
    ----------
    keep : takes entries and rows set aside, block by block, in place of `log.csv`; they stand once its block has ended
    tell : is told the account and the notices of each file
    progress : is told of each block how many rows it had
    others : as in `read_log`

    Raises
    ------
    LogError, ToolkitError
        If a file cannot be used or still asks something, with what to answer; nothing is written then.
    """
    accounts, seen = [], set[str]()
    paths = list(paths)
    written = [out / "quarantine.csv", *([out / "log.csv"] if keep is None else [])]
    refuse_clash(paths, written)
    with keep or nullcontext() as given, Growing(*written) as (aside, *log):
        put = given or _as_csv(*log)
        aside.write("\ufeff" + csv_text([QUARANTINE.names]))
        for path in paths:
            source = open_source(path, any_size=True)
            if source.sha256 in seen:
                tell(f"{shown(path.name)}: the same file was given before, and is left out.")
                continue
            seen.add(source.sha256)
            said: dict[str, Any] = {"patient_id": patient_id, "imported_on": imported_on, "dictionary": dictionary}
            reading = begin(source, mapping=mapping, **said)
            _copy(reading, put, aside, progress)
            if reading.questions:
                raise LogError(f"{shown(path.name)} needs an answer first.\n{what_to_answer(reading.questions)}")
            if open_source(path, any_size=True).sha256 != source.sha256:
                raise LogError(f"{shown(path.name)} was changed while it was read. Import it again.", code="unreadable")
            accounts.append(reading.account)
            tell("\n".join([f"{shown(path.name)}: {reading.account}", *reading.notices]))
    return accounts


def _as_csv(log: Part) -> Keep:
    log.write(csv_text([WRITTEN]))
    return lambda rows, _: log.write(log_text(rows))


def _copy(reading: Reading, put: Keep, aside: Part, progress: Callable[[int], None]) -> None:
    """Write what became of each record, block by block, in the order of the file."""
    gathered = Gathered(reading)

    def flush() -> None:
        quarantine = gathered.quarantine()
        put(gathered.log(), quarantine)
        aside.write(quarantine_text(quarantine))
        progress(len(gathered))
        gathered.clear()

    for item in reading.lots():
        gathered.add(item)
        if len(gathered) >= BLOCK and not reading.questions:
            flush()
    if not reading.questions:  # what was read while a question is open is not kept
        flush()
