"""A physician plans a regimen in a real browser; nothing leaves the computer."""

import contextlib
import json
import os
import shutil
import signal
import time
import urllib.request
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from in_browser import choose, fill, press, said, shoot, shoot_form, shown

from toolkit.plan.questions import question_set

pytestmark = pytest.mark.browser


def clinic_day():
    """The day in the clinic's own zone, as its profile says; the computer may be in another."""
    return datetime.now(ZoneInfo("America/Denver")).date().isoformat()


@pytest.fixture(autouse=True)
def what_it_said(request, page):
    """Print what the form said at the end: it stands in the report of a test that failed."""
    yield
    for kind in ("banner", "problem", "hint", "status"):
        found = page.locator(f".backcare-planner .backcare-{kind}:visible").all_inner_texts()
        print(kind, [text for text in found if text.strip()])


def answered(form, question, answer):
    """Wait until a question shows its answer, as a person does before the next one."""
    from playwright.sync_api import expect

    chosen = form.get_by_label(question, exact=True).locator("option:checked")
    expect(chosen).to_have_text(answer, timeout=20_000)


def plan(form, patient):
    """Fill in who, why and when; the starter fills in the doses."""
    fill(form, "Patient (pseudonym)", patient)
    fill(form, "Your name", "Dr Berg")
    choose(form, "Purpose", "remedial: back pain now")
    fill(form, "First day", clinic_day())
    shown(form, "Knee-to-chest stretch, each leg: 1 x 3 x 15-30 s, once a day, every day")


def screen(form, **otherwise):
    """Ask every question; all is clear but for `otherwise`."""
    fill(form, "Asked by", "Nurse Tal")
    for family in question_set().families.values():
        press(form, f"{family.name}: asked, none of these")
        answered(form, family.questions[-1].text, "no")
    for key, caution in question_set().cautions.items():
        clear = "no" if caution.careful == "yes" else "yes"
        choose(form, caution.text, otherwise.get(key, clear))
    for key, (_, question) in question_set().questions.items():
        if key in otherwise:
            choose(form, question.text, otherwise[key])


def saved(store, patient):
    return [(one.status, one.revision) for one in store.regimens(patient)]


def planner(run_all, notebook="01_plan_regimen.ipynb", **tab):
    page = run_all(notebook, **tab)
    form = page.locator(".backcare-planner")
    form.wait_for(timeout=60_000)
    return page, form


def test_a_physician_plans_is_held_releases_and_saves_final(run_all, store):
    from playwright.sync_api import expect

    page, form = planner(run_all)
    expect(form.get_by_role("button", name="Save draft")).to_be_disabled()
    shoot(page, "empty.png")
    plan(form, "p-4711")
    fill(form, "Knee-to-chest stretch: hold (s)", "15-300")
    shown(form, "must be 120 or less; found 300")
    expect(form.get_by_role("button", name="Save draft")).to_be_disabled()
    form.get_by_label("Knee-to-chest stretch: hold (s)").scroll_into_view_if_needed()
    shoot(page, "problem.png")
    fill(form, "Knee-to-chest stretch: hold (s)", "15-30")
    expect(form.get_by_role("button", name="Save as final")).to_be_disabled()  # nothing was asked yet

    screen(form, in_fever="yes")
    shown(form, "SAME DAY: medical review today. No exercise until then.")
    banner = form.locator(".backcare-banner").first
    expect(banner).to_contain_text("HELD by a red flag")
    expect(banner).to_contain_text("p-4711 · Bergtal Practice")
    form.get_by_label("Decision", exact=True).scroll_into_view_if_needed()
    shoot(page, "held.png")
    press(form, "Save as held")
    said(form, "Saved as held for p-4711: revision 1")
    shoot(page, "saved_held.png")

    fill(form, "Reason for this revision", "looked at the same day")
    fill(form, "Looked at by (physician)", "Dr Berg")
    fill(form, "Looked at on", clinic_day())
    fill(form, "What was found", "a cold, no back finding")
    choose(form, "Decision", "cleared for exercise")
    expect(form.get_by_role("button", name="Save as held")).to_be_enabled()
    fill(form, "Reason for the decision", "fever explained by a cold")
    press(form, "Save as final")
    said(form, "Saved as final for p-4711: revision 2")
    assert saved(store, "p-4711") == [("held", 1), ("final", 2)]
    assert len(store.prescriptions("p-4711")) == 4
    what_the_patient_takes_home(page)
    assert page.outside == []


