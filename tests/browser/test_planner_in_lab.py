"""A physician plans a regimen in a real browser; nothing leaves the computer."""

import json
import os
from pathlib import Path

import pytest

from toolkit.store import Store

pytestmark = pytest.mark.browser


def fill(form, label, text):
    """Type into a field and leave it, as a person does."""
    field = form.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")


def shoot(page, name):
    """Keep a picture of the page where BACKCARE_PICTURES names a folder."""
    if folder := os.environ.get("BACKCARE_PICTURES"):
        page.screenshot(path=Path(folder) / name)


def test_a_physician_plans_a_regimen_sees_a_problem_mends_it_and_saves(run_all, lab, monkeypatch):
    from playwright.sync_api import expect

    page = run_all("01_plan_regimen.ipynb")
    form = page.locator(".backcare-planner")
    form.wait_for(timeout=60_000)
    save = form.get_by_role("button", name="Save draft")
    expect(save).to_be_disabled()

    shoot(page, "empty.png")

    fill(form, "Patient (pseudonym)", "p-4711")
    form.get_by_label("Purpose").select_option(label="remedial: for back pain that is there")
    fill(form, "First day", "2026-04-06")
    fill(form, "Knee-to-chest stretch: hold (s)", "15-300")
    form.get_by_text("must be 120 or less; found 300").wait_for(timeout=10_000)
    expect(save).to_be_disabled()
    shoot(page, "problem.png")

    fill(form, "Knee-to-chest stretch: hold (s)", "15-30")
    fill(form, "Hamstring stretch: repetitions", "3")
    fill(form, "Hamstring stretch: sessions a day", "2")
    form.get_by_text("Hamstring stretch, each leg: 1 x 3 x 30 s, twice a day, every day", exact=True).wait_for(
        timeout=10_000
    )
    assert "p-4711 · Clinic clinic · saving makes revision 1" in form.locator(".backcare-banner").first.inner_text()
    assert form.get_by_role("img", name="The week as prescribed").count() == 1
    save.click()
    form.get_by_role("status").get_by_text("Draft saved for p-4711 as revision 1").wait_for(timeout=10_000)
    expect(save).to_be_disabled()  # until something is typed: a second press makes no second revision
    shoot(page, "saved.png")

    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    saved = Store(lab.folder / "clinic.sqlite").regimens()
    assert [(one.patient_id, one.status, one.revision) for one in saved] == [("p-4711", "draft", 1)]
    hamstring = saved[0].prescriptions[0]
    assert (hamstring.reps_min, hamstring.sessions_per_day, hamstring.hold_s_min) == (3, 2, 30)
    assert page.outside == []


def test_the_form_can_be_read_by_a_screen_reader(run_all):
    """axe finds no field without a name, no text too pale, no role that is wrong."""
    from axe_playwright_python.sync_playwright import Axe

    page = run_all("01_plan_regimen.ipynb")
    form = page.locator(".backcare-planner")
    form.wait_for(timeout=60_000)
    form.get_by_label("Purpose").select_option(label="preventive: to keep back pain away")
    form.get_by_text("Knee-to-chest stretch, each leg: 1 x 3 x 15-30 s").wait_for(timeout=10_000)
    found = Axe().run(page, context=".backcare-planner").response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    page.set_content("<html lang=en><title>control</title><main><input type=text></main></html>")
    assert [one["id"] for one in Axe().run(page).response["violations"]], "a field without a name must be found"


def test_what_a_real_clinic_sees_is_not_saved_with_the_notebook(run_all, lab):
    """The launcher drops outputs when a notebook of a real clinic is saved."""
    page = run_all("01_plan_regimen.ipynb")
    page.locator(".backcare-planner").wait_for(timeout=60_000)
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    path = lab.folder / "notebooks/01_plan_regimen.ipynb"
    for _ in range(50):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if not any(cell.get("outputs") for cell in notebook["cells"]):
            break
        page.wait_for_timeout(200)
    assert not [cell for cell in notebook["cells"] if cell.get("outputs") or cell.get("execution_count")]
    assert page.outside == []


def test_a_request_to_somewhere_else_would_be_seen(page):
    """The control: without it, an empty list would prove nothing."""
    page.set_content("<img src='http://backcare.example/picture.png'>")
    assert [url for url in page.outside if "backcare.example" in url]


def test_a_stranger_without_the_token_is_refused(page, lab):
    assert page.goto(f"{lab.base}/api/contents").status == 403
