"""How fast a log is read: in blocks, record by record, by `backcare import`; beside named peers, in one run.

    python benchmarks/reading.py [rows ...]

Peers: `csv.reader` that only splits, and pandas that parses the same columns with types given and checks nothing. One
row in ten has a note, a third of the notes run over two lines or hold quotation marks. Each file is read clean, then
with one bad row in a thousand, which pandas cannot read. Prints medians of CPU and wall seconds and CPU as a ratio to
pandas on the clean file; then the peak memory of each way in a process of its own. Machines differ, ratios less.

CPU as a ratio to pandas, and peak memory, on two shared cores (Python 3.11, pandas 3.1, pyarrow installed, other
programs running; the slow ways once at a million rows):

    way                                      100,000 rows, 9 MB        1,000,000 rows, 94 MB
                                             clean    bad  peak MB     clean    bad  peak MB
    csv.reader, nothing converted             0.42               115    0.77               115
    pandas, types given, nothing checked      1.00               196    1.00               464
    ours, in blocks                           0.93   1.25        200    1.78   2.41        707
    ours, record by record                   14.10  13.85        292   24.25  24.70       1664
    backcare import, both files written       3.75   4.37        232    6.37   7.56        254

Pandas costs 1.9 microseconds a row in the short file and 1.1 in the long one, ours 1.8 and 2.0. Half of ours is the
table of texts, which triage does without (`budgets.py`).
"""

import csv
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from toolkit.logs import recognise
from toolkit.logs.mapping import Mapping
from toolkit.logs.read import read_source
from toolkit.logs.source import open_source
from toolkit.logs.stream import import_logs
from toolkit.logs.write import write_log
from toolkit.samples import sample_clinic

ROUNDS, MANY = 3, 500_000  # of so many rows the slow ways are timed once
NUMBERS = dict.fromkeys(("utc_offset_min", "sets", "reps", "hold_s", "pain"), "float64")
TEXTS = dict.fromkeys(("entry_id", "patient_id", "exercise", "side", "status", "note"), "str")
DATES = ["performed_at", "logged_at"]
NOTES = ("after work", "a little stiff, in the morning", 'said "fine"', "two lines,\nthe second")
BAD = (("2026-0", "02.0"), (",done,", ",maybe,"), (",done,", ",done,more,"), (",done,", ',do"ne,'))


def split(path):
    """Only part the fields."""
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def typed(path):
    """Parse with types given, and check nothing."""
    read = pd.read_csv(path, dtype=NUMBERS | TEXTS, keep_default_na=False, na_values={key: [""] for key in NUMBERS})
    for name in DATES:
        read[name] = pd.to_datetime(read[name].where(read[name] != ""), format="ISO8601")
    return len(read)


def in_blocks(path):
    """Read and check every row into one table."""
    return read_source(open_source(path, any_size=True)).account.rows - 1


def one_by_one(path):
    """Read the same without blocks."""
    blocks, recognise.pieces_of = recognise.pieces_of, lambda *_: None
    try:
        return in_blocks(path)
    finally:
        recognise.pieces_of = blocks


def streamed(path):
    """Read, check and write both files."""
    with tempfile.TemporaryDirectory() as out:
        (account,) = import_logs([path], Path(out), mapping=Mapping(), tell=lambda said: None)
    return account.rows - 1


WAYS = {"csv.reader, nothing converted": split, "pandas, types given, nothing checked": typed,
        "ours, in blocks": in_blocks, "ours, record by record": one_by_one,
        "backcare import, both files written": streamed}  # fmt: skip
CLEAN_ONLY, SLOW = (split, typed), (one_by_one, streamed)


def written(rows, folder):
    """Write a clean file and one with bad rows; return their paths."""
    log = sample_clinic(patients=max(10, rows // 150)).log.head(rows)
    noted = [NOTES[number // 10 % len(NOTES)] if number % 10 == 0 else None for number in range(len(log))]
    clean, bad = folder / "clean.csv", folder / "bad.csv"
    write_log(log.assign(note=pd.Series(noted, index=log.index, dtype="str")), clean)
    lines = clean.read_text(encoding="utf-8").split("\n")
    for number in range(500, len(lines), 1_000):
        lines[number] = lines[number].replace(*BAD[number // 1_000 % len(BAD)])
    bad.write_text("\n".join(lines), encoding="utf-8")
    return clean, bad


def timed(way, path, count):
    """Return the CPU and wall seconds of one reading, which must see every row."""
    cpu, wall = time.process_time(), time.perf_counter()
    assert way(path) == count
    return time.process_time() - cpu, time.perf_counter() - wall


def main(rows):
    """Alternate all ways on both files, then measure their memory."""
    with tempfile.TemporaryDirectory() as folder:
        clean, bad = written(rows, Path(folder))
        count = split(clean)
        print(f"{count} rows, {clean.stat().st_size / 1e6:.1f} MB, median of {ROUNDS} rounds")
        jobs = [(name, way, path) for path in (clean, bad) for name, way in WAYS.items()]
        jobs = [job for job in jobs if job[2] is clean or job[1] not in CLEAN_ONLY]
        spent = {(name, path.name): [] for name, _, path in jobs}
        for number in range(ROUNDS):
            for name, way, path in [job for job in jobs if number == 0 or rows < MANY or job[1] not in SLOW]:
                spent[name, path.name].append(timed(way, path, count))
        peer = statistics.median(cpu for cpu, _ in spent["pandas, types given, nothing checked", "clean.csv"])
        for (name, file), times in spent.items():
            cpu, wall = (statistics.median(some) for some in zip(*times, strict=True))
            program = [sys.executable, __file__, "--peak", name, Path(folder) / file]
            peak = subprocess.run(program, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603  us
            print(f"{name:38} {file:9} CPU {cpu:7.2f} s  wall {wall:7.2f} s  {cpu / peer:6.2f} x pandas  {peak} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        WAYS[sys.argv[2]](Path(sys.argv[3]))
        (peak,) = re.findall(r"VmHWM:\s*([0-9]+)", Path("/proc/self/status").read_text(encoding="ascii"))
        print(int(peak) // 1024)
    else:
        for rows in [int(one) for one in sys.argv[1:]] or [100_000]:
            main(rows)
