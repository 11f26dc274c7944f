"""The diary page in a browser: the timer, what is written down, kept, sent and taken over."""

import json
import random
import re
from datetime import date, time, timedelta

import pytest
from phone import SIZE, file_of, phone, written
from take_homes import ALL_FOUR, home, row

from toolkit.documents.diary_page import told
from toolkit.errors import RegimenError
from toolkit.plan.regimen import Pause
from toolkit.plan.schedule import session_id, sessions_on
from toolkit.schema import WEEKDAYS

pytestmark = pytest.mark.browser

HAMSTRING = "2026-03-02.hamstring-stretch"
FORBIDDEN = "void (Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') })"
NO_STORAGE = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
)


def page_of(tmp_path, *rows, name="own.html", **changes):
    return written(tmp_path, home(*rows, **changes), name)


# the timer


def test_a_count_down_is_right_after_the_phone_has_slept_in_it(browser, four):
    with phone(browser, four) as one:
        one.begin("hamstring_stretch")
        one.tap("start_left")
        one.pass_seconds(5.2)
        assert digits(one) == "30"
        one.sleep(12)
        one.pass_seconds(0.2)
        assert digits(one) == "18"


def test_a_hold_that_ended_while_the_phone_slept_counts_with_the_least_and_waits_for_a_tap(browser, four):
    with phone(browser, four) as one:
        one.begin("knee_to_chest")  # 3 times, 15 to 30 seconds
        one.tap("start_left")
        one.pass_seconds(8)
        one.sleep(600)
        one.pass_seconds(60)
        assert one.say("slept") in one.text()
        assert digits(one) == "1"
        one.tap("finish")
        assert [one.page.locator(f"#{name}-left").input_value() for name in ("sets", "reps", "hold_s")] == [
            "1",
            "1",
            "15",
        ]


def test_a_phone_that_slept_before_the_hold_counts_nothing(browser, four):
    with phone(browser, four) as one:
        one.begin("hamstring_stretch")
        one.tap("start_left")
        one.sleep(300)
        one.pass_seconds(1)
        assert (digits(one), one.say("slept") in one.text()) == ("0", True)


def test_the_least_of_a_range_is_told_and_the_count_goes_on_to_the_most(browser, four):
    with phone(browser, four) as one:
        one.begin("knee_to_chest")
        one.tap("start_left")
        one.pass_seconds(6.5)
        assert (digits(one), one.say("may_stop") in one.text()) == ("14", False)
        one.pass_seconds(15)
        assert (digits(one), one.say("may_stop") in one.text()) == ("14", True)
        one.pass_seconds(15)
        assert one.say("get_ready") in one.text()


def test_going_back_pauses_and_keeps_what_was_counted(browser, four):
    with phone(browser, four) as one:
        one.begin("hamstring_stretch")
        one.tap("start_left")
        one.pass_seconds(50)
        one.page.go_back()
        one.pass_seconds(600)
        one.tap("go_on")
        assert (digits(one), one.say("paused") in one.text()) == ("1", True)
        assert one.entries() == {}


def test_what_was_counted_outlives_a_page_that_is_loaded_anew(browser, four):
    with phone(browser, four) as one:
        one.begin("hamstring_stretch")
        one.tap("start_left")
        one.pass_seconds(50)
        one.page.reload()
        one.choose("hamstring_stretch")
        one.tap("go_on")
        assert (digits(one), one.say("paused") in one.text()) == ("1", True)
        one.tap("finish")
        one.answer()
        held = one.entries()[f"{HAMSTRING}.left.1"]
        assert (held["sets"], held["reps"], held["hold_s"]) == (1, 1, 30)
        assert held["performed_at"].startswith("2026-03-02T07:00")
        assert one.page.evaluate("localStorage.getItem(`${PLACE}.run`)") == "{}"


def test_a_pull_from_the_top_does_not_load_the_page_anew(browser, four):
    with phone(browser, four) as one:
        for place in ("html", "body"):
            assert one.page.locator(place).evaluate("one => getComputedStyle(one).overscrollBehaviorY") == "none"


def test_a_run_of_another_day_and_a_run_that_cannot_be_read_are_dropped(browser, four):
    with phone(browser, four) as one:
        one.begin("hamstring_stretch")
        one.tap("start_left")
        one.pass_seconds(50)
        one.wait_until("2026-03-03T09:00:00")
        one.page.reload()
        assert one.page.evaluate("runs.size") == 0
        one.read_box()
        one.begin("hamstring_stretch")
        one.tap("start_left")
        one.pass_seconds(50)
        good = one.page.evaluate("localStorage.getItem(`${PLACE}.run`)")
        assert runs_after(one, good) == 1
        for found, damage in (("{", ""), ("[[30]]", '[["<b>"]]'), ("[[30]]", "[[-1]]"), ('"side":0', '"side":2'),
                              ('"reps":2', '"reps":3'), (good, "null"), (good, "[1]")):  # fmt: skip
            assert found in good
            assert (damage, runs_after(one, good.replace(found, damage))) == (damage, 0)


