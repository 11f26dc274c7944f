"""How much a torture run does, and what it tells: `BACKCARE_TORTURE` is change, night or release."""

import json
import os
from pathlib import Path

LEVEL = os.environ.get("BACKCARE_TORTURE", "change")
SEED = int(os.environ.get("BACKCARE_SEED", "2026"))


def count(*, change, night, release):
    """Return the least number of trials of this run; a test that did fewer fails."""
    return {"change": change, "night": night, "release": release}[LEVEL]


def tell(row, **counts):
    """Print what a row did, and add it to the one file of counts where `BACKCARE_COUNTS` names one."""
    told = {"row": row, "level": LEVEL, "seed": SEED, **counts}
    print(told)
    if path := os.environ.get("BACKCARE_COUNTS"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")
