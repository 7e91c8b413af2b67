"""Correcting records that are dated twice."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.utils import timezone

from .models import DatedRecord

R = TypeVar("R", bound=DatedRecord)


def supersede(record: R, **changes: Any) -> R:
    """A corrected copy; the old row stays as what was known until now. Must run in a deed."""
    now = timezone.now()
    fields = {
        field.attname: getattr(record, field.attname)
        for field in record._meta.concrete_fields
        if not field.primary_key and field.name not in ("recorded_at", "superseded_at")
    }
    type(record)._base_manager.filter(pk=record.pk).update(superseded_at=now)
    copy = type(record)(**fields, recorded_at=now)
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)
    return copy


def retract(record: DatedRecord) -> None:
    """Mark the row as never true; it stays readable as what was once believed."""
    type(record)._base_manager.filter(pk=record.pk).update(superseded_at=timezone.now())


def end_on(record: DatedRecord, last_on: date) -> None:
    """Let the row end with the day; one that begins later was never true. Must run in a deed."""
    if record.valid_from > last_on:
        retract(record)
    else:
        supersede(record, valid_to=last_on)
