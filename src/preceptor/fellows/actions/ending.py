"""What the end of a request changes in the records of postdocs and stations; each runs in the deed
of the step that ended the request, under its mandate."""

from __future__ import annotations

from datetime import date
from itertools import count

from django.utils import timezone
from django.utils.translation import gettext as _

from preceptor.base.actors import Mandate
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.cases.choices import CaseState, ItemState, VoteResult
from preceptor.cases.models import Item

from ..choices import (
    AssessmentKind,
    Grade,
    HostRole,
    IntakeSource,
    PostdocStep,
    StationState,
    StayEnd,
    Track,
)
from ..models import Host, Postdoc, PostdocAssessment, PostdocCase, StationCase
from .departure import come_back, leave_station
from .host import hosts_beyond
from .postdoc import (
    EntryFacts,
    NewHost,
    enter_postdoc,
    leaving,
    locked_postdoc,
    prolong,
    take_back_extension,
    touch,
)
from .requests import GRANTED, REFUSED, SET_ASIDE, reason_of
from .station import locked_station, put_in_state
from .step import GRADED


def end_postdoc_step(*, row: PostdocCase, outcome: str, by: Mandate, item: Item | None) -> None:
    """Carry out what was decided about a postdoc.

    An assessment is recorded: with the grade that was given where it was granted; as not qualified
    where the vote failed or the grade says so; refused without either, it was not held. An exit, a move
    and a withdrawal end the stay on their day. Set aside: the grade is open again, and who was
    withdrawn is back. Raises RuleBroken where vote and grade disagree.
    """
    if outcome == SET_ASIDE:
        _set_aside(row, by)
        return
    if row.step in GRADED:
        _assess(row, outcome, by, item)
    if outcome == GRANTED and row.step in _GRANTED:
        _GRANTED[PostdocStep(row.step)](row, by)


def _assess(row: PostdocCase, outcome: str, by: Mandate, item: Item | None) -> None:
    decided = item or _decided_item(row)
    if outcome == GRANTED:
        _record(row, _good_grade(row), _day_of(decided), by)
    elif outcome == REFUSED and _has_failed(row, decided):
        _record(row, Grade.UNQUALIFIED, _day_of(decided), by)
    elif outcome == REFUSED and decided is not None and row.grade is not None:
        # The board carried it; what was refused afterwards is not the assessment.
        _record(row, Grade(row.grade), _day_of(decided), by)


def _has_failed(row: PostdocCase, decided: Item | None) -> bool:
    if row.grade == Grade.UNQUALIFIED:
        return True
    return decided is not None and decided.result != VoteResult.PASSED


def _good_grade(row: PostdocCase) -> Grade:
    """The grade of who was carried. Raises RuleBroken where there is none, or a bad one."""
    if row.grade is None:
        raise RuleBroken(
            _("The grade is not entered yet: excellent, good or qualified. Enter it first.")
        )
    if row.grade == Grade.UNQUALIFIED:
        raise RuleBroken(
            _("The vote carried, but the grade says “not qualified”. Correct the grade first.")
        )
    return Grade(row.grade)


def _decided_item(row: PostdocCase) -> Item | None:
    """The last vote on the request; None where there was none."""
    items = Item.objects.filter(case=row.case_id, state=ItemState.DECIDED)
    return items.order_by("decided_at").last()


def _day_of(item: Item | None) -> date:
    if item is None or item.decided_at is None:
        return today()
    return timezone.localtime(item.decided_at).date()


def _record(row: PostdocCase, grade: Grade, day: date, by: Mandate) -> None:
    """Write the assessment; one whose grade was set aside gets the new one."""
    kind = AssessmentKind(row.step)
    with deed(by) as act:
        held = locked_postdoc(row.postdoc)
        known = PostdocAssessment.objects.filter(postdoc=held, kind=kind, year=row.year)
        found = known.filter(grade=None).first() or PostdocAssessment(
            postdoc=held, kind=kind, year=row.year, attempt=known.count() + 1
        )
        found.held_on, found.grade = day, grade
        found.save()
        if row.grade != grade:
            row.grade = grade
            row.save(update_fields=["grade"])
        after = {"kind": kind, "year": row.year, "attempt": found.attempt, "grade": grade}
        reason = reason_of(row.case)
        act.write("postdoc.assessment", "postdoc", held.pk, after=after, reason=reason)
        touch(act, held)


