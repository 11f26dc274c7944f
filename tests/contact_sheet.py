"""Draws every chart for every kind of patient and several sizes of a caseload on two sheets, to be looked at.

    python tests/contact_sheet.py docs/images

Writes patients.png (a row a kind of patient, and none, one day, one year) and caseloads.png (a column a size).
"""

import io
import sys
from datetime import date, timedelta
from pathlib import Path

from caseloads import daily, days_text
from matplotlib import rc_context
from matplotlib.figure import Figure
from PIL import Image

from toolkit.charts import base
from toolkit.charts.caseload import plot_coverage, plot_distribution, plot_persistence
from toolkit.charts.heat import plot_heat_map
from toolkit.charts.patient import patient_drawings
from toolkit.charts.style import chart_style
from toolkit.measures.adherence import adherence
from toolkit.measures.cells import cell_table
from toolkit.measures.persistence import persistence
from toolkit.measures.review import patient_review
from toolkit.measures.survival import persistence_curve
from toolkit.measures.triage import triage
from toolkit.rules import Rules
from toolkit.samples import KINDS, sample_clinic
from toolkit.schema import LOG, PRESCRIPTIONS
from toolkit.tables import make

FIRST = date(2026, 3, 2)
DPI, COLOURS = 48, 64


def pages():
    """Return a page of each kind of patient of the sample clinic, and of none, one day and one year."""
    clinic = sample_clinic()
    rules = Rules(as_of=clinic.as_of)
    for kind in KINDS:
        who = next(patient for patient, one in clinic.kinds.items() if one == kind)
        yield patient_review(who, clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)
    yield patient_review("p001", make(PRESCRIPTIONS), make(LOG), rules)
    for days in (1, 365):
        log = days_text(FIRST, ("xxx0x.x" * 60)[:days], pain=4)
        yield patient_review("p001", daily(FIRST, days), log, Rules(as_of=FIRST + timedelta(days=days - 1)))


def caseload(patients):
    """Return the four pictures of a caseload of so many patients, as functions that draw them."""
    clinic = sample_clinic(patients=patients)
    rules = Rules(as_of=clinic.as_of)
    cells = cell_table(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)
    order = triage(cells, clinic.log, clinic.prescriptions, rules)["patient_id"]
    table, lasting = adherence(cells, by=["patient_id"]), persistence(cells, by=["patient_id"])
    return [lambda: plot_heat_map(cells, order), lambda: plot_distribution(table),
            lambda: plot_persistence(persistence_curve(lasting)), lambda: plot_coverage(table)]  # fmt: skip


def picture(draw):
    """Return what `draw` draws, as an image."""
    figure = draw().figure
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI)
    return Image.open(file).convert("RGB")


def sheet(rows):
    """Return rows of images as one image."""
    high = [max(one.height for one in row) for row in rows]
    wide = [max(row[place].width for row in rows) for place in range(len(rows[0]))]
    whole = Image.new("RGB", (sum(wide), sum(high)), "white")
    for y, row in enumerate(rows):
        for x, one in enumerate(row):
            whole.paste(one, (sum(wide[:x]), sum(high[:y])))
    return whole


def main(folder):
    """Write both sheets into a folder."""
    base.new_figure = lambda height_in: Figure(figsize=(base.WIDTH_IN, height_in))
    with rc_context(chart_style()):
        patients = sheet([[picture(draw) for draw in patient_drawings(page).values()] for page in pages()])
        columns = [[picture(draw) for draw in caseload(count)] for count in (1, 24, 500)]
    for name, one in (("patients", patients), ("caseloads", sheet(list(map(list, zip(*columns, strict=True)))))):
        one.quantize(COLOURS).save(Path(folder) / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
