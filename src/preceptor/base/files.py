"""Files kept under PRECEPTOR_HOME, each once, named by its content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from .models import StoredFile


def folder() -> Path:
    """Where stored files lie; made when it is not there."""
    path = Path(settings.PRECEPTOR_HOME) / "files"
    path.mkdir(parents=True, exist_ok=True)
    return path


def path_of(file: StoredFile) -> Path:
    """Where the content of a stored file lies."""
    return folder() / file.sha256[:2] / file.sha256


def keep(source: BinaryIO, name: str) -> StoredFile:
    """Store the content once and give its row; the same content again gives the same row."""
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder(), delete=False) as target:
        for block in iter(lambda: source.read(1 << 20), b""):
            digest.update(block)
            size += len(block)
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    stored = StoredFile(sha256=digest.hexdigest(), name=Path(name).name[:255], size=size)
    goal = path_of(stored)
    goal.parent.mkdir(exist_ok=True)
    Path(target.name).replace(goal)
    return StoredFile.objects.get_or_create(
        sha256=stored.sha256, defaults={"name": stored.name, "size": size}
    )[0]
