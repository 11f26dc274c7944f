"""How fast a therapist's screens are: CPU milliseconds, medians, beside an empty chart drawn in the same run.

    python benchmarks/review.py [patients] [weeks]

Page of a patient (tables; six charts), the caseload (calling order; four pictures; the heat map alone), a report. The
peer is a figure of our size with axes, ticks and a title and no data: time goes to axes and text, not to data.
"""

import statistics
import sys
import time

from toolkit.charts.base import new_axes, panel, plain, say
from toolkit.charts.caseload import caseload_panels
from toolkit.charts.heat import plot_heat_map
from toolkit.charts.patient import patient_drawings, patient_panels
from toolkit.documents.imprint import Imprint
from toolkit.documents.report import patient_report
from toolkit.measures.cells import cell_table
from toolkit.measures.review import patient_review
from toolkit.measures.triage import triage
from toolkit.rules import Rules
from toolkit.samples import KINDS, sample_clinic

ROUNDS = 5


def empty():
    """Draw a chart without data."""
    ax = new_axes(None, height_in=2.6)
    plain(ax)
    say(ax, "Nothing", "a figure with axes, ticks and a title")
    return ax


def main(patients, weeks):
    """Alternate all of them and print the median of each."""
    clinic = sample_clinic(patients=patients, weeks=weeks)
    rules, who = Rules(as_of=clinic.as_of), list(clinic.kinds)[: len(KINDS)]
    cells = cell_table(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)
    order = triage(cells, clinic.log, clinic.prescriptions, rules)["patient_id"]
    pages = {one: review(clinic, one, rules) for one in who}
    imprint = Imprint("benchmark", clinic.as_of)
    ways = {
        "empty chart": lambda _: panel("empty", empty),
        "tables of a page": lambda one: review(clinic, one, rules),
        "six charts of a page": lambda one: list(patient_panels(pages[one])),
        "four panels: calendar, adherence, dose, pain": lambda one: [
            panel(name, patient_drawings(pages[one])[name]) for name in ("calendar", "adherence", "dose", "pain")
        ],
        "calling order": lambda _: triage(cells, clinic.log, clinic.prescriptions, rules),
        "heat map": lambda _: panel("heat", lambda: plot_heat_map(cells, order)),
        "four pictures of the caseload": lambda _: caseload_panels(cells, order),
        "report on a patient": lambda one: patient_report(pages[one], imprint),
    }
    spent = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for one in who[:3]:
            for name, act in ways.items():
                begin = time.process_time()
                act(one)
                spent[name].append(time.process_time() - begin)
    peer = statistics.median(spent["empty chart"])
    print(f"{patients} patients, {weeks} weeks, {len(clinic.log)} log rows; CPU ms, median of {3 * ROUNDS}")
    for name, times in spent.items():
        middle = statistics.median(times)
        print(f"{1000 * middle:9.0f}  {middle / peer:6.1f} x an empty chart  {name}")


def review(clinic, patient, rules):
    """Return the tables of a patient of the clinic."""
    return patient_review(patient, clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)


if __name__ == "__main__":
    main(*[int(one) for one in (sys.argv[1:] or (500, 13))])
