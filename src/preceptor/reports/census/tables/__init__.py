"""All tables of the census, one file each."""

from __future__ import annotations

from ..table import CensusTable
from . import (
    admission,
    cases,
    fellows,
    joint,
    people,
    programmes,
    progress,
    registers,
    trainees,
)

TABLES: tuple[CensusTable, ...] = (
    *registers.TABLES,
    *people.TABLES,
    *programmes.TABLES,
    *admission.TABLES,
    *trainees.TABLES,
    *progress.TABLES,
    *cases.TABLES,
    *fellows.TABLES,
    *joint.TABLES,
)
