"""Starts JupyterLab for one clinic, on this computer only."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from toolkit.serving.start import MESSAGE_BYTES, START, notebooks_folder, refuse_others, run, session

SETTINGS = Path(__file__).parent / "jupyter" / "lab"
ACCEPTED = (
    "--no-browser", "--browser", "--port", "--ServerApp.port", "--ServerApp.port_retries", "--expose-app-in-browser",
)  # fmt: skip


def start_lab(clinic: str, *, more: tuple[str, ...] = ()) -> int:
    """Start JupyterLab on 127.0.0.1 with a fresh token, wait until it ends and return its exit status.

    Parameters
    ----------
    clinic : `sample` or the URL of a store; kernels find it in `BACKCARE_CLINIC`
    more : further arguments for JupyterLab, of those in `ACCEPTED`

    Raises
    ------
    ToolkitError
        If there are no notebooks here, or an argument is not accepted.
    """
    refuse_others(more, ACCEPTED)
    return run([*lab_command(notebooks_folder()), *more], session(clinic))


def lab_command(folder: Path) -> list[str]:
    """Return the command that serves `folder`; JupyterLab calls nobody, and saves no row of a real patient."""
    command = [sys.executable, "-P", "-m", "jupyterlab", str(folder / START)]  # -P: no module of the folder one is in
    command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={folder.parent}"]
    command += ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += ["--LabApp.extension_manager=readonly"]
    command += [f"--LabApp.app_settings_dir={SETTINGS}"]  # keys typed in a form are the form's, not the notebook's
    command += [f'--ServerApp.tornado_settings={{"websocket_max_message_size": {MESSAGE_BYTES}}}']
    command += ["--FileContentsManager.pre_save_hook=toolkit.serving.outputs.strip_outputs"]
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0  # JupyterLab asks for this word in a container
    return command + (["--allow-root"] if as_root else [])