def runs_after(one, text):
    """Return how many runs the page finds again where this text was kept."""
    one.page.evaluate("text => localStorage.setItem(`${PLACE}.run`, text)", text)
    one.page.reload()
    return one.page.evaluate("runs.size")


def test_more_than_asked_can_be_counted_and_sets_that_differ_give_their_mean(browser, tmp_path):
    curls = row("abdominal_stability", hold_s_min=None, hold_s_max=None, reps_min=3, reps_max=3)
    with phone(browser, page_of(tmp_path, curls)) as one:
        one.begin("abdominal_stability")
        one.tap("start")
        one.count(3)
        one.tap("one_more")
        one.count(1)
        one.tap("next_set", n=2)
        one.count(1)
        one.tap("finish")
        one.answer()
        held = one.entries()["2026-03-02.abdominal-stability.none.1"]
        assert (held["sets"], held["reps"], "hold_s" in held) == (2, 2.5, False)


def test_a_second_tap_of_a_shaky_finger_does_not_count(browser, four):
    with phone(browser, four) as one:
        one.begin("abdominal_stability")
        one.tap("to_count")
        one.pass_seconds(1)
        one.tap("start")
        one.pass_seconds(1)
        one.page.evaluate(
            "() => { for (let tap = 0; tap < 2; tap += 1) document.querySelector('main > .big').click() }"
        )
        assert digits(one) == "1"


def test_a_tap_on_what_the_clock_has_taken_off_the_screen_counts_nothing(browser, four):
    with phone(browser, four) as one:
        one.begin("knee_to_chest")
        one.tap("start_left")
        one.pass_seconds(10)
        one.page.evaluate("() => { window.late = document.querySelector('main > .big') }")
        one.page.clock.set_fixed_time("2026-03-02T16:00:00Z")  # asleep for most of an hour, woken by the tap itself
        one.page.evaluate("late.click()")
        assert (digits(one), one.say("slept") in one.text()) == ("1", True)


def test_a_screen_reader_hears_milestones_and_not_each_second(browser, four):
    with phone(browser, four) as one:
        one.page.evaluate("""() => {
            window.heard = [];
            new MutationObserver(() => heard.push(live.textContent)).observe(live, { childList: true });
        }""")
        one.begin("knee_to_chest")
        one.tap("start_left")
        one.pass_seconds(38)
        heard = one.page.evaluate("heard")
        assert heard == [
            "Left leg · Get ready", "Hold. · 1 of 3", "You may stop now, or hold on.", "Counted: 1 time",
        ]  # fmt: skip


def test_the_beep_can_be_switched_off_and_stays_off(browser, four):
    with phone(browser, four) as one:
        one.page.evaluate("""() => {
            window.beeps = 0;
            const make = AudioContext.prototype.createOscillator;
            AudioContext.prototype.createOscillator = function () { beeps += 1; return make.call(this); };
        }""")
        one.begin("hamstring_stretch")
        one.tap("start_left")
        one.pass_seconds(6)
        assert one.page.evaluate("beeps") == 1
        one.tap("sound_on")
        one.pass_seconds(70)
        assert one.page.evaluate("beeps") == 1
        one.page.reload()
        one.begin("hamstring_stretch")
        assert one.page.get_by_role("button", name=one.say("sound_off")).get_attribute("aria-pressed") == "false"


def test_the_count_down_can_be_read_from_the_floor(browser, four):
    with phone(browser, four) as one:
        one.begin("hamstring_stretch")
        one.tap("start_left")
        one.pass_seconds(10)
        assert one.page.locator(".digits").bounding_box()["height"] >= 130  # of 740: a fifth of the screen's height
        box = one.page.locator("main > .big").bounding_box()
        assert box["y"] + box["height"] <= SIZE["height"], "the control is on the screen as well"


def digits(one):
    return one.page.locator(".digits").text_content()


# what is written down


def test_nothing_is_logged_without_a_tap_and_nothing_that_was_not_counted(browser, four):
    with phone(browser, four) as one:
        one.begin("hamstring_stretch")
        one.tap("start_left")
        one.pass_seconds(75)
        assert one.entries() == {}
        one.tap("back")
        one.quick("knee_to_chest")
        left = one.entries()["2026-03-02.knee-to-chest.left.1"]
        assert left["status"] == "done"
        assert not left.keys() & {"sets", "reps", "hold_s", "pain", "note"}


