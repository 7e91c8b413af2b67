"""Stored verdicts: what is fresh is compared with what is stored, and only what differs is written.

Everything goes past the models, because there are some ten verdicts to a trainee and a million
trainees. Whoever stores holds the institution's turn (`take_turns`).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from preceptor.institutions.models import Unit
from preceptor.policy import VERDICTS, Verdict

from .choices import ChangeCause
from .due import said
from .models import Finding, FindingChange, PackComposition
from .rechecking import recheck
from .verdicts import Judged, trainee_of

#: What a stored verdict says; the first four are its key.
COLUMNS = (
    "enrolment_id", "panel_id", "pack", "rule", "student_number", "unit_id", "direction_id",
    "cohort", "subject", "kind", "verdict", "missing", "version", "hash",
)  # fmt: skip
PACK, RULE, UNIT, KIND, VERDICT, HASH = (
    COLUMNS.index(name) for name in ("pack", "rule", "unit_id", "kind", "verdict", "hash")
)
KEY = 4
#: What repeats the enrolment's, for lists; no verdict changes with it.
REPEATED = ("student_number", "unit_id", "direction_id", "cohort")
OUTSIDE = Verdict.NOT_APPLICABLE.code
SLICE = 2000
#: Seconds. SQLite lets nobody queue: who waits to write tries again every tenth of a second.
PAUSE = 0.12

Row = tuple[Any, ...]
#: Unit, rule, pack, verdict as a reader sees it.
Tallied = tuple[int, str, str, str]


@dataclass(frozen=True)
class Old:
    """A stored row: its key in the table, since when it says so, and what it says."""

    pk: int
    since: date
    says: Row


@dataclass
class Round:
    """One round of judging on a day, for one reason; collects what it changed.

    `cause` ends a verdict where nothing more exact is known of it. In a run over an institution
    no record has changed: there another content of the pack is the cause where there is one;
    `is_run` says so, with the hashes of the contents that judge now; and there some of what is
    stored, `sampled` records, is held to the reference interpreter before.
    """

    on: date
    cause: ChangeCause
    is_run: bool = False
    hashes: frozenset[str] = frozenset()
    changed: int = 0
    sampled: int = 0
    tallied: Counter[Tallied] = field(default_factory=Counter)

    def store(self, stored: QuerySet[Finding], judged: Iterable[Judged]) -> None:
        """Bring the stored verdicts in line with the fresh ones; `stored` are all rows that the
        judged records may have, and of those that are judged no more.

        Raises EvaluatorsDiffer, before anything is written, where a sampled record shows it.
        """
        results = list(judged)
        if self.is_run:
            self.sampled += sum(recheck(one, self.on) for one in results)
        _keep_compositions(results)
        fresh = {row[:KEY]: row for one in results for row in rows_of(one)}
        gone, changed = self._compared(stored, fresh)
        self._record([(old, None) for old in gone], changed)
        _delete([old.pk for old in gone])
        self._insert(fresh.values())
        self._update(changed)

    def _compared(
        self, stored: QuerySet[Finding], fresh: dict[Row, Row]
    ) -> tuple[list[Old], list[tuple[Old, Row]]]:
        """What is stored and said no more, and what is said otherwise; new ones stay in `fresh`."""
        gone, changed = list[Old](), list[tuple[Old, Row]]()
        for pk, since, *says in stored.values_list("pk", "since", *COLUMNS):
            old = Old(pk, since, tuple(says))
            new = fresh.pop(old.says[:KEY], None)
            if new is None:
                gone.append(old)
            elif new != old.says:
                changed.append((old, new))
        return gone, changed

    def _record(self, gone: list[tuple[Old, None]], changed: list[tuple[Old, Row]]) -> None:
        ended = [(old, new) for old, new in changed if answer(old.says) != answer(new)]
        past = [self._change(old, new) for old, new in (*gone, *ended)]
        FindingChange.objects.bulk_create(past, batch_size=500)
        self.changed += len(past)
        for old, _new in (*gone, *changed):
            self.tallied[tallied(old.says)] -= 1

    def _change(self, old: Old, new: Row | None) -> FindingChange:
        cause = self._cause(old.says, new)
        # What a record changes is seen within the day; anything else begins with a day.
        last = self.on if cause == ChangeCause.RECORD else self.on - timedelta(days=1)
        columns = {
            name: value
            for name, value in zip(COLUMNS, old.says, strict=True)
            if name not in REPEATED
        }
        return FindingChange(**columns, since=old.since, until=max(old.since, last), cause=cause)

    def _cause(self, old: Row, new: Row | None) -> ChangeCause:
        if new is not None and {old[VERDICT], new[VERDICT]} == {"fail", "waived"}:
            return ChangeCause.WAIVER
        is_other = old[HASH] not in self.hashes if new is None else old[HASH] != new[HASH]
        return ChangeCause.PACK if self.is_run and is_other else self.cause

    def _insert(self, rows: Iterable[Row]) -> None:
        day = connection.ops.adapt_datefield_value(self.on)
        listed = list(rows)
        _execute(_insertion(), [(*row, day, day) for row in listed])
        self.tallied.update(map(tallied, listed))
        self.changed += len(listed)

    def _update(self, changed: list[tuple[Old, Row]]) -> None:
        adapt = connection.ops.adapt_datefield_value
        day = adapt(self.on)
        kept = [
            (*new[KEY:], day if answer(old.says) != answer(new) else adapt(old.since), day, old.pk)
            for old, new in changed
        ]
        _execute(_replacement(), kept)
        self.tallied.update(tallied(new) for _old, new in changed)


def answer(row: Row) -> str:
    """What a row says to a reader: the verdict, or that it gives notice."""
    return said(row[VERDICT], row[KIND])


def tallied(row: Row) -> Tallied:
    """Under what a row is counted."""
    return row[UNIT], row[RULE], row[PACK], answer(row)


def rows_of(judged: Judged) -> Iterator[Row]:
    """A row of COLUMNS for every verdict but "not applicable"."""
    pack, subject = judged.pack, judged.subject
    trainees = [trainee_of(subject, row) for row in judged.rows]
    panels = [row.pk if subject == "panel" else None for row in judged.rows]
    for rule in pack.rules_of(subject):
        missing = _missing(judged, rule.id)
        for index, code in enumerate(judged.result.verdicts[rule.id].tolist()):
            if code != OUTSIDE:
                trainee = trainees[index]
                yield (
                    trainee.pk, panels[index], pack.id, rule.id, trainee.student_number,
                    trainee.unit_id, trainee.direction_id, trainee.cohort, subject, rule.kind,
                    VERDICTS[code].value, missing.get(index, ""), pack.version, pack.hash,
                )  # fmt: skip


def _missing(judged: Judged, rule: str) -> dict[int, str]:
    """The names that keep the rule pending, by the place of the record."""
    if not judged.result.counts(rule)[Verdict.PENDING.value]:
        return {}
    names: dict[int, list[str]] = {}
    for name, mask in judged.result.missing_masks(rule).items():
        for index in mask.nonzero()[0].tolist():
            names.setdefault(index, []).append(name)
    return {index: ", ".join(found)[:300] for index, found in names.items()}


def _keep_compositions(judged: Iterable[Judged]) -> None:
    """Write what the hash of a pack stands for, where lower layers set values of it."""
    composed = {one.pack.hash: one.pack for one in judged if one.pack.parts}
    rows = [
        PackComposition(hash=pack.hash, pack=pack.id, parts=list(pack.parts))
        for pack in composed.values()
    ]
    PackComposition.objects.bulk_create(rows, ignore_conflicts=True)


def _insertion() -> str:
    quote = connection.ops.quote_name
    names = (*COLUMNS, "since", "as_of")
    columns, marks = ", ".join(map(quote, names)), ", ".join("%s" for _name in names)
    return f"INSERT INTO {quote(Finding._meta.db_table)} ({columns}) VALUES ({marks})"


def _replacement() -> str:
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(name)} = %s" for name in (*COLUMNS[KEY:], "since", "as_of"))
    return f"UPDATE {quote(Finding._meta.db_table)} SET {sets} WHERE {quote('id')} = %s"


def _execute(statement: str, rows: Sequence[Row]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)


def _delete(keys: Sequence[int]) -> None:
    for start in range(0, len(keys), SLICE):
        Finding.objects.filter(pk__in=keys[start : start + SLICE]).delete()


def take_turns(institutions: Iterable[int]) -> None:
    """Let one transaction at a time judge an institution.

    Two at once would each compare with what was there before and store their own verdicts; and
    neither would see what the other has written.
    """
    rows = Unit.objects.select_for_update(no_key=True).filter(pk__in=set(institutions))
    list(rows.order_by("pk").values_list("pk"))


def let_others_write() -> None:
    """Between two short transactions of long work: give who waits for the turn time to take it.

    Within a transaction of the caller's there is nothing to give.
    """
    if not connection.in_atomic_block:
        time.sleep(PAUSE)
