"""Where censuses lie, how a folder is written out of sight, sealed, and put in its place.

A folder under work bears a lock that ends with its process. What lies there without one was
left by a process that was killed, and is swept away by the next freeze.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

from preceptor.institutions.models import Unit

from ..models import Census

_UNDER_WORK = ".freezing-"


def root_of(institution: Unit) -> Path:
    """The folder of all censuses of the institution; made when it is not there."""
    name = quote(institution.code, safe="").replace(".", "%2E")
    path = Path(settings.PRECEPTOR_HOME) / "census" / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def folder_of(census: Census) -> Path:
    """Where the files of the census lie."""
    return Path(settings.PRECEPTOR_HOME) / census.folder


def place_of(institution: Unit, day: date, edition: int) -> Path:
    """Where the edition of the day belongs."""
    return root_of(institution) / day.isoformat() / str(edition)


@contextmanager
def _locked(folder: Path) -> Iterator[int]:
    """Hold the folder's lock; waits for whoever holds it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _is_abandoned(folder: Path) -> bool:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def remove(folder: Path) -> None:
    """Remove a folder and its files, also when they were made read-only."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(folder)


def _sweep(root: Path) -> None:
    for folder in root.glob(f"{_UNDER_WORK}*"):
        if _is_abandoned(folder):
            remove(folder)


@contextmanager
def under_work(institution: Unit) -> Iterator[Path]:
    """A fresh folder to write in, out of sight; whatever still lies there at the end is removed."""
    root = root_of(institution)
    with _locked(root):
        _sweep(root)
        folder = root / f"{_UNDER_WORK}{secrets.token_hex(8)}"
        folder.mkdir()
        lock = os.open(folder, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        if folder.exists():
            remove(folder)
        os.close(lock)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def seal(path: Path) -> None:
    """Make a file, or a folder's files, last on disk, and unwritable for everyone."""
    for inside in sorted(path.rglob("*"), reverse=True):
        inside.chmod(0o555 if inside.is_dir() else 0o444)
        _sync(inside)
    if path.is_file():
        path.chmod(0o444)
    _sync(path)


def settle(folder: Path, place: Path) -> None:
    """Put a sealed folder in its place, and make that last.

    Whatever lies in the place has no row in this database: a killed freeze left it there, or it
    belongs to another database. It is set aside, for nothing sealed is ever removed.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(place.with_name(f"{place.name}.set-aside-{secrets.token_hex(4)}"))
    folder.rename(place)
    place.chmod(0o555)
    _sync(place)
    _sync(place.parent)
