"""T10: scripts in names, notes, reviews and rules stay text, in JupyterLab and in the app; a raw page runs them."""

import pytest
from in_browser import fill, press
from ward import filled_store, said, sessions

from toolkit.measures.alert_rules import presets
from toolkit.measures.reviews import Review

pytestmark = pytest.mark.browser
FIRE = "window.fired=(window.fired||0)+1"
TAGS = (
    "<script>{0}</script>", "<img src=x onerror={0}>", "<svg onload={0}>", "<svg><script>{0}</script></svg>",
    "<body onload={0}>", "<details open ontoggle={0}>", "<video><source onerror={0}></video>",
    "<iframe srcdoc='<script>parent.{0}</script>'>", "<input autofocus onfocus={0}>", "<a href=javascript:{0}>x</a>",
)  # fmt: skip
AROUND = (
    "{0}", "\"'>{0}", "</td></tr></table>{0}", "</option></select>{0}", "--></style></script>{0}", "`{0}`", "[x]({0})",
)  # fmt: skip
PAYLOADS = [around.format(tag.format(FIRE)) for tag in TAGS for around in AROUND]
PATIENT = "t10"


def plant(folder):
    """Put every payload where a patient or a clinician can write: notes, goals, names, reviews, rules."""
    notes = [
        said(PATIENT, f"numb {payload}", days_ago=day, pain=9) for day, payload in enumerate(PAYLOADS[:39], start=1)
    ]
    more = [said("t10-more", f"numb {payload}", days_ago=day) for day, payload in enumerate(PAYLOADS[39:], start=1)]
    written = {"goal": PAYLOADS[1], "note": PAYLOADS[8], "written_by": PAYLOADS[2]}
    store = filled_store(folder, (PATIENT, "t10-more"), [*notes, *more, *sessions(PATIENT, range(5))], **written)
    store.save_alert_rules(PAYLOADS[7][:60], presets()["cautious"], by=PAYLOADS[3])
    store.use_alert_rules(PAYLOADS[7][:60], by=PAYLOADS[4])
    for payload in PAYLOADS[:10]:
        store.review(Review(patient_id="t10-more", reviewed_at=store.now().replace(tzinfo=None), reviewed_by=payload,
                            action="called", note=payload))  # fmt: skip
    return store


def test_t10_control_a_page_of_raw_markup_runs_them(page):
    assert len(set(PAYLOADS)) == 70
    for payload in PAYLOADS:
        page.set_content(payload, wait_until="load")
        page.wait_for_timeout(20)
        page.evaluate("if (window.fired) { window.name = (+window.name || 0) + 1 }")
    assert int(page.evaluate("window.name")) >= 30, "the payloads are live"


def test_t10_in_jupyterlab_no_script_runs_and_nothing_is_asked_of_anybody(page, lab, run_all):
    plant(lab.folder).close()
    run_all("04_review_caseload.ipynb")
    deal_with_them(page)


def test_t10_in_the_app_no_script_runs_and_nothing_is_asked_of_anybody(app_page, app):
    plant(app.folder).close()
    app_page.goto(f"{app.base}/?token={app.token}")
    app_page.get_by_role("link", name="Review the caseload").click()
    deal_with_them(app_page)


def deal_with_them(page):
    """Open the patient whose notes they are, and type some more."""
    form = page.locator(".backcare-caseload")
    form.wait_for(timeout=90_000)
    fill(form, "Search", PATIENT)
    page.wait_for_function("document.querySelectorAll('.backcare-list option').length === 2", timeout=60_000)
    lines = form.get_by_label("Patients", exact=True).locator("option").all_text_contents()
    mine = next(place for place, line in enumerate(lines) if line.startswith(f"{PATIENT}\xa0·"))
    form.get_by_label("Patients", exact=True).select_option(index=mine)
    page.wait_for_function("document.querySelectorAll('.backcare-caseload img').length === 6", timeout=60_000)
    assert form.locator(".backcare-paper").count() >= 30, "the notes are on the screen"
    fill(form, "Your name", PAYLOADS[1])
    fill(form, "Note on what was done", PAYLOADS[2])
    press(form, "Called")
    form.get_by_role("status").get_by_text("Look again: is missing").wait_for(timeout=60_000)
    page.locator(".backcare-workbench").get_by_text("onerror").first.wait_for(timeout=90_000)
    assert page.evaluate("window.fired") is None
    assert page.outside == []