def test_a_blank_is_not_recorded_and_a_nought_is_none(browser, four):
    with phone(browser, four) as one:
        one.quick("knee_to_chest", numbers={"sets-left": "1", "reps-left": "2,5", "reps-right": "0"})
        left, right = (one.entries()[f"2026-03-02.knee-to-chest.{side}.1"] for side in ("left", "right"))
        assert (left["sets"], left["reps"], "hold_s" in left) == (1, 2.5, False)
        assert (right["reps"], "sets" in right) == (0, False)


WRONG = [("sets", "1.5"), ("sets", "51"), ("reps", "-1"), ("reps", "201"), ("reps", "1e2"), ("hold_s", "30s"),
         ("hold_s", "601")]  # fmt: skip


def test_a_wrong_number_is_told_beside_its_field_and_nothing_is_saved(browser, four):
    with phone(browser, four) as one:
        one.choose("hamstring_stretch")
        one.tap("diary.done", about="Hamstring stretch")
        one.pass_seconds(1)
        for field, text in WRONG:
            one.page.locator(f"#{field}-left").fill(text)
            one.tap("save")
            assert one.page.locator(f"#{field}-left-wrong").is_visible()
            assert one.page.evaluate("document.activeElement.id") == f"{field}-left"
            one.page.locator(f"#{field}-left").fill("")
        assert one.entries() == {}


def test_pain_is_never_set_beforehand_stands_once_and_goes_to_the_last_side_that_was_done(browser, four):
    with phone(browser, four) as one:
        one.choose("hamstring_stretch")
        one.tap("diary.done", about="Hamstring stretch")
        assert one.page.locator("[name=pain]:checked").count() == 0
        one.answer(pain=0)
        assert [key for key, entry in one.entries().items() if "pain" in entry] == [f"{HAMSTRING}.right.1"]
        one.choose("knee_to_chest")
        one.tap("diary.done", about="Knee-to-chest stretch")
        one.pass_seconds(1)
        one.page.locator("[name=pain][value='5']").check()
        one.tap("pain_blank")
        one.tap("save")
        assert sum("pain" in entry for entry in one.entries().values()) == 1


def test_it_hurt_shows_the_box_at_once_and_no_advice_of_the_pages_own(browser, four):
    with phone(browser, four) as one:
        one.choose("hamstring_stretch")
        one.tap("diary.not_done", about="Hamstring stretch")
        one.pass_seconds(1)
        assert one.page.locator(".box").count() == 0
        one.page.locator("[name=reason]").first.check()
        told = one.page.locator(".box").inner_text()
        assert one.say("box.worse") in told
        assert one.say("box.no_answer") in told
        one.answer(note="left side pulled")
        assert one.entries()[f"{HAMSTRING}.left.1"]["note"] == "It hurt. left side pulled"
        assert "note" not in one.entries()[f"{HAMSTRING}.right.1"]


def test_sessions_beyond_those_asked_get_the_next_number(browser, four):
    with phone(browser, four) as one:
        for _ in range(3):
            one.quick("hamstring_stretch")
        assert [key for key in one.entries() if "left" in key] == [f"{HAMSTRING}.left.{n}" for n in (1, 2, 3)]


def test_only_the_side_that_is_asked_is_asked(browser, tmp_path):
    with phone(browser, page_of(tmp_path, row("psoas_stretch", side="right"))) as one:
        one.begin("psoas_stretch")
        one.tap("start_right")
        one.pass_seconds(75)
        one.tap("check")
        assert one.page.locator("fieldset").count() == 2  # the side, and pain
        one.answer()
        assert list(one.entries()) == ["2026-03-02.psoas-stretch.right.1"]


def test_an_action_is_undone_a_correction_too(browser, four):
    with phone(browser, four) as one:
        one.quick("hamstring_stretch")
        one.tap("undo")
        assert one.entries() == {}
        one.quick("hamstring_stretch", note="first")
        one.open_day(2)
        one.page.get_by_role("button", name="Correct: Hamstring stretch, left leg").click()
        one.answer(note="second")
        assert one.entries()[f"{HAMSTRING}.left.1"]["note"] == "second"
        one.tap("undo")
        assert one.entries()[f"{HAMSTRING}.left.1"]["note"] == "first"
        one.page.get_by_role("button", name="Take back: Hamstring stretch, left leg").click()
        assert list(one.entries()) == [f"{HAMSTRING}.right.1"]
        one.pass_seconds(1)
        one.tap("undo")
        assert one.entries()[f"{HAMSTRING}.left.1"]["note"] == "first"


def test_the_second_tap_of_a_double_tap_on_save_does_not_undo_it(browser, four):
    with phone(browser, four) as one:
        one.wait_until("2026-03-02T07:10:00")  # from here on the clock stands still between taps
        one.choose("hamstring_stretch")
        one.tap("diary.done", about="Hamstring stretch")
        one.pass_seconds(1)
        one.tap("save")
        one.page.locator("#screens").wait_for()
        one.pass_seconds(0.15)
        one.tap("undo")
        assert list(one.entries()) == [f"{HAMSTRING}.left.1", f"{HAMSTRING}.right.1"]
        one.pass_seconds(0.6)
        one.tap("undo")
        assert one.entries() == {}


