"""The records kept about a postdoc and what came of the term, as they are told to a reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from preceptor.base.today import today
from preceptor.fellows.access import may_keep_postdoc, reads_judgements
from preceptor.fellows.models import FundingShare, Postdoc
from preceptor.research.models import Authorship, Contributor, Inventor, ProjectMember

Told = dict[str, Any]
#: So many works of each kind, and so many payments, are told, the newest first.
MOST = 50
STAY = ("track", "intake", "begins_on", "ends_on", "comes_by", "goes_by")
HOST = ("person", "role", "is_outside", "valid_from", "valid_to")
CONTRACT = ("number", "signed_on", "first_on", "last_on", "ownership", "breach")
FUNDING = ("payer", "payer_unit", "payer_name", "purpose", "amount_cny", "valid_from")
SUPPORT = ("kind", "payer", "amount_cny", "paid_on")
GOAL = ("kind", "text", "target", "due_on", "reached", "reached_on", "evidence", "agreed_on")
MONTHS = ("kind", "place", "unit", "first_month", "last_month", "is_planned", "share_e2")
ASSESSED = ("kind", "year", "attempt", "held_on", "grade")
LEAVE = ("kind", "first_on", "last_on", "returned_on")
GROUND = ("kind", "found_on", "first_on", "days", "paper", "note", "taken_back_at")


def records_of(row: Postdoc, user: Any) -> Told:
    """Every record; amounts and the kinds of leaves null for who may not read what is judged, findings
    null for who does not keep the records."""
    reads = reads_judgements(user, row)
    shares = FundingShare.objects.on(today()).filter(postdoc=row).select_related("payer_unit")
    grounds = row.grounds.order_by("-found_on", "-pk")
    return {
        "stays": [
            {**_told(one, STAY), "station": one.station.code}
            for one in row.stays.select_related("station").order_by("begins_on", "pk")
        ],
        "hosts": _rows(row.hosts.known().select_related("person"), HOST),
        "contracts": _rows(row.contracts.all(), CONTRACT),
        "funding": _masked(_rows(shares.order_by("payer", "pk"), FUNDING), "amount_cny", reads),
        "supports": _rows(row.supports.order_by("-paid_on", "-pk")[:MOST], SUPPORT)
        if reads
        else None,
        "goals": _rows(row.goals.all(), GOAL),
        "months": _rows(row.months.select_related("unit"), MONTHS),
        "assessments": _rows(row.assessments.defer("comment"), ASSESSED),
        "leaves": _masked(_rows(row.leaves.defer("note"), LEAVE), "kind", reads),
        "grounds": _rows(grounds, GROUND) if may_keep_postdoc(user, row) else None,
    }


def _told(row: Any, columns: Sequence[str]) -> Told:
    return {"key": row.pk, **{name: getattr(row, name) for name in columns}}


def _rows(rows: Any, columns: Sequence[str]) -> list[Told]:
    return [_told(row, columns) for row in rows]


def _masked(rows: list[Told], column: str, reads: bool) -> list[Told]:
    """The rows, with the column unknown for who may not read it."""
    return rows if reads else [row | {column: None} for row in rows]


def works_of(row: Postdoc) -> list[Told]:
    """Papers, projects, patents and translations between entry and exit; four queries."""
    until = row.left_on or today()
    return [
        *_works("paper", _within(Authorship, row, "paper__published_on", until), "published_on"),
        *_works("project", _within(ProjectMember, row, "project__starts_on", until), "starts_on"),
        *_works("patent", _within(Inventor, row, "patent__applied_on", until), "applied_on"),
        *_works(
            "translation", _within(Contributor, row, "translation__signed_on", until), "signed_on"
        ),
    ]


def _within(parts: Any, row: Postdoc, column: str, until: date) -> Any:
    """The person's parts in works whose day lies in the term."""
    days = {f"{column}__gte": row.entered_on, f"{column}__lte": until}
    found = parts.objects.filter(person=row.person_id, **days)
    return found.select_related(column.partition("__")[0]).order_by(f"-{column}", "-pk")[:MOST]


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
