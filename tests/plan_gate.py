"""The truth table of the gate, as a clinician reads it: a change to a clear screening, and what it then allows.

Each row: what is told of it, the screening, the exercises prescribed, what a regimen may be, the place that is named.
The regimen is made final on 15 March 2026 for p001, 14 days after the screening; validity is 14 days.
"""

from datetime import timedelta

from screenings import ASKED_ON, answering, clear_screening, released

ON = ASKED_ON + timedelta(days=14)
ALL = ("hamstring_stretch", "knee_to_chest", "psoas_stretch", "abdominal_stability")
CLEAR = clear_screening()

# written out by hand, not read from the data: a question that is lost or no longer holds must be noticed
EMERGENCY = ("ce_numb", "ce_bladder", "ce_bowel", "ce_sex", "ce_legs")
OTHERS = ("fx_trauma", "fx_minor", "fx_shape", "ca_history", "ca_weight", "ca_night", "in_fever", "in_immune",
          "in_drugs", "in_recent", "in_surgery")  # fmt: skip
CONSIDERED = ("ca_age", "ca_month")
CAREFUL = {
    "osteoporosis": ("yes", ("knee_to_chest", "abdominal_stability")),
    "leg_pain": ("yes", ("hamstring_stretch",)),
    "kneeling": ("no", ("psoas_stretch",)),
    "hip_replacement": ("yes", ("hamstring_stretch", "knee_to_chest", "psoas_stretch")),
    "pregnancy": ("yes", ("hamstring_stretch", "knee_to_chest", "abdominal_stability")),
    "recent_surgery": ("yes", ALL),
    "neck_or_pressure": ("yes", ("abdominal_stability",)),
    "floor": ("no", ALL),
}


def cautious(key, answer, decisions=None):
    """Return the clear screening with one caution answered otherwise, and decisions by exercise."""
    made = {name: {"do": do, "words": words} for name, (do, words) in (decisions or {}).items()}
    data = CLEAR.model_dump(mode="json")
    data["cautions"][key] = {"answer": answer, "exercises": made}
    return type(CLEAR)(**data)


def rows():
    """Yield the rows of the table."""
    yield from when()
    yield from red_flags()
    yield from releases()
    yield from cautions()


def when():
    yield "all asked, nothing found", CLEAR, ALL, "final", None
    yield "no screening", None, ALL, "draft", "screening"
    yield "screening of another patient", clear_screening("p002"), ALL, "draft", "screening"
    yield "nothing asked", CLEAR.model_copy(update={"answers": {}}), ALL, "draft", "ce_numb"
    yield "day 14 is the last", clear_screening(on=ON - timedelta(days=14)), ALL, "final", None
    yield "day 15 is too late", clear_screening(on=ON - timedelta(days=15)), ALL, "draft", "screened_on"
    yield "asked on the same day", clear_screening(on=ON), ALL, "final", None
    yield "asked tomorrow", clear_screening(on=ON + timedelta(days=1)), ALL, "draft", "screened_on"
    yield "nobody knows when", clear_screening(on=None), ALL, "draft", "screened_on"
    yield "nobody knows by whom", clear_screening(screened_by=None), ALL, "draft", "screened_by"
    yield "by a blank", clear_screening(screened_by="  "), ALL, "draft", "screened_by"
    yield "by another set of questions", clear_screening(question_set="0"), ALL, "draft", "screening"
    yield "an answer to no question", answering(CLEAR, zz_new="no"), ALL, "draft", "zz_new"


def red_flags():
    for key in (*EMERGENCY, *OTHERS, *CONSIDERED):
        yield f"{key} not asked", answering(CLEAR, **{key: "not_asked"}), ALL, "draft", key
        blank = {one: answer for one, answer in CLEAR.answers.items() if one != key}
        yield f"{key} not there", CLEAR.model_copy(update={"answers": blank}), ALL, "draft", key
    for key in (*EMERGENCY, *OTHERS):
        yield f"{key} yes", answering(CLEAR, **{key: "yes"}), ALL, "held", "reviewed_by"
        half = CLEAR.model_copy(update={"answers": {key: "yes"}})
        yield f"{key} yes, others not asked", half, ALL, "held", "reviewed_by"
        yield f"{key} yes, others not asked, cleared", released(half), ALL, "draft", None
    for key in CONSIDERED:
        alone = answering(CLEAR, **{key: "yes"})
        yield f"{key} yes", alone, ALL, "draft", key
        yield f"{key} yes, a blank", alone.model_copy(update={"considered": {key: " "}}), ALL, "draft", key
        thought = alone.model_copy(update={"considered": {key: "62, nothing else"}})
        yield f"{key} yes, considered", thought, ALL, "final", None
        yield f"{key} considered, and ca_weight", answering(thought, ca_weight="yes"), ALL, "held", "found"
    at_once = CLEAR.model_copy(update={"at_once": ("fracture",)})
    yield "a family at once", at_once, ALL, "final", None
    yield "a family at once, then a yes", answering(at_once, fx_minor="yes"), ALL, "held", "fx_minor"
    yield "a family at once, then unasked", answering(at_once, fx_minor="not_asked"), ALL, "draft", "fx_minor"