def test_the_second_tap_of_a_double_tap_on_correct_or_take_back_presses_nothing(browser, four):
    with phone(browser, four) as one:
        one.wait_until("2026-03-02T07:10:00")
        one.quick("hamstring_stretch")
        one.open_day(2)
        one.page.get_by_role("button", name="Correct: Hamstring stretch, left leg").click()
        one.page.locator("[name=status-left][value=not_done]").dispatch_event("click")
        assert one.page.locator("[name=status-left]:checked").input_value() == "done"
        one.pass_seconds(1)
        one.tap("cancel")
        one.page.get_by_role("button", name="Take back: Hamstring stretch, left leg").click()
        one.page.get_by_role("button", name="Take back: Hamstring stretch, right leg").click()
        assert list(one.entries()) == [f"{HAMSTRING}.right.1"]


def test_save_can_be_pressed_once_and_goes_back_once(browser, four):
    with phone(browser, four) as one:
        one.quick("hamstring_stretch")
        one.open_day(2)
        one.page.get_by_role("button", name="Correct: Hamstring stretch, left leg").click()
        one.pass_seconds(1)
        again = one.page.evaluate("""() => {
            const save = [...document.querySelectorAll("main > .big")].at(-1);
            save.click();
            const isOff = save.disabled;
            save.click();
            return isOff;
        }""")
        assert again is True
        one.page.locator(".entries").wait_for()
        one.pass_seconds(1)
        assert one.page.locator("h1").inner_text() == "Monday, 2 March 2026"


def test_what_a_file_has_carried_can_be_corrected_but_not_taken_back(browser, four, sent):
    with phone(browser, four) as one:
        one.quick("hamstring_stretch", pain=2)
        before = file_of(one.export(sent))["entries"]
        assert one.say("new_since", n=0) in one.text()
        one.page.clock.set_fixed_time("2026-03-02T12:00:00Z")  # clocks put back in between
        one.open_day(2)
        assert one.page.get_by_role("button", name=re.compile(one.say("take_back"))).count() == 0
        assert one.say("sent_already") in one.text()
        one.page.get_by_role("button", name="Correct: Hamstring stretch, right leg").click()
        one.answer(pain=5)
        after = file_of(one.export(sent))["entries"]
        assert [entry["entry_id"] for entry in after] == [entry["entry_id"] for entry in before]
        assert (after[0], after[1]["pain"], after[1]["performed_at"]) == (before[0], 5, before[1]["performed_at"])
        assert after[1]["logged_at"] > before[1]["logged_at"]


# days


def test_a_session_that_was_begun_before_the_day_ended_belongs_to_it(browser, four):
    with phone(browser, four, "2026-03-03T02:55:00") as one:
        one.choose("hamstring_stretch")
        one.tap("diary.done", about="Hamstring stretch")
        one.wait_until("2026-03-03T03:10:00")
        one.answer()
        held = one.entries()[f"{HAMSTRING}.left.1"]
        assert held["performed_at"].startswith("2026-03-03T02:55")
        assert "Tuesday, 3 March 2026" in one.text()


@pytest.mark.parametrize(("at", "told"), [
    ("2026-03-01T12:00:00", "Your plan starts on 2 March 2026."),
    ("2026-03-10T12:00:00", "No exercise from 10 March 2026 to 11 March 2026."),
    ("2026-03-12T12:00:00", "Your clinic has stopped these exercises from 12 March 2026 to 12 March 2026."),
    ("2026-03-13T12:00:00", "Psoas stretch: Do not do this exercise from 13 March 2026 to 14 March 2026."),
    ("2026-03-15T12:00:00", "No exercise is planned for today."),
    ("2026-03-30T12:00:00", "Your plan ended on 29 March 2026. Bring this diary to your clinic, or send it."),
])  # fmt: skip
def test_a_day_that_asks_for_nothing_says_why(browser, tmp_path, at, told):
    stretch = row("psoas_stretch", weekdays=("mon", "tue", "wed", "thu", "fri", "sat"))
    pauses = (
        Pause(first_day=date(2026, 3, 10), last_day=date(2026, 3, 11), reason="private"),
        Pause(first_day=date(2026, 3, 12), last_day=date(2026, 3, 12), reason="medical_hold"),
        Pause(exercise="psoas_stretch", first_day=date(2026, 3, 13), last_day=date(2026, 3, 14)),
    )
    with phone(browser, page_of(tmp_path, stretch, pauses=pauses), at) as one:
        assert told in one.text()
        assert one.page.get_by_role("button", name="Start", exact=True).count() == 0


