"""Starts JupyterLab for one clinic, on this computer only."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError
from toolkit.store import CLINIC_VARIABLE, SAMPLE

START = "00_start_here.ipynb"
MESSAGE_BYTES = 64 * 1024 * 1024  # a larger file chosen in a form would never arrive, without a word
REFUSED = {
    "ip", "allow_origin", "allow_origin_pat", "allow_remote_access", "disable_check_xsrf", "token", "password",
    "allow_unauthenticated_access", "config", "pre_save_hook",
}  # fmt: skip


def start_lab(clinic: str, *, more: tuple[str, ...] = ()) -> int:
    """Start JupyterLab on 127.0.0.1 with a fresh token and wait until it ends.

    Parameters
    ----------
    clinic : `sample` or the URL of a store; kernels find it in `BACKCARE_CLINIC`
    more : further arguments for JupyterLab, such as `--no-browser`

    Raises
    ------
    ToolkitError
        If there are no notebooks here, or an argument would open the computer to others.
    """
    for argument in more:
        name = argument.partition("=")[0].lstrip("-")
        if name.rpartition(".")[2] in REFUSED:
            raise ToolkitError(f"{name} is not accepted: notebooks of patients stay on this computer, behind a token.")
    environment = os.environ | {CLINIC_VARIABLE: clinic, "JUPYTER_TOKEN": secrets.token_hex(24)}
    return subprocess.call([*lab_command(notebooks_folder()), *more], env=environment)  # noqa: S603 - our own arguments


def lab_command(folder: Path) -> list[str]:
    """Return the command that serves `folder`; JupyterLab calls nobody, and saves no row of a real patient."""
    command = [sys.executable, "-m", "jupyterlab", str(folder / START)]
    command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={folder.parent}"]
    command += ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += ["--LabApp.extension_manager=readonly"]
    command += [f'--ServerApp.tornado_settings={{"websocket_max_message_size": {MESSAGE_BYTES}}}']
    command += ["--FileContentsManager.pre_save_hook=toolkit.lab.strip_outputs"]
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0  # JupyterLab asks for this word in a container
    return command + (["--allow-root"] if as_root else [])


def notebooks_folder() -> Path:
    """Return the folder of the notebooks: in this folder, or in the checkout Backcare was installed from."""
    for folder in (Path.cwd() / "notebooks", Path(__file__).parents[1] / "notebooks"):
        if (folder / START).is_file():
            return folder
    raise ToolkitError(f"There is no notebooks/{START} here: run this in the folder of Backcare's checkout.")


def strip_outputs(model: dict[str, Any], **_: Any) -> None:
    """Keep patients' rows off the disk: drop outputs and form state, unless this is the sample clinic."""
    if model["type"] != "notebook" or not model["content"]:
        return
    model["content"]["metadata"].pop("widgets", None)
    if os.environ.get(CLINIC_VARIABLE) == SAMPLE:
        return
    for cell in model["content"]["cells"]:
        cell.pop("attachments", None)
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
