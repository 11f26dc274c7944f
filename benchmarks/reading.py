"""How fast a log is read: `read_log` and `backcare import` beside named peers, alternated in one run.

    python benchmarks/reading.py [rows]

Peers: `csv.reader` that only splits, and pandas that parses the same columns with types given. Prints medians of five
rounds as rows a second and as ratios; machines differ, ratios less.
"""

import csv
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from toolkit.logs.mapping import Mapping
from toolkit.logs.read import read_log
from toolkit.logs.stream import import_logs
from toolkit.logs.write import write_log
from toolkit.samples import sample_clinic

ROUNDS = 5
NUMBERS = dict.fromkeys(("utc_offset_min", "sets", "reps", "hold_s", "pain"), "float64")
TEXTS = dict.fromkeys(("entry_id", "patient_id", "exercise", "side", "status", "note"), "str")
DATES = ["performed_at", "logged_at"]


def split(path):
    """Only part the fields."""
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file, strict=True)) - 1


def typed(path):
    """Parse with types given, and check nothing."""
    read = pd.read_csv(path, dtype=NUMBERS | TEXTS, keep_default_na=False, na_values={key: [""] for key in NUMBERS})
    for name in DATES:
        read[name] = pd.to_datetime(read[name].where(read[name] != ""), format="ISO8601")
    return len(read)


def ours(path):
    """Read and check every row into one table."""
    return len(read_log(path).log)


def streamed(path):
    """Read, check and write both files."""
    with tempfile.TemporaryDirectory() as out:
        (account,) = import_logs([path], Path(out), mapping=Mapping(), tell=lambda said: None)
    return account.entries


def main(rows):
    """Alternate all ways, each must see every row."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        clinic = sample_clinic(patients=max(10, rows // 200))
        write_log(clinic.log.head(rows), path)
        count = split(path)
        ways = {"csv.reader, nothing converted": split, "pandas, types given, nothing checked": typed,
                "read_log": ours, "backcare import, both files written": streamed}  # fmt: skip
        seconds = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                began = time.perf_counter()
                assert way(path) == count
                seconds[name].append(time.perf_counter() - began)
        print(f"{count} rows, {path.stat().st_size / 1e6:.1f} MB, median of {ROUNDS} rounds")
        of_pandas = statistics.median(seconds["pandas, types given, nothing checked"])
        for name, times in seconds.items():
            median = statistics.median(times)
            print(f"{name:40} {count / median:>10,.0f} rows/s   {median / of_pandas:>6.2f} x pandas")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