def test_days_the_patient_chooses_say_how_many_of_the_week_are_done(browser, tmp_path):
    with phone(browser, page_of(tmp_path, row("psoas_stretch", days_per_week=3)), "2026-03-04T12:00:00") as one:
        assert "You choose the days." in one.text()
        assert "This week, 2 March to 8 March: done on 0 of 3 days." in one.text()
        one.quick("psoas_stretch")
        one.choose("psoas_stretch")
        assert "done on 1 of 3 days." in one.text()
        assert one.say("all_written") in one.text()
        for at in ("2026-03-05T12:00:00", "2026-03-06T12:00:00"):
            one.wait_until(at)
            one.read_box()
            one.quick("psoas_stretch")
        one.wait_until("2026-03-07T12:00:00")
        one.read_box()
        assert one.say("all_written") in one.text(), "3 of 3 days are done"


def test_the_weeks_of_a_quota_are_counted_from_the_first_revisions_first_day(browser, tmp_path):
    taken = home(row("psoas_stretch", days_per_week=3))
    assert told(taken, time(3))["weeks_from"] == "2026-03-02"
    with phone(browser, written(tmp_path, taken), "2026-03-04T12:00:00") as one:
        assert "This week, 2 March to 8 March: done on 0 of 3 days." in one.text()
        one.page.evaluate("TOLD.weeks_from = '2026-02-19'; redraw()")  # a Thursday; this revision begins on a Monday
        assert "This week, 26 February to 4 March: done on 0 of 3 days." in one.text()


def test_a_leg_with_a_weekly_quota_of_its_own_is_not_met_by_the_other_leg(browser, tmp_path):
    legs = (row("psoas_stretch", side="left", days_per_week=1), row("psoas_stretch", side="right", days_per_week=1))
    with phone(browser, page_of(tmp_path, *legs), "2026-03-02T12:00:00") as one:
        one.quick("psoas_stretch")  # the card that is not open: the right leg
        one.wait_until("2026-03-03T12:00:00")
        one.read_box()
        assert one.say("all_written") not in one.text()
        assert weeks_told(one, ("left", "right")) == ["done on 0 of 1 days.", "done on 1 of 1 days."]


def weeks_told(one, sides):
    """Return what the card of each side says of the week."""
    told = one.page.evaluate("sides => sides.map((s) => quotaWords(TOLD.rows.find((r) => r.side === s), today())"
                             ".map((line) => line.textContent).join(' '))", sides)  # fmt: skip
    return [text[text.index("done on") :] for text in told]


def test_a_day_of_the_weekly_quota_counts_when_both_legs_were_done_on_it(browser, tmp_path):
    with phone(browser, page_of(tmp_path, row("psoas_stretch", days_per_week=1)), "2026-03-02T12:00:00") as one:
        one.quick("psoas_stretch", sides={"right": "not_done"})
        assert weeks_told(one, ("both",)) == ["done on 0 of 1 days."]
        one.wait_until("2026-03-03T12:00:00")
        one.read_box()
        assert one.say("all_written") not in one.text()
        one.quick("psoas_stretch")
        assert weeks_told(one, ("both",)) == ["done on 1 of 1 days."]


def test_what_is_done_on_a_free_day_can_be_written_down(browser, tmp_path):
    with phone(browser, page_of(tmp_path, row("psoas_stretch", weekdays=("mon",))), "2026-03-03T12:00:00") as one:
        assert one.say("did_anyway") in one.text()
        one.quick("psoas_stretch")
        assert list(one.entries()) == [f"2026-03-03.psoas-stretch.{side}.1" for side in ("left", "right")]


def test_a_past_day_that_the_patient_could_choose_is_not_called_unfilled(browser, tmp_path):
    plan = (row("psoas_stretch", days_per_week=3), row("knee_to_chest", weekdays=("mon", "wed")))
    with phone(browser, page_of(tmp_path, *plan), "2026-03-05T12:00:00") as one:
        one.open_day(3)
        assert one.say("state_not_scheduled") in one.text()
        assert one.say("open_sessions") not in one.text()
        assert headed(one, "may_write") == ["Psoas stretch, left leg, right leg"]
        one.tab("today")
        one.open_day(4)
        assert headed(one, "open_sessions") == ["Knee-to-chest stretch, left leg, right leg"]
        assert headed(one, "may_write") == ["Psoas stretch, left leg, right leg"]


def test_what_was_done_on_a_free_day_can_be_written_down_later(browser, tmp_path):
    plan = row("psoas_stretch", weekdays=("mon",), sessions_per_day=2)
    with phone(browser, page_of(tmp_path, plan), "2026-03-05T12:00:00") as one:
        one.open_day(3)
        assert one.say("open_sessions") not in one.text()
        assert headed(one, "did_anyway") == ["Psoas stretch, left leg, right leg"]
        one.tap("diary.done", about="Psoas stretch, left leg, right leg")
        one.answer()
        assert list(one.entries()) == [f"2026-03-03.psoas-stretch.{side}.1" for side in ("left", "right")]
        assert headed(one, "did_anyway") == ["Psoas stretch, left leg, right leg, Session 2"]


