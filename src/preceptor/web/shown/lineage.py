"""Which cell of which file a recorded value came from."""

from __future__ import annotations

from typing import Any

from preceptor.base.models import Lineage
from preceptor.base.together import Question, Set, answer, first_of

MOST = 200


def lineage_of(kind: str, key: int) -> list[dict[str, Any]]:
    """The cells behind a record, file by file; at most MOST. One query."""
    return answer(lineage_asked(kind, key))


def lineage_asked(kind: str, key: int) -> Question[list[dict[str, Any]]]:
    """As `lineage_of`; one set."""
    cells = Lineage.objects.filter(subject_kind=kind, subject_key=str(key))
    cells = cells.select_related("file").order_by("file_id", "sheet", "row", "id")
    [found] = yield [Set(first_of(cells, MOST))]
    return [
        {
            "header": cell.header,
            "field": cell.field,
            "file": cell.file.name,
            "sheet": cell.sheet,
            "cell": f"{cell.column}{cell.row}",
        }
        for cell in found
    ]
