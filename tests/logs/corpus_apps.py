"""Exports of Strong, Hevy and FitNotes: sets become sessions, or say why not."""

from logs.corpus_case import CRUNCH, FITNOTES, HEVY, STRONG, Case, fitnotes, hevy, lines, session, strong

REP, SET = CRUNCH | {"hold_of": "rep"}, CRUNCH | {"hold_of": "set"}
SEMICOLONS = (
    "Workout #;Date;Workout Name;Duration (sec);Exercise Name;Set Order;Weight (kg);Reps;RPE;Distance (meters);"
    "Seconds;Notes;Workout Notes"
)
AT = "2026-03-02 18:10"
BERLIN = CRUNCH | {"zone": "Europe/Berlin"}


def app(name, data, *kept, mapping=CRUNCH, **more):
    return Case(name, data, kept=kept, mapping=mapping, patient_id="p001", **more)


def strongs():
    yield app(
        "Strong: equal sets are one session",
        lines(STRONG, strong(1, 10, 0), strong(2, "10.0", "0.0"), strong(3, 10, 0)),
        session(2, sets=3, performed_at=AT),
    )
    yield app(
        "Strong: unequal sets keep the true total",
        lines(STRONG, strong(1, 10, 5), strong(2, 6, 10)),
        session(2, sets=2, reps=8, hold_s=6.875),
        mapping=REP,
        notices={"sets_averaged": 1},
    )
    yield app(
        "Strong: a hold without repetitions is one",
        lines(STRONG, strong(1, 0, 45), strong(2, "", 45)),
        session(2, sets=2, reps=1, hold_s=45),
    )
    yield app(
        "Strong: a hold of the whole set", lines(STRONG, strong(1, 10, 30)), session(2, reps=10, hold_s=3), mapping=SET
    )
    yield app(
        "Strong: seconds and repetitions, and nothing is said",
        lines(STRONG, strong(1, 10, 30), strong(2, 10, 0)),
        session(2, sets=None, reps=None),
        aside=((2, "hold_ambiguous"),),
        notices={"set_unreadable": 1},
    )
    rest = lines(STRONG, strong(1, 10, 0), strong("Rest Timer", "", 90), strong(2, 10, 0), strong("Rest Timer", 0, 90))
    yield app(
        "Strong: a rest is no set",
        rest,
        session(2, sets=2),
        aside=((3, "not_a_session"), (5, "not_a_session")),
        notices={"not_a_session": 2},
    )
    yield app(
        "Strong: a warm-up and a drop set count",
        lines(STRONG, strong("W", 10, 0), strong(1, 10, 0), strong("D", 10, 0)),
        session(2, sets=3),
        notices={"sets_marked": 2},
    )
    yield app(
        "Strong: a set that cannot be read",
        lines(STRONG, strong(1, 10, 0), strong(2, "10 reps", 0)),
        session(2, sets=None, reps=None),
        aside=((3, "number_format"),),
        notices={"set_unreadable": 1},
    )
    yield app(
        "Strong: an exercise to ignore",
        lines(STRONG, strong(1, 10, 0), strong(1, 8, 0, name="Curl")),
        session(2),
        aside=((3, "exercise_ignored"),),
        notices={"exercise_ignored": 1},
    )
    yield app(
        "Strong: no exercise",
        lines(STRONG, strong(1, 10, 0), strong(2, 10, 0, name="")),
        session(2),
        aside=((3, "exercise_missing"),),
    )
    yield app(
        "Strong: pain in a note",
        lines(STRONG, strong(1, 10, 0, notes="sore today"), strong(2, 10, 0)),
        session(2, sets=2, note="sore today"),
        notices={"text_may_hold_pain": 1},
    )
    yield app(
        "Strong: a time that was never shown",
        lines(STRONG, strong(1, 10, 0), strong(1, 10, 0, at="2026-03-29 02:30:00")),
        session(2),
        mapping=BERLIN,
        aside=((3, "time_nonexistent"),),
        trap="clocks and zones",
    )
    yield app(
        "Strong: a time that was shown twice",
        lines(STRONG, strong(1, 10, 0, at="2026-10-25 02:30:00")),
        session(2, performed_at="2026-10-25 02:30", utc_offset_min=None),
        mapping=BERLIN,
        notices={"time_ambiguous": 1},
    )
    yield app(
        "Strong: instants of UTC in the patient's zone",
        lines(STRONG, strong(1, 10, 0, at="2026-03-02T23:30:00Z")),
        session(2, performed_at="2026-03-03 00:30", utc_offset_min=60),
        mapping=BERLIN,
        trap="clocks and zones",
    )
    yield app(
        "Strong: a short row",
        lines(STRONG, strong(1, 10, 0), "2026-03-02,Evening"),
        session(2),
        aside=((3, "field_count"),),
    )
    halves = SEMICOLONS + "\n1;2026-03-02 18:10:00;Evening;1440;Crunch;1;0,0;10,5;;0,0;0,0;;\n"
    yield app(
        "Strong with semicolons and decimal commas",
        halves.encode(),
        session(2, reps=10.5),
        mark=";",
        trap="comma or point",
    )
    yield app(
        "Strong: two workouts of a day are two sessions",
        lines(STRONG, strong(1, 10, 0), strong(1, 12, 0, at="2026-03-02 20:00:00")),
        session(2, performed_at=AT),
        session(3, reps=12, performed_at="2026-03-02 20:00"),
    )

    for name in ("abdominal_stability", "knee_to_chest"):
        yield app(
            f"Strong: {name} as a name is asked like any other",
            lines(STRONG, strong(1, 10, 0, name=name)),
            mapping=None,
            asked=("names_to_map",),
        )
    long = lines(STRONG, strong(1, 10, 0), strong(1, 10, 0, at="2026-03-03 18:10:00", notes="x" * 2_001))
    yield app("Strong: a note of more than 2,000 letters", long, session(2, note=None), aside=((3, "out_of_range"),))


