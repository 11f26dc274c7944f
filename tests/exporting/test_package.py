"""A package says what it holds, is written whole or not at all, and to its owner alone."""

import hashlib
import io
import json
import os
import zipfile

import pytest
from exports import ids, records, typed

from toolkit.errors import ToolkitError
from toolkit.exporting import package as packing
from toolkit.exporting.clinical import clinical_export
from toolkit.exporting.shared import shared_export
from toolkit.schema import CELLS, LOG, PRESCRIPTIONS


@pytest.fixture(scope="module")
def packages():
    held = records(text="sore")
    return {"clinical": clinical_export(held), "shared": shared_export(held, small_cell=2, new_id=ids())}


@pytest.fixture(params=["clinical", "shared"])
def package(request, packages):
    return packages[request.param]


def said(package):
    return json.loads(package.files["datapackage.json"])


TYPES = {"string", "integer", "number", "boolean", "date", "datetime"}
OF_A_FIELD = {"name", "type", "format", "description", "unit", "constraints"}
OF_NUMBERS = {"minimum", "maximum"}


def faults(descriptor, files):
    """Yield what the rules of Data Package and Table Schema (version 1) do not allow; worked from their text."""
    if descriptor.get("profile") != "tabular-data-package" or not descriptor.get("resources"):
        yield "a package needs a profile and resources"
    names = [one.get("name", "") for one in descriptor["resources"]]
    if len(set(names)) < len(names) or not all(name and name == name.lower() and " " not in name for name in names):
        yield "names of resources are different, in lower case"
    for one in descriptor["resources"]:
        where, schema = one["name"], one["schema"]
        if one["path"].startswith(("/", "..")) or one["path"] not in files:
            yield f"{where}: the path must lead to a file of the package"
            continue
        if one["bytes"] != len(files[one["path"]]) or one["hash"] != digest(files[one["path"]]):
            yield f"{where}: size and digest must be those of the file"
        if one["profile"] != "tabular-data-resource" or one["encoding"] != "utf-8" or schema["missingValues"] != [""]:
            yield f"{where}: a table of text in UTF-8 whose blanks are missing"
        fields = {field["name"]: field for field in schema["fields"]}
        head = files[one["path"]].decode().splitlines()[0].split(",")
        if head != list(fields):
            yield f"{where}: the fields must be the columns, in order"
        if not {*schema.get("primaryKey", [])} <= {*fields}:
            yield f"{where}: a key must be made of columns"
        for name, field in fields.items():
            limits = field.get("constraints", {})
            if field["type"] not in TYPES or not {*field} <= OF_A_FIELD:
                yield f"{where}, {name}: an unknown type or property"
            if not {*limits} <= {"required", "enum", "minimum", "maximum"}:
                yield f"{where}, {name}: an unknown constraint"
            if OF_NUMBERS & {*limits} and field["type"] not in ("integer", "number"):
                yield f"{where}, {name}: a limit belongs to a number"
            if field.get("format", "any") != "any":
                yield f"{where}, {name}: an unknown format"


def digest(data):
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_the_descriptor_keeps_the_rules(package):
    assert list(faults(said(package), package.files)) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told.pop("profile"),
        lambda told: told["resources"][0].update(path="../log.csv"),
        lambda told: told["resources"][0].update(bytes=1),
        lambda told: told["resources"][1].update(name="log"),
        lambda told: told["resources"][0]["schema"]["fields"].pop(),
        lambda told: told["resources"][0]["schema"]["fields"][0].update(type="str"),
        lambda told: told["resources"][0]["schema"]["fields"][0].update(constraints={"minimum": 1}),
        lambda told: told["resources"][0]["schema"].update(primaryKey=["day"]),
    ],
)
def test_the_check_itself_finds_what_is_wrong(packages, spoil):
    """The control."""
    told = said(packages["clinical"])
    spoil(told)
    assert list(faults(told, packages["clinical"].files))


def test_what_stands_in_the_files_keeps_the_constraints_that_the_descriptor_states(package):
    """Types, words, ranges, what must be there, and keys, looked at in the rows as pandas reads them."""
    for one in said(package)["resources"]:
        rows = typed(package, one["name"])
        for field in one["schema"]["fields"]:
            limits, column = field.get("constraints", {}), rows[field["name"]]
            assert not limits.get("required") or column.notna().all(), field
            assert "enum" not in limits or set(column.dropna()) <= set(limits["enum"]), field
            assert "minimum" not in limits or not (column < limits["minimum"]).any(), field
            assert "maximum" not in limits or not (column > limits["maximum"]).any(), field
        if key := one["schema"].get("primaryKey"):
            assert not rows.duplicated(key).any()


def test_types_units_and_words_come_from_the_schema(packages):
    """Not written by hand: each field of the log is a column of the schema."""
    log = said(packages["clinical"])["resources"][0]["schema"]["fields"]
    assert [one["name"] for one in log] == LOG.names
    assert [one["description"] for one in log] == [one.meaning for one in LOG.columns]
    hold = next(one for one in log if one["name"] == "hold_s")
    assert hold == {"name": "hold_s", "type": "number", "description": "hold of one repetition", "unit": "s",
                    "constraints": {"minimum": 0, "maximum": 600}}  # fmt: skip


