"""Texts that do harm where a page trusts them, in every place of the diary page: they stay text, and nothing runs."""

import json
import re

import pytest
from logs.hostile_strings import HOSTILE, SCRIPTS, nfc
from naughty import naughty_strings, with_naughty
from phone import phone, written
from screenings import clear_screening
from take_homes import OWN, home

from toolkit.logs.read import read_log
from toolkit.plan.screening import CautionAnswer, Decision

pytestmark = pytest.mark.browser

INJECTED = """async () => {
    const raw = "<img src='http://127.0.0.1:9/a.png'><img src=x onerror='window.fired=1'>";
    document.body.insertAdjacentHTML('beforeend', raw);
    const script = document.createElement('script');
    script.textContent = 'window.fired = 1';
    document.body.append(script);
    await fetch('http://127.0.0.1:9/b').catch(() => {});
}"""


@pytest.mark.parametrize("locked", [True, False], ids=["as it is", "control: without its policy"])
def test_a_script_or_a_request_that_was_injected_is_stopped(browser, four, tmp_path, locked):
    path = tmp_path / "page.html"
    text = four.read_text(encoding="utf-8")
    path.write_text(text if locked else re.sub("<meta http-equiv[^>]*>", "", text), encoding="utf-8")
    context = browser.new_context()
    page, asked = context.new_page(), []
    page.goto(path.as_uri())
    page.on("requestfailed", lambda seen: asked.append((seen.url, seen.failure)))
    page.evaluate(INJECTED)
    page.wait_for_timeout(100)
    reached = {url for url, failure in asked if url.startswith("http") and "csp" not in failure.lower()}
    assert (page.evaluate("window.fired ?? null"), len(reached)) == ((None, 0) if locked else (1, 2))
    context.close()


FIRE = [text.replace("alert(1)", "window.fired=1") for text in SCRIPTS if "alert(1)" in text]


def hostile_home(text):
    """A plan of a clinic with this text wherever a person may type one that a patient reads, and where none is read."""
    screening = clear_screening("<b>&quot;{0}</b>'")
    adapted = CautionAnswer(answer="yes", exercises={"hamstring_stretch": Decision(do="adapt", words=text)})
    cautions = screening.cautions | {"leg_pain": adapted}
    profile = OWN.model_copy(update={"name": text, "numbers": (text,), "emergency_number": text})
    return home(profile=profile, note=text, goal=text, patient_id="<b>&quot;{0}</b>'",
                screening=screening.model_copy(update={"cautions": cautions}))  # fmt: skip


def test_scripts_in_the_clinics_words_stay_text(browser, tmp_path):
    text = " ".join(FIRE)
    with phone(browser, written(tmp_path, hostile_home(text))) as one:
        assert one.page.locator(".box").text_content().count(text) == 3
        assert f"For you: {text}" in one.page.locator(".card.open").text_content()
        one.tab("send")
        assert "<b>&quot;{0}</b>'" in one.text()
        assert one.page.evaluate("window.fired ?? null") is None


# as the form does it, day by day and session by session
WRITE_THEM = """(notes) => notes.map((note, place) => {
    const day = addDays("2026-03-02", Math.floor(place / 99));
    const session = { day, exercise: "knee_to_chest", side: "left", number: place % 99 + 1 };
    const content = { status: "done", note: cleaned(JSON.parse(note)) };
    change((held) => [written(held, session, content, { began: new Date(), now: new Date() })]);
    return sessionId(session);
})"""
DAYS_SHOWN = """(days) => days.flatMap((day) => {
    go("day", { day });
    return [...document.querySelectorAll(".note")].map((one) => one.textContent);
})"""


def kept(browser, path, folder, notes):
    """Write these notes down, look at them on the page, and return them as they come back from the import."""
    with phone(browser, path, "2026-03-09T09:00:00") as one:
        ids = one.page.evaluate(WRITE_THEM, [json.dumps(note) for note in notes])
        shown = one.page.evaluate(DAYS_SHOWN, [f"2026-03-{day:02}" for day in range(2, 9)])
        assert one.page.evaluate("window.fired ?? null") is None
        found = read_log(one.export(folder))
    assert (found.questions, len(found.quarantine), len(found.log)) == ((), 0, len(notes))
    by_id = dict(zip(found.log["entry_id"], found.log["note"].fillna(""), strict=True))
    assert sorted(shown) == sorted(note for note in by_id.values() if note)
    return [bare(by_id[one]) for one in ids]


def bare(note):
    """Return a note in its one form: no half characters, no blanks at its ends, whatever a language takes for one."""
    return re.sub(r"^[\s\ufeff]+|[\s\ufeff]+$", "", nfc(re.sub("[\0\ud800-\udfff]", "", note)))


def test_every_hostile_note_stays_text_and_comes_back_from_the_import_unchanged(browser, four, sent):
    notes = [*HOSTILE, *FIRE, "half \ud83d here", "nought \0 here", "e\u0301", "a\nb", "\U0001f600"]
    assert kept(browser, four, sent, notes) == [bare(note) for note in notes]


@with_naughty
def test_every_naughty_string_stays_text_and_comes_back_from_the_import_unchanged(browser, four, sent):
    notes = naughty_strings()
    assert kept(browser, four, sent, notes) == [bare(note) for note in notes]


def test_a_note_that_is_typed_is_kept_as_it_is_typed(browser, four):
    with phone(browser, four) as one:
        one.quick("hamstring_stretch", note=FIRE[0])
        assert one.entries()["2026-03-02.hamstring-stretch.left.1"]["note"] == FIRE[0]
        one.open_day(2)
        assert FIRE[0] in one.text()
        one.page.get_by_role("button", name="Correct: Hamstring stretch, left leg").click()
        assert one.page.locator("#note").input_value() == FIRE[0]
        assert one.page.evaluate("window.fired ?? null") is None