def others():
    kept = session(2, sets=2, performed_at="2025-06-30 19:56")
    yield app("Hevy: set 0 is the first", lines(HEVY, hevy(1, 10, ""), hevy(0, 10, "")), kept)
    yield app(
        "Hevy: German and Spanish months",
        lines(HEVY, hevy(0, 10, 0, at="2 M\u00e4rz 2026, 07:05"), hevy(0, 9, 0, at="3 ene 2026, 19:56")),
        session(2, performed_at="2026-03-02 07:05"),
        session(3, reps=9, performed_at="2026-01-03 19:56"),
    )
    yield app(
        "Hevy: months whose names are said",
        lines(HEVY, hevy(0, 10, 0, at="30 cze 2025, 19:56")),
        session(2, performed_at="2025-06-30 19:56"),
        mapping=CRUNCH | {"words": {"month": {"cze": "6"}}},
    )
    yield app(
        "Hevy: seconds and repetitions, and nothing is said",
        lines(HEVY, hevy(0, 10, 30), hevy(1, 10, 0)),
        session(2, sets=None, reps=None),
        aside=((2, "hold_ambiguous"),),
        notices={"set_unreadable": 1},
    )
    yield app(
        "Hevy: a warm-up and a failure count",
        lines(HEVY, hevy(0, 10, 0, kind="warmup"), hevy(1, 10, 0, kind="failure")),
        session(2, sets=2),
        notices={"sets_marked": 2},
    )
    yield app(
        "Hevy: unequal sets",
        lines(HEVY, hevy(0, 10, ""), hevy(1, 5, "")),
        session(2, sets=2, reps=7.5),
        notices={"sets_averaged": 1},
    )
    yield app(
        "Hevy: pain in a note",
        lines(HEVY, hevy(0, 10, 0, notes="hurts")),
        session(2, note="hurts"),
        notices={"text_may_hold_pain": 1},
    )
    yield app(
        "Hevy: an exercise to ignore",
        lines(HEVY, hevy(0, 10, 0), hevy(0, 10, 0, name="Curl")),
        session(2),
        aside=((3, "exercise_ignored"),),
        notices={"exercise_ignored": 1},
    )
    yield app(
        "Hevy: a drop set that cannot be read",
        lines(HEVY, hevy(0, 10, 0), hevy(1, "1_0", 0, kind="dropset")),
        session(2, sets=None, reps=None),
        aside=((3, "number_format"),),
        notices={"set_unreadable": 1, "sets_marked": 1},
    )
    dated = {"performed_at": "2026-03-02 12:00", "time_known": False}
    yield app(
        "FitNotes: equal rows are different sets",
        lines(FITNOTES, *[fitnotes(10, "0:00:00")] * 3),
        session(2, sets=3, **dated),
        notices={"date_only": 1},
    )
    yield app(
        "FitNotes: a time is a hold",
        lines(FITNOTES, fitnotes("", "0:01:30")),
        session(2, reps=1, hold_s=90, **dated),
        notices={"date_only": 1},
    )
    yield app(
        "FitNotes: seconds and repetitions, and nothing is said",
        lines(FITNOTES, fitnotes(10, "0:00:30"), fitnotes(10, "")),
        session(2, sets=None, reps=None),
        aside=((2, "hold_ambiguous"),),
        notices={"set_unreadable": 1, "date_only": 1},
    )
    yield app(
        "FitNotes: unequal sets",
        lines(FITNOTES, fitnotes(1, "0:00:30"), fitnotes(1, "0:01:00")),
        session(2, sets=2, reps=1, hold_s=45),
        notices={"sets_averaged": 1, "date_only": 1},
    )
    yield app(
        "FitNotes: pain in a comment, in Spanish",
        lines(FITNOTES, fitnotes(10, "", comment="dolor leve")),
        session(2, note="dolor leve"),
        notices={"text_may_hold_pain": 1, "date_only": 1},
    )
    hold = {"exercises": {"Plank 1:00": {"exercise": "abdominal_stability", "hold_s": 60}}}
    yield app(
        "FitNotes: a hold in the name",
        lines(FITNOTES, fitnotes("", "0:00:00", name="Plank 1:00")),
        session(2, reps=1, hold_s=60),
        mapping=hold,
        notices={"date_only": 1},
    )
    yield app(
        "FitNotes: a row without an exercise",
        lines(FITNOTES, fitnotes(10, ""), fitnotes(10, "", name="")),
        session(2),
        aside=((3, "exercise_missing"),),
        notices={"date_only": 1},
    )


def too_many():
    """More than fifty sets are no dose that our log takes: the session stays, its dose is unknown."""
    day = {"time_known": False, "performed_at": "2026-03-02 12:00"}
    rows = {
        "Strong": (lines(STRONG, *(strong(n, 10, 0) for n in range(1, 52))), {}, {}),
        "Hevy": (lines(HEVY, *(hevy(n, 10, "") for n in range(51))), {}, {}),
        "FitNotes": (lines(FITNOTES, *[fitnotes(10, "")] * 51), {"date_only": 1}, day),
    }
    for name, (data, told, more) in rows.items():
        entry = session(2, sets=None, reps=None, hold_s=None, **more)
        yield app(f"{name}: 51 sets", data, entry, notices={"sets_too_many": 1, **told})


def cases():
    yield from strongs()
    yield from others()
    yield from too_many()
