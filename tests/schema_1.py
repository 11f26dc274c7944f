"""A store as schema 1 wrote it: its tables by their own statements, two revisions and a short log."""

import json
from datetime import date, datetime

import sqlalchemy as sa

from toolkit.plan.files import regimen_to_data
from toolkit.plan.regimen import starter_regimen
from toolkit.samples import sample_clinic
from toolkit.storage import copies

TABLES = (
    "CREATE TABLE about (schema_version INTEGER PRIMARY KEY)",
    "CREATE TABLE regimens (regimen_id VARCHAR(64) PRIMARY KEY, patient_id VARCHAR(64), revision INTEGER)",
    "CREATE TABLE revisions (regimen_id VARCHAR(64), revision INTEGER, operation VARCHAR(64) UNIQUE, "
    "patient_id VARCHAR(64), status VARCHAR(16), body TEXT, written_at TIMESTAMP, PRIMARY KEY (regimen_id, revision))",
)
ABOUT = "INSERT INTO about VALUES (1)"
HEAD = "INSERT INTO regimens VALUES ('r-1', 'p001', 2)"
REVISION = "INSERT INTO revisions VALUES ('r-1', :number, :operation, 'p001', 'draft', :body, :at)"


def regimen(revision=1):
    first = starter_regimen("remedial", patient_id="p001", regimen_id="r-1", first_day=date(2026, 3, 2))
    return first.model_copy(update={"revision": revision, "written_by": "Dr Ç", "written_on": date(2026, 3, 1)})


def short_log():
    return sample_clinic(patients=1, weeks=1).log


def write_schema_1(url):
    """Write such a store into an empty database."""
    engine = sa.create_engine(url)
    log = short_log()
    rows = log.astype(object).where(log.notna(), None).to_dict("records")
    at = datetime(2026, 3, 1, 9) if engine.dialect.name == "postgresql" else "2026-03-01 09:00:00.000000"
    with engine.begin() as connection:
        for statement in TABLES:
            connection.exec_driver_sql(statement)
        copies.old_log.create(connection)
        placed = [{**row, "place": place, "content": str(place)} for place, row in enumerate(rows, start=1)]
        connection.execute(sa.insert(copies.old_log), placed)
        connection.execute(sa.text(ABOUT))
        connection.execute(sa.text(HEAD))
        for number in (1, 2):
            body = json.dumps(regimen_to_data(regimen(number)), ensure_ascii=False)
            values = {"number": number, "operation": f"op-{number}", "body": body, "at": at}
            connection.execute(sa.text(REVISION), values)
    engine.dispose()
