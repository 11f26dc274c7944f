"""Where the sample clinic's own file lies, and which day it is there."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from toolkit import samples
from toolkit.errors import StoreError
from toolkit.plan import screening
from toolkit.storage import history, tables

HOME_VARIABLE = "BACKCARE_HOME"  # where the sample's file lies; ~/.backcare unless set
MAKERS = (samples, screening, tables, history)  # what a sample's file is made of: a change of them is a newer sample


def clock() -> datetime:
    """Return the sample's time: now, on the day after its last."""
    today = datetime.combine(samples.AS_OF + timedelta(days=1), datetime.min.time(), samples.ZONE)
    return today + timedelta(hours=9)


def home() -> Path:
    """Return the folder for what belongs to no clinic's own place."""
    return Path(os.environ.get(HOME_VARIABLE) or Path.home() / ".backcare")


def path_of(fill: Callable[[Path], None]) -> Path:
    """Return the file of the sample clinic, filled by `fill` when it is not there yet.

    Its name holds a digest of what makes it, so that a newer Backcare opens a newer sample. It is filled under another
    name first: two sessions may begin at once.
    """
    folder = home()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The folder of the sample clinic cannot be made: {error.strerror}.") from None
    code = b"".join(Path(str(module.__file__)).read_bytes() for module in MAKERS)
    path = folder / f"sample-{hashlib.sha256(code).hexdigest()[:8]}.sqlite"
    if not path.exists():
        making = path.with_name(f"{path.stem}-{secrets.token_hex(4)}.sqlite")
        fill(making)
        for rest in ("-wal", "-shm"):
            making.with_name(making.name + rest).unlink(missing_ok=True)
        making.replace(path)
    return path
