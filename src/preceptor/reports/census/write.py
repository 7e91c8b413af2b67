"""Everything that a census holds, written into a folder under work."""

from __future__ import annotations

import json
from pathlib import Path

from .findings import COLUMNS as FINDING_COLUMNS
from .findings import findings
from .manifest import RULES, Json, head_of_journal, packs_of
from .moment import Moment
from .parquet import write_rows, write_table
from .rules import rules_on
from .snapshot import snapshot
from .tables import TABLES


def write_state(folder: Path, moment: Moment) -> tuple[dict[str, int], Json]:
    """Write all tables and the rules of the day, read as of one instant.

    Gives the number of rows by table, and what the manifest must say of that instant. Raises
    PackError or InputRefused when a pack in force cannot be read.
    """
    with snapshot():
        instant = {
            "journal": head_of_journal(),
            "packs": packs_of(moment.institution, moment.day),
        }
        rows = {table.name: write_table(folder, table, moment) for table in TABLES}
        rows["findings"] = write_rows(
            folder / "findings.parquet", FINDING_COLUMNS, findings(moment)
        )
        rules = rules_on(moment.institution, moment.day)
    text = json.dumps(rules, ensure_ascii=False, indent=1)
    (folder / RULES).write_text(text + "\n", encoding="utf-8")
    return rows, instant
