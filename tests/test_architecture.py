"""The walls of the house: imports point down, heavy packages live in one room."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

TOOLKIT = Path(__file__).parents[1] / "toolkit"
FILES = sorted(path.relative_to(TOOLKIT) for path in TOOLKIT.rglob("*.py"))
STEPS = ["errors", "typed", "rules schema look languages", "tables writing settings", "plan", "fhir", "logs",
         "measures", "charts", "documents exporting", "forms", "samples", "storage", "store scale", "serving batch",
         "cli"]  # fmt: skip
RANK = {room: step for step, rooms in enumerate(STEPS) for room in rooms.split()}
ONLY_IN = {
    "ipywidgets": ("forms",),
    "matplotlib": ("charts",),
    "matplotlib_inline": ("charts",),
    "sqlalchemy": ("store", "storage"),
    "dask": ("scale",),
    "typst": ("documents",),
    "jinja2": ("documents",),
    "icalendar": ("documents",),
    "xlsxwriter": ("documents", "exporting"),
    "typer": ("cli",),
    "voila": ("serving",),
    "python_calamine": ("logs",),
    "fhir": ("fhir",),
}
WITHOUT_PANDAS = ("errors", "typed", "rules", "schema", "plan", "fhir", "look", "languages", "settings")


def room(path):
    return path.parts[0].removesuffix(".py")


def imports(path, *, top_only=False):
    """Return the modules a file imports, those inside functions too; not those for type checkers alone."""
    tree = ast.parse((TOOLKIT / path).read_text(encoding="utf-8"))
    hidden = {id(inner) for node in ast.walk(tree) if is_type_checking(node) for inner in ast.walk(node)}
    nodes = tree.body if top_only else [node for node in ast.walk(tree) if id(node) not in hidden]
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import from the defining module, by its whole name"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "toolkit")


def is_type_checking(node):
    return isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"


@pytest.mark.parametrize("path", [path for path in FILES if path.name != "__init__.py"], ids=str)
def test_imports_point_down(path):
    """A module may import rooms below its own and neighbours in its room; never the front door."""
    for name in imports(path):
        package, _, rest = name.partition(".")
        if package == "toolkit" and rest:
            target = rest.partition(".")[0]
            assert target == room(path) or RANK.get(target, 99) < RANK[room(path)], name
        assert room(path) in ONLY_IN.get(package, (room(path),)), name


@pytest.mark.parametrize("path", [path for path in FILES if room(path) in WITHOUT_PANDAS], ids=str)
def test_a_plan_needs_no_pandas_to_be_imported(path):
    assert not [name for name in imports(path, top_only=True) if name.partition(".")[0] in ("pandas", "numpy")]


def test_a_regimen_is_made_without_pandas_at_all():
    """The plan could run where pandas has no wheel, such as in a browser."""
    code = (
        "import sys; sys.modules['pandas'] = None; sys.modules['numpy'] = None\n"
        "from datetime import date; from toolkit import starter_regimen\n"
        "r = starter_regimen('remedial', patient_id='p001', regimen_id='r-1', first_day=date(2026, 3, 2))\n"
        "print(len(r.prescriptions))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "4"


def test_every_name_of_the_front_door_opens():
    import toolkit

    assert toolkit.__all__ == sorted(toolkit.__all__)
    assert set(toolkit.__all__) == set(toolkit._HOME)
    for name in toolkit.__all__:
        assert getattr(toolkit, name).__name__ == name
    with pytest.raises(AttributeError, match="toolkit has no regime"):
        _ = toolkit.regime


def test_importing_the_toolkit_loads_nothing_heavy():
    """A front door that opens lazily: no chart, form or database until it is asked for."""
    code = "import sys, toolkit; print(sorted({'pandas', 'matplotlib', 'ipywidgets', 'sqlalchemy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", FILES, ids=str)
def test_no_file_outgrows_its_reader(path):
    assert len((TOOLKIT / path).read_text(encoding="utf-8").splitlines()) <= 300


BANNED = (
    'errors="coerce"', "on_bad_lines", "encoding_errors", 'format="mixed"', "dayfirst", "thousands=", "read_excel",
    "read_json", "dateutil.parser", "pickle", "yaml.load", "date.today", "datetime.now",
)  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=str)
def test_no_reader_guesses_and_no_clock_ticks_below_the_edge(path):
    text = (TOOLKIT / path).read_text(encoding="utf-8")
    at_the_edge = room(path) in ("store", "cli", "serving")
    found = [word for word in BANNED if word in text and not (at_the_edge and word.startswith("date"))]
    assert found == []


def test_importing_every_module_reads_no_data_file():
    """Importing has no effect: the catalogue, the codes and the look are read when first asked for."""
    code = (
        "import importlib, pkgutil, tomllib, toolkit\n"
        "def refuse(*_): raise AssertionError('a data file was read while importing')\n"
        "tomllib.loads = refuse\n"
        "names = [m.name for m in pkgutil.walk_packages(toolkit.__path__, 'toolkit.')]\n"
        "for name in names: importlib.import_module(name)\n"
        "print(len(names))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 40
