"""Bundles that are broken in one place each, and what must be said of them; and odd ones that are still right."""

from bundles import first

PLAN, ORDER, TIMING = "CarePlan", "ServiceRequest", "ServiceRequest.occurrenceTiming.repeat"
NOBODY = {"url": "https://other.example/only-if"}


def plan(data):
    return first(data, "CarePlan")


def order(data):
    return first(data, "ServiceRequest")


def repeat(data):
    return order(data)["occurrenceTiming"]["repeat"]


def parameter(data, name):
    """Return the value of a parameter of the first order's dose."""
    for one in order(data)["orderDetail"][0]["extension"]:
        code, value = one["extension"]
        if code["valueCodeableConcept"]["coding"][0]["code"] == name:
            return value
    raise AssertionError(name)


def session(data):
    return first(data, "Procedure")


def dose(data):
    return first(data, "Observation", 0)


def pain(data):
    return first(data, "Observation", 1)


def entry(data):
    """The pain entry that stands alone."""
    return first(data, "Observation", 2)


def put(of, **elements):
    return lambda data: of(data).update(elements)


def drop(of, *names):
    return lambda data: [of(data).pop(name) for name in names]


def within(of, path, value):
    """Set what stands deeper: steps of names and numbers."""

    def change(data):
        inner = of(data)
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value

    return change


def drop_parameter(name):
    def change(data):
        detail = order(data)["orderDetail"][0]
        value = parameter(data, name)
        detail["extension"] = [one for one in detail["extension"] if value not in one["extension"]]

    return change


def another_patient(data):
    other = {"resourceType": "Patient", "id": "p2", "identifier": [{"system": "https://x.example/", "value": "2"}]}
    data["entry"].append(
        {
            "fullUrl": "https://x.example/Patient/p2",
            "resource": other,
            "request": {"method": "PUT", "url": "Patient/p2"},
        }
    )
    order(data)["subject"] = {"reference": "Patient/p2"}


