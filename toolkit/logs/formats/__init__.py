"""The formats that are read, one small file each; adding one is one file and one line here."""

from toolkit.logs.formats import own, strong
from toolkit.logs.formats.base import Format

FORMATS: tuple[Format, ...] = (
    Format("own", own.recognise, own.rows),
    Format("strong", strong.recognise, strong.rows),
)
