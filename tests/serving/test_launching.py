"""Both servers open on this computer only, whatever they are told, and whatever lies in settings files."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.errors import ToolkitError
from toolkit.serving.app import start_app
from toolkit.serving.lab import SETTINGS, lab_command, start_lab
from toolkit.serving.start import notebooks_folder, session
from toolkit.serving.wording import LINES, for_a_page, pages_in


def test_the_lab_listens_on_this_computer_and_calls_nobody(tmp_path):
    command = lab_command(tmp_path)
    assert "--ServerApp.ip=127.0.0.1" in command
    assert "--LabApp.news_url=" in command
    assert "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate" in command
    assert "--LabApp.extension_manager=readonly" in command
    assert not [part for part in command if "token" in part]


WIDE = (":not(.jp-mod-readWrite) :focus", ":not(.jp-mod-readWrite) :focus:not(:read-write)")  # whatever has the focus


MISUSES = [
    "--ip=0.0.0.0", "--ServerApp.ip=*", "--Voila.ip=0.0.0.0", "--sock=/tmp/open.sock",  # an address for others
    "--ServerApp.allow_origin=*", "--ServerApp.allow_origin_pat=.*", "--ServerApp.allow_remote_access=True",
    "--ServerApp.disable_check_xsrf=True", "--ServerApp.tornado_settings={}", "--Voila.tornado_settings={}",
    "--IdentityProvider.token=", "--ServerApp.token=", "--token=", "--Voila.auto_token=False", "--ServerApp.password=",
    "--PasswordIdentityProvider.hashed_password=", "--ServerApp.identity_provider_class=open.Door",
    "--ServerApp.authorizer_class=open.Door", "--ServerApp.allow_unauthenticated_access=True",
    "--config=x.py", "--Voila.config_file_paths=[]", "--GatewayClient.url=http://elsewhere.example",
    "--FileContentsManager.pre_save_hook=", "--ServerApp.contents_manager_class=own.Manager", "--ServerApp.root_dir=/",
    "--Voila.root_dir=/", "--template=lab", "--VoilaConfiguration.file_allowlist=['.*']", "--show_tracebacks=True",
    "--VoilaConfiguration.allow_template_override=YES", "--strip_sources=False", "--debug", "--autoreload=True",
    "--extra", "/", "private.ipynb",
]  # fmt: skip


@pytest.mark.parametrize("start", [start_lab, start_app])
@pytest.mark.parametrize("argument", MISUSES)
def test_whatever_is_not_known_to_be_harmless_is_refused(start, argument):
    with pytest.raises(ToolkitError, match=r"is not accepted: notebooks of patients stay on this computer.*Accepted"):
        start("sample", more=("--no-browser", argument))


def test_the_refusal_does_not_repeat_the_value():
    with pytest.raises(ToolkitError) as refusal:
        start_lab("sample", more=("--IdentityProvider.token=secret",))
    assert "secret" not in str(refusal.value)


def test_a_session_has_a_fresh_token_and_nothing_that_could_weaken_it(monkeypatch):
    """Whatever the surroundings say of tokens, passwords or places for kernels is not handed on."""
    weak = ("JUPYTER_TOKEN", "JUPYTER_TOKEN_FILE", "JUPYTER_GATEWAY_URL", "JUPYTER_CONFIG_PATH",
            "JUPYTER_SERVER_ALLOW_UNAUTHENTICATED_ACCESS", "JUPYTER_ALLOW_INSECURE_WRITES")  # fmt: skip
    for name in weak:
        monkeypatch.setenv(name, "weak")
    one, two = session("sample"), session("sample")
    assert one["JUPYTER_TOKEN"] != two["JUPYTER_TOKEN"] and len(one["JUPYTER_TOKEN"]) == 48
    assert "weak" not in one.values()
    assert (one["JUPYTER_NO_CONFIG"], one["BACKCARE_CLINIC"]) == ("1", "sample")


def test_no_key_typed_in_a_form_is_taken_for_one_of_the_notebooks_commands():
    """In a list of a form JupyterLab would take D D for "delete this cell" and 0 0 for "restart", as in p005 and p008.

    Each such key of the installed JupyterLab is switched off where it is, and on again outside of forms.
    """
    from jupyterlab.commands import get_app_dir

    stored = [json.loads(path.read_text("utf-8")) for path in Path(get_app_dir(), "schemas").rglob("*.json")]
    keys = [key for schema in stored for key in schema.get("jupyter.lab.shortcuts", []) if any(key["keys"])]
    taken = {(*key["keys"], key["command"], key["selector"]) for key in keys if key["selector"].endswith(WIDE)}
    ours = json.loads((SETTINGS / "overrides.json").read_text("utf-8"))["@jupyterlab/shortcuts-extension:shortcuts"]
    off = {(*key["keys"], key["command"], key["selector"]) for key in ours["shortcuts"] if key.get("disabled")}
    on = {(*key["keys"], key["command"], key["selector"]) for key in ours["shortcuts"] if not key.get("disabled")}
    assert len(taken) > 30 and taken <= off
    assert on == {(*rest, f"{selector}:not(.backcare-form *)") for *rest, selector in off}
    assert f"--LabApp.app_settings_dir={SETTINGS}" in lab_command(notebooks_folder())


def test_without_notebooks_the_command_says_where_to_run_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("toolkit.serving.start.__file__", str(tmp_path / "toolkit/serving/start.py"))
    with pytest.raises(ToolkitError, match="run this in the folder of Backcare's checkout"):
        notebooks_folder()


def test_without_its_extra_the_app_says_which_command_brings_it(tmp_path):
    hide = "import importlib.util as u; seen = u.find_spec\n"
    hide += "u.find_spec = lambda n, *a: None if n == 'voila' else seen(n, *a)"
    code = f"{hide}\nfrom toolkit.cli import main; import sys; sys.argv = ['backcare', 'app']; main()"
    home = os.environ | {"BACKCARE_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=home)
    assert (done.returncode, done.stderr.strip()) == (1, "The app needs Voilà: pip install 'backcare[app]'.")


def test_every_notebook_has_a_title_and_a_line_in_the_list_of_pages():
    pages = pages_in(notebooks_folder())
    assert pages["01_plan_regimen.ipynb"] == ("Plan a regimen", LINES["01_plan_regimen"])
    assert not [name for name, (title, line) in pages.items() if not title or not line]


@pytest.mark.parametrize("path", sorted(notebooks_folder().glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_page_does_not_speak_of_running_cells(path):
    """What a notebook says of Run > Run All Cells stands in one form that `for_a_page` knows."""
    import nbformat

    page = for_a_page(nbformat.read(path, as_version=4))
    words = [cell.source for cell in page.cells if cell.cell_type == "markdown"]
    assert not [text for text in words if "Run All" in text]
    assert (
        page.metadata.title == f"{json.loads(path.read_text())['cells'][0]['source'][0].strip('# ').strip()} - Backcare"
    )


def test_a_page_begins_its_sentence_with_a_capital():
    import nbformat

    cell = nbformat.v4.new_markdown_cell(
        "# Plan\n\nRun everything with **Run > Run All Cells**. Then fill in the form."
    )
    page = for_a_page(nbformat.v4.new_notebook(cells=[cell]))
    assert page.cells[0].source == "# Plan\n\nFill in the form."