REFUSED = [  # what is done, the path that is told, what is told of it
    ("a status that is none", put(plan, status="running"), f"{PLAN}.status", "must be one of draft, active"),
    ("no status", drop(plan, "status"), f"{PLAN}.status", "is missing"),
    ("an intent that is none", put(plan, intent="wish"), f"{PLAN}.intent", "must be one of proposal"),
    ("no intent", drop(plan, "intent"), f"{PLAN}.intent", "is missing"),
    ("no subject", drop(plan, "subject"), f"{PLAN}.subject", "is missing"),
    ("a subject that is no patient", put(plan, subject={"reference": "Device/d"}), f"{PLAN}.subject",
     "Patient or Group"),
    ("a subject that is not contained", put(plan, subject={"reference": "#p"}), f"{PLAN}.subject.reference",
     "contained"),
    ("an unknown element", put(plan, dose="2 x 10"), f"{PLAN}.dose", "is no element of CarePlan"),
    ("a comment", put(plan, fhir_comments=["x"]), f"{PLAN}.fhir_comments", "is no element"),
    ("cpl-3", within(plan, ("activity", 0, "detail"), {"status": "completed"}), f"{PLAN}.activity[0].reference",
     "detail"),
    ("an order that is a Procedure", within(plan, ("activity", 0, "reference"), {"reference": "Procedure/e-1"}),
     f"{PLAN}.activity[0].reference", "must refer to"),
    ("a day month first", within(plan, ("period", "start"), "05/01/2026"), f"{PLAN}.period.start",
     "such as 2026-03-02"),
    ("30 February", within(plan, ("period", "start"), "2026-02-30"), f"{PLAN}.period.start", "found 2026-02-30"),
    ("per-1", within(plan, ("period", "end"), "2026-03-01"), f"{PLAN}.period.end", "must not be before start"),
    ("a time without an offset", put(plan, created="2026-03-01T10:00:00"), f"{PLAN}.created", "with its offset"),
    ("an empty text", put(plan, title=""), f"{PLAN}.title", "found an empty text"),
    ("a control character", put(plan, title="a\x08b"), f"{PLAN}.title", "control characters"),
    ("an empty list", put(plan, category=[]), f"{PLAN}.category", "must not be an empty list"),
    ("a null", put(plan, category=[None]), f"{PLAN}.category[0]", "found nothing"),
    ("one where many belong", put(plan, activity={"x": 1}), f"{PLAN}.activity", "must be a list"),
    ("many where one belongs", put(plan, period=[]), f"{PLAN}.period", "must not be a list"),
    ("a bad id", put(plan, id="r_1"), f"{PLAN}.id", "1 to 64"),
    ("an unknown modifier", put(plan, modifierExtension=[{**NOBODY, "valueBoolean": True}]),
     f"{PLAN}.modifierExtension",
     "may change what is meant"),
    ("rules of others", put(plan, implicitRules="https://other.example/"), f"{PLAN}.implicitRules", "may change"),
    ("ext-1 both", within(plan, ("extension", 0, "valueCode"), "x"), f"{PLAN}.extension[0]", "found both"),
    ("ext-1 neither", put(plan, extension=[NOBODY]), f"{PLAN}.extension[0]", "found neither"),
    ("an extension without a name", put(plan, extension=[{"valueCode": "x"}]), f"{PLAN}.extension[0].url",
     "is missing"),
    ("a system that is no address", within(plan, ("identifier", 0, "system"), "mine"), f"{PLAN}.identifier[0].system",
     "whole address"),
    ("a note without text", put(plan, note=[{"time": "2026"}]), f"{PLAN}.note[0].text", "is missing"),
    ("a contained thing that is none", put(plan, contained=[{"resourceType": "Regimen"}]),
     f"{PLAN}.contained[0]: resourceType", "must be a resource of FHIR R4"),
    ("no status of an order", drop(order, "status"), f"{ORDER}.status", "is missing"),
    ("an order's intent that is none", put(order, intent="please"), f"{ORDER}.intent", "must be one of"),
    ("no subject of an order", drop(order, "subject"), f"{ORDER}.subject", "is missing"),
    ("prr-1", drop(order, "code"), f"{ORDER}.orderDetail", "needs code"),
    ("a performer that is a place", put(order, performer=[{"reference": "Location/l"}]), f"{ORDER}.performer[0]",
     "must refer to"),
    ("two times", put(order, occurrenceDateTime="2026-03-02"), f"{ORDER}.occurrence[x]", "must be given once"),
    ("an order's unknown modifier", put(order, modifierExtension=[{**NOBODY, "valueBoolean": True}]),
     f"{ORDER}.modifierExtension", "may change what is meant"),
    ("an order of another patient", another_patient, f"{PLAN}.activity", "the plan's own patient"),
    ("periodUnit day", put(repeat, periodUnit="day"), f"{TIMING}.periodUnit", "must be one of s, min, h, d"),
    ("dayOfWeek Monday", put(repeat, dayOfWeek=["Monday"]), f"{TIMING}.dayOfWeek[0]", "mon, tue"),
    ("dayOfWeek alone", put(repeat, dayOfWeek="mon"), f"{TIMING}.dayOfWeek", "must be a list"),
    ("frequency in quotes", put(repeat, frequency="2"), f"{TIMING}.frequency", "a whole number, 1 or more; found 2"),
    ("frequency 0", put(repeat, frequency=0), f"{TIMING}.frequency", "found 0"),
    ("frequency 2.0", put(repeat, frequency=2.0), f"{TIMING}.frequency", "a whole number"),
    ("frequency true", put(repeat, frequency=True), f"{TIMING}.frequency", "a whole number"),
    ("tim-1", put(repeat, duration=15), f"{TIMING}.duration", "needs durationUnit"),
    ("tim-2", drop(repeat, "periodUnit"), f"{TIMING}.period", "needs periodUnit"),
    ("tim-4", put(repeat, duration=-1, durationUnit="min"), f"{TIMING}.duration", "must not be negative"),
    ("tim-5", put(repeat, period=-1), f"{TIMING}.period", "must not be negative"),
    ("tim-6", lambda data: (drop(repeat, "period")(data), put(repeat, periodMax=2)(data)), f"{TIMING}.periodMax",
     "period"),
    ("tim-7", put(repeat, durationMax=2), f"{TIMING}.durationMax", "needs duration"),
    ("tim-8", put(repeat, countMax=2), f"{TIMING}.countMax", "needs count"),
    ("tim-9 alone", put(repeat, offset=10), f"{TIMING}.offset", "needs when"),
    ("tim-9 at meals", put(repeat, offset=10, when=["CM"]), f"{TIMING}.offset", "must not stand beside C"),
    ("tim-10", put(repeat, when=["HS"], timeOfDay=["08:00:00"]), f"{TIMING}.when", "beside timeOfDay"),
    ("a word for when", put(repeat, when=["evening"]), f"{TIMING}.when[0]", "MORN"),
    ("two bounds", put(repeat, boundsRange={"low": {"value": 1}}), f"{TIMING}.bounds[x]", "must be given once"),
    ("qty-3", lambda data: parameter(data, "sets")["valueQuantity"].pop("system"), ".valueQuantity.system",
     "unit's code"),
    ("rng-2", lambda data: parameter(data, "reps")["valueRange"]["low"].update(value=9), ".valueRange.high",
     "below low"),
    ("a number in quotes", lambda data: parameter(data, "sets")["valueQuantity"].update(value="1"),
     ".valueQuantity.value",
     "must be a number"),
]  # fmt: skip

