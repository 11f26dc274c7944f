"""Charts on a page of paper: as wide as its text, type at its size, nothing cut; the page says the title."""

import re

import pytest
from drawn import faults, texts

from toolkit.charts.base import PAPER_IN, WIDTH_IN, on_paper, words_of
from toolkit.charts.calendar import plot_calendar
from toolkit.charts.caseload import caseload_panels, plot_coverage, plot_distribution
from toolkit.charts.heat import plot_heat_map
from toolkit.charts.lanes import plot_lanes
from toolkit.charts.pain import plot_pain
from toolkit.charts.patient import patient_panels
from toolkit.charts.ring import plot_ring
from toolkit.charts.weekly import plot_dose, plot_weekly_adherence
from toolkit.measures.adherence import adherence
from toolkit.measures.cells import cell_table
from toolkit.measures.review import patient_review
from toolkit.rules import Rules
from toolkit.samples import sample_clinic


@pytest.fixture(scope="module")
def clinic():
    return sample_clinic(patients=11)


def page_of(clinic, patient):
    return patient_review(patient, clinic.prescriptions, clinic.log, Rules(as_of=clinic.as_of), pauses=clinic.pauses)


@pytest.mark.parametrize("number", [1, 2, 4, 6, 7, 8, 11])
def test_on_paper_no_words_of_a_patient_are_cut_or_cover_others(clinic, number):
    page = page_of(clinic, f"p{number:03}")
    changes = {"prescriptions": page.prescriptions, "pauses": page.pauses}
    with on_paper():
        for ax in (
            plot_calendar(page.cells, prescriptions=page.prescriptions),
            plot_weekly_adherence(page.weekly, target=0.8, **changes),
            plot_lanes(page.cells, page.prescriptions, pauses=page.pauses), plot_dose(page.weekly, **changes),
            plot_pain(page.pain, change=page.change, **changes), plot_ring(page.rows),
        ):  # fmt: skip
            assert faults(ax) == ([], []), words_of(ax)


@pytest.mark.parametrize("patients", [1, 11, 130])
def test_on_paper_no_words_of_a_caseload_are_cut_or_cover_others(patients):
    many = sample_clinic(patients=patients, weeks=6)
    cells = cell_table(many.prescriptions, many.log, Rules(as_of=many.as_of), pauses=many.pauses)
    table = adherence(cells, by=["patient_id"])
    with on_paper():
        for ax in (plot_heat_map(cells, list(table.index)), plot_distribution(table), plot_coverage(table)):
            assert faults(ax) == ([], []), words_of(ax)


def test_the_name_of_a_patient_beside_a_row_is_short_and_can_be_printed(clinic):
    who = "\ud55c" + "x" * 63
    cells = cell_table(
        clinic.prescriptions.replace({"patient_id": {"p001": who}}), clinic.log, Rules(as_of=clinic.as_of)
    )
    ax = plot_heat_map(cells, [who, "p002"])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["[U+D55C]xxx\N{HORIZONTAL ELLIPSIS}", "p002"]
    assert faults(ax)[0] == []


def test_the_page_says_what_a_picture_on_paper_leaves_out(clinic):
    page = page_of(clinic, "p001")
    on_screen = list(patient_panels(page))
    with on_paper():
        printed = list(patient_panels(page))
    for one, other in zip(printed, on_screen, strict=True):
        assert (one.title, one.basis, one.words) == (other.title, other.basis, other.words)
        assert one.words.startswith(f"{one.title}. {one.basis}")
        assert one.title in other.svg and one.title not in one.svg
        assert "Last day counted" in other.svg and "Last day counted" not in one.svg
        assert (wide_in(one), wide_in(other)) == pytest.approx((PAPER_IN, WIDTH_IN))


def test_paper_ends_with_its_block(clinic):
    with on_paper():
        pass
    assert any("Last day counted" in words for words in texts(plot_ring(page_of(clinic, "p001").rows)))


def test_a_panel_with_nothing_to_draw_says_so(clinic):
    cells = cell_table(clinic.prescriptions, clinic.log, Rules(as_of=clinic.as_of))
    panels = [*caseload_panels(cells.head(0), []), *patient_panels(page_of(clinic, "p008"))]
    assert [one.name for one in panels if not one.drawn] == [
        "days", "adherence", "persistence", "coverage", "pain", "time of day"
    ]  # fmt: skip
    assert all(f"{one.title}." == one.words for one in panels if not one.drawn)


def wide_in(panel):
    return float(re.search(r'width="([\d.]+)pt"', panel.svg).group(1)) / 72
