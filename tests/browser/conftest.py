"""JupyterLab and the app as the command starts them, on an own clinic, in headless Chromium with an empty profile."""

import os
import secrets
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from servers import backcare, free_port, own_clinic, wait_for_server, wait_for_words

from toolkit.store import Store

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]  # fmt: skip
RUN_ALL = """() => {
    const run = async () => {
        const notebook = window.jupyterapp.shell.currentWidget;
        await notebook.context.ready;
        await notebook.sessionContext.ready;
        await notebook.sessionContext.session.kernel.info;
        await window.jupyterapp.commands.execute("notebook:run-all-cells");
    };
    const late = (_, refuse) => setTimeout(refuse, 120_000, new Error("the notebook did not run in two minutes"));
    return Promise.race([run(), new Promise(late)]);
}"""
FAILS = """name = "Quasten" + "huber"
raise ValueError(name)"""
QUIET = '{"fetchNews": "false", "checkForUpdates": false}'


@pytest.fixture(scope="session")
def chromium():
    """The path of a Chromium; CI must have one."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None and os.environ.get("CI"):
        pytest.fail("no Chromium in CI: .ci/run installs it")
    if path is None:
        pytest.skip("no Chromium on this machine: install it with your package manager to run the browser tests")
    return path


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A running JupyterLab on copies of the notebooks, with an own clinic that is empty at first."""
    folder = own_clinic(tmp_path_factory.mktemp("lab"))
    news = folder / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text(QUIET, encoding="utf-8")
    command = ["lab", "--store", "clinic.sqlite", "--no-browser", f"--ServerApp.port={free_port()}",
               "--ServerApp.port_retries=0", "--expose-app-in-browser"]  # fmt: skip
    with backcare(command, folder) as server:
        about = wait_for_server(folder, server)
        yield SimpleNamespace(base=about["url"].rstrip("/"), token=about["token"], folder=folder)


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """The running app on copies of the notebooks, with an own clinic of a hostile name that is empty at first."""
    folder = own_clinic(tmp_path_factory.mktemp("app"), name="Bergtal <i>Practice</i>")
    fails = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(FAILS)])
    nbformat.write(fails, folder / "notebooks/98_fails.ipynb")
    with backcare(["app", "--store", "clinic.sqlite", "--no-browser", f"--port={free_port()}"], folder) as server:
        found = wait_for_words(r"The app: (http://[^/]+)/\?token=(\w+)", folder, server)
        yield SimpleNamespace(base=found[1], token=found[2], folder=folder, process=server)


@pytest.fixture(scope="session")
def plain_voila(tmp_path_factory):
    """Voilà as its own command starts it: what our app would be without its gate."""
    folder, port = tmp_path_factory.mktemp("plain"), free_port()
    command = [sys.executable, "-m", "voila", ROOT / "notebooks", "--no-browser", f"--port={port}"]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        wait_for_words("Voilà is running at", folder, server)
        yield f"http://127.0.0.1:{port}"
        server.terminate()
        server.wait(20)


@pytest.fixture
def page(chromium, lab):
    """A page that remembers every request to somewhere else than the lab."""
    with watched_page(chromium, lab.base) as opened:
        yield opened


@pytest.fixture
def app_page(chromium, app):
    """A page that remembers every request to somewhere else than the app."""
    with watched_page(chromium, app.base) as opened:
        yield opened


@contextmanager
def watched_page(chromium, base):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        outside, own = [], (base, base.replace("http", "ws", 1), "data:", "blob:")

        def watch(seen):
            return seen.url.startswith(own) or outside.append(seen.url)

        context.on("request", watch)
        context.on("page", lambda tab: tab.on("websocket", watch))
        opened = context.new_page()
        opened.outside = outside
        yield opened
        browser.close()


@pytest.fixture
def run_all(page, lab):
    """Open a notebook of the lab, in a tab of its own where one is given, and run all its cells."""

    def run(notebook, tab=page):
        page = tab
        # a workspace of its own: of two tabs in one, Lab loads the second anew, and what has run would be gone
        own = f"lab/workspaces/{secrets.token_hex(4)}/tree/notebooks/{notebook}"
        page.goto(f"{lab.base}/{own}?reset&token={lab.token}")
        page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext", timeout=90_000)
        page.evaluate(RUN_ALL)
        return page

    return run


@pytest.fixture
def store(lab, monkeypatch):
    """The clinic's store, as another program sees it."""
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    opened = Store(lab.folder / "clinic.sqlite")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def browser(chromium):
    """One Chromium for the pages of a module, each in a context of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()