UNREADABLE = [  # a plan that says it is ours, and whose dose no prescription can hold
    ("a hold in minutes", lambda data: parameter(data, "hold")["valueRange"]["low"].update(code="min"), "another unit"),
    ("no repetitions", drop_parameter("reps"), "sets or repetitions of an order are missing"),
    ("no sets", drop_parameter("sets"), "sets or repetitions of an order are missing"),
    ("about three sets", lambda data: parameter(data, "sets")["valueQuantity"].update(comparator=">="),
     "no plain value"),
    ("half a set", lambda data: parameter(data, "sets")["valueQuantity"].update(value=1.5), "no whole number"),
    ("a count", put(repeat, count=20), "says count"),
    ("a length of the session", put(repeat, duration=15, durationUnit="min"), "says duration, durationUnit"),
    ("another number of sessions", put(repeat, frequency=3), "say two things"),
    ("every second day", put(repeat, period=2), "not so many times a day or a week"),
    ("no days", drop(order, "occurrenceTiming"), "not so many times a day or a week"),
    ("two sides", within(order, ("bodySite", 0, "coding", 0, "code"), "7771000"), "two sides"),
    ("an exercise that is none of ours", within(order, ("code", "coding", 0, "code"), "squat"),
     "CarePlan: prescriptions"),
    ("not to be done", put(order, doNotPerform=True), "not to do it"),
    ("as needed", put(order, asNeededBoolean=True), "only as needed"),
    ("a proposal", put(order, intent="proposal"), "intent of an order is proposal"),
    ("an order on hold", put(order, status="on-hold"), "status of an order is on-hold"),
    ("an order that is not there", within(plan, ("activity", 0, "reference", "reference"), "ServiceRequest/x"),
     "not in the"),
]  # fmt: skip

SET_ASIDE = [  # what is done to a resource of the log, and the codes of what is then set aside
    ("entered in error", put(session, status="entered-in-error"), ["fhir_status", "fhir_reference", "fhir_reference"]),
    ("in preparation", put(session, status="preparation"), ["fhir_status", "fhir_reference", "fhir_reference"]),
    ("in progress", put(session, status="in-progress"), ["fhir_status", "fhir_reference", "fhir_reference"]),
    ("no status", drop(session, "status"), ["fhir_invalid", "fhir_reference", "fhir_reference"]),
    ("an unknown modifier", put(session, modifierExtension=[{**NOBODY, "valueCode": "x"}]),
     ["fhir_modifier", "fhir_reference", "fhir_reference"]),
    ("a session without a patient", drop(session, "subject"), ["fhir_invalid", "fhir_reference", "fhir_reference"]),
    ("a session of a group", put(session, subject={"reference": "Group/g"}), ["fhir_subject", "fhir_reference",
     "fhir_reference"]),
    ("an unknown element", put(session, sets=3), ["fhir_invalid", "fhir_reference", "fhir_reference"]),
    ("a month of 13", put(session, performedDateTime="2026-13-01"), ["fhir_invalid", "fhir_reference",
     "fhir_reference"]),
    ("a year", put(session, performedDateTime="2026"), ["number_in_date", "fhir_reference", "fhir_reference"]),
    ("no time", drop(session, "performedDateTime"), ["date_missing", "fhir_reference", "fhir_reference"]),
    ("no side", drop(session, "bodySite"), ["side_missing", "fhir_reference", "fhir_reference"]),
    ("an exercise that is none of ours", within(session, ("code", "coding", 0, "code"), "squat"),
     ["exercise_unknown", "fhir_reference", "fhir_reference"]),
    ("a pain score of 11", within(pain, ("valueQuantity", "value"), 11), ["pain_out_of_range", "fhir_reference",
     "fhir_reference"]),
    ("a pain score in millimetres", within(pain, ("valueQuantity", "code"), "mm"),
     ["pain_out_of_range", "fhir_reference", "fhir_reference"]),
    ("a preliminary pain score of a session", put(pain, status="preliminary"), ["fhir_status"]),
    ("a preliminary dose", put(dose, status="preliminary"), ["fhir_status"]),
    ("a dose entered in error", put(dose, status="entered-in-error"), ["fhir_status"]),
    ("a dose of nothing", drop(dose, "partOf"), ["fhir_reference"]),
    ("sets in kilograms", within(dose, ("component", 0, "valueQuantity", "code"), "kg"),
     ["number_format", "fhir_reference", "fhir_reference"]),
    ("a pain entry entered in error", put(entry, status="entered-in-error"), ["fhir_status"]),
    ("a pain entry that is registered", put(entry, status="registered"), ["fhir_status"]),
    ("a pain entry of no patient", drop(entry, "subject"), ["fhir_subject"]),
    ("a pain entry of -1", within(entry, ("valueQuantity", "value"), -1), ["number_format"]),
    ("a pain entry that is not asked", lambda data: (drop(entry, "valueQuantity")(data), put(entry,
     dataAbsentReason={"text": "x"})(data)),
     ["pain_out_of_range"]),
    ("obs-6", put(entry, dataAbsentReason={"text": "asleep"}), ["fhir_invalid"]),
    ("a pain entry about above 5", within(entry, ("valueQuantity", "comparator"), ">"), ["pain_out_of_range"]),
    ("rules of others", put(entry, implicitRules="https://other.example/"), ["fhir_modifier"]),
]  # fmt: skip
