"""A week lived on the diary page: what is imported from it is exactly what was done, and what was not."""

from datetime import date

import pytest
from phone import file_of, phone, written
from take_homes import home, row

from toolkit.logs.read import read_log
from toolkit.measures.cells import cell_table
from toolkit.plan.regimen import prescription_table
from toolkit.rules import Rules
from toolkit.store import Store

pytestmark = pytest.mark.browser

LAST = date(2026, 3, 15)
PLAN = (
    row("hamstring_stretch", sessions_per_day=2, last_day=LAST),
    row("knee_to_chest", days_per_week=3, last_day=LAST),
    row("abdominal_stability", weekdays=("mon", "wed", "fri"), hold_s_min=None, hold_s_max=None, last_day=LAST),
)
# exercise, side, day of March: sessions asked, done, dose in seconds or repetitions, whether it is known, state
LIVED = """
abdominal_stability none 2 1 1 10 True full
abdominal_stability none 3 0 0 0 True not_scheduled
abdominal_stability none 4 1 0 0 True unlogged
abdominal_stability none 5 0 0 0 True not_scheduled
abdominal_stability none 6 1 0 0 True known_zero
abdominal_stability none 7 0 0 0 True not_scheduled
abdominal_stability none 8 0 0 0 True not_scheduled
hamstring_stretch left 2 2 2 60 False full
hamstring_stretch left 3 2 1 0 False partial
hamstring_stretch left 4 2 0 0 True unlogged
hamstring_stretch left 5 2 1 0 False partial
hamstring_stretch left 6 2 0 0 True known_zero
hamstring_stretch left 7 2 2 90 True full
hamstring_stretch left 8 2 2 0 False full
hamstring_stretch right 2 2 2 60 False full
hamstring_stretch right 3 2 1 0 False partial
hamstring_stretch right 4 2 0 0 True unlogged
hamstring_stretch right 5 2 1 0 False partial
hamstring_stretch right 6 2 0 0 True known_zero
hamstring_stretch right 7 2 1 60 True partial
hamstring_stretch right 8 2 2 0 False full
knee_to_chest left 2 0 0 0 True not_scheduled
knee_to_chest left 3 0 0 0 True not_scheduled
knee_to_chest left 4 1 0 0 True unlogged
knee_to_chest left 5 0 0 0 True not_scheduled
knee_to_chest left 6 1 1 60 True full
knee_to_chest left 7 0 0 0 True not_scheduled
knee_to_chest left 8 1 0 0 True known_zero
knee_to_chest right 2 0 0 0 True not_scheduled
knee_to_chest right 3 0 0 0 True not_scheduled
knee_to_chest right 4 1 0 0 True unlogged
knee_to_chest right 5 0 0 0 True not_scheduled
knee_to_chest right 6 1 1 90 True full
knee_to_chest right 7 0 0 0 True not_scheduled
knee_to_chest right 8 1 0 0 True known_zero
"""


def live_a_week(one):
    """From Monday 2 March to Sunday 8 March, on which clocks in Denver are put forward at two in the morning."""
    one.begin("hamstring_stretch")  # Monday 07:00, all of it by the timer: 5 s to get ready, 30 s to hold, twice a side
    one.tap("start_left")
    one.pass_seconds(71)
    one.tap("start_right")
    one.pass_seconds(71)
    one.tap("check")
    one.answer(pain=3)
    one.begin("abdominal_stability")  # 10 of 2 times 10
    one.tap("start")
    one.count(10)
    one.tap("finish")
    one.answer(note="tired")
    one.wait_until("2026-03-02T19:00:00")
    one.quick("hamstring_stretch")
    one.wait_until("2026-03-04T00:40:00")  # still Tuesday
    one.read_box()
    one.quick("hamstring_stretch")
    one.quick("hamstring_stretch", "diary.not_done", reason=2)
    one.page.reload()
    one.wait_until("2026-03-06T08:00:00")  # nothing on Wednesday; Thursday is filled in on Friday
    one.read_box()
    one.tap("fill_yesterday")
    one.tap("diary.done", about="Hamstring stretch, left leg, right leg, Session 1 of 2")
    one.answer()
    one.tab("today")
    one.begin("knee_to_chest")  # stopped after 20 of 15 to 30 seconds on the left, held to the most on the right
    one.tap("start_left")
    for _ in range(3):
        one.pass_seconds(25.2)
        one.tap("stop_here")
    one.pass_seconds(1)
    one.tap("start_right")
    one.pass_seconds(106)
    one.tap("check")
    one.answer()
    one.page.reload()
    one.wait_until("2026-03-07T09:00:00")
    one.read_box()
    one.begin("hamstring_stretch")  # 1 time on the left, none on the right because it hurt
    one.tap("start_left")
    one.pass_seconds(36)
    one.tap("finish")
    one.answer(sides={"right": "not_done"}, reason=0, pain=6)
    one.wait_until("2026-03-08T01:30:00")  # still Saturday, half an hour before the clocks change
    one.begin("hamstring_stretch")
    one.tap("start_left")
    one.pass_seconds(71)
    one.tap("start_right")
    one.pass_seconds(71)
    one.tap("check")
    one.answer()
    one.wait_until("2026-03-08T03:30:00")
    one.read_box()
    one.quick("hamstring_stretch")
    one.wait_until("2026-03-08T20:00:00")
    one.quick("hamstring_stretch")
    one.wait_until("2026-03-09T08:00:00")
    one.read_box()


