"""Both exports made and saved in JupyterLab: one zip each, told apart at a glance, nobody in the one that is shared."""

import io
import zipfile

import pytest
from in_browser import press, said, shoot_form, shown
from ward import DAYS, filled_store, sessions
from ward import said as wrote

pytestmark = pytest.mark.browser

NOTE = "call Gerda Quastenhuber on 0170 1234567"


@pytest.fixture(scope="module")
def caseload(lab):
    rows = [*sessions("x-gerda", range(DAYS)), wrote("x-gerda", NOTE, pain=3)]
    store = filled_store(lab.folder, ["x-gerda"], rows)
    yield store
    store.close()


def saved(page, form, name):
    """Press the link that saves and return the files of the zip."""
    with page.expect_download(timeout=60_000) as file:
        form.get_by_role("link").click(timeout=60_000)
    assert file.value.suggested_filename.startswith(f"{name}-")
    with zipfile.ZipFile(io.BytesIO(file.value.path().read_bytes())) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def test_both_exports_are_made_and_saved(page, run_all, caseload):
    from axe_playwright_python.sync_playwright import Axe

    run_all("04_review_caseload.ipynb")
    form = page.locator(".backcare-export")
    form.wait_for(timeout=90_000)
    press(form, "Make the clinical export")
    said(form, "The clinical export is made: pseudonymous, still personal health data")
    assert NOTE.encode() in saved(page, form, "clinical")["backcare-clinical/log.csv"]
    press(form, "Make the shared export")
    said(form, "The shared export is made: de-identified by rule; check before you publish")
    shown(form, "Removed: log note; pauses reason - free text may hold any of the 18 kinds")
    shoot_form(page, form, "export.png")
    files = saved(page, form, "shared")
    assert not [name for name, data in files.items() for word in (b"x-gerda", b"Quastenhuber", b"0170") if word in data]
    found = Axe().run(page, context=".backcare-export").response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    assert page.outside == []
