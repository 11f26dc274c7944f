"""T8b for FHIR: a bundle with damaged bytes ends in our refusal or in a result, in under a second."""

import json
import random
import time
from collections import Counter

from bundles import ENTRIES, STRENGTH, bundle, log, regimen
from torture.levels import SEED, count, tell
from torture.test_damage import mutant

from toolkit.errors import ToolkitError
from toolkit.fhir.plans import plans_of
from toolkit.logs.fhir_json import fhir_document
from toolkit.logs.read import read_source
from toolkit.logs.source import source_of

SECONDS = 1.0
WORDS = [
    b"null",
    b"[]",
    b"{}",
    b'""',
    b"0",
    b"true",
    b"1e400",
    b'"Patient"',
    b'"#"',
    b'"urn:uuid:"',
    b'[{"x":1}]',
    b"-1",
]


def seeds():
    small = bundle([regimen(prescriptions=(STRENGTH,), purpose=None)], log(ENTRIES[:1]))
    return [
        json.dumps(small).encode(),
        "\n".join(json.dumps(one["resource"]) for one in small["entry"]).encode(),
    ]


def changed(chance, data):
    """Return a bundle that is JSON still: one value in it is another."""
    part, whole = None, json.loads(data)
    places = [whole]
    while True:
        part = places[-1]
        keys = list(part) if isinstance(part, dict) else range(len(part))
        key = chance.choice(list(keys)) if len(part) else None
        if key is None or not isinstance(part[key], (dict, list)) or chance.random() < 0.15:
            break
        places.append(part[key])
    if key is not None:
        part[key] = json.loads(chance.choice([word for word in WORDS if word != b"1e400"]))
    return json.dumps(whole).encode()


def outcome(data):
    """Read a document as a log and as plans; any error that is not ours goes on."""
    seen = []
    for read in (as_log, as_plans):
        try:
            seen.append(read(data))
        except ToolkitError:
            seen.append("refused")
    return "+".join(seen)


def as_log(data):
    found = read_source(source_of("bundle.json", data))
    assert found.account.adds_up
    return "asks" if found.questions else "read"


def as_plans(data):
    plans_of(fhir_document("bundle.json", data.decode("utf-8", errors="replace")), patient_id="p1")
    return "read"


def test_t8b_a_damaged_bundle_is_refused_or_read():
    asked = count(change=800, night=200_000, release=2_000_000)
    chance, worst, seen = random.Random(SEED), 0.0, Counter()
    given = seeds()
    for number in range(asked):
        data = given[number % 2]
        data = changed(chance, given[0]) if number % 3 else mutant(chance, data, given)
        began = time.perf_counter()
        try:
            seen[outcome(data)] += 1
        except Exception as error:
            raise AssertionError(f"seed {SEED}, number {number}: {data[:3000]!r}") from error
        worst = max(worst, time.perf_counter() - began)
    tell("T8b", fhir=asked, worst_s=round(worst, 3), **seen)
    assert worst < SECONDS
    assert min(seen["read+read"], seen["refused+refused"]) > asked / 100


def test_t8b_control_the_whole_bundle_is_read():
    assert [outcome(data) for data in seeds()] == ["read+read", "read+read"]


def test_a_bundle_full_of_deep_and_long_things_is_answered_in_a_second():
    notes = [{"text": "x" * 30_000}] * 30
    deep = {"url": "https://x.example/"}
    for _ in range(25):
        deep = {"url": "https://x.example/", "extension": [deep]}
    data = bundle()
    for one in data["entry"]:
        if one["resource"]["resourceType"] == "Procedure":
            one["resource"]["note"] = notes
            one["resource"]["extension"] = [deep]
    began = time.perf_counter()
    assert outcome(json.dumps(data).encode()).endswith("read")
    assert time.perf_counter() - began < 2 * SECONDS  # 2 MB of text, read twice
