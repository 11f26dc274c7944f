"""The formats that are read, one small file each; adding one is one file and one line here."""

from toolkit.logs.formats import diary_book, fhir, fitnotes, hevy, own, redcap, strong, table
from toolkit.logs.formats.base import Format

FORMATS: tuple[Format, ...] = (
    Format("own", "our own log file", own.recognise, own.rows),
    Format("diary_book", "our diary workbook", diary_book.recognise, diary_book.rows),
    Format("strong", "an export of Strong", strong.recognise, strong.rows),
    Format("hevy", "an export of Hevy", hevy.recognise, hevy.rows),
    Format("fitnotes", "an export of FitNotes", fitnotes.recognise, fitnotes.rows),
    Format("fitnotes_body", "body measurements of FitNotes", fitnotes.recognise_body, fitnotes.refuse_body),
    Format("redcap", "an export of REDCap", redcap.recognise, redcap.rows),
)
TABLE = Format("table", "a table", table.recognise, table.rows)  # where no other is told, or a mapping says so
FHIR = Format("fhir", "a FHIR R4 record", fhir.recognise, fhir.rows)  # told by what stands in it, not by columns
