"""What both servers share: the folder, the arguments they take, the token, and waiting until they end."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from jupyter_core.paths import jupyter_config_dir

from toolkit.errors import ToolkitError
from toolkit.store import CLINIC_VARIABLE

START = "00_start_here.ipynb"
FOLDERS = {
    "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_PATH", "JUPYTER_PLATFORM_DIRS",
    "JUPYTER_PREFER_ENV_PATH", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR",
}  # fmt: skip
MESSAGE_BYTES = 64 * 1024 * 1024  # a larger file chosen in a form would never arrive, without a word


def notebooks_folder() -> Path:
    """Return the folder of the notebooks: in this folder, or in the checkout Backcare was installed from."""
    for folder in (Path.cwd() / "notebooks", Path(__file__).parents[2] / "notebooks"):
        if (folder / START).is_file():
            return folder
    raise ToolkitError(f"There is no notebooks/{START} here: run this in the folder of Backcare's checkout.")


def refuse_others(arguments: Sequence[str], accepted: Sequence[str]) -> None:
    """Refuse any argument whose name is not in `accepted`; what a server may be told is listed, not what it may not.

    Raises
    ------
    ToolkitError
        That names the argument, not its value, and what is accepted.
    """
    for argument in arguments:
        name = argument.partition("=")[0]
        if name not in accepted:
            shown = name if name.startswith("-") else "a file or folder"
            raise ToolkitError(
                f"{shown} is not accepted: notebooks of patients stay on this computer, behind a token. "
                f"Accepted are {', '.join(accepted)}."
            )


def session(clinic: str) -> dict[str, str]:
    """Return the environment of a server: the clinic, a fresh token, and nothing that could weaken it.

    A command line can be read by everybody on the computer, an environment cannot. Settings files of servers (address,
    token, origin) are not read, nor variables that name another token or another place for kernels; what a person has
    set in JupyterLab (theme, shortcuts) stays.
    """
    kept = {name: text for name, text in os.environ.items() if not name.startswith("JUPYTER") or name in FOLDERS}
    settings = Path(jupyter_config_dir()) / "lab"
    kept.setdefault("JUPYTERLAB_SETTINGS_DIR", str(settings / "user-settings"))
    kept.setdefault("JUPYTERLAB_WORKSPACES_DIR", str(settings / "workspaces"))
    return kept | {CLINIC_VARIABLE: clinic, "JUPYTER_TOKEN": secrets.token_hex(24), "JUPYTER_NO_CONFIG": "1"}


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a server until it ends and return its exit status; Ctrl+C is the server's to answer, not ours."""
    before = signal.signal(signal.SIGINT, lambda *_: None)  # a handler, since a child would inherit "ignored"
    try:
        server = subprocess.Popen(command, env=environment)  # noqa: S603 - our own arguments
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        return server.wait()
    finally:
        signal.signal(signal.SIGINT, before)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