def test_keys_are_stated_where_there_are_any(packages):
    keys = {one["name"]: one["schema"].get("primaryKey") for one in said(packages["clinical"])["resources"]}
    assert keys["prescriptions"] == list(PRESCRIPTIONS.key)
    assert keys["cells"] == list(CELLS.key)
    assert keys["log"] is None  # a later version of an entry has its id too
    shared = {one["name"]: one["schema"].get("primaryKey") for one in said(packages["shared"])["resources"]}
    assert (shared["log"], shared["aggregate"]) == (["entry_id"], ["exercise", "share_from"])


def test_every_file_stands_in_the_descriptor_with_its_digest(package):
    told = said(package)
    listed = {one["path"]: one["hash"] for one in [*told["resources"], *told["backcare"]["other_files"]]}
    assert listed == {name: digest(data) for name, data in package.files.items() if name != "datapackage.json"}


def test_the_dictionary_tells_of_every_column(package):
    told = typed(package, "dictionary")
    for one in said(package)["resources"][:-1]:
        assert told.loc[told["table"] == one["name"], "column"].tolist() == [
            field["name"] for field in one["schema"]["fields"]
        ]
    assert told["meaning"].notna().all()


def test_a_zip_holds_the_same_files_for_their_owner_alone_and_no_time(package):
    with zipfile.ZipFile(io.BytesIO(package.zipped())) as archive:
        found = {one.filename.partition("/")[2]: archive.read(one) for one in archive.infolist()}
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {one.external_attr >> 16 for one in archive.infolist()} == {0o600}
    assert found == dict(package.files)


def on_disk(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("there", [False, True], ids=["new", "empty"])
def test_a_folder_that_is_new_or_empty_takes_all_files(tmp_path, package, there):
    if there:
        (tmp_path / "out").mkdir()
    package.write(tmp_path / "out")
    assert on_disk(tmp_path / "out") == dict(package.files)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {0o600}
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path, package):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ToolkitError, match="holds something already"):
        package.write(tmp_path)
    assert on_disk(tmp_path) == {"mine.txt": b"mine"}


def test_a_file_a_link_and_a_folder_that_is_nowhere_are_refused(tmp_path, package):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path)
    for name, words in (("file", "must be a folder"), ("link", "must be a folder"), ("no/out", "is not there")):
        with pytest.raises(ToolkitError, match=words):
            package.write(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]


def test_the_keys_are_another_file_and_only_where_asked_for(tmp_path, packages):
    package = packages["shared"]
    package.write(tmp_path / "out", keys=tmp_path / "keys.csv")
    assert (tmp_path / "keys.csv").read_bytes() == package.keys
    assert (tmp_path / "keys.csv").stat().st_mode & 0o777 == 0o600
    assert on_disk(tmp_path / "out") == dict(package.files)
    with pytest.raises(ToolkitError, match="never written over"):
        package.write(tmp_path / "again", keys=tmp_path / "keys.csv")
    for inside in ("again/keys.csv", "again/../again/keys.csv"):
        with pytest.raises(ToolkitError, match="must not lie in the folder that is shared"):
            package.write(tmp_path / "again", keys=tmp_path / inside)
    with pytest.raises(ToolkitError, match="has no keys"):
        packages["clinical"].write(tmp_path / "again", keys=tmp_path / "others.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys.csv", "out"]


@pytest.mark.parametrize("at", range(13))
def test_where_the_disk_refuses_nothing_is_left(tmp_path, packages, monkeypatch, at):
    """The disk is full at each of the 12 files in turn, and at last at the keys."""
    package = packages["shared"]
    written = iter(range(99))
    write = packing.write_atomically

    def refusing(path, data):
        if next(written) == at:
            raise ToolkitError(f"{path.name} cannot be written: No space left on device.")
        write(path, data)

    monkeypatch.setattr(packing, "write_atomically", refusing)
    assert len(package.files) == 12
    with pytest.raises(ToolkitError, match="No space left"):
        package.write(tmp_path / "out", keys=tmp_path / "keys.csv")
    assert list(tmp_path.iterdir()) == []


def test_where_the_folder_cannot_take_its_name_the_keys_go_too(tmp_path, packages, monkeypatch):
    def refusing(making, folder):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(packing, "_give_name", refusing)
    with pytest.raises(ToolkitError, match="out cannot be written: No space left on device"):
        packages["shared"].write(tmp_path / "out", keys=tmp_path / "keys.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_table_too_long_for_a_sheet_stays_out_of_the_workbook_and_is_told(monkeypatch):
    monkeypatch.setattr("toolkit.exporting.workbook.MOST_ROWS", 60)
    package = clinical_export(records())
    told = [line for line in package.told if "not in the workbook" in line]
    with zipfile.ZipFile(io.BytesIO(package.files["clinical.xlsx"])) as book:
        sheets = book.read("xl/workbook.xml").decode()
    (line,) = told
    assert (
        line == "Told: cells - not in the workbook - it has more rows than are put on a sheet; the CSV file holds them"
    )
    assert 'name="cells"' not in sheets and 'name="log"' in sheets
    assert "cells.csv" in package.files