def table_of(plan, log):
    cells = cell_table(prescription_table([plan]), log, Rules(as_of=date(2026, 3, 8), day_start="03:00"))
    cells = cells[cells["day"] <= "2026-03-08"]
    shown = cells[["exercise", "side", "day", "expected", "performed", "dose_done", "dose_known", "state"]]
    return "\n".join(
        f"{exercise} {side} {day.day} {asked:g} {done:g} {dose:g} {known} {state}"
        for exercise, side, day, asked, done, dose, known, state in shown.itertuples(index=False)
    )


def test_a_week_on_the_page_becomes_the_week_that_was_lived(browser, tmp_path, monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    plan = home(*PLAN)
    store = Store(tmp_path / "clinic.sqlite")
    (tmp_path / "sent").mkdir()
    with phone(browser, written(tmp_path, plan)) as one:
        live_a_week(one)
        first = read_log(one.export(tmp_path / "sent"))
        assert (first.questions, len(first.quarantine), len(first.log)) == ((), 0, 21)
        assert table_of(plan.regimen, first.log) == LIVED.strip()
        assert str(store.add_import(first, by="Dr A")) == "21 new, 0 later versions of entries held, 0 held already"
        one.tab("today")
        one.quick("hamstring_stretch")
        one.open_day(6)
        one.page.get_by_role("button", name="Correct: Knee-to-chest stretch, left leg").click()
        one.answer(numbers={"hold_s-left": "25"})
        path = one.export(tmp_path / "sent")
    second = read_log(path)
    assert (second.questions, len(second.quarantine), len(second.log)) == ((), 0, 23)
    assert str(store.add_import(second, by="Dr A")) == "2 new, 1 later versions of entries held, 20 held already"
    assert str(store.add_import(second, by="Dr A")) == "0 new, 0 later versions of entries held, 23 held already"
    assert_times_are_the_patients(file_of(path)["entries"])
    store.close()


def assert_times_are_the_patients(entries):
    """A time is the wall clock's, with its offset; a day that is filled in later is the date alone."""
    told = {one["entry_id"].partition(".")[2]: one for one in entries}
    after_midnight = told["2026-03-03.hamstring-stretch.left.1"]
    assert (after_midnight["performed_at"], after_midnight["utc_offset_min"]) == ("2026-03-04T00:40:20", -420)
    summer = told["2026-03-08.hamstring-stretch.left.1"]
    assert (summer["performed_at"], summer["utc_offset_min"]) == ("2026-03-08T03:30:20", -360)
    later = told["2026-03-05.hamstring-stretch.right.1"]
    assert later["performed_at"] == "2026-03-05"
    assert "utc_offset_min" not in later
    assert later["logged_at"].startswith("2026-03-06T08:00")
    assert {key: one["note"] for key, one in told.items() if "note" in one} == {
        "2026-03-02.abdominal-stability.none.1": "tired",
        "2026-03-03.hamstring-stretch.left.2": "I forgot.",
        "2026-03-07.hamstring-stretch.right.1": "It hurt.",
    }
    assert {key: one["pain"] for key, one in told.items() if "pain" in one} == {
        "2026-03-02.hamstring-stretch.right.1": 3, "2026-03-07.hamstring-stretch.left.1": 6,
    }  # fmt: skip
