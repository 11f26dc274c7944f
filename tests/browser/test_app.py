"""A clinician uses the app: pages without code, the clinic's name on each, nothing fetched from elsewhere."""

import os
import signal
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from in_browser import fill, shoot, shown
from servers import backcare, free_port, own_clinic, wait_for_words
from strangers import ask


def open_page(page, app, notebook=None):
    """Open the list of pages as the terminal says, and a page from it."""
    page.goto(f"{app.base}/?token={app.token}")
    if notebook:
        page.get_by_role("link", name=notebook).click()
    return page


@pytest.mark.browser
def test_the_app_opens_on_a_list_of_pages_in_plain_words(app_page, app):
    page = open_page(app_page, app)
    assert [link.inner_text().split("\n")[0] for link in page.locator("main a").all()][:3] == [
        "Start here", "Plan a regimen", "Import logs",
    ]  # fmt: skip
    assert page.locator(".backcare-bar span").inner_text() == "Bergtal <i>Practice</i>", "a name is no markup"
    assert "token" not in page.url, "it stays in no address bar and no bookmark"
    assert serious(page) == []
    assert page.outside == []


@pytest.mark.browser
def test_a_regimen_is_planned_in_the_app_without_seeing_code(app_page, app):
    page = open_page(app_page, app, "Plan a regimen")
    form = page.locator(".backcare-planner")
    form.wait_for(timeout=60_000)
    assert page.title() == "Plan a regimen - Backcare"
    fill(form, "Patient (pseudonym)", "p001")
    form.get_by_text("p001 · Bergtal <i>Practice</i>").first.wait_for(timeout=20_000)
    assert page.locator(".jp-CodeCell :is(.jp-InputArea, .highlight)").count() == 0
    assert "use_notebook_style" not in page.content()
    for width in (1280, 800):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page itself never scrolls sideways"
        assert page.evaluate(WHOLE), "no chart is cut off"
    assert serious(page, ".backcare-bar, .backcare-form") == []
    shoot(page, "app.png")
    assert page.outside == []


WHOLE = """() => {
    const charts = [...document.querySelectorAll(".jp-RenderedSVG img")];
    return charts.length > 0 && charts.every(chart => chart.getBoundingClientRect().right <= innerWidth);
}"""


def serious(page, within=None):
    """Return the serious faults axe-core finds in markup of ours."""
    found = Axe().run(page, context=within).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in ("serious", "critical")]


@pytest.mark.browser
def test_what_a_page_would_fetch_from_elsewhere_is_stopped(app_page, app):
    """The server forbids it to the browser, whatever a cell shows."""
    page = open_page(app_page, app)
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://backcare.example/x.png'}))")
    page.wait_for_timeout(300)
    assert [text for text in said if "backcare.example" in text and "Content Security Policy" in text]


def test_a_cell_that_fails_shows_nobody_and_logs_nobody(app):
    """The page says that a step failed; what it was about stays in the kernel."""
    page = ask(app.base, "/voila/render/98_fails.ipynb", Authorization=f"token {app.token}")[3]
    assert "There was an error when executing cell" in page, "the cell has run, and failed"
    assert "Quastenhuber" not in page
    log = (app.folder / "server.log").read_text(encoding="utf-8")
    assert "Error at server while executing cell" in log
    assert not [word for word in ("Quastenhuber", "Traceback", "raise ValueError") if word in log]


@pytest.mark.browser
def test_a_file_larger_than_the_usual_limit_arrives(app_page, app, tmp_path):
    """A server's own limit is 10 MiB; a larger file would never arrive, without a word."""
    page = open_page(app_page, app, "Import logs")
    path = tmp_path / "long.csv"
    row = "p002,knee_to_chest,both,2026-03-02,done,1,3,20," + "x" * 900
    path.write_text("patient_id,exercise,side,performed_at,status,sets,reps,hold_s,note\n" + f"{row}\n" * 13_000)
    form = page.locator(".backcare-importer")
    form.wait_for(timeout=60_000)
    with page.expect_file_chooser() as chooser:
        form.get_by_role("button", name="or choose files (up to 40 MB)").click()
    chooser.value.set_files(path)
    shown(form, "long.csv is our own log file, 13001 rows.")
    assert path.stat().st_size > 11 * 1024 * 1024


def test_the_app_opens_a_browser_and_ctrl_c_ends_it_cleanly(tmp_path):
    """The address with its token goes to the browser in a file for this person alone, which does not stay."""
    folder = own_clinic(tmp_path)
    browser = folder / "browser"
    browser.write_text('#!/bin/sh\necho "$1" > opened.new; mv opened.new opened\n')
    browser.chmod(0o755)
    with backcare(["app", f"--port={free_port()}"], folder, BROWSER=str(browser)) as server:
        said = wait_for_words(r"SAMPLE clinic.*\n(?:.*\n)*?The app: (http\S+)", folder, server)[1]
        for _ in range(100):
            if (folder / "opened").exists():
                break
            time.sleep(0.1)
        given = (folder / "opened").read_text(encoding="utf-8").strip()
        file = Path(given.removeprefix("file://"))
        assert "token" not in given and said in file.read_text(encoding="utf-8")
        assert file.stat().st_mode & 0o777 == 0o600
        os.killpg(server.pid, signal.SIGINT)
        assert server.wait(20) == 0
    assert not file.exists()
    assert "Traceback" not in (folder / "server.log").read_text(encoding="utf-8")