def headed(one, title):
    """Return what a day offers to write down under a heading."""
    section = one.page.get_by_role("region", name=one.say(title), exact=True)
    return section.get_by_role("heading", level=3).all_inner_texts()


def test_seven_days_can_be_filled_in_and_say_so_and_no_more(browser, four):
    with phone(browser, four, "2026-03-12T09:00:00") as one:
        one.open_day(4)
        assert one.say("too_long_ago") in one.text()
        assert one.page.get_by_role("button", name=re.compile("I did it")).count() == 0
        one.open_day(5)
        one.tap("diary.done", about="Hamstring stretch, left leg, right leg")
        assert one.say("later_note") in one.text()
        assert one.page.locator("[name=pain]").count() == 0, "pain right after it cannot be rated days later"
        one.answer()
        assert one.entries()["2026-03-05.hamstring-stretch.left.1"]["performed_at"] == "2026-03-05"
        assert one.say("filled_later") in one.text()


def test_the_box_stands_first_each_day_and_is_never_gone(browser, four):
    with phone(browser, four) as one:
        for at, first in (("2026-03-02T09:00:00", False), ("2026-03-03T09:00:00", True)):
            one.wait_until(at)
            box, due = (one.page.locator(place).bounding_box()["y"] for place in (".box", "#due"))
            assert (box < due) == first
            assert one.say("diary.not_watched") in one.text()
        assert one.page.evaluate("""() => [...document.querySelectorAll('.box *')].every((one) =>
            parseFloat(getComputedStyle(one).fontSize) >= parseFloat(getComputedStyle(document.body).fontSize))""")


def test_a_day_is_seen_by_mark_and_word(browser, four):
    with phone(browser, four, "2026-03-04T09:00:00") as one:
        one.quick("hamstring_stretch")
        one.tab("month")
        labels = one.page.locator(".days button").evaluate_all("all => all.map((one) => one.ariaLabel)")
        assert labels[:4] == [
            "Monday, 2 March 2026: nothing logged", "Tuesday, 3 March 2026: nothing logged",
            "Wednesday, 4 March 2026: done in part", "Thursday, 5 March 2026: not over yet",
        ]  # fmt: skip
        assert one.page.locator(".days button").nth(2).locator(".mark.partial").count() == 1
        assert "done in part" in one.page.locator(".legend").inner_text()


# what is kept


def test_an_entry_is_still_there_after_a_reload(browser, four):
    with phone(browser, four) as one:
        one.quick("hamstring_stretch", pain=1)
        before = one.entries()
        one.page.reload()
        assert one.entries() == before


@pytest.mark.parametrize("broken", [FORBIDDEN, NO_STORAGE], ids=["full", "forbidden"])
def test_a_browser_that_keeps_nothing_is_told_at_once_and_the_diary_can_be_saved(browser, four, sent, broken):
    with phone(browser, four) as one:
        one.page.add_init_script(broken)
        one.page.reload()
        assert one.say("not_kept") in one.text()
        if broken == NO_STORAGE:  # nor does it know that the box was read
            one.read_box()
        one.quick("hamstring_stretch")
        assert one.say("not_kept") in one.text()
        assert len(file_of(one.export(sent))["entries"]) == 2


def test_a_storage_that_fills_up_later_is_told_then_and_the_entry_is_not_lost(browser, four, sent):
    with phone(browser, four) as one:
        one.quick("hamstring_stretch")
        assert one.say("not_kept") not in one.text()
        one.page.evaluate(FORBIDDEN)
        one.quick("knee_to_chest")
        assert one.say("not_kept") in one.text()
        assert len(file_of(one.export(sent))["entries"]) == 4


def test_a_stored_diary_that_cannot_be_read_is_put_aside_and_told(browser, four):
    with phone(browser, four) as one:
        one.page.evaluate("localStorage.setItem(PLACE, '{damaged')")
        one.page.reload()
        assert one.say("unreadable") in one.text()
        kept = one.page.evaluate("Object.entries(localStorage).filter(([name]) => name.includes('.unread.'))")
        assert [text for _, text in kept] == ["{damaged"]


COUNTED_ASKING = """
    window.asked = 0;
    const persist = async () => { asked += 1; throw new TypeError("no"); };
    Object.defineProperty(navigator, "storage", { value: { persist } });
"""