def _keep_former(row: PostdocCase, on: date) -> None:
    """Who supervised beyond the day of leaving, and the end that was decided before, so that a granted
    appeal can restore them."""
    held = locked_postdoc(row.postdoc)
    goes_by = leaving(held)
    end = None if held.left_on is None else [held.left_on.isoformat(), goes_by]
    row.restores = {"hosts": hosts_beyond(held, on), "end": end}
    row.save(update_fields=["restores"])


def _exit(row: PostdocCase, by: Mandate) -> None:
    on = row.wished_on or today()
    _keep_former(row, on)
    early = on < row.postdoc.term_ends_on
    leave_station(
        postdoc=row.postdoc, goes_by=StayEnd.EARLY_EXIT if early else StayEnd.EXIT, on=on, by=by,
        reason=reason_of(row.case),
    )  # fmt: skip


def _withdraw(row: PostdocCase, by: Mandate) -> None:
    _keep_former(row, today())
    leave_station(
        postdoc=row.postdoc, goes_by=StayEnd.WITHDRAWAL, on=today(), by=by,
        reason=reason_of(row.case),
    )  # fmt: skip


def _extend(row: PostdocCase, by: Mandate) -> None:
    if row.wished_on is None:
        raise RuleBroken(_("The request does not say until when the term is to last."))
    held = locked_postdoc(row.postdoc)
    row.restores = {"term_ends_on": held.term_ends_on.isoformat()}
    row.save(update_fields=["restores"])
    prolong(postdoc=held, until=row.wished_on, by=by, reason=reason_of(row.case))


def _transfer(row: PostdocCase, by: Mandate) -> None:
    """End the stay, and begin a following term of the same length where the new station is one of
    ours."""
    on = row.wished_on or today()
    _keep_former(row, on)
    # Whose part has no end goes on with the postdoc.
    rows = Host.objects.known().filter(postdoc=row.postdoc, valid_to=None)
    hosts = list(rows.select_related("person").order_by("pk"))
    held = leave_station(
        postdoc=row.postdoc, goes_by=StayEnd.TRANSFER, on=on, by=by, reason=reason_of(row.case)
    )
    if row.to_station is None:
        return
    enter_postdoc(
        person=held.person, station=row.to_station, number=_following_number(held),
        track=Track(held.track), intake=_intake(held), entered_on=on,
        term_ends_on=on + (held.term_ends_on - held.entered_on), follows=held,
        facts=EntryFacts(**{name: getattr(held, name) for name in EntryFacts.__dataclass_fields__}),
        hosts=[NewHost(host.person, HostRole(host.role), host.is_outside) for host in hosts], by=by,
    )  # fmt: skip


_GRANTED = {
    PostdocStep.EXIT: _exit,
    PostdocStep.WITHDRAWAL: _withdraw,
    PostdocStep.EXTENSION: _extend,
    PostdocStep.TRANSFER: _transfer,
}


#: By which ends of a stay a step lets somebody go.
_LEAVING_BY = {
    PostdocStep.WITHDRAWAL: (StayEnd.WITHDRAWAL,),
    PostdocStep.EXIT: (StayEnd.EXIT, StayEnd.EARLY_EXIT),
    PostdocStep.TRANSFER: (StayEnd.TRANSFER,),
}


