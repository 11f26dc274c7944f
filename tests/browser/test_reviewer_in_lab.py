"""The therapist's round in JupyterLab: sort, filter, open a patient, call, make the report, try alert rules."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from in_browser import choose, fill, press, said, shoot_form, shown
from screenings import clear_screening

from toolkit.plan.regimen import starter_regimen
from toolkit.schema import LOG
from toolkit.store import Store
from toolkit.tables import make

pytestmark = pytest.mark.browser
DAYS = 40
TODAY = datetime.now(UTC).date()
FIRST = TODAY - timedelta(days=DAYS)


def sessions(patient, days, **more):
    """A row an exercise and day, done as prescribed."""
    return [
        {"entry_id": f"{patient}-{day}-{exercise}", "patient_id": patient, "exercise": exercise, "side": side,
         "performed_at": datetime.combine(FIRST + timedelta(days=day), time(8)), "status": "done", "sets": 3,
         "reps": 15, "hold_s": 30, **more}
        for day in days
        for exercise, side in (("knee_to_chest", "both"), ("abdominal_stability", "none"))
    ]  # fmt: skip


@pytest.fixture(scope="module")
def caseload(lab):
    """Three patients in the lab's own clinic: one steady, one silent for weeks, one with pain of yesterday."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BACKCARE_CLINIC", raising=False)
        begun = datetime.combine(FIRST, time(9), UTC)
        store = Store(lab.folder / "clinic.sqlite", clock=lambda: begun)
        for name in ("v-steady", "v-silent", "v-pain"):
            plan = starter_regimen("remedial", patient_id=name, regimen_id=f"r-{name}", first_day=FIRST, weeks=12)
            final = {"status": "final", "written_by": "Dr A", "screening": clear_screening(name, on=FIRST)}
            store.save(plan.model_copy(update=final))
        rows = sessions("v-steady", range(DAYS)) + sessions("v-silent", range(14)) + sessions("v-pain", range(DAYS))
        hurt = {"entry_id": "v-pain-9", "patient_id": "v-pain", "exercise": None, "side": None, "status": None,
                "performed_at": datetime.combine(TODAY - timedelta(days=1), time(7)), "pain": 9,
                "note": "<b>worse</b> since the weekend"}  # fmt: skip
        store.add_log(make(LOG, [*rows, hurt]))
        yield store
        store.close()


def test_a_round_from_the_list_to_who_was_called(page, run_all, caseload):
    """Sort, filter, open, call, see the list shrink, make the report; nothing leaves the computer."""
    run_all("04_review_caseload.ipynb")
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
    assert caseload.reviews("v-pain")["note"].tolist() == ["rang, sees the physician today"]
    assert page.outside == []


def test_the_list_is_gone_through_by_keys_which_are_not_the_notebooks(page, run_all, caseload):
    """Arrows walk the list, letters find a patient; neither moves, deletes nor restarts anything of the notebook."""
    run_all("04_review_caseload.ipynb")
    form = page.locator(".backcare-caseload")
    form.wait_for(timeout=60_000)
    choose(form, "Sort by", "patient")
    choose(form, "Show", "Everybody (3)")
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
    paid = {"entry_id": "v-steady-paid", "patient_id": "v-steady", "exercise": None, "side": None, "status": None,
            "performed_at": datetime.combine(TODAY - timedelta(days=1), time(7)), "pain": 1,
            "note": "$5 for the mat, then\nnothing hurt, $7 for the band"}  # fmt: skip
    caseload.add_log(make(LOG, [paid]))
    run_all("04_review_caseload.ipynb")
    form = page.locator(".backcare-caseload")
    form.wait_for(timeout=60_000)
    choose(form, "Show", "Everybody (3)")
    fill(form, "Search", "v-steady")
    page.wait_for_function("document.querySelectorAll('.backcare-list option').length === 1")
    form.get_by_label("Patients", exact=True).select_option(index=0)
    shown(form, "“$5 for the mat, then")
    page.wait_for_timeout(1_000)  # the typesetter comes late
    assert form.locator(".backcare-paper").inner_text().endswith("then\nnothing hurt, $7 for the band”")


def test_a_rule_is_changed_and_tried_on_the_clinics_own_logs(page, run_all, caseload):
    run_all("04_review_caseload.ipynb")
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