def what_the_patient_takes_home(page):
    """The plan that was just saved is chosen; each button shows its paper and a link to save it."""
    from playwright.sync_api import expect

    papers = page.locator(".backcare-take-home")
    expect(papers.get_by_label("Plan", exact=True).locator("option:checked")).to_contain_text("p-4711")
    press(papers, "Handout")
    said(papers, "2 pages for p-4711, revision 2.")
    first = papers.get_by_role("img", name="Page 1 of 2 as it will be printed")
    first.scroll_into_view_if_needed()
    assert first.evaluate("one => one.naturalWidth") > 500
    shoot(page, "handout.png")
    press(papers, "Diary page")
    said(papers, "The diary page for p-4711, revision 2.")
    telephone = papers.frame_locator("iframe")
    telephone.get_by_text("Hamstring stretch").first.wait_for(timeout=20_000)
    papers.locator("iframe").scroll_into_view_if_needed()
    shoot(page, "diary_page.png")
    with page.expect_download() as saving:
        papers.get_by_role("link", name="Save diary-r2-").click()
    assert saving.value.suggested_filename.endswith(".html")


def revise(form, patient):
    """Open the next revision of a patient's regimen."""
    option = form.get_by_label("Begin from").locator("option", has_text=f"revise: {patient}").inner_text()
    choose(form, "Begin from", option)
    press(form, "Open")
    shown(form, "saving makes revision 2")


def test_of_two_tabs_the_second_to_save_sees_what_the_first_changed(run_all, store, page, lab):
    """Two tabs, two kernels, one regimen."""
    _, form = planner(run_all)
    plan(form, "p-0815")
    press(form, "Save draft")
    said(form, "Saved as draft for p-0815: revision 1")
    fill(form, "Reason for this revision", "one more repetition")
    fill(form, "Psoas stretch: repetitions", "3")

    shutil.copy(lab.folder / "notebooks/01_plan_regimen.ipynb", lab.folder / "notebooks/second.ipynb")
    _, other = planner(run_all, "second.ipynb", tab=page.context.new_page())
    revise(other, "p-0815")
    fill(other, "Your name", "Dr Other")
    fill(other, "Goal, in the patient's words", "walk to the shop")
    fill(other, "Reason for this revision", "her own goal")
    press(other, "Save draft")
    said(other, "Saved as draft for p-0815: revision 2")

    press(form, "Save draft")
    said(form, "was changed since it was opened")
    shown(form, "Somebody else saved revision 2 meanwhile (Dr Other).")
    assert form.get_by_text("goal: nothing → walk to the shop").count() == 1
    form.get_by_role("button", name="Go on with mine after theirs").scroll_into_view_if_needed()
    shoot(page, "conflict.png")
    press(form, "Go on with mine after theirs")
    shown(form, "goal: walk to the shop → nothing")
    fill(form, "Goal, in the patient's words", "walk to the shop")
    press(form, "Save draft")
    said(form, "Saved as draft for p-0815: revision 3")
    newest = store.regimens("p-0815")[-1]
    assert (newest.goal, newest.prescriptions[2].reps_min) == ("walk to the shop", 3)
    assert page.outside == []


def test_what_was_typed_is_there_after_the_kernel_was_killed(run_all, store, lab):
    from playwright.sync_api import expect

    _, form = planner(run_all)
    plan(form, "p-0007")
    fill(form, "Goal, in the patient's words", "lift my grandson")
    wait_for_draft(store, "lift my grandson")
    dead = kernels(lab)
    assert dead, "a kernel of this lab must be running"
    for kernel in dead:
        os.kill(kernel, signal.SIGKILL)
    wait_for_another_kernel(lab, dead)
    _, form = planner(run_all)
    shown(form, "typed and not saved: choose under Begin from.")
    option = form.get_by_label("Begin from").locator("option", has_text="go on typing: p-0007").inner_text()
    choose(form, "Begin from", option)
    press(form, "Open")
    shown(form, "p-0007 · Bergtal Practice")
    goal = form.get_by_label("Goal, in the patient's words")
    expect(goal).to_have_value("lift my grandson", timeout=15_000)  # the banner is brought in line before the fields
    press(form, "Save draft")
    said(form, "Saved as draft for p-0007")
    assert not [one for one in store.drafts().values() if one["patient_id"] == "p-0007"]


def wait_for_draft(store, goal):
    for _ in range(100):
        if any(one["goal"] == goal for one in store.drafts().values()):
            return
        time.sleep(0.1)
    raise AssertionError("the draft was not kept while typing")


def wait_for_another_kernel(lab, dead):
    """Wait until the lab has begun a new kernel in place of a killed one and it answers, as a person does."""
    for _ in range(300):
        if set(kernels(lab)) - set(dead) and "idle" in states_of_kernels(lab):
            return
        time.sleep(0.2)
    raise AssertionError(f"the lab began no new kernel: {states_of_kernels(lab)}")


