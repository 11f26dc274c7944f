"""What is measured of ours: the jobs of `budgets.py`, each beside the peer that it names."""

import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import peers
from clinic import AS_OF, DAYS, FIRST, busy_clinic, once_a_day, write_clinic


def rules():
    """Return the rules of all jobs."""
    from toolkit.rules import Rules

    return Rules(as_of=AS_OF.item())


def triage(paths, plan, *, threads=None, **workers):
    """Do what `backcare triage` does, but for writing its table."""
    from toolkit.scale.asked import asked_of
    from toolkit.scale.cluster import triage_on_workers
    from toolkit.scale.run import triage_files

    asked = asked_of(plan, AS_OF.item())
    return len(triage_on_workers(paths, asked, **workers) if workers else triage_files(paths, asked, threads=threads))


def counting(paths, plan):
    """Return what the peers count, by the parts of triage that it takes."""
    import pandas as pd

    from toolkit.scale.asked import asked_of
    from toolkit.scale.run import part_by_part

    return pd.concat(part_by_part(counted, paths, asked_of(plan, AS_OF.item())), ignore_index=True)


def counted(rows, asked, _):
    """Return what the peers count, of the patients of one part."""
    import numpy as np
    import pandas as pd

    from toolkit.measures.attribution import attribution, day_number
    from toolkit.measures.cells import cell_arrays
    from toolkit.measures.coding import as_dates, total
    from toolkit.measures.grid import build_grid
    from toolkit.scale.run import log_of

    log = log_of(rows)
    grid = build_grid(asked.prescriptions, asked.pauses, day_number(asked.rules), seen=log, checked=True)
    cells = cell_arrays(grid, attribution(log, grid, asked.rules, flag_near=False))
    size, done = len(grid.patients), cells.performed > 0
    last = np.full(size, np.iinfo(np.int64).min)
    np.maximum.at(last, cells.patient[done], cells.day[done])
    days = np.where(total(cells.patient[done], size) > 0, as_dates(np.maximum(last, 0)), np.datetime64("NaT"))
    sums = {name: total(cells.patient, size, getattr(cells, name)) for name in ("expected", "credited")}
    return pd.DataFrame({"patient_id": grid.patients, **sums, "last_session": days})


def against_apply(folder):
    """Return how many times faster triage and counting are than `groupby.apply`; all, and duckdb, count the same."""
    paths, plan = write_clinic(folder, 100_000), folder / "prescriptions.parquet"
    walls = []
    for act in (triage, triage, counting, counting, peers.patient_by_patient):  # the first of each warms up
        wall = time.perf_counter()
        found = act(paths, plan)
        walls.append(time.perf_counter() - wall)
    for other in (found, peers.in_sql(paths, plan)):
        peers.hold_equal(counting(paths, plan), other)
    return walls[-1] / walls[1], walls[-1] / walls[3]


def all_measures():
    """Return seconds of CPU of every measure for 10,000 patients over 12 weeks, codes given, and how many rows.

    In blocks of patients, as triage measures them.
    """
    from toolkit.measures import adherence, alarm, attribution, cells, completeness, pain, persistence, rtm, timing
    from toolkit.measures.grid import build_grid, check_caseload
    from toolkit.measures.triage import tiers_of_log
    from toolkit.schema import PAUSES
    from toolkit.tables import make

    spent, many, by = {}, 0, ["patient_id"]

    def timed(name, act):
        begin = time.process_time()
        found = act()
        spent[name] = spent.get(name, 0.0) + time.process_time() - begin
        return found

    def measure(prescriptions, log):
        table, rows = timed("attribution and cells", lambda: tables(prescriptions, log))
        timed("adherence", lambda: adherence.adherence(table, by))
        timed("persistence", lambda: persistence.persistence(table, by))
        timed("drop-off", lambda: alarm.drop_off(table))
        timed("completeness", lambda: completeness.completeness(rows, prescriptions, by))
        timed("time of day", lambda: timing.time_regularity(rows, by))
        timed("pain", lambda: pain.pain_change(rows, by))
        timed("data days", lambda: rtm.rtm_days(rows, first_day=FIRST.item()))
        timed("triage, from the log again", lambda: tiers_of_log(prescriptions, log, rules()))

    def tables(prescriptions, log):
        grid = build_grid(prescriptions, None, attribution.day_number(rules()), seen=log)
        found = attribution.attribution(log, grid, rules())
        table = cells.table_of(cells.cell_arrays(grid, found), grid.as_of)
        rows = attribution.attributed(log, grid, found, range(len(log)))
        for one in (table, rows):
            one.attrs["rules"] = rules().as_data()
        return table, rows

    for seed in range(4):
        plan, log = busy_clinic(2_500, seed=seed)
        measure(check_caseload(plan, make(PAUSES))[0], log)
        many += len(log)
    return spent, many


def against_adherer(folder):
    """Return how many times less CPU our counting takes than AdhereR's CMA7, both from CSV; None without AdhereR.

    CMA7 of events with one day's supply is the share of days with a session: both are held equal.
    """
    if not shutil.which("Rscript"):
        return None
    events, plan, path = once_a_day(folder, 10_000)
    found = folder / "cma.csv"
    program = ["Rscript", Path(__file__).with_name("adherer.R"), events, str(FIRST), str(DAYS), found]
    done = subprocess.run(program, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        return None
    import pandas as pd

    counting([path], plan)
    begin = time.process_time()
    table = counting([path], plan).set_index("patient_id")
    spent = time.process_time() - begin
    ours = table["credited"] / table["expected"]
    theirs = pd.read_csv(found).set_index("patient_id")["CMA"].reindex(ours.index).fillna(0)
    assert abs(ours - theirs).max() < 1e-9
    return float(done.stdout.split()[-1]) / spent


def imports():
    """Return the seconds that `import toolkit` takes beyond pandas and pydantic."""

    def took(what):
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-c", f"import {what}"], check=True)  # noqa: S603
            times.append(time.perf_counter() - begin)
        return statistics.median(times)

    return took("pandas, pydantic, toolkit") - took("pandas, pydantic")


def screens():
    """Return milliseconds of CPU: a patient's page of four panels, the heat map of 500 patients x 90 days."""
    from review import review

    from toolkit.charts.base import panel
    from toolkit.charts.heat import plot_heat_map
    from toolkit.charts.patient import patient_drawings
    from toolkit.measures.cells import cell_table
    from toolkit.measures.triage import triage as order_of
    from toolkit.samples import sample_clinic

    clinic = sample_clinic(patients=500, weeks=13)
    cells = cell_table(clinic.prescriptions, clinic.log, rules(), pauses=clinic.pauses)
    order = order_of(cells, clinic.log, clinic.prescriptions, rules())["patient_id"]
    page = review(clinic, next(iter(clinic.kinds)), rules())
    drawings = patient_drawings(page)

    def took(act):
        times = []
        for _ in range(5):
            begin = time.process_time()
            act()
            times.append(1_000 * (time.process_time() - begin))
        return statistics.median(times)

    four = ("calendar", "adherence", "dose", "pain")
    return (
        took(lambda: [panel(name, drawings[name]) for name in four]),
        took(lambda: panel("heat", lambda: plot_heat_map(cells, order))),
    )