def test_the_browser_is_asked_once_to_keep_the_diary_at_the_first_save(browser, four):
    with phone(browser, four) as one:
        one.page.add_init_script(COUNTED_ASKING)
        one.page.reload()
        assert one.page.evaluate("asked") == 0
        one.quick("hamstring_stretch")
        one.quick("knee_to_chest")
        assert one.page.evaluate("asked") == 1
        one.tab("send")
        assert "In a private window it is gone when you close the window." in one.text()


def test_a_browser_that_cannot_be_asked_to_keep_the_diary_saves_all_the_same(browser, four):
    with phone(browser, four) as one:
        one.page.add_init_script("Object.defineProperty(navigator, 'storage', { value: undefined })")
        one.page.reload()
        one.quick("hamstring_stretch")
        assert len(one.entries()) == 2


NO_COPY = """
    const setItem = Storage.prototype.setItem;
    Storage.prototype.setItem = function (name, text) {
        if (name.includes(".unread.")) throw new DOMException("full", "QuotaExceededError");
        setItem.call(this, name, text);
    };
"""


def test_a_stored_diary_that_cannot_be_read_stays_where_it_is_when_there_is_no_room_to_put_it_aside(
    browser, four, sent
):
    with phone(browser, four) as one:
        one.page.evaluate("localStorage.setItem(PLACE, '{damaged')")
        one.page.add_init_script(NO_COPY)
        one.page.reload()
        assert one.say("unreadable") in one.text()
        assert one.say("not_kept") in one.text()
        one.quick("hamstring_stretch")
        assert one.page.evaluate("localStorage.getItem(PLACE)") == "{damaged"
        assert len(file_of(one.export(sent))["entries"]) == 2


def test_two_tabs_lose_nothing(browser, four):
    with phone(browser, four) as one:
        other = one.page.context.new_page()
        other.goto(four.as_uri())
        one.quick("hamstring_stretch")
        other.evaluate("""() => {
            const row = TOLD.rows.find((one) => one.exercise === "knee_to_chest");
            goCheck({ row, day: today(), number: 1, sides: ["left"] }, "done");
            taps.ignoredUntil = 0;
        }""")
        other.get_by_role("button", name="Save", exact=True).click()
        one.page.wait_for_function("() => entriesOf(book()).length === 3")
        other.wait_for_function("() => entriesOf(book()).length === 3")
        one.page.reload()
        assert len(one.entries()) == 3


def test_tabs_that_wrote_over_each_other_find_both_entries_again(browser, four):
    """The writes of two tabs may cross: the storage then holds the later one, and the event brings the other back."""
    with phone(browser, four) as one:
        one.quick("hamstring_stretch")
        one.page.evaluate("""() => {
            const lone = JSON.stringify({ version: 1, patient_id: TOLD.patient_id, records: {}, saved_at: "" });
            localStorage.setItem(PLACE, lone);
            dispatchEvent(new StorageEvent("storage", { key: PLACE, newValue: lone }));
        }""")
        one.page.reload()
        assert len(one.entries()) == 2


# what is sent, and taken over


def test_the_file_names_nobody_and_its_page_says_when_it_was_saved(browser, four, sent):
    with phone(browser, four) as one:
        one.tab("send")
        assert one.say("never_sent") in one.text()
        assert one.say("nothing_to_send") in one.text()
        one.tab("today")
        one.quick("hamstring_stretch")
        path = one.export(sent)
        assert re.fullmatch(r"0-diary-r1-[0-9a-f]{12}\.json", path.name)
        assert re.search(r"Last file saved: 2 March 2026, 7:00.AM\.", one.text())
        one.tab("today")
        one.quick("knee_to_chest")
        one.tab("send")
        assert one.say("new_since", n=2) in one.text()


def test_the_page_does_not_claim_to_know_where_the_file_is(browser, four, sent):
    with phone(browser, four) as one:
        one.quick("hamstring_stretch")
        one.export(sent)
        assert one.page.locator("#saying").inner_text() == "If your phone asked, choose Save."


def test_an_old_phones_file_goes_into_a_new_phone_and_nothing_is_overwritten(browser, four, sent):
    with phone(browser, four) as old:
        old.quick("hamstring_stretch", note="on the old phone")
        path = old.export(sent)
        with phone(browser, four, "2026-03-03T09:00:00") as new:
            new.quick("knee_to_chest")
            assert new.take(path) == new.say("imported", n=2)
            assert new.take(path) == new.say("imported", n=0)
            assert len(new.entries()) == 4
            assert old.entries().items() <= new.entries().items()
            new.open_day(2)
            assert new.say("sent_already") in new.text()


def test_a_file_that_is_not_this_diary_is_refused_in_words_and_changes_nothing(browser, four, tmp_path, sent):
    with phone(browser, four) as one:
        one.quick("hamstring_stretch")
        good = file_of(one.export(sent))
        before = one.entries()
        for name, data, key in wrong_files(good):
            path = tmp_path / f"{name}.json"
            path.write_text(data, encoding="utf-8")
            assert (name, one.take(path)) == (name, one.say(key))
        assert one.entries() == before


