"""The resources of a FHIR document: each with its place, what it refers to, and whose it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from toolkit.fhir.codes import Json, codes, ours

TYPES = ("CarePlan", "ServiceRequest", "Procedure", "Observation")  # those that are read; the others frame them
BUNDLES = ("transaction", "collection", "searchset", "batch")


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One resource: its number in the document, counted from 1, and where it stands; `data` is blank where none is."""

    number: int
    place: str
    data: Json
    url: str = ""

    @property
    def type(self) -> str:
        """The type of the resource."""
        return str(self.data.get("resourceType", ""))


@dataclass(frozen=True, slots=True)
class Whose:
    """A patient: a pseudonym of ours, or the id another system has; what is wrong where it is neither."""

    ours: str = ""
    theirs: str = ""
    wrong: str = ""


@dataclass(slots=True)
class Document:
    """All resources of a document, in their order, and what they refer to."""

    found: Sequence[Found]
    _by_url: dict[str, Found] = field(default_factory=dict)
    _by_identifier: dict[tuple[str, str], Found] = field(default_factory=dict)
    _shared: set[str] = field(default_factory=set)  # ids that several patients have, each on a server of its own

    def __post_init__(self) -> None:
        urls: dict[str, set[str]] = {}
        for one in self.of("Patient"):
            urls.setdefault(str(one.data.get("id")), set()).add(one.url)
        self._shared = {named for named, several in urls.items() if len(several) > 1}
        for one in self.found:
            for url in filter(None, (one.url, f"{one.type}/{one.data.get('id')}")):
                self._by_url.setdefault(url, one)
            for identifier in _identifiers(one.data):
                self._by_identifier.setdefault(identifier, one)

    def of(self, kind: str) -> Iterator[Found]:
        """Yield the resources of a type."""
        return (one for one in self.found if one.type == kind)

    def target(self, reference: Any, within: Json) -> Json | None:
        """Return the resource that a reference refers to: in the document, or contained; None where it is not there."""
        if not isinstance(reference, dict):
            return None
        url = reference.get("reference")
        if isinstance(url, str) and url.startswith("#"):
            inside = (one for one in within.get("contained") or () if isinstance(one, dict))
            return next((one for one in inside if one.get("id") == url[1:]), None)
        named = self._by_url.get(url.partition("/_history/")[0]) if isinstance(url, str) else None
        by_identifier = (
            self._by_identifier.get(one) for one in _identifiers({"identifier": reference.get("identifier")})
        )
        named = named or next(filter(None, by_identifier), None)
        return named.data if named else None

    def whose(self, resource: Json) -> Whose:
        """Return the patient a resource is about."""
        subject = resource.get("subject")
        if not isinstance(subject, dict) or not {"reference", "identifier"} & set(subject):
            return Whose(wrong="nothing")
        patient = self.target(subject, resource)
        if patient is None:
            return _unresolved(subject)
        if patient.get("resourceType") != "Patient":
            return Whose(wrong=f"a {patient.get('resourceType')}")
        if pseudonym := _pseudonym(patient):
            return Whose(ours=pseudonym)
        url, named = str(subject.get("reference")), _own_name(patient)
        if named in self._shared:
            return Whose(theirs=url) if ":" in url else Whose(wrong="one of several Patients of one id")
        return Whose(theirs=named or url)

    @property
    def later(self) -> str:
        """What the document has of a later version of FHIR than R4; blank where nothing shows it."""
        for one in self.found:
            for path in codes()["later"].get(one.type, ()):
                if _has(one.data, path.split(".")):
                    return f"{one.type}.{path}"
        return ""

    def counted(self, resources: Iterable[Found]) -> tuple[str, ...]:
        """Return how many there are of each type, in words, the most first."""
        found = Counter(one.type for one in resources if one.data)
        return tuple(f"{times} {kind}" for kind, times in sorted(found.items(), key=lambda one: (-one[1], one[0])))


