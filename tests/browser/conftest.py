"""JupyterLab as `backcare lab` starts it, on an own clinic, in headless Chromium with an empty profile."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

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
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copytree(ROOT / "data", folder / "data")
    profile = (ROOT / "data/clinic.toml").read_text(encoding="utf-8")
    named = profile.replace("SAMPLE clinic (made-up patients)", "Bergtal Practice").replace("sample = true\n", "")
    (folder / "clinic.toml").write_text(named, encoding="utf-8")  # beside the store, with its name
    news = folder / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text(QUIET, encoding="utf-8")
    own = {f"JUPYTER_{kind.upper()}_DIR": str(folder / kind) for kind in ("config", "data", "runtime")}
    own |= {
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }
    own |= {"BACKCARE_HOME": str(folder / "home"), "IPYTHONDIR": str(folder / "ipython")}
    environment = {key: value for key, value in os.environ.items() if key != "BACKCARE_CLINIC"} | own
    command = [Path(sys.executable).with_name("backcare"), "lab", "--store", "clinic.sqlite", "--no-browser",
               f"--ServerApp.port={free_port()}", "--ServerApp.port_retries=0", "--expose-app-in-browser"]  # fmt: skip
    with (folder / "lab.log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            about = wait_for_server(folder, server)
            yield SimpleNamespace(base=about["url"].rstrip("/"), token=about["token"], folder=folder)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(20)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_server(folder, server):
    """Return what the server says of itself once it runs: its address and its token."""
    for _ in range(300):
        for path in (folder / "runtime").glob("jpserver-*.json"):
            text = path.read_text(encoding="utf-8")
            if text.endswith("}"):
                return json.loads(text)
        assert server.poll() is None, (folder / "lab.log").read_text(encoding="utf-8")
        time.sleep(0.2)
    raise AssertionError((folder / "lab.log").read_text(encoding="utf-8"))


@pytest.fixture
def page(chromium, lab):
    """A page that remembers every request to somewhere else than the lab."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        outside, own = [], (lab.base, lab.base.replace("http", "ws", 1), "data:", "blob:")

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
        page.goto(f"{lab.base}/lab/tree/notebooks/{notebook}?reset&token={lab.token}")
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
