"""The watched disk of `disk.c`: how it is built, how a process is put on it, and a power cut played from its log."""

import ctypes
import os
import shutil
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent
HEAD = struct.Struct("=ciqq")
SECTOR = 512
WRITE, TRUNCATE, SYNC, UNLINK, NOTE, OPEN = b"w", b"t", b"s", b"u", b"n", b"o"


def build(folder):
    """Build the library, or skip where that cannot be."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("the watched disk needs Linux and a C compiler")
    library = folder / "disk.so"
    command = [compiler, "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", library, HERE / "disk.c", "-ldl", "-lpthread"]  # fmt: skip  # noqa: E501
    subprocess.run(command, check=True)
    return library


def run_on(library, function, path, *, log=None, arguments=()):
    """Run a function of `torture.on_disk` in a process of its own, watching the folder of `path`; return its lines."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BACKCARE_CLINIC")}
    environment |= {"LD_PRELOAD": str(library), "DISK_WATCHED": str(path.parent), "PYTHONPATH": str(HERE.parent)}
    environment |= {"DISK_LOG": str(log)} if log else {}
    code = f"import sys; from torture import on_disk; on_disk.{function}(*sys.argv[1:])"
    done = subprocess.run([sys.executable, "-c", code, path, *map(str, arguments)], env=environment,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def arm(kind, at, error, *, lasting):
    """In a process on the disk: make the `at`-th call of a kind fail; 0 makes none fail."""
    ctypes.CDLL(None).disk_arm(ord(kind), at, error, int(lasting))


def calls(kind):
    """In a process on the disk: return how many calls of a kind there were since it was armed."""
    return ctypes.CDLL(None).disk_count(ord(kind))


def note(text):
    """In a process on the disk: put a mark into its log."""
    ctypes.CDLL(None).disk_note(text.encode())


class Record(NamedTuple):
    """One thing that happened on the disk."""

    kind: bytes
    path: str
    offset: int
    data: bytes


def records(log):
    """Return what happened on the disk, in its order."""
    raw, at, found = Path(log).read_bytes(), 0, []
    while at < len(raw):
        kind, path_length, offset, length = HEAD.unpack_from(raw, at)
        at += HEAD.size
        path = raw[at : at + path_length].decode()
        at += path_length
        taken = length if kind in (WRITE, NOTE) else 0
        found.append(Record(kind, path, offset, raw[at : at + taken]))
        at += taken
    return found


@dataclass
class File:
    """A file on the disk: what is safe, and what was written since and may be lost."""

    safe: bytearray = field(default_factory=bytearray)
    unsafe: list = field(default_factory=list)

    def sync(self):
        for one in self.unsafe:
            put(self.safe, one)
        self.unsafe.clear()


class Disk:
    """A disk on which records happen one after another; at any moment its power may be cut."""

    def __init__(self, ignored=lambda _path: False):
        self.files, self.answers, self._ignored = {}, [], ignored

    def take(self, record):
        if record.kind == NOTE:
            self.answers.append(record.data.decode())
        elif record.kind == UNLINK:
            self.files.pop(record.path, None)
        elif ".sqlite" in record.path and not record.path.endswith("-shm"):  # that index is made anew at each opening
            file = self.files.setdefault(record.path, File())
            if record.kind != SYNC:
                file.unsafe.append(record)
            elif not self._ignored(record.path):
                file.sync()

    def after_a_cut(self, chance):
        """Return the files as they may be found: of what was not synced, each write is kept, lost, halved or torn."""
        found = {}
        for path, file in self.files.items():
            found[path] = bytearray(file.safe)
            for one in file.unsafe:
                for part in left_of(one, chance):
                    put(found[path], part)
        return found


def left_of(record, chance):
    """Yield what is left of a write that was not synced when the power failed."""
    fate = chance.choice(("kept", "lost", "halved", "torn"))
    if record.kind == TRUNCATE or fate == "kept":
        yield from [record] if fate != "lost" else []
    elif fate == "halved":
        yield record._replace(data=record.data[: len(record.data) // 2])
    elif fate == "torn":
        for start in range(0, len(record.data), SECTOR):
            if chance.random() < 0.5:
                yield record._replace(offset=record.offset + start, data=record.data[start : start + SECTOR])


def put(content, record):
    """Do what a record says to a file's content."""
    if record.kind == TRUNCATE:
        del content[record.offset :]
        content.extend(bytes(record.offset - len(content)))
    elif record.data:
        content.extend(bytes(max(0, record.offset - len(content))))
        content[record.offset : record.offset + len(record.data)] = record.data
