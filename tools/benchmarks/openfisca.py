"""The same rules beside OpenFisca-Core, which lives in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from preceptor.policy import Batch, Pack, evaluate
from preceptor.policy.types import day_number
from preceptor.standing.schema import SCHEMA

from .measure import Row, Timing, seconds, timed, times
from .rules import made_up
from .synthetic import MONTHS, ON, STEPS, enrolments

PACKAGE = "openfisca-core"
COLUMNS = ("cohort_on", "degree_type", "mode", "state")
GOAL = "3 times faster, data to verdicts"


def against(count: int) -> Iterator[Row]:
    """Our rules and theirs on the same arrays, without unknown cells, in one run."""
    title = f"12 rules on {count:,} enrolments x 30 rows, against OpenFisca-Core, data to verdicts"
    with TemporaryDirectory() as folder:
        try:
            python = _environment(Path(folder))
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip().splitlines()[-1:]
            yield Row(title, GOAL, f"not measured: {PACKAGE} could not be installed ({said})")
            return
        yield _row(title, Path(folder), python, count)


def _environment(folder: Path) -> Path:
    """A fresh environment with the package; gives its Python. Raises CalledProcessError."""
    place = folder / "environment"
    for command in (
        [sys.executable, "-m", "venv", str(place)],
        [str(place / "bin" / "pip"), "install", "--quiet", PACKAGE],
    ):
        subprocess.run(command, check=True, capture_output=True)
    return place / "bin" / "python"


def _row(title: str, folder: Path, python: Path, count: int) -> Row:
    pack, batch = made_up(12), enrolments(SCHEMA, count, gaps=False)
    _save(folder / "arrays.npz", pack, batch)
    script = Path(__file__).with_name("openfisca_rules.py")
    said = subprocess.run(
        [python, script, folder / "arrays.npz"], check=True, stdout=subprocess.PIPE
    )
    theirs = json.loads(said.stdout.splitlines()[-1])
    ours, counts = _ours(pack, batch)
    for name, found in theirs.items():
        if found["counts"] != counts:
            raise RuntimeError(f"{name}: {found['counts']} by OpenFisca, {counts} by us.")
    best = min(theirs, key=lambda name: theirs[name]["seconds"])
    rest = ", ".join(
        f"{name} {seconds(found['seconds'])}" for name, found in theirs.items() if name != best
    )
    return Row(
        title,
        GOAL,
        f"{seconds(ours.used)} of a processor; OpenFisca-Core at its best ({best}) "
        f"{seconds(theirs[best]['seconds'])}, {rest}; the same verdicts, and ours tell what is "
        "unknown besides",
        f"{times(theirs[best]['seconds'] / ours.used)} times faster",
    )


def _ours(pack: Pack, batch: Batch) -> tuple[Timing, list[list[int]]]:
    columns = {name: (cells.values, cells.known) for name, cells in batch.columns.items()}

    def work() -> Any:
        fresh = Batch.from_columns(SCHEMA, "enrolment", batch.keys, columns, batch.lists, ON)
        return evaluate(pack, fresh)

    found = work()
    counts = [np.bincount(codes, minlength=5).tolist() for codes in found.verdicts.values()]
    return timed(work, times=3), counts


def _save(path: Path, pack: Pack, batch: Batch) -> None:
    training, steps = batch.lists["training"].columns, batch.lists["milestones"].columns
    about = {
        "months": MONTHS,
        "steps": STEPS,
        "least": [[step.value for step in known.steps] for known in pack.parameters.values()],
        "second_from": day_number(date(2021, 9, 1)),
    }
    arrays = {name: batch.columns[name].values for name in COLUMNS}
    arrays |= {"months": training["months"].values, "kind": training["kind"].values}
    arrays |= {"step": steps["kind"].values, "outcome": steps["outcome"].values}
    arrays["day"] = steps["day"].values
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    np.savez(path, **arrays)
