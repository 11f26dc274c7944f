"""Looks through the notebooks about to be committed: `python3 -m toolkit.serving.committed`, at each commit."""

from __future__ import annotations

import json
import subprocess
import sys

from toolkit.serving.bare import may_be_shared

STAGED = ["git", "diff", "--cached", "--name-only", "--diff-filter=d", "-z"]
WORDS = """{path}: holds outputs, attachments, form state or metadata that are not known to be the sample clinic's.
  A notebook of this repository: `make notebooks` runs it on the sample clinic. Any other: clear it, or leave it out."""


def staged_notebooks() -> list[str]:
    """Return the paths of the notebooks that the next commit adds or changes."""
    paths = subprocess.run(STAGED, capture_output=True, check=True).stdout.decode("utf-8", "surrogateescape")  # noqa: S603
    return [path for path in paths.split("\0") if path.lower().endswith(".ipynb")]


def is_clean(path: str) -> bool:
    """Whether a notebook as it would be committed, not as it lies in the folder, may be shared; what fails may not."""
    try:
        text = subprocess.run(["git", "cat-file", "blob", f":{path}"], capture_output=True, check=True).stdout  # noqa: S603, S607
        return may_be_shared(json.loads(text))
    except Exception:
        return False


def main() -> int:
    """Return 1, and say which, where a notebook may not be committed."""
    refused = [path for path in staged_notebooks() if not is_clean(path)]
    for path in refused:
        sys.stderr.write(WORDS.format(path=path) + "\n")
    return 1 if refused else 0


if __name__ == "__main__":
    raise SystemExit(main())