def _set_aside(row: PostdocCase, by: Mandate) -> None:
    """Let the request be judged once more: nothing that it changed holds."""
    postdoc = row.postdoc
    if row.step in GRADED:
        _open_grade(row, by)
    was_granted = row.case.state == CaseState.GRANTED
    if was_granted and leaving(postdoc) in _LEAVING_BY.get(PostdocStep(row.step), ()):
        hosts = (row.restores or {}).get("hosts", ())
        come_back(
            postdoc=postdoc, by=by, reason=reason_of(row.case), hosts=hosts,
            former_end=_former_end(row),
        )  # fmt: skip
    if was_granted and row.step == PostdocStep.EXTENSION:
        _shorten(row, by)


def _former_end(row: PostdocCase) -> tuple[date, StayEnd] | None:
    """The end whose place this one took, where the request that decided it still stands."""
    kept = (row.restores or {}).get("end")
    if kept is None:
        return None
    on, goes_by = date.fromisoformat(kept[0]), StayEnd(kept[1])
    steps = [step for step, ways in _LEAVING_BY.items() if goes_by in ways]
    others = PostdocCase.objects.filter(
        postdoc=row.postdoc_id, step__in=steps, wished_on=on, case__state=CaseState.GRANTED
    )
    return (on, goes_by) if others.exclude(pk=row.pk).exists() else None


def _shorten(row: PostdocCase, by: Mandate) -> None:
    """The term ends again on the day on which it ended before it was extended. Raises RuleBroken where
    it was changed once more since, or was extended before that day was kept."""
    if row.restores is None or row.wished_on is None:
        raise RuleBroken(
            _(
                "Until when the term lasted before the extension was not kept; it cannot be restored."
            )
        )
    former = date.fromisoformat(row.restores["term_ends_on"])
    take_back_extension(
        postdoc=row.postdoc, extended=row.wished_on, former=former, by=by,
        reason=reason_of(row.case),
    )  # fmt: skip


def _open_grade(row: PostdocCase, by: Mandate) -> None:
    """The assessment that the request recorded is without a grade again; one that was not held, and so
    has none, leaves those of other requests as they are."""
    with deed(by) as act:
        held = locked_postdoc(row.postdoc)
        rows = PostdocAssessment.objects.filter(postdoc=held, kind=row.step, year=row.year)
        last = rows.exclude(grade=None).order_by("-attempt").first() if row.grade else None
        before = {"grade": row.grade}
        row.grade = None
        row.save(update_fields=["grade"])
        if last is not None:
            last.grade = None
            last.save(update_fields=["grade"])
        act.write("case.set_aside", "case", row.case_id, before=before, after={"grade": None})
        touch(act, held)


def end_station_request(*, row: StationCase, outcome: str, by: Mandate) -> None:
    """Open the station with its national number, or close it, when that was granted. An opening that
    was refused or withdrawn leaves it in preparation, to be asked for again. Raises RuleBroken where
    the number was not entered, or somebody is still there."""
    with deed(by, reason_of(row.case)) as act:
        held = locked_station(row.station)
        if outcome == GRANTED and row.opens:
            put_in_state(act, held, StationState.OPEN, today(), row.national_number)
        elif outcome == GRANTED:
            put_in_state(act, held, StationState.CLOSED, today())
        elif row.opens and held.state in _ON_THE_WAY:
            put_in_state(act, held, StationState.PREPARING, today())


_ON_THE_WAY = (StationState.DEMONSTRATED, StationState.SUBMITTED, StationState.APPROVED)


def _intake(held: Postdoc) -> IntakeSource:
    """A joint intake rests on its workstation, which does not move with the postdoc."""
    return IntakeSource.OWN if held.intake == IntakeSource.JOINT else IntakeSource(held.intake)


def _following_number(held: Postdoc) -> str:
    """A provisional number, until the national one of the new term is known."""
    stem = held.number.rsplit("~", 1)[0]
    rows = Postdoc.objects.filter(institution=held.institution, number__startswith=f"{stem}~")
    taken = set(rows.values_list("number", flat=True))
    place = next(n for n in count(2) if f"{stem}~{n}" not in taken)
    return f"{stem}~{place}"
