"""Notice of an intended refusal, the subject's own view, and what was made of it.

Before a degree is not conferred or is revoked, the person is told the facts, reasons and basis and
is heard (Degrees Law, article 39).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today

from ..access.case import may_view_case, tasks_to_do
from ..access.time import may_decide_hearing, may_state_facts, may_state_view
from ..choices import Verb
from ..deadlines import Workdays, due_on
from ..hearings import intends_refusal
from ..kinds.kind import Kind, Stage
from ..letters import reader_of, readers_of, write_letters
from ..models import Case, CaseStep, Hearing, Task
from ..queries import kind_of
from .moving import advance, stay
from .stepping import Move, demand_revision, for_whom, is_repeated, locked
from .task import do_tasks

#: The longest statement, and the longest record of a hearing, in characters.
TEXT_LENGTH = 20_000


def begin_hearing(*, case: Case, kind: Kind, stage: Stage, by: Actor) -> Hearing:
    """Open the hearing on what is intended, and ask those who act there for the facts.

    Called inside the deed that enters the stage. Whatever led here, a vote, an opinion with its reason
    or a deadline, tells the person nothing: those who act write the facts by `state_facts`, and the
    time to answer has not begun until then. Raises ValueError for a stage without a deadline, which
    the checker of kinds lets nobody save.
    """
    if stage.deadline is None:
        raise ValueError(f"The hearing {stage.id!r} of {kind.name!r} says not how long it lasts.")
    with deed(by) as act:
        held = Hearing.objects.create(case=case, round=case.round)
        told = _ask_for_facts(case, held)
        act.write("hearing.begin", "case", case.pk, after={"round": held.round, "told": told})
    return held


def _keep_facts(case: Case, stage: Stage, held: Hearing, facts: str) -> None:
    """The facts are told now; the time to answer runs from today."""
    assert stage.deadline is not None
    due = due_on(today(), stage.deadline, Workdays(case.institution))
    held.facts, held.told_at, held.answer_until = facts, timezone.now(), due.day
    held.save()


def state_facts(*, case: Case, facts: str, by: Actor, revision: int) -> Hearing:
    """Tell the person concerned the facts, grounds and basis of the intended refusal, in one text.

    From today the time to state a view runs, and the stage is due with it. A text that differs from
    the one told before restarts it, also after a view was stated: what was told and stated until
    then is kept, and a wish to be heard remains. The same text once more is given unchanged. Raises
    PermissionDenied, InputRefused for an empty or too long text, RuleBroken when somebody else acted
    meanwhile.
    Source: Degrees Law, article 39.
    """
    text = facts.strip()
    with deed(by) as act:
        held = locked(case)
        may_view_case(by, held).demand()
        may_state_facts(by, held).demand()
        hearing = _open(held)
        if hearing.is_told and hearing.facts == text:
            return hearing
        demand_revision(held, revision)
        _refuse_facts(text)
        hearing = _anew(hearing) if hearing.is_told else hearing
        _keep_facts(held, kind_of(held).stage(held.stage), hearing, text)
        held.due_on = hearing.answer_until
        stay(act, held, for_whom(Move(by=by, verb=Verb.TELL), held))
        Task.objects.filter(case=held, done_at=None).update(due_on=held.due_on)
        told = _tell(held, hearing)
        act.write("hearing.tell", "case", held.pk, after={"until": held.due_on, "told": told})
    return hearing


def _refuse_facts(text: str) -> None:
    if not text or len(text) > TEXT_LENGTH:
        raise InputRefused(
            _("Write the facts, grounds and basis, in at most %(most)s characters.")
            % {"most": TEXT_LENGTH}
        )


def _anew(hearing: Hearing) -> Hearing:
    """Another row in place of the one that was told; whoever asked to be heard still asks."""
    hearing.decided_at = timezone.now()
    hearing.save(update_fields=["decided_at"])
    return Hearing(
        case_id=hearing.case_id, round=hearing.round, wants_hearing=hearing.wants_hearing
    )


def _open(case: Case) -> Hearing:
    """The hearing that is not decided yet."""
    return Hearing.objects.select_for_update(of=("self",)).get(case=case, decided_at=None)


def _ask_for_facts(case: Case, held: Hearing) -> list[str]:
    """Write to those with whom the case lies that the facts are still to be told."""
    is_refusal = intends_refusal(kind_of(case), case.stage)

    def words() -> tuple[str, str]:
        values = {"number": str(case)}
        refusal = _(
            "A refusal of %(number)s is intended. Write the facts, grounds and basis on the page "
            "of the request: the person concerned is told them, and the time to answer begins."
        )
        decision = _(
            "The person concerned in %(number)s is heard before the decision. Write the facts, "
            "grounds and basis on the page of the request: the person is told them, and the time "
            "to answer begins."
        )
        said = (refusal if is_refusal else decision) % values
        return _("Facts are to be told: %(number)s") % values, said

    return _write_to_holders(case, words, f"facts:{held.pk}")


def _write_to_holders(case: Case, words: Callable[[], tuple[str, str]], key: str) -> list[str]:
    tasks = Task.objects.filter(case=case, done_at=None).select_related("account", "person")
    return [name for task in tasks for name in write_letters(readers_of(task), words, key)]


def _tell(case: Case, held: Hearing) -> list[str]:
    """Write to the subject, or to the asker where the case has no subject, where the facts are read;
    gives who was reached. They are not written into the letter."""
    day, at = _told(held)
    is_refusal = intends_refusal(kind_of(case), case.stage)

    def words() -> tuple[str, str]:
        values = {"number": str(case), "day": day.isoformat()}
        title, said = _refusal_words() if is_refusal else _decision_words()
        return title % values, said % values

    reader = reader_of(None, case.person) if case.person else reader_of(case.asked_by, None)
    return write_letters([reader], words, f"hearing:{held.pk}:{at.isoformat()}")


def _refusal_words() -> tuple[str, str]:
    return (
        _("A refusal is intended: %(number)s"),
        _(
            "It is intended to refuse %(number)s. The facts and reasons stand on the page of "
            "the request. You may state your view there, and ask to be heard, until "
            "%(day)s, that day included. Nothing is decided before."
        ),
    )


def _decision_words() -> tuple[str, str]:
    return (
        _("A decision about you is intended: %(number)s"),
        _(
            "A decision about you is intended: %(number)s. The facts and reasons stand on the page "
            "of the request. You may state your view there, and ask to be heard, until %(day)s, "
            "that day included. Nothing is decided before."
        ),
    )


def _told(hearing: Hearing) -> tuple[date, datetime]:
    """Until when the person may answer, and when the facts were told. Raises RuleBroken while they
    were not."""
    if not hearing.is_told or hearing.answer_until is None or hearing.told_at is None:
        raise RuleBroken(
            _(
                "The facts, grounds and basis of what is intended were not told to the person "
                "concerned yet. Those who act at this stage write them first."
            )
        )
    return hearing.answer_until, hearing.told_at


def state_own_view(
    *, case: Case, statement: str, by: Actor, wants_hearing: bool = False,
    revision: int | None = None,
) -> Hearing:  # fmt: skip
    """State the subject's own view on an intended refusal, once, up to and on the last day.

    Those who decide are written to. The same statement once more is given unchanged. `revision` is
    the one that was read; None where it is not known. Raises PermissionDenied, InputRefused for an
    empty or too long one, RuleBroken before the facts were told, when they were told anew since, after
    the last day, or when a view was stated already.
    """
    text = statement.strip()
    with deed(by) as act:
        held = locked(case)
        may_state_view(by, held).demand()
        hearing = _open(held)
        if hearing.stated_at is not None and hearing.statement == text:
            return hearing
        _refuse_outdated(held, revision)
        _refuse_statement(hearing, text)
        hearing.statement, hearing.stated_at = text, timezone.now()
        hearing.wants_hearing = wants_hearing
        hearing.save(update_fields=["statement", "stated_at", "wants_hearing"])
        act.write("hearing.state", "case", held.pk, after={"wants_hearing": wants_hearing})
        _tell_deciders(held, hearing)
    return hearing


def _refuse_outdated(case: Case, revision: int | None) -> None:
    """A view never answers facts that its writer has not read."""
    later = CaseStep.objects.filter(case=case, verb=Verb.TELL, revision__gt=revision or 0)
    if revision is not None and later.exists():
        raise RuleBroken(_("The facts were told anew meanwhile. Read them, then state your view."))


def _refuse_statement(hearing: Hearing, text: str) -> None:
    last, _told_at = _told(hearing)
    if today() > last:
        raise RuleBroken(
            _("The time to state a view ended on %(day)s.") % {"day": last.isoformat()}
        )
    if hearing.stated_at is not None:
        day = timezone.localdate(hearing.stated_at).isoformat()
        raise RuleBroken(
            _("A view was stated on %(day)s. What is to be added is said at the hearing.")
            % {"day": day}
        )
    if not text or len(text) > TEXT_LENGTH:
        raise InputRefused(
            _("State your view, in at most %(most)s characters.") % {"most": TEXT_LENGTH}
        )


def _tell_deciders(case: Case, hearing: Hearing) -> None:
    def words() -> tuple[str, str]:
        values = {"number": str(case)}
        if hearing.wants_hearing:
            said = (
                _("The person concerned in %(number)s stated a view and asks to be heard.") % values
            )
        else:
            said = _("The person concerned in %(number)s stated a view.") % values
        return _("A view was stated: %(number)s") % values, said

    _write_to_holders(case, words, f"stated:{hearing.pk}")


def decide_hearing(
    *,
    case: Case,
    outcome: str,
    by: Actor,
    revision: int,
    record: str = "",
    heard_on: date | None = None,
    token: str = "",
) -> Case:
    """Say what comes of an intended refusal: `confirmed`, or `changed`.

    Possible once the facts were told, and the view was stated or the time for it is over; where a hearing was asked for, only
    with its day and record. Raises PermissionDenied, InputRefused for an unknown outcome, RuleBroken
    before the time or when somebody else acted meanwhile.
    """
    if outcome not in ("confirmed", "changed"):
        raise InputRefused(_("A hearing confirms what is intended, or changes it."))
    with deed(by) as act:
        held = locked(case)
        if is_repeated(held, by, token):
            return held
        may_view_case(by, held).demand()
        demand_revision(held, revision)
        may_decide_hearing(by, held).demand()
        hearing = _open(held)
        _refuse_early(hearing)
        _refuse_unheard(hearing, record.strip(), heard_on)
        hearing.record, hearing.heard_on = record.strip(), heard_on
        hearing.decided_at = timezone.now()
        hearing.save(update_fields=["record", "heard_on", "decided_at"])
        after = {"outcome": outcome, "heard_on": heard_on, "round": held.round}
        act.write("hearing.decide", "case", held.pk, after=after)
        # What was said at a hearing stays in its record; without one the text is the reason.
        reason = "" if heard_on is not None else record
        move = for_whom(Move(by=by, verb=Verb.HEAR, reason=reason, token=token), held)
        do_tasks(tasks_to_do(by, held), by, Verb.HEAR)
        advance(act, held, outcome, move)
    return held


def _refuse_early(hearing: Hearing) -> None:
    last, _told_at = _told(hearing)
    if hearing.stated_at is None and today() <= last:
        raise RuleBroken(
            _("The person concerned may state a view until %(day)s. Nothing is decided before.")
            % {"day": last.isoformat()}
        )


def _refuse_unheard(hearing: Hearing, record: str, heard_on: date | None) -> None:
    if len(record) > TEXT_LENGTH:
        raise InputRefused(_("The record has at most %(most)s characters.") % {"most": TEXT_LENGTH})
    if hearing.wants_hearing and (heard_on is None or not record):
        raise RuleBroken(
            _("A hearing was asked for. Enter its day and its record before deciding.")
        )
    if heard_on is None:
        return
    _last, told_at = _told(hearing)
    if not timezone.localdate(told_at) <= heard_on <= today():
        raise RuleBroken(
            _("The hearing lies between the day on which the person was told and today.")
        )
