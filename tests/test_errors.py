"""An error is a sentence for a clinician, in a notebook, in a process and in a file."""

import pickle
import subprocess
import sys

import pytest

from toolkit import errors
from toolkit.errors import LogError, Problem, ToolkitError

ALL = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, ToolkitError)]


def test_an_error_shows_its_summary_and_every_problem_on_a_line():
    error = ToolkitError(
        "This cannot be used.", [Problem("sets", "must be 1 or more; found 0"), Problem("", "and this")]
    )
    assert str(error) == "This cannot be used.\n  sets: must be 1 or more; found 0\n  and this"


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_an_error_comes_through_to_another_process_whole(kind):
    error = pickle.loads(pickle.dumps(kind("No.", [Problem("here", "wrong")])))  # noqa: S301 - our own bytes
    assert (type(error), error.summary, error.problems) == (kind, "No.", (Problem("here", "wrong"),))


def test_a_log_error_keeps_its_code_on_the_way():
    assert pickle.loads(pickle.dumps(LogError("No.", code="empty_file"))).code == "empty_file"  # noqa: S301 - our own bytes


def test_a_notebook_shows_the_sentence_without_a_traceback():
    code = "from toolkit import read_log; read_log('missing.csv')"
    shell = [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", code]
    done = subprocess.run(shell, capture_output=True, text=True)
    assert done.stdout.strip() == "There is no file missing.csv in the folder given."
    assert "Traceback" not in done.stdout + done.stderr
