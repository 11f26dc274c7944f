"""Starts the app: the notebooks as pages without code, for one clinic, on this computer only."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.serving.start import notebooks_folder, refuse_others, run, session

ACCEPTED = ("--no-browser", "--port")
TEMPLATES = Path(__file__).parent / "jupyter"


def start_app(clinic: str, *, more: tuple[str, ...] = ()) -> int:
    """Serve the notebooks through Voilà on 127.0.0.1, wait until it ends and return its exit status.

    Parameters
    ----------
    clinic : `sample` or the URL of a store; kernels find it in `BACKCARE_CLINIC`
    more : further arguments, of those in `ACCEPTED`

    Raises
    ------
    ToolkitError
        If Voilà is not installed, there are no notebooks here, or an argument is not accepted.
    """
    refuse_others(more, ACCEPTED)
    if find_spec("voila") is None:
        raise ToolkitError("The app needs Voilà: pip install 'backcare[app]'.")
    folder = notebooks_folder()
    environment = session(clinic)
    environment["JUPYTER_PATH"] = os.pathsep.join(
        [str(TEMPLATES), *filter(None, [environment.get("JUPYTER_PATH")])]  # ours first: a namesake is not found
    )
    return run([sys.executable, "-P", "-m", "toolkit.serving.pages", str(folder), *more], environment)
