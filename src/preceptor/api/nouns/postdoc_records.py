"""The records kept about a postdoc and what came of the term, as they are told to a reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from preceptor.base.today import today
from preceptor.base.together import Question, Set, first_of
from preceptor.fellows.access import may_keep_postdoc, reads_judgements
from preceptor.fellows.models import FundingShare, Postdoc
from preceptor.research.models import Authorship, Contributor, Inventor, ProjectMember

Told = dict[str, Any]
#: So many works of each kind, and so many payments, are told, the newest first.
MOST = 50
STAY = ("track", "intake", "begins_on", "ends_on", "comes_by", "goes_by")
PLACED = ("valid_from", "valid_to")
HOST = ("person", "role", "is_outside", "valid_from", "valid_to")
CONTRACT = ("number", "signed_on", "first_on", "last_on", "ownership", "breach")
FUNDING = ("payer", "payer_unit", "payer_name", "purpose", "amount_cny", "valid_from")
SUPPORT = ("kind", "payer", "amount_cny", "paid_on")
GOAL = ("kind", "text", "target", "due_on", "reached", "reached_on", "evidence", "agreed_on")
MONTHS = ("kind", "place", "unit", "first_month", "last_month", "is_planned", "share_e2")
ASSESSED = ("kind", "year", "attempt", "held_on", "grade")
LEAVE = ("kind", "first_on", "last_on", "returned_on")
GROUND = ("kind", "found_on", "first_on", "days", "paper", "note", "taken_back_at")


def records_asked(row: Postdoc, user: Any) -> Question[Told]:
    """Every record; amounts and the kinds of leaves null for who may not read what is judged, findings
    null for who does not keep the records. One round."""
    reads, keeps = reads_judgements(user, row), bool(may_keep_postdoc(user, row))
    shares = FundingShare.objects.on(today()).filter(postdoc=row).select_related("payer_unit")
    supports = first_of(row.supports.order_by("-paid_on", "-pk"), MOST)
    read = {
        "stays": (row.stays.select_related("station").order_by("begins_on", "pk"), STAY),
        "hosts": (row.hosts.known().select_related("person"), HOST),
        "platforms": (row.platform_places.known().select_related("platform"), PLACED),
        "contracts": (row.contracts.all(), CONTRACT),
        "funding": (shares.order_by("payer", "pk"), FUNDING),
        "supports": (supports if reads else supports.none(), SUPPORT),
        "goals": (row.goals.all(), GOAL),
        "months": (row.months.select_related("unit"), MONTHS),
        "assessments": (row.assessments.defer("comment"), ASSESSED),
        "leaves": (row.leaves.defer("note"), LEAVE),
        "grounds": (row.grounds.order_by("-found_on", "-pk"), GROUND),
    }
    found = yield [Set(rows) for rows, _columns in read.values()]
    told: Told = {
        name: [_told(one, columns) for one in rows]
        for (name, (_rows, columns)), rows in zip(read.items(), found, strict=True)
    }
    for line, stay in zip(told["stays"], found[0], strict=True):
        line["station"] = stay.station.code
    for line, place in zip(told["platforms"], found[list(read).index("platforms")], strict=True):
        line["platform"] = place.platform
    return told | {
        "funding": _masked(told["funding"], "amount_cny", reads),
        "supports": told["supports"] if reads else None,
        "leaves": _masked(told["leaves"], "kind", reads),
        "grounds": told["grounds"] if keeps else None,
    }


def _told(row: Any, columns: Sequence[str]) -> Told:
    return {"key": row.pk, **{name: getattr(row, name) for name in columns}}


def _masked(rows: list[Told], column: str, reads: bool) -> list[Told]:
    """The rows, with the column unknown for who may not read it."""
    return rows if reads else [row | {column: None} for row in rows]


def works_asked(row: Postdoc) -> Question[list[Told]]:
    """Papers, projects, patents and translations between entry and exit; one round."""
    until = row.left_on or today()
    kinds = (
        ("paper", Authorship, "published_on"), ("project", ProjectMember, "starts_on"),
        ("patent", Inventor, "applied_on"), ("translation", Contributor, "signed_on"),
    )  # fmt: skip
    found = yield [Set(_within(parts, row, f"{kind}__{day}", until)) for kind, parts, day in kinds]
    return [
        one
        for (kind, _parts, day), rows in zip(kinds, found, strict=True)
        for one in _works(kind, rows, day)
    ]


def _within(parts: Any, row: Postdoc, column: str, until: date) -> Any:
    """The person's parts in works whose day lies in the term."""
    days = {f"{column}__gte": row.entered_on, f"{column}__lte": until}
    found = parts.objects.filter(person=row.person_id, **days)
    found = found.select_related(column.partition("__")[0]).order_by(f"-{column}", "-pk")
    return first_of(found, MOST)


def _works(kind: str, parts: Any, day: str) -> list[Told]:
    return [
        {
            "kind": kind,
            "title": getattr(part, kind).title,
            "day": getattr(getattr(part, kind), day),
            "place": getattr(part, "place", None),
            "is_head": getattr(part, "is_head", None),
            "amount_cny": getattr(getattr(part, kind), "amount_cny", None),
        }
        for part in parts
    ]