def wrong_files(good):
    """Yield files that are no diary of this page: what is wrong, the text, the sentence."""
    yield "no json", "diary", "wrong_file"
    yield "half", json.dumps(good)[:-40], "wrong_file"
    yield "list", "[]", "wrong_file"
    yield "null", "null", "wrong_file"
    yield "kind", json.dumps(good | {"format": "other"}), "wrong_file"
    yield "version", json.dumps(good | {"version": 2}), "wrong_file"
    yield "patient", json.dumps(good | {"patient_id": "p-000000"}), "other_patient"
    other = good["entries"][0]["entry_id"].replace("d-", "d-0")[:14] + good["entries"][0]["entry_id"][14:]
    yield "plan", json.dumps(good | {"entries": [good["entries"][0] | {"entry_id": other}]}), "other_plan"
    yield "twice", json.dumps(good | {"entries": good["entries"] * 2}), "wrong_file"
    for field, value in WRONG_FIELDS:
        entry = good["entries"][0] | {field: value}
        yield f"{field} {value!r:.20}", json.dumps(good | {"entries": [entry]}), "wrong_file"


WRONG_FIELDS = [
    ("entry_id", "x"), ("entry_id", None), ("exercise", "psoas_stretch"), ("side", "right"), ("status", "maybe"),
    ("pain", 11), ("pain", 2.5), ("pain", "3"), ("pain", -1), ("sets", 1.5), ("reps", 1e-7), ("hold_s", True),
    ("note", " x"), ("note", "a" * 2001), ("note", 5), ("extra", "x"), ("", "x"),
    ("performed_at", "2026-03-03"), ("performed_at", "2026-02-30T10:00:00"), ("performed_at", "yesterday"),
    ("logged_at", "2026-03-02"), ("utc_offset_min", 9999), ("utc_offset_min", None),
]  # fmt: skip


def test_a_later_revision_goes_on_with_the_diary_that_was_begun(browser, tmp_path):
    first = page_of(tmp_path, row("psoas_stretch"), name="diary.html")
    with phone(browser, first) as one:
        one.quick("psoas_stretch")
        page_of(tmp_path, row("hamstring_stretch"), name="diary.html", revision=2)
        one.page.reload()
        assert list(one.entries()) == [f"2026-03-02.psoas-stretch.{side}.1" for side in ("left", "right")]
        one.open_day(2)
        assert "Psoas stretch, left leg" in one.text()


# the twin of the schedule


ASKED = """([told, days]) => {
    Object.assign(TOLD, told);
    return days.map((day) => sessionsOn(day).map(sessionId));
}"""


def random_plan(chance):
    first = date(2026, 1, 1) + timedelta(days=chance.randrange(300))
    rows = []
    for exercise in chance.sample(ALL_FOUR, chance.randint(1, 4)):
        begins = first + timedelta(days=chance.randrange(10))
        named = chance.random() < 0.5
        days = tuple(day for day in WEEKDAYS if chance.random() < 0.5) or ("sun",)
        often = {"weekdays": days} if named else {"days_per_week": chance.randint(1, 7)}
        side = "none" if exercise == "abdominal_stability" else chance.choice(("left", "right", "both"))
        ends = begins + timedelta(days=chance.randrange(20))
        rows.append(
            row(exercise, side=side, first_day=begins, last_day=ends, sessions_per_day=chance.randint(1, 3), **often)
        )
    pauses = [
        Pause(
            first_day=day, last_day=day + timedelta(days=chance.randrange(5)), exercise=chance.choice((None, *ALL_FOUR))
        )
        for day in (first + timedelta(days=chance.randrange(20)) for _ in range(chance.randrange(3)))
    ]
    plan = {"pauses": tuple(pauses), "regimen_id": f"r-{chance.randrange(10**6)}"}
    try:
        return home(*rows, **plan)
    except RegimenError:  # paused on all its days: no page is made of it
        return random_plan(chance)


def test_the_page_asks_for_exactly_the_sessions_of_the_schedule(browser, four):
    chance = random.Random(20260302)
    counted = 0
    with phone(browser, four) as one:
        for _ in range(200):
            taken = random_plan(chance)
            plan, page = taken.regimen, told(taken, time(3))
            days = [plan.first_day + timedelta(days=n) for n in range(-2, (plan.last_day - plan.first_day).days + 3)]
            some = {key: page[key] for key in ("key", "rows", "pauses")}
            asked = one.page.evaluate(ASKED, [some, list(map(str, days))])
            assert asked == [
                [session_id(plan.regimen_id, session) for session in sessions_on(plan, day)] for day in days
            ]
            counted += sum(map(len, asked))
    assert counted > 5_000
