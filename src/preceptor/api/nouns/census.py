"""Censuses, their figures with the records behind them, and the reports."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router
from pydantic import StringConstraints

from preceptor.base.keyset import part_of
from preceptor.reports.access import readable_censuses, readable_figures, visible_records
from preceptor.reports.census.verify import verify
from preceptor.reports.figures.keys import record_kinds
from preceptor.reports.figures.naming import Language, note_words, population_of, sql_of, title_of
from preceptor.reports.figures.registry import definition_of
from preceptor.reports.models import Census, FigureValue
from preceptor.reports.written import TYPES, path_of, written_for

from ..fields import Key, Name, Readable
from ..guard import reader
from ..paging import Page, Paging, one, page_of, place_of
from ..refusals import answers
from ..shapes import census as shapes

router = Router(tags=["censuses"])
FileName = Annotated[str, StringConstraints(max_length=80), Readable]


def _language() -> Language:
    return "en" if get_language() == "en" else "zh"


def _rows(request: HttpRequest) -> QuerySet[Census]:
    return readable_censuses(reader(request)).select_related("institution")


@router.get("/censuses", response=answers(Page[shapes.CensusLine]))
def censuses(request: HttpRequest, narrowed: Query[Paging]) -> dict[str, Any]:
    """The frozen days of the reader's institutions, in the order in which they were frozen; for
    secretaries, offices and leaders."""
    return page_of(_rows(request).defer("manifest"), "pk", narrowed)


@router.get("/censuses/{int:key}", response=answers(shapes.Census))
def census(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One census: how many rows were frozen, whether it still stands, and the files of its report."""
    row = one(_rows(request), pk=key)
    columns = ("institution", "day", "edition", "known_at", "manifest_hash", "frozen_by")
    files = row.manifest["files"]
    return {
        **{name: getattr(row, name) for name in columns},
        "key": row.pk,
        "rows": {name: entry.get("rows", 0) for name, entry in files.items()},
        "figures": row.figures.count(),
        "problems": verify(row),
        "files": list(written_for(row).files),
    }


class FigureFilter(Paging):
    """The begin of the names of figures; the scope as a whole."""

    name: Name | None = None
    scope: Name | None = None


@router.get("/censuses/{int:key}/figures", response=answers(Page[shapes.FigureLine]))
def census_figures(request: HttpRequest, key: Key, narrowed: Query[FigureFilter]) -> dict[str, Any]:
    """The figures of a census."""
    rows = one(_rows(request), pk=key).figures.all()
    if narrowed.name:
        rows = rows.filter(key__startswith=narrowed.name)
    if narrowed.scope:
        rows = rows.filter(scope=narrowed.scope)
    return page_of(rows, "key", narrowed)


def _figure(request: HttpRequest, key: int) -> FigureValue:
    rows = readable_figures(reader(request)).select_related("census__institution")
    found: FigureValue = one(rows, pk=key)
    return found


@router.get("/figures/{int:key}", response=answers(shapes.Figure))
def figure(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One figure: value, definition, and the census that it was computed from."""
    row, language = _figure(request, key), _language()
    definition = definition_of(row.key)
    columns = ("scope", "period", "nature", "value", "unit", "records")
    return {
        **{name: getattr(row, name) for name in columns},
        "key": row.pk,
        "name": row.key,
        "title": title_of(row.key, language),
        "note": note_words(row.note, language),
        "population": population_of(row.key, language) if definition else None,
        "window": definition.window if definition else None,
        "computed_by": sql_of(row.key),
        "record_kinds": list(record_kinds(row)),
        "census": row.census_id,
        "day": row.census.day,
        "manifest_hash": row.census.manifest_hash,
    }


class RecordFilter(Paging):
    """Of which kind, where a figure counts two; its first without one."""

    kind: Name | None = None


@router.get("/figures/{int:key}/records", response=answers(shapes.Records))
def figure_records(request: HttpRequest, key: Key, narrowed: Query[RecordFilter]) -> dict[str, Any]:
    """The keys of the records behind a figure that the reader may see, in pages."""
    row = _figure(request, key)
    kinds = record_kinds(row)
    kind = narrowed.kind or next(iter(kinds), "")
    if narrowed.kind and narrowed.kind not in kinds:
        raise Http404
    if not kind:
        return {"kind": None, "keys": [], "hidden": 0, "after": None}
    rows, hidden = visible_records(row, reader(request), kind)
    page = part_of(rows.only("pk"), "pk", place_of(narrowed, "pk"), size=narrowed.size)
    keys = [found.pk for found in page.rows]
    return {"kind": kind, "keys": keys, "hidden": hidden, "after": page.after or None}


@router.get("/censuses/{int:key}/files/{name}", response=answers(None))
def census_file(request: HttpRequest, key: Key, name: FileName) -> Any:
    """A file of the report of the census, as `files` names it."""
    path = path_of(one(_rows(request), pk=key), name)
    if path is None:
        raise Http404
    kind = TYPES[name.rpartition(".")[2]]
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=kind)
