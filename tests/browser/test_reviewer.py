"""The therapist's round in JupyterLab and in the app: sort, filter, open, call, report, try alert rules; its keys."""

import re

import pytest
from in_browser import choose, fill, press, said, shoot_form, shown
from ward import DAYS, filled_store, sessions
from ward import said as wrote

from toolkit.schema import LOG
from toolkit.tables import make

pytestmark = pytest.mark.browser


PATIENTS = ("v-steady", "v-silent", "v-pain")


def ward_in(folder):
    """Three patients in a folder's own clinic: one steady, one silent for weeks, one with pain of yesterday."""
    rows = sessions("v-steady", range(DAYS)) + sessions("v-silent", range(14)) + sessions("v-pain", range(DAYS))
    return filled_store(folder, PATIENTS, [*rows, wrote("v-pain", "<b>worse</b> since the weekend", pain=9)])


@pytest.fixture(scope="module")
def caseload(lab):
    store = ward_in(lab.folder)
    yield store
    store.close()


def test_in_jupyterlab_a_round_goes_from_the_list_to_who_was_called(page, run_all, caseload):
    run_all("04_review_caseload.ipynb")
    make_a_round(page, caseload)
    try_a_rule(page)


def test_in_the_app_a_round_goes_from_the_list_to_who_was_called(app_page, app):
    store = ward_in(app.folder)
    app_page.goto(f"{app.base}/?token={app.token}")
    app_page.get_by_role("link", name="Review the caseload").click()
    make_a_round(app_page, store)
    try_a_rule(app_page)
    store.close()


def make_a_round(page, store):
    """Sort, filter, open, call, see the list shrink, make the report; nothing leaves the computer."""
    form = page.locator(".backcare-caseload")
    form.wait_for(timeout=60_000)
    listed = form.get_by_label("Patients", exact=True).locator("option")
    assert "v-pain · Safety sign · 1 unread note · Pain 9 of 10" in listed.nth(0).text_content().replace("\xa0", " ")
    choose(form, "Sort by", "patient")
    shown(form, "v-pain · Safety sign")
    choose(form, "Sort by", "calling order")
    fill(form, "Search", "silent")
    page.wait_for_function("document.querySelectorAll('.backcare-list option').length === 1")
    fill(form, "Search", "")
    form.get_by_label("Patients", exact=True).select_option(index=0)
    form.locator(".backcare-whose").get_by_text("v-pain").wait_for(timeout=60_000)
    page.wait_for_function("document.querySelectorAll('.backcare-caseload img').length === 6", timeout=60_000)
    shown(form, "“<b>worse</b> since the weekend”")
    press(form, "Called")
    said(form, "Your name: is missing")
    fill(form, "Your name", "A. Berg")
    choose(form, "Look again", "in 3 days")
    press(form, "Called")
    said(form, "a safety sign is closed with what was found or done")
    fill(form, "Note on what was done", "rang, sees the physician today")
    with page.expect_download(timeout=60_000) as file:
        press(form, "Make the report (PDF)")
        form.get_by_role("link").click(timeout=60_000)
    assert file.value.suggested_filename.startswith("report-") and "v-pain" not in file.value.suggested_filename
    assert file.value.path().read_bytes().startswith(b"%PDF-")
    shoot_form(page, form, "reviewer.png")
    before = listed.count()
    press(form, "Called")
    said(form, "v-pain: called by A. Berg, listed again on")
    page.wait_for_function(f"document.querySelectorAll('.backcare-list option').length === {before - 1}")
    assert store.reviews("v-pain")["note"].tolist() == ["rang, sees the physician today"]
    assert page.outside == []


def test_the_list_is_gone_through_by_keys_which_are_not_the_notebooks(page, run_all, caseload):
    """Arrows walk the list, letters find a patient; neither moves, deletes nor restarts anything of the notebook."""
    run_all("04_review_caseload.ipynb")
    form = page.locator(".backcare-caseload")
    form.wait_for(timeout=60_000)
    choose(form, "Sort by", "patient")
    form.get_by_label("Show", exact=True).select_option(index=1)  # everybody, of other tests too
    fill(form, "Search", "v-")
    page.wait_for_function("document.querySelectorAll('.backcare-list option').length === 3")
    whose, cells = form.locator(".backcare-whose"), "window.jupyterapp.shell.currentWidget.content.widgets.length"
    before = page.evaluate(cells)
    form.get_by_label("Patients", exact=True).locator("option").nth(0).click()
    whose.get_by_text("v-pain").wait_for(timeout=60_000)
    page.keyboard.press("ArrowDown")
    whose.get_by_text("v-silent").wait_for(timeout=60_000)
    page.keyboard.type("v-st")
    whose.get_by_text("v-steady").wait_for(timeout=60_000)
    page.keyboard.type("dd00")
    page.wait_for_timeout(500)
    assert page.evaluate(cells) == before and not page.locator(".jp-Dialog").count()


def test_words_of_a_patient_between_dollar_signs_are_not_set_as_a_formula(page, run_all, caseload):
    paid = wrote("v-steady", "$5 for the mat, then\nnothing hurt, $7 for the band", pain=1)
    caseload.add_log(make(LOG, [paid]))
    run_all("04_review_caseload.ipynb")
    form = page.locator(".backcare-caseload")
    form.wait_for(timeout=60_000)
    form.get_by_label("Show", exact=True).select_option(index=1)
    fill(form, "Search", "v-steady")
    page.wait_for_function("document.querySelectorAll('.backcare-list option').length === 1")
    form.get_by_label("Patients", exact=True).select_option(index=0)
    shown(form, "“$5 for the mat, then")
    page.wait_for_timeout(1_000)  # the typesetter comes late
    assert form.locator(".backcare-paper").inner_text().endswith("then\nnothing hurt, $7 for the band”")


def try_a_rule(page):
    """Change a rule and see what it would have meant on the clinic's own logs."""
    bench = page.locator(".backcare-workbench")
    bench.wait_for(timeout=90_000)
    press(bench, "Change silence")
    number = bench.get_by_label(re.compile("^silence: active days without a session", re.IGNORECASE))
    number.fill("3")
    number.press("Tab")
    press(bench, "Try it on our own logs")
    shown(bench, "cautious, changed")
    bench.locator("img").wait_for(timeout=60_000)
    shown(bench, "Stops warned of")
    shoot_form(page, bench, "workbench.png")
    assert page.outside == []


def test_the_page_and_the_list_can_be_read_by_a_screen_reader_at_any_width(page, run_all, caseload):
    from axe_playwright_python.sync_playwright import Axe

    run_all("04_review_caseload.ipynb")
    form = page.locator(".backcare-caseload")
    form.wait_for(timeout=60_000)
    form.get_by_label("Patients", exact=True).select_option(index=0)
    page.wait_for_function("document.querySelectorAll('.backcare-caseload img').length >= 5", timeout=60_000)
    for part in (".backcare-caseload", ".backcare-workbench"):
        found = Axe().run(page, context=part).response["violations"]
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in serious] == []
    for width in (1280, 800):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(500)
        box = form.bounding_box()
        assert box["x"] + box["width"] <= width + 1