def document_of(parts: Sequence[Any], *, lines: bool = False) -> Document:
    """Return the resources of what was parsed: a Bundle, an array, one resource, or, with `lines`, one a line.

    Raises
    ------
    ValueError
        In words, if something stands where a resource belongs, or a Bundle is of a kind that states no record.
    """
    found: list[Found] = []
    for number, part in enumerate(parts, start=1):
        where = f"line {number}" if lines else f"[{number - 1}]" if len(parts) > 1 else ""
        if not isinstance(part, dict) or not isinstance(part.get("resourceType"), str):
            raise ValueError(f"something else than a resource{f' in {where}' if where else ''}")
        if part["resourceType"] != "Bundle":
            found.append(Found(len(found) + 1, where, part))
            continue
        if part.get("type") not in BUNDLES:
            raise ValueError(f"a Bundle of another kind than {', '.join(BUNDLES)}")
        if odd := means_more({key: value for key, value in part.items() if key != "entry"}):
            raise ValueError(f"a Bundle with {odd}, which may change what is meant")
        found += _entries(part, where, len(found))
    return Document(found)


def _entries(bundle: Json, where: str, before: int) -> Iterator[Found]:
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise ValueError("a Bundle whose entry is no list")
    for place, entry in enumerate(entries):
        resource = entry.get("resource", {}) if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or (resource and not isinstance(resource.get("resourceType"), str)):
            raise ValueError(f"something else than a resource in Bundle.entry[{place}]")
        if "modifierExtension" in entry:
            raise ValueError(f"Bundle.entry[{place}] with modifierExtension, which may change what is meant")
        path = f"{where} " if where else ""
        url = entry.get("fullUrl")
        yield Found(
            before + place + 1, f"{path}Bundle.entry[{place}].resource", resource, url if isinstance(url, str) else ""
        )


def means_more(resource: Any) -> str:
    """Return the first thing in a resource that may change its meaning and is not known here; blank without any."""
    if isinstance(resource, list):
        return next(filter(None, map(means_more, resource)), "")
    if not isinstance(resource, dict):
        return ""
    for name in ("modifierExtension", "implicitRules"):
        if name in resource:
            return name
    return means_more([value for key, value in resource.items() if key != "contained"])


def _identifiers(data: Json) -> Iterator[tuple[str, str]]:
    found = data.get("identifier")
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, dict) and isinstance(one.get("value"), str):
            yield str(one.get("system", "")), one["value"]


def _pseudonym(patient: Json) -> str:
    found = {value for system, value in _identifiers(patient) if system == ours("sid/patient")}
    return found.pop() if len(found) == 1 else ""


def _own_name(patient: Json) -> str:
    """Return what another system calls its patient: its id, else the first identifier."""
    named = patient.get("id")
    return named if isinstance(named, str) else next((value for _, value in _identifiers(patient)), "")


def _unresolved(subject: Json) -> Whose:
    """Return whose a resource is where the Patient itself is not in the document."""
    identifiers = dict(_identifiers(subject))
    if ours("sid/patient") in identifiers:
        return Whose(ours=identifiers[ours("sid/patient")])
    url = subject.get("reference")
    if not isinstance(url, str):
        return Whose(theirs=next(iter(identifiers.values()), ""), wrong="" if identifiers else "nothing")
    kind, _, named = url.partition("/_history/")[0].rpartition("/")
    if url.startswith("#") or (kind and kind.rpartition("/")[2] != "Patient"):
        return Whose(wrong="a Patient that is not there" if url.startswith("#") else "something else than a Patient")
    return Whose(theirs=url if ":" in url else named)  # of another server it is another patient


def _has(data: Any, path: Sequence[str]) -> bool:
    if isinstance(data, list):
        return any(_has(one, path) for one in data)
    return isinstance(data, dict) and path[0] in data and (len(path) == 1 or _has(data[path[0]], path[1:]))
