"""The list of trainees: which rows with what beside them, and the cells of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.standing.due import WORST_FIRST
from preceptor.standing.listing import OWN
from preceptor.standing.models import Finding
from preceptor.training.access import visible_enrolments
from preceptor.training.choices import EnrolmentState, SupervisionRole
from preceptor.training.models import Enrolment, Supervision
from preceptor.training.states import ENROLLED

Cell = dict[str, Any]
Row = Mapping[str, Any]

#: What is read of a trainee; a person's sensitive columns are not.
SHOWN = (
    "student_number", "cohort", "state", "institution",
    "person__name_zh", "person__name_en", "person__name_pinyin",
    "unit__name_zh", "unit__name_en",
    "direction__code", "direction__name_zh", "direction__name_en",
)  # fmt: skip
#: The verdicts after which nothing more is asked for.
SETTLED = ("pass", "waived")

COLUMNS: list[dict[str, Any]] = [
    {"title": gettext_lazy("Trainee, by student number"), "direction": "ascending"},
    {"title": gettext_lazy("Direction and unit")},
    {"title": gettext_lazy("Cohort"), "is_number": True},
    {"title": gettext_lazy("Supervisor")},
    {"title": gettext_lazy("State")},
    {"title": gettext_lazy("Standing")},
]


def with_names(rows: QuerySet[Enrolment]) -> QuerySet[Any]:
    """The rows with person, unit, direction, today's main supervisor in the reader's language
    (`guide`, None where none is recorded) and the stored standing (`whole`, None where nobody was
    judged)."""
    guides = Supervision.objects.on(today()).filter(
        enrolment=OuterRef("pk"), role=SupervisionRole.MAIN
    )
    first, second = "person__name_zh", "person__name_en"
    if get_language() == "en":
        first, second = second, first
    name = Coalesce(NullIf(first, Value("")), second, output_field=CharField())
    found = rows.select_related("person", "unit", "direction").only(*SHOWN)
    named: QuerySet[Any] = found.annotate(
        guide=Subquery(guides.annotate(name=name).values("name")[:1]), whole=F("standing__whole")
    )
    return named


def _with_counts(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with how many requirements are met (`met`), and of how many (`total`)."""
    own = Finding.objects.filter(enrolment=OuterRef("pk"), subject__in=OWN).order_by()
    met = own.filter(verdict__in=SETTLED)
    counted: QuerySet[Any] = rows.annotate(total=_count_of(own), met=_count_of(met))
    return counted


def _count_of(rows: QuerySet[Finding]) -> Coalesce:
    counted = rows.values("enrolment").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def _with_rule(rows: QuerySet[Any], rule: str) -> QuerySet[Any]:
    """The rows with what one rule says (`said`, None where it judged nobody); of several records
    (panels) the first that is not met."""
    found = Finding.objects.filter(enrolment=OuterRef("pk"), rule=rule)
    said = Case(When(verdict="fail", kind="warn", then=Value("warn")), default=F("verdict"))
    worst = (When(said=name, then=place) for place, name in enumerate(WORST_FIRST))
    ranked = found.annotate(said=said).annotate(rank=Case(*worst, default=len(WORST_FIRST)))
    first = ranked.order_by("rank", "pk").values("said")[:1]
    told: QuerySet[Any] = rows.annotate(said=Subquery(first))
    return told


def rows_of(user: Any, keys: Sequence[int], rule: str | None = None) -> list[list[Cell]]:
    """The cells of the trainees with these keys, in this order; with a rule, the standing is that
    of the rule. Whom the user may not see is left out. One query."""
    rows = with_names(visible_enrolments(user).filter(pk__in=keys))
    rows = _with_rule(rows, rule) if rule else _with_counts(rows)
    shown = ("said",) if rule else ("met", "total")
    found = {row["pk"]: row for row in rows.values("pk", *SHOWN, "guide", "whole", *shown)}
    states, titles = dict(EnrolmentState.choices), [str(column["title"]) for column in COLUMNS]
    # Asked for once: the address of each trainee differs by the key alone.
    before, after = reverse("enrolment", args=[0]).rsplit("0", 1)
    return [
        _cells(found[key], f"{before}{key}{after}", states, titles) for key in keys if key in found
    ]


def _cells(row: Row, url: str, states: Mapping[str, Any], titles: Sequence[str]) -> list[Cell]:
    cells: list[Cell] = [
        {"text": _name(row, "person"), "url": url, "note": row["student_number"]},
        {"text": _name(row, "direction"), "note": _name(row, "unit")},
        {"text": str(row["cohort"]), "is_number": True},
        {"text": row["guide"] or "–"},
        {"text": states.get(row["state"], row["state"])},
        rule_cell(row) if "said" in row else whole_cell(row),
    ]
    for cell, title in zip(cells, titles, strict=True):
        cell["label"] = title
    return cells


def _name(row: Row, of: str) -> str:
    """The name in the reader's language; in the other one where it is not recorded."""
    chinese, english = row[f"{of}__name_zh"], row[f"{of}__name_en"]
    return str((english or chinese) if get_language() == "en" else (chinese or english))


def whole_cell(row: Row) -> Cell:
    """The standing as a whole: the worst verdict, and how many requirements are met.

    Who is no longer studying is judged no more.
    """
    if row["whole"] is None:
        return {"text": _("not judged") if row["state"] in ENROLLED else "–"}
    note = _("%(met)s of %(all)s met") % {"met": row["met"], "all": row["total"]}
    return {"verdict": row["whole"], "note": note}


def rule_cell(row: Row) -> Cell:
    """What one rule says."""
    return {"verdict": row["said"]} if row["said"] else {"text": _("not judged")}


def columns_of(rule_title: str | None) -> list[dict[str, Any]]:
    """The columns; with a rule its title stands over the verdicts."""
    if rule_title is None:
        return COLUMNS
    return [*COLUMNS[:-1], {"title": rule_title}]
