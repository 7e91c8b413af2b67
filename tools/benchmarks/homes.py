"""Folders with an invented institution of a size, as a user of the product would make them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from .measure import peak_megabytes

ROOT = Path(__file__).resolve().parents[2]


def environment(home: Path) -> dict[str, str]:
    """The variables of a process that works on the folder."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {
        "PRECEPTOR_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "preceptor.config.settings",
    }


def begin() -> None:
    """Django for the folder that this process was started on."""
    import django

    django.setup()


def prepare(home: Path) -> None:
    """The tables and the static files of a folder, when they are not there yet."""
    from django.core.management import call_command

    home.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


def make(home: Path, scale: Decimal) -> dict[str, Any]:
    """Make the institution where there is none, put its rules into force and judge everybody.

    Gives the times of both, in seconds, and how many records and verdicts there are; the time of
    making is None where the institution was there already.
    """
    from preceptor.base.actors import OPERATOR
    from preceptor.demo.actions import build
    from preceptor.demo.preparation import rules_in_force
    from preceptor.demo.queries import finish
    from preceptor.standing.models import Finding
    from preceptor.training.models import Enrolment

    prepare(home)
    built: float | None = None
    if finish() is None:
        start = time.perf_counter()
        build(scale=scale, by=OPERATOR)
        built = time.perf_counter() - start
    start, used = time.perf_counter(), time.process_time()
    records = rules_in_force()
    return {
        "built": built,
        "judged": time.perf_counter() - start,
        "judged_used": time.process_time() - used,
        "records": records,
        "verdicts": Finding.objects.count(),
        "enrolments": Enrolment.objects.count(),
        "peak": peak_megabytes(),
    }


def make_empty(home: Path) -> None:
    """An institution with rules and nobody in training, for taking in a workbook."""
    from preceptor.base.actors import OPERATOR
    from preceptor.demo.actions import build
    from preceptor.demo.preparation import rules_in_force
    from preceptor.demo.queries import finish

    prepare(home)
    if finish() is None:
        build(empty=True, by=OPERATOR)
        rules_in_force()


def start_time(arguments: list[str], home: Path) -> float:
    """How long a command of Python takes from its start to its end, in seconds."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], env=environment(home), stdout=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - start
