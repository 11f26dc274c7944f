"""A therapist imports logs in a real browser; nothing leaves the computer and no text of a file runs."""

import pytest
from in_browser import choose, fill, press, said, shoot_form, shown

from toolkit.logs.mapping import Mapping

pytestmark = pytest.mark.browser

ABROAD = (
    "Datum;Übung;Seite;Halten (s);Bemerkung\n"
    "03.04.2026;Knie zur Brust;links;22,5;gut\n"
    "04.04.2026;Knie zur Brust;;20;\n"
    "05.04.2026;Hamstring Curl;rechts;20;<img src=x onerror=window.fired=1>\n"
)
HEADER = ("Datum", "Übung", "Seite", "Halten (s)", "Bemerkung")


def importer(run_all):
    """Open the notebook and return the page and its form."""
    page = run_all("02_import_logs.ipynb")
    form = page.locator(".backcare-importer").first
    form.get_by_role("button", name="Read this file").wait_for(timeout=60_000)
    return page, form


def take(form, name, lab, content):
    """Drop a file into the folder of the notebook and have it read."""
    (lab.folder / "notebooks" / name).write_text(content, encoding="utf-8")
    press(form, "Look into the folder again")
    form.get_by_label("File in this folder", exact=True).locator(f'option:text-is("{name}")').wait_for(
        state="attached", timeout=20_000
    )
    choose(form, "File in this folder", name)
    press(form, "Read this file")


def test_an_ambiguous_file_is_asked_about_answered_and_imported_and_again_adds_nothing(run_all, store, lab):
    page, form = importer(run_all)
    take(form, "abroad.csv", lab, ABROAD)
    shown(form, "abroad.csv is a table, 4 rows; it asks something first.")
    shown(form, "03.04.2026: 3 April 2026 or 4 March 2026")
    shoot_form(page, form, "importer-asks.png")
    fill(form, "Patient (pseudonym)", "p-0077")
    choose(form, "Dates are written as", "day.month.year")
    press(form, "Ignore every name without an answer")
    press(form, "Use these answers")
    shown(form, "What became of its rows")
    form.get_by_role("cell", name="3 April 2026").wait_for(timeout=20_000)
    form.get_by_role("cell", name="side_missing").wait_for(timeout=20_000)
    assert len(store.log("p-0077")) == 0
    shoot_form(page, form, "importer-account.png")
    with page.expect_download() as coming:
        form.get_by_role("link", name="Download the rows set aside (CSV)").click()
    text = coming.value.path().read_text(encoding="utf-8-sig")
    assert coming.value.suggested_filename == "quarantine.csv"
    assert [line.split(",")[4] for line in text.splitlines()] == ["code", "side_missing"]
    fill(form, "Your name", "T. Berg")
    press(form, "Import")
    said(form, "Imported: 1 new")
    assert store.log("p-0077")["hold_s"].tolist() == [22.5]
    press(form, "Import")
    said(form, "Nothing was added: all 1 entries are held already.")
    kept = store.mappings.fitting(HEADER)
    assert isinstance(kept, Mapping)
    assert (kept.date, kept.decimal) == ("%d.%m.%Y", ",")
    assert page.outside == []


def test_no_text_of_a_file_runs_and_the_form_can_be_read_by_a_screen_reader(run_all, store, lab):
    from axe_playwright_python.sync_playwright import Axe

    page, form = importer(run_all)
    evil = "<img src=x onerror=window.fired=1>"
    take(form, "evil.csv", lab, f"Datum;Übung;{evil}\n2026-03-02;{evil};{evil}\n2026-03-03;Knie zur Brust;{evil}\n")
    shown(form, "evil.csv is a table, 3 rows; it asks something first.")
    found = Axe().run(page, context=".backcare-importer").response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    press(form, "Ignore every name without an answer")
    fill(form, "Patient (pseudonym)", "a@b.org")
    press(form, "Use these answers")
    shown(form, "patient_id: The identifier")
    fill(form, "Patient (pseudonym)", "p-0078")
    press(form, "Use these answers")
    shown(form, "What became of its rows")
    found = Axe().run(page, context=".backcare-importer").response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    shoot_form(page, form, "importer-evil.png")
    assert page.evaluate("window.fired") is None
    assert page.outside == []


def test_a_file_that_is_chosen_arrives(run_all, store, lab, tmp_path):
    page, form = importer(run_all)
    rows = "".join(f"p-0079,knee_to_chest,both,2026-03-{day:02},1,3\n" for day in range(1, 29)) * 700
    path = tmp_path / "long.csv"
    path.write_text("patient_id,exercise,side,performed_at,sets,reps\n" + rows, encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        form.get_by_role("button", name="or choose files (up to 40 MB)").click()
    chooser.value.set_files(path)
    shown(form, "long.csv is our own log file, 19601 rows.")
    fill(form, "Your name", "T. Berg")
    press(form, "Import")
    form.get_by_role("status").get_by_text("Imported: 19600 new").wait_for(timeout=60_000)
    assert page.outside == []
