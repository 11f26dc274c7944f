"""The command's two servers, each in a world of its own."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
WEAK = """
c.{0}.ip = "0.0.0.0"
c.{0}.token = c.IdentityProvider.token = ""
c.{0}.auto_token = False
c.{0}.allow_origin = "*"
c.{0}.disable_check_xsrf = c.{0}.allow_remote_access = True
c.VoilaConfiguration.file_allowlist = [".*"]
"""


def own_clinic(folder, name="Bergtal Practice"):
    """Lay out notebooks, data and a clinic's profile; settings files beside them that would open both servers."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copytree(ROOT / "data", folder / "data")
    profile = (ROOT / "data/clinic.toml").read_text(encoding="utf-8")
    named = profile.replace("SAMPLE clinic (made-up patients)", name).replace("sample = true\n", "")
    (folder / "clinic.toml").write_text(named, encoding="utf-8")  # beside the store, with its name
    (folder / "config").mkdir()
    for place in (folder / "config", folder):
        (place / "jupyter_server_config.py").write_text(WEAK.format("ServerApp"), encoding="utf-8")
        (place / "voila.py").write_text(WEAK.format("Voila"), encoding="utf-8")
    return folder


@contextmanager
def backcare(arguments, folder, **more):
    """Run the command in a world of its own until the tests are done."""
    own = {f"JUPYTER_{kind.upper()}_DIR": str(folder / kind) for kind in ("config", "data", "runtime")}
    own |= {
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }
    own |= {"BACKCARE_HOME": str(folder / "home"), "IPYTHONDIR": str(folder / "ipython")}
    environment = {key: value for key, value in os.environ.items() if key != "BACKCARE_CLINIC"} | own | more
    command = [Path(sys.executable).with_name("backcare"), *arguments]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            yield server
        finally:
            if server.poll() is None:
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
        assert server.poll() is None, (folder / "server.log").read_text(encoding="utf-8")
        time.sleep(0.2)
    raise AssertionError((folder / "server.log").read_text(encoding="utf-8"))


def wait_for_words(pattern, folder, server):
    """Return what the terminal says, once it says it."""
    for _ in range(300):
        if found := re.search(pattern, (folder / "server.log").read_text(encoding="utf-8")):
            return found
        assert server.poll() is None, (folder / "server.log").read_text(encoding="utf-8")
        time.sleep(0.1)
    raise AssertionError((folder / "server.log").read_text(encoding="utf-8"))


def wait_for_answer(base, server):
    """Wait until something answers at an address."""
    for _ in range(300):
        assert server.poll() is None, "the server ended"
        try:
            socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2])), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nothing answers")