def states_of_kernels(lab):
    """Return what the server says of its kernels."""
    with urllib.request.urlopen(f"{lab.base}/api/kernels?token={lab.token}") as answer:  # noqa: S310 - our own lab
        return [one["execution_state"] for one in json.load(answer)]


def kernels(lab):
    """Return the process ids of the kernels that this lab has started, and of no others."""
    found = []
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = status.read_bytes()
            if b"ipykernel_launcher" in words and str(lab.folder).encode() in words:
                found.append(int(status.parent.name))
    return found


def test_the_form_can_be_read_by_a_screen_reader_at_any_width(run_all):
    """axe finds no field without a name, no text too pale, no role that is wrong; nothing runs out of the page."""
    from axe_playwright_python.sync_playwright import Axe

    page, form = planner(run_all)
    plan(form, "p-0042")
    screen(form, ce_numb="yes", osteoporosis="yes")
    press(form, "Knee-to-chest stretch: add a step")
    press(form, "Add a pause")
    form.get_by_label("Pause 1: reason").wait_for(timeout=10_000)
    form.get_by_label("Osteoporosis: Knee-to-chest stretch", exact=True).wait_for(timeout=10_000)
    found = Axe().run(page, context=".backcare-planner").response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    for name, width, zoom in (("wide", 1280, 1), ("800px", 800, 1), ("zoom200", 1280, 2)):
        page.set_viewport_size({"width": width // zoom, "height": 900 // zoom})
        page.wait_for_timeout(500)
        box, room = form.bounding_box(), page.viewport_size["width"]
        assert box["x"] + box["width"] <= room + 1, f"{name}: the form runs out of the page"
        widths, heights = zip(*form.evaluate(SIZES), strict=True)
        assert min(widths) >= 90, f"{name}: a field is too narrow to read what stands in it"
        assert max(heights) <= 70, f"{name}: a field takes the room of several"
        shoot_form(page, form, f"form_{name}.png")
    page.set_content("<html lang=en><title>control</title><main><input type=text></main></html>")
    assert [one["id"] for one in Axe().run(page).response["violations"]], "a field without a name must be found"


SIZES = """form => [...form.querySelectorAll("input:not([type=checkbox]), select, textarea")]
    .filter(one => one.offsetParent).map(one => [one.offsetWidth, one.offsetHeight])"""


def test_the_banner_stays_in_sight_while_the_form_scrolls(run_all):
    """Whose patient this is must not scroll out of mind."""
    page, form = planner(run_all)
    plan(form, "p-0042")
    banner = form.locator(".backcare-banner")
    assert page.evaluate(OPAQUE, banner.element_handle())
    for label in ("Patient (pseudonym)", "Asked by", "Psoas stretch: repetitions", "Name of a starter of your own"):
        form.get_by_label(label, exact=True).evaluate("field => field.scrollIntoView({block: 'center'})")
        page.wait_for_timeout(200)
        box = banner.bounding_box()
        assert 0 <= box["y"] <= 900 - box["height"], f"out of sight at {label}"
        assert page.evaluate(ON_TOP, [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]), f"covered at {label}"


OPAQUE = "banner => !getComputedStyle(banner).backgroundColor.startsWith('rgba')"
ON_TOP = "([x, y]) => document.elementFromPoint(x, y).closest('.backcare-banner') !== null"


def test_the_form_is_walked_through_from_top_to_bottom_by_keyboard(run_all):
    """Tab goes from field to field in the order they are read; nothing hidden is stopped at."""
    page, form = planner(run_all)
    form.get_by_label("Begin from").focus()
    names = []
    for _ in range(60):
        names.append(page.evaluate(NAME_OF_FOCUS))
        page.keyboard.press("Tab")
    wanted = ["Begin from", "Open", "Patient (pseudonym)", "Your name", "Purpose", "First day", "Weeks", "Asked by",
              "Numbness or an odd feeling between the legs, around the genitals or the bottom?"]  # fmt: skip
    places = [names.index(name) for name in wanted]
    assert places == sorted(places)
    assert "Reason for this revision" not in names, "it is asked from the second revision on"
    assert "Looked at by (physician)" not in names, "it is asked when something is held"


NAME_OF_FOCUS = """() => {
    const at = document.activeElement;
    const label = at.labels && at.labels[0] ? at.labels[0].textContent : "";
    return (label || at.getAttribute("aria-label") || at.textContent || "").trim();
}"""


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