def releases():
    flag, emergency = answering(CLEAR, in_fever="yes"), answering(CLEAR, ce_bowel="yes")
    yield "cleared", released(flag), ALL, "final", None
    yield "cleared without an emergency date", released(flag, emergency_assessed_on=None), ALL, "final", None
    yield "referred", released(flag, decision="refer_no_exercise"), ALL, "held", None
    yield "emergency cleared", released(emergency), ALL, "final", None
    yield "emergency assessed 14 days before", released(emergency, emergency_assessed_on=ASKED_ON - timedelta(14)), ALL, "final", None  # fmt: skip  # noqa: E501
    yield "emergency assessed 15 days before", released(emergency, emergency_assessed_on=ASKED_ON - timedelta(15)), ALL, "held", "emergency_assessed_on"  # fmt: skip  # noqa: E501
    yield "emergency assessed the day before", released(emergency, emergency_assessed_on=ASKED_ON - timedelta(1)), ALL, "final", None  # fmt: skip  # noqa: E501
    yield "emergency, not assessed", released(emergency, emergency_assessed_on=None), ALL, "held", "emergency_assessed_on"  # fmt: skip  # noqa: E501
    yield "emergency, assessed after the review", released(emergency, emergency_assessed_on=ASKED_ON + timedelta(1)), ALL, "held", "emergency_assessed_on"  # fmt: skip  # noqa: E501
    yield "emergency, referred, not assessed", released(emergency, decision="refer_no_exercise", emergency_assessed_on=None), ALL, "held", None  # fmt: skip  # noqa: E501
    for name in ("reviewed_by", "found", "decision", "reason", "reviewed_on"):
        yield f"cleared without {name}", released(flag, **{name: None}), ALL, "held", name
    for name in ("reviewed_by", "found", "reason"):
        yield f"cleared with a blank for {name}", released(flag, **{name: " "}), ALL, "held", name
    yield "reviewed before it was asked", released(flag, reviewed_on=ASKED_ON - timedelta(1)), ALL, "held", "reviewed_on"  # fmt: skip  # noqa: E501
    yield "reviewed today", released(flag, reviewed_on=ON), ALL, "final", None
    yield "reviewed tomorrow", released(flag, reviewed_on=ON + timedelta(1)), ALL, "held", "reviewed_on"
    yield "a release cannot stand for an answer", released(answering(CLEAR, in_drugs="not_asked")), ALL, "draft", "in_drugs"  # fmt: skip  # noqa: E501
    stale = released(clear_screening(on=ON - timedelta(days=15)))
    yield "cleared, too long ago", answering(stale, in_fever="yes"), ALL, "draft", "screened_on"


def cautions():
    for key, (careful, touched) in CAREFUL.items():
        yield f"{key} not asked", cautious(key, "not_asked"), ALL, "draft", key
        other = tuple(name for name in ALL if name not in touched)
        if other:
            yield f"{key} not asked, touches nothing here", cautious(key, "not_asked"), other, "final", None
            yield f"{key} met, touches nothing here", cautious(key, careful), other, "final", None
        for name in touched:
            where = f"{key}: {name}"
            yield f"{where} undecided", cautious(key, careful), (name,), "draft", where
            for do, words, status in (
                ("go_on", "", "draft"), ("go_on", "mild, for years", "final"), ("adapt", " ", "draft"),
                ("adapt", "on a firm bed", "final"), ("leave_out", "", "draft"),
            ):  # fmt: skip
                decided = cautious(key, careful, {name: (do, words)})
                yield f"{where} {do} {words!r}", decided, (name,), status, where if status == "draft" else None
            left_out = cautious(key, careful, dict.fromkeys(touched, ("leave_out", "")))
            if other:
                yield f"{where} left out", left_out, other, "final", None
    for name in ALL:
        decided = cautious("under_18", "yes", {name: ("go_on", "tall for her age")})
        yield f"under 18, {name}", decided, (name,), "draft", "under_18"
    yield "under 18 not asked", cautious("under_18", "not_asked"), ALL, "draft", "under_18"
