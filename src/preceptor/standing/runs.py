"""Judging a whole institution: in short turns, so that nobody waits for the run to end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from preceptor.base.queue.backend import waiting, withdraw
from preceptor.base.today import today
from preceptor.institutions.models import Unit

from .asking import key_of
from .choices import ChangeCause, RunCause
from .models import Finding, Standing, StandingRun
from .packs import Force, force_on
from .population import enrolled_on, panels_judged
from .rounds import OWN, settle_panels, settle_trainees
from .storing import Round, let_others_write, take_turns
from .tallies import add, recount
from .verdicts import Judged

#: How many records are judged in one turn; a deed of the institution waits no longer than that.
CHUNK = 500

logger = logging.getLogger(__name__)


class BasisChanged(Exception):
    """What the run judges by is another than when it began: what it has stored since is of two
    kinds, so it begins again."""


@dataclass(frozen=True)
class Basis:
    """What all verdicts of a run rest on: the packs in force on its day, with the hashes of their
    contents; also which run had ended last when it began, and the request that waited then."""

    force: Force
    hashes: frozenset[str]
    last_run: int
    request: int | None


#: Judges and stores the records of one chunk; the span of keys that it stands for.
Settle = Callable[[Round, Sequence[Any], dict[str, int]], list[Judged]]


class Run:
    """An evaluation of a whole institution on a day, in chunks.

    Each chunk is a transaction of its own in the institution's turn, from reading the records to
    the counts. One that is cut short leaves verdicts of before and of now, all of them true on
    their day; only `end` makes its day the day of the lists.
    """

    def __init__(self, institution: Unit, on: date) -> None:
        self.institution, self.on = institution, on
        self.changed = self.records = self.sampled = 0

    def judge(self) -> None:
        """Judge everybody and every panel, store what differs and put the counts right.

        Raises BasisChanged when that has to be done again, PackError when a pack in force is wrong,
        and EvaluatorsDiffer when the reference interpreter says otherwise of a sampled record.
        """
        self._begin()
        self._in_chunks(enrolled_on(self.institution, self.on), self._trainees)
        panels = panels_judged().filter(institution=self.institution)
        self._in_chunks(panels.select_related("enrolment"), self._panels)
        if wrong := recount(self.institution):
            logger.warning("%s: %s counts of verdicts were wrong.", self.institution.code, wrong)

    def end(self, cause: RunCause) -> StandingRun:
        """Write down that everybody was judged, in the caller's transaction. Raises BasisChanged."""
        take_turns([self.institution.pk])
        self._demand_same_basis()
        if self.basis.request is not None and self.on >= today():
            # It would find nothing left to do: what it was to judge was there when this run began.
            withdraw(self.basis.request)
        return StandingRun.objects.create(
            institution=self.institution, on=self.on, cause=cause, records=self.records,
            changed=self.changed, sampled=self.sampled,
        )  # fmt: skip

    def _begin(self) -> None:
        self.records = self.sampled = 0
        # The packs are read last: what is put into force after that is seen as a change.
        last = StandingRun.objects.filter(institution=self.institution).aggregate(Max("pk"))
        request = waiting(key_of(self.institution))
        force = force_on(self.institution.pk, self.on)
        hashes = frozenset(pack.hash for pack in force.contents())
        self.basis = Basis(force, hashes, last["pk__max"] or 0, request)

    def _demand_same_basis(self) -> None:
        """Raise BasisChanged when packs or units are others now, or when another run has judged
        somebody as of another day; the later of both days is then the day of this run too."""
        ended = StandingRun.objects.filter(
            institution=self.institution, pk__gt=self.basis.last_run
        ).exclude(on=self.on)
        if days := list(ended.values_list("on", flat=True)):
            self.on = max(self.on, *days)
            raise BasisChanged
        if _bound(force_on(self.institution.pk, self.on)) != _bound(self.basis.force):
            raise BasisChanged

    def _in_chunks(self, rows: QuerySet[Any], settle: Settle) -> None:
        last: int | None = self._chunk(rows, 0, settle)
        while last is not None:
            let_others_write()
            last = self._chunk(rows, last, settle)

    def _chunk(self, rows: QuerySet[Any], last: int, settle: Settle) -> int | None:
        """Judge the records that come after the key; gives the last key, None when it was the end.

        What is stored of a key in the span and not judged is of somebody who left.
        """
        with transaction.atomic():
            take_turns([self.institution.pk])
            self._demand_same_basis()
            turn = Round(self.on, ChangeCause.TIME, is_run=True, hashes=self.basis.hashes)
            chunk = list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK])
            is_last = len(chunk) < CHUNK
            judged = settle(
                turn, chunk, {"gt": last} if is_last else {"gt": last, "lte": chunk[-1].pk}
            )
            add(turn.tallied)
        self._count(turn, chunk, judged)
        return None if is_last else chunk[-1].pk

    def _trainees(self, turn: Round, chunk: Sequence[Any], span: dict[str, int]) -> list[Judged]:
        findings = Finding.objects.filter(
            enrolment__institution=self.institution,
            subject__in=OWN,
            **_within("enrolment_id", span),
        )
        standings = Standing.objects.filter(institution=self.institution, **_within("pk", span))
        return settle_trainees(turn, self.basis.force.of, chunk, findings, standings)

    def _panels(self, turn: Round, chunk: Sequence[Any], span: dict[str, int]) -> list[Judged]:
        findings = Finding.objects.filter(
            panel__institution=self.institution, **_within("panel_id", span)
        )
        return settle_panels(turn, self.basis.force.of, chunk, findings)

    def _count(self, turn: Round, chunk: Sequence[Any], judged: Sequence[Judged]) -> None:
        theses = {row.pk for one in judged if one.subject == "thesis" for row in one.rows}
        self.records += len(chunk) + len(theses)
        self.changed += turn.changed
        self.sampled += turn.sampled


def _within(column: str, span: dict[str, int]) -> dict[str, int]:
    return {f"{column}__{end}": key for end, key in span.items()}


def _bound(force: Force) -> tuple[Any, ...]:
    """What binds whom; two of these are equal when everybody is judged by the same contents."""
    places = [(known.pack.hash, known.unit, known.units) for known in force.bindings]
    return places, force.absent
