"""Reports: what is to be said of one patient, or of a caseload, on paper or filed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from toolkit.documents import calling, sections
from toolkit.documents.blocks import Block, bullets, heading, text
from toolkit.documents.imprint import Imprint, banner, data_hash, foot, made, read_with_care
from toolkit.documents.numbers import IN_CHARTS, OF_PERIODS, OF_TRIAGE, definitions, dozen, named
from toolkit.documents.pdf import pdf
from toolkit.documents.periods import evidence
from toolkit.measures.attribution import attribute
from toolkit.measures.catalogue import Measure
from toolkit.measures.cells import cell_table
from toolkit.measures.notes import Unread
from toolkit.measures.overview import overview
from toolkit.measures.record import record_paragraph
from toolkit.measures.review import PatientReview
from toolkit.measures.since import since_last_review
from toolkit.measures.triage import triage
from toolkit.plan.wording import counted
from toolkit.rules import Rules


def patient_report(
    review: PatientReview, imprint: Imprint, *, periods_from: date | None = None, notes: Sequence[str] = ()
) -> bytes:
    """Return the report on one patient as PDF, the same bytes for the same input.

    Safety signs first where there are any, what is new since the last review, the dozen numbers, the regimen in force,
    the charts, the reviews, days with an entry by periods of 30 days, and what each number means and rests on.

    Parameters
    ----------
    review : as `patient_review` returns it
    imprint : who made the report, on which day, in which clinic
    periods_from : first day of the first period of 30 days; the first prescribed day unless given
    notes : what nobody has read yet, in the patient's words

    Raises
    ------
    TableError
        If `periods_from` lies after the last day counted or long before it.
    """
    blocks = [
        *sections.signs(review),
        *([heading("Notes nobody has read yet"), bullets(notes)] if notes else []),
        heading("What is new"),
        bullets(since_last_review(review)),
        *sections.numbers(review),
        *sections.regimen(review),
        heading("For the record"),
        text(record_paragraph(review)),
        *sections.charts(review),
        *sections.reviews(review),
        *evidence(review, periods_from),
    ]
    shown = named(*IN_CHARTS, *OF_PERIODS)
    tables = {"prescriptions": review.prescriptions, "log": review.rows, "pauses": review.pauses,
              "reviews": review.reviews, "quarantine": review.quarantine}  # fmt: skip
    return _report("a patient", f"Patient {review.patient_id}", blocks, shown, review.rules, imprint, tables)


def caseload_report(
    prescriptions: pd.DataFrame,
    log: pd.DataFrame,
    rules: Rules,
    imprint: Imprint,
    *,
    pauses: pd.DataFrame | None = None,
    reviews: pd.DataFrame | None = None,
    quarantine: pd.DataFrame | None = None,
    unread: Unread | None = None,
) -> bytes:
    """Return the report on a caseload as PDF, the same bytes for the same input.

    Whom to call, in order, each with the reason; the caseload in numbers with the patients behind each; its charts; and
    what each number means and rests on.

    Parameters
    ----------
    prescriptions, log, pauses, reviews, quarantine : tables of data/README.md
    rules : the conventions of the calculation
    imprint : who made the report, on which day, in which clinic
    unread : entry ids of notes nobody has read, as for `triage`

    Raises
    ------
    RegimenError, TableError
        As `cell_table` does.
    """
    cells = cell_table(prescriptions, log, rules, pauses=pauses)
    rows = attribute(prescriptions, log, rules, pauses=pauses)
    order = triage(cells, log, prescriptions, rules, quarantine=quarantine, unread=unread, reviews=reviews)
    numbers = overview(cells, rows, rules=rules)
    blocks = [
        *calling.order(order),
        *calling.numbers(numbers),
        *calling.charts(cells, order["patient_id"].tolist()),
    ]
    shown = named(*OF_TRIAGE)
    tables = {"prescriptions": prescriptions, "log": log, "pauses": pauses, "reviews": reviews,
              "quarantine": quarantine}  # fmt: skip
    who = counted(len(order), "patient")
    return _report("a caseload", who, blocks, shown, rules, imprint, tables)


def _report(
    kind: str,
    who: str,
    blocks: list[Block],
    shown: list[Measure],
    rules: Rules,
    imprint: Imprint,
    tables: dict[str, pd.DataFrame | None],
) -> bytes:
    """Return the blocks as PDF, with banner and foot, and behind them what the dozen and `shown` rest on."""
    digest = data_hash(tables)
    basis = [*read_with_care(), *made(rules, imprint, digest), *definitions([*dozen(), *shown])]
    told = {
        "title": f"Home exercise: review of {kind}",
        "banner": banner(who, rules, imprint),
        "foot": foot(imprint, digest),
        "blocks": [*blocks, *basis],
    }
    return pdf("report.typ", told, title=f"Backcare: review of {kind}", on=imprint.on)
