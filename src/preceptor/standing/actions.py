"""Every write to stored findings and to packs in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Q

from preceptor.base.actors import Actor
from preceptor.base.deeds import Touched, deed
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution
from preceptor.policy import Pack, Verdict
from preceptor.training.models import Enrolment, Panel, PanelSeat, Thesis
from preceptor.training.states import ENROLLED

from .models import Finding, PackInForce
from .packs import find, in_force
from .population import CHUNK, in_chunks, subjects_on, with_relations
from .verdicts import LOADERS, Judged, judge


def put_in_force(*, institution: Unit, pack: str, valid_from: date, by: Actor) -> PackInForce:
    """Put a pack into force for the institution, with the content it has now.

    Raises PackError when the pack is wrong, and then changes nothing.
    """
    may_keep_institution(by, institution).demand()
    found = find(pack)
    with deed(by) as act:
        row, _created = PackInForce.objects.update_or_create(
            institution=institution,
            pack=found.id,
            defaults={"version": found.version, "hash": found.hash, "in_force_from": valid_from},
        )
        act.write("pack.force", "pack", found.id, after={"hash": found.hash})
    return row


def _findings(judged: Judged, on: date) -> Iterator[Finding]:
    for rule in judged.pack.rules_of(judged.subject):
        missing_masks = judged.result.missing_masks(rule.id)
        for index, row in enumerate(judged.rows):
            verdict = judged.result.verdict(rule.id, index)
            if verdict == Verdict.NOT_APPLICABLE:
                continue
            missing = ", ".join(name for name, mask in missing_masks.items() if mask[index])
            yield Finding(
                enrolment_id=_enrolment_of(judged.subject, row),
                panel_id=row.pk if judged.subject == "panel" else None,
                subject=judged.subject, rule=rule.id, kind=rule.kind, verdict=verdict.value,
                missing=missing[:300], pack=judged.pack.id, version=judged.pack.version,
                hash=judged.pack.hash, as_of=on,
            )  # fmt: skip


def _enrolment_of(subject: str, row: Any) -> int:
    return int(row.pk if subject == "enrolment" else row.enrolment_id)


def _store(packs: Sequence[Pack], subject: str, rows: Sequence[Any], on: date) -> None:
    fresh = chain.from_iterable(_findings(judge(pack, subject, rows, on), on) for pack in packs)
    Finding.objects.bulk_create(fresh, batch_size=1000)


def _forget(subject: str, rows: Sequence[Any]) -> None:
    keys = [row.pk if subject == "panel" else _enrolment_of(subject, row) for row in rows]
    column = "panel__in" if subject == "panel" else "enrolment__in"
    Finding.objects.filter(**{column: keys}, subject=subject).delete()


def evaluate_all(*, institution: Unit, on: date, by: Actor) -> int:
    """Judge every trainee, thesis and panel of the institution afresh; gives how many records."""
    packs, judged = in_force(institution), 0
    with deed(by) as act:
        Finding.objects.filter(enrolment__institution=institution).delete()
        for subject in LOADERS:
            rows = with_relations(subjects_on(institution, subject, on), subject)
            for chunk in in_chunks(rows):
                _store(packs, subject, chunk, on)
                judged += len(chunk)
        act.write("standing.evaluate", "institution", institution.pk, after={"records": judged})
    return judged


def _sliced(keys: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _panels_of(touched: Touched) -> set[int]:
    panels = set(touched.get("panel", ()))
    for keys in _sliced(touched.get("person", ())):
        panels.update(PanelSeat.objects.filter(person__in=keys).values_list("panel_id", flat=True))
    for keys in _sliced(touched.get("enrolment", ())):
        panels.update(Panel.objects.filter(enrolment__in=keys).values_list("pk", flat=True))
    return panels


def reevaluate(touched: Touched) -> None:
    """Judge the touched records again, inside the transaction that touched them."""
    if not any(touched.values()):
        return
    on, packs = today(), dict[int, list[Pack]]()
    for keys in _sliced(touched.get("enrolment", ())):
        trainees = Enrolment.objects.filter(pk__in=keys)
        ended = trainees.exclude(Q(state__in=ENROLLED) & Q(degree_level="doctor"))
        _forget("enrolment", list(ended))
        _forget("thesis", list(Thesis.objects.filter(enrolment__in=ended)))
        enrolled = trainees.filter(state__in=ENROLLED, degree_level="doctor")
        _restore(packs, "enrolment", list(enrolled), on)
        theses = Thesis.objects.filter(enrolment__in=enrolled).select_related("enrolment")
        _restore(packs, "thesis", list(theses), on)
    for keys in _sliced(_panels_of(touched)):
        rows = Panel.objects.filter(pk__in=keys).select_related("enrolment")
        _restore(packs, "panel", list(rows), on)


def _restore(packs: dict[int, list[Pack]], subject: str, rows: list[Any], on: date) -> None:
    by_institution: dict[int, list[Any]] = {}
    for row in rows:
        owner = row.institution_id if subject != "thesis" else row.enrolment.institution_id
        by_institution.setdefault(owner, []).append(row)
    for owner, owned in by_institution.items():
        if owner not in packs:
            packs[owner] = in_force(Unit.objects.get(pk=owner))
        _forget(subject, owned)
        _store(packs[owner], subject, owned, on)
