"""A therapist types a paper diary in: ten sessions by keyboard alone, in less than a minute."""

import time
from datetime import timedelta

import pytest
from diaries import dose, final
from in_browser import fill, press, said, shoot_form, shown
from screenings import clear_screening

pytestmark = pytest.mark.browser

PACE_MS = 120  # a key of somebody who types about 50 words a minute
SIDED = ("y", "y", "1", "3", "20", "4", "")
PLAIN = ("y", "2", "10", "2", "3", "")
MISSED = ("n", "", "", "", "", "no time")


class Keys:
    """Presses keys at a typist's pace, and counts them."""

    def __init__(self, page):
        self.page, self.count, self.began = page, 0, time.monotonic()

    def press(self, key, times=1):
        for _ in range(times):
            self.page.keyboard.press(key, delay=PACE_MS)
            self.count += 1

    def type(self, text):
        self.page.keyboard.type(text, delay=PACE_MS)
        self.count += len(text)

    @property
    def seconds(self):
        return time.monotonic() - self.began


def plan_in(store, patient):
    """Save a plan of the last five days, today not among them: ten rows in one week."""
    today = store.now().date()
    first = today - timedelta(days=5)
    rows = (dose("knee_to_chest", 5, first), dose("abdominal_stability", 5, first))
    asked = clear_screening(patient, on=today)
    return store.save(final(*rows, patient_id=patient, regimen_id=f"r-{patient}", written_on=today, screening=asked))


def test_ten_sessions_are_typed_by_keyboard_alone_in_less_than_a_minute(run_all, store):
    from axe_playwright_python.sync_playwright import Axe

    plan = plan_in(store, "p-0101")
    page = run_all("02_import_logs.ipynb")
    form = page.locator(".backcare-typing").first
    patient = form.get_by_label("Patient", exact=True)
    patient.wait_for(timeout=60_000)
    patient.focus()
    keys = Keys(page)
    keys.press("p")
    shown_week = form.get_by_label("Week", exact=True).locator("option", has_text="Week 1:")
    shown_week.wait_for(state="attached", timeout=60_000)
    keys.press("Tab")
    keys.press("W")
    first = form.get_by_label(f"Left, Knee-to-chest stretch, {plan.first_day.day} ", exact=False).first
    first.wait_for(timeout=60_000)
    keys.press("Tab")
    for row in [SIDED, PLAIN] * 4 + [SIDED, MISSED]:
        for cell in row:
            keys.type(cell)
            keys.press("Tab")
    keys.type("T. Berg")
    keys.press("Tab")
    shown(form, "To import: 15 new, 0 later versions of entries held.")
    found = Axe().run(page, context=".backcare-typing").response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    keys.press("Enter")
    said(form, "Imported: 15 new")
    print(f"\nten sessions: {keys.count} keys, {keys.seconds:.1f} s at {PACE_MS} ms a key")
    shoot_form(page, form, "typed-in.png")
    log = store.log("p-0101")
    assert log["status"].value_counts().to_dict() == {"done": 14, "not_done": 1}
    assert log["performed_at"].dt.date.nunique() == 5
    assert log[log["exercise"] == "knee_to_chest"]["hold_s"].eq(20).all()
    assert log["pain"].notna().sum() == 9, "the pain of a row stands on one of its entries"
    assert log["note"].dropna().tolist() == ["no time"]
    assert keys.count <= 180
    assert keys.count * PACE_MS < 60_000, "the seconds printed are those of this machine, which may be busy"
    assert page.outside == []


def test_a_press_on_import_again_adds_nothing_and_no_text_runs(run_all, store):
    plan_in(store, "p-0102")
    page = run_all("02_import_logs.ipynb")
    form = page.locator(".backcare-typing").first
    form.get_by_label("Patient", exact=True).select_option(label="p-0102", timeout=60_000)
    week = form.get_by_label("Week", exact=True)
    week.locator("option", has_text="Week 1:").wait_for(state="attached", timeout=60_000)
    week.select_option(index=1)
    form.get_by_label("Left, Knee-to-chest").first.wait_for(timeout=60_000)
    for label, text in (("Left, Knee-to-chest", "y"), ("Why, note", "<img src=x onerror=window.fired=1>")):
        form.get_by_label(label).first.fill(text)
        form.get_by_label(label).first.press("Tab")
    shown(form, "To import: 1 new, 0 later versions of entries held.")
    fill(form, "Your name", "T. Berg")
    press(form, "Import what is typed")
    said(form, "Imported: 1 new")
    shown(form, "Held already.")
    press(form, "Import what is typed")
    said(form, "There is nothing to import")
    assert store.log("p-0102")["note"].tolist() == ["<img src=x onerror=window.fired=1>"]
    assert page.evaluate("window.fired") is None
    assert page.outside == []
